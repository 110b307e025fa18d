"""A person's request, signed at this door and sent to its case; and what would come of it, before it is sent."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from starlette.concurrency import run_in_threadpool

from activities.deciding import CaseView, take_effect
from activities.processes import wake
from console.errors import NotYourSeatError
from console.house import House
from console.keys import DOOR
from console.visitor import Seat, Visitor
from domain.cases import parse_case
from domain.errors import BadInputError, BridgefundError, RefusedError, StoreUnreachableError
from domain.moving import MOVE
from domain.paper_requests import ATTACH, WITHDRAW_PAPER
from domain.rehearsing import Desk, Rehearsal
from domain.requests import AnyRequest, from_body, to_body
from domain.signature import SignedMessage
from domain.signing import CORRECT, WITHDRAW
from doors.rehearsed import REFUSED, WOULD, Outcome, on_pages, refused_item
from doors.seen import seen_by
from doors.vault import sealed_request
from projections.store import NO_ANSWER
from workflows.client import RequestRefusedError, decide
from workflows.messages import make_message

# What a copy of the case that an earlier build took does not know that it may be asked.
_UNKNOWN_TO_OLD_COPIES = (MOVE, ATTACH, WITHDRAW_PAPER, CORRECT, WITHDRAW)


@dataclass(frozen=True)
class Asked:
    """A request of somebody, from a desk, under the id that makes a repeat harmless."""

    case: str
    request: AnyRequest
    seat: Seat
    command_id: str


def seat_of(visitor: Visitor, county: str, seat_id: str) -> Seat:
    """Return the desk that a form names.

    Raises:
        NotYourSeatError: If it is not the visitor's: a forged post is told before anything is signed.
    """
    seats = visitor.seats_in(county)
    for seat in seats:
        if seat.id == seat_id:
            return seat
    raise NotYourSeatError(seat=seat_id[:60], seats=", ".join(seat.id for seat in seats) or "-")


def command_id(case: str, step: str, seat: Seat, nonce: str) -> str:
    """Return the id of what a form asks for: the same form sent twice is one request."""
    return f"{case}:{step}:{seat.person}:{DOOR}-{nonce}"


async def ask(house: House, asked: Asked) -> CaseView:
    """Sign a request, send it, and return the case as it then is; the views have it.

    Where signing leaves something behind, it is looked ahead first: of what is refused or cannot be sent nothing stays.

    Raises:
        RefusedError: If looking ahead says no, or the engine does.
        RequestRefusedError: If the engine says no, and looking ahead does not say the same.
        NoAnswerError: If there is no answer.
        BadInputError: If it is malformed.
    """
    if await run_in_threadpool(_leaves_something, house, asked):
        if (no := await run_in_threadpool(foreseen, house, asked)) is not None:
            raise no
        await house.client()
    message = await run_in_threadpool(signed, house, asked)
    client = await house.client()
    if message.step in _UNKNOWN_TO_OLD_COPIES:
        await wake(client, asked.case)
    try:
        view = await decide(client, house.settings.task_queue, message, house.shift_s)
    except RequestRefusedError as error:
        raise await run_in_threadpool(_with_numbers, house, asked, error) from error
    with suppress(StoreUnreachableError, *NO_ANSWER):  # It took effect: the next page tries this again.
        await run_in_threadpool(house.fresh)
    return view


def _with_numbers(house: House, asked: Asked, error: RequestRefusedError) -> BridgefundError:
    """Return the refusal with its numbers where looking ahead finds the same: a page says them in its own way.

    Of what came over the wire there are only the words.
    """
    try:
        no = foreseen(house, asked)
    except BridgefundError:
        return error
    same = isinstance(no, RefusedError) and (type(no).__name__, no.text("zh")) == (error.rule, error.text("zh"))
    return no if no is not None and same else error


def _leaves_something(house: House, asked: Asked) -> bool:
    """Return whether signing a request stores anything of its own: somebody's first key, a name that is marked."""
    county, marked = parse_case(asked.case).county, "[[" in to_body(asked.request)
    return marked or house.keys.would_register(house.ledger, county, asked.seat.person)


def signed(house: House, asked: Asked, desk: Desk | None = None) -> SignedMessage:
    """Return a request as a message signed at this door; at a *desk* that rehearses nothing of it is kept.

    Else a name that it marks is, and on a sample store the key that signs for the first time.
    """
    case = parse_case(asked.case)
    now = house.now()
    # Judged as the wire judges it, before a name of it is sealed: nothing is kept of what is malformed.
    request = sealed_request(house.ledger, asked.request, keep=desk is None)
    request = from_body(to_body(request))
    if not request.seen:
        request = msgspec.structs.replace(request, seen=seen_by(house.ledger, case, request))
    key_id, key = house.keys.signing(desk or house.ledger, case.county, asked.seat.person, now)
    return make_message(
        asked.case,
        request,
        command_id=asked.command_id,
        person=asked.seat.person,
        post=asked.seat.post,
        door=DOOR,
        key_id=key_id,
        key=key,
        now=now,
        on_behalf_of=asked.seat.on_behalf_of,
    )


def step_of(asked: Asked) -> str:
    """Return for which step a form asked: its id may have a colon in it."""
    return asked.command_id.removeprefix(f"{asked.case}:").rsplit(":", 2)[0]


def foreseen(house: House, asked: Asked, desk: Rehearsal | None = None) -> BridgefundError | None:
    """Return why a request would be refused now, or None: by the very steps of deciding, and nothing is stored.

    At a *desk* that has rehearsed others it is decided upon those.
    """
    desk = desk or Rehearsal(house.ledger)
    try:
        take_effect(desk, house.calendar, signed(house, asked, desk), house.now())
    except (BadInputError, RefusedError) as no:
        return no
    return None


def refused(house: House, asked: Asked, outcome: str, error: BridgefundError) -> Outcome:
    """Return the outcome of a request that was refused, or not answered, as a page says it."""
    names = house.names(parse_case(asked.case).county)
    return on_pages(refused_item(asked.case, step_of(asked), outcome, error), error, names)


def foreseen_all(house: House, all_asked: Sequence[Asked]) -> list[Outcome]:
    """Return what would come of each of several requests, one upon the other."""
    desk, outcomes = Rehearsal(house.ledger), []
    for asked in all_asked:
        no = foreseen(house, asked, desk)
        item = asked.case, step_of(asked)
        outcomes.append(refused(house, asked, REFUSED, no) if no else Outcome(*item, WOULD))
    return outcomes
