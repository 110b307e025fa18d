"""View `standing`: one row for each case of any kind, with whether it is open: counted without reading the log."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Engine, MetaData, String, Table, select
from sqlalchemy import func as sql

from domain.act import Decider
from domain.cases import KINDS, kind_of
from domain.county_calendar import CALENDAR
from domain.following import rests
from domain.registry import BY_KIND
from projections.batch import Batch
from projections.book import Book, Row
from projections.view import View

TABLES = MetaData()
STANDING = Table(
    "view_standing",
    TABLES,
    Column("case", String, primary_key=True),
    Column("kind", String, nullable=False, index=True),
    Column("closed", Boolean, nullable=False, index=True),
    Column("resting", Boolean, nullable=False),  # Open, and no workflow is expected to run: see `rests`.
)


# A county's calendar is nobody's case and is always open: its workflow runs like theirs.
COUNTED = frozenset({*KINDS, CALENDAR.kind})


def take(book: Book, batch: Batch) -> None:
    """Write down of each case whether it is over, and whether it rests."""
    for stream in batch.streams():
        decider = BY_KIND[kind_of(stream)]
        known = book.get(STANDING, stream)
        row = {"closed": decider.closed(batch.state(stream)), "resting": False}
        if decider.quiet:
            row["resting"] = _rests(decider, batch, stream, known)
        book.put(STANDING, {"case": stream, "kind": decider.kind, **row})


def _rests(decider: Decider[Any], batch: Batch, stream: str, known: Row | None) -> bool:
    was_open, resting = (not known["closed"], known["resting"]) if known else (False, False)
    for entry, closed in zip(batch.entries_of(stream), batch.closed(stream), strict=True):
        resting = rests(decider, entry.fact, was_open=was_open, rested=resting)
        was_open = not closed
    return resting


VIEW = View("standing", 3, TABLES, COUNTED, take)


def open_counts(engine: Engine, kinds: Iterable[str]) -> tuple[int, int]:
    """Return how many cases of *kinds* are open, and of how many of these a workflow should run."""
    asked = select(STANDING.c.resting, sql.count()).where(STANDING.c.kind.in_(sorted(kinds)), ~STANDING.c.closed)
    with engine.connect() as connection:
        counts = {bool(resting): int(n) for resting, n in connection.execute(asked.group_by(STANDING.c.resting))}
    return sum(counts.values()), counts.get(False, 0)
