"""A month's dispatch folded: tasks, figures, who stands at the back, which rungs were taken on whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.act import CaseState, Fact
from domain.dispatch_facts import (
    Actual,
    ActualsEntered,
    CircularIssued,
    DispatchOpened,
    MonthClosed,
    ProblemFound,
    RankingMade,
    RectificationAnswered,
    ReferralDrafted,
    ReferralHandedOver,
    ReportSigned,
    RoutineDone,
    RungTaken,
    Short,
    Task,
    TasksSet,
)
from domain.dispatch_refusals import NoTriggerError, RungOrderError, RungWaitError
from domain.dispatch_terms import LadderTerm, OversightTerms, RungTerm, family
from domain.errors import RefusedError


@dataclass
class Rectification:
    """What was to be put right, by when, and how that ended: None while nobody has said."""

    by: date | None
    clock: str = ""
    is_done: bool | None = None


@dataclass
class DispatchState(CaseState):
    """One month."""

    opened: DispatchOpened | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    actuals: dict[str, Actual] = field(default_factory=dict)
    problems: dict[str, ProblemFound] = field(default_factory=dict)
    taken: dict[tuple[str, str], dict[str, RungTaken]] = field(default_factory=dict)  # By ladder and rung, subject.
    circulars: list[CircularIssued] = field(default_factory=list)
    rankings: dict[str, RankingMade] = field(default_factory=dict)
    referral: ReferralDrafted | None = None
    handed_over: ReferralHandedOver | None = None
    rectifications: dict[tuple[str, str], Rectification] = field(default_factory=dict)  # By ladder, subject.
    routines: Counter[str] = field(default_factory=Counter)
    done_on: list[tuple[str, date]] = field(default_factory=list)  # Which routine, on which day: of what is weekly.
    signed: dict[str, str] = field(default_factory=dict)  # Who signed the report, and its digest.
    closed: MonthClosed | None = None

    @property
    def terms(self) -> OversightTerms:
        """Return the rules of the month."""
        assert self.opened is not None
        return self.opened.terms

    @property
    def waits_for_figures(self) -> list[str]:
        """Return the subjects whose task has no figure yet."""
        return [subject for subject in self.tasks if subject not in self.actuals]

    @property
    def back(self) -> set[str]:
        """Return who stands at the back of a ranking."""
        return {subject for ranking in self.rankings.values() for subject in ranking.back}

    def count(self, routine: str, fact: Fact) -> None:
        """Count a routine as done once more."""
        self.routines[routine] += 1
        self.done_on.append((routine, fact.act.occurred_on))

    def is_short(self, subject: str) -> bool:
        """Return whether a subject's actual is below its task."""
        task, actual = self.tasks.get(subject), self.actuals.get(subject)
        if task is None or actual is None:
            return False
        return actual.amount_fen < task.amount_fen if task.amount_fen else not actual.is_done

    def short(self) -> tuple[Short, ...]:
        """Return every subject below its task (A-26), in the order of the tasks."""
        return tuple(
            Short(subject, task.amount_fen, self.actuals[subject].amount_fen)
            for subject, task in self.tasks.items()
            if self.is_short(subject)
        )

    def holds(self, ladder: LadderTerm, rung: RungTerm, subject: str, on: date) -> bool:
        """Return whether a rung's trigger is there for a subject on a day."""
        measured = family(rung.subject) == family(self.terms.task_subject) and self.is_short(subject)
        match rung.trigger:
            case "task_unmet":
                return measured
            case "slow_progress":
                return measured or self._is_found(rung, subject)
            case "ranked_back":
                return subject in self.back
            case "not_rectified":
                told = self.rectifications.get((ladder.id, subject))
                alike = any(
                    one.effect == "rectify" and family(one.subject) == family(rung.subject) for one in ladder.rungs
                )
                if told is None or not alike:
                    return False
                return told.is_done is False or (not told.is_done and _is_over(told.by, on))
            case "deadline_breached":  # Its deadline's own clock climbs it.
                return False
            case _:
                return self._is_found(rung, subject)

    def _is_found(self, rung: RungTerm, subject: str) -> bool:
        return any(
            found.trigger == rung.trigger and (found.no if rung.subject == "problem" else found.subject) == subject
            for found in self.problems.values()
        )

    def why_not(self, ladder: LadderTerm, rung: RungTerm, subject: str, on: date) -> RefusedError | None:
        """Return what forbids a rung on a subject on a day: the order, the trigger, or the wait."""
        before = ladder.before(rung)
        for lower in before:
            if subject not in self.taken.get((ladder.id, lower.id), {}):
                return RungOrderError(rung=rung.id, before=lower.id, subject=subject, clause=rung.clause)
        if not self.holds(ladder, rung, subject, on):
            return NoTriggerError(rung=rung.id, trigger=rung.trigger, subject=subject, clause=rung.clause)
        if before and rung.wait_days:
            first = self.taken[ladder.id, before[0].id][subject].act.occurred_on
            first_on = first + timedelta(days=rung.wait_days)
            if on < first_on:
                days = rung.wait_days
                return RungWaitError(rung=rung.id, subject=subject, first_on=first_on, days=days, clause=rung.clause)
        return None

    def due(self, effect: str, on: date) -> Iterator[tuple[LadderTerm, RungTerm, str]]:
        """Yield the rungs of an effect that may be taken on a day, with their subjects; "" is any effect."""
        for ladder in self.terms.ladders:
            for rung in ladder.rungs:
                if effect in ("", rung.effect):
                    taken = self.taken.get((ladder.id, rung.id), {})
                    for subject in (s for s in self._subjects(ladder) if s not in taken):
                        if self.why_not(ladder, rung, subject, on) is None:
                            yield ladder, rung, subject

    def _subjects(self, ladder: LadderTerm) -> list[str]:
        found = (name for p in self.problems.values() for name in (p.no, p.subject))
        told = (subject for of, subject in self.rectifications if of == ladder.id)
        return list(dict.fromkeys(name for name in (*self.tasks, *found, *told) if name))


def _is_over(by: date | None, on: date) -> bool:
    return by is not None and on > by


def apply(state: DispatchState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case DispatchOpened():
            state.opened = fact
        case TasksSet():
            state.tasks = {task.subject: task for task in fact.tasks}
            # Where the plan is the dispatch's own, setting it is not yet holding it.
            if any(one.id == fact.routine and one.topic == "task" for one in state.terms.routines):
                state.count(fact.routine, fact)
        case ActualsEntered():
            state.actuals |= {actual.subject: actual for actual in fact.actuals}
        case ProblemFound():
            state.problems[fact.no] = fact
        case RungTaken():
            state.taken.setdefault((fact.ladder, fact.rung), {})[fact.subject] = fact
            if fact.effect == "rectify":
                state.rectifications[fact.ladder, fact.subject] = Rectification(fact.rectify_by, fact.clock)
        case CircularIssued():
            state.circulars.append(fact)
            state.count(fact.routine, fact)
        case RankingMade():
            state.rankings[fact.ranking] = fact
        case ReferralDrafted():
            state.referral = fact
        case ReferralHandedOver():
            state.handed_over = fact
        case RectificationAnswered():
            state.rectifications[fact.ladder, fact.subject].is_done = fact.is_done
        case RoutineDone():
            state.count(fact.routine, fact)
        case ReportSigned():
            state.signed[fact.act.person] = fact.record
        case MonthClosed():
            state.closed = fact
        case _:
            raise AssertionError(fact)
