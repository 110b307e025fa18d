"""Page: an emergency decision asked for with the first key: the decision itself, why it cannot wait, who confirms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.acting import Asked, ask, command_id, foreseen, seat_of
from console.errors import UNPROCESSABLE, NotHereError, status_of
from console.forms.asked import asked_words
from console.forms.calling import meant
from console.forms.choices import choices_for
from console.forms.faults import FieldError, FormError
from console.forms.offering import Context, Options
from console.forms.reading import parsed
from console.forms.shapes import Field, fields_of
from console.forms.showing import Filled, listed, shown
from console.handing import emergency_posts, first_key_seats
from console.house import House
from console.nonces import checked, fresh
from console.offers import Offer, offers
from console.rendering import page, see
from console.visitor import Seat, Visitor
from domain.act import OpenStep
from domain.cases import CaseId, case_id
from domain.emergency import EMERGENCY
from domain.emergency_requests import OpenEmergency
from domain.errors import BridgefundError, RefusedError
from domain.procedures.emergencies import DECISIONS
from domain.procedures.signatures import DECIDES, content_of, signed_as
from domain.registry import BY_KIND
from domain.requests import AnyRequest, to_body
from doors.seen import seen_by
from doors.texts import t
from doors.vault import sealed_request
from doors.waiting import why_not_text

router = APIRouter()
Values = dict[str, list[str]]
# Before the names of the emergency's own fields: a decision has fields of the same names.
PREFIX = "emergency-"
_OWN = frozenset({"csrf", "nonce", "seat", "step", "post", "do"})
_FIXED = frozenset({"case", "decision", "seen", "occurred_on", "evidence", "record"})
_NO_FILES = ("请先在案件页提交附件，再回到这里选用", "attach the paper on the case's page first, then choose it here")
_NO_LENGTH = 40  # Leaves room for what tells two of a day apart.


@dataclass(frozen=True)
class Missing:
    """A step whose person cannot act: what would decide it, and from which desks the visitor may ask for it."""

    case: CaseId
    step: OpenStep
    offer: Offer
    seats: list[Seat]


@router.get("/{county}/{kind}/{no}/emergency")
def form(request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str) -> Response:
    """Show the form of an emergency decision at a step."""
    given = request.query_params
    missing = _missing(house, visitor, CaseId(county, kind, no), given.get("step", ""), given.get("post", ""))
    return _shown(request, house, missing, _seen(house, missing.offer))


@router.post("/{county}/{kind}/{no}/emergency")
async def send(request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str) -> Response:
    """Look ahead, or sign with the first key and send."""
    data = await request.form(max_fields=500, max_files=20)
    case, step, post = CaseId(county, kind, no), _one(data, "step"), _one(data, "post")
    missing = await run_in_threadpool(_missing, house, visitor, case, step, post)
    values = {
        key: [one for one in data.getlist(key) if isinstance(one, str)]
        for key in data
        if key not in _OWN and not key.endswith(".file")
    }
    look = _one(data, "do") == "look"
    try:
        asked = await run_in_threadpool(_asked, house, visitor, missing, values, data, keep=False)
        no_ = await run_in_threadpool(foreseen, house, asked)
        if look or no_ is not None:
            return await run_in_threadpool(_shown, request, house, missing, values, None, no_, looked=look)
        await house.client()
        # Sealed within the emergency, a decision's names are kept before it is sent: and none of what is not taken.
        asked = await run_in_threadpool(_asked, house, visitor, missing, values, data, keep=True)
        await ask(house, asked)
    except FormError as error:
        return await run_in_threadpool(_shown, request, house, missing, values, error)
    except BridgefundError as error:
        return await run_in_threadpool(_shown, request, house, missing, values, None, error)
    return see(f"/{asked.case}", "done")


def _one(data: FormData, name: str) -> str:
    return str(data.get(name, ""))[:200]


def _missing(house: House, visitor: Visitor, case: CaseId, step: str, post: str) -> Missing:
    """Return the step that waits, with what would decide it.

    Raises:
        NotHereError: If it does not wait, is not to be decided by two keys, or the visitor may not hold the first.
    """
    if case.kind not in BY_KIND:
        raise NotHereError
    waiting = [one for one in offers(house, case) if one.waits and (one.step, one.post) == (step, post)]
    offer = next((one for one in waiting if one.request in DECISIONS), None)
    seats = first_key_seats(house, visitor, case, OpenStep(step, post)) if offer else []
    if offer is None or not seats:
        raise NotHereError
    return Missing(case, OpenStep(step, post), offer, seats)


def _asked(house: House, visitor: Visitor, missing: Missing, values: Values, data: FormData, *, keep: bool) -> Asked:
    """Return the request that a form is.

    Raises:
        FormError: If it is none, with the errors of both its halves.
        NotYourSeatError: If it names a desk that is not the visitor's.
    """
    seat, nonce = seat_of(visitor, missing.case.county, _one(data, "seat")), checked(_one(data, "nonce"))
    values = meant(values, _choices(house, missing))
    decision, errors = _half(missing.offer.request, {**_decision_of(values), **_said(missing.offer.fixed)})
    own = {key.removeprefix(PREFIX): value for key, value in values.items() if key.startswith(PREFIX)}
    emergency, more = _half(OpenEmergency, {**own, "case": [case_id(*missing.case)], "decision": ["{}"]})
    errors += [FieldError(name, *_NO_FILES) for name in _uploaded(data)]
    errors += [one._replace(path=f"{PREFIX}{one.path}") for one in more]
    if errors or decision is None or emergency is None:
        raise FormError(errors)
    decision = sealed_request(house.ledger, decision, keep=keep)
    if not decision.seen:
        decision = msgspec.structs.replace(decision, seen=seen_by(house.ledger, missing.case, decision))
    emergency = msgspec.structs.replace(emergency, decision=to_body(decision))
    case = _numbered(house, missing.case)
    return Asked(case, emergency, seat, command_id(case, "", seat, nonce))


def _uploaded(data: FormData) -> list[str]:
    """Return the fields for which a file came: nothing of it would be kept, so nobody may think that it was."""
    return [name.removesuffix(".file") for name, one in data.multi_items() if getattr(one, "filename", "")]


def _half(
    request_type: type[AnyRequest], values: Mapping[str, list[str]]
) -> tuple[AnyRequest | None, list[FieldError]]:
    try:
        return parsed(request_type, values), []
    except FormError as error:
        return None, list(error.errors)


def _decision_of(values: Values) -> Values:
    return {key: value for key, value in values.items() if not key.startswith(PREFIX)}


def _said(fixed: Mapping[str, object]) -> Values:
    return {name: [str(value)] for name, value in fixed.items()}


def _numbered(house: House, case: CaseId) -> str:
    """Return the first emergency of the day about a case that is not there yet."""
    own = f"{house.today():%Y%m%d}-{case.kind}-{case.no}"[:_NO_LENGTH]
    numbers = [own, *(f"{own}-{n}" for n in range(2, 100))]
    free = (case_id(case.county, EMERGENCY.kind, one) for one in numbers)
    return next(one for one in free if not house.ledger.shared(EMERGENCY, one).done)


def _seen(house: House, offer: Offer) -> Values:
    """Return the digest of what the case says on the page, to which the decision is bound."""
    content = content_of(house.ledger.shared, offer.case, signed_as(offer.step)) if offer.request in DECIDES else None
    return {"seen": [content.digest]} if content and content.parts else {}


def _own_fields() -> tuple[Field, ...]:
    fields = (one for one in fields_of(OpenEmergency) if one.name not in _FIXED)
    return tuple(replace(one, path=f"{PREFIX}{one.path}") for one in fields)


def _shown(
    request: Request,
    house: House,
    missing: Missing,
    values: Values,
    error: FormError | None = None,
    no: BridgefundError | None = None,
    *,
    looked: bool = False,
) -> Response:
    case, offer, names = missing.case, missing.offer, house.names(missing.case.county)
    decision = [one for one in fields_of(offer.request) if one.name not in offer.fixed]
    own, errors = _own_fields(), error.errors if error else ()
    choices = _choices(house, missing)
    filled = Filled(values, errors, choices, house.calendar, house.today(), {})
    status = (
        UNPROCESSABLE if error else 200 if no is None or (looked and isinstance(no, RefusedError)) else status_of(no)
    )
    return page(
        request,
        "emergency_ask.html",
        t("提请应急决定", "Ask for an emergency decision"),
        status=status,
        missing=missing,
        case=case_id(*case),
        what=t(*asked_words(offer.request)),
        decision=shown(decision, filled),
        own=shown(own, filled),
        listed=listed((*decision, *own), errors),
        refusal=why_not_text(no, names) if no else "",
        looked=looked,
        nonce=fresh(),
        names=names,
    )


def _choices(house: House, missing: Missing) -> dict[str, Options]:
    """Return what may be chosen in both halves of the form."""
    case, offer = missing.case, missing.offer
    names = house.names(case.county)
    context = Context(house.ledger.shared, case.county, case, names, house.engine, house.today(), offer.step)
    return {**choices_for(offer.request, context), **_own_choices(house, missing, context)}


def _own_choices(house: House, missing: Missing, context: Context) -> dict[str, Options]:
    """Return what may be chosen in the emergency's own fields: of posts those that may hold the second key."""
    found = choices_for(OpenEmergency, context)
    _, second = emergency_posts(house, missing.case, missing.step)
    own = {f"{PREFIX}{path}": options for path, options in found.items() if path != "second_post"}
    posts = found.get("second_post", Options(()))
    chosen = tuple(one for one in posts.choices if one.value in second)
    return {**own, f"{PREFIX}second_post": replace(posts, choices=chosen)}
