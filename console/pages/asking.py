"""Pages: the form of a request about a case, what would come of it, and sending it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from console.access import FIELDS_MOST, FILES_MOST, HouseHere, OfCounty, SignedIn
from console.acting import Asked, ask, command_id, foreseen, seat_of
from console.errors import UNPROCESSABLE, NotHereError, NotOfferedError, status_of
from console.falling import fall_with_a_file, warning_of
from console.form_files import attached_first, taken, with_uploads
from console.forms.asked import asked_words
from console.forms.calling import meant
from console.forms.choices import choices_for
from console.forms.days import day_words, read_day
from console.forms.faults import FieldError, FormError, UnreadError
from console.forms.needed import not_needed
from console.forms.offering import Context, Options
from console.forms.reading import parsed
from console.forms.shapes import fields_of
from console.forms.showing import SPARE_ROWS, Filled, listed, shown
from console.house import House
from console.live_check import live
from console.nonces import checked, fresh
from console.offers import Offer, of_name
from console.own_files import paper_fields
from console.paper_rows import Allowed, allowed_in
from console.rendering import page, part, see
from console.uploads import Uploads
from console.visitor import Seat, Visitor
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError, RefusedError, StoreUnreachableError
from domain.handling import HANDLING, handled_case
from domain.outbox import OUTBOX, digest_of
from domain.procedures.signatures import DECIDES, content_of, signed_as
from domain.registry import BY_KIND
from domain.requests import KIND_OF, ExportRows, name_of
from doors.names import Names
from doors.texts import t
from doors.waiting import why_not_text

router = APIRouter()
Values = dict[str, list[str]]
# None is a field of a request: what answers a step that it names has a field "step" of its own.
_PAGES_OWN = frozenset({"csrf", "nonce", "seat", "_step", "do", "_more"})


@dataclass(frozen=True)
class Sent:
    """A form as it came in."""

    offer: Offer
    values: Values
    seat: str
    nonce: str
    do: str
    more: str
    errors: tuple[FieldError, ...] = ()


@router.get("/{county}/{kind}/{no}/ask/{name}/{version}")
def form(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, name: str, version: str
) -> Response:
    """Show the form of a request, as it was left where a draft of it is kept."""
    offer = _offer(house, CaseId(county, kind, no), f"{name}/{version}", request.query_params.get("step", ""))
    kept = house.accounts.drafts.load(visitor.account, draft_key(offer))
    return _shown(request, house, visitor, Sent(offer, json.loads(kept) if kept else {}, "", "", "", ""))


@router.post("/{county}/{kind}/{no}/ask/{name}/{version}")
async def send(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, name: str, version: str
) -> Response:
    """Look ahead, keep a draft, add a row, or sign and send: as the button says."""
    data = await request.form(max_fields=FIELDS_MOST, max_files=FILES_MOST)
    try:
        sent = await run_in_threadpool(_sent, house, CaseId(county, kind, no), f"{name}/{version}", data)
    except NotOfferedError:
        # It may be over because this very form was sent: by two clicks, or once more after the way back.
        if await run_in_threadpool(_took_effect, house, visitor, CaseId(county, kind, no), data):
            return see(f"/{county}/{kind}/{no}", "before")
        raise
    uploads = Uploads(house, visitor, sent.offer.case)
    try:
        values, errors = await run_in_threadpool(taken, uploads, sent.offer.request, sent.values, data)
    except BridgefundError as error:  # The store of files does not answer.
        return await run_in_threadpool(_shown, request, house, visitor, sent, None, error)
    sent = replace(sent, values=values, errors=errors)
    if sent.more or (errors and sent.do == "draft"):
        wrong = FormError(errors) if errors else None
        return await run_in_threadpool(_shown, request, house, visitor, sent, wrong)
    if sent.do == "draft":
        try:
            await run_in_threadpool(_keep, house, visitor, sent)
        except BridgefundError as error:
            return await run_in_threadpool(_shown, request, house, visitor, sent, None, error)
        return see(await run_in_threadpool(_back, house, sent.offer.case) or "/inbox", "draft")
    try:
        asked = await run_in_threadpool(_asked, house, visitor, sent)
        if sent.do == "look":
            no_ = await run_in_threadpool(foreseen, house, asked)
            return await run_in_threadpool(_shown, request, house, visitor, sent, None, no_)
        await ask(house, await attached_first(house, uploads, sent.offer, asked))
    except FormError as error:
        return await run_in_threadpool(_shown, request, house, visitor, sent, error)
    except BridgefundError as error:
        # What was filled in stays, on the page and, if it is not too long, as a draft: nobody types it twice.
        with suppress(BridgefundError):
            await run_in_threadpool(_keep, house, visitor, sent)
        return await run_in_threadpool(_shown, request, house, visitor, sent, None, error)
    with suppress(StoreUnreachableError):  # It took effect, whatever becomes of its draft.
        await run_in_threadpool(house.accounts.drafts.drop, visitor.account, draft_key(sent.offer))
    return see(f"/{asked.case}", "done")


@router.post("/{county}/{kind}/{no}/draft/{name}/{version}")
async def keep(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, name: str, version: str
) -> Response:
    """Keep a form as it stands, while it is being filled in."""
    data = await request.form(max_fields=FIELDS_MOST, max_files=0)
    sent = await run_in_threadpool(_sent, house, CaseId(county, kind, no), f"{name}/{version}", data)
    await run_in_threadpool(_keep, house, visitor, sent)
    return await run_in_threadpool(part, "kept.html")


@router.post("/{county}/{kind}/{no}/check/{name}/{version}")
async def check(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, name: str, version: str
) -> Response:
    """Check a plan's form as it stands, while it is being filled in; nothing of it is kept.

    Raises:
        NotHereError: If the form is of nothing that is checked.
    """
    data = await request.form(max_fields=FIELDS_MOST, max_files=0)
    return await run_in_threadpool(_checked, house, visitor, CaseId(county, kind, no), f"{name}/{version}", data)


def _checked(house: House, visitor: Visitor, case: CaseId, name: str, data: FormData) -> Response:
    sent = _sent(house, case, name, data)
    values = meant(sent.values, _choices(house, sent.offer))
    found = live(house, sent.offer, _seat(_seats(visitor, sent.offer), sent.seat), values)
    if found is None:
        raise NotHereError
    return part("plan_check.html", live=found)


@router.get("/day")
def day(house: HouseHere, _: SignedIn, value: str = "") -> Response:
    """Return a day's reading by the working calendar."""
    try:
        said = day_words(read_day(value[:60]), house.calendar, house.today())
    except UnreadError as error:
        said = t(error.zh, error.en)
    return HTMLResponse(str(escape(said)))


