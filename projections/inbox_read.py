"""What the view `inbox` tells: what waits in a county, for a post, for a person; the longest overdue first.

Rows are ranked and counted first; who may take a step is asked only for those that are shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, not_, or_, select
from sqlalchemy import case as when

from projections.inbox import INBOX, PROJECTS

LIMIT = 50
_FOUND = INBOX.outerjoin(PROJECTS, PROJECTS.c.project == INBOX.c.project)
_RUNS = and_(INBOX.c.due_on.is_not(None), not_(INBOX.c.paused))


@dataclass(frozen=True)
class Waiting:
    """One open step and whom it waits for: since the day of record of what opened it, until its deadline's due day.

    `of_case` is the case; of a deadline that waits by itself (`kind` obligation) the case that it is about. `clock` is
    the deadline that watches the step, which stands still while `paused`. `person` is who was named for it, by whose
    word; `asked`, whose opinion is waited for; `advised`, whose was given. `signed` are the posts that have signed the
    same thing, `still` those that are asked besides. `unit`, `township`, `village` are the project's own.
    """

    of_case: str
    case: str
    step: str
    post: str
    county: str
    kind: str
    title: str
    project: str
    stage: str
    amount_fen: int | None
    signed: list[str]
    still: list[str]
    since: date
    due_on: date | None
    paused: bool
    clock: str
    person: str
    by_person: str
    asked: str
    advised: list[str]
    name: str | None
    unit: str | None
    township: str | None
    village: str | None

    def due_in(self, today: date) -> int | None:
        """Return in how many days it is due, below zero where it is overdue; None without a day that runs."""
        return None if self.due_on is None or self.paused else (self.due_on - today).days

    def is_overdue(self, today: date) -> bool:
        """Return whether its due day is over."""
        days = self.due_in(today)
        return days is not None and days < 0


@dataclass(frozen=True)
class Load:
    """How much waits for a post of a county: how many steps, how many of them overdue, since when the oldest."""

    county: str
    post: str
    waiting: int
    overdue: int
    oldest: date


Seat = tuple[str, str]  # A county and a post of it.


@dataclass(frozen=True)
class Asked:
    """Which rows are wanted: all that is given must hold; of `seats` and `opinion_of` either."""

    county: str | None = None
    seats: frozenset[Seat] | None = None
    opinion_of: str | None = None
    post: str | None = None
    unit: str | None = None
    case: str | None = None
    overdue_on: date | None = None
    without: frozenset[str] = frozenset()  # Counties that are left out.

    def where(self) -> list[ColumnElement[bool]]:
        """Return it as conditions."""
        found = [INBOX.c[name] == value for name in ("county", "post", "case") if (value := getattr(self, name))]
        if self.unit is not None:
            own = (PROJECTS.c[name] == self.unit for name in ("unit", "township", "village"))
            found.append(or_(PROJECTS.c.project.is_(None), *own))
        if self.without:
            found.append(INBOX.c.county.not_in(sorted(self.without)))
        if self.overdue_on is not None:
            found.append(and_(_RUNS, INBOX.c.due_on < self.overdue_on))
        if self.seats is not None:
            seats = (and_(INBOX.c.county == county, INBOX.c.post == post) for county, post in sorted(self.seats))
            found.append(or_(INBOX.c.asked == (self.opinion_of or None), *seats))
        return found


def waiting(engine: Engine, asked: Asked, *, limit: int | None = None, offset: int = 0) -> list[Waiting]:
    """Return open steps: by due day, the longest overdue first, then those without one by the day that opened them."""
    days = when((_RUNS, INBOX.c.due_on), else_=None)
    order = (days.is_(None), days, INBOX.c.since, INBOX.c.case, INBOX.c.step, INBOX.c.post)
    place = [column for column in PROJECTS.c if column.name != "project"]
    named = {column.name: column for column in (*INBOX.c, *place)}
    rows = select(*(named[one.name] for one in fields(Waiting))).select_from(_FOUND).where(*asked.where())
    return [Waiting(**row) for row in _rows(engine, rows.order_by(*order).limit(limit).offset(offset))]


def counts(engine: Engine, asked: Asked, group: Callable[[Any], str]) -> dict[str, int]:
    """Return how many rows there are of each *group*, which is told county, post, person and asked of a row."""
    columns = [INBOX.c[name] for name in ("county", "post", "person", "asked")]
    rows = select(*columns, func.count().label("number")).select_from(_FOUND).where(*asked.where()).group_by(*columns)
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for row in connection.execute(rows):
            name = group(row)
            found[name] = found.get(name, 0) + row.number
    return found


def load(engine: Engine, today: date, asked: Asked | None = None) -> list[Load]:
    """Return how much waits for each post of each county, the most overdue first."""
    late = func.sum(when((and_(_RUNS, INBOX.c.due_on < today), 1), else_=0)).label("overdue")
    number, oldest = func.count().label("waiting"), func.min(INBOX.c.since).label("oldest")
    rows = select(INBOX.c.county, INBOX.c.post, number, late, oldest).select_from(_FOUND)
    rows = rows.where(*(asked or Asked()).where()).group_by(INBOX.c.county, INBOX.c.post)
    return [
        Load(**row) for row in _rows(engine, rows.order_by(late.desc(), number.desc(), INBOX.c.county, INBOX.c.post))
    ]


def _rows(engine: Engine, asked: Select[Any]) -> Iterable[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(asked).mappings()]
