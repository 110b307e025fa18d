"""Pages: a county's adopted rules, drawn and in words; and two versions of them side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.errors import NotHereError
from console.policy_view import compared, shown, side, sides, version_of, version_rows, versions
from console.rendering import page
from domain.errors import BadInputError
from doors.texts import language, t

router = APIRouter()
Wanted = Annotated[str, Query(max_length=64)]


@router.get("/{county}/policies")
def policies(request: Request, house: HouseHere, _: OfCounty, county: str, version: Wanted = "") -> Response:
    """Show what a county adopted, and one version in words: the one in force, where none is named."""
    found = versions(house, county)
    one = version_of(found, version)
    return page(
        request,
        "policies.html",
        t("政策", "Policies"),
        rows=version_rows(house, county, found),
        chosen=one.id if one else "",
        **(shown(one) if one else {"version": None}),
    )


@router.get("/{county}/policies/compare")
def compare(request: Request, house: HouseHere, _: OfCounty, county: str, a: Wanted = "", b: Wanted = "") -> Response:
    """Show what differs between two of a county's versions, or between one and the county's file."""
    found = versions(house, county)
    known = sides(house, county, found)
    ids = [one for one, _ in known]
    # What is in force is held against what came last beside it: the file, or the version before.
    a, b = a or next(iter(ids), ""), b or next(iter(reversed(ids)), "")
    if ids and not {a, b} <= set(ids):
        raise NotHereError
    parts, error = [], ""
    if ids:
        try:
            offices = tuple(office for one in found if one.id in (a, b) for office in one.offices)
            parts = compared(side(house, county, found, a), side(house, county, found, b), offices)
        except BadInputError as wrong:
            error = wrong.text(language())
    return page(
        request,
        "policies_compare.html",
        t("政策对照", "Policies compared"),
        known=known,
        labels=dict(known),
        a=a,
        b=b,
        parts=parts,
        count=sum(len(rows) for _, rows in parts),
        error=error,
    )
