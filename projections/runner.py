"""The runner: reads the ledger in order, in batches, and writes each view's rows and position in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from domain.errors import UnreadableFactError
from domain.ledger import Entry, Ledger
from domain.registry import stored_name
from projections import positions
from projections.positions import OvertakenError, Parked
from projections.store import writing
from projections.view import View

BATCH = 500
# Not the fault of the fact at hand, and it would be that of the next: reading stops.
STOPS = (UnreadableFactError, OperationalError, InterfaceError, InternalError)

log = structlog.get_logger()


def catch_up(
    ledger: Ledger,
    engine: Engine,
    views: Sequence[View],
    batch: int = BATCH,
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Bring *views* to the end of the log; *told* hears of the position reached and of the end.

    Raises:
        UnreadableFactError: If the log holds a fact that this build cannot read. What stands before it is taken in.
    """
    _prepare(ledger, engine, views)
    while True:
        reached = positions.of(engine, views)
        start = min(reached.values())
        entries = _readable(ledger, start, batch)
        if not entries:
            return
        # A view that is further on is joined, not overtaken, so that from there on each fact is read once for all.
        further = min((p for p in reached.values() if p > start), default=entries[-1].position)
        entries = [entry for entry in entries if entry.position <= further]
        try:
            with writing(engine) as connection:
                _take(connection, [view for view in views if reached[view.name] == start], start, entries)
        except OvertakenError:  # Another runner took this batch: look where it came to.
            continue
        if told:
            told(entries[-1].position, ledger.recorder.max_notification_id() or 0)


def rebuild(ledger: Ledger, engine: Engine, view: View, batch: int = BATCH) -> None:
    """Build *view* from the first fact on, in one transaction: who reads meanwhile never sees half of it.

    Raises:
        UnreadableFactError: If the log holds a fact that this build cannot read. The view is then as it was.
    """
    with writing(engine) as connection:
        positions.create(connection)
        positions.reset(connection, view)
        reached = 0
        while entries := _readable(ledger, reached, batch):
            _take(connection, (view,), reached, entries)
            reached = entries[-1].position


def parked(engine: Engine) -> list[Parked]:
    """Return the facts that a view could not digest: until it is rebuilt, it lacks them."""
    with writing(engine) as connection:
        positions.create(connection)
        return positions.parked(connection)


def _prepare(ledger: Ledger, engine: Engine, views: Sequence[View]) -> None:
    with writing(engine) as connection:
        positions.create(connection)
        for view in views:
            if not positions.is_good(connection, view, ledger):
                positions.reset(connection, view)


def _readable(ledger: Ledger, after: int, limit: int) -> list[Entry]:
    """Return the next entries, up to one that cannot be read, which raises once it is the first."""
    try:
        return ledger.entries(after, limit)
    except UnreadableFactError:
        if limit == 1:
            raise
        return _readable(ledger, after, limit // 2)


def _take(connection: Connection, views: Sequence[View], reached: int, entries: Sequence[Entry]) -> None:
    for view in views:
        # First, so that a batch that comes twice is refused before money counts twice.
        positions.advance(connection, view, reached, entries[-1])
    for view in views:
        _digest(connection, view, entries)


def _digest(connection: Connection, view: View, entries: Sequence[Entry]) -> None:
    """Apply *entries*, all at once; if that fails, in halves, down to the fact that is the cause, which is parked."""
    try:
        with connection.begin_nested():
            for entry in entries:
                view.apply(connection, entry)
    except STOPS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other facts and views must go on
        if len(entries) == 1:
            _park(connection, view, entries[0], error)
            return
        middle = len(entries) // 2
        _digest(connection, view, entries[:middle])
        _digest(connection, view, entries[middle:])


def _park(connection: Connection, view: View, entry: Entry, error: Exception) -> None:
    parked = Parked(
        view.name, entry.position, entry.stream, stored_name(type(entry.fact)), f"{type(error).__name__}: {error}"
    )
    log.error("fact parked", **asdict(parked))
    positions.park(connection, parked)
