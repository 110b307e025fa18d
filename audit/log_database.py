"""A store's database as it lies there, read past the ledger and its library: with the driver alone, undecoded.

By hand anything can be put into a column and at any position: what is read here is for whoever looks for that.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from domain.errors import StoreUnreachableError
from domain.leaves import TABLE as LEAVES
from domain.store_address import place_of, store_settings

LEVEL = 13  # What one level of the tree needs stays in a processor's cache.
SIZE = 1 << LEVEL  # Facts in a block.
_FETCHED = 500
# As the library calls them, each in its own way.
_EVENTS, _EVENTS_POSTGRES = "stored_events", "ledger_events"
_OF_LEAVES = "name IN ('first_position', 'last_position', 'leaves')"
_LEAVES_WIDTH = 3  # A table of their name that lacks a column is none.
LOWEST = -(1 << 63)  # Of all positions: the ledger's begin with 1, and by hand any can be given.
Stored = tuple[bytes, int, bytes, bytes]
# As `Stored`, behind its position, and before the types of its columns: by hand anything can be put into one.
Laid = tuple[int, Any, Any, Any, Any, str]
TYPES = "text integer text blob"


class Database(Protocol):
    """What is read of a store."""

    connection: Any

    def ends(self) -> tuple[int, int, int]:
        """Return the first and the last position, and how many facts there are; zeros of an empty log."""

    def facts(self, first: int, last: int) -> Iterator[Sequence[Stored]]:
        """Yield the facts from one position to another, in order: none with a quote in a name, or with an odd type."""

    def kept(self, first: int, last: int) -> list[tuple[int, int, bytes]]:
        """Return the rows of leaves that have to do with these positions, in order."""

    def starts(self, every: int, last: int) -> list[int]:
        """Return the position of the first fact and of each one a multiple of *every* behind it, up to *last*."""

    def laid(self, first: int, last: int, limit: int) -> list[Laid]:
        """Return the facts from one position to another, so many at most, as they lie there."""

    def appends(self, first: int, limit: int) -> list[tuple[Any, Any, Any]]:
        """Return the rows of leaves from a first position on, so many at most, in order."""

    def last_append(self) -> int:
        """Return the first position of the last row of leaves; `LOWEST` where there is none."""

    def heads(self, last: int) -> list[tuple[bytes, int]]:
        """Return each stream with its last version, of the facts up to a position."""

    def at(self, first: int, number: int) -> int:
        """Return the position of the fact that is so many behind the one at *first*."""


class _Sqlite:
    def __init__(self, name: str) -> None:
        address = name if name.startswith("file:") else f"{Path(name).absolute().as_uri()}?mode=ro"
        self.connection = sqlite3.connect(address, uri=True, timeout=30)
        self.connection.text_factory = bytes
        found = self._all(f"SELECT count(*) FROM pragma_table_info(?) WHERE {_OF_LEAVES}", LEAVES)  # noqa: S608
        self._has_leaves = found[0][0] == _LEAVES_WIDTH

    def ends(self) -> tuple[int, int, int]:
        looks = (f"(SELECT {what} FROM {_EVENTS})" for what in ("min(rowid)", "max(rowid)", "count(*)"))  # noqa: S608
        first, last, count = self._all(f"SELECT {', '.join(looks)}")[0]
        return first or 0, last or 0, count

    def facts(self, first: int, last: int) -> Iterator[Sequence[Stored]]:
        statement = (
            f"SELECT originator_id, originator_version, topic, state FROM {_EVENTS} "  # noqa: S608
            # What another type hides from the ledger, and what a quote makes look like another fact of the same bytes,
            # is left out, and so found: each column is looked at as it is read.
            "WHERE rowid BETWEEN ? AND ? AND typeof(originator_id) = 'text' AND typeof(originator_version) = 'integer' "
            "AND typeof(topic) = 'text' AND typeof(state) = 'blob' "
            "AND instr(originator_id, '\"') = 0 AND instr(topic, '\"') = 0 ORDER BY rowid"
        )
        with closing(self.connection.execute(statement, (first, last))) as found:
            while rows := found.fetchmany(_FETCHED):
                yield rows

    def kept(self, first: int, last: int) -> list[tuple[int, int, bytes]]:
        statement = (
            f"SELECT first_position, last_position, leaves FROM {LEAVES} "  # noqa: S608
            # An append has 700 facts at most: the first one that reaches in begins not far before.
            "WHERE first_position BETWEEN ? AND ? AND last_position >= ? ORDER BY first_position"
        )
        return self._all(statement, max(LOWEST, first - SIZE), last, first) if self._has_leaves else []

    def starts(self, every: int, last: int) -> list[int]:
        statement = (
            f"SELECT p FROM (SELECT rowid AS p, row_number() OVER (ORDER BY rowid) AS n FROM {_EVENTS}) "  # noqa: S608
            "WHERE (n - 1) % ? = 0 AND p <= ? ORDER BY p"
        )
        return [p for (p,) in self._all(statement, every, last)]

    def laid(self, first: int, last: int, limit: int) -> list[Laid]:
        types = " || ' ' || ".join(f"typeof({c})" for c in ("originator_id", "originator_version", "topic", "state"))
        statement = (
            f"SELECT rowid, originator_id, originator_version, topic, state, {types} FROM {_EVENTS} "  # noqa: S608
            "WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
        )
        return [(*row[:-1], row[-1].decode()) for row in self._all(statement, first, last, limit)]

    def appends(self, first: int, limit: int) -> list[tuple[Any, Any, Any]]:
        statement = (
            f"SELECT first_position, last_position, leaves FROM {LEAVES} "  # noqa: S608
            "WHERE first_position >= ? ORDER BY first_position LIMIT ?"
        )
        return self._all(statement, first, limit) if self._has_leaves else []

    def last_append(self) -> int:
        found = self._all(f"SELECT max(first_position) FROM {LEAVES}")[0][0] if self._has_leaves else None  # noqa: S608
        return found if isinstance(found, int) else LOWEST

    def heads(self, last: int) -> list[tuple[bytes, int]]:
        statement = (
            f"SELECT originator_id, max(originator_version) FROM {_EVENTS} "  # noqa: S608
            "WHERE rowid <= ? GROUP BY originator_id"
        )
        return self._all(statement, last)

    def at(self, first: int, number: int) -> int:
        statement = f"SELECT rowid FROM {_EVENTS} WHERE rowid >= ? ORDER BY rowid LIMIT 1 OFFSET ?"  # noqa: S608
        return int(self._all(statement, first, number)[0][0])

    def _all(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()


class _Postgres:
    def __init__(self, known: dict[str, str]) -> None:
        import psycopg  # noqa: PLC0415 - a tenth of a second, in each process, that a file can do without

        self.connection = psycopg.connect(
            host=known["POSTGRES_HOST"],
            port=known["POSTGRES_PORT"],
            dbname=known["POSTGRES_DBNAME"],
            user=known["POSTGRES_USER"],
            password=known["POSTGRES_PASSWORD"],
            autocommit=True,
        )
        columns = f"SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND att{_OF_LEAVES}"
        self._has_leaves = len(self._all(columns, LEAVES)) == _LEAVES_WIDTH

    def ends(self) -> tuple[int, int, int]:
        found = self._all(f"SELECT min(notification_id), max(notification_id), count(*) FROM {_EVENTS_POSTGRES}")  # noqa: S608
        first, last, count = found[0]
        return first or 0, last or 0, count

    def facts(self, first: int, last: int) -> Iterator[Sequence[Stored]]:
        statement = (
            "SELECT convert_to(originator_id, 'UTF8'), originator_version, convert_to(topic, 'UTF8'), state "  # noqa: S608
            f"FROM {_EVENTS_POSTGRES} WHERE notification_id BETWEEN %s AND %s "
            "AND strpos(originator_id, '\"') = 0 AND strpos(topic, '\"') = 0 ORDER BY notification_id"
        )
        with self.connection.cursor(binary=True) as cursor:
            cursor.execute(statement.encode(), (first, last), prepare=True)
            while rows := cursor.fetchmany(_FETCHED):
                yield rows

    def kept(self, first: int, last: int) -> list[tuple[int, int, bytes]]:
        statement = (
            f"SELECT first_position, last_position, leaves FROM {LEAVES} "  # noqa: S608
            "WHERE first_position <= %s AND last_position >= %s ORDER BY first_position"
        )
        return self._all(statement, last, first) if self._has_leaves else []

    def starts(self, every: int, last: int) -> list[int]:
        statement = (
            "SELECT p FROM (SELECT notification_id AS p, row_number() OVER (ORDER BY notification_id) AS n "  # noqa: S608
            f"FROM {_EVENTS_POSTGRES}) AS numbered WHERE (n - 1) %% %s = 0 AND p <= %s ORDER BY p"
        )
        return [p for (p,) in self._all(statement, every, last)]

    def laid(self, first: int, last: int, limit: int) -> list[Laid]:
        statement = (
            "SELECT notification_id, convert_to(originator_id, 'UTF8'), originator_version, "  # noqa: S608
            f"convert_to(topic, 'UTF8'), state FROM {_EVENTS_POSTGRES} "
            "WHERE notification_id BETWEEN %s AND %s ORDER BY notification_id LIMIT %s"
        )
        return [(*row, _types(row[1:])) for row in self._all(statement, first, last, limit)]

    def appends(self, first: int, limit: int) -> list[tuple[Any, Any, Any]]:
        statement = (
            f"SELECT first_position, last_position, leaves FROM {LEAVES} "  # noqa: S608
            "WHERE first_position >= %s ORDER BY first_position LIMIT %s"
        )
        return self._all(statement, first, limit) if self._has_leaves else []

    def last_append(self) -> int:
        found = self._all(f"SELECT max(first_position) FROM {LEAVES}")[0][0] if self._has_leaves else None  # noqa: S608
        return found if isinstance(found, int) else LOWEST

    def heads(self, last: int) -> list[tuple[bytes, int]]:
        statement = (
            "SELECT convert_to(originator_id, 'UTF8'), max(originator_version) "  # noqa: S608
            f"FROM {_EVENTS_POSTGRES} WHERE notification_id <= %s GROUP BY originator_id"
        )
        return self._all(statement, last)

    def at(self, first: int, number: int) -> int:
        statement = (
            f"SELECT notification_id FROM {_EVENTS_POSTGRES} WHERE notification_id >= %s "  # noqa: S608
            "ORDER BY notification_id LIMIT 1 OFFSET %s"
        )
        return int(self._all(statement, first, number)[0][0])

    def _all(self, statement: str, *values: Any) -> list[Any]:
        with self.connection.cursor(binary=True) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()


def _types(row: Sequence[Any]) -> str:
    """Return the types of a row's columns, of which in PostgreSQL each has one, or nothing in it."""
    return " ".join("null" if value is None else kind for value, kind in zip(row, TYPES.split(), strict=True))


@contextmanager
def database_of(url: str) -> Iterator[Database]:
    """Open a store's database for reading.

    Raises:
        StoreUnreachableError: If it does not answer, or is damaged.
    """
    known = store_settings(url)
    try:
        database = _Sqlite(known["SQLITE_DBNAME"]) if "SQLITE_DBNAME" in known else _Postgres(known)
        with closing(database.connection):
            yield database
    except Exception as error:
        if _is_of_database(error):
            raise StoreUnreachableError(place=place_of(url), reason=str(error)) from error
        raise


def _is_of_database(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) or type(error).__module__.partition(".")[0] == "psycopg"


def ranges(database: Database) -> list[tuple[int, int]]:
    """Return from which position to which each block goes: so many facts are in each, in the last one the rest.

    Positions may have gaps, in PostgreSQL of themselves, and by hand as far as they go: then they are cut by count.
    """
    first, last, count = database.ends()
    if last - first + 1 == count:
        return [(at, min(at + SIZE - 1, last)) for at in range(first, last + 1, SIZE)]
    starts = [*database.starts(SIZE, last), last + 1] if count else []
    return [(at, behind - 1) for at, behind in pairwise(starts)]
