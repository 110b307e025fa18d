"""`bridgefund fund`: the county's money, receipt by receipt, and what became of each."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, table, waiting
from cli.texts import t
from domain.cases import parse_case
from projections.cases import cases
from projections.timeline import history as history_of

app = typer.Typer(help=t("资金台账：到账与去向", "funds: what arrived, and what became of it"), no_args_is_help=True)
MONEY = {
    "announced": ("提前告知", "announced"),
    "received": ("到账", "received"),
    "allotted": ("安排", "allotted"),
    "released": ("下达", "released"),
    "reserved": ("占用", "reserved"),
    "sent": ("在途", "sent"),
    "paid": ("支付", "paid"),
}


@app.callback()
def _funds() -> None:
    """Keep the commands' names also where there is only one."""


@app.command(
    "list",
    help=t("列出各笔资金：来源、到哪一步、金额（万元）。", "List the funds: source, where each stands, amounts."),
    epilog=t("例：bridgefund fund list --county jiashi", "Example: bridgefund fund list --county jiashi"),
)
def list_(*, county: CountyOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the funds."""
    with reading(store) as read:
        rows = cases(read.engine, "fund", read.county(county))
        if as_json:
            read.print_json(items=[flat(asdict(row)) for row in rows])
            return
        # Announced money (提前告知资金) is not received: where there is any, it has a column of its own.
        announced = any("announced_fen" in row.money for row in rows)
        shown = [name for name in MONEY if announced or name != "announced"]
        figures = [t(*MONEY[name]) for name in shown]
        made = table(
            "ID",
            t("文件", "document"),
            t("来源", "source"),
            t("状态", "stage"),
            *figures,
            t("等待", "waits for"),
            right=figures,
        )
        for row in rows:
            names = read.names(row.county)
            amounts = (amount(row.money.get(f"{name}_fen")) for name in shown)
            where = (row.case, row.title, names.named("source", row.source), names.stage(row.stage))
            made.add_row(*where, *amounts, waiting(row.waiting, names))
        read.console().print(made)


@app.command(
    help=t(
        "一笔资金的来龙去脉：到账、报告、通知、计划与会议纪要、下达、每个关口、每次支付，"
        "各有经办人、发生日与记录日、依据。--at 显示某日结束时已记录的内容。",
        "One fund's whole history: receipt, report, notice, plan and minutes, release, every gate and payment, each "
        "with who, both dates and what it rests on. --at shows what was on record when a day ended.",
    ),
    epilog=t(
        "例：bridgefund fund history jiashi/fund/F1 --at 2022-03-31",
        "Example: bridgefund fund history jiashi/fund/F1 --at 2022-03-31",
    ),
)
def history(
    fund: Annotated[str, typer.Argument(metavar="ID", help=t("资金，如 jiashi/fund/F1", "such as jiashi/fund/F1"))],
    *,
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%d"], metavar="DATE", help=t("某日，如 2022-03-31", "such as 2022-03-31")),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one fund's history."""
    with reading(store) as read:
        row = read.case(fund, "fund")
        on = at.date() if at else None
        happened = history_of(read.engine, fund, on)
        if as_json:
            read.print_json(case=fund, at=on, items=[asdict(one) for one in happened])
            return
        console, names = read.console(), read.names(parse_case(fund).county)
        head = [f"{row.case} {row.title}", names.named("source", row.source), str(row.year)]
        if on is None and "announced_fen" in row.money:
            head.append(names.stage("announced"))
        console.print(" · ".join(head))
        if on:
            console.print(t(f"截至 {on} 已记录：", f"on record when {on} ended:"))
        console.print(history_table(happened, names))
