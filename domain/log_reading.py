"""How the stored log is read: rows as they stand in the database, undecoded, over the library's own connections."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, NamedTuple, Protocol

# Whoever inserts a fact holds one of these on the table from before it is given its position until it commits or fails.
INSERTING = ("RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


class Row(NamedTuple):
    """A stored fact with its position in the one log, not decoded."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes


# A version, a stored name and a content: what a fold of one stream needs.
Stored = tuple[int, str, bytes]


class Rows(list[Row]):
    """The next rows of the log; `held` if a running transaction may still put a row before what stands behind them."""

    held: bool = False


class _Watched(NamedTuple):
    """How far the log went when a gap was seen, and who was inserting just then."""

    until: int
    inserting: frozenset[str]


class StoredLog(Protocol):
    """What a ledger reads of its database, and what it notes there beside the log."""

    mark: ClassVar[str]  # Stands for a value in a statement.

    def rows(self, after: int, limit: int) -> Rows:
        """Return the next rows behind *after*, none of which a late commit can come before."""

    def select(self, after: int, limit: int, topics: Sequence[str]) -> list[Row]:
        """Return the next rows behind *after*: all that are there, or those of some *topics*."""

    def stream(self, stream: str, after: int, limit: int) -> list[Stored]:
        """Return the next facts of one stream behind its version *after*."""

    def position(self, stream: str, version: int) -> int:
        """Return where in the log a fact of a stream stands."""

    def look(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return what *statement* selects."""

    def has(self, table: str) -> bool:
        """Return whether the database has a *table*."""

    def write(self, *statements: tuple[str, Sequence[Any]]) -> None:
        """Run *statements* in one transaction."""


class SqliteLog:
    """The log in SQLite, where one writer at a time gives out positions without gaps."""

    mark: ClassVar[str] = "?"

    def __init__(self, transaction: Callable[..., AbstractContextManager[Any]], table: str) -> None:
        """Read *table* in transactions made by *transaction*."""
        self._transaction = transaction
        self._table = table
        self._select = f"SELECT rowid, originator_id, originator_version, topic, state FROM {table} WHERE rowid > ?"  # noqa: S608
        self._stream = (
            f"SELECT originator_version, topic, state FROM {table} "  # noqa: S608
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version LIMIT ?"
        )

    def rows(self, after: int, limit: int) -> Rows:
        """Return the next rows behind *after*."""
        return Rows(self.select(after, limit))

    def select(self, after: int, limit: int, topics: Sequence[str] = ()) -> list[Row]:
        """Return the next rows behind *after*: all that are there, or those of some *topics*."""
        among = f" AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        found = self.look(f"{self._select}{among} ORDER BY rowid LIMIT ?", (after, *topics, limit))
        return list(map(Row._make, found))

    def stream(self, stream: str, after: int, limit: int) -> list[Stored]:
        """Return the next facts of one stream behind its version *after*."""
        return self.look(self._stream, (stream, after, limit))

    def position(self, stream: str, version: int) -> int:
        """Return where in the log a fact of a stream stands."""
        at = "originator_id = ? AND originator_version = ?"
        return int(self.look(f"SELECT rowid FROM {self._table} WHERE {at}", (stream, version))[0][0])  # noqa: S608

    def has(self, table: str) -> bool:
        """Return whether the database has a *table*."""
        return bool(self.look("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)))

    def write(self, *statements: tuple[str, Sequence[Any]]) -> None:
        """Run *statements* in one transaction."""
        with self._transaction(commit=True) as cursor:
            for statement, values in statements:
                cursor.execute(statement, values)

    def look(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return what *statement* selects."""
        with self._transaction(commit=False) as cursor:
            # The library's connections make objects that know their columns' names: not needed, and slow.
            cursor.sqlite_cursor.row_factory = None
            cursor.execute(statement, values)
            found: list[Any] = cursor.fetchall()
            return found


class PostgresLog:
    """The log in PostgreSQL, where a transaction is given its positions before it commits.

    The library's own appends lock each other out, so that theirs come in order. Whoever inserts without that lock may
    commit late: a gap is passed over only when all who may have been filling it as it was seen have come to their end.
    """

    mark: ClassVar[str] = "%s"

    def __init__(
        self,
        connection: Callable[[], AbstractContextManager[Any]],
        retrying: Callable[[Callable[..., Any]], Callable[..., Any]],
        schema: str,
        table: str,
    ) -> None:
        """Read *table* of *schema* over connections made by *connection*, each look guarded by *retrying*."""
        self._connection = connection
        self._again: Callable[..., list[Any]] = retrying(self._once)
        self._table = f'"{schema}"."{table}"'
        self._columns = "notification_id, originator_id, originator_version, topic, state"
        # Up to here every position was seen taken or given up.
        self._settled = 0
        self._watched: _Watched | None = None

    def rows(self, after: int, limit: int) -> Rows:
        """Return the next rows behind *after*, up to a gap that a running transaction may still fill."""
        found = self.select(after, limit)
        if self._is_whole(found, after):
            return Rows(found)
        # The order is what makes it safe: what is seen, then who is inserting, then what is there once they are gone.
        self._settle(found[-1].position)
        found = self.select(after, limit)
        rows = Rows(_before_gap(found, after, self._settled))
        rows.held = len(rows) < len(found)
        return rows

    def select(self, after: int, limit: int, topics: Sequence[str] = ()) -> list[Row]:
        """Return the next rows behind *after*: all that are there, or those of some *topics*."""
        among, values = (" AND topic = ANY(%s)", [list(topics)]) if topics else ("", [])
        statement = (
            f"SELECT {self._columns} FROM {self._table} WHERE notification_id > %s{among} "  # noqa: S608
            "ORDER BY notification_id LIMIT %s"
        )
        return list(map(Row._make, self.look(statement, (after, *values, limit))))

    def stream(self, stream: str, after: int, limit: int) -> list[Stored]:
        """Return the next facts of one stream behind its version *after*."""
        statement = (
            f"SELECT originator_version, topic, state FROM {self._table} "  # noqa: S608
            "WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version LIMIT %s"
        )
        return self.look(statement, (stream, after, limit))

    def position(self, stream: str, version: int) -> int:
        """Return where in the log a fact of a stream stands."""
        at = "originator_id = %s AND originator_version = %s"
        return int(self.look(f"SELECT notification_id FROM {self._table} WHERE {at}", (stream, version))[0][0])  # noqa: S608

    def look(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return what *statement* selects."""
        return self._again(statement, values)

    def has(self, table: str) -> bool:
        """Return whether the database has a *table*."""
        return self.look("SELECT to_regclass(%s)::text", (table,))[0][0] is not None

    def write(self, *statements: tuple[str, Sequence[Any]]) -> None:
        """Run *statements* in one transaction."""
        with self._connection() as connection, connection.transaction():
            for statement, values in statements:
                connection.execute(statement, values)

    def _is_whole(self, found: Sequence[Row], after: int) -> bool:
        """Return whether no position is missing in *found* of which it is not known that it was given up."""
        if not found or found[-1].position <= self._settled:
            return True
        low = max(after, self._settled)
        new = len(found) if low == after else sum(row.position > low for row in found)
        return new == found[-1].position - low

    def _settle(self, seen: int) -> None:
        """Move on what is settled, now that the log was *seen* to this position: as far as those inserting allow."""
        # Before the look, so that a watch which another thread sets meanwhile is not taken for an older one.
        watched = self._watched
        inserting = self._inserting()
        if not inserting:
            self._settled = max(self._settled, seen)
            return
        if watched and not watched.inserting & inserting:
            self._settled = max(self._settled, watched.until)
            watched = None
        if not watched or watched.until <= self._settled:
            self._watched = _Watched(seen, inserting)

    def _inserting(self) -> frozenset[str]:
        held = self.look(
            "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND relation = %s::regclass AND mode = ANY(%s)",
            (self._table, list(INSERTING)),
        )
        return frozenset(transaction for (transaction,) in held)

    def _once(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self._connection() as connection, connection.cursor(binary=True, row_factory=_tuples) as cursor:
            cursor.execute(statement, values, prepare=True)
            found: list[Any] = cursor.fetchall()
            return found


def _tuples(_: Any) -> type[tuple[Any, ...]]:
    """Say that a row is a tuple: the driver makes those by itself."""
    return tuple


def _before_gap(found: Sequence[Row], after: int, settled: int) -> list[Row]:
    """Return the rows before the first gap that lies behind *settled*."""
    whole: list[Row] = []
    for row in found:
        if row.position > settled and row.position != max(after, settled) + 1:
            break
        whole.append(row)
        after = row.position
    return whole
