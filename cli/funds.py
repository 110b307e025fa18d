"""`bridgefund fund`: the county's money, receipt by receipt, and what became of each."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.as_of import AtOption, KnownOption, as_of
from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, pairs, table, waiting
from doors.figure_lines import MONEY as FIGURES
from doors.happened import history_data
from doors.texts import t
from projections.cases import cases
from projections.fund_ledger_read import LedgerLine, PortionRow, lines, portions
from projections.timeline import history as history_of

app = typer.Typer(help=t("资金台账：到账与去向", "funds: what arrived, and what became of it"), no_args_is_help=True)
MONEY = ("announced", "received", "allotted", "released", "reserved", "sent", "paid")
# What a portion, and of it a project, has of money; announced money is shown apart from what is there.
PORTION = (
    "received",
    "withdrawn",
    "free",
    "allotted",
    "unreleased",
    "released",
    "claimable",
    "reserved",
    "sent",
    "paid",
)
LINE = ("allotted", "unreleased", "claimable", "reserved", "sent", "paid")
FundArgument = Annotated[str, typer.Argument(metavar="ID", help=t("资金，如 jiashi/fund/F1", "such as jiashi/fund/F1"))]


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
        figures = [t(*FIGURES[name]) for name in shown]
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
        "一笔资金的数字：到账、安排、下达、占用、支付，按资金池和项目。--at、--known-on 显示某日生效、某日所知的内容。",
        "One fund's figures, by pool and project: received, allotted, released, reserved, paid. --at and --known-on: "
        "what was in force on a day, as known on a day.",
    ),
    epilog=t(
        "例：bridgefund fund show jiashi/fund/F1 --at 2022-06-30 --known-on 2022-06-30（当时所知）；"
        "只写 --at 则按今天所知",
        "Example: bridgefund fund show jiashi/fund/F1 --at 2022-06-30 --known-on 2022-06-30 (what was believed then); "
        "with --at alone, as known today",
    ),
)
def show(
    fund: FundArgument,
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one fund."""
    with reading(store) as now, as_of(now, fund, at, known_on) as read:
        row = read.case(fund, "fund")
        held, of_projects = portions(read.engine, fund=fund), lines(read.engine, fund=fund)
        if as_json:
            data = {"portions": [asdict(one) for one in held], "lines": [asdict(one) for one in of_projects]}
            read.print_json(case=flat(asdict(row)), **data)
            return
        console, names = read.console(), read.names(row.county)
        console.print(" · ".join((f"{row.case} {row.title}", names.named("source", row.source), str(row.year))))
        state = ((t("状态", "stage"), names.stage(row.stage)), (t("等待", "waits for"), waiting(row.waiting, names)))
        for line in pairs(state):
            console.print(line)
        announced = ("announced",) if any(one.announced_fen for one in held) else ()
        made = _money_table((t("资金池", "pool"),), (*announced, *PORTION))
        for one in held:
            made.add_row(names.named("pool", one.pool), *_money_of(one, (*announced, *PORTION)))
        console.print(made)
        made = _money_table((t("项目", "project"), t("资金池", "pool")), LINE)
        for project in of_projects:
            made.add_row(project.project_no, names.named("pool", project.pool), *_money_of(project, LINE))
        if of_projects:
            console.print(made)


def _money_table(heads: tuple[str, ...], figures: tuple[str, ...]) -> Table:
    named = [t(*FIGURES[name]) for name in figures]
    return table(*heads, *named, right=named)


def _money_of(row: PortionRow | LedgerLine, figures: tuple[str, ...]) -> Iterator[str]:
    return (amount(getattr(row, f"{name}_fen")) for name in figures)


@app.command(
    help=t(
        "一笔资金的来龙去脉：到账、报告、通知、计划与会议纪要、下达、每个关口、每次支付，"
        "各有经办人、发生日与记录日、依据。--at 只算发生日至某日的，--known-on 只算某日结束时已记录的。",
        "One fund's whole history: receipt, report, notice, plan and minutes, release, every gate and payment, each "
        "with who, both dates and what it rests on. --at: stated up to a day; --known-on: on record when a day ended.",
    ),
    epilog=t(
        "例：bridgefund fund history jiashi/fund/F1 --known-on 2022-03-31",
        "Example: bridgefund fund history jiashi/fund/F1 --known-on 2022-03-31",
    ),
)
def history(
    fund: FundArgument,
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one fund's history."""
    with reading(store) as now, as_of(now, fund, at, known_on) as read:
        row, happened = read.case(fund, "fund"), history_of(read.engine, fund)
        names = read.names(row.county)
        if as_json:
            read.print_json(case=fund, at=at.date() if at else None, items=history_data(happened, names))
            return
        console = read.console()
        head = [f"{row.case} {row.title}", names.named("source", row.source), str(row.year)]
        if "announced_fen" in row.money:
            head.append(names.stage("announced"))
        console.print(" · ".join(head))
        console.print(history_table(happened, names))
