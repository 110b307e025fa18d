"""`bridgefund obligation`: every deadline, and above all the broken ones."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from cli.clock import business_now
from cli.names import Names
from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import table
from cli.texts import t
from domain.calendar import day_of
from projections.obligations import Obligation, obligations

app = typer.Typer(help=t("限时义务：时限与逾期", "obligations: deadlines, kept and broken"), no_args_is_help=True)


@app.callback()
def _obligations() -> None:
    """Keep the command's name although there is only one."""


@app.command(
    "list",
    help=t(
        "列出限时义务：期限、条款、责任岗位、是否逾期、上报到哪一级。--late 只列逾期的。",
        "List the deadlines: due day, clause, who answers, whether broken, how far it climbed. --late: broken ones.",
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
            read.print_json(today=today, items=[_data(row, late=row.is_late(today)) for row in rows])
            return
        days = t("晚（日）", "days late")
        names = {row.county: read.names(row.county) for row in rows}
        columns = (
            t("期限", "due"),
            "ID",
            t("责任", "answers"),
            t("状态", "stage"),
            days,
            t("上报", "climbed to"),
            t("依据", "rests on"),
        )
        made = table(*columns, right=(days,))
        for row in rows:
            made.add_row(
                *_cells(row, names[row.county], late=row.is_late(today)),
                _days_late(row, today),
                _rungs(row, names[row.county]),
                row.clause,
            )
        read.console().print(made)


def _data(row: Obligation, *, late: bool) -> dict[str, Any]:
    return {**asdict(row), "late": late}


def _days_late(row: Obligation, today: date) -> str:
    if row.stage == "dropped":  # Nobody is late any more with what nobody waits for.
        return ""
    late_by = row.days_late if row.days_late is not None else max(0, (today - row.due_on).days)
    return str(late_by or "")


def _cells(row: Obligation, names: Names, *, late: bool) -> tuple[str, str, str, str]:
    responsible = names.named("post", row.responsible)
    if row.breached_person:
        responsible = names.who(row.responsible, row.breached_person)
    # Overdue from the first moment, also where no clock has come round to record it.
    stage = "overdue" if late and row.stage == "open" else row.stage
    return "\n".join(_due(row, names)), row.obligation, responsible, names.stage(stage)


def _due(row: Obligation, names: Names) -> Iterator[str]:
    """Yield the due day, and each time that it was counted again."""
    yield f"{row.due_on}{names.field('provisional', row.provisional)}"
    for again in row.recomputed:
        yield t(f"原 {again['due_before']}", f"before: {again['due_before']}")
        yield t(f"{again['on']} 重算", f"recomputed {again['on']}")
        if void := again["void_breach"]:
            yield names.field("void_breach", void).strip("；; ")


def _rungs(row: Obligation, names: Names) -> str:
    return "\n".join(
        f"{rung['on']} {names.who(rung['post'], rung['person'])}{names.field('effect', rung['effect'])}"
        for rung in row.rungs
    )
