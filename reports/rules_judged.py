"""A county's rules that compute (规则核定) as a document: what each asks, what was found, and every amount of it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.rules.result import COUNTED, Amount, RuleResult
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words, wan_yuan

_SIGNS = {"at_least": "≥", "at_most": "≤", "exactly": "="}
# What is measured: money, a number of results, or else a share.
_UNITS = {"fen": Kind.MONEY, "results": Kind.COUNT}
_NUMBERS = ("households", "factor")


class RuleWords(Words, Protocol):
    """Words that know rules too."""

    def rule(self, rule: str) -> str:
        """Return the name of a rule by its place in the profile."""

    def counted(self, of: str) -> str:
        """Return what an amount of a rule is of."""


def rules_report(
    results: Sequence[RuleResult], county: str, year: int, words: RuleWords, said: Mapping[str, tuple[str, str]]
) -> Report:
    """Return what the rules found; *said* has a word for each way in which a rule can end."""
    title = words.say("规则核定", "rules that compute")
    tables = (_results(results, words, said), _amounts(results, words))
    return Report("rules", title, words.county(county), str(year), tables, unit=wan_yuan(words))


def _results(results: Sequence[RuleResult], words: RuleWords, said: Mapping[str, tuple[str, str]]) -> Table:
    say = words.say
    columns = (
        *map(Column, (say("规则", "rule"), say("对象", "of"))),
        Column(say("核定", "found"), Kind.PERCENT),
        Column(say("关系", "is to be")),
        Column(say("要求", "asked"), Kind.PERCENT),
        *map(Column, (say("结果", "result"), say("说明", "reason"), say("依据", "rests on"))),
    )
    rows = []
    for one in results:
        figures = (one.value, _SIGNS[one.comparator], one.bound)
        cells = (words.rule(one.rule), one.of, *figures, say(*said[one.status]), one.reason, one.clause)
        rows.append(Row(cells, _UNITS.get(one.unit)))
    nothing = say("没有可核定的规则", "there is no rule that could be judged")
    return Table(say("规则核定", "rules"), columns, tuple(rows), (), nothing)


def _amounts(results: Sequence[RuleResult], words: RuleWords) -> Table:
    say = words.say
    names = (say("规则", "rule"), say("计入", "kind"), say("对象", "of"))
    columns = (*map(Column, names), Column(say("数额", "amount"), Kind.MONEY))
    rows = tuple(_amount(one.rule, counted, words) for one in results for counted in one.amounts)
    return Table(say("计入的金额", "the amounts that went in"), columns, rows, (), say("没有", "none"))


def _amount(rule: str, one: Amount, words: RuleWords) -> Row:
    kind = COUNTED[one.kind]
    cells = (words.rule(rule), words.say(kind.zh, kind.en), words.counted(one.of), one.amount)
    return Row(cells, Kind.COUNT if one.kind in _NUMBERS else None)
