"""The JSON API: a county's deadlines, people and reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from console.access import HouseHere, OfCounty, of_county
from console.api.addresses import County, Limit, Number, offset_of
from console.api.models import AbsenceOut, DeadlineOut, DeadlinesOut, PeopleOut, ReportOut, TermOut
from console.api.problems import READS
from console.errors import NotHereError
from console.house import House
from console.making import MAKER, on_page, source_of
from doors.documents import DOCUMENTS, Takes
from projections.obligations import Obligation, obligations_page
from projections.people_read import Absence, Term, absences, terms

router = APIRouter(prefix="/api", tags=["county"], responses=READS, dependencies=[Depends(of_county)])
_Report = Annotated[str, Path(description="报表 / report", json_schema_extra={"enum": list(DOCUMENTS)})]
_Period = Annotated[str, Query(max_length=20, description="2022、2022-06、2022-W10；空为最近 / the latest if empty")]
_Late = Annotated[bool, Query(description="只看逾期的 / broken ones only")]


@router.get("/{county}/obligations")
def deadlines(
    house: HouseHere,
    county: County,
    number: Number = 1,
    limit: Limit = 50,
    late: _Late = False,  # noqa: FBT002 - a query's
) -> DeadlinesOut:
    """期限 / A county's deadlines, by due day."""
    house.fresh()
    late_by, start = house.today() if late else None, offset_of(number, limit)
    found, total = obligations_page(house.engine, county, late_by, limit=limit, offset=start)
    rows = [_deadline(house, one) for one in found]
    return DeadlinesOut(total=total, page=number, limit=limit, obligations=rows)


def _deadline(house: House, one: Obligation) -> DeadlineOut:
    kept = {name: getattr(one, name) for name in DeadlineOut.model_fields if hasattr(one, name)}
    return DeadlineOut(**kept, late=one.is_late(house.today()))


@router.get("/{county}/people")
def people(house: HouseHere, county: County) -> PeopleOut:
    """人员 / Who holds which post of a county today, and who stands in for whom."""
    house.fresh()
    today = house.today()
    return PeopleOut(
        on=today,
        terms=[_term(house, one) for one in terms(house.engine, county, on=today)],
        absences=[_absence(one) for one in absences(house.engine, county, on=today)],
    )


def _term(house: House, one: Term) -> TermOut:
    names = house.names(one.county)
    kept = {name: getattr(one, name) for name in TermOut.model_fields if hasattr(one, name)}
    return TermOut(**kept, post_name=names.named("post", one.post), name=names.people.get(one.person, ""))


def _absence(one: Absence) -> AbsenceOut:
    return AbsenceOut(**{name: getattr(one, name) for name in AbsenceOut.model_fields})


@router.get("/{county}/reports/{name}")
async def report(house: HouseHere, visitor: OfCounty, county: County, name: _Report, period: _Period = "") -> ReportOut:
    """报表 / A report of a period as data: of the latest that has something, where none is named."""
    if name not in DOCUMENTS:
        raise NotHereError
    return await MAKER.made(lambda: _report(house, visitor.person, county, name, period))


def _report(house: House, person: str, county: str, name: str, period: str) -> ReportOut:
    source, document = source_of(house, county), DOCUMENTS[name]
    if not period and document.takes is not Takes.NOTHING:
        period = next(iter(document.periods(source)), "")
        if not period:
            raise NotHereError
    made = on_page(house, source, document, period, person)
    return ReportOut(name=name, period=period, report=made.data())
