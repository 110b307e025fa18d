"""Page: the claims of a county, searched, narrowed, and read a page at a time."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.listing import PER_PAGE, Asked, claim_row, list_values, offset_of, wanted_of
from console.rendering import page
from doors.texts import t
from projections.claim_list import claim_choices, claim_list

router = APIRouter()


@router.get("/{county}/claims")
def claims(request: Request, house: HouseHere, _: OfCounty, county: str, asked: Asked) -> Response:
    """List the claims."""
    house.fresh()
    names = house.names(county)
    found = claim_list(house.engine, wanted_of(house, county, asked), limit=PER_PAGE, offset=offset_of(asked))
    return page(
        request,
        "claims.html",
        t("报账", "Claims"),
        rows=[claim_row(house, row, names) for row in found.rows],
        **list_values(f"/{county}/claims", asked, found, claim_choices(house.engine, county), names),
    )
