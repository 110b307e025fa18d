"""`bridgefund report`: what a county's year came to, computed from the ledger."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli.delivering import Outputs, deliver, leaving, source_of
from cli.dispatching import of_dispatch, of_watch
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.reports_apart import announced_data, carried_data
from cli.reports_disclosures import of_disclosures, of_training
from cli.reports_instruments import of_instruments
from cli.reports_ledgers import of_circular, of_funds, of_outboxes, of_projects
from cli.reports_results import of_assets, of_performance
from cli.reports_surplus import of_surplus
from cli.testimonies import of_testimony
from domain.county import NoPolicyError
from domain.money import wan
from domain.procedures.judging import judge_year
from domain.rules.result import COUNTED, Amount
from doors.ledger_documents import statement_of
from doors.texts import t
from projections.statement_read import PoolUse

app = typer.Typer(help=t("报表", "reports"), no_args_is_help=True)


@app.command(
    "sources-and-uses",
    help=t(
        "资金来源与使用情况表：按资金池列到账、安排、下达、报账、核准、支付和支付率，由总账算出，精确到分；"
        "提前告知未到账的资金、上年结转的资金另列。某年结账后，该年的数字不再变动。",
        "Sources and uses: received, allotted, released, claimed, approved, paid and the rate, by pool, computed to "
        "the fen; apart from them money announced and not arrived, and money carried in from earlier years. Once a "
        "year is closed, its figures stay.",
    ),
    epilog=t(
        "例：bridgefund report sources-and-uses jiashi 2022 --json",
        "Example: bridgefund report sources-and-uses jiashi 2022 --json",
    ),
)
@leaving
def sources_and_uses(
    read: Reading,
    outputs: Outputs,
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("资金年度，如 2022", "fiscal year, such as 2022"))],
    *,
    samples: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=t(
                "原文数字所在的样例目录；样例库默认 samples/<县>-<年>",
                "folder with the figures that the text prints; of a sample store: samples/<county>-<year>",
            ),
        ),
    ] = None,
) -> None:
    """Print the statement of a county's year."""
    made, report = statement_of(source_of(read, county), year, samples)
    found = made.found
    pools = [{"pool": use.pool, **_data(use)} for use in found.pools]
    apart = {"announced": announced_data(found), "carried": carried_data(found)}
    data = {"county": county, "year": year, "pools": pools, "totals": _data(found.total), **apart}
    by_month = [asdict(month) for month in made.months]
    deliver(read, outputs, report, **data, months=by_month, printed=[figure.data() for figure in made.printed])