def _sent(house: House, case: CaseId, name: str, data: FormData) -> Sent:
    offer = _offer(house, case, name, _one(data, "_step"))
    values = {key: [one for one in data.getlist(key) if isinstance(one, str)] for key in data if key not in _PAGES_OWN}
    return Sent(offer, values, _one(data, "seat"), _one(data, "nonce"), _one(data, "do"), _one(data, "_more"))


def _one(data: FormData, name: str) -> str:
    return str(data.get(name, ""))[:200]


def _offer(house: House, case: CaseId, name: str, step: str) -> Offer:
    """Return what a form is for.

    Raises:
        NotHereError: If nothing of that name may ever be asked of such a case, or there is none.
        NotOfferedError: If it may not be asked of it now.
    """
    found = of_name(house, case, name, step)
    if found is None:
        of_kind = any(kind == case.kind and name_of(one) == name for one, kind in KIND_OF.items())
        if of_kind and house.read(BY_KIND[case.kind], case_id(*case)).done:
            raise NotOfferedError(case=case_id(*case))
        raise NotHereError
    return found


def _took_effect(house: House, visitor: Visitor, case: CaseId, data: FormData) -> bool:
    """Return whether a form has taken effect already."""
    seat = _seat(list(visitor.seats_in(case.county)), _one(data, "seat"))
    of = case_id(*case)
    if seat is None or seat.id != _one(data, "seat"):
        return False
    return command_id(of, _one(data, "_step"), seat, _one(data, "nonce")) in house.read(BY_KIND[case.kind], of).done


def draft_key(offer: Offer) -> str:
    """Return under which name the draft of a form is kept."""
    return f"{case_id(*offer.case)} {offer.name} {offer.step}"[:300]


def _keep(house: House, visitor: Visitor, sent: Sent) -> None:
    body = json.dumps(sent.values, ensure_ascii=False)
    house.accounts.drafts.save(visitor.account, draft_key(sent.offer), body, house.wall_now())


def _choices(house: House, offer: Offer) -> Mapping[str, Options]:
    """Return what may be chosen in the form of an offer."""
    names = house.names(offer.case.county)
    context = Context(house.read, offer.case.county, offer.case, names, house.engine, house.today(), offer.step)
    return choices_for(offer.request, context)


def _asked(house: House, visitor: Visitor, sent: Sent) -> Asked:
    """Return the request that a form is.

    Raises:
        FormError: If it is none.
        NotYourSeatError: If it names a post that is not the visitor's.
    """
    offer = sent.offer
    at = seat_of(visitor, offer.case.county, sent.seat)
    nonce = checked(sent.nonce)
    fixed = {name: [str(value)] for name, value in offer.fixed.items()}
    try:
        request = parsed(offer.request, {**meant(sent.values, _choices(house, offer)), **fixed})
    except FormError as error:
        wrong = {one.path for one in sent.errors}
        raise FormError((*sent.errors, *(one for one in error.errors if one.path not in wrong))) from error
    if sent.errors:
        raise FormError(sent.errors)
    return Asked(case_id(*offer.case), request, at, command_id(case_id(*offer.case), offer.step, at, nonce))


