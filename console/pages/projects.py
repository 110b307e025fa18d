"""Page: the projects of a county, searched, narrowed, and read a page at a time."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.house import House
from console.listing import PER_PAGE, Asked, list_values, offset_of, waits_said, wanted_of
from console.rendering import page
from doors.names import Names
from doors.texts import t
from projections.project_list import ListedProject, project_choices, project_list

router = APIRouter()


@router.get("/{county}/projects")
def projects(request: Request, house: HouseHere, _: OfCounty, county: str, asked: Asked) -> Response:
    """List the projects."""
    house.fresh()
    names = house.names(county)
    found = project_list(house.engine, wanted_of(house, county, asked), limit=PER_PAGE, offset=offset_of(asked))
    return page(
        request,
        "projects.html",
        t("项目", "Projects"),
        rows=[_row(house, row, names) for row in found.rows],
        **list_values(f"/{county}/projects", asked, found, project_choices(house.engine, county), names),
    )


def _row(house: House, row: ListedProject, names: Names) -> dict[str, Any]:
    return {
        "of": row,
        "place": " ".join(dict.fromkeys(part for part in (row.township, row.village) if part)),
        "stage": names.stage(row.stage),
        "waits": waits_said(house, row.waits, names),
        "days": None if row.closed else (house.today() - row.stage_since).days,
    }
