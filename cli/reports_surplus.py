"""`bridgefund report surplus`: a year's sweeps of what is left over: found, approved, moved, and by which plans."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.reading import JsonOption, StoreOption, reading
from cli.tables import amount, table
from doors.texts import t
from projections.surplus import sweeps


def of_surplus(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("年度，如 2022", "year, such as 2022"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print both sweeps of a year."""
    with reading(store) as read:
        read.county(county)
        found = [asdict(one) for one in sweeps(read.engine, county, year)]
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
