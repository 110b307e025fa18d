"""Absence (外出、请假) and deputy (代理): who stands in for whom, from when to when, for what, up to which amount."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError
from domain.calendar import end_of
from domain.errors import RefusedError


class NoSuchAbsenceError(RefusedError):
    """The end of an absence that was never entered."""

    zh = "没有外出记录 {absence_no}；须先登记外出和代理（引擎规则）"
    en = "no such absence: {absence_no}; it must be entered first, with its deputy (the engine's rule)"


class AbsenceOverError(RefusedError):
    """A change of an absence that is over: who was stood in for decides again."""

    zh = "外出 {absence_no} 已于 {on} 结束，代理随之终止；须另行登记（引擎规则）"
    en = "absence {absence_no} ended on {on}, and its deputy with it; enter another one first (the engine's rule)"


class Deputy(Fact, frozen=True, tag="absence.opened/1"):
    """A person is absent from a post (外出), and another stands in (代理), from the first day to the last.

    In cases of these *kinds* and at these *steps* only, all of them where it names none; up to *amount_most_fen*,
    without limit where it is 0.
    """

    county: str
    absence_no: str
    person: str
    post: str
    deputy: str
    first: date
    last: date
    reason: str
    kinds: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    amount_most_fen: int = 0

    def content(self) -> tuple[object, ...]:
        """Return what makes this absence what it is, whoever enters it and when."""
        days = self.first, self.last
        return self.person, self.post, self.deputy, *days, self.kinds, self.steps, self.amount_most_fen

    def covers(self, on: date) -> bool:
        """Return whether the deputy stands in on a day."""
        return self.first <= on <= self.last

    def overlaps(self, other: "Deputy") -> bool:
        """Return whether there is a day on which both hold."""
        return self.first <= other.last and other.first <= self.last


class AbsenceEnded(Fact, frozen=True, tag="absence.ended/1"):
    """The absence is over, by its days or before them (提前返岗): from then on nobody stands in."""

    absence_no: str
    reason: str = ""


@dataclass(frozen=True)
class Open:
    """Enter an absence with its deputy."""

    act: Act
    deputy: Deputy


@dataclass(frozen=True)
class End:
    """End an absence: on the word of a person with a reason, or of the clock once its days are over."""

    act: Act
    absence_no: str
    reason: str = ""


@dataclass
class AbsenceState(CaseState):
    """One absence."""

    deputy: Deputy | None = None
    ended_on: date | None = None


def judge(state: AbsenceState, command: Open | End) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Open):
        if state.deputy is None:
            return (command.deputy,)
        recorded, asked = state.deputy.content(), command.deputy.content()
        if recorded != asked:
            raise RepeatDiffersError(key=f"absence {command.deputy.absence_no}", recorded=recorded, asked=asked)
        return ()
    if state.deputy is None:
        raise NoSuchAbsenceError(absence_no=command.absence_no)
    if state.ended_on is not None:
        if not command.reason:  # The clock looks once more.
            return ()
        raise AbsenceOverError(absence_no=command.absence_no, on=state.ended_on)
    return (AbsenceEnded(command.act, command.absence_no, command.reason),)


def apply(state: AbsenceState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case Deputy():
            state.deputy = fact
        case AbsenceEnded():
            state.ended_on = fact.act.occurred_on
        case _:
            raise AssertionError(fact)


def next_moment(state: AbsenceState) -> datetime | None:
    """Return when the absence is over by its own days."""
    return end_of(state.deputy.last) if state.deputy and state.ended_on is None else None


ABSENCE = Decider(
    "absence",
    AbsenceState,
    judge,
    apply,
    (Open, End),
    (Deputy, AbsenceEnded),
    stage=lambda s: "over" if s.ended_on else "absent" if s.deputy else "",
    closed=lambda s: s.ended_on is not None,
    also_allowed=lambda s: ("end",) if s.deputy and s.ended_on is None else (),
)
