"""What a month's dispatch came to: tasks beside figures, rungs, rhythms, and the schedule that the months add up to.

Figures come of views; what a rule asks for comes of the rules that the month was opened under, or would be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Table, select

from domain.cases import case_id
from domain.dispatch_facts import ProblemFound, ReferralDrafted, ReferralHandedOver, RungTaken
from domain.dispatch_terms import ByWhen, OversightTerms, RoutineTerm
from domain.ledger import Read
from domain.periods import MONTHS as PERIODS
from domain.periods import Period, month_named, period_of
from domain.policy import Profile
from domain.policy.project import Milestone
from domain.procedures.asking import rules_of
from domain.procedures.oversight import terms_of
from projections.dispatch import ACTUALS, MONTHS, PLACES, PROBLEMS, ROUTINES, RUNGS, TASKS, TERMS
from projections.looking import Row, among, rows
from projections.spending_read import Spending

# The topics of principles that guide who supervises.
_GUIDE = ("watch", "responsibility")
T = TypeVar("T")


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


@dataclass
class Month:
    """What the view has of one month: of each subject its task and its actual; how often each routine was done."""

    row: Row | None = None
    terms: OversightTerms | None = None
    tasks: dict[str, Row] = field(default_factory=dict)
    actuals: dict[str, Row] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    routines: dict[str, int] = field(default_factory=dict)
    rungs: tuple[RungTaken, ...] = ()
    problems: tuple[ProblemFound, ...] = ()


def month_report(engine: Engine, read: Read, county: str, no: str) -> MonthReport:
    """Return what a month came to, also of one that nobody began; *read* is asked for the county's rules.

    Raises:
        BadInputError: If it is no month.
        NoPolicyError: If the county has adopted no rules.
    """
    month = month_named(no)
    with engine.connect() as connection:
        year = _months(connection, county, period_of("year", month.first).first, month.last)
        now = year.get(no, Month())
        _last(connection, case_id(county, "dispatch", no), now)
    rules = rules_of(read, county, now.terms.policy if now.terms else None)
    terms = now.terms or terms_of(rules)
    spending = Spending.of_year(engine, county, month.last.year)
    row: Row = now.row or {"stage": "", "referral": None, "handed_over": None, "waits": [], "back": []}
    return MonthReport(
        month=no,
        stage=row["stage"],
        subjects=tuple(_subjects(now, spending.by(terms.task_subject, month.first, month.last))),
        rungs=now.rungs,
        referral=msgspec.convert(row["referral"], ReferralDrafted | None),
        handed_over=msgspec.convert(row["handed_over"], ReferralHandedOver | None),
        problems=now.problems,
        rhythms=tuple(_rhythm(year, month, routine) for routine in terms.routines),
        schedule=tuple(_schedule(year, spending, rules.profile, month)),
        answers=terms.answers,
        waits=tuple((step["step"], step["post"]) for step in row["waits"]),
        back=tuple(row["back"]),
        principles=tuple((one.id, one.topic) for one in rules.profile.principles if one.topic in _GUIDE),
    )


def months(engine: Engine, county: str) -> list[dict[str, Any]]:
    """Return a county's months that were begun: each with its stage and what it waits for."""
    names = [MONTHS.c[name] for name in ("case", "month", "stage", "closed", "back", "waits")]
    with engine.connect() as connection:
        asked = select(*names).where(MONTHS.c.county == county).order_by(MONTHS.c.month)
        return [dict(row) for row in rows(connection, asked)]


def _months(connection: Connection, county: str, first: date, last: date) -> dict[str, Month]:
    """Return a year's months that were begun, in their order."""
    cases = [case_id(county, "dispatch", f"{first.year:04}-{n:02}") for n in range(first.month, last.month + 1)]
    found: dict[str, Month] = {}
    by_case: dict[str, Month] = {}
    for row in among(connection, MONTHS, cases):
        by_case[row["case"]] = found[row["month"]] = Month(row)
    for row in among(connection, TERMS, cases):
        by_case[row["case"]].terms = msgspec.convert(row["terms"], OversightTerms)
    for name, table in (("tasks", TASKS), ("actuals", ACTUALS)):
        for row in _in_order(connection, table, cases):
            getattr(by_case[row["case"]], name)[row["subject"]] = row
    for row in _in_order(connection, ROUTINES, cases):
        by_case[row["case"]].routines[row["routine"]] = row["done"]
    return found


