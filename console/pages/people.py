"""Pages: who holds which post of a county, who is away and who stands in; and one person's whole record."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.case_view import view_of
from console.errors import NotHereError
from console.forms.days import read_day
from console.forms.faults import UnreadError
from console.kinds import PAGES
from console.people_view import absence_rows, is_known, key_rows, next_absence, post_rows
from console.rendering import page
from domain.cases import CaseId, parse_case
from domain.errors import BadInputError
from doors.texts import t

router = APIRouter()


@router.get("/{county}/people")
def people(
    request: Request, house: HouseHere, _: OfCounty, county: str, on: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Show a county's people on a day."""
    house.fresh()
    day, error = house.today(), ""
    try:
        day = _day(on, day)
    except UnreadError as unread:
        error = t(unread.zh, unread.en)
    return page(
        request,
        "people.html",
        t("人员", "People"),
        status=422 if error else 200,
        on=day.isoformat(),
        asked=on or day.isoformat(),
        error=error,
        posts=post_rows(house, county, day),
        absences=absence_rows(house, county, day),
        keys=key_rows(house, county, day),
        absence_url=f"/{county}/absence/{next_absence(house, county)}/ask/absence.open/1",
    )


def _day(asked: str, today: date) -> date:
    return read_day(asked) if asked.strip() else today


@router.get("/{county}/people/{no}")
def person(request: Request, house: HouseHere, visitor: OfCounty, county: str, no: str) -> Response:
    """Show one person's record: whoever held a post from the first day on has one too."""
    try:
        found: CaseId = parse_case(f"{county}/people/{no}")
    except BadInputError as e:
        raise NotHereError from e
    house.fresh()
    if not is_known(house, county, no):
        raise NotHereError
    own = PAGES["people"]
    values = {**view_of(house, visitor, found, told=False), "papers": None, **own.more(house, visitor, found)}
    return page(request, own.template, str(values["heading"]), **values)
