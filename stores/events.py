"""The events of a store as rows, byte for byte: read in the order of their positions, and written at the same ones.

The tables are those of the ledger's library: SQLite's `rowid` and PostgreSQL's `notification_id` are the position.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from audit.seals import CREATE_KEYS, CREATE_SEALS
from domain.builds import CREATE as CREATE_BUILDS
from domain.disk import DiskFullError, is_disk_full
from domain.errors import BridgefundError, StoreUnreachableError
from domain.leaves import CREATE_POSTGRES, CREATE_SQLITE
from domain.ledger import UNFINISHED
from domain.store_address import place_of, store_settings

FETCHED = 500  # Rows that a reader holds at a time; one has at most 440 KB.
WAIT_S = 30


class Row(NamedTuple):
    """One event as it is stored."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes


class NoSuchStoreError(BridgefundError):
    """There is no store of this name that could be copied."""

    zh = "没有这个库（或者它只在内存中）：{place}"
    en = "no such store, or one in memory only: {place}"


# From which position on, and which.
Build = tuple[int, str]
BUILDS = "SELECT since_position, build FROM ledger_builds ORDER BY since_position, build"


class Beside(NamedTuple):
    """A table that stands beside the events in their own database: its columns, and of which types they are."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def select(self) -> str:
        """Return what reads it."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}"  # noqa: S608 - names of our own


# The leaves name facts by their positions, which are kept; seals and their keys are text.
BESIDE = (
    Beside("ledger_leaves", ("first_position", "last_position", "leaves"), ("int8", "int8", "bytea")),
    Beside("ledger_seals", ("size", "position", "note"), ("int8", "int8", "text")),
    Beside("ledger_seal_keys", ("verifier", "rotations"), ("text", "text")),
)


