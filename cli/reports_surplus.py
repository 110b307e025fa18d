"""`bridgefund report surplus`: a year's sweeps of what is left over: found, approved, moved, and by which plans."""

from typing import Annotated, Any

import typer

from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import amount, table
from cli.texts import t
from domain.cases import case_id
from domain.surplus import SURPLUS, stage

KINDS = ("prior_year", "current_year")


def of_surplus(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(help=t("年度，如 2022", "year, such as 2022"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print both sweeps of a year."""
    with reading(store) as read:
        read.county(county)
        found = [one for kind in KINDS if (one := _sweep(read, county, year, kind))]
        if as_json:
            read.print_json(county=county, year=year, sweeps=found)
            return
        console, names = read.console(), read.names(county)
        console.print(f"{names.county(county)} {year} {t('结转结余（万元）', 'surplus (wan yuan)')}")
        for one in found:
            ours = t("（批准为我方所加）", " (the approval is ours)") if one["approval_is_ours"] else ""
            console.print(f"{one['case']} {names.stage(one['stage'])} · {one['clause']}{ours}")
            figures = (t("清查", "found"), t("尚余", "left"))
            made = table(t("资金", "fund"), t("资金池", "pool"), t("项目", "project"), *figures, right=figures)
            for item in one["items"]:
                money = (amount(item["amount_fen"]), amount(item["left_fen"]))
                made.add_row(item["fund_no"], names.named("pool", item["pool"]), item["project_no"], *money)
            console.print(made)


def _sweep(read: Reading, county: str, year: int, kind: str) -> dict[str, Any] | None:
    case = case_id(county, "surplus", f"{year}-{kind}")
    state = read.ledger.state(SURPLUS, case)
    if (found := state.found) is None:
        return None
    items = [
        {
            "fund_no": item.fund_no,
            "pool": item.pool,
            "project_no": item.project_no,
            "amount_fen": item.amount_fen,
            "left_fen": state.left[item.key],
        }
        for item in found.items
    ]
    return {
        "case": case,
        "stage": stage(state),
        "items": items,
        "found_fen": sum(item.amount_fen for item in found.items),
        "left_fen": sum(state.left.values()),
        "plans": sorted(state.plans),
        "lead": found.terms.lead,
        "agreeing": list(found.terms.agreeing),
        "approver": found.terms.approver,
        "approval_is_ours": found.terms.approval_is_ours,
        "moved_to": found.terms.moved_to,
        "limit": found.terms.limit,
        "clause": found.terms.clause,
    }
