"""Tables on a screen: cases, a history, deadlines, the statement. What they hold comes from the views."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from string import Formatter
from typing import Any

from rich import box
from rich.table import Table

from cli.names import Names
from cli.texts import t
from cli.words import FACTS
from domain.money import wan
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


def history_table(happened: Iterable[Happened], names: Names) -> Table:
    """Return a history: one act after the other, each with all that it brought about."""
    money = t("万元", "wan yuan")
    made = table(t("日期", "day"), t("经办", "who"), t("事项", "what"), money, t("依据", "rests on"), right=(money,))
    for _, of_act in groupby(happened, key=lambda row: row.command_id):
        first = True
        for row in of_act:
            days, who = (_days(row), _who(row, names)) if first else ("", "")
            made.add_row(days, who, said(row, names), amount(row.amount_fen), row.clause)
            first = False
    return made


def _days(row: Happened) -> str:
    late = (row.recorded_on - row.occurred_on).days
    if not late:
        return row.occurred_on.isoformat()
    return t(
        f"{row.occurred_on}\n记 {row.recorded_on}（晚 {late} 日）",
        f"{row.occurred_on}\nentered {row.recorded_on} (+{late} d)",
    )


def _who(row: Happened, names: Names) -> str:
    who = names.who(row.post, row.person)
    who += t(f"，代 {row.on_behalf_of}", f", for {row.on_behalf_of}") if row.on_behalf_of else ""
    return who + (t(f"，应急，{row.second} 确认", f", emergency, confirmed by {row.second}") if row.second else "")


def said(row: Happened, names: Names) -> str:
    """Return what happened, in the field's words."""
    if row.fact not in FACTS:  # A fact of a newer build than these words.
        return row.fact
    template = t(*FACTS[row.fact])
    values = {"no": row.stream.rpartition("/")[2]}
    for _, field, _, _ in Formatter().parse(template):
        if field and field not in values:
            values[field] = names.field(field, row.content.get(field, ""))
    return " ".join(template.format_map(values).split()).strip("：:；; ")  # An opinion or a paper may be missing.


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
