"""A county's meetings, counted of their facts: which are called, whose minutes are waited for, which are over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, not_, select
from sqlalchemy import case as when

from domain.meeting_facts import MeetingCalled, MeetingHeld, MinutesFiled
from domain.registry import stored_name
from projections.facts import FACTS
from projections.standing import STANDING


class Where(StrEnum):
    """Where a meeting stands: called; held, and its minutes not on file; over, with minutes or unheld."""

    CALLED = "called"
    HELD = "held"
    OVER = "over"


@dataclass(frozen=True)
class Meetings:
    """A page of a county's meetings by their case ids, the latest first; and how many there are of each."""

    cases: list[str]
    counts: dict[Where, int]


def _has(fact: type) -> ColumnElement[int]:
    return func.max(when((FACTS.c.fact == stored_name(fact), 1), else_=0))


def _all(county: str) -> Select[Any]:
    prefix = f"{county}/meeting/"
    held, filed = _has(MeetingHeld), _has(MinutesFiled)
    # One that nobody called has no process: it stands as over, and its minutes are waited for all the same.
    open_still = func.max(when((STANDING.c.closed, 0), else_=1))
    where = when(
        (and_(held == 1, filed == 0), Where.HELD),
        (and_(_has(MeetingCalled) == 1, not_(held == 1), open_still == 1), Where.CALLED),
        else_=Where.OVER,
    )
    latest = func.max(FACTS.c.position)
    asked = select(FACTS.c.stream.label("case"), where.label("where"), latest.label("latest"))
    return (
        asked.join(STANDING, STANDING.c.case == FACTS.c.stream)
        .where(FACTS.c.stream.startswith(prefix, autoescape=True))
        .group_by(FACTS.c.stream)
    )


def meetings(engine: Engine, county: str, where: Where | None = None, *, limit: int, offset: int = 0) -> Meetings:
    """Return a page of the meetings of a county: all, or those that stand somewhere."""
    found = _all(county).subquery()
    page = select(found.c.case).order_by(found.c.latest.desc())
    if where is not None:
        page = page.where(found.c["where"] == where)
    numbers = select(found.c["where"], func.count()).group_by(found.c["where"])
    with engine.connect() as connection:
        counts = {Where(name): number for name, number in connection.execute(numbers)}
        cases = list(connection.execute(page.limit(limit).offset(offset)).scalars())
    return Meetings(cases, {one: counts.get(one, 0) for one in Where})
