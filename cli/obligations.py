"""`bridgefund obligation`: every deadline, above all the broken ones; and one from its trigger to how it ended."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from cli.clock import business_now
from cli.names import Names
from cli.obligation_lines import due_lines, granted_lines, life, rungs
from cli.reading import CountyOption, JsonOption, Reading, StoreOption, reading
from cli.tables import history_table, table
from cli.texts import t
from domain.calendar import day_of
from domain.cases import mandates_stream, parse_case
from domain.errors import BadInputError
from domain.mandate import MANDATE
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
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one deadline."""
    with reading(store) as read:
        row, today = _one(read, case), day_of(business_now(read.ledger))
        happened = history(read.engine, case)
        if as_json:
            read.print_json(today=today, case=_data(read, row, today), history=[asdict(one) for one in happened])
            return
        console, names = read.console(), read.names(row.county)
        stage, late = names.stage(_stage(row, today)), _days_late(row, today)
        for line in life(row, names, stage, late, names.who(row.responsible, answers_now(read, row, today))):
            console.print(line)
        console.print(history_table(happened, names))


def _one(read: Reading, case: str) -> Obligation:
    if parse_case(case).kind != "obligation":
        raise BadInputError("ID", t(f"{case} 不是限时义务", f"{case} is no obligation"))
    if (row := obligation(read.engine, case)) is None:
        listed = "bridgefund obligation list"
        raise BadInputError("ID", t(f"没有 {case}；见 {listed}", f"no {case}; see {listed}"))
    return row


def answers_now(read: Reading, row: Obligation, today: date) -> str:
    """Return who answers for a deadline: whom its breach names, else who holds the post today."""
    held = read.ledger.state(MANDATE, mandates_stream(row.county))
    return row.breached_person or held.holders(today).get(row.responsible, "")


def _data(read: Reading, row: Obligation, today: date) -> dict[str, Any]:
    days = int(_days_late(row, today) or 0)
    more = {"late": row.is_late(today), "days_late_now": days, "responsible_person": answers_now(read, row, today)}
    return {**asdict(row), **more}


def _days_late(row: Obligation, today: date) -> str:
    if row.days_late is not None:
        return str(row.days_late or "")
    if row.stage in ("dropped", "waived", "paused"):  # Nobody grows late with what nobody waits for.
        return ""
    return str(max(0, (today - row.due_on).days) or "")


def _stage(row: Obligation, today: date) -> str:
    # Overdue from the first moment, also where no clock has come round to record it.
    return "overdue" if row.stage == "open" and row.is_late(today) else row.stage


def _cells(row: Obligation, names: Names, today: date) -> tuple[str, str, str, str]:
    responsible = names.named("post", row.responsible)
    if row.breached_person:
        responsible = names.who(row.responsible, row.breached_person)
    return "\n".join(due_lines(row, names)), row.obligation, responsible, names.stage(_stage(row, today))
