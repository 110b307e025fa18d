"""An older year that was imported (旧账) as a document: its sums file by file, under whose word they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from domain.ledger import Ledger
from domain.testimony import TESTIMONY
from domain.testimony_facts import ImportedRow, ImportOpened, stream_of_testimony
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words, wan_yuan

Group = tuple[str, str, str, str]  # Kind, source, pool, class.
File = tuple[ImportOpened, list[ImportedRow]]


def imported(ledger: Ledger, county: str, year: int) -> list[File]:
    """Return each file that was imported of a year and stands, with its rows."""
    state = ledger.state(TESTIMONY, stream_of_testimony(county, year))
    return [(done.opened, done.rows) for done in state.openings.values() if done.opened in state.files.values()]


def sums(rows: Iterable[ImportedRow]) -> list[tuple[Group, int, int]]:
    """Return for each kind, source, pool and class how many rows there are, and their amount in fen."""
    counts: Counter[Group] = Counter()
    fen: Counter[Group] = Counter()
    for row in rows:
        group = (row.kind, row.source, row.pool, row.use_class)
        counts[group] += 1
        fen[group] += row.amount_fen or 0
    return [(group, counts[group], fen[group]) for group in sorted(counts)]


def testimony_report(
    files: Sequence[File], county: str, year: int, words: Words, kinds: Mapping[str, tuple[str, str]]
) -> Report:
    """Return the sums of what was imported; *kinds* has a word for each kind of row."""
    say = words.say
    tables = (_files(files, words), *(_sums(*file, words, kinds) for file in files))
    notes = (say("不计入任何其他报表。", "in no other report."),)
    title = say("导入的旧账", "imported testimony")
    return Report("testimony", title, words.county(county), str(year), tables, notes, unit=wan_yuan(words))


def _files(files: Sequence[File], words: Words) -> Table:
    say = words.say
    columns = (
        Column(say("文件", "file")),
        Column("sha256"),
        Column(say("行数", "rows"), Kind.COUNT),
        Column(say("由", "by")),
        Column(say("导入", "imported on"), Kind.DATE),
    )
    rows = tuple(
        Row((one.file_name, one.file_digest, one.rows, words.who(one.act.post, one.act.person), one.act.occurred_on))
        for one, _ in files
    )
    nothing = say("没有导入该年的旧账", "nothing of the year was imported")
    return Table(say("导入的文件", "imported files"), columns, rows, (), nothing)


def _sums(
    opened: ImportOpened, rows: Sequence[ImportedRow], words: Words, kinds: Mapping[str, tuple[str, str]]
) -> Table:
    say = words.say
    names = (say("类别", "kind"), say("来源", "source"), say("资金池", "pool"), say("资金类别", "class"))
    columns = (*map(Column, names), Column(say("行数", "rows"), Kind.COUNT), Column(say("金额", "amount"), Kind.MONEY))
    unsaid = say("未填", "not stated")
    made = []
    for (kind, source, pool, use_class), count, fen in sums(rows):
        of = (("source", source), ("pool", pool), ("class", use_class))
        named = (words.named(field, value) if value else unsaid for field, value in of)
        made.append(Row((say(*kinds[kind]), *named, count, fen)))
    return Table(f"{opened.file_name} · {opened.file_digest[:12]}", columns, tuple(made), (), say("没有", "none"))
