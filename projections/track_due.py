"""The deadlines of a case, each at the stage that it watches."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import Engine, select

from projections.inbox_clocks import watched
from projections.obligations import OBLIGATIONS, Obligation
from projections.track_shape import Due

RUNS = ("open", "overdue", "paused")


def dues(engine: Engine, case: str, steps: Iterable[str], today: date) -> Mapping[str, tuple[Due, ...]]:
    """Return the deadlines of a case by the step that each watches, in the order in which they began."""
    asked = select(OBLIGATIONS).where(OBLIGATIONS.c.case == case)
    asked = asked.order_by(OBLIGATIONS.c.trigger_on, OBLIGATIONS.c.obligation)
    with engine.connect() as connection:
        rows = [Obligation(**row) for row in connection.execute(asked).mappings()]
    named: dict[str, tuple[str, ...]] = dict.fromkeys(steps, ())
    found: dict[str, tuple[Due, ...]] = {}
    for row in rows:
        for step in watched(asdict(row) | {"paused": row.stage == "paused"}, named):
            found[step] = (*found.get(step, ()), _due(row, today))
    return found


def running(found: Iterable[Due]) -> Due | None:
    """Return the deadline that a stage that waits is under: the one due first; one that stands still comes last."""
    live = [due for due in found if due.stage in RUNS]
    return min(live, key=lambda due: (due.stage == "paused", due.due_on), default=None)


def last(found: Iterable[Due]) -> Due | None:
    """Return the deadline that a stage that is over was under last."""
    return max((due for due in found if due.stage not in RUNS), key=lambda due: due.due_on, default=None)


def _due(row: Obligation, today: date) -> Due:
    counts = row.stage in ("open", "overdue")
    return Due(
        obligation=row.obligation,
        due_on=row.due_on,
        first_due_on=row.first_due_on,
        stage=row.stage,
        overdue=counts and row.is_late(today),
        days_left=(row.due_on - today).days if counts else None,
        rungs=len(row.rungs),
        clause=row.clause,
    )
