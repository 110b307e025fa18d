"""Building views anew beside the live ones, comparing the two row by row, and putting the new ones in their place.

What views are made of is only read, and what they say is told to nobody: no notice and no payment comes of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy import func as sql

from domain.errors import BridgefundError
from domain.following import Following
from domain.ledger import Ledger
from domain.log_reading import Row
from projections import positions
from projections.batch import Batch
from projections.book import NEW, Book, beside_of
from projections.claiming import claim
from projections.comparing import Difference, compare
from projections.digesting import STOPS, Opened, Read, Wanted, decoded, digest, digest_or_park
from projections.positions import Parked
from projections.runner import BATCH, STATES_KEPT_MAX, Runner, Told
from projections.store import alone, writing
from projections.view import View

TRIES = 3  # To find the live views where the new ones are; then they are held there.


class RebuildRunningError(BridgefundError):
    """Another process is building views of this store anew."""

    zh = "另一个进程正在重建本库的视图；请等它结束"
    en = "another process is rebuilding this store's views; wait until it is done"


@dataclass
class Rebuilt:
    """What came of it. `compared`: whether there was a live view of this build to compare with."""

    view: str
    position: int
    rows: int
    compared: bool
    differences: list[Difference] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)


class Rebuilding:
    """Builds *views* anew, in one pass over the log."""

    def __init__(self, ledger: Ledger, engine: Engine, views: Sequence[View], batch: int = BATCH) -> None:
        """Read *ledger*, write to *engine*."""
        self._ledger = ledger
        self._engine = engine
        self._batch = batch
        self._following = Following(ledger.facts, STATES_KEPT_MAX)
        self._wanted = Wanted.by(views)
        self._opened = [Opened(view, Book(view.tables, beside=True)) for view in views]
        self._parked: list[Parked] = []
        self._last: Row | None = None

    def run(self, told: Told | None = None) -> list[Rebuilt]:
        """Build, compare and swap; *told* hears of the position reached and of the end.

        Raises:
            RebuildRunningError: If another process does so.
            UnreadableFactError: If a fact of the views' own cannot be read. The live views are then as they were.
        """
        with alone(self._engine, "rebuild") as mine:
            if not mine:
                raise RebuildRunningError
            live = self._live()
            Runner(self._ledger, self._engine, live, self._batch).catch_up()
            self._create()
            try:
                # Never further than the live ones are: they are to be compared.
                self._read_on(max(self._positions(live).values(), default=self._end()), told)
                found = self._compared_at_rest(live)
                with writing(self._engine) as connection:
                    return self._swap(connection, live, found)
            except BaseException:
                self._create(only_drop=True)
                raise

    def _live(self) -> list[View]:
        """Return the views whose live tables are of this build and this ledger."""
        with writing(self._engine) as connection:
            positions.create(connection)
            return [one.view for one in self._opened if positions.is_good(connection, one.view, self._ledger)]

    def _positions(self, views: Sequence[View]) -> dict[str, int]:
        return positions.of(self._engine, views)

    def _end(self) -> int:
        return self._ledger.recorder.max_notification_id() or 0

    @property
    def _reached(self) -> int:
        return self._last.position if self._last else 0

    def _create(self, *, only_drop: bool = False) -> None:
        with writing(self._engine) as connection:
            for one in self._opened:
                tables = beside_of(one.view.tables)
                tables.drop_all(connection)  # Also those of a rebuild that was cut off.
                if not only_drop:
                    tables.create_all(connection)
                    one.book.forget(empty=True)

    def _read_on(self, until: int, told: Told | None = None, connection: Connection | None = None) -> None:
        """Read on to a position, in transactions of its own or in that of *connection*."""
        while self._reached < until:
            rows = [row for row in self._ledger.rows(self._reached, self._batch) if row.position <= until]
            if not rows:
                return
            read = decoded(rows, self._wanted)
            for _, error in read.broken.values():
                with self._ledger.telling_who_wrote():
                    raise error
            self._take(read, connection)
            self._last = rows[-1]
            if told:
                told(self._reached, until)

    def _take(self, read: Read, connection: Connection | None) -> None:
        try:
            with connection.begin_nested() if connection else nullcontext(), self._in(connection) as inside:
                digest(inside, self._opened, Batch.new(read.rows, read.entries, self._following))
        except STOPS:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is looked for fact by fact, and laid aside
            with self._in(connection) as inside:
                for one in self._opened:
                    one.book.forget()
                    self._parked += digest_or_park(inside, one, read, self._ledger.facts)

    @contextmanager
    def _in(self, connection: Connection | None) -> Iterator[Connection]:
        if connection is not None:
            yield connection
            return
        with writing(self._engine) as own:
            yield own

    def _compared_at_rest(self, live: Sequence[View]) -> dict[str, list[Difference]] | None:
        """Compare while others read and write; None if facts came faster each time than they were compared."""
        for _ in range(TRIES):
            with _snapshot(self._engine) as connection:
                here = {name: at.position for name, at in positions.found(connection, live).items()}
                if all(position == self._reached for position in here.values()):
                    return {view.name: compare(connection, view) for view in live}
            self._read_on(max(here.values()))
        return None

    def _swap(
        self, connection: Connection, live: Sequence[View], found: dict[str, list[Difference]] | None
    ) -> list[Rebuilt]:
        """Put the new tables in the place of the live ones, in one transaction; nobody moves the views meanwhile."""
        here = positions.held(connection, live)
        self._read_on(max(here.values(), default=self._end()), connection=connection)
        if found is None:
            found = {view.name: compare(connection, view) for view in live if here[view.name] == self._reached}
        claim(connection, *(one.view.tables for one in self._opened))
        made = []
        for one in self._opened:
            view = one.view
            mine = [parked for parked in self._parked if parked.view == view.name]
            rows = _exchange(connection, view)
            positions.put(connection, view, self._reached, positions.mark(self._last) if self._last else "")
            for parked in mine:
                positions.park(connection, parked)
            compared = view.name in found
            made.append(Rebuilt(view.name, self._reached, rows, compared, found.get(view.name, []), mine))
        return made


def rebuild(
    ledger: Ledger, engine: Engine, *views: View, batch: int = BATCH, told: Told | None = None
) -> list[Rebuilt]:
    """Build *views* anew; see `Rebuilding.run`."""
    return Rebuilding(ledger, engine, views, batch).run(told)


def _exchange(connection: Connection, view: View) -> int:
    """Let the new tables be the view's; return how many rows they have."""
    rows = 0
    new = beside_of(view.tables)
    view.tables.drop_all(connection)
    for table in view.tables.sorted_tables:
        beside = new.tables[table.name + NEW]
        rows += connection.execute(select(sql.count()).select_from(beside)).scalar_one()
        for index in beside.indexes:
            index.drop(connection)
        connection.execute(text(f'ALTER TABLE "{beside.name}" RENAME TO "{table.name}"'))
        if connection.dialect.name == "postgresql":  # Its name would be taken at the next rebuild.
            connection.execute(text(f'ALTER INDEX "{beside.name}_pkey" RENAME TO "{table.name}_pkey"'))
        for index in table.indexes:
            index.create(connection)
    return rows


def _snapshot(engine: Engine) -> Connection:
    """Return a connection all of whose looks see the same moment."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":  # SQLite's transactions are so anyway.
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection
