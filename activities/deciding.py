"""Deciding: the activities in which a signed message, or a clock's tick, becomes facts in the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, get_args

from temporalio import activity

from activities.files import Files
from activities.refusals import record_or_refuse
from domain.act import Act, RepeatDiffersError
from domain.bulk import check_item
from domain.calendar import WorkCalendar, day_of
from domain.cases import STORE, kind_of, mandates_stream, parse_case
from domain.emergency_requests import EmergencyRequest
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.ledger import Ledger, Read, Recorded, Step
from domain.mandate import MANDATE, MandateState
from domain.obligation import OBLIGATION, is_moved, next_moment
from domain.obligation_facts import Recompute, Tick
from domain.paper_requests import ATTACH, WITHDRAW_PAPER, AttachPaper
from domain.procedures import Asking, expand
from domain.procedures.asking import bulk_rule
from domain.procedures.papers import asked_of
from domain.registry import BY_KIND
from domain.rehearsing import Desk
from domain.requests import KIND_OF, OF_ANY_KIND, AnyRequest, answered_step, from_body
from domain.signature import CLOCKS_APART_MAX, SignedMessage, check_signature, check_valid_at
from domain.store import STORE as STORE_DECIDER

ENGINE = "engine"
PAPERS_ALLOWED = (ATTACH, WITHDRAW_PAPER)


class NotYetError(RefusedError):
    """A stated day that has not come, so nothing can have happened on it."""

    zh = "发生日期 {on} 晚于今天 {today}；须不晚于今天（引擎规则）"
    en = "the stated day {on} lies after today, {today}; it must not (the engine's rule)"


class OwnKeyError(RefusedError):
    """One of the two keys of an emergency decision that is a door's, and not the person's own."""

    zh = "应急决定须由 {person} 用本人登记的密钥签名，{key_id} 不是其本人的（引擎规则）"
    en = (
        "an emergency decision must be signed by {person} with a key of the person's own; "
        "{key_id} is none (the engine's rule)"
    )


class ClockAheadError(BridgefundError):
    """A clock's workflow runs with a shift that is not the store's."""

    zh = "限时流程的时间 {now} 超前于服务器时间 {server_now}：其时钟平移与本库不符"
    en = "a clock says {now}, the server {server_now}: its workflow was started with a shift that is not the store's"


@dataclass(frozen=True)
class OpenStepView:
    """A step that waits, and the post that may answer it."""

    id: str
    post: str


@dataclass(frozen=True)
class CaseView:
    """What a workflow knows of its case: a copy of what the ledger says, and no rule."""

    case: str
    exists: bool = False
    stage: str = ""
    closed: bool = False
    open_steps: list[OpenStepView] = field(default_factory=list)
    also_allowed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FollowUp:
    """What a fact asks of another case's workflow: to be started, or woken to read the ledger."""

    case: str
    start: bool


@dataclass(frozen=True)
class Decision:
    """The case after a message took effect, and what follows for others."""

    view: CaseView
    follow_ups: list[FollowUp]
    facts: int | None = None  # How many the ledger has of it; an older build did not say.


@dataclass(frozen=True)
class DecideInput:
    """A signed message, and the business moment at which its workflow took it."""

    message: SignedMessage
    now: datetime


@dataclass(frozen=True)
class TickInput:
    """A clock, the moment it was set to, and the business moment now."""

    case: str
    moment: datetime
    now: datetime


# A stopping worker raises in its activities' threads: between a BEGIN and its `with` that would hand the open
# transaction to whoever takes the connection next. These are short, and are let finish.
a_transaction = activity.defn(no_thread_cancel_exception=True)


@dataclass(frozen=True)
class WatchView:
    """What a clock knows: whether it still runs, and when it must look again (None: only people can change it)."""

    open: bool
    next_moment: datetime | None
    # What a clock that an earlier build ran did not know of its case.
    case: CaseView | None = None


