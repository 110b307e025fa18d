"""Meeting (会议): its agenda, who sat, what was decided on each item, what was left, the minutes (会议纪要) on file.

A meeting is called with an agenda; one that nobody called comes of the decisions on plans that name it, as before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.errors import BadInputError
from domain.meeting_facts import (
    COMMANDS,
    FACTS,
    AddItems,
    AgendaItem,
    Call,
    DecideItem,
    FileMinutes,
    ItemDecided,
    ItemsAdded,
    ItemsLeft,
    LeaveItems,
    MeetingCalled,
    MeetingCommand,
    MeetingHeld,
    MinutesFiled,
    Sit,
)
from domain.meeting_refusals import (
    AttendanceError,
    ItemsOpenError,
    NoSuchMeetingError,
    NotCalledForError,
    NotOnAgendaError,
    QuorumError,
)

MINUTES = "minutes"
LEAVE = "leave-items"


@dataclass
class MeetingState(CaseState):
    """One meeting."""

    called: MeetingCalled | None = None
    agenda: dict[str, AgendaItem] = field(default_factory=dict)
    held: MeetingHeld | None = None
    decided: dict[str, bool] = field(default_factory=dict)  # By what was decided on: a plan's case, a matter.
    left: dict[str, ItemsLeft] = field(default_factory=dict)
    minutes: str = ""

    @property
    def open_items(self) -> list[AgendaItem]:
        """Return the items of the agenda that were neither decided nor left."""
        return [one for one in self.agenda.values() if one.item not in self.decided and one.no not in self.left]


def judge(state: MeetingState, command: MeetingCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case Call():
            return _call(state, command)
        case AddItems():
            return _add(state, command)
        case Sit():
            return _sit(state, command)
        case LeaveItems():
            return _leave(state, command)
        case DecideItem():
            return _decide_item(state, command)
        case FileMinutes():
            return _file(state, command)


def _call(state: MeetingState, c: Call) -> tuple[Fact, ...]:
    if (before := state.called) is not None or state.held is not None:
        recorded, asked = (_content(one) if one else "held" for one in (before, c.called))
        if recorded != asked:
            raise RepeatDiffersError(key=f"meeting {c.called.meeting_no}", recorded=recorded, asked=asked)
        return ()
    items = [one.item for one in c.called.agenda]
    if not items or len(set(items)) < len(items):
        raise BadInputError("agenda", f"{len(items)} items; at least one, and each only once")
    return (c.called,)


def _content(called: MeetingCalled) -> str:
    return f"{called.body} {called.on} {', '.join(one.words or one.plan_no for one in called.agenda)}"


def _add(state: MeetingState, c: AddItems) -> tuple[Fact, ...]:
    called = _open(state, c.act)
    if again := [one.item for one in c.items if one.item in {had.item for had in state.agenda.values()}]:
        raise RepeatDiffersError(key=f"agenda of {called.meeting_no}", recorded=again[0], asked=again[0])
    first = len(state.agenda) + 1
    numbered = (AgendaItem(str(n), *_unnumbered(one)) for n, one in enumerate(c.items, start=first))
    return (ItemsAdded(c.act, tuple(numbered), c.of_meeting),)


def _unnumbered(one: AgendaItem) -> tuple[str, ...]:
    return one.item, one.plan_no, one.stage, one.words, one.clause


def _open(state: MeetingState, act: Act) -> MeetingCalled:
    if state.called is None or closed(state):
        what = "is over" if state.called else "was not called"
        raise NoSuchMeetingError(meeting_no=state.called.meeting_no if state.called else act.command_id, what=what)
    return state.called


def _sit(state: MeetingState, c: Sit) -> tuple[Fact, ...]:
    called = _open(state, c.act)
    _check_sitting(state, called, c.held)
    numbers = [one.no for one in c.decisions]
    if not numbers or len(set(numbers)) < len(numbers):
        raise BadInputError("decisions", f"{len(numbers)} decisions; at least one, and each item only once")
    new = []
    for one in c.decisions:
        item = state.agenda.get(one.no)
        if item is None or one.no in state.left:
            raise _not_called_for(state, called, one.no)
        if (before := state.decided.get(item.item)) is None:
            new.append(ItemDecided(c.act.under(item.clause or c.act.clause), item.item, one.approve, one.opinion))
        elif before != one.approve:
            raise RepeatDiffersError(key=f"{called.meeting_no} on {item.item}", recorded=before, asked=one.approve)
    opening = (c.held,) if new and state.held is None else ()
    return (*opening, *new)


def _not_called_for(state: MeetingState, called: MeetingCalled, item: str) -> NotCalledForError:
    waiting = ", ".join(one.no for one in state.open_items) or "-"
    return NotCalledForError(meeting_no=called.meeting_no, item=item, open=waiting, clause=called.act.clause)


def _check_sitting(state: MeetingState, called: MeetingCalled, held: MeetingHeld) -> None:
    quorum = max(1, held.quorum, called.quorum)  # Nobody is no body, whatever quorum was handed in.
    _check_attendance(called, held)
    if held.present < quorum:
        raise QuorumError(meeting_no=held.meeting_no, present=held.present, quorum=quorum, clause=held.act.clause)
    if held.body != called.body:
        raise RepeatDiffersError(key=f"meeting {held.meeting_no}", recorded=called.body, asked=held.body)
    _check_same(state, held)


def _check_attendance(called: MeetingCalled, held: MeetingHeld) -> None:
    twice = sorted({name for name in held.attended if held.attended.count(name) > 1})
    wrong = f"{', '.join(twice)} twice" if twice else ""
    if held.attended and len(held.attended) != held.present:
        wrong = wrong or f"{len(held.attended)} named, {held.present} counted"
    if called.members and held.present > called.members:
        wrong = wrong or f"{held.present} of {called.members} members"
    if wrong:
        raise AttendanceError(meeting_no=held.meeting_no, what=wrong, most=called.members or len(set(held.attended)))


def _check_same(state: MeetingState, held: MeetingHeld) -> None:
    if state.held and (state.held.body, state.held.held_on) != (held.body, held.held_on):
        recorded = f"{state.held.body} {state.held.held_on}"
        raise RepeatDiffersError(
            key=f"meeting {held.meeting_no}", recorded=recorded, asked=f"{held.body} {held.held_on}"
        )


def _leave(state: MeetingState, c: LeaveItems) -> tuple[Fact, ...]:
    called = _open(state, c.act)
    if not c.reason.strip() or not c.items or len(set(c.items)) < len(c.items):
        raise BadInputError("items", "each item once, and a reason")
    waiting = {one.no for one in state.open_items}
    for no in c.items:
        if no not in waiting:
            raise _not_called_for(state, called, no)
    return (ItemsLeft(c.act, c.items, c.reason, c.to_meeting),)


def _decide_item(state: MeetingState, c: DecideItem) -> tuple[Fact, ...]:
    held = c.held
    if state.called is not None:
        _check_sitting(state, _open(state, c.act), held)
        if c.item not in {one.item for one in state.agenda.values() if one.no not in state.left}:
            raise _not_called_for(state, state.called, c.item)
    quorum = max(1, held.quorum)
    if held.present < quorum:
        raise QuorumError(meeting_no=held.meeting_no, present=held.present, quorum=quorum, clause=c.act.clause)
    _check_same(state, held)
    if (before := state.decided.get(c.item)) is not None and before != c.approve:
        raise RepeatDiffersError(key=f"{held.meeting_no} on {c.item}", recorded=before, asked=c.approve)
    opening = () if state.held else (held,)
    return opening if before is not None else (*opening, ItemDecided(c.act, c.item, c.approve, c.opinion))


def _file(state: MeetingState, c: FileMinutes) -> tuple[Fact, ...]:
    if c.item and c.item not in state.decided:
        raise NotOnAgendaError(meeting_no=c.meeting_no, item=c.item, clause=c.act.clause)
    if state.minutes and state.minutes != c.digest:
        raise RepeatDiffersError(key=f"minutes of {c.meeting_no}", recorded=state.minutes, asked=c.digest)
    waiting = ", ".join(one.no for one in state.open_items)
    if waiting or not state.decided:
        raise ItemsOpenError(meeting_no=c.meeting_no, open=waiting or "nothing is decided")
    return () if state.minutes else (MinutesFiled(c.act, c.digest),)


def apply(state: MeetingState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case MeetingCalled():
            state.called = fact
            state.agenda = {one.no: one for one in fact.agenda}
        case ItemsAdded():
            state.agenda |= {one.no: one for one in fact.items}
        case MeetingHeld():
            state.held = fact
        case ItemDecided():
            state.decided[fact.item] = fact.approve
        case ItemsLeft():
            state.left |= dict.fromkeys(fact.items, fact)
        case MinutesFiled():
            state.minutes = fact.digest
        case _:
            raise AssertionError(fact)


def open_steps(state: MeetingState) -> tuple[OpenStep, ...]:
    """Return the items that are not decided, then the filing of the minutes, while they are not on file."""
    return tuple(_waiting(state))


def _waiting(state: MeetingState) -> Iterator[OpenStep]:
    body = state.called.body if state.called else state.held.body if state.held else ""
    yield from (OpenStep(f"decide:{one.no}", body) for one in state.open_items)
    if state.held is not None and not state.minutes and not state.open_items:
        yield OpenStep(MINUTES, body)


def stage(state: MeetingState) -> str:
    """Return where a meeting stands: called, held, its minutes filed, or over with nothing decided."""
    if state.minutes:
        return "filed"
    return "held" if state.held or not state.called else "called" if state.open_items else "closed"


def closed(state: MeetingState) -> bool:
    """Return whether a meeting is over. One that was held and not called has no process: its plans wait for it."""
    if state.called is None:
        return state.held is not None
    return bool(state.minutes) or (state.held is None and not state.open_items)


def also_allowed(state: MeetingState) -> tuple[str, ...]:
    """Return the decision on several items at once, and the leaving of items, while a called meeting is not over."""
    return ("decide", LEAVE) if state.called and not closed(state) else ()


MEETING = Decider(
    "meeting",
    MeetingState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    closed,
    also_allowed,
    births=(MeetingCalled,),
)
__all__ = [
    "MEETING",
    "DecideItem",
    "FileMinutes",
    "ItemDecided",
    "MeetingHeld",
    "MeetingState",
    "MinutesFiled",
    "NotOnAgendaError",
    "QuorumError",
]
