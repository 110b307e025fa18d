"""`bridgefund history`: every fact of a case with both its dates, as of two days; and what changed between two."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import typer

from cli.as_of import AtOption, KnownOption, as_of, asked, dated
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import facts_table, table
from domain.cases import parse_case
from domain.errors import BadInputError
from doors.as_of import figures_of, told_apart
from doors.figure_lines import differences
from doors.happened import history_data
from doors.texts import t
from projections.as_of import Dates
from projections.figures import changed
from projections.timeline import Happened
from projections.timeline import history as history_of


class By(Enum):
    """By which of a fact's two dates two answers are told apart."""

    RECORDED = "recorded"
    STATED = "stated"


def history(
    case: Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help=t("两个日期之间的变化", "what changed between two days")),
    ] = None,
    diff_by: Annotated[
        By,
        typer.Option(
            help=t(
                "recorded：A、B 两日各自所知；stated：按今天（或 --known-on）所知，A、B 两日各自生效的内容",
                "recorded: as known on A and on B; stated: in force on A and on B, as known today (or --known-on)",
            )
        ),
    ] = By.RECORDED,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """一件案件的每条事实：谁经办、代谁、依据、发生日与记录日、相差天数。 / Every fact of a case, with both dates.

    --diff A B 列出两日之间新增的事实和变化的数字。 / --diff A B: what came in between, and what it changed.

    例 / example: bridgefund history sample/claim/S04-2 --diff 2022-06-30 2022-09-30
    """
    with reading(store) as now:
        names = now.names(parse_case(case).county)
        if not history_of(now.engine, case):
            raise BadInputError("CASE", t(f"没有 {case}", f"no such case: {case}"))
        if diff is not None:
            days = _day(diff[0]), _day(diff[1])
            _show_diff(now, case, _sides(now, days, diff_by, at, known_on), diff_by, as_json=as_json)
            return
        with as_of(now, case, at, known_on) as read:
            happened = history_of(read.engine, case)
            if as_json:
                read.print_json(case=case, items=history_data(happened, names))
            else:
                read.console().print(facts_table(happened, names))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        wrong = t(f"{text!r} 不是日期，写作 2022-06-30", f"{text!r} is not a date such as 2022-06-30")
        raise BadInputError("--diff", wrong) from error


def _sides(
    read: Reading, days: tuple[date, date], by: By, at: datetime | None, known_on: datetime | None
) -> list[Dates]:
    """Return the two pairs of days that are held against each other.

    Raises:
        BadInputError: If they do not go together.
    """
    if days[0] > days[1]:
        raise BadInputError("--diff", t(f"{days[0]} 在 {days[1]} 之后", f"{days[0]} lies after {days[1]}"))
    if by is By.RECORDED:
        if known_on:
            given = (
                "按记录日比较时，A、B 就是知悉日",
                "by the day of record A and B are the days of knowledge themselves",
            )
            raise BadInputError("--known-on", t(*given))
        return [asked(read, at.date() if at else None, day, "" if at else "--diff") for day in days]
    if at:
        given = "按发生日比较时，A、B 就是生效日", "by the stated day A and B are the days in force themselves"
        raise BadInputError("--at", t(*given))
    return [asked(read, day, known_on.date() if known_on else None, "" if known_on else "--diff") for day in days]


def _show_diff(read: Reading, case: str, sides: list[Dates], by: By, *, as_json: bool) -> None:
    names = read.names(parse_case(case).county)
    with dated(read, case, sides[0], "--diff") as before, dated(read, case, sides[1], "--diff") as after:
        differs = changed(figures_of(before, case), figures_of(after, case))
        was, now = (history_of(side.engine, case) for side in (before, after))
    added, gone = _without(now, was), _without(was, now)
    if as_json:
        days = [dict(zip(("at", "known_on"), dates, strict=True)) for dates in sides]
        lists: dict[str, Any] = {"added": history_data(added, names), "gone": history_data(gone, names)}
        read.print_json(case=case, by=by.value, before=days[0], after=days[1], figures=told_apart(differs), **lists)
        return
    console = read.console()
    heads = [_said(dates) for dates in sides]
    console.print(t(f"之前：{heads[0]}", f"before: {heads[0]}"))
    console.print(t(f"之后：{heads[1]}", f"after: {heads[1]}"))
    made = table(t("数字与状态", "figure"), t("之前", "before"), t("之后", "after"))
    for row in differences(differs, names):
        made.add_row(*row)
    console.print(made if differs else t("数字与状态没有变化", "no figure changed"))
    for title, facts in ((t("新增", "added"), added), (t("不再计入", "no longer counted"), gone)):
        if facts:
            console.print(f"{title} {len(facts)}")
            console.print(facts_table(facts, names))


def _without(one: list[Happened], other: list[Happened]) -> list[Happened]:
    known = {row.position for row in other}
    return [row for row in one if row.position not in known]


def _said(dates: Dates) -> str:
    known = dates.known_on or t("今天", "today")
    return t(f"{dates.at} 生效，按 {known} 所知", f"in force on {dates.at}, as known on {known}")