class Deciding:
    """The activities that write. One ledger, one calendar, one store of files."""

    def __init__(self, ledger: Ledger, calendar: WorkCalendar, files: Files | None = None) -> None:
        """Hold what every decision needs."""
        self._ledger = ledger
        self._calendar = calendar
        self._files = files or Files(None)

    @a_transaction
    def decide(self, given: DecideInput) -> Decision:
        """Check who signed, decide, append; a repeat finds its own facts again.

        Raises:
            ApplicationError: Not retryable, if the message is malformed, forged, or refused by a rule.
        """
        message = given.message

        def work() -> list[Recorded]:
            return take_effect(self._ledger, self._calendar, message, given.now, self._files)

        recorded = record_or_refuse(self._ledger, message, given.now, work)
        return Decision(self._view(message.case), self.follow_ups(message.case, recorded), len(recorded))

    @a_transaction
    def look(self, case: str) -> CaseView:
        """Read one case."""
        return self._view(case)

    @a_transaction
    def look_at_clock(self, given: TickInput) -> WatchView:
        """Read one obligation; its due day is counted again if the calendar has come to know more of its days."""
        self._recompute(given)
        return self._watch_view(given.case, given.now)

    @a_transaction
    def tick(self, given: TickInput) -> WatchView:
        """Let a clock record what is due by now: a reminder, the breach, the next rung."""
        case = parse_case(given.case)
        check_clock(self._ledger, given.now)
        self._recompute(given)
        mandates = self._ledger.state(MANDATE, mandates_stream(case.county))
        holders = mandates.holders(day_of(given.now))
        state = self._ledger.state(OBLIGATION, given.case)
        opened = state.opened
        # Who held the post on the due day answers for it, not who takes over on the morning after.
        answered_for = mandates.holders(opened.due_on).get(opened.responsible, "") if opened else ""
        # Days that moved may come to a moment that the clock has been at before.
        again = f"#{state.moves}" if state.moves else ""
        command_id = f"{given.case}@{given.moment.isoformat()}{again}"
        act = clock_act(command_id, day_of(given.moment), given.now, opened.act.clause if opened else "")
        self._ledger.execute(Step(given.case, Tick(act, holders, answered_for)))
        return self._watch_view(given.case, given.now)

    def _recompute(self, given: TickInput) -> None:
        state = self._ledger.state(OBLIGATION, given.case)
        if not is_moved(state, self._calendar):
            return
        check_clock(self._ledger, given.now)
        command_id = f"{given.case}@{self._calendar.revision}"
        self._ledger.execute(
            Step(given.case, Recompute(clock_act(command_id, day_of(given.now), given.now), self._calendar))
        )

    def _view(self, case: str) -> CaseView:
        decider = BY_KIND[parse_case(case).kind]
        state = self._ledger.state(decider, case)
        return CaseView(
            case=case,
            exists=bool(state.done),
            stage=decider.stage(state),
            closed=decider.closed(state),
            open_steps=[OpenStepView(step.id, step.post) for step in decider.open_steps(state)],
            also_allowed=[*decider.also_allowed(state), *(() if decider.closed(state) else PAPERS_ALLOWED)],
        )

    def follow_ups(self, own: str, recorded: list[Recorded]) -> list[FollowUp]:
        """Derive from facts whom to start and whom to wake: the same at every retry."""
        facts: dict[str, list[Any]] = {}
        for r in recorded:
            if r.originator_id != own and kind_of(r.originator_id) in PROCESSES:
                facts.setdefault(r.originator_id, []).append(r.fact)
        found = []
        for case, of_case in facts.items():
            decider = BY_KIND[kind_of(case)]
            if any(isinstance(fact, decider.births) for fact in of_case):
                found.append(FollowUp(case, start=True))
            elif not all(isinstance(fact, decider.quiet) for fact in of_case) or self._view(case).closed:
                found.append(FollowUp(case, start=False))
        return found

    def _watch_view(self, case: str, now: datetime) -> WatchView:
        state = self._ledger.state(OBLIGATION, case)
        running = state.opened is not None and not state.ended
        return WatchView(running, next_moment(state, now), self._view(case))


