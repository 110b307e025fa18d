"""On the card of a step that waits: who has it by whose word, and what the visitor may ask about that."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from console.forms.asked import asked_words
from console.house import House
from console.offers import ask_url, of_handling
from console.visitor import Seat, Visitor
from domain.act import Act, OpenStep
from domain.cases import CaseId, case_id, parse_case
from domain.errors import RefusedError
from domain.handling import HANDLING, Handled, handling_stream
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, RecallQuestion, UnassignStep
from domain.procedures.asking import Asking
from domain.procedures.candidates import Candidate, of_step
from domain.procedures.emergencies import DECISIONS, check_not_holder, key_posts
from domain.procedures.entitled import NOT_HANDLED
from domain.procedures.handling import check_supervisor
from domain.requests import KIND_OF
from doors.texts import t
from doors.waiting import person_said

NOTHING: dict[str, Any] = {"held": "", "links": [], "emergency": "", "nobody": False}


def handing(house: House, visitor: Visitor, case: CaseId, key: tuple[str, str]) -> dict[str, Any]:
    """Return what a card shows of who takes its step; *key* is the step's id with its post."""
    if case.kind in NOT_HANDLED:
        return NOTHING
    step, now = OpenStep(*key), house.now()
    who = list(of_step(house.ledger.shared, case, step, now))
    held = house.ledger.shared(HANDLING, handling_stream(case)).steps.get(key)
    nobody = all(one.why_not is not None for one in who)
    return {
        "held": _held(house, case, held),
        "links": list(_links(house, visitor, case, step, who, held)),
        "emergency": _emergency(house, visitor, case, step),
        "nobody": nobody and (held is None or not held.asked),
    }


def _held(house: House, case: CaseId, held: Handled | None) -> str:
    if held is None:
        return ""
    names = house.names(case.county)
    if held.asked:
        who, asked = person_said(held.holder, names), person_said(held.asked, names)
        return t(f"{who} 正在征求 {asked} 的意见", f"{who} asked {asked} for an opinion")
    return t(f"由 {person_said(held.holder, names)} 办理", f"it is with {person_said(held.holder, names)}")


def _links(
    house: House, visitor: Visitor, case: CaseId, step: OpenStep, who: list[Candidate], held: Handled | None
) -> Iterator[tuple[str, str]]:
    handling = parse_case(handling_stream(case))
    offered = {
        one.request: one
        for one in of_handling(house, handling)
        if (one.fixed["step"], one.fixed["post"]) == (step.id, step.post)
    }
    for request in _may(house, visitor, handling, step, who, held):
        if request in offered:
            yield t(*asked_words(request)), ask_url(offered[request])


def _may(
    house: House, visitor: Visitor, handling: CaseId, step: OpenStep, who: list[Candidate], held: Handled | None
) -> Iterator[type[Any]]:
    """Yield what the visitor may ask about a step: by the rules that judge the request itself."""
    seats = visitor.seats_in(handling.county)
    hands = {one for seat in seats for one in (seat.person, seat.on_behalf_of) if one}
    if held is not None and held.asked in hands:
        yield AdviseStep
    if held is not None and held.asked and held.holder in hands:
        yield RecallQuestion
    if not (held and held.asked) and any(one.person == visitor.person and one.why_not is None for one in who):
        yield ForwardStep
    if any(_above(house, handling, step, seat) for seat in seats):
        yield AssignStep
        if held is not None:
            yield UnassignStep


def _above(house: House, handling: CaseId, step: OpenStep, seat: Seat) -> bool:
    try:
        check_supervisor(_asking(house, handling, seat), step)
    except RefusedError:
        return False
    return True


def _asking(house: House, case: CaseId, seat: Seat) -> Asking:
    """Return what a rule is asked with: a question of whoever sits there, that nobody sends."""
    now, asked = house.now(), f"may {seat.person}?"
    act = Act(asked, asked, seat.person, seat.post, seat.unit, "question", now.date(), now, seat.on_behalf_of)
    return Asking(act, case, house.ledger.shared, house.calendar)


def emergency_posts(house: House, case: CaseId, step: OpenStep) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which posts may hold the first and the second key of an emergency decision at a step; none where nobody.

    It is a missing person's decision alone: no body's, and none that the rules do not let two keys take.
    """
    if not step.post or not any(KIND_OF[one] == case.kind for one in DECISIONS):
        return (), ()
    try:
        return key_posts(_asking(house, case, Seat(case.county, "", "", "")).rules(), step)
    except RefusedError:
        return (), ()


def first_key_seats(house: House, visitor: Visitor, case: CaseId, step: OpenStep) -> list[Seat]:
    """Return the visitor's own desks from which the first key may be turned: never those of who has the step."""
    first, _ = emergency_posts(house, case, step)
    try:
        check_not_holder(_asking(house, case, Seat(case.county, "", "", "")), visitor.person, step.post)
    except RefusedError:
        return []
    return [one for one in visitor.seats_in(case.county) if one.post in first and not one.on_behalf_of]


def _emergency(house: House, visitor: Visitor, case: CaseId, step: OpenStep) -> str:
    if not first_key_seats(house, visitor, case, step):
        return ""
    return f"/{case_id(*case)}/emergency?step={quote(step.id, safe='')}&post={quote(step.post, safe='')}"
