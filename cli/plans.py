"""`bridgefund plan`: one plan, its approval, and what became of each of its lines."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.as_of import AtOption, KnownOption, as_of
from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, pairs, table, waiting
from doors.figure_lines import MONEY
from doors.happened import history_data
from doors.texts import t
from projections.cases import cases
from projections.plan_lines_read import plan_lines
from projections.timeline import history

app = typer.Typer(help=t("计划：审批与明细", "plans: approval and lines"), no_args_is_help=True)
FIGURES = ("amount", "allotted", "released", "claimed", "paid")


@app.command(
    "list",
    help=t("列出计划：到哪一步、等谁、金额（万元）。", "List the plans: where each stands, waiting for whom, amount."),
    epilog=t("例：bridgefund plan list --county sample", "Example: bridgefund plan list --county sample"),
)
def list_(*, county: CountyOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the plans."""
    with reading(store) as read:
        rows = cases(read.engine, "plan", read.county(county))
        if as_json:
            read.print_json(items=[flat(asdict(row)) for row in rows])
            return
        money = t(*MONEY["amount"])
        made = table("ID", t("名称", "title"), t("状态", "stage"), money, t("等待", "waits for"), right=(money,))
        for row in rows:
            names, figure = read.names(row.county), amount(row.money["amount_fen"])
            made.add_row(row.case, row.title, names.stage(row.stage), figure, waiting(row.waiting, names))
        read.console().print(made)


@app.command(
    help=t(
        "一个计划：审批、每条明细的安排、下达、报账、支付，及其经过。--at、--known-on 显示某日生效、某日所知的内容。",
        "One plan: its approval, and of each line what was allotted, released, claimed, paid. --at and --known-on: "
        "what was in force on a day, as known on a day.",
    ),
    epilog=t("例：bridgefund plan show sample/plan/P1", "Example: bridgefund plan show sample/plan/P1"),
)
def show(
    plan: Annotated[str, typer.Argument(metavar="ID", help=t("计划，如 sample/plan/P1", "such as sample/plan/P1"))],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one plan."""
    with reading(store) as now, as_of(now, plan, at, known_on) as read:
        row, lines, happened = read.case(plan, "plan"), plan_lines(read.engine, plan=plan), history(read.engine, plan)
        names = read.names(row.county)
        if as_json:
            told = history_data(happened, names)
            read.print_json(case=flat(asdict(row)), lines=[asdict(line) for line in lines], history=told)
            return
        console = read.console()
        console.print(f"{row.case} {row.title} · {row.year}")
        state = ((t("状态", "stage"), names.stage(row.stage)), (t("等待", "waits for"), waiting(row.waiting, names)))
        for line in pairs(state):
            console.print(line)
        figures = [t(*MONEY[name]) for name in FIGURES]
        made = table(t("资金", "fund"), t("资金池", "pool"), t("项目", "project"), *figures, right=figures)
        for one in lines:
            sign = -1 if one.cut else 1  # What it takes back of earlier plans.
            money = (amount(sign * getattr(one, f"{name}_fen")) for name in FIGURES)
            made.add_row(one.fund_no, names.named("pool", one.pool), one.project_no, *money)
        console.print(made)
        console.print(history_table(happened, names))
