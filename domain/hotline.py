"""Hotline (举报电话): what the public reports, in words and without a name, and what came of it."""

from dataclasses import dataclass

from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.errors import RefusedError

ANSWER = "answer"


class NoSuchReportError(RefusedError):
    """An answer to a report that nobody took down."""

    zh = "没有群众反映 {report_no}；须先登记"
    en = "there is no report {report_no}; it is taken down first"


class AnsweredError(RefusedError):
    """A second answer to a report."""

    zh = "群众反映 {report_no} 已于 {on} 答复：{answer}（{clause}）；有新情况须另行登记"
    en = "report {report_no} was answered on {on}: {answer} ({clause}); what is new must be a report of its own"


class ReportTaken(Fact, frozen=True, tag="hotline.taken/1"):
    """Somebody outside reported something (群众反映), on the act's stated day. There is no name of a person in it.

    *about* is the case that it is about, where it says so; *post* answers it.
    """

    county: str
    report_no: str
    channel: str
    words: str
    post: str
    about: str = ""
    record: str = ""


class ReportAnswered(Fact, frozen=True, tag="hotline.answered/1"):
    """It was looked into: there is something in it, or not, with the answer in words."""

    founded: bool
    answer: str
    record: str = ""


@dataclass(frozen=True)
class TakeReport:
    """Take a report down."""

    act: Act
    taken: ReportTaken


@dataclass(frozen=True)
class AnswerReport:
    """Answer a report."""

    act: Act
    founded: bool
    answer: str
    record: str = ""


@dataclass
class HotlineState(CaseState):
    """One report."""

    taken: ReportTaken | None = None
    answered: ReportAnswered | None = None


def judge(state: HotlineState, command: TakeReport | AnswerReport) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, TakeReport):
        return _take(state, command.taken)
    if state.taken is None:
        raise NoSuchReportError(report_no="-")  # The stream knows its number, an empty state does not.
    answered = ReportAnswered(command.act, command.founded, command.answer, command.record)
    if (before := state.answered) is None:
        return (answered,)
    said = {"report_no": state.taken.report_no, "on": before.act.occurred_on, "answer": before.answer}
    raise AnsweredError(**said, clause=before.act.clause)


def _take(state: HotlineState, taken: ReportTaken) -> tuple[Fact, ...]:
    if state.taken is None:
        return (taken,)
    recorded, asked = ((r.words, r.about, r.record, r.act.occurred_on) for r in (state.taken, taken))
    if recorded != asked:
        raise RepeatDiffersError(key=f"report {taken.report_no}", recorded=recorded, asked=asked)
    return ()


def apply(state: HotlineState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ReportTaken():
            state.taken = fact
        case ReportAnswered():
            state.answered = fact
        case _:
            raise AssertionError(fact)


def open_steps(state: HotlineState) -> tuple[OpenStep, ...]:
    """Return the answer, while there is none."""
    return (OpenStep(ANSWER, state.taken.post),) if state.taken and state.answered is None else ()


def stage(state: HotlineState) -> str:
    """Return where the report stands."""
    return "answered" if state.answered else "taken"


HOTLINE = Decider(
    "hotline",
    HotlineState,
    judge,
    apply,
    (TakeReport, AnswerReport),
    (ReportTaken, ReportAnswered),
    open_steps,
    stage,
    lambda s: s.answered is not None,
)
