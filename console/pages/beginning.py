"""Page: a new case is given its number, and its form is opened."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.errors import UNPROCESSABLE, NotHereError
from console.forms.asked import asked_words
from console.offers import BEGINS, ask_url, offers
from console.rendering import page, see
from domain.cases import CaseId, parse_case
from domain.errors import BadInputError
from domain.requests import name_of
from doors.texts import language, t

router = APIRouter()


@router.get("/{county}/begin/{kind}")
def begin(request: Request, house: HouseHere, _: OfCounty, county: str, kind: str) -> Response:
    """Ask for the number of a new case, and lead to its form."""
    if kind not in BEGINS:
        raise NotHereError
    no, error = request.query_params.get("no", "").strip(), ""
    if no and "request" in request.query_params:  # Else a link only proposes a number.
        try:
            parse_case(f"{county}/{kind}/{no}")
            found = offers(house, CaseId(county, kind, no))
            wanted = next((one for one in found if one.name == request.query_params.get("request", "")), None)
            if wanted is not None and not wanted.step and not wanted.waits and wanted.request in BEGINS[kind]:
                return see(ask_url(wanted))
            error = t(f"{no} 已经有了，请换一个编号", f"{no} is taken: choose another number")
        except BadInputError as e:
            error = e.text(language())
    return page(
        request,
        "begin.html",
        t("新办一件", "Begin a new one"),
        status=UNPROCESSABLE if error else 200,
        kind=kind,
        requests=[(name_of(one), t(*asked_words(one))) for one in BEGINS[kind]],
        no=no,
        error=error,
    )
