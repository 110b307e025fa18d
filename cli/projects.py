"""`bridgefund project`: every project, and the whole life of one."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.as_of import AtOption, KnownOption, as_of
from cli.checks import checks, checks_table, plain, set_lines
from cli.reading import CountyOption, JsonOption, StoreOption, reading
from cli.tables import amount, flat, history_table, pairs, table, waiting
from doors.happened import history_data
from doors.names import Names
from doors.texts import t
from projections.cases import Case, cases, claims_of
from projections.timeline import history

app = typer.Typer(help=t("项目：进度与一生", "projects: where they stand, and their lives"), no_args_is_help=True)


CLAIM_MONEY = ("claimed_fen", "approved_fen", "paid_fen")


@app.callback()
def _projects() -> None:
    """Keep the commands' names also where there is only one."""


def _figures() -> dict[str, str]:
    return {
        "budget_fen": t("预算", "budget"),
        "contract_fen": t("合同", "contract"),
        "allotted_fen": t("安排", "allotted"),
        "released_fen": t("下达", "released"),
        "claimed_fen": t("报账", "claimed"),
        "approved_fen": t("核准", "approved"),
        "paid_fen": t("支付", "paid"),
    }


@app.command(
    "list",
    help=t(
        "列出项目：在哪个环节、等谁、金额（万元）。", "List the projects: at which step, waiting for whom, amounts."
    ),
    epilog=t("例：bridgefund project list --county sample", "Example: bridgefund project list --county sample"),
)
def list_(*, county: CountyOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the projects."""
    with reading(store) as read:
        rows = cases(read.engine, "project", read.county(county))
        if as_json:
            read.print_json(items=[flat(asdict(row)) for row in rows])
            return
        figures = _figures()
        right = tuple(figures.values())
        made = table("ID", t("名称", "name"), t("环节", "step"), *right, t("等待", "waits for"), right=right)
        for row in rows:
            names = read.names(row.county)
            money = (amount(row.money.get(name)) for name in figures)
            made.add_row(row.case, row.title, names.stage(row.stage), *money, waiting(row.waiting, names))
        read.console().print(made)


@app.command(
    help=t(
        "一个项目的一生：从申报到移交管护，连同它的计划审批、报账、支付和限时义务。",
        "One project's whole life, from declaration to handover, with its plan's approval, claims and deadlines.",
    ),
    epilog=t("例：bridgefund project show sample/project/S01", "Example: bridgefund project show sample/project/S01"),
)
def show(
    project: Annotated[
        str, typer.Argument(metavar="ID", help=t("项目，如 sample/project/S01", "such as sample/project/S01"))
    ],
    *,
    at: AtOption = None,
    known_on: KnownOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one project."""
    with reading(store) as now, as_of(now, project, at, known_on) as read:
        row = read.case(project, "project")
        claims, happened = claims_of(read.engine, project), history(read.engine, project)
        state, checked = checks(read.state, row.county, project)
        names = read.names(row.county)
        if as_json:
            data = {"case": flat(asdict(row)), "claims": [flat(asdict(claim)) for claim in claims]}
            data |= {**plain(state), "checks": [asdict(one) for one in checked]}
            read.print_json(**data, history=history_data(happened, names))
            return
        console = read.console()
        console.print(f"{row.case} {row.title}")
        figures = [(name, amount(row.money.get(key))) for key, name in _figures().items()]
        console.print(t("；", "; ").join(pairs(figures)), t("（万元）", "(wan yuan)"))
        for line in pairs(
            ((t("环节", "step"), names.stage(row.stage)), (t("等待", "waits for"), waiting(row.waiting, names)))
        ):
            console.print(line)
        for line in set_lines(state):
            console.print(line)
        if checked:
            console.print(checks_table(checked, names))
        if claims:
            console.print(_claims(claims, names))
        console.print(history_table(happened, names))


def _claims(claims: list[Case], names: Names) -> Table:
    figures = (t("报账", "claimed"), t("核准", "approved"), t("支付", "paid"))
    made = table(
        t("报账", "claim"), t("类别", "kind"), t("状态", "stage"), *figures, t("等待", "waits for"), right=figures
    )
    for claim in claims:
        money = (amount(claim.money[name]) for name in CLAIM_MONEY)
        where = (claim.case, names.field("kind", claim.title), names.stage(claim.stage))
        made.add_row(*where, *money, waiting(claim.waiting, names))
    return made
