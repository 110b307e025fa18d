"""What the view `people` tells: people of a county on a day, holders of a post, who stands in, a person's history."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Engine, Select, Table, and_, or_, select

from projections.people import ABSENCES, CHANGES, KEYS, ORDERS, TERMS


@dataclass(frozen=True)
class Term:
    """A post held from `first` to `last` (None: no end), by whose word; `order`: the person's record, with number."""

    county: str
    post: str
    person: str
    unit: str
    first: date
    last: date | None
    by_person: str
    by_post: str
    recorded_on: date
    clause: str
    order: str | None
    order_no: int | None


@dataclass(frozen=True)
class Absence:
    """Who stands in for whom, for what; `ended_on`: the day of record on which it was over, by its days or before."""

    county: str
    absence_no: str
    person: str
    post: str
    deputy: str
    first: date
    last: date
    kinds: list[str]
    steps: list[str]
    amount_most_fen: int
    reason: str
    by_person: str
    ended_on: date | None
    ended_by: str

    def covers(self, on: date) -> bool:
        """Return whether the deputy stood in on a day."""
        return self.first <= on <= self.last and (self.ended_on is None or on < self.ended_on)


@dataclass(frozen=True)
class Key:
    """A key that signs at a door, by its id alone; `person` is "" where the door says who signs."""

    county: str
    key_id: str
    person: str
    door: str
    registered_on: date
    registered_by: str
    revoked_on: date | None
    revoked_by: str
    reason: str


@dataclass(frozen=True)
class Change:
    """One fact about a person's posts, deputies or keys; `of`: the key's id, or the absence's number."""

    county: str
    person: str
    fact: str
    post: str
    unit: str
    first: date | None
    last: date | None
    of: str
    deputy: str
    reason: str
    occurred_on: date
    recorded_on: date
    by_person: str
    by_post: str
    clause: str
    order: str | None
    order_no: int | None


def terms(
    engine: Engine,
    county: str | None = None,
    *,
    on: date | None = None,
    post: str | None = None,
    person: str | None = None,
) -> list[Term]:
    """Return who holds which post, in the order of the county's appointments: on a day, or ever."""
    asked = _with_order(TERMS, Term).order_by(TERMS.c.county, TERMS.c.place, TERMS.c.number)
    asked = asked.where(*_same(TERMS, county=county, post=post, person=person))
    if on is not None:
        asked = asked.where(TERMS.c.first <= on, or_(TERMS.c.last.is_(None), TERMS.c.last >= on))
    return [Term(**row) for row in _rows(engine, asked)]


def people(engine: Engine, county: str, on: date) -> list[str]:
    """Return everybody who holds a post of a county on a day."""
    return sorted({term.person for term in terms(engine, county, on=on)})


def holders(engine: Engine, county: str, post: str, on: date) -> list[Term]:
    """Return under which appointments a post is held on a day."""
    return terms(engine, county, on=on, post=post)


def absences(
    engine: Engine,
    county: str | None = None,
    *,
    on: date | None = None,
    person: str | None = None,
    deputy: str | None = None,
) -> list[Absence]:
    """Return the absences in the order in which they were entered: those that stand on a day, or all."""
    asked = select(*_columns(ABSENCES, Absence))
    asked = asked.where(*_same(ABSENCES, county=county, person=person, deputy=deputy))
    if on is not None:
        asked = asked.where(_stands(on))
    return [Absence(**row) for row in _rows(engine, asked.order_by(ABSENCES.c.county, ABSENCES.c.place))]


def keys(engine: Engine, county: str | None = None, *, on: date | None = None, person: str | None = None) -> list[Key]:
    """Return the keys that signed on a day, or were ever registered: their ids."""
    asked = select(KEYS).where(*_same(KEYS, county=county, person=person))
    if on is not None:
        asked = asked.where(KEYS.c.registered_on <= on, or_(KEYS.c.revoked_on.is_(None), KEYS.c.revoked_on > on))
    return [Key(**row) for row in _rows(engine, asked.order_by(KEYS.c.county, KEYS.c.registered_on, KEYS.c.key_id))]


def person_history(engine: Engine, person: str, county: str | None = None) -> list[Change]:
    """Return all that ever became of a person: posts, absences from them, standing in for others, keys."""
    about = or_(CHANGES.c.person == person, CHANGES.c.deputy == person)
    asked = _with_order(CHANGES, Change).where(about, *_same(CHANGES, county=county))
    return [Change(**row) for row in _rows(engine, asked.order_by(CHANGES.c.county, CHANGES.c.version))]


def _stands(on: date) -> ColumnElement[bool]:
    open_still = or_(ABSENCES.c.ended_on.is_(None), ABSENCES.c.ended_on > on)
    return and_(ABSENCES.c.first <= on, ABSENCES.c.last >= on, open_still)


def _columns(table: Table, row: type[Any]) -> list[Column[Any]]:
    return [table.c[one.name] for one in fields(row) if one.name in table.c]


def _with_order(table: Table, row: type[Any]) -> Select[Any]:
    order = ORDERS.c.case.label("order"), ORDERS.c.order_no
    ordered = and_(ORDERS.c.command == table.c.command, ORDERS.c.county == table.c.county)
    return select(*_columns(table, row), *order).outerjoin_from(table, ORDERS, ordered)


def _same(table: Table, **asked: str | None) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in asked.items() if value is not None]


def _rows(engine: Engine, asked: Select[Any]) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(asked).mappings()]
