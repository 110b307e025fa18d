"""The training record (培训记录) of a year as a document."""

from collections.abc import Sequence
from typing import Protocol

from projections.disclosures import Training
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words, listed


class LevelWords(Words, Protocol):
    """Words that know administrative levels too."""

    def level(self, level: str) -> str:
        """Return the county's own label of a level."""


def training_report(held: Sequence[Training], county: str, year: int, words: LevelWords) -> Report:
    """Return what was held."""
    say = words.say
    columns = (
        Column(say("编号", "no.")),
        Column(say("日期", "on"), Kind.DATE),
        *map(Column, (say("内容", "topic"), say("形式", "form"), say("层级", "levels"))),
        Column(say("人数", "people"), Kind.COUNT),
        Column(say("依据", "rests on")),
    )
    rows = tuple(_row(one, words) for one in held)
    title = say("培训记录", "training record")
    table = Table(title, columns, rows, (), say("没有培训", "no training was held"))
    return Report("training", title, words.county(county), str(year), (table,))


def _row(one: Training, words: LevelWords) -> Row:
    levels = listed(words, [words.level(level) for level in one.levels])
    return Row((one.training, one.on, one.topic, words.both(one.form), levels, one.attended, one.clause))
