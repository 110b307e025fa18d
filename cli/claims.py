"""`bridgefund claim`: one request for a payment, with its gates and its money."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.as_of import AtOption, KnownOption, as_of
from cli.reading import JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, pairs, waiting
from doors.happened import history_data
from doors.texts import t
from projections.timeline import history

app = typer.Typer(help=t("报账：关口与支付", "claims: gates and payment"), no_args_is_help=True)


@app.callback()
def _claims() -> None:
    """Keep the command's name although there is only one."""


@app.command(
    help=t(
        "一笔报账：提交、每个关口、退回与重报、支付与退汇，及各关口的时限。",
        "One claim: lodging, every gate, returns, payment and bounces, and each gate's deadline.",
    ),
    epilog=t("例：bridgefund claim show sample/claim/S01-1", "Example: bridgefund claim show sample/claim/S01-1"),
)
def show(
    claim: Annotated[
        str, typer.Argument(metavar="ID", help=t("报账，如 sample/claim/S01-1", "such as sample/claim/S01-1"))
    ],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one claim."""
    with reading(store) as now, as_of(now, claim, at, known_on) as read:
        row, happened = read.case(claim, "claim"), history(read.engine, claim)
        names = read.names(row.county)
        if as_json:
            read.print_json(case=flat(asdict(row)), history=history_data(happened, names))
            return
        console = read.console()
        console.print(f"{row.case} {names.field('kind', row.title)} · {row.parent}")
        figures = (
            (t("报账", "claimed"), amount(row.money["claimed_fen"])),
            (t("核准", "approved"), amount(row.money["approved_fen"])),
            (t("支付", "paid"), amount(row.money["paid_fen"])),
        )
        console.print(t("；", "; ").join(pairs(figures)), t("（万元）", "(wan yuan)"))
        state = ((t("状态", "stage"), names.stage(row.stage)), (t("等待", "waits for"), waiting(row.waiting, names)))
        for line in pairs(state):
            console.print(line)
        console.print(history_table(happened, names))
