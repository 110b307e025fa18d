"""Pages: the register of a county's assets."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.listing import PER_PAGE, Parted
from console.rendering import page
from doors.names import Names
from doors.texts import t
from projections.register_pages import AssetRow, Which, assets_page

router = APIRouter()


def which_name(which: Which | None) -> str:
    """Return what a sort of assets is called."""
    if which is None:
        return t("全部", "All")
    names = {
        Which.WEAK: ("闲置或亏损", "Idle or at a loss"),
        Which.NO_TITLE: ("未确权", "No title yet"),
        Which.NO_KEEPER: ("未落实管护", "No keeper yet"),
        Which.DISPOSED: ("已处置", "Disposed of"),
    }
    return t(*names[which])


@router.get("/{county}/assets")
def listed(
    request: Request,
    house: HouseHere,
    _: OfCounty,
    county: str,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    which: Which | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List the assets."""
    house.fresh()
    names = house.names(county)
    parted = Parted(f"/{county}/assets", "which", which, q, number)
    found = assets_page(house.engine, county, which, q, limit=PER_PAGE, offset=parted.offset)
    return page(
        request,
        "assets.html",
        t("资产", "Assets"),
        rows=[_line(county, row, names) for row in found.rows],
        cost_fen=found.cost_fen,
        **parted.values(Which, found.counts, which_name),
    )


def _line(county: str, row: AssetRow, names: Names) -> dict[str, Any]:
    return {
        "url": f"/{row.case}",
        "no": row.asset_no,
        "name": row.name,
        "nature": names.word(row.nature),
        "project": row.project_no,
        "project_url": f"/{county}/project/{row.project_no}",
        "of_class": names.named("class", row.of_class) if row.of_class else "",
        "village": " ".join(part for part in (row.township, row.village) if part),
        "keeper": row.keeper,
        "owner": row.owner,
        "cost_fen": row.cost_fen,
        "income_fen": row.income_fen,
        "stage": names.stage(row.stage),
        "weak": weak_said(row.weak, names),
        "disposed": row.disposed_on is not None,
    }


def weak_said(weak: dict[str, Any] | None, names: Names) -> str:
    """Return which weakness an asset has: idle, or run at a loss; nothing of a sound one."""
    return names.field("kind", str(weak["kind"])) if weak else ""
