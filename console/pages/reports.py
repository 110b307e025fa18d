"""Pages: the reports of a county, each as a page and as a file."""

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.access import HouseHere, OfCounty, of_county
from console.documents import FORMS, ShownTable, shown_report, shown_table
from console.errors import NotHereError
from console.house import House
from console.making import MAKER, as_file, on_page, source_of
from console.rendering import page
from console.visitor import Visitor
from doors.chart_data import flow_of, flow_table
from doors.documents import DOCUMENTS, Document, Takes
from doors.source import Source
from doors.texts import t
from reports.document import Report, seen
from reports.money_flow import FLOW
from reports.progress import SPENDING

router = APIRouter()
_UNUSABLE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


@router.get("/{county}/reports", dependencies=[Depends(of_county)])
def listed(request: Request, house: HouseHere, county: str) -> Response:
    """List the reports, each with the periods of which it has something."""
    source = source_of(house, county)
    rows = [(one, t(one.title.zh, one.title.en), one.periods(source)) for one in DOCUMENTS.values()]
    return page(request, "reports.html", t("报表", "Reports"), rows=rows, url=lambda name, of: _url(county, name, of))


@router.get("/{county}/reports/{name}.{form}")
async def download(
    house: HouseHere, visitor: OfCounty, county: str, name: str, form: str, period: str = ""
) -> Response:
    """Hand out a report as a file.

    Raises:
        NotHereError: If there is no such report, or none in that form.
    """
    document = _document(name)
    if form not in FORMS:
        raise NotHereError

    def make() -> tuple[bytes, Report]:
        source = source_of(house, county)
        return as_file(house, source, document, _period(document, source, period), visitor.person, form)

    content, report = await MAKER.made(make)
    words = quote(f"{seen(report.heading).translate(_UNUSABLE)}.{form}")
    plain = f"{county}-{name}-{report.period}".rstrip("-")
    headers = {"content-disposition": f"attachment; filename=\"{plain}.{form}\"; filename*=UTF-8''{words}"}
    return Response(content, media_type=FORMS[form], headers=headers)


@router.get("/{county}/reports/{name}")
async def shown(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, name: str, period: str = ""
) -> Response:
    """Show a report of a period: of the latest that has something, where none is named."""
    document = _document(name)
    if document.heavy:
        return await MAKER.made(lambda: _shown(request, house, visitor, county, document, period))
    return await run_in_threadpool(_shown, request, house, visitor, county, document, period)


def _shown(request: Request, house: House, visitor: Visitor, county: str, document: Document, period: str) -> Response:
    source = source_of(house, county)
    periods = document.periods(source)
    title = t(document.title.zh, document.title.en)
    period = period or next(iter(periods), "")
    if not period and document.takes is not Takes.NOTHING:
        return page(request, "report_none.html", title)
    report = on_page(house, source, document, period, visitor.person)
    drawn = {chart.name for chart in report.charts}
    return page(
        request,
        "report.html",
        seen(report.heading),
        report=shown_report(report),
        period=period,
        periods=periods,
        files=[(form.upper(), _url(county, f"{document.name}.{form}", period)) for form in FORMS],
        back=f"/{county}/reports",
        urls={name: url for name, url in _charts(county, period).items() if name in drawn},
        alternatives=_alternatives(source, period) if FLOW in drawn else {},
    )


def _document(name: str) -> Document:
    """Return a report by its name.

    Raises:
        NotHereError: If there is none.
    """
    if name not in DOCUMENTS:
        raise NotHereError
    return DOCUMENTS[name]


def _period(document: Document, source: Source, period: str) -> str:
    """Return the period that is asked for, or the latest.

    Raises:
        NotHereError: If there is none at all.
    """
    if document.takes is Takes.NOTHING or period:
        return period
    periods = document.periods(source)
    if not periods:
        raise NotHereError
    return periods[0]


def _url(county: str, name: str, period: str) -> str:
    return f"/{county}/reports/{name}" + (f"?{urlencode({'period': period})}" if period else "")


def _charts(county: str, period: str) -> dict[str, str]:
    """Return where the figures of the pictures of a year or a month are."""
    asked = urlencode({"month" if "-" in period else "year": period})
    return {FLOW: f"/api/{county}/charts/flow?{asked}", SPENDING: f"/api/{county}/charts/spending?{asked}"}


def _alternatives(source: Source, period: str) -> dict[str, ShownTable]:
    """Return the tables of those pictures that are drawn of no table of the report."""
    return {FLOW: shown_table(flow_table(flow_of(source, int(period))))}
