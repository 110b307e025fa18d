"""The audit report (审计报告) of a county's fiscal year: what was checked, how many, what was found, what was not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from domain.words import Both
from reports.document import Cell, Column, Kind, Report, Row, Table
from reports.words import Words, wan_yuan

# As they are found, in plain tuples: what was checked, how many, how many findings, why not, or not all.
Check = tuple[Both, int | None, int | None, Both | None]
Heads = Sequence[tuple[Both, str]]
Found = str | int | Both | tuple[str, str] | object
Grid = tuple[Both, Heads, Sequence[tuple[Found, ...]], Sequence[Both]]
Finding = tuple[str, int, str, Both]  # Case, fact, field, and what is wrong.
Part = tuple[Both, Sequence[Check], Sequence[Grid], Sequence[Finding]]
KINDS = {"fen": Kind.MONEY, "count": Kind.COUNT, "date": Kind.DATE}


@dataclass(frozen=True)
class Made:
    """Of what, when and by whom the report was made; how many facts the store holds, with how much room."""

    county: str
    year: int
    store: str
    facts: int
    at: datetime
    by: str
    build: str


def audit_report(parts: Sequence[Part], made: Made, words: Words) -> Report:
    """Return the report as a document in one language."""
    say = words.say
    title = say("审计报告", "audit report")
    tables = [_summary(parts, made, words), _checks(parts, words), _findings(parts, words)]
    for number, (of_part, _, grids, _) in enumerate(parts, start=1):
        tables += [_grid(f"{number}. {_said(of_part, words)} · ", grid, words) for grid in grids]
    county = words.county(made.county)
    return Report("audit", title, county, str(made.year), tuple(tables), unit=wan_yuan(words))


def in_both(first: Report, second: Report) -> Report:
    """Return one document: all of *first*, and behind it all of *second* from a page of its own on."""
    opening, *rest = second.tables
    return replace(first, tables=(*first.tables, replace(opening, opens=second.heading), *rest))


def _summary(parts: Sequence[Part], made: Made, words: Words) -> Table:
    say = words.say
    checks, found = [check for _, of, _, _ in parts for check in of], sum(len(of) for _, _, _, of in parts)
    rows: tuple[tuple[Cell, ...], ...] = (
        (say("发现", "findings"), found),
        (say("核对事项", "checks"), len(checks)),
        (say("其中未核对", "of them not made"), sum(number is None for _, number, _, _ in checks)),
        (say("总账事实（全库）", "facts in the log (whole store)"), made.facts),
        (say("库", "store"), made.store),
        (say("县", "county"), f"{words.county(made.county)} ({made.county})"),
        (say("资金年度", "fiscal year"), str(made.year)),
        (say("制作时间（业务时间）", "made at (business time)"), made.at.isoformat(sep=" ", timespec="minutes")),
        (say("制作人（系统账户）", "made by (account of the machine)"), made.by),
        (say("制作程序版本", "made with build"), made.build),
    )
    columns = (Column(say("项目", "what")), Column(say("内容", "value"), Kind.COUNT))
    return Table(say("总括", "Summary"), columns, tuple(map(Row, rows)))


def _checks(parts: Sequence[Part], words: Words) -> Table:
    say = words.say
    rows = []
    for number, (title, checks, _, _) in enumerate(parts, start=1):
        for what, count, found, why in checks:
            counted = say("只计数", "a count") if found is None else found
            seen: tuple[Cell, Cell] = (say("未核对", "not checked"), "—") if count is None else (count, counted)
            rows.append(Row((f"{number}. {_said(title, words)}", _said(what, words), *seen, _said(why, words))))
    columns = (
        Column(say("部分", "part")),
        Column(say("核对了什么", "what was checked")),
        Column(say("数量", "how many"), Kind.COUNT),
        Column(say("发现", "findings"), Kind.COUNT),
        Column(say("未核对的及原因", "not checked, and why")),
    )
    note = say(
        "只计数的不是发现；未核对的不作任何判断。", "A count is no finding; of what was not checked nothing is said."
    )
    return Table(say("核对一览", "What was checked"), columns, tuple(rows), (note,), name=say("核对", "checks"))


def _findings(parts: Sequence[Part], words: Words) -> Table:
    say = words.say
    every = chain.from_iterable(((title, one) for one in found) for title, _, _, found in parts)
    rows = []
    for n, (title, (case, version, of, said)) in enumerate(every, start=1):
        rows.append(Row((n, _said(title, words), case, version or None, of, _said(said, words))))
    columns = (
        Column(say("序号", "no"), Kind.COUNT),
        Column(say("部分", "part")),
        Column(say("案件（流）", "case (stream)")),
        Column(say("事实编号", "fact"), Kind.COUNT),
        Column(say("字段", "field")),
        Column(say("发现", "what is wrong")),
    )
    empty = say("没有发现", "nothing was found")
    return Table(say("发现", "Findings"), columns, tuple(rows), empty=empty)


def _grid(before: str, grid: Grid, words: Words) -> Table:
    title, heads, rows, notes = grid
    columns = tuple(Column(_said(name, words), KINDS.get(kind, Kind.TEXT)) for name, kind in heads)
    kinds = [kind for _, kind in heads]
    made = tuple(Row(tuple(_cell(c, k, words) for c, k in zip(row, kinds, strict=True))) for row in rows)
    said = _said(title, words)
    return Table(before + said, columns, made, tuple(_said(n, words) for n in notes), words.say("无", "none"), said)


def _cell(cell: Found, kind: str, words: Words) -> Cell:
    match cell, kind:
        case Both(), _:
            return _said(cell, words)
        case (str(post), str(person)), _:
            return words.who(post, person) if person else words.named("post", post)
        case str(), "stage":
            return words.stage(cell)
        case str(), "step":
            return words.step(cell)
        case str(), ("post" | "pool"):
            return words.named(kind, cell)
    return cell  # type: ignore[return-value]


def _said(both: Both | None, words: Words) -> str:
    return words.say(both.zh, both.en) if both else ""