class Events(ABC):
    """The events of one store. Every method is a transaction of its own."""

    place: str

    @abstractmethod
    def rows(self, after: int = 0) -> Generator[Row, None, None]:
        """Yield what stands behind a position, in order, as one look sees it: nothing that is appended meanwhile."""

    @abstractmethod
    def end(self) -> int:
        """Return the last position, 0 where there is none."""

    @abstractmethod
    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at their positions, all or none; the next that the ledger appends follows the last of them."""

    @abstractmethod
    def count(self, until: int) -> int:
        """Return how many there are up to a position."""

    @abstractmethod
    def builds(self) -> list[Build]:
        """Return which build wrote from which position on, as each noted itself beside the log."""

    @abstractmethod
    def put_builds(self, builds: Sequence[Build]) -> None:
        """Note the same, in place of what is noted."""

    @abstractmethod
    def beside(self, table: Beside) -> Generator[tuple[Any, ...], None, None]:
        """Yield the rows of a table beside, none where it is not there."""

    @abstractmethod
    def put_beside(self, table: Beside, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table beside, in place of what a copy that was cut off left there, all or none."""

    @abstractmethod
    def origin(self) -> str | None:
        """Return of what this is an unfinished copy, or None where it is none."""

    @abstractmethod
    def begin(self, origin: str) -> None:
        """Mark the store as an unfinished copy: until `finish` no ledger opens it."""

    @abstractmethod
    def finish(self) -> None:
        """Take the mark away."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""


class SqliteEvents(Events):
    """The events in an SQLite file."""

    def __init__(self, url: str, *, writes: bool) -> None:
        """Open the file; without *writes* nothing of it can be changed.

        Raises:
            NoSuchStoreError: If there is none, or it is in memory.
        """
        name = store_settings(url)["SQLITE_DBNAME"]
        self.place = name
        if "mode=memory" in name or not Path(name).is_file():
            raise NoSuchStoreError(place=url)
        mode = "rw" if writes else "ro"
        address = f"{Path(name).absolute().as_uri()}?mode={mode}"
        self._db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT_S, check_same_thread=False)

    def rows(self, after: int = 0) -> Generator[Row, None, None]:
        """Yield what stands behind a position."""
        asked = (
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE rowid > ? ORDER BY rowid"
        )
        with closing(self._db.cursor()) as cursor:
            cursor.arraysize = FETCHED
            for row in cursor.execute(asked, (after,)):
                yield Row(*row)

    def end(self) -> int:
        """Return the last position."""
        found: int | None = self._db.execute("SELECT max(rowid) FROM stored_events").fetchone()[0]
        return found or 0

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at their positions."""
        with self._writing():
            self._db.executemany(
                "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
                "VALUES (?, ?, ?, ?, ?)",
                rows,
            )

    def count(self, until: int) -> int:
        """Return how many there are up to a position."""
        return int(self._db.execute("SELECT count(*) FROM stored_events WHERE rowid <= ?", (until,)).fetchone()[0])

    def builds(self) -> list[Build]:
        """Return which build wrote from which position on."""
        return self._db.execute(BUILDS).fetchall() if self._has("ledger_builds") else []

    def put_builds(self, builds: Sequence[Build]) -> None:
        """Note the same."""
        with self._writing():
            self._db.execute(CREATE_BUILDS)
            self._db.execute("DELETE FROM ledger_builds")
            self._db.executemany("INSERT INTO ledger_builds (since_position, build) VALUES (?, ?)", builds)

    def beside(self, table: Beside) -> Generator[tuple[Any, ...], None, None]:
        """Yield the rows of a table beside."""
        if self._has(table.name):
            with closing(self._db.cursor()) as cursor:
                yield from cursor.execute(table.select)

    def put_beside(self, table: Beside, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table beside."""
        values = ", ".join("?" * len(table.columns))
        with self._writing():
            for statement in (CREATE_SQLITE, CREATE_SEALS, CREATE_KEYS):
                self._db.execute(statement)
            self._db.execute(f"DELETE FROM {table.name}")  # noqa: S608
            self._db.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({values})", rows)  # noqa: S608

    def origin(self) -> str | None:
        """Return of what this is an unfinished copy."""
        if not self._has(UNFINISHED):
            return None
        return str(self._db.execute(f"SELECT origin FROM {UNFINISHED}").fetchone()[0])  # noqa: S608

    def begin(self, origin: str) -> None:
        """Mark the store as an unfinished copy."""
        with self._writing():
            self._db.execute(f"CREATE TABLE {UNFINISHED} (origin TEXT NOT NULL)")
            self._db.execute(f"INSERT INTO {UNFINISHED} VALUES (?)", (origin,))  # noqa: S608

    def finish(self) -> None:
        """Take the mark away."""
        with self._writing():
            self._db.execute(f"DROP TABLE {UNFINISHED}")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _has(self, table: str) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


class PostgresEvents(Events):
    """The events in a PostgreSQL database."""

    def __init__(self, url: str, *, writes: bool) -> None:
        """Connect; without *writes* nothing of it can be changed."""
        known = store_settings(url)
        self.place = place_of(url)
        self._db = psycopg.connect(
            dbname=known["POSTGRES_DBNAME"],
            host=known["POSTGRES_HOST"],
            port=known["POSTGRES_PORT"],
            user=known["POSTGRES_USER"],
            password=known["POSTGRES_PASSWORD"] or None,
            connect_timeout=WAIT_S,
            options=f"-c default_transaction_read_only={'off' if writes else 'on'}",
            autocommit=True,
        )

    def rows(self, after: int = 0) -> Generator[Row, None, None]:
        """Yield what stands behind a position."""
        asked = (
            "SELECT notification_id, originator_id, originator_version, topic, state FROM ledger_events "
            "WHERE notification_id > %s ORDER BY notification_id"
        )
        with self._db.transaction(), self._db.cursor("events", binary=True) as cursor:
            cursor.itersize = FETCHED
            for row in cursor.execute(asked, (after,)):
                yield Row(*row)

    def end(self) -> int:
        """Return the last position."""
        return int(self._one("SELECT coalesce(max(notification_id), 0) FROM ledger_events"))

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at their positions."""
        copy = (
            "COPY ledger_events (notification_id, originator_id, originator_version, topic, state) "
            "FROM STDIN (FORMAT BINARY)"
        )
        with self._db.transaction(), self._db.cursor() as cursor:
            with cursor.copy(copy) as stream:
                stream.set_types(["int8", "text", "int8", "text", "bytea"])
                for row in rows:
                    stream.write_row(row)
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('ledger_events', 'notification_id'), %s)", (rows[-1].position,)
            )

    def count(self, until: int) -> int:
        """Return how many there are up to a position."""
        asked = "SELECT count(*) FROM ledger_events WHERE notification_id <= %s"
        return int(self._db.execute(asked, (until,)).fetchall()[0][0])

    def builds(self) -> list[Build]:
        """Return which build wrote from which position on."""
        there = self._one("SELECT to_regclass('ledger_builds')") is not None
        return self._db.execute(BUILDS).fetchall() if there else []

    def put_builds(self, builds: Sequence[Build]) -> None:
        """Note the same."""
        with self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute(CREATE_BUILDS.encode())
            cursor.execute("DELETE FROM ledger_builds")
            cursor.executemany("INSERT INTO ledger_builds (since_position, build) VALUES (%s, %s)", builds)

    def beside(self, table: Beside) -> Generator[tuple[Any, ...], None, None]:
        """Yield the rows of a table beside."""
        if self._one(f"SELECT to_regclass('{table.name}')") is None:
            return
        with self._db.transaction(), self._db.cursor("beside", binary=True) as cursor:
            cursor.itersize = FETCHED
            yield from cursor.execute(table.select.encode())

    def put_beside(self, table: Beside, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table beside."""
        copy = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN (FORMAT BINARY)"
        with self._db.transaction(), self._db.cursor() as cursor:
            for statement in (CREATE_POSTGRES, CREATE_SEALS, CREATE_KEYS):
                cursor.execute(statement.encode())
            cursor.execute(f"DELETE FROM {table.name}".encode())  # noqa: S608
            with cursor.copy(copy.encode()) as stream:
                stream.set_types(table.types)
                for row in rows:
                    stream.write_row(row)

    def origin(self) -> str | None:
        """Return of what this is an unfinished copy."""
        if self._one(f"SELECT to_regclass('{UNFINISHED}')") is None:
            return None
        return str(self._one(f"SELECT origin FROM {UNFINISHED}"))  # noqa: S608

    def begin(self, origin: str) -> None:
        """Mark the store as an unfinished copy."""
        with self._db.transaction():
            self._db.execute(f"CREATE TABLE {UNFINISHED} (origin text NOT NULL)".encode())
            self._db.execute(f"INSERT INTO {UNFINISHED} VALUES (%s)".encode(), (origin,))  # noqa: S608

    def finish(self) -> None:
        """Take the mark away."""
        self._db.execute(f"DROP TABLE {UNFINISHED}".encode())
        self._db.execute("ANALYZE ledger_events")  # Without it the first readers would plan for an empty table.

    def close(self) -> None:
        """Let go of the connection."""
        self._db.close()

    def _one(self, asked: str) -> Any:
        row = self._db.execute(asked.encode()).fetchone()
        assert row is not None
        return row[0]


@contextmanager
def events_of(url: str, *, writes: bool) -> Iterator[Events]:
    """Open the events of a store.

    Raises:
        NoSuchStoreError: If there is no such store.
        StoreUnreachableError: If it does not answer, or is no store.
        DiskFullError: If its disk is full.
    """
    of_postgresql = "POSTGRES_DBNAME" in store_settings(url)
    with in_words(url):
        events: Events = PostgresEvents(url, writes=writes) if of_postgresql else SqliteEvents(url, writes=writes)
        with closing(events):
            yield events


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Say a database's own errors in words of ours.

    Raises:
        DiskFullError: If its disk is full.
        StoreUnreachableError: Else.
    """
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        kind = DiskFullError if is_disk_full(error) else StoreUnreachableError
        raise kind(place=place_of(url), reason=error) from error
