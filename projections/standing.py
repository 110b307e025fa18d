"""View `standing`: one row for each case of any kind, with whether it is open: counted without reading the log."""

from collections.abc import Iterable

from sqlalchemy import Boolean, Column, Connection, Engine, MetaData, String, Table, insert, select, update
from sqlalchemy import func as sql

from domain.cases import KINDS, kind_of
from domain.county_calendar import CALENDAR
from domain.following import Following, rests
from domain.ledger import Entry, Ledger
from domain.registry import BY_KIND
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


class StandingView:
    """Folds each case with its own decider, and writes down whether it is over."""

    def __init__(self, following: Following) -> None:
        """Hold what folds."""
        self._following = following

    def apply(self, connection: Connection, entry: Entry) -> None:
        """Take in one fact."""
        kind = kind_of(entry.stream)
        if kind not in COUNTED:
            return
        decider, here = BY_KIND[kind], STANDING.c.case == entry.stream
        before = connection.execute(select(STANDING.c.closed, STANDING.c.resting).where(here)).one_or_none()
        was_open, rested = (not before.closed, before.resting) if before else (False, False)
        row = {
            "closed": decider.closed(self._following.after(entry)),
            "resting": rests(decider, entry.fact, was_open=was_open, rested=rested),
        }
        if before is None:
            connection.execute(insert(STANDING).values(case=entry.stream, kind=kind, **row))
        elif (before.closed, before.resting) != tuple(row.values()):
            connection.execute(update(STANDING).where(here).values(**row))


def view(ledger: Ledger) -> View:
    """Return the view over *ledger*."""
    return View("standing", 2, TABLES, StandingView(Following(ledger.facts)).apply)


def open_counts(engine: Engine, kinds: Iterable[str]) -> tuple[int, int]:
    """Return how many cases of *kinds* are open, and of how many of these a workflow should run."""
    asked = select(STANDING.c.resting, sql.count()).where(STANDING.c.kind.in_(sorted(kinds)), ~STANDING.c.closed)
    with engine.connect() as connection:
        counts: dict[bool, int] = dict(connection.execute(asked.group_by(STANDING.c.resting)).tuples().all())
    return sum(counts.values()), counts.get(False, 0)
