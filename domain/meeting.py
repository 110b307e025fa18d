"""Meeting (会议): who sat, what was decided on each item of the agenda, and the minutes (会议纪要) on file."""

from dataclasses import dataclass, field
from datetime import date

from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.errors import RefusedError


class QuorumError(RefusedError):
    """Too few sat for the meeting to decide."""

    zh = "会议 {meeting_no} 到会 {present} 人，不足法定人数 {quorum} 人，不能作出决定（{clause}）；须达到法定人数再议"
    en = (
        "meeting {meeting_no} had {present} present, under its quorum of {quorum}, so it cannot decide ({clause}); "
        "it must meet again with that many"
    )


class NotOnAgendaError(RefusedError):
    """Minutes of a meeting that decided nothing on the item."""

    zh = "会议 {meeting_no} 没有就 {item} 作出决定，其纪要不能作依据（{clause}）；须先由会议审议"
    en = "meeting {meeting_no} decided nothing on {item}, so its minutes are no basis ({clause}); it must decide first"


class MeetingHeld(Fact, frozen=True, tag="meeting.held/1"):
    """A deciding body met."""

    county: str
    meeting_no: str
    body: str
    held_on: date
    present: int
    quorum: int


class ItemDecided(Fact, frozen=True, tag="meeting.decided/1"):
    """One item of the agenda (议题) was decided."""

    item: str
    approve: bool
    opinion: str


class MinutesFiled(Fact, frozen=True, tag="meeting.minutes-filed/1"):
    """The minutes went on file (会议纪要备案). `digest` is the SHA-256 of the paper, in hex."""

    digest: str


@dataclass(frozen=True)
class DecideItem:
    """Enter a body's decision on one item; the first item opens the meeting."""

    act: Act
    held: MeetingHeld
    item: str
    approve: bool
    opinion: str


@dataclass(frozen=True)
class FileMinutes:
    """File the minutes."""

    act: Act
    meeting_no: str
    item: str
    digest: str


@dataclass
class MeetingState(CaseState):
    """One meeting."""

    held: MeetingHeld | None = None
    decided: dict[str, bool] = field(default_factory=dict)
    minutes: str = ""


def judge(state: MeetingState, command: DecideItem | FileMinutes) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case DecideItem():
            return _decide_item(state, command)
        case FileMinutes(act, meeting_no, item, digest):
            if item not in state.decided:
                raise NotOnAgendaError(meeting_no=meeting_no, item=item, clause=act.clause)
            if state.minutes and state.minutes != digest:
                raise RepeatDiffersError(key=f"minutes of {meeting_no}", recorded=state.minutes, asked=digest)
            return () if state.minutes else (MinutesFiled(act, digest),)


def _decide_item(state: MeetingState, c: DecideItem) -> tuple[Fact, ...]:
    held = c.held
    quorum = max(1, held.quorum)  # Nobody is no body, whatever quorum was handed in.
    if held.present < quorum:
        raise QuorumError(meeting_no=held.meeting_no, present=held.present, quorum=quorum, clause=c.act.clause)
    if state.held and (state.held.body, state.held.held_on) != (held.body, held.held_on):
        recorded = f"{state.held.body} {state.held.held_on}"
        raise RepeatDiffersError(
            key=f"meeting {held.meeting_no}", recorded=recorded, asked=f"{held.body} {held.held_on}"
        )
    if (before := state.decided.get(c.item)) is not None and before != c.approve:
        raise RepeatDiffersError(key=f"{held.meeting_no} on {c.item}", recorded=before, asked=c.approve)
    opening = () if state.held else (held,)
    return opening if before is not None else (*opening, ItemDecided(c.act, c.item, c.approve, c.opinion))


def apply(state: MeetingState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case MeetingHeld():
            state.held = fact
        case ItemDecided():
            state.decided[fact.item] = fact.approve
        case MinutesFiled():
            state.minutes = fact.digest
        case _:
            raise AssertionError(fact)


def open_steps(state: MeetingState) -> tuple[OpenStep, ...]:
    """Return the filing of the minutes, while they are not on file."""
    return () if state.minutes or state.held is None else (OpenStep("minutes", state.held.body),)


MEETING = Decider(
    "meeting",
    MeetingState,
    judge,
    apply,
    (DecideItem, FileMinutes),
    (MeetingHeld, ItemDecided, MinutesFiled),
    open_steps,
    lambda s: "filed" if s.minutes else "held",
    lambda s: bool(s.minutes),
)
