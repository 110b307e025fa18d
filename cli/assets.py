"""`bridgefund asset`: the asset register (资产台账), and one asset with what paid for it and whose it is."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.as_of import AtOption, KnownOption, as_of
from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, pairs, table, waiting
from doors.happened import history_data
from doors.texts import t
from projections.assets import asset as asset_of
from projections.assets import income
from projections.cases import cases
from projections.timeline import history

app = typer.Typer(help=t("资产：形成、权属、管护、收益", "assets: title, keeper, income"), no_args_is_help=True)


@app.command(
    "list",
    help=t("列出资产：成本（万元）、状态、等谁。", "List the assets: cost, stage, waiting for whom."),
    epilog=t("例：bridgefund asset list --county jiashi", "Example: bridgefund asset list --county jiashi"),
)
def list_(*, county: CountyOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the assets."""
    with reading(store) as read:
        rows = cases(read.engine, "asset", read.county(county))
        if as_json:
            read.print_json(items=[flat(asdict(row)) for row in rows])
            return
        cost = t("成本", "cost")
        made = table("ID", t("名称", "name"), t("状态", "stage"), cost, t("等待", "waits for"), right=(cost,))
        for row in rows:
            names, figure = read.names(row.county), amount(row.money["paid_fen"])
            made.add_row(row.case, row.title, names.stage(row.stage), figure, waiting(row.waiting, names))
        read.console().print(made)


@app.command(
    help=t(
        "一项资产：由哪些支付形成、权属、管护、收益，及其经过。--at、--known-on 显示某日生效、某日所知的内容。",
        "One asset: the payments that formed it, title, keeper, income. --at and --known-on: what was in force on a "
        "day, as known on a day.",
    ),
    epilog=t("例：bridgefund asset show jiashi/asset/Z1", "Example: bridgefund asset show jiashi/asset/Z1"),
)
def show(
    asset: Annotated[str, typer.Argument(metavar="ID", help=t("资产，如 jiashi/asset/Z1", "such as jiashi/asset/Z1"))],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one asset."""
    with reading(store) as now, as_of(now, asset, at, known_on) as read:
        row, found, happened = read.case(asset, "asset"), asset_of(read.engine, asset), history(read.engine, asset)
        assert found is not None
        came, names = income(read.engine, asset), read.names(row.county)
        if as_json:
            told = {"income": [asdict(one) for one in came], "history": history_data(happened, names)}
            read.print_json(case={**asdict(found), "funds": [asdict(one) for one in found.funds]}, **told)
            return
        console = read.console()
        console.print(f"{row.case} {row.title} · {found.project_no}")
        state = (
            (t("状态", "stage"), names.stage(row.stage)),
            (t("等待", "waits for"), waiting(row.waiting, names)),
            (t("形成成本（万元）", "cost (wan yuan)"), amount(found.cost_fen)),
            (t("权属", "owner"), found.owner or ""),
            (t("移交给", "handed over to"), found.handed_over_to or ""),
            (t("管护", "keeper"), found.keeper or ""),
            (t("收益（万元）", "income (wan yuan)"), amount(found.income_fen) if came else ""),
            (t("未分配（万元）", "not shared (wan yuan)"), amount(found.left_fen) if came else ""),
        )
        for line in pairs(state):
            console.print(line)
        paid = t("金额", "amount")
        made = table(t("报账", "claim"), t("资金", "fund"), t("资金池", "pool"), paid, right=(paid,))
        for one in found.payments:
            made.add_row(one.claim_no, one.fund_no, names.named("pool", one.pool), amount(one.amount_fen))
        console.print(made)
        console.print(history_table(happened, names))
