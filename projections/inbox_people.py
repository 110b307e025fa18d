"""The inbox of a person or a post: what is theirs, what they stand in for, and for each step whether they may take it.

Whether they may is asked of `domain/procedures/candidates.py`, which answers as the step itself would.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from domain.act import OpenStep
from domain.calendar import day_of
from domain.cases import mandates_stream, parse_case
from domain.ledger import Read
from domain.mandate import MANDATE
from domain.procedures.candidates import Candidate, of_step
from domain.procedures.entitled import still_has
from projections.inbox_read import LIMIT, Asked, Seat, Waiting, counts, waiting
from projections.people_read import Absence, absences, terms

# Where a step stands for a person, in the order in which people look.
MINE, OPINION, POST, STANDS_IN, WITH_OTHER = GROUPS = ("mine", "opinion", "post", "stands_in", "with_other")


@dataclass(frozen=True)
class Item:
    """An open step, where it stands for whoever asked, who may take it or why not, and who of its post is away."""

    row: Waiting
    group: str
    who: tuple[Candidate, ...]
    away: tuple[Absence, ...]

    @property
    def may(self) -> bool:
        """Return whether one of those who were asked about may take it."""
        return any(one.why_not is None for one in self.who)


@dataclass(frozen=True)
class Inbox:
    """A page of what waits: how much there is in all and in each group, and the rows shown."""

    total: int
    groups: dict[str, int]
    items: list[Item]


@dataclass(frozen=True)
class _Seats:
    """A person's own posts on a day, and those that others are away from."""

    person: str
    own: frozenset[Seat]
    stood_for: dict[Seat, frozenset[str]] = field(default_factory=dict)

    @property
    def all(self) -> frozenset[Seat]:
        return self.own | self.stood_for.keys()

    def group(self, row: Any, *, has: bool) -> str:
        """Return where a row stands; *has*: the one who was named for it has it still."""
        seat = (row.county, row.post)
        if row.asked == self.person:
            return OPINION
        if has and row.person == self.person:
            return MINE
        if has:
            return STANDS_IN if row.person in self.stood_for.get(seat, ()) else WITH_OTHER
        return POST if seat in self.own else STANDS_IN


def inbox(
    engine: Engine,
    read: Read,
    person: str,
    now: datetime,
    *,
    county: str | None = None,
    overdue: bool = False,
    only: str | None = None,
    without: Collection[str] = (),
    limit: int | None = LIMIT,
    offset: int = 0,
) -> Inbox:
    """Return what waits for a person at a business moment: named for it, by a post held, or standing in.

    With *only* the rows of one group; all groups are counted. *without*: counties that are left out, such as those
    whose rules nobody can read, so that nobody can say who may take their steps.
    """
    today = day_of(now)
    seats = _seats(engine, person, now)
    late = today if overdue else None
    asked = Asked(county, seats=seats.all, opinion_of=person, overdue_on=late, without=frozenset(without))
    group = _Grouping(read, seats, now).group
    groups = counts(engine, asked, group)
    if only is None:
        rows = waiting(engine, asked, limit=limit, offset=offset)
    else:  # Where a row stands is no matter of SQL: who was named for it may have it no more.
        of_group = [row for row in waiting(engine, asked) if group(row) == only]
        rows = of_group[offset:] if limit is None else of_group[offset : offset + limit]
    away = absences(engine, on=today) if rows else []
    items = [_item(read, row, group(row), now, away, person) for row in rows]
    return Inbox(sum(groups.values()), {name: groups[name] for name in GROUPS if name in groups}, items)


def inbox_of_post(
    engine: Engine,
    read: Read,
    now: datetime,
    asked: Asked,
    *,
    limit: int | None = LIMIT,
    offset: int = 0,
) -> Inbox:
    """Return what waits as *asked*, such as for a post, each step with everybody who may take it or may not."""
    groups = counts(engine, asked, lambda _: POST)
    rows = waiting(engine, asked, limit=limit, offset=offset)
    away = absences(engine, on=day_of(now)) if rows else []
    return Inbox(sum(groups.values()), groups, [_item(read, row, POST, now, away) for row in rows])


@dataclass(frozen=True)
class _Grouping:
    read: Read
    seats: _Seats
    now: datetime

    def group(self, row: Any) -> str:
        mandates = self.read(MANDATE, mandates_stream(row.county))
        has = bool(row.person) and still_has(mandates, row.post, row.person, day_of(self.now))
        return self.seats.group(row, has=has)


def _seats(engine: Engine, person: str, now: datetime) -> _Seats:
    today = day_of(now)
    stood_for: dict[Seat, frozenset[str]] = {}
    for one in absences(engine, deputy=person, on=today):
        seat = (one.county, one.post)
        stood_for[seat] = stood_for.get(seat, frozenset()) | {one.person}
    return _Seats(person, frozenset((t.county, t.post) for t in terms(engine, person=person, on=today)), stood_for)


def _item(
    read: Read, row: Waiting, group: str, now: datetime, away: Iterable[Absence], person: str | None = None
) -> Item:
    found = of_step(read, parse_case(row.case), OpenStep(row.step, row.post), now)
    who = tuple(one for one in found if person in (None, one.person))
    seat = (row.county, row.post)
    return Item(row, group, who, tuple(one for one in away if (one.county, one.post) == seat))
