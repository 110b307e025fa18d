"""The rows of an inbox as a page shows them."""

from typing import Any

from console.decisions import AT_A_CARD
from console.forms.asked import asked_words
from console.house import House
from console.nonces import fresh
from console.offers import Offer, answers, ask_url, of_handling
from console.visitor import Seat, Visitor
from domain.cases import CaseId, parse_case
from domain.handling import handling_stream
from domain.handling_requests import AdviseStep
from domain.obligation import OBLIGATION
from domain.procedures.candidates import Candidate
from domain.procedures.signatures import content_of, signed_as
from domain.registry import BY_KIND
from doors.names import Names
from doors.texts import t
from doors.waiting import case_words, step_words, waits_for, why_not_text
from projections.inbox_people import OPINION, Inbox, Item

SOON_DAYS = 3


def rows_of(house: House, visitor: Visitor, found: Inbox) -> list[dict[str, Any]]:
    """Return the rows of a page."""
    return [_row(house, visitor, item) for item in found.items]


def _row(house: House, visitor: Visitor, item: Item) -> dict[str, Any]:
    row, names, today = item.row, house.names(item.row.county), house.today()
    due_in = row.due_in(today)
    case, seat = parse_case(row.case), _seat(visitor, item)
    offered = _offered(house, case, item) if item.may and row.kind != OBLIGATION.kind else []
    if item.group == OPINION:
        offered = _opinion(house, case, item)
    decide = next((one for one in offered if one.request in AT_A_CARD), None)
    return {
        "case": row.case,
        "step": row.step,
        "title": " · ".join(part for part in (step_words(row, names), case_words(row, names)) if part),
        "url": f"/{row.of_case}",
        "lines": [row.of_case, *([names.county(row.county)] if len(visitor.counties) > 1 else [])],
        "waits": list(waits_for(item, names)),
        "amount_fen": row.amount_fen,
        "since": row.since,
        "due_in": due_in,
        "due_on": row.due_on,
        "paused": row.paused,
        "state": None if due_in is None else "overdue" if due_in < 0 else "soon" if due_in <= SOON_DAYS else None,
        "decide": decide is not None and seat is not None,
        "seat": seat.id if seat else "",
        "seen": _seen(house, case, row.step),
        "nonce": fresh(),
        "acts": [(t(*asked_words(one.request)), ask_url(one)) for one in offered],
        "why_not": _why_not(item, names),
    }


def _seat(visitor: Visitor, item: Item) -> Seat | None:
    """Return the desk from which the visitor may take a step."""
    may = {(one.post, one.on_behalf_of) for one in item.who if one.why_not is None}
    seats = visitor.seats_in(item.row.county)
    return next((seat for seat in seats if (seat.post, seat.on_behalf_of) in may), None)


def _offered(house: House, case: CaseId, item: Item) -> list[Offer]:
    state = house.read(BY_KIND[case.kind], item.row.case)
    found = answers(case, item.row.step, state)
    return [Offer(case, item.row.step, item.row.post, request, fixed) for request, fixed in found]


def _opinion(house: House, case: CaseId, item: Item) -> list[Offer]:
    """Return the answer to a question: it is given beside the case, and waits for whoever was asked."""
    asked = of_handling(house, parse_case(handling_stream(case)))
    return [
        one for one in asked if (one.request, one.fixed["step"], one.post) == (AdviseStep, item.row.step, item.row.post)
    ]


def _seen(house: House, case: CaseId, step: str) -> str:
    content = content_of(house.read, case, signed_as(step))
    return content.digest if content and content.parts else ""


def _why_not(item: Item, names: Names) -> str:
    if item.may or item.group == OPINION:
        return ""
    if item.row.kind == OBLIGATION.kind:
        return t("限时义务，在该案中办理", "a deadline: it is met in its case")
    said: list[Candidate] = [one for one in item.who if one.why_not is not None]
    return "；".join(why_not_text(one.why_not, names) for one in said if one.why_not)
