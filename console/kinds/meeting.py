"""One meeting: its agenda with what a member needs to know, one form for all its decisions, quorum, and minutes."""

from collections.abc import Iterator
from typing import Any

import msgspec

from console.house import House
from console.nonces import fresh
from console.offers import ask_url, offers
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.ledger import PART
from domain.meeting import MEETING, MINUTES, MeetingState, closed
from domain.meeting_facts import AgendaItem
from domain.meeting_requests import DecideItems
from domain.plan import PLAN
from domain.plan_state import DECIDE, PlanState
from domain.procedures.signatures import content_of
from domain.requests import DecidePlan, name_of
from doors.happened import said
from doors.names import Names
from doors.texts import t
from projections.plan_lines_read import plans
from projections.timeline import Happened, history

_OWN = "meeting."


def state_of(house: House, case: CaseId) -> MeetingState:
    """Return how a meeting stands."""
    return house.ledger.shared(MEETING, case_id(*case))


def stage_said(state: MeetingState) -> str:
    """Return where a meeting stands, in words."""
    names = {
        "called": ("已通知，待召开", "called"),
        "held": ("已召开，纪要待备案", "held, its minutes waited for"),
        "filed": ("纪要已备案", "its minutes are on file"),
        "closed": ("未作决定，已了结", "over, with nothing decided"),
    }
    if state.called and state.held and state.open_items:
        return t("已召开，还有议题未定", "held, with items still open")
    return t(*names[MEETING.stage(state)])


def may_decide(state: MeetingState) -> bool:
    """Return whether anything of its agenda is still to be decided."""
    return state.called is not None and not closed(state) and bool(state.open_items)


def more(house: House, visitor: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of a meeting shows."""
    state, names = state_of(house, case), house.names(case.county)
    body = _body(state)
    seats = [seat for seat in visitor.seats_in(case.county) if seat.post == body]
    told = history(house.engine, case_id(*case))
    asked = [one for one in offers(house, case) if one.request is not DecideItems]
    return {
        "heading": t(f"{names.named('post', body)}会议 {case.no}", f"{names.named('post', body)}: meeting {case.no}"),
        "facts": list(_facts(state, names)),
        "agenda": list(_agenda(house, case, state, told, names)),
        "may_decide": may_decide(state) and bool(seats),
        "body_name": names.named("post", body),
        "open_items": len(state.open_items),
        "decide_seats": seats,
        "nonce": fresh(),
        "sent": {},
        "errors": (),
        "refusal": "",
        "looked": False,
        "quorum": max(1, state.called.quorum) if state.called else (state.held.quorum if state.held else 0),
        "quorum_said": bool(state.called and state.called.quorum) or bool(state.held and state.held.quorum),
        "present": state.held.present if state.held else None,
        "held_on": state.held.held_on if state.held else "",
        "leave_url": next((ask_url(one) for one in asked if one.name == "meeting.leave-items/1"), ""),
        "minutes_url": next((ask_url(one) for one in asked if one.step == MINUTES), "") if seats else "",
        "minutes": state.minutes,
        "minutes_wait": state.held is not None and not state.minutes,
        "others": [],
    }


def _body(state: MeetingState) -> str:
    return state.called.body if state.called else state.held.body if state.held else ""


def _facts(state: MeetingState, names: Names) -> Iterator[tuple[str, Any]]:
    yield t("现在", "Now"), stage_said(state)
    yield t("议事机构", "Body"), names.named("post", _body(state))
    if state.called:
        yield t("通知召开", "Called for"), state.called.on
        if state.called.members:
            yield t("成员", "Members"), t(f"{state.called.members} 人", f"{state.called.members}")
    if state.held:
        yield t("召开", "Held on"), state.held.held_on
        yield t("到会", "Present"), t(f"{state.held.present} 人", f"{state.held.present}")
        if state.held.attended:
            yield t("到会人员", "Attended"), t("、", ", ").join(state.held.attended)
    quorum = (state.held.quorum if state.held else 0) or (state.called.quorum if state.called else 0)
    yield t("法定人数", "Quorum"), quorum or None


def _agenda(
    house: House, case: CaseId, state: MeetingState, told: list[Happened], names: Names
) -> Iterator[dict[str, Any]]:
    """Yield each item; of a meeting that nobody called those that it decided."""
    listed = list(state.agenda.values()) or [_uncalled(item, number) for number, item in enumerate(state.decided, 1)]
    decided = {one.content["item"]: one for one in told if one.fact == "meeting.decided/1"}
    for item in listed:
        fact, left = decided.get(item.item), state.left.get(item.no)
        yield {
            "no": item.no,
            "title": item.words,
            "clause": item.clause,
            "plan": _plan(house, case.county, item, names) if item.plan_no else None,
            "open": state.called is not None and fact is None and left is None and not closed(state),
            "approved": state.decided.get(item.item),
            "opinion": fact.content.get("opinion", "") if fact else "",
            "on": fact.occurred_on if fact else None,
            "left": left,
            "came": list(_came(house, fact, item, names)) if fact and item.plan_no else [],
        }


def _uncalled(item: str, number: int) -> AgendaItem:
    """Return what a meeting that nobody called decided on as an item: a plan by its case."""
    _, _, plan_no = item.partition("/plan/")
    return AgendaItem(str(number), item, plan_no, words="" if plan_no else item)


def _plan(house: House, county: str, item: AgendaItem, names: Names) -> dict[str, Any]:
    """Return what a member must know of a plan: what it is, its sums, what the rules found, what it says by now."""
    case = CaseId(county, "plan", item.plan_no)
    state = house.ledger.shared(PLAN, case_id(*case))
    found = next(iter(plans(house.engine, county, plan=case_id(*case))), None)
    content = content_of(house.ledger.shared, case, item.stage)
    rejects = f"{DECIDE}:{item.stage}"
    return {
        "url": f"/{case_id(*case)}",
        "no": item.plan_no,
        "title": state.drafted.title if state.drafted else item.plan_no,
        "stage": names.named("stage", item.stage) if item.stage else "",
        "stage_now": names.stage(PLAN.stage(state)),
        "lines": found.lines if found else 0,
        "amount_fen": found.amount_fen if found else None,
        "cuts_fen": found.cuts_fen if found else 0,
        "reason": found.reason if found else "",
        "results": list(_results(state, names)),
        "seen": content.digest if content and content.parts else "",
        "reject_url": f"/{case_id(*case)}/ask/{name_of(DecidePlan)}?step={rejects}" if item.stage else "",
    }


def _results(state: PlanState, names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield what each rule found of a plan: a sign, the sentence, the clause."""
    for result in state.results:
        sign = {"met": "done", "open": "waiting", "unmet": "refused"}.get(result.status, "soon")
        said_of = {**msgspec.to_builtins(result), "of": names.counted(result.of)}
        yield sign, names.found(said_of), result.clause


def _came(house: House, decided: Happened, item: AgendaItem, names: Names) -> Iterator[tuple[Any, str, str]]:
    """Yield what a decision brought about in its plan and in the funds: the facts of the same request."""
    own = decided.command_id
    for row in history(house.engine, item.item):
        of_it = row.command_id == own or row.command_id.startswith(f"{own}{PART}{item.plan_no}")
        if of_it and not row.fact.startswith(_OWN):
            yield row.occurred_on, said(row, names), row.clause
