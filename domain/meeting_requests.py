"""Requests of a meeting (会议): its call, what it decides item by item, what it leaves, its minutes. Kept for ever."""

from datetime import date
from typing import Annotated

import msgspec

from domain.meeting_facts import Decision
from domain.request import Digest, Request, Words

_Count = Annotated[int, msgspec.Meta(ge=0)]


class ItemSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item of an agenda: a plan with the stage of its approval, or another matter in words."""

    plan_no: str = ""
    stage: str = ""
    words: str = ""


class CallMeeting(Request, frozen=True, tag="meeting.call/1"):
    """Call a body to meet on a day. *members*, *quorum*: where they are known, with their evidence; else 0."""

    body: Words
    on: date
    agenda: tuple[ItemSaid, ...]
    members: _Count = 0
    quorum: _Count = 0


class DecideItems(Request, frozen=True, tag="meeting.decide/1"):
    """Enter what the body decided on one item or several, by their numbers; *attended* names who was present."""

    held_on: date
    present: _Count
    decisions: tuple[Decision, ...]
    quorum: _Count = 0
    attended: tuple[str, ...] = ()


class LeaveAgenda(Request, frozen=True, tag="meeting.leave-items/1"):
    """Leave items that were not reached: to a later meeting that is called, or off the agenda."""

    items: tuple[str, ...]
    reason: Words
    to_meeting: str = ""


class FileMeetingMinutes(Request, frozen=True, tag="meeting.file-minutes/1"):
    """File the minutes of a meeting, for every item that it decided. `digest`: SHA-256 of the paper."""

    digest: Digest


MeetingRequest = CallMeeting | DecideItems | LeaveAgenda | FileMeetingMinutes
