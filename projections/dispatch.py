"""View `dispatch` (调度): each month's tasks, figures, rankings, rungs, problems, and what was to be put right."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.cases import parse_case
from domain.dispatch import DISPATCH
from domain.dispatch_facts import DispatchOpened, RoutineDone
from domain.dispatch_state import DispatchState
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()


def _of_month(*key: str) -> list[Column[Any]]:
    """Return the key of what a month has several of, and its place among them."""
    names = [Column(name, String, primary_key=True) for name in ("case", *key)]
    return [*names, Column("n", Integer, nullable=False)]


MONTHS = Table(
    "view_dispatch",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("month", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("task_subject", String, nullable=False),
    Column("back", JSON, nullable=False),  # Who stands at the back of a ranking.
    Column("referral", JSON),
    Column("handed_over", JSON),
    Column("circulars", Integer, nullable=False),
    Column("signed", JSON, nullable=False),
    Column("waits", JSON, nullable=False),
)
# The rules of the month as its opening has them: read where they are asked for, never changed.
TERMS = Table(
    "view_dispatch_terms",
    TABLES,
    Column("case", String, primary_key=True),
    Column("terms", JSON, nullable=False),
)
TASKS = Table(
    "view_dispatch_tasks",
    TABLES,
    *_of_month("subject"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("words", String, nullable=False),
    Column("short", Boolean, nullable=False),
)
ACTUALS = Table(
    "view_dispatch_actuals",
    TABLES,
    *_of_month("subject"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("is_done", Boolean, nullable=False),
    Column("computed_fen", BigInteger),  # What the ledger counted when it was entered.
    Column("words", String, nullable=False),
)
PLACES = Table(
    "view_dispatch_places",
    TABLES,
    *_of_month("ranking", "subject"),
    Column("place", Integer, nullable=False),
    Column("task_fen", BigInteger, nullable=False),
    Column("actual_fen", BigInteger, nullable=False),
    Column("at_the_back", Boolean, nullable=False),
)
RUNGS = Table(
    "view_dispatch_rungs",
    TABLES,
    *_of_month("ladder", "rung", "subject"),
    Column("effect", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("rectify_by", Date),
    Column("fact", JSON, nullable=False),
)
RECTIFICATIONS = Table(
    "view_dispatch_rectifications",
    TABLES,
    *_of_month("ladder", "subject"),
    Column("by", Date),
    Column("clock", String, nullable=False),
    Column("is_done", Boolean),
)
PROBLEMS = Table(
    "view_dispatch_problems",
    TABLES,
    *_of_month("no"),
    Column("subject", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("fact", JSON, nullable=False),
)
ROUTINES = Table(
    "view_dispatch_routines",
    TABLES,
    *_of_month("routine"),
    Column("done", Integer, nullable=False),
)
# What was done of routines besides setting tasks and circulars: meetings, letters, inspections, assessments.
DONE = Table(
    "view_dispatch_done",
    TABLES,
    Column("case", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("routine", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("said", String, nullable=False),
    Column("place", Integer),
    Column("post", String, nullable=False),
    Column("on", Date, nullable=False),
)


def take(book: Book, batch: Batch) -> None:
    """Write down each month as it stands; and fact by fact what is only added."""
    for entry in batch.entries:
        _note(book, entry)
    for stream in batch.streams():
        state: DispatchState = batch.state(stream)
        book.put(MONTHS, {"case": stream, **_month(state, stream)})
        for table, rows in _parts(state):
            book.replace(table, stream, [{"case": stream, "n": n, **row} for n, row in enumerate(rows)])


VIEW = View("dispatch", 1, TABLES, frozenset({"dispatch"}), take)


def _note(book: Book, entry: Logged) -> None:
    match entry.fact:
        case DispatchOpened(terms=terms):
            book.add(TERMS, {"case": entry.stream, "terms": terms})
        case RoutineDone() as fact:
            said = {name: getattr(fact, name) for name in ("routine", "topic", "subject", "said", "place")}
            who = {"post": fact.act.post, "on": fact.act.occurred_on}
            book.add(DONE, {"case": entry.stream, "version": entry.version, **said, **who})
        case _:
            pass


def _month(state: DispatchState, stream: str) -> dict[str, Any]:
    county, _, month = parse_case(stream)
    return {
        "county": county,
        "month": month,
        "stage": DISPATCH.stage(state),
        "closed": DISPATCH.closed(state),
        "task_subject": state.terms.task_subject,
        "back": sorted(state.back),
        "referral": state.referral,
        "handed_over": state.handed_over,
        "circulars": len(state.circulars),
        "signed": sorted(state.signed),
        "waits": [{"step": step.id, "post": step.post} for step in DISPATCH.open_steps(state)],
    }


def _parts(state: DispatchState) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    """Yield what a month has several of, each in the order in which it came to be."""
    yield TASKS, _tasks(state)
    yield ACTUALS, _actuals(state)
    yield PLACES, _places(state)
    yield RUNGS, _rungs(state)
    yield RECTIFICATIONS, _rectifications(state)
    yield PROBLEMS, _problems(state)
    yield ROUTINES, ({"routine": routine, "done": done} for routine, done in state.routines.items())


def _tasks(state: DispatchState) -> Iterator[dict[str, Any]]:
    for subject, task in state.tasks.items():
        short = state.is_short(subject)
        yield {"subject": subject, "amount_fen": task.amount_fen, "words": task.words, "short": short}


def _actuals(state: DispatchState) -> Iterator[dict[str, Any]]:
    for subject, actual in state.actuals.items():
        figures = {"amount_fen": actual.amount_fen, "computed_fen": actual.computed_fen}
        yield {"subject": subject, "is_done": actual.is_done, "words": actual.words, **figures}


def _places(state: DispatchState) -> Iterator[dict[str, Any]]:
    for ranking, made in state.rankings.items():
        for one in made.places:
            figures = {"place": one.place, "task_fen": one.task_fen, "actual_fen": one.actual_fen}
            at_the_back = one.subject in made.back
            yield {"ranking": ranking, "subject": one.subject, "at_the_back": at_the_back, **figures}


def _rungs(state: DispatchState) -> Iterator[dict[str, Any]]:
    for (ladder, rung), by_subject in state.taken.items():
        for subject, fact in by_subject.items():
            days = {"on": fact.act.occurred_on, "rectify_by": fact.rectify_by}
            named = {"ladder": ladder, "rung": rung, "subject": subject}
            yield {**named, "effect": fact.effect, **days, "fact": fact}


def _rectifications(state: DispatchState) -> Iterator[dict[str, Any]]:
    for (ladder, subject), told in state.rectifications.items():
        how = {"by": told.by, "clock": told.clock, "is_done": told.is_done}
        yield {"ladder": ladder, "subject": subject, **how}


def _problems(state: DispatchState) -> Iterator[dict[str, Any]]:
    for no, fact in state.problems.items():
        yield {"no": no, "subject": fact.subject, "trigger": fact.trigger, "fact": fact}