@app.command(
    "rules",
    help=t(
        "规则核定表：占比、下限、入库规模、投入增长，逐项列出计入的金额、要求与结果，由总账算出。",
        "Rules that compute: shares, floors, bank size, growth; each with what it asks, what was found, every amount.",
    ),
    epilog=t("例：bridgefund report rules guangfeng 2021", "Example: bridgefund report rules guangfeng 2021"),
)
def rules(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("资金年度，如 2022", "fiscal year, such as 2022"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print where a county's rules over a year stand."""
    with reading(store) as read:
        names = read.names(county)
        profile = names.profile
        if profile is None:
            raise NoPolicyError(county=county)
        results = judge_year(read.ledger.state, profile, county, year)
        if as_json:
            read.print_json(county=county, year=year, rules=[to_builtins(result) for result in results])
            return
        console = read.console()
        title = t("规则核定（万元）", "rules that compute (wan yuan)")
        console.print(f"{names.county(county)} {year} {title}")
        if not results:
            console.print(t("没有可核定的规则", "there is no rule that could be judged"))
            return
        for result in results:
            console.print(names.found(to_builtins(result)))
            for amount_in in result.amounts:
                said = COUNTED[amount_in.kind]
                kind = t(said.zh, said.en)
                console.print(f"    {kind} {names.counted(amount_in.of)}: {_measured(amount_in)}")
            console.print(f"    {result.clause}")


def _measured(counted: Amount) -> str:
    return str(counted.amount) if counted.kind in ("households", "factor") else wan(counted.amount)


def _data(use: PoolUse) -> dict[str, Any]:
    return {
        **{f"{name}_fen": fen for name, fen in use.money.items()},
        "bounced_count": use.bounced_count,
        "projects": use.projects,
        "rate": use.rate,
        "received_by_source": use.by_source,
    }


app.command(
    "testimony",
    help=t(
        "导入的旧账：按类别、来源、资金池、资金类别合计，逐个文件注明由谁何日导入；不计入其他报表。",
        "Imported testimony: sums by kind, source, pool and class, under whose word and which file; in no other.",
    ),
    epilog=t("例：bridgefund report testimony jiashi 2021", "Example: bridgefund report testimony jiashi 2021"),
)(of_testimony)
app.command(
    "disclosures",
    help=t(
        "公开公示台账：某年产生的应公开信息，何日产生、期限、在哪公开、异议、晚几日；附群众反映。",
        "The disclosure register: what arose in a year, when, due by when, public where, objections, days late.",
    ),
    epilog=t("例：bridgefund report disclosures jiashi 2022", "Example: bridgefund report disclosures jiashi 2022"),
)(of_disclosures)
app.command(
    "training",
    help=t("培训记录：某年开展的培训。", "The training record: what was held in a year."),
    epilog=t("例：bridgefund report training jiashi 2022", "Example: bridgefund report training jiashi 2022"),
)(of_training)
app.command(
    "performance",
    help=t(
        "绩效表：某年有资金或受跟踪的项目，逐项列指标、评价、支付率、带动户数、待办；未纳入的另列；附原文指标与困难问题。",
        "Performance: the projects of a year with measures, evaluation, rate of payment, households, what waits; "
        "those not followed; the text's own measures and the problems that it names.",
    ),
    epilog=t("例：bridgefund report performance jiashi 2022", "Example: bridgefund report performance jiashi 2022"),
)(of_performance)
app.command(
    "assets",
    help=t(
        "资产表：项目形成的资产，由哪些支付形成、权属、移交、管护、收益及分配、闲置或亏损、待办。",
        "Assets: what projects formed, the payments that paid for it, owner, handover, keeper, income, what waits.",
    ),
    epilog=t("例：bridgefund report assets meilan --json", "Example: bridgefund report assets meilan --json"),
)(of_assets)

app.command(
    "instruments",
    help=t(
        "政策工具：保险、风险基金、奖补、补贴、工作经费、常设资金，本年与累计、已付、户数；原文数字另列，不参与计算。",
        "Instruments: insurance, risk funds, awards, subsidies, work budgets, standing funds; the year, in all, paid, "
        "households. What the text prints stands beside, and is computed with nowhere.",
    ),
    epilog=t(
        "例：bridgefund report instruments guangfeng 2021", "Example: bridgefund report instruments guangfeng 2021"
    ),
)(of_instruments)

app.command(
    "surplus",
    help=t(
        "结转结余：某年的清查清单、会签、批复、由哪些计划安排、尚余多少；批准为我方所加的注明。",
        "Surplus: a year's sweeps: the lists, who agreed and approved, which plans moved it, what is left; an approval "
        "that is ours says so.",
    ),
    epilog=t("例：bridgefund report surplus jiashi 2022", "Example: bridgefund report surplus jiashi 2022"),
)(of_surplus)
app.command(
    "dispatch",
    help=t(
        "月度调度：各对象的任务、完成、总账计数、差额、名次，已采取的措施，拟移交的线索，定期工作与序时进度。",
        "A month's dispatch: tasks, actuals, what the ledger counts, shortfall, rungs, referral, rhythms, schedule.",
    ),
    epilog=t("例：bridgefund report dispatch jiashi 2022-06", "Example: bridgefund report dispatch jiashi 2022-06"),
)(of_dispatch)
app.command(
    "watch",
    help=t(
        "一周盯办：逐日逐岗的次数和漏看，异常及其了结。",
        "A week's watch: looks and what was missed, by day and post; anomalies and how they ended.",
    ),
    epilog=t("例：bridgefund report watch jiashi 2022-W24", "Example: bridgefund report watch jiashi 2022-W24"),
)(of_watch)
app.command(
    "funds",
    help=t(
        "资金台账：某年每笔资金按来源、层级、资金池（专账）列到账、安排、下达、支付、结余。",
        "The fund ledger: a year's funds by source, tier, pool (account): received, allotted, released, paid.",
    ),
    epilog=t(
        "例：bridgefund report funds jiashi 2022 --xlsx 资金台账.xlsx --pdf 资金台账.pdf",
        "Example: bridgefund report funds jiashi 2022 --xlsx funds.xlsx --pdf funds.pdf",
    ),
)(of_funds)
app.command(
    "projects",
    help=t(
        "项目建设台账：某年入库或安排资金的项目：地点、单位、预算、合同、安排、支付、环节，及申报至移交的各日期。",
        "The project ledger: a year's projects: place, unit, budget, contract, allotted, paid, stage, days.",
    ),
    epilog=t(
        "例：bridgefund report projects jinghe 2023 --pdf 台账.pdf",
        "Example: bridgefund report projects jinghe 2023 --pdf projects.pdf",
    ),
)(of_projects)
app.command(
    "circular",
    help=t(
        "月度通报：任务完成与排名、支出与序时进度；落后与否只按政策自己的要求，原文未规定的写明未规定。",
        "The monthly circular: tasks, ranking, spending against the schedule. Behind is only what the policy itself "
        "says is; where it says nothing: no rule stated.",
    ),
    epilog=t(
        "例：bridgefund report circular jiashi 2022-06 --pdf 通报.pdf",
        "Example: bridgefund report circular jiashi 2022-06 --pdf circular.pdf",
    ),
)(of_circular)
app.command(
    "outboxes",
    help=t(
        "外部系统报送台账：某年报出的文件：给哪个系统、何时、哪些行、摘要、如何回执；各系统现状。",
        "Files for systems outside: what went out in a year, to which, when, which rows, the digest, the answer.",
    ),
    epilog=t("例：bridgefund report outboxes jiashi 2022", "Example: bridgefund report outboxes jiashi 2022"),
)(of_outboxes)
