"""Tables on a screen: cases, a history, deadlines, the statement. What they hold comes from the views."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich import box
from rich.table import Table

from domain.money import wan
from doors.happened import days_said, said, who_said
from doors.names import Names
from doors.texts import t
from projections.timeline import Happened


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table; the columns in *right* hold figures."""
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        made.add_column(
            name, justify="right" if name in right else "left", no_wrap=name in right or name == "ID", overflow="fold"
        )
    return made


def amount(amount_fen: int | None) -> str:
    """Return fen as 万元, or nothing for None."""
    return "" if amount_fen is None else wan(amount_fen)


def facts_table(happened: Iterable[Happened], names: Names) -> Table:
    """Return a history fact by fact: its place, both dates, who, what, the money, and what it rests on."""
    money = t("万元", "wan yuan")
    heads = (t("日期", "day"), t("经办", "who"), t("事项", "what"), money, t("依据", "rests on"), t("事实", "fact"))
    made = table(*heads, right=(money,))
    made.columns[0].no_wrap = True  # A long gap must stand out.
    for row in happened:
        place = f"{row.stream}#{row.version}"
        made.add_row(days_said(row), who_said(row, names), said(row, names), amount(row.amount_fen), row.clause, place)
    return made


def history_table(happened: Iterable[Happened], names: Names) -> Table:
    """Return a history: one act after the other, each with all that it brought about."""
    money = t("万元", "wan yuan")
    made = table(t("日期", "day"), t("经办", "who"), t("事项", "what"), money, t("依据", "rests on"), right=(money,))
    for _, of_act in groupby(happened, key=lambda row: row.command_id):
        first = True
        for row in of_act:
            days, who = (days_said(row), who_said(row, names)) if first else ("", "")
            made.add_row(days, who, said(row, names), amount(row.amount_fen), row.clause)
            first = False
    return made


def waiting(steps: Iterable[dict[str, str]], names: Names) -> str:
    """Return the open steps, each with the post that is waited for."""
    open_steps = ((names.step(step["step"]), names.named("post", step["post"])) for step in steps)
    return "\n".join(t(f"{step}（{post}）", f"{step} ({post})") for step, post in open_steps)


def pairs(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a heading and its value a line, leaving out what has none."""
    for name, value in rows:
        if value:
            yield t(f"{name}：{value}", f"{name}: {value}")


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its sums among the other keys, for JSON."""
    money = row.pop("money")
    return {**row, **money}
