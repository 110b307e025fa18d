"""Pages: the form of all that a meeting decides, item by item: one request, signed once."""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.access import FIELDS_MOST, HouseHere, OfCounty
from console.acting import Asked, ask, command_id, foreseen, seat_of
from console.errors import UNPROCESSABLE, NotHereError, status_of
from console.forms.faults import FieldError, FormError
from console.forms.reading import parsed
from console.house import House
from console.kinds.meeting import may_decide, state_of
from console.nonces import checked
from console.pages.cases import case_page
from console.rendering import see
from console.visitor import Visitor
from domain.cases import CaseId, case_id, parse_case
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.meeting import MeetingState
from domain.meeting_requests import DecideItems
from domain.procedures.signatures import content_of
from doors.waiting import why_not_text

router = APIRouter()
APPROVE, RETURN = "approve", "return"
_WORDS = ("held_on", "present", "quorum")


@router.post("/{county}/meeting/{no}/decide")
async def decide(request: Request, house: HouseHere, visitor: OfCounty, county: str, no: str) -> Response:
    """Enter what the body decided, on all items or on one, as one request that is signed once."""
    data = await request.form(max_fields=FIELDS_MOST, max_files=0)
    case = await run_in_threadpool(_open_meeting, house, county, no)
    sent = {name: [one for one in data.getlist(name) if isinstance(one, str)] for name in data}
    looked, refused = _one(sent, "do") == "look", None
    try:
        asked = await run_in_threadpool(_asked, house, visitor, case, sent)
        if looked:
            refused = await run_in_threadpool(foreseen, house, asked)
        else:
            await ask(house, asked)
            return see(f"/{asked.case}", "done")
    except FormError as error:
        return await run_in_threadpool(_again, request, house, visitor, case, sent, error)
    except BridgefundError as error:
        refused, looked = error, False
    return await run_in_threadpool(_again, request, house, visitor, case, sent, None, refused, looked=looked)


def _open_meeting(house: House, county: str, no: str) -> CaseId:
    """Return a meeting that still decides.

    Raises:
        NotHereError: If there is none of that number.
    """
    try:
        case = parse_case(f"{county}/meeting/{no}")
    except BadInputError as e:
        raise NotHereError from e
    if not may_decide(state_of(house, case)):
        raise NotHereError
    return case


def _one(sent: Mapping[str, list[str]], name: str) -> str:
    return (sent.get(name) or [""])[0]


def _asked(house: House, visitor: Visitor, case: CaseId, sent: Mapping[str, list[str]]) -> Asked:
    """Return the request that the form is.

    Raises:
        FormError: If it is none.
        NotYourSeatError: If it names a post that is not the visitor's.
    """
    seat, nonce = seat_of(visitor, case.county, _one(sent, "seat")[:200]), checked(_one(sent, "nonce"))
    chosen = list(_chosen(house, case, state_of(house, case), sent))
    values = {name: sent.get(name, []) for name in _WORDS if _one(sent, name).strip()}
    values["attended"] = [one.strip() for one in _one(sent, "attended").splitlines() if one.strip()]
    for number, (item, approve, opinion) in enumerate(chosen):
        values[f"decisions.{number}.no"] = [item]
        values[f"decisions.{number}.approve"] = ["yes" if approve else "no"]
        values[f"decisions.{number}.opinion"] = [opinion]
    return Asked(case_id(*case), parsed(DecideItems, values), seat, command_id(case_id(*case), "decide", seat, nonce))


def _chosen(
    house: House, case: CaseId, state: MeetingState, sent: Mapping[str, list[str]]
) -> Iterator[tuple[str, bool, str]]:
    """Yield each item that is decided: its number, yes or no, the opinion.

    Raises:
        FormError: If none is, one is returned without a reason, or says something else than it did on the page.
    """
    only, errors, number = _one(sent, "only"), [], 0
    for item in state.open_items:
        word, opinion = _one(sent, f"choice.{item.no}"), _one(sent, f"opinion.{item.no}")
        if (only and item.no != only) or word not in (APPROVE, RETURN):
            continue
        number += 1
        if word == RETURN and not opinion.strip():
            said = "退回须写明要改什么", "to return it, say what is to be changed"
            errors.append(FieldError(f"opinion.{item.no}", *said))
        if item.plan_no and _one(sent, f"seen.{item.no}") != _says(house, case.county, item.plan_no, item.stage):
            said = (
                "议题内容在打开本页后有改动，请重新查看再定",
                "it has changed since this page was opened: look at it again",
            )
            errors.append(FieldError(f"choice.{item.no}", *said))
        yield item.no, word == APPROVE, opinion
    if not number:
        said = "请至少对一个议题选择同意或退回", "choose approve or return for one item at least"
        errors.append(FieldError(f"choice.{only or state.open_items[0].no}", *said))
    if errors:
        raise FormError(errors)


def _says(house: House, county: str, plan_no: str, stage: str) -> str:
    content = content_of(house.ledger.shared, CaseId(county, "plan", plan_no), stage)
    return content.digest if content and content.parts else ""


def _again(
    request: Request,
    house: House,
    visitor: Visitor,
    case: CaseId,
    sent: Mapping[str, list[str]],
    error: FormError | None = None,
    refused: BridgefundError | None = None,
    *,
    looked: bool = False,
) -> Response:
    """Show the page with what was filled in, and what was wrong with it or would come of it."""
    bare = refused is None or (looked and isinstance(refused, RefusedError))
    return case_page(
        request,
        house,
        visitor,
        case,
        status=UNPROCESSABLE if error else 200 if bare or refused is None else status_of(refused),
        sent={name: values[0] for name, values in sent.items() if values},
        errors=error.errors if error else (),
        refusal=why_not_text(refused, house.names(case.county)) if refused else "",
        looked=looked,
    )
