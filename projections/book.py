"""What a view writes during a batch: kept in memory, and written in bulk when the batch is over.

Views look up and change rows as if in a dictionary. What they looked at is kept for the next batch: the one reader that
holds the view's position is the only one who writes its tables. At the end of a batch all that changed goes to the
database at once: by the driver's `executemany` on SQLite, by COPY on PostgreSQL, inside SQLAlchemy's transaction.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Executable, MetaData, Table
from sqlalchemy.sql import quoted_name

from projections.pages import Page

Row = dict[str, Any]
Key = tuple[Any, ...]
GROUPS_KEPT_MAX = 5_000  # Of each table: a worker reads on for months.
NEW = "__new"  # Ends the name of a table that is being built beside the live one.


@dataclass
class _Group:
    """The rows of a table that share the first column of its key, by the rest of their key."""

    rows: dict[Key, Row] = field(default_factory=dict)
    stored: set[Key] = field(default_factory=set)  # Those of them that the database has.


@dataclass
class _Kept:
    """What is known of one table."""

    page: Page
    groups: OrderedDict[Any, _Group] = field(default_factory=OrderedDict)
    changed: dict[tuple[Any, Key], None] = field(default_factory=dict)
    added: list[Key] = field(default_factory=list)
    whole: bool = False  # Nothing is stored that is not in `groups`.


class Book:
    """The tables of one view, as it reads and writes them."""

    def __init__(self, tables: MetaData, *, beside: bool = False) -> None:
        """Open the book of a view's tables, or of those that are built *beside* them."""
        physical = beside_of(tables) if beside else tables
        suffix = NEW if beside else ""
        self._kept = {name: _Kept(Page(physical.tables[name + suffix])) for name in tables.tables}
        self._connection: Connection | None = None

    def open(self, connection: Connection) -> None:
        """Read and write through *connection* from now on: a batch's transaction."""
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """Return the transaction of the batch."""
        assert self._connection is not None, "the book is not open"
        return self._connection

    def forget(self, *, empty: bool = False) -> None:
        """Forget what is known, as after a transaction that was rolled back; *empty*: the tables hold nothing."""
        self._kept = {name: _Kept(kept.page, whole=empty) for name, kept in self._kept.items()}

    def table(self, table: Table) -> Table:
        """Return the table that stands for *table*: itself, or the one beside it."""
        return self._kept[table.name].page.table

    def rows(self, table: Table, first: Any) -> Iterator[Row]:
        """Yield the rows whose key begins with *first*. They must not be changed."""
        yield from list(self._group(self._kept[table.name], first).rows.values())

    def get(self, table: Table, first: Any, *rest: Any) -> Row | None:
        """Return the row of a key, or None. It must not be changed."""
        return self._group(self._kept[table.name], first).rows.get(rest)

    def row(self, table: Table, first: Any, *rest: Any) -> Row:
        """Return the row of a key that must be there. It must not be changed.

        Raises:
            KeyError: If there is none.
        """
        found = self.get(table, first, *rest)
        if found is None:
            raise KeyError(f"{table.name} has no row {(first, *rest)}")
        return found

    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Write a row in place of any of its key."""
        kept = self._kept[table.name]
        whole = {**kept.page.blank, **row}
        first, *more = kept.page.key_of(whole)
        rest = tuple(more)
        rows = self._group(kept, first).rows
        if rows.get(rest) != whole:
            rows[rest] = whole
            kept.changed[first, rest] = None

    def change(self, table: Table, first: Any, *rest: Any, **values: Any) -> Row:
        """Change values of a row that is there, and return the row.

        Raises:
            KeyError: If there is none.
        """
        row = {**self.row(table, first, *rest), **values}
        self.put(table, row)
        return row

    def drop(self, table: Table, first: Any, *rest: Any) -> None:
        """Take a row away, if it is there."""
        kept = self._kept[table.name]
        if self._group(kept, first).rows.pop(rest, None) is not None:
            kept.changed[first, rest] = None

    def replace(self, table: Table, first: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        """Let *rows* be all whose key begins with *first*."""
        kept = self._kept[table.name]
        gone = set(self._group(kept, first).rows)
        for row in rows:
            gone.discard(tuple(kept.page.key_of(row)[1:]))
            self.put(table, row)
        for rest in gone:
            self.drop(table, first, *rest)

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Write a row of a key that was never written before, into a table that no view looks up."""
        kept = self._kept[table.name]
        whole = row if len(row) == len(kept.page.columns) else {**kept.page.blank, **row}
        kept.added.append(kept.page.encoded(whole))

    def add_encoded(self, table: Table, rows: Iterable[Key]) -> None:
        """Write rows as the drivers take them, in the order of the columns; see `add`."""
        self._kept[table.name].added.extend(rows)

    def execute(self, statement: Executable) -> Any:
        """Run a statement on all that was written so far; for tables that are only added to."""
        self.flush()
        return self.connection.execute(statement)

    def flush(self) -> None:
        """Write what changed."""
        for kept in self._kept.values():
            if kept.changed:
                _write_changed(kept, self.connection)
            if kept.added:
                kept.page.insert(self.connection, kept.added)
                kept.added = []
            while len(kept.groups) > GROUPS_KEPT_MAX:
                kept.groups.popitem(last=False)
                kept.whole = False

    def _group(self, kept: _Kept, first: Any) -> _Group:
        group = kept.groups.get(first)
        if group is None:
            group = kept.groups[first] = _Group() if kept.whole else _read(kept.page, self.connection, first)
        else:
            kept.groups.move_to_end(first)
        return group


def beside_of(tables: MetaData) -> MetaData:
    """Return the tables that are built beside the live ones: the same columns and keys, names that end in `NEW`."""
    made = MetaData()
    for table in tables.tables.values():
        copy = table.to_metadata(made, name=table.name + NEW)
        named = {index.name for index in table.indexes}
        for index in copy.indexes:
            if index.name in named:  # One of several columns has a name of its own, which the live one keeps.
                index.name = quoted_name(f"{index.name}{NEW}", quote=None)
    return made


def _read(page: Page, connection: Connection, first: Any) -> _Group:
    found = {tuple(page.key_of(row)[1:]): row for row in page.select(connection, first)}
    return _Group(found, set(found))


def _write_changed(kept: _Kept, connection: Connection) -> None:
    rows: list[Key] = []
    old: list[Key] = []
    gone: list[Key] = []
    for first, rest in kept.changed:
        group = kept.groups[first]
        row = group.rows.get(rest)
        if rest in group.stored:
            (gone if row is None else old).append((first, *rest))
        if row is None:
            group.stored.discard(rest)
        else:
            group.stored.add(rest)
            rows.append(kept.page.encoded(row))
    if connection.dialect.name == "postgresql":  # COPY replaces nothing; SQLite's INSERT OR REPLACE does.
        gone += old
    kept.page.delete(connection, gone)
    kept.page.insert(connection, rows)
    kept.changed = {}
