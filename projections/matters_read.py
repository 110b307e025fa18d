"""Cases of the kinds that have no register of their own: trainings, reports from outside, sweeps, and the like."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, func, select

from projections.inbox import INBOX
from projections.standing import STANDING


class Matter(StrEnum):
    """The kinds of such cases, as their ids say them."""

    TRAINING = "training"
    HOTLINE = "hotline"
    PERFORMANCE = "performance"
    SURPLUS = "surplus"
    WATCH = "watch"
    OUTBOX = "outbox"
    ABSENCE = "absence"
    EMERGENCY = "emergency"
    HANDLING = "handling"


@dataclass(frozen=True)
class MatterRow:
    """One of them: whether it is over, and for which steps of which posts it waits."""

    case: str
    kind: Matter
    is_over: bool
    waits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Matters:
    """A page of them, those that are open first; and how many there are of each kind, of all together at None."""

    rows: tuple[MatterRow, ...]
    counts: dict[Matter | None, int]


def matters(
    engine: Engine, county: str, kind: Matter | None = None, words: str = "", *, limit: int, offset: int = 0
) -> Matters:
    """Return a county's matters, of one kind or of all, whose ids have *words* in them."""
    found = STANDING.c.case.startswith(f"{county}/", autoescape=True)
    if words:
        found &= STANDING.c.case.contains(words, autoescape=True)
    of_kind = STANDING.c.kind.in_([kind] if kind else list(Matter))
    counted = select(STANDING.c.kind, func.count()).where(found, STANDING.c.kind.in_(list(Matter)))
    asked = select(STANDING.c.case, STANDING.c.kind, STANDING.c.closed).where(found, of_kind)
    asked = asked.order_by(STANDING.c.closed, STANDING.c.kind, STANDING.c.case.desc()).limit(limit).offset(offset)
    with engine.connect() as connection:
        known = {Matter(of): int(n) for of, n in connection.execute(counted.group_by(STANDING.c.kind))}
        rows = connection.execute(asked).all()
        waits = _waits(connection, [case for case, _, _ in rows])
    counts: dict[Matter | None, int] = {one: known.get(one, 0) for one in Matter}
    made = tuple(MatterRow(case, Matter(of), bool(over), waits[case]) for case, of, over in rows)
    return Matters(made, counts | {None: sum(counts.values())})


def _waits(connection: Connection, cases: list[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    asked = select(INBOX.c.case, INBOX.c.step, INBOX.c.post).where(INBOX.c.case.in_(cases))
    found = defaultdict[str, tuple[tuple[str, str], ...]](tuple)
    for case, step, post in connection.execute(asked.order_by(INBOX.c.case, INBOX.c.step, INBOX.c.post)):
        found[case] += ((step, post),)
    return found
