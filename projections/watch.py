"""View `watch` (盯办): each week's looks by post and day, and what they found, until it was put right or explained."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import JSON, Boolean, Column, Date, Engine, Integer, MetaData, String, Table, select

from domain.cases import case_id, parse_case
from domain.dispatch_terms import RoutineTerm
from domain.watch import WATCH, WatchState, days_looked
from domain.watch_facts import DayOfLooks
from projections.batch import Batch
from projections.book import Book
from projections.looking import among, as_a, rows
from projections.view import View

TABLES = MetaData()
WEEKS = Table(
    "view_watch",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("week", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("routine", JSON),  # Who looks and how often, as the week was opened.
    Column("reported_on", Date),
    Column("waits", JSON, nullable=False),
)
LOOKS = Table(
    "view_watch_looks",
    TABLES,
    Column("case", String, primary_key=True),
    Column("on", Date, primary_key=True),
    Column("post", String, primary_key=True),
    Column("looks", Integer, nullable=False),
    Column("missed", Integer),  # Once it is on record that looks were missed.
)
ANOMALIES = Table(
    "view_watch_anomalies",
    TABLES,
    Column("case", String, primary_key=True),
    Column("no", String, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("said", String, nullable=False),
    Column("system", String, nullable=False),
    Column("responsible", String, nullable=False),
    Column("by_when", String, nullable=False),
    Column("found_on", Date, nullable=False),
    Column("rungs", JSON, nullable=False),
    Column("holds", Boolean),  # Once it was looked into.
    Column("how", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("answered_in", String, nullable=False),
    Column("settled_on", Date),
)


@dataclass(frozen=True)
class Anomaly:
    """What was found: on what, whose it is, which rungs were taken; *how* it ended is "" while it is open."""

    no: str
    subject: str
    said: str
    system: str
    responsible: str
    by_when: str
    found_on: date
    rungs: list[str]
    holds: bool | None
    how: str
    answer: str
    answered_in: str
    settled_on: date | None


@dataclass(frozen=True)
class Week:
    """A week of watching, with its looks as far as its days have come."""

    week: str
    stage: str
    closed: bool
    reported_on: date | None
    days: tuple[DayOfLooks, ...]
    anomalies: list[Anomaly]
    waits: list[dict[str, str]]


def take(book: Book, batch: Batch) -> None:
    """Write down each week as it stands."""
    for stream in batch.streams():
        state: WatchState = batch.state(stream)
        book.put(WEEKS, {"case": stream, **_week(state, stream)})
        book.replace(LOOKS, stream, [{"case": stream, **row} for row in _looks(state)])
        found = enumerate(state.anomalies)
        book.replace(ANOMALIES, stream, [{"case": stream, "n": n, **_anomaly(state, no)} for n, no in found])


VIEW = View("watch", 1, TABLES, frozenset({"watch"}), take)


def _week(state: WatchState, stream: str) -> dict[str, Any]:
    county, _, week = parse_case(stream)
    return {
        "county": county,
        "week": week,
        "stage": WATCH.stage(state),
        "closed": WATCH.closed(state),
        "routine": state.terms.routine("watch"),
        "reported_on": state.reported.act.occurred_on if state.reported else None,
        "waits": [{"step": step.id, "post": step.post} for step in WATCH.open_steps(state)],
    }


def _looks(state: WatchState) -> Iterator[dict[str, Any]]:
    for on, post in sorted({*state.looks, *state.missed}):
        counts = {"looks": state.looks.get((on, post), 0), "missed": state.missed.get((on, post))}
        yield {"on": on, "post": post, **counts}


def _anomaly(state: WatchState, no: str) -> dict[str, Any]:
    one = state.anomalies[no]
    names = ("no", "subject", "said", "system", "responsible", "by_when")
    settled = one.settled
    return {
        **{name: getattr(one.found, name) for name in names},
        "found_on": one.found.act.occurred_on,
        "rungs": list(one.rungs),
        "holds": one.verified.holds if one.verified else None,
        "how": settled.how if settled else "",
        "answer": settled.said if settled else "",
        "answered_in": settled.answered_in if settled else "",
        "settled_on": settled.act.occurred_on if settled else None,
    }


def week(engine: Engine, county: str, no: str, today: date) -> Week | None:
    """Return a county's week with its days up to *today*, or None if nobody began it."""
    case = case_id(county, "watch", no)
    with engine.connect() as connection:
        found = among(connection, WEEKS, [case])
        looks = {(row["on"], row["post"]): row["looks"] for row in among(connection, LOOKS, [case])}
        anomalies = rows(connection, select(ANOMALIES).where(ANOMALIES.c.case == case).order_by(ANOMALIES.c.n))
    for row in found:
        routine = msgspec.convert(row["routine"], RoutineTerm | None)
        days = days_looked(no, routine, looks, today)
        return as_a(Week, row, days=days, anomalies=[as_a(Anomaly, one) for one in anomalies])
    return None


def weeks(engine: Engine, county: str) -> list[str]:
    """Return a county's weeks that were begun, such as 2022-W10, in order."""
    with engine.connect() as connection:
        asked = select(WEEKS.c.week).where(WEEKS.c.county == county).order_by(WEEKS.c.week)
        return [row["week"] for row in rows(connection, asked)]
