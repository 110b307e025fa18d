"""Page: a decision taken at the page of its case, and what is answered where it is refused."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.acting import ask
from console.decisions import asked_in_a_word
from console.errors import NotHereError, status_of
from console.nonces import checked
from console.pages.cases import Decided, case_page
from console.rendering import see
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError
from doors.waiting import why_not_text

router = APIRouter()
Text = Annotated[str, Form(max_length=4_000)]
Short = Annotated[str, Form(max_length=200)]


@router.post("/{county}/{kind}/{no}/decide")
async def decide(
    request: Request,
    house: HouseHere,
    visitor: OfCounty,
    county: str,
    kind: str,
    no: str,
    step: Short,
    seat: Short,
    nonce: Short,
    do: Short,
    seen: Short = "",
    opinion: Text = "",
) -> Response:
    """Approve, send back or reject at the case's own page; a refusal is told there, and what was written stays."""
    found = CaseId(county, kind, no)
    parts = (case_id(*found), step, seat, seen)
    try:
        asked = await run_in_threadpool(asked_in_a_word, house, visitor, parts, do, opinion, checked(nonce))
        await ask(house, asked)
    except NotHereError:
        raise
    except BridgefundError as error:
        no_ = Decided(step, opinion, why_not_text(error, house.names(county)), status_of(error))
        await run_in_threadpool(house.fresh)
        return await run_in_threadpool(case_page, request, house, visitor, found, decided=no_)
    return see(f"/{case_id(*found)}", "done")
