"""View `standing`: one row for each case of any kind, with whether it is open: counted without reading the log."""

from collections.abc import Iterable

from sqlalchemy import Boolean, Column, Connection, Engine, MetaData, String, Table, insert, select, update
from sqlalchemy import func as sql

from domain.cases import KINDS, kind_of
from domain.following import Following
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
)


class StandingView:
    """Folds each case with its own decider, and writes down whether it is over."""

    def __init__(self, following: Following) -> None:
        """Hold what folds."""
        self._following = following

    def apply(self, connection: Connection, entry: Entry) -> None:
        """Take in one fact."""
        kind = kind_of(entry.stream)
        if kind not in KINDS:
            return
        closed = BY_KIND[kind].closed(self._following.after(entry))
        row = update(STANDING).where(STANDING.c.case == entry.stream).values(closed=closed)
        if connection.execute(row).rowcount == 0:
            connection.execute(insert(STANDING).values(case=entry.stream, kind=kind, closed=closed))


def view(ledger: Ledger) -> View:
    """Return the view over *ledger*."""
    return View("standing", 1, TABLES, StandingView(Following(ledger.facts)).apply)


def open_count(engine: Engine, kinds: Iterable[str]) -> int:
    """Return how many cases of *kinds* are open."""
    asked = select(sql.count()).where(STANDING.c.kind.in_(sorted(kinds)), STANDING.c.closed.is_(False))
    with engine.connect() as connection:
        return connection.scalars(asked).one()
