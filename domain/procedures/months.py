"""What a month's dispatch came to: tasks beside figures, rungs, rhythms, and the schedule that the months add up to."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from domain.cases import case_id
from domain.dispatch import DISPATCH, open_steps
from domain.dispatch_facts import ProblemFound, ReferralDrafted, ReferralHandedOver, RungTaken
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import ByWhen, OversightTerms, RoutineTerm
from domain.ledger import Read
from domain.periods import MONTHS, Period, month_named, period_of
from domain.policy import Profile
from domain.policy.project import Milestone
from domain.procedures.asking import rules_of
from domain.procedures.oversight import terms_of
from domain.procedures.spending import paid_between, paid_by, projects_of
from domain.project import PROJECT

# The topics of principles that guide who supervises.
_GUIDE = ("watch", "responsibility")


class SubjectRow(msgspec.Struct, frozen=True):
    """One subject's month: its task, what was entered, what the ledger counts now, and its place in the ranking."""

    subject: str
    task_fen: int
    words: str
    actual_fen: int | None
    is_done: bool | None
    counted_fen: int | None
    short_fen: int
    place: int | None


class RhythmRow(msgspec.Struct, frozen=True):
    """One routine: by whom, by when, and how often it was done of how often it is wanted in its period."""

    routine: str
    topic: str
    post: str
    subject: str
    record: str
    to: tuple[str, ...]
    by_when: ByWhen | None
    wanted: int | None
    done: int
    clause: str


class ScheduleRow(msgspec.Struct, frozen=True):
    """One rule of the schedule (序时进度): the months of its period so far, or what is behind its day."""

    rule: str
    every: str
    first: date
    last: date
    by: date | None
    expected: bool
    task_fen: int
    actual_fen: int
    paid_fen: int
    behind: tuple[str, ...]
    clause: str


class MonthReport(msgspec.Struct, frozen=True):
    """A month's dispatch, as far as it has come."""

    month: str
    stage: str
    subjects: tuple[SubjectRow, ...]
    rungs: tuple[RungTaken, ...]
    referral: ReferralDrafted | None
    handed_over: ReferralHandedOver | None
    problems: tuple[ProblemFound, ...]
    rhythms: tuple[RhythmRow, ...]
    schedule: tuple[ScheduleRow, ...]
    answers: tuple[str, ...]
    waits: tuple[tuple[str, str], ...]
    back: tuple[str, ...]
    principles: tuple[tuple[str, str], ...]


def month_report(read: Read, county: str, no: str) -> MonthReport:
    """Return what a month came to, also of one that nobody began.

    Raises:
        BadInputError: If it is no month.
        NoPolicyError: If the county has adopted no rules.
    """
    month = month_named(no)
    state = read(DISPATCH, case_id(county, "dispatch", no))
    rules = rules_of(read, county, state.terms.policy if state.opened else None)
    terms = state.terms if state.opened else terms_of(rules)
    return MonthReport(
        month=no,
        stage=DISPATCH.stage(state) if state.opened else "",
        subjects=tuple(_subjects(read, county, month, state, terms)),
        rungs=tuple(taken for of in state.taken.values() for taken in of.values()),
        referral=state.referral,
        handed_over=state.handed_over,
        problems=tuple(state.problems.values()),
        rhythms=tuple(_rhythms(read, county, month, terms)),
        schedule=tuple(_schedule(read, rules.profile, county, month)),
        answers=terms.answers,
        waits=tuple((step.id, step.post) for step in open_steps(state)),
        back=tuple(sorted(state.back)),
        principles=tuple((one.id, one.topic) for one in rules.profile.principles if one.topic in _GUIDE),
    )


def _subjects(
    read: Read, county: str, month: Period, state: DispatchState, terms: OversightTerms
) -> Iterator[SubjectRow]:
    counted = paid_by(read, county, terms.task_subject, month.first, month.last)
    places = {p.subject: p.place for ranking in state.rankings.values() for p in ranking.places}
    for subject, task in state.tasks.items():
        actual = state.actuals.get(subject)
        short = max(0, task.amount_fen - actual.amount_fen) if actual else 0
        yield SubjectRow(
            subject=subject,
            task_fen=task.amount_fen,
            words=task.words,
            actual_fen=actual.amount_fen if actual else None,
            is_done=actual.is_done if actual and task.words else None,
            counted_fen=counted.get(subject),
            short_fen=short,
            place=places.get(subject),
        )


def _rhythms(read: Read, county: str, month: Period, terms: OversightTerms) -> Iterator[RhythmRow]:
    for routine in terms.routines:
        by = routine.by_when
        wanted = by.times if by and by.every in MONTHS else None
        yield RhythmRow(
            routine=routine.id,
            topic=routine.topic,
            post=routine.post,
            subject=routine.subject,
            record=routine.record,
            to=routine.to,
            by_when=by,
            wanted=wanted,
            done=_done(read, county, month, routine, by.every if by and by.every in MONTHS else "month"),
            clause=routine.clause,
        )


def _done(read: Read, county: str, month: Period, routine: RoutineTerm, every: str) -> int:
    first = period_of(every, month.first).first
    return sum(state.routines[routine.id] for state in _months(read, county, first, month.last))


def _months(read: Read, county: str, first: date, last: date) -> Iterator[DispatchState]:
    """Yield the months' dispatches from one day to another."""
    day = first
    while day <= last:
        yield read(DISPATCH, case_id(county, "dispatch", f"{day.year:04}-{day.month:02}"))
        day = period_of("month", day).last + timedelta(days=1)


def _schedule(read: Read, profile: Profile, county: str, month: Period) -> Iterator[ScheduleRow]:
    for rule in profile.project.schedule if profile.project else ():
        first = period_of(rule.every, month.first).first if rule.every in MONTHS else month.first
        months = list(_months(read, county, first, month.last)) if rule.by is None else []
        yield ScheduleRow(
            rule=rule.id,
            every=rule.every or "",
            first=first,
            last=month.last,
            by=rule.by,
            expected=rule.expected,
            task_fen=sum(task.amount_fen for state in months for task in state.tasks.values()),
            actual_fen=sum(actual.amount_fen for state in months for actual in state.actuals.values()),
            paid_fen=sum(paid_between(read, county, first, month.last).values()),
            behind=_unbuilt(read, county, month, rule) if rule.by else _behind(months),
            clause=rule.clause,
        )


def _behind(months: list[DispatchState]) -> tuple[str, ...]:
    """Return who did less in all these months than their tasks: a month's lag may be made up for in the period."""
    left: dict[str, int] = {}
    for state in months:
        for subject, task in state.tasks.items():
            actual = state.actuals.get(subject)
            done = actual.amount_fen if actual else 0
            lag = task.amount_fen - done if task.amount_fen else int(not (actual and actual.is_done))
            left[subject] = left.get(subject, 0) + lag
    return tuple(subject for subject, lag in left.items() if lag > 0)


def _unbuilt(read: Read, county: str, month: Period, rule: Milestone) -> tuple[str, ...]:
    """Return the projects that are not accepted by a day that has passed."""
    if rule.by is None or month.last < rule.by:
        return ()
    known = projects_of(read, county, month.first.year).projects
    return tuple(
        no
        for no, registered in known.items()
        if (not rule.classes or registered.use in rule.classes) and not _is_accepted(read, county, no, rule.by)
    )


def _is_accepted(read: Read, county: str, no: str, by: date) -> bool:
    accepted = read(PROJECT, case_id(county, "project", no)).passed_on.get("accept")
    return accepted is not None and accepted <= by
