"""`bridgefund obligation`: every deadline, above all the broken ones; and one from its trigger to how it ended."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from cli.as_of import AtOption, KnownOption, as_of
from cli.reading import CountyOption, JsonOption, Reading, StoreOption, reading
from cli.tables import history_table, pairs, table
from domain.calendar import day_of
from domain.cases import parse_case
from domain.errors import BadInputError
from doors.clock import business_now
from doors.happened import history_data
from doors.names import Names
from doors.obligation_lines import answers_now, days_late, due_lines, granted_lines, life, moves, rungs, stage_now
from doors.texts import t
from projections.obligations import Obligation, obligation, obligations
from projections.timeline import history

app = typer.Typer(help=t("限时义务：时限与逾期", "obligations: deadlines, kept and broken"), no_args_is_help=True)


@app.command(
    "list",
    help=t(
        "列出限时义务：期限、条款、责任岗位、是否逾期、延期暂停免除、上报到哪一级。--late 只列逾期的。",
        "List the deadlines: due day, clause, who answers, whether broken, what was granted, how far it climbed. "
        "--late: broken ones.",
    ),
    epilog=t("例：bridgefund obligation list --late", "Example: bridgefund obligation list --late"),
)
def list_(
    *,
    late: Annotated[bool, typer.Option("--late", help=t("只列逾期的", "only the broken ones"))] = False,
    county: CountyOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the deadlines."""
    with reading(store) as read:
        today = day_of(business_now(read.ledger))
        rows = obligations(read.engine, read.county(county), today if late else None)
        if as_json:
            read.print_json(today=today, items=[_data(read, row, today) for row in rows])
            return
        days = t("晚（日）", "days late")
        names = {row.county: read.names(row.county) for row in rows}
        columns = (
            t("期限", "due"),
            "ID",
            t("责任", "answers"),
            t("状态", "stage"),
            days,
            t("批准", "granted"),
            t("上报", "climbed to"),
            t("依据", "rests on"),
        )
        made = table(*columns, right=(days,))
        for row in rows:
            made.add_row(
                *_cells(row, names[row.county], today),
                _days_late(row, today),
                "\n".join(granted_lines(row, names[row.county])),
                "\n".join(rungs(row, names[row.county])),
                row.clause,
            )
        read.console().print(made)


@app.command(
    help=t(
        "一项限时义务，从头到尾：起因、天数、日历、期限、每次变动、每一级、如何终结。",
        "One deadline from top to bottom: trigger, count, calendar, due day, each change, each rung, how it ended.",
    ),
    epilog=t(
        "例：bridgefund obligation show sample/obligation/fund-F1-arrival",
        "Example: bridgefund obligation show sample/obligation/fund-F1-arrival",
    ),
)
def show(
    case: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help=t("限时义务，如 sample/obligation/fund-F1-arrival", "such as sample/obligation/fund-F1-arrival"),
        ),
    ],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one deadline."""
    with reading(store) as now, as_of(now, case, at, known_on) as read:
        row, today = _one(read, case), read.dated.at if read.dated else day_of(business_now(read.ledger))
        happened, names = history(read.engine, case), read.names(row.county)
        if as_json:
            read.print_json(today=today, case=_data(read, row, today), history=history_data(happened, names))
            return
        console = read.console()
        stage, late = names.stage(stage_now(row, today)), _days_late(row, today)
        who = names.who(row.responsible, answers_now(read.state, row, today))
        console.print(row.obligation)
        for line in pairs(tuple(life(row, names, stage, late, who))):
            console.print(line)
        for said in moves(row, names):
            console.print(f"  {said}")
        console.print(history_table(happened, names))


def _one(read: Reading, case: str) -> Obligation:
    if parse_case(case).kind != "obligation":
        raise BadInputError("ID", t(f"{case} 不是限时义务", f"{case} is no obligation"))
    if (row := obligation(read.engine, case)) is None:
        listed = "bridgefund obligation list"
        raise BadInputError("ID", t(f"没有 {case}；见 {listed}", f"no {case}; see {listed}"))
    return row


def _data(read: Reading, row: Obligation, today: date) -> dict[str, Any]:
    who = answers_now(read.state, row, today)
    more = {"late": row.is_late(today), "days_late_now": days_late(row, today), "responsible_person": who}
    return {**asdict(row), **more}


def _days_late(row: Obligation, today: date) -> str:
    return str(days_late(row, today) or "")


def _cells(row: Obligation, names: Names, today: date) -> tuple[str, str, str, str]:
    responsible = names.named("post", row.responsible)
    if row.breached_person:
        responsible = names.who(row.responsible, row.breached_person)
    return "\n".join(due_lines(row, names)), row.obligation, responsible, names.stage(stage_now(row, today))
