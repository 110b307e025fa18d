"""View `obligations`: one row for each deadline, from its trigger to how it ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    func,
    or_,
    select,
)

from domain.calendar import SHANGHAI, day_of
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    ObligationDropped,
    ObligationExtended,
    ObligationMet,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
    ObligationWaived,
    Reminded,
    RungClimbed,
)
from projections.batch import Logged
from projections.book import Book
from projections.view import View, each

LATE = ("overdue", "met late")

TABLES = MetaData()
OBLIGATIONS = Table(
    "view_obligations",
    TABLES,
    Column("obligation", String, primary_key=True),
    Column("case", String, nullable=False, index=True),
    Column("county", String, nullable=False, index=True),
    Column("clause", String, nullable=False),
    Column("trigger_on", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("calendar", String, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("due_on", Date, nullable=False, index=True),
    Column("first_due_on", Date, nullable=False),
    Column("conditions", JSON, nullable=False),
    Column("fulfilled", JSON, nullable=False),
    Column("responsible", String, nullable=False),
    Column("stage", String, nullable=False, index=True),
    Column("reminded_at", String),
    Column("breached_at", String),
    Column("breached_person", String),
    Column("rungs", JSON, nullable=False),
    Column("met_on", Date),
    Column("days_late", Integer),
    Column("dropped_because", String),
    Column("recomputed", JSON, nullable=False),
    Column("granted", JSON, nullable=False),
)


@dataclass(frozen=True)
class Obligation:
    """One deadline, counted on the revision `calendar` of the working days; `first_due_on` as it was first counted.

    `fulfilled`: each condition with who, and both days; `rungs`: each rung climbed with post, person, day, and of
    the county's own ladder the effect; `breached_person` held the responsible post when the due day ended;
    `recomputed`: each time that the due day was counted again, on which day, from which due day to which, by which
    notices, and the day of a breach that no longer stands; `granted`: each extension, pause, its end and waiver, with
    the reason, who granted it and under which clause, who answered for the deadline then, and the days that it moved.
    """

    obligation: str
    case: str
    county: str
    clause: str
    trigger_on: date
    count: int
    unit: str
    calendar: str
    provisional: bool
    due_on: date
    first_due_on: date
    conditions: list[str]
    fulfilled: list[dict[str, str]]
    responsible: str
    stage: str
    reminded_at: str | None
    breached_at: str | None
    breached_person: str | None
    rungs: list[dict[str, Any]]
    met_on: date | None
    days_late: int | None
    dropped_because: str | None
    recomputed: list[dict[str, Any]]
    granted: list[dict[str, Any]]

    def is_late(self, today: date) -> bool:
        """Return whether it was broken: also if it was dropped then, or no clock has told so yet."""
        unseen = self.stage == "open" and self.due_on < today
        return self.stage in LATE or self.breached_at is not None or unseen


def apply(book: Book, entry: Logged) -> None:
    """Take in one fact."""
    act = entry.fact.act
    at = act.recorded_at.astimezone(SHANGHAI).isoformat()
    match entry.fact:
        case ObligationOpened():
            _open(book, entry.stream, entry.fact)
        case ConditionFulfilled(condition=condition):
            done = {"condition": condition, "occurred_on": act.occurred_on.isoformat(), "recorded_at": at}
            _add(book, entry, "fulfilled", {**done, "person": act.person, "post": act.post})
        case Reminded():
            _set(book, entry, reminded_at=at)
        case Breached(person=person):
            _set(book, entry, stage="overdue", breached_at=at, breached_person=person)
        case RungClimbed(rung=rung, post=post, person=person, effect=effect, actor=actor, also=also):
            on = day_of(act.recorded_at).isoformat()
            told = {"rung": rung, "post": post, "person": person, "on": on, "effect": effect, "actor": actor}
            _add(book, entry, "rungs", {**told, "also": msgspec.to_builtins(also)})
        case ObligationRecomputed():
            _recompute(book, entry, entry.fact)
        case ObligationMet(days_late=days_late):
            stage = "met late" if days_late else "met"
            _set(book, entry, stage=stage, met_on=day_of(act.recorded_at), days_late=days_late)
        case ObligationDropped(reason=reason):
            _set(book, entry, stage="dropped", dropped_because=reason, days_late=_late_by(book, entry))
        case ObligationExtended() | ObligationPaused() | ObligationResumed() | ObligationWaived():
            _grant(book, entry, entry.fact)


VIEW = View("obligations", 4, TABLES, frozenset({"obligation"}), each(apply))


def _open(book: Book, obligation: str, fact: ObligationOpened) -> None:
    row = {
        "obligation": obligation,
        "case": fact.case,
        "county": fact.county,
        "clause": fact.act.clause,
        "trigger_on": fact.trigger_on,
        "count": fact.count,
        "unit": fact.unit,
        "calendar": fact.calendar,
        "provisional": fact.provisional,
        "due_on": fact.due_on,
        "first_due_on": fact.due_on,
        "conditions": list(fact.conditions),
        "responsible": fact.responsible,
        "stage": "open",
    }
    book.put(OBLIGATIONS, {**row, **{name: [] for name in ("fulfilled", "rungs", "recomputed", "granted")}})


def _recompute(book: Book, entry: Logged, fact: ObligationRecomputed) -> None:
    void = fact.void_breach
    item = {
        "on": day_of(fact.act.recorded_at).isoformat(),
        "due_before": fact.due_before.isoformat(),
        "due_on": fact.due_on.isoformat(),
        "notices": list(fact.notices),
        "void_breach": void.isoformat() if void else None,
    }
    _add(book, entry, "recomputed", item)
    _set(book, entry, calendar=fact.calendar, due_on=fact.due_on, provisional=fact.provisional)
    if void:  # What was told of it stays in the case's history.
        _set(book, entry, stage="open", breached_at=None, breached_person=None, rungs=[])


Granted = ObligationExtended | ObligationPaused | ObligationResumed | ObligationWaived
_WHAT: dict[type, str] = {
    ObligationExtended: "extended",
    ObligationPaused: "paused",
    ObligationResumed: "resumed",
    ObligationWaived: "waived",
}
_DAYS = ("due_before", "due_on", "days", "until", "since", "record")


def _grant(book: Book, entry: Logged, fact: Granted) -> None:
    act, plain = fact.act, msgspec.to_builtins(fact)
    who = {"post": act.post, "person": act.person, "on_behalf_of": act.on_behalf_of, "clause": act.clause}
    item = {"what": _WHAT[type(fact)], "on": day_of(act.recorded_at).isoformat(), "reason": fact.reason, **who}
    item |= {"responsible": fact.post, "responsible_person": fact.person}
    _add(book, entry, "granted", item | {name: plain[name] for name in _DAYS if plain.get(name)})
    match fact:
        case ObligationPaused():
            _set(book, entry, stage="paused")
        case ObligationWaived():
            _set(book, entry, stage="waived", days_late=_late_by(book, entry))
        case _:
            moved = {"calendar": fact.calendar, "due_on": fact.due_on, "provisional": fact.provisional}
            _set(book, entry, stage="open", **moved)


def _late_by(book: Book, entry: Logged) -> int | None:
    """Return how late a broken deadline was when it ended unmet; None where it was not broken."""
    row = book.row(OBLIGATIONS, entry.stream)
    return (day_of(entry.fact.act.recorded_at) - row["due_on"]).days if row["breached_at"] else None


def _set(book: Book, entry: Logged, **values: Any) -> None:
    book.change(OBLIGATIONS, entry.stream, **values)


def _add(book: Book, entry: Logged, column: str, item: dict[str, Any]) -> None:
    row = book.row(OBLIGATIONS, entry.stream)
    _set(book, entry, **{column: [*row[column], item]})


def obligation(engine: Engine, case: str) -> Obligation | None:
    """Return one deadline, or None if it never began."""
    with engine.connect() as connection:
        row = connection.execute(select(OBLIGATIONS).where(OBLIGATIONS.c.obligation == case)).mappings().first()
    return Obligation(**row) if row else None


def obligations(engine: Engine, county: str | None = None, late_by: date | None = None) -> list[Obligation]:
    """Return the deadlines of a county or of all, by due day; with *late_by*, only those broken by that day."""
    asked = select(OBLIGATIONS).where(*_where(county, late_by)).order_by(*_BY_DUE_DAY)
    with engine.connect() as connection:
        return [Obligation(**row) for row in connection.execute(asked).mappings()]


def obligations_page(
    engine: Engine, county: str, late_by: date | None = None, *, limit: int, offset: int = 0
) -> tuple[list[Obligation], int]:
    """Return a page of what `obligations` returns, and how many there are in all."""
    where = _where(county, late_by)
    asked = select(OBLIGATIONS).where(*where).order_by(*_BY_DUE_DAY).limit(limit).offset(offset)
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(OBLIGATIONS).where(*where)).scalar_one()
        return [Obligation(**row) for row in connection.execute(asked).mappings()], total


_BY_DUE_DAY = (OBLIGATIONS.c.due_on, OBLIGATIONS.c.obligation)


def _where(county: str | None, late_by: date | None) -> list[ColumnElement[bool]]:
    found = []
    if county is not None:
        found.append(OBLIGATIONS.c.county == county)
    if late_by is not None:
        unseen = (OBLIGATIONS.c.stage == "open") & (OBLIGATIONS.c.due_on < late_by)
        found.append(or_(OBLIGATIONS.c.stage.in_(LATE), OBLIGATIONS.c.breached_at.is_not(None), unseen))
    return found