def take_effect(
    desk: Desk, calendar: WorkCalendar, message: SignedMessage, now: datetime, files: Files | None = None
) -> list[Recorded]:
    """Check who signed what, decide, and return the facts that it brings about; a repeat finds its own again.

    Where papers may be attached, their *files* are looked at.

    Raises:
        RefusedError: If a rule says no.
        BadInputError: If the message is malformed.
    """
    case = parse_case(message.case)
    request = _request(message)
    mandates = desk.state(MANDATE, mandates_stream(case.county))
    done = desk.state(*asked_of(case, request)).done.get(message.command_id)
    # What took effect was signed by a key that may have been rotated since.
    key = mandates.key(message.key_id, message.person, message.door, also_revoked=done is not None)
    check_signature(message, key.public_key)
    if done is not None:
        # Before its time is looked at: a run that was reset from outside hands in again what took effect long ago.
        if done != message.digest:
            raise RepeatDiffersError(key=message.command_id, recorded=done[:12], asked=message.digest[:12])
        return desk.recall(message.command_id)
    if message.bulk:
        check_item(message, request, bulk_rule(desk.state, case.county).items_most)
    if isinstance(request, get_args(EmergencyRequest)) and key.of_person != message.person:
        raise OwnKeyError(person=message.person, key_id=message.key_id)
    act = _act(message, request, mandates, now)
    if files is not None and isinstance(request, AttachPaper):
        files.check(request)

    def steps(read: Read) -> Iterator[Step]:
        return expand(Asking(act, case, read, calendar), request)

    return desk.transact(steps)


def _act(message: SignedMessage, request: AnyRequest, mandates: MandateState, now: datetime) -> Act:
    """Return the act of a signed message whose mandate and dates hold.

    Raises:
        RefusedError: If one does not.
    """
    today = day_of(now)
    check_valid_at(message, now)
    # Whether the one who asks stands in for the other is a rule of the case, and judged with it.
    held = mandates.mandate(message.on_behalf_of or message.person, message.post, today)
    occurred_on: date = request.occurred_on or today
    if occurred_on > today:
        raise NotYetError(on=occurred_on, today=today)
    return Act(
        command_id=message.command_id,
        digest=message.digest,
        person=message.person,
        post=message.post,
        unit=held.unit,
        door=message.door,
        occurred_on=occurred_on,
        recorded_at=now,
        on_behalf_of=message.on_behalf_of,
        evidence=request.evidence,
    )


def check_clock(ledger: Ledger, now: datetime) -> None:
    """Check a workflow's business time by the server's: its shift came with whoever started it.

    A decision is held to its time by its signature; a clock has none, and must not run ahead.

    Raises:
        ClockAheadError: If it does. Tried again, so that it is seen and nothing is recorded.
    """
    shift_s = ledger.state(STORE_DECIDER, STORE).shift_s
    server_now = activity.info().scheduled_time + timedelta(seconds=shift_s)
    if now > server_now + CLOCKS_APART_MAX:
        raise ClockAheadError(now=now, server_now=server_now)


def clock_act(command_id: str, occurred_on: date, now: datetime, clause: str = "") -> Act:
    """Return an act of the engine's clock."""
    return Act(command_id, "", ENGINE, ENGINE, ENGINE, "clock", occurred_on, now, clause=clause)


def _request(message: SignedMessage) -> AnyRequest:
    """Return the request in a message.

    Raises:
        BadInputError: If it is none, for another kind of case, or answers another step than the message says.
    """
    request = from_body(message.body)
    kind = parse_case(message.case).kind
    if KIND_OF[type(request)] not in (kind, OF_ANY_KIND):
        raise BadInputError("request", f"{type(request).__name__} is not for a {kind}")
    if answered_step(request) != message.step:
        raise BadInputError("step", f"{message.step!r} is not what the body answers: {answered_step(request)!r}")
    return request


# Kinds of case that have a workflow.
PROCESSES = {
    "fund": "FundLifecycle",
    "plan": "PlanApproval",
    "project": "ProjectLifecycle",
    "claim": "ClaimReview",
    "obligation": "ObligationWatch",
    "outbox": "OutboxKeeping",
    "disclosure": "DisclosurePeriod",
    "training": "TrainingRecord",
    "hotline": "HotlineReport",
    "performance": "PerformanceCycle",
    "asset": "AssetKeeping",
    "surplus": "SurplusSweep",
    "dispatch": "DispatchMonth",
    "watch": "DailyWatch",
    "absence": "AbsenceKeeping",
    "calendar": "CountyCalendar",
    "meeting": "MeetingAgenda",
    "emergency": "EmergencyDecision",
    "handling": "StepHandling",
    "people": "PersonRecord",
}
