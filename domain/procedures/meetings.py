"""What is asked of a meeting (会议): who calls it, what it decides, and how each decision reaches its plan."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from domain.act import Act
from domain.calendar import day_of
from domain.cases import CaseId, case_id
from domain.errors import BadInputError
from domain.ledger import PART, Step
from domain.meeting import MEETING, MeetingState
from domain.meeting_facts import (
    AddItems,
    AgendaItem,
    Call,
    FileMinutes,
    LeaveItems,
    MeetingCalled,
    MeetingHeld,
    Sit,
)
from domain.meeting_refusals import NoSuchMeetingError, NotCalledForError
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, ItemSaid, LeaveAgenda
from domain.procedures import plans, signatures
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.procedures.oversight import needs_one_of

ITEMS_MAX = 40


def call(asking: Asking, request: CallMeeting) -> Iterator[Step]:
    """Call a body to meet, with every item that is to be decided."""
    plan = plans.plan_of(asking.rules())
    clauses = {approval.body: approval.clause for approval in plan.approvals if approval.body}
    if request.body not in clauses:
        raise NoRuleStatedError(question="does this body decide?", key=f"plan.approvals: body = {request.body}")
    clause = clauses[request.body]
    needs_one_of(asking, (request.body, plan.drafter or ""), "call a meeting", clause)
    if len(request.agenda) > ITEMS_MAX:
        raise BadInputError("agenda", f"{len(request.agenda)} items, at most {ITEMS_MAX}")
    act = asking.act.under(clause)
    agenda = tuple(_item(asking, request.body, str(n), said) for n, said in enumerate(request.agenda, start=1))
    said = (request.body, request.on, agenda, request.members, request.quorum)
    yield Step(asking.own, Call(act, MeetingCalled(act, asking.case.county, asking.case.no, *said)))


def _item(asking: Asking, body: str, no: str, said: ItemSaid) -> AgendaItem:
    """Return an item of the agenda.

    Raises:
        RefusedError: If it is a plan that this body does not decide, or was not drafted.
    """
    if bool(said.plan_no) == bool(said.words.strip()) or bool(said.plan_no) != bool(said.stage):
        raise BadInputError("agenda", f"item {no} is either a plan with its stage, or a matter in words")
    if not said.plan_no:
        return AgendaItem(no, f"{asking.case.no}:{no}", words=said.words)
    own = _of_plan(asking, asking.act, said.plan_no)
    _, drafted = plans.state_of(own)
    term = plans.stage_of(drafted, said.stage)
    if term.body != body:
        raise NotCalledForError(meeting_no=asking.case.no, item=said.plan_no, open=term.body, clause=term.clause)
    return AgendaItem(no, own.own, said.plan_no, said.stage, clause=term.clause)


def _of_plan(asking: Asking, act: Act, plan_no: str) -> Asking:
    return replace(asking, act=act, case=CaseId(asking.case.county, "plan", plan_no))


def _called(asking: Asking) -> tuple[MeetingState, MeetingCalled]:
    state = asking.read(MEETING, asking.own)
    if state.called is None:
        raise NoSuchMeetingError(meeting_no=asking.case.no, what="was not called")
    return state, state.called


def decide(asking: Asking, request: DecideItems) -> Iterator[Step]:
    """Enter what the body decided, item by item."""
    _, called = _called(asking)
    clause = called.act.clause
    asking.needs_post(called.body, "enter a meeting's decisions", clause)
    if request.held_on > (today := day_of(asking.act.recorded_at)):
        raise BadInputError("held_on", f"{request.held_on} lies after today, {today}")
    act = asking.act.under(clause)
    counted = (request.held_on, request.present, max(request.quorum, called.quorum), request.attended)
    held = MeetingHeld(act, asking.case.county, asking.case.no, called.body, *counted)
    yield Step(asking.own, Sit(act, held, request.decisions))


def leave(asking: Asking, request: LeaveAgenda) -> Iterator[Step]:
    """Leave items that were not reached; where another meeting is named, they come onto its agenda."""
    state, called = _called(asking)
    asking.needs_post(called.body, "leave items of a meeting", called.act.clause)
    act = asking.act.under(called.act.clause)
    yield Step(asking.own, LeaveItems(act, request.items, request.reason, request.to_meeting))
    if not request.to_meeting:
        return
    stream = case_id(asking.case.county, "meeting", request.to_meeting)
    to = asking.read(MEETING, stream)
    if to.called is None or stream == asking.own:
        raise NoSuchMeetingError(meeting_no=request.to_meeting, what="was not called, or is this one")
    if to.called.body != called.body:
        raise NoSuchMeetingError(meeting_no=request.to_meeting, what=f"({to.called.body} ≠ {called.body})")
    items = tuple(state.agenda[no] for no in request.items if no in state.agenda)
    yield Step(stream, AddItems(act, items, asking.case.no))


def file_minutes(asking: Asking, request: FileMeetingMinutes) -> Iterator[Step]:
    """File the minutes of the meeting."""
    _, called = _called(asking)
    asking.needs_post(called.body, "file minutes", called.act.clause)
    yield Step(asking.own, FileMinutes(asking.act.under(called.act.clause), asking.case.no, "", request.digest))


def reached(asking: Asking, request: DecideItems | FileMeetingMinutes) -> Iterator[tuple[Asking, Iterator[Step]]]:
    """Yield each plan that a meeting's decisions or its minutes reach, with what they bring to it.

    Each is a part of the request with a command id of its own: several plans may draw on one fund.
    """
    state, _ = _called(asking)
    by_no = {one.no: one for one in request.decisions} if isinstance(request, DecideItems) else {}
    for item in state.agenda.values():
        if not item.plan_no or (isinstance(request, DecideItems) and item.no not in by_no):
            continue
        act = msgspec.structs.replace(asking.act, command_id=f"{asking.act.command_id}{PART}{item.plan_no}")
        own = _of_plan(asking, act, item.plan_no)
        # What the body decides of a plan is bound to what that plan says.
        own = signatures.bound(own, request, step=item.stage)
        if isinstance(request, FileMeetingMinutes):
            yield own, plans.bound(own, asking.case.no, request.digest)
        elif item.item not in state.decided:
            said = by_no[item.no]
            yield own, plans.decided(own, item.stage, asking.case.no, said.opinion, approve=said.approve)
