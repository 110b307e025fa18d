"""What can happen to a meeting (会议): facts, stored; and what can be asked of it: commands, passing."""

from dataclasses import dataclass
from datetime import date

import msgspec

from domain.act import Act, Fact


class AgendaItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item of the agenda (议题): a stage of a plan's approval, or another matter in words.

    *item* is what is decided: the plan's case, or the matter by its number and meeting.
    """

    no: str
    item: str
    plan_no: str = ""
    stage: str = ""
    words: str = ""
    clause: str = ""


class MeetingCalled(Fact, frozen=True, tag="meeting.called/1"):
    """A deciding body is called to meet on a day, with an agenda (会议通知). `members`, `quorum`: 0 where unsaid."""

    county: str
    meeting_no: str
    body: str
    on: date
    agenda: tuple[AgendaItem, ...]
    members: int = 0
    quorum: int = 0


class ItemsAdded(Fact, frozen=True, tag="meeting.items-added/1"):
    """What an earlier meeting did not reach came onto the agenda."""

    items: tuple[AgendaItem, ...]
    of_meeting: str


class MeetingHeld(Fact, frozen=True, tag="meeting.held/1"):
    """A deciding body met. `attended`: who was there, where it is said by name or number."""

    county: str
    meeting_no: str
    body: str
    held_on: date
    present: int
    quorum: int
    attended: tuple[str, ...] = ()


class ItemDecided(Fact, frozen=True, tag="meeting.decided/1"):
    """One item of the agenda (议题) was decided."""

    item: str
    approve: bool
    opinion: str


class ItemsLeft(Fact, frozen=True, tag="meeting.items-left/1"):
    """Items that were not reached went to another meeting, or off the agenda where none is named."""

    items: tuple[str, ...]
    reason: str
    to_meeting: str = ""


class MinutesFiled(Fact, frozen=True, tag="meeting.minutes-filed/1"):
    """The minutes went on file (会议纪要备案). `digest` is the SHA-256 of the paper, in hex."""

    digest: str


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a body decided on one item, by the item's number on the agenda."""

    no: str
    approve: bool
    opinion: str = ""


@dataclass(frozen=True)
class Call:
    """Call a body to a meeting."""

    act: Act
    called: MeetingCalled


@dataclass(frozen=True)
class AddItems:
    """Bring onto the agenda what an earlier meeting did not reach."""

    act: Act
    items: tuple[AgendaItem, ...]
    of_meeting: str


@dataclass(frozen=True)
class Sit:
    """Enter what a body that sat decided, item by item; the first time it opens the sitting."""

    act: Act
    held: MeetingHeld
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class LeaveItems:
    """Leave items that were not reached: to another meeting, or off the agenda."""

    act: Act
    items: tuple[str, ...]
    reason: str
    to_meeting: str = ""


@dataclass(frozen=True)
class DecideItem:
    """Enter a body's decision on one item; the first item opens a meeting that nobody called."""

    act: Act
    held: MeetingHeld
    item: str
    approve: bool
    opinion: str


@dataclass(frozen=True)
class FileMinutes:
    """File the minutes. *item*: the one that wants them as its basis; "" for all that the meeting decided."""

    act: Act
    meeting_no: str
    item: str
    digest: str


MeetingCommand = Call | AddItems | Sit | LeaveItems | DecideItem | FileMinutes
COMMANDS: tuple[type, ...] = MeetingCommand.__args__
FACTS = (MeetingHeld, ItemDecided, MinutesFiled, MeetingCalled, ItemsAdded, ItemsLeft)
