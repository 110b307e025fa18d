"""View `performance` (绩效): a project's measures, what monitoring and evaluation found, what followed, its linkage."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.calendar import day_of
from domain.cases import parse_case
from domain.performance import PERFORMANCE, PerformanceState
from domain.performance_facts import (
    DeviationCorrected,
    DutyPerformed,
    HeldToAccount,
    HouseholdConfirmed,
    LinkageRecorded,
    PerformanceClosed,
    ResultEvaluated,
    ResultMonitored,
    ShortfallExplained,
    WeaknessFound,
    WeaknessMended,
)
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()


def _by_version(name: str, *columns: Column[Any]) -> Table:
    """Return a table of facts that are only added, each in its place of the case."""
    key = Column("case", String, primary_key=True), Column("version", Integer, primary_key=True, autoincrement=False)
    return Table(name, TABLES, *key, Column("on", Date, nullable=False), *columns)


RESULTS = Table(
    "view_performance",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("project_no", String, nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("correction_limit", String, nullable=False),  # The kind of the deadline of a correction.
    Column("unaccounted", Integer, nullable=False),  # The year that nobody was held to account for yet; 0: none.
    Column("weak", String),
    Column("open", JSON, nullable=False),
)
MEASURES = Table(
    "view_performance_measures",
    TABLES,
    Column("case", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("value", Integer, nullable=False),
    Column("at_most", Boolean, nullable=False),
    Column("of", String, nullable=False),
)
LOOKS = _by_version(
    "view_performance_looks",
    Column("number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("values", JSON, nullable=False),
    Column("deviation", String, nullable=False),
)
# Deviations that wait to be corrected.
DEVIATIONS = Table(
    "view_performance_deviations",
    TABLES,
    Column("case", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("since", Date, nullable=False),
    Column("words", String, nullable=False),
)
EVALUATIONS = _by_version(
    "view_performance_evaluations",
    Column("year", Integer, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("grade", String, nullable=False),
    Column("score", Integer),
    Column("households", Integer, nullable=False),
    Column("villages", Integer, nullable=False),
    Column("values", JSON, nullable=False),
    Column("missed", JSON, nullable=False),
    Column("fact", JSON, nullable=False),
)
# What followed from results: who corrected, explained, was held to account, did a duty; weaknesses and their end.
USES = _by_version(
    "view_performance_uses",
    Column("what", String, nullable=False),
    Column("of", String, nullable=False),  # Which deviation, which duty, whom.
    Column("words", String, nullable=False),
    Column("post", String, nullable=False),
    Column("person", String, nullable=False),
)
LINKAGE = _by_version("view_performance_linkage", Column("fact", JSON, nullable=False))
# Households by an opaque number: whose it is stands in no fact.
HOUSEHOLDS = _by_version(
    "view_performance_households",
    Column("household", String, nullable=False),
    Column("group", String, nullable=False),
    Column("operator", String, nullable=False),
    Column("instrument", String, nullable=False),
)


def take(book: Book, batch: Batch) -> None:
    """Write down each case as it stands; and fact by fact what is only added."""
    for entry in batch.entries:
        _note(book, entry)
    for stream in batch.streams():
        state: PerformanceState = batch.state(stream)
        book.put(RESULTS, {"case": stream, **_result(state, stream)})
        book.replace(MEASURES, stream, [{"case": stream, **row} for row in _measures(state)])
        open_ = state.uncorrected.items()
        rows = [{"number": n, "since": fact.act.occurred_on, "words": fact.deviation} for n, fact in open_]
        book.replace(DEVIATIONS, stream, [{"case": stream, **row} for row in rows])


VIEW = View("performance", 1, TABLES, frozenset({"performance"}), take)


def _result(state: PerformanceState, stream: str) -> dict[str, Any]:
    county, _, no = parse_case(stream)
    terms = state.opened.terms if state.opened else None
    return {
        "county": county,
        "project_no": no,
        "opened": state.opened is not None,
        "stage": PERFORMANCE.stage(state),
        "closed": PERFORMANCE.closed(state),
        "correction_limit": terms.correction.limit if terms and terms.correction else "",
        "unaccounted": state.unaccounted,
        "weak": state.weak.words if state.weak else None,
        "open": [{"step": step.id, "post": step.post} for step in PERFORMANCE.open_steps(state)],
    }


def _measures(state: PerformanceState) -> Iterator[dict[str, Any]]:
    for n, measure in enumerate(state.measures.values()):
        yield {"n": n, **_fields(measure, "name", "unit", "value", "at_most", "of")}


def _note(book: Book, entry: Logged) -> None:
    fact = entry.fact
    key = {"case": entry.stream, "version": entry.version, "on": fact.act.occurred_on}
    match fact:
        case ResultMonitored():
            book.add(LOOKS, {**key, **_fields(fact, "number", "year", "channel", "values", "deviation")})
        case ResultEvaluated():
            named = _fields(fact, "year", "grade", "score", "households", "villages", "values", "missed")
            book.add(EVALUATIONS, {**key, **named, "recorded_on": day_of(fact.act.recorded_at), "fact": fact})
        case LinkageRecorded():
            book.add(LINKAGE, {**key, "fact": fact})
        case HouseholdConfirmed():
            book.add(HOUSEHOLDS, {**key, **_fields(fact, "household", "group", "operator", "instrument")})
        case _ if said := _said(fact):
            what, of = said
            who = {"post": fact.act.post, "person": fact.act.person}
            book.add(USES, {**key, "what": what, "of": of, "words": fact.words, **who})


def _fields(fact: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _said(fact: Any) -> tuple[str, str] | None:
    """Return what followed by a fact, and of what or whom; None where it is nothing of the kind."""
    match fact:
        case DeviationCorrected(number=number, handling=handling):
            return "corrected", f"{number} {handling}"
        case ShortfallExplained(duty=duty):
            return "explained", duty
        case HeldToAccount(accountable=accountable):
            return "held to account", accountable
        case DutyPerformed(duty=duty, performer=performer):
            return "duty performed", f"{duty} {performer}"
        case WeaknessFound(subject=subject):
            return "weakness found", subject
        case WeaknessMended():
            return "weakness mended", ""
        case PerformanceClosed():
            return "closed", ""
        case _:
            return None
