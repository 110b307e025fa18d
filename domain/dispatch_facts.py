"""What can happen in a month's dispatch (调度): facts, stored; and the one command, passing."""

from dataclasses import dataclass
from datetime import date

import msgspec

from domain.act import Act, Fact
from domain.dispatch_requests import DispatchRequest
from domain.dispatch_terms import OversightTerms


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """A month's task (月任务) of one subject: an amount to be spent, in fen, or work in words."""

    subject: str
    amount_fen: int = 0
    words: str = ""


class Actual(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of a task: an amount, or whether the work was done.

    `computed_fen` is what the ledger counts of the month's confirmed payments; it stands beside what was entered.
    """

    subject: str
    amount_fen: int = 0
    is_done: bool = False
    computed_fen: int | None = None
    words: str = ""


class Placed(msgspec.Struct, frozen=True):
    """A subject in a ranking; of equal ones each has the same place."""

    subject: str
    place: int
    task_fen: int
    actual_fen: int


class Short(msgspec.Struct, frozen=True):
    """A subject whose actual is below its task."""

    subject: str
    task_fen: int
    actual_fen: int


class DispatchOpened(Fact, frozen=True, tag="dispatch.opened/1"):
    """A month's dispatch began, under these rules."""

    county: str
    month: str
    terms: OversightTerms


class TasksSet(Fact, frozen=True, tag="dispatch.tasks-set/1"):
    """The month's tasks were issued (月任务下发)."""

    routine: str
    tasks: tuple[Task, ...]
    consulted: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    record: str = ""


class ActualsEntered(Fact, frozen=True, tag="dispatch.actuals-entered/1"):
    """What came of tasks was entered; with a reason where it corrects what stood there."""

    actuals: tuple[Actual, ...]
    reason: str = ""


class ProblemFound(Fact, frozen=True, tag="dispatch.problem-found/1"):
    """A problem (问题) was found; with a proposal (建议), where there is one."""

    no: str
    subject: str
    trigger: str
    said: str
    proposal: str = ""
    named: str = ""


class RungTaken(Fact, frozen=True, tag="dispatch.rung-taken/1"):
    """A rung of a ladder was taken on a subject; after an interview (约谈) with the day it set for rectification."""

    ladder: str
    rung: str
    effect: str
    subject: str
    said: str
    to: tuple[str, ...] = ()
    with_whom: str = ""
    rectify_by: date | None = None
    clock: str = ""
    record: str = ""


class CircularIssued(Fact, frozen=True, tag="dispatch.circular-issued/1"):
    """A circular (通报) went out."""

    routine: str
    to: tuple[str, ...]
    said: str
    record: str = ""


class RankingMade(Fact, frozen=True, tag="dispatch.ranked/1"):
    """Subjects were ranked (排名); `back` are those at the back, none where the rules do not say how many."""

    ranking: str
    places: tuple[Placed, ...]
    back: tuple[str, ...] = ()


class ReferralDrafted(Fact, frozen=True, tag="dispatch.referral-drafted/1"):
    """The engine listed every unit whose actual is below its task (拟移交线索, A-26). Nothing is handed over by it."""

    ladder: str
    rung: str
    units: tuple[Short, ...]
    to: tuple[str, ...]


class ReferralHandedOver(Fact, frozen=True, tag="dispatch.referral-handed-over/1"):
    """A named person handed the leads over (线索移交)."""

    to: tuple[str, ...]
    received_by: str
    units: tuple[str, ...]
    record: str = ""


class RectificationAnswered(Fact, frozen=True, tag="dispatch.rectification-answered/1"):
    """It was found whether a rectification (整改) is done."""

    ladder: str
    subject: str
    is_done: bool
    said: str
    record: str = ""


class RoutineDone(Fact, frozen=True, tag="dispatch.routine-done/1"):
    """A routine was done: a meeting, a letter, an inspection, an assessment by the upper level with its *place*."""

    routine: str
    topic: str
    subject: str
    said: str
    took_part: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    place: int | None = None
    record: str = ""


class ReportSigned(Fact, frozen=True, tag="dispatch.report-signed/1"):
    """One person signed the month's report."""

    kept: str
    record: str


class MonthClosed(Fact, frozen=True, tag="dispatch.closed/1"):
    """The month's record is on file. `missed`: routines not done as often as the rules say; `left`: rungs not taken."""

    record: str
    missed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class InDispatch:
    """Ask something of a month's dispatch; the first to ask opens it.

    `clause` is the rule of what is asked, `computed` what the ledger counts by subject, `clock` the obligation that a
    rectification would start.
    """

    act: Act
    request: DispatchRequest
    opening: DispatchOpened | None = None
    computed: dict[str, int] | None = None


FACTS = (
    DispatchOpened,
    TasksSet,
    ActualsEntered,
    ProblemFound,
    RungTaken,
    CircularIssued,
    RankingMade,
    ReferralDrafted,
    ReferralHandedOver,
    RectificationAnswered,
    RoutineDone,
    ReportSigned,
    MonthClosed,
)
