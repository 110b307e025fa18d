"""Requests of supervision: what is asked of a month's dispatch (调度) and of a week's watch (盯办). Kept for ever."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.request import Digest, MaybeDigest, Request, Words


class TaskSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A month's task of one subject: an amount in fen, or words."""

    subject: Words
    amount_fen: Annotated[int, msgspec.Meta(ge=0)] = 0
    words: str = ""


class ActualSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of a task; without an amount the one that the ledger counts is taken."""

    subject: Words
    amount_fen: Annotated[int, msgspec.Meta(ge=0)] | None = None
    is_done: bool = False
    words: str = ""


class OpenDispatch(Request, frozen=True, tag="dispatch.open/1"):
    """Begin a month's dispatch."""


class SetMonthPlan(Request, frozen=True, tag="dispatch.set-plan/1"):
    """Set the month's tasks, with the posts that were consulted."""

    tasks: tuple[TaskSaid, ...]
    consulted: tuple[str, ...] = ()
    record: MaybeDigest = ""


class EnterActuals(Request, frozen=True, tag="dispatch.enter-actuals/1"):
    """Enter what came of tasks; a correction needs its reason."""

    actuals: tuple[ActualSaid, ...]
    reason: str = ""


class FindProblem(Request, frozen=True, tag="dispatch.find-problem/1"):
    """Enter a problem under a number of its own. `named` is one that the county's text names itself."""

    no: Words
    said: Words
    subject: str = ""
    trigger: str = "problem_found"
    proposal: str = ""
    named: str = ""


class IssueCircular(Request, frozen=True, tag="dispatch.circular/1"):
    """Issue a circular: it covers every subject that is due for one."""

    said: Words
    record: MaybeDigest = ""


class RankSubjects(Request, frozen=True, tag="dispatch.rank/1"):
    """Let the engine rank the subjects by what came of their tasks."""

    ranking: Words


class TakeRung(Request, frozen=True, tag="dispatch.take-rung/1"):
    """Take a rung of a ladder on one subject: an interview with whom, and until when it must be put right."""

    ladder: Words
    rung: Words
    subject: Words
    said: Words
    with_whom: str = ""
    rectify_by: date | None = None
    record: MaybeDigest = ""


class AnswerRectification(Request, frozen=True, tag="dispatch.answer-rectification/1"):
    """Say whether a rectification is done."""

    ladder: Words
    subject: Words
    is_done: bool
    said: Words
    record: MaybeDigest = ""


class HandOverReferral(Request, frozen=True, tag="dispatch.hand-over/1"):
    """Hand the drafted leads over to somebody who received them."""

    received_by: Words
    record: MaybeDigest = ""


class DoRoutine(Request, frozen=True, tag="dispatch.do-routine/1"):
    """Enter what was done under a routine: a meeting, a letter, an inspection, an assessment from above."""

    routine: Words
    said: Words
    subject: str = ""
    took_part: tuple[str, ...] = ()
    place: Annotated[int, msgspec.Meta(ge=1)] | None = None
    record: MaybeDigest = ""


class SignReport(Request, frozen=True, tag="dispatch.sign/1"):
    """Sign the month's report. `record`: SHA-256 of the paper."""

    record: Digest


class CloseMonth(Request, frozen=True, tag="dispatch.close/1"):
    """Put the month's record on file."""

    record: Digest


class TakeLook(Request, frozen=True, tag="watch.look/1"):
    """Look at what is watched, once; what was seen, and in which system."""

    said: Words
    system: str = ""


class FindAnomaly(Request, frozen=True, tag="watch.find/1"):
    """Enter an anomaly under a number of its own."""

    no: Words
    subject: Words
    said: Words
    system: str = ""


class WarnOfAnomaly(Request, frozen=True, tag="watch.warn/1"):
    """Take the rungs of the ladder that stand before an anomaly is dealt with, such as the early warning."""

    no: Words
    said: Words
    record: MaybeDigest = ""


class VerifyAnomaly(Request, frozen=True, tag="watch.verify/1"):
    """Say whether an anomaly is one."""

    no: Words
    holds: bool
    said: Words


class SettleAnomaly(Request, frozen=True, tag="watch.settle/1"):
    """An anomaly was put right, or explained."""

    no: Words
    how: Literal["rectified", "explained"]
    said: Words
    record: MaybeDigest = ""


class ReportWeek(Request, frozen=True, tag="watch.report/1"):
    """Report on a week of watching."""

    said: Words
    record: Digest
    took_part: tuple[str, ...] = ()


DispatchRequest = (
    OpenDispatch
    | SetMonthPlan
    | EnterActuals
    | FindProblem
    | IssueCircular
    | RankSubjects
    | TakeRung
    | AnswerRectification
    | HandOverReferral
    | DoRoutine
    | SignReport
    | CloseMonth
)
WatchRequest = TakeLook | FindAnomaly | WarnOfAnomaly | VerifyAnomaly | SettleAnomaly | ReportWeek