def _shown(
    request: Request,
    house: House,
    visitor: Visitor,
    sent: Sent,
    error: FormError | None = None,
    no: BridgefundError | None = None,
) -> Response:
    offer, names = sent.offer, house.names(sent.offer.case.county)
    offered = _choices(house, offer)
    beside = not_needed(offer.request, house.read, offer.case, offer.step)
    own = (one for one in fields_of(offer.request) if one.name not in offer.fixed)
    fields = [replace(one, beside=True) if one.name in beside else one for one in own]
    errors = error.errors if error else ()
    spare = {sent.more: SPARE_ROWS + 3} if sent.more else {}
    values: Mapping[str, list[str]] = {**sent.values, **_seen(house, offer)} if not sent.do else sent.values
    known = Uploads(house, visitor, offer.case).known()
    choices = with_uploads(offered, offer.request, known)
    seats = _seats(visitor, offer)
    warnings = _warnings(house, offer, _seat(seats, sent.seat), names)
    filled = Filled(values, errors, choices, house.calendar, house.today(), spare, warnings)
    looked = sent.do == "look" and error is None
    return page(
        request,
        "ask.html",
        t(*asked_words(offer.request)),
        status=_status(error, no, looked=looked),
        offer=offer,
        case=case_id(*offer.case),
        back=_back(house, offer.case),
        fields=shown(fields, filled),
        listed=listed(fields, errors),
        refusal=why_not_text(no, names) if no else "",
        looked=looked,
        nonce=fresh(),
        seats=seats,
        seat_chosen=sent.seat or (seats[0].id if seats else ""),
        names=names,
        why_not=_why_not(visitor, offer, names),
        files=_allowed(house, offer),
        live=live(house, offer, _seat(seats, sent.seat), meant(values, offered)),
    )


def _back(house: House, case: CaseId) -> str:
    """Return the page of the case that a form is about; nothing where it has not begun, and so has no page."""
    of = handled_case(case) if case.kind == HANDLING.kind else case
    return f"/{case_id(*of)}" if house.read(BY_KIND[of.kind], case_id(*of)).done else ""


def _seat(seats: list[Seat], chosen: str) -> Seat | None:
    """Return the desk that a form names, else the first."""
    return next((one for one in seats if one.id == chosen), next(iter(seats), None))


def _warnings(house: House, offer: Offer, seat: Seat | None, names: Names) -> dict[str, str]:
    """Return what is said beside the fields for files before anything is sent."""
    said = warning_of(fall_with_a_file(house, offer, seat), names) if seat else ""
    attached = "选用本环节已附的附件则不受影响", "a paper that is attached for this step already leaves them"
    return dict.fromkeys(paper_fields(offer.request), f"{said}{t('。', '; ')}{t(*attached)}") if said else {}


def _allowed(house: House, offer: Offer) -> Allowed | None:
    """Return what files may come with a form; None where it takes none."""
    return allowed_in(house, offer.case.county) if paper_fields(offer.request) else None


def _status(error: FormError | None, no: BridgefundError | None, *, looked: bool) -> int:
    if error is not None:
        return UNPROCESSABLE
    return 200 if no is None or (looked and isinstance(no, RefusedError)) else status_of(no)


def _seen(house: House, offer: Offer) -> Values:
    """Return the digest of what the case says on the page: a decision on what it says later is refused.

    Of rows that wait to be sent likewise: those that come meanwhile are not sent unseen.
    """
    if offer.request is ExportRows:
        waiting = house.read(OUTBOX, case_id(*offer.case)).waiting()
        return {"last": [str(waiting[-1].row_no)], "digest": [digest_of(waiting)]} if waiting else {}
    if offer.request not in DECIDES:
        return {}
    content = content_of(house.read, offer.case, signed_as(offer.step))
    return {"seen": [content.digest]} if content and content.parts else {}


def _seats(visitor: Visitor, offer: Offer) -> list[Seat]:
    """Return the desks from which it can be asked: those of the step's post first."""
    seats = visitor.seats_in(offer.case.county)
    return sorted(seats, key=lambda seat: (seat.post != offer.post, bool(seat.on_behalf_of)))


def _why_not(visitor: Visitor, offer: Offer, names: Names) -> list[str]:
    """Return why the visitor may not take the step from any desk; nothing where one may."""
    if not offer.waits:
        return []
    own = [one for one in offer.who if one.person == visitor.person]
    if any(one.why_not is None for one in own):
        return []
    return [why_not_text(one.why_not, names) for one in own if one.why_not is not None]