def _last(connection: Connection, case: str, month: Month) -> None:
    """Look up what is shown of the last month only."""
    month.places = {row["subject"]: row["place"] for row in _in_order(connection, PLACES, [case])}
    month.rungs = _facts(RungTaken, _in_order(connection, RUNGS, [case]))
    month.problems = _facts(ProblemFound, _in_order(connection, PROBLEMS, [case]))


def _in_order(connection: Connection, table: Table, cases: list[str]) -> list[Row]:
    return rows(connection, select(table).where(table.c.case.in_(cases)).order_by(table.c.case, table.c.n))


def _facts(of: type[T], found: list[Row]) -> tuple[T, ...]:
    return tuple(msgspec.convert(row["fact"], of) for row in found)


def _subjects(month: Month, counted: dict[str, int]) -> Iterator[SubjectRow]:
    for subject, task in month.tasks.items():
        actual = month.actuals.get(subject)
        short = max(0, task["amount_fen"] - actual["amount_fen"]) if actual else 0
        yield SubjectRow(
            subject=subject,
            task_fen=task["amount_fen"],
            words=task["words"],
            actual_fen=actual["amount_fen"] if actual else None,
            is_done=actual["is_done"] if actual and task["words"] else None,
            counted_fen=counted.get(subject),
            short_fen=short,
            place=month.places.get(subject),
        )


def _rhythm(year: dict[str, Month], month: Period, routine: RoutineTerm) -> RhythmRow:
    by = routine.by_when
    every = by.every if by and by.every in PERIODS else ""
    first = period_of(every or "month", month.first).first
    return RhythmRow(
        routine=routine.id,
        topic=routine.topic,
        post=routine.post,
        subject=routine.subject,
        record=routine.record,
        to=routine.to,
        by_when=by,
        wanted=by.times if by and every else None,
        done=sum(one.routines.get(routine.id, 0) for one in _since(year, first)),
        clause=routine.clause,
    )


def _since(year: dict[str, Month], first: date) -> list[Month]:
    return [one for no, one in year.items() if no >= f"{first.year:04}-{first.month:02}"]


def _schedule(year: dict[str, Month], spending: Spending, profile: Profile, month: Period) -> Iterator[ScheduleRow]:
    for rule in profile.project.schedule if profile.project else ():
        first = period_of(rule.every, month.first).first if rule.every in PERIODS else month.first
        counted = _since(year, first) if rule.by is None else []
        yield ScheduleRow(
            rule=rule.id,
            every=rule.every or "",
            first=first,
            last=month.last,
            by=rule.by,
            expected=rule.expected,
            task_fen=sum(task["amount_fen"] for one in counted for task in one.tasks.values()),
            actual_fen=sum(actual["amount_fen"] for one in counted for actual in one.actuals.values()),
            paid_fen=sum(spending.between(first, month.last).values()),
            behind=_unbuilt(spending, month, rule) if rule.by else _behind(counted),
            clause=rule.clause,
        )


def _behind(counted: list[Month]) -> tuple[str, ...]:
    """Return who did less in all these months than their tasks: a month's lag may be made up for in the period."""
    left: dict[str, int] = {}
    for month in counted:
        for subject, task in month.tasks.items():
            actual = month.actuals.get(subject)
            done = actual["amount_fen"] if actual else 0
            lag = task["amount_fen"] - done if task["amount_fen"] else int(not (actual and actual["is_done"]))
            left[subject] = left.get(subject, 0) + lag
    return tuple(subject for subject, lag in left.items() if lag > 0)


def _unbuilt(spending: Spending, month: Period, rule: Milestone) -> tuple[str, ...]:
    """Return the projects that are not accepted by a day that has passed."""
    if rule.by is None or month.last < rule.by:
        return ()
    return tuple(
        no
        for no, project in spending.projects.items()
        if (not rule.classes or project.of_class in rule.classes)
        and (project.accepted_on is None or project.accepted_on > rule.by)
    )
