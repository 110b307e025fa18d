"""What the view `obligations` tells a board: deadlines by how near they are, a page at a time, and by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy import case as when

from domain.cases import KINDS
from projections.obligations import OBLIGATIONS, Obligation

_SUNDAY = 6
_T = OBLIGATIONS.c


class Bucket(StrEnum):
    """How near a deadline is: one of these at any time. The week ends with Sunday; *ended* unmet: dropped, waived."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    PAUSED = "paused"
    MET = "met"
    ENDED = "ended"


RUNNING = (Bucket.OVERDUE, Bucket.TODAY, Bucket.WEEK, Bucket.LATER, Bucket.PAUSED)
_LATEST_FIRST = (Bucket.MET, Bucket.ENDED)


@dataclass(frozen=True)
class Sought:
    """Which deadlines of a county are wanted: of a responsible post, about a kind of case, due on a day; "" is all."""

    county: str
    responsible: str = ""
    kind: str = ""
    on: date | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """Return it as conditions."""
        found: list[ColumnElement[bool]] = [_T.county == self.county]
        if self.responsible:
            found.append(_T.responsible == self.responsible)
        if self.kind:
            found.append(_of_kind(self.county, self.kind))
        if self.on is not None:
            found.append(_T.due_on == self.on)
        return found


def _of_kind(county: str, kind: str) -> ColumnElement[bool]:
    return _T.case.startswith(f"{county}/{kind}/", autoescape=True)


def _in(bucket: Bucket, today: date) -> ColumnElement[bool]:
    """Return whether a deadline is in a bucket: overdue also where no clock has come round to record it."""
    is_open, sunday = _T.stage == "open", today + timedelta(days=_SUNDAY - today.weekday())
    match bucket:
        case Bucket.OVERDUE:
            return or_(_T.stage == "overdue", and_(is_open, _T.due_on < today))
        case Bucket.TODAY:
            return and_(is_open, _T.due_on == today)
        case Bucket.WEEK:
            return and_(is_open, _T.due_on > today, _T.due_on <= sunday)
        case Bucket.LATER:
            return and_(is_open, _T.due_on > max(today, sunday))
        case Bucket.PAUSED:
            return _T.stage == "paused"
        case Bucket.MET:
            return _T.stage.in_(("met", "met late"))
        case Bucket.ENDED:
            return _T.stage.in_(("dropped", "waived"))


def bucket_counts(engine: Engine, sought: Sought, today: date) -> dict[Bucket, int]:
    """Return how many deadlines are in each bucket."""
    sums = [func.coalesce(func.sum(when((_in(one, today), 1), else_=0)), 0).label(one) for one in Bucket]
    with engine.connect() as connection:
        row = connection.execute(select(*sums).where(*sought.where())).mappings().one()
    return {one: int(row[one]) for one in Bucket}


def board(
    engine: Engine, sought: Sought, today: date, bucket: Bucket | None = None, *, limit: int, offset: int = 0
) -> list[Obligation]:
    """Return deadlines of one bucket or of all: what is due first, of what is over what was due last."""
    asked = select(OBLIGATIONS).where(*sought.where())
    if bucket is not None:
        asked = asked.where(_in(bucket, today))
    day = _T.due_on.desc() if bucket in _LATEST_FIRST else _T.due_on
    with engine.connect() as connection:
        found = connection.execute(asked.order_by(day, _T.obligation).limit(limit).offset(offset)).mappings()
        return [Obligation(**row) for row in found]


def day_counts(engine: Engine, sought: Sought, first: date, last: date, today: date) -> dict[date, dict[str, int]]:
    """Return of each day from *first* to *last* how many deadlines are due on it: overdue, waiting and over ones."""
    late, waits = _in(Bucket.OVERDUE, today), or_(_T.stage == "open", _T.stage == "paused")
    group = when((late, "overdue"), (waits, "waiting"), else_="over").label("how")
    asked = select(_T.due_on, group, func.count().label("number")).where(*sought.where())
    asked = asked.where(_T.due_on >= first, _T.due_on <= last).group_by(_T.due_on, group)
    found: dict[date, dict[str, int]] = {}
    with engine.connect() as connection:
        for row in connection.execute(asked).mappings():
            found.setdefault(row["due_on"], {})[row["how"]] = row["number"]
    return found


def first_of_days(engine: Engine, sought: Sought, first: date, last: date, most: int) -> dict[date, list[Obligation]]:
    """Return of each day from *first* to *last* the deadlines that are due on it, at *most* so many of one day."""
    place = func.row_number().over(partition_by=_T.due_on, order_by=_T.obligation).label("place")
    inner = select(OBLIGATIONS, place).where(*sought.where(), _T.due_on >= first, _T.due_on <= last).subquery()
    asked = select(*(column for column in inner.c if column.name != "place")).where(inner.c.place <= most)
    found: dict[date, list[Obligation]] = {}
    with engine.connect() as connection:
        for row in connection.execute(asked.order_by(inner.c.due_on, inner.c.obligation)).mappings():
            found.setdefault(row["due_on"], []).append(Obligation(**row))
    return found


@dataclass(frozen=True)
class Choices:
    """What a board can be narrowed to: posts and kinds that a county's deadlines have, each with how many."""

    responsible: dict[str, int]
    kinds: dict[str, int]


def choices(engine: Engine, county: str) -> Choices:
    """Return by what a county's deadlines can be told apart."""
    kinds = sorted(KINDS)
    kind = when(*((_of_kind(county, one), one) for one in kinds), else_="")
    with engine.connect() as connection:

        def counted(what: Any) -> dict[str, int]:
            asked = select(what.label("what"), func.count().label("number")).where(_T.county == county)
            rows = connection.execute(asked.group_by(what).order_by(func.count().desc(), what)).mappings()
            return {row["what"]: row["number"] for row in rows}

        return Choices(counted(_T.responsible), counted(kind))
