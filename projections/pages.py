"""One table as the drivers take it: rows as tuples, in bulk, on SQLite and PostgreSQL; its schema is SQLAlchemy's."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import JSON, Connection, Date, Table, bindparam, select
from sqlalchemy.exc import DBAPIError

COPY_FROM = 4  # Fewer rows than that are sooner there by statements of their own, prepared once.

_encoder = msgspec.json.Encoder()


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what gets the values of *names* out of a row."""
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


class Page:
    """Reads and writes one table."""

    def __init__(self, table: Table) -> None:
        """Take the columns and the key from SQLAlchemy's own words."""
        self.table = table
        self.columns = tuple(column.name for column in table.columns)
        self.key = tuple(column.name for column in table.primary_key.columns)
        self.blank: dict[str, Any] = {
            column.name: column.default.arg if column.default is not None else None  # type: ignore[attr-defined]
            for column in table.columns
        }
        columns = ", ".join(f'"{name}"' for name in self.columns)
        into = f'INTO "{table.name}" ({columns})'
        self._replace = f"INSERT OR REPLACE {into} VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608 - our own names
        self._insert = f"INSERT {into} VALUES ({', '.join(['%s'] * len(self.columns))})"  # noqa: S608
        self._copy = f'COPY "{table.name}" ({columns}) FROM STDIN'
        self._key = _getter(self.key)
        self._values = _getter(self.columns)
        self._select = select(table).where(table.c[self.key[0]] == bindparam("first"))
        self._jsons = [n for n, column in enumerate(table.columns) if isinstance(column.type, JSON)]
        self._dates = [n for n, column in enumerate(table.columns) if isinstance(column.type, Date)]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return a row's key."""
        return self._key(row)

    def encoded(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return a whole row as both drivers take it: JSON and dates as text.

        Raises:
            KeyError: If it has a value for no column.
        """
        values = list(self._values(row))
        if len(values) != len(row):
            raise KeyError(f"{self.table.name} has no column {sorted(set(row) - set(self.columns))}")
        for n in self._jsons:
            value = values[n]
            # As it is stored already, or still to be written.
            values[n] = str(value, "utf-8") if isinstance(value, msgspec.Raw) else _json(value)
        for n in self._dates:
            if (day := values[n]) is not None:
                values[n] = day.isoformat()
        return tuple(values)

    def select(self, connection: Connection, first: Any) -> list[dict[str, Any]]:
        """Return the stored rows whose key begins with *first*."""
        return [dict(row) for row in connection.execute(self._select, {"first": first}).mappings()]

    def insert(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write encoded rows of keys that the table does not have; on SQLite, in place of those that it has."""
        if not rows:
            return
        if connection.dialect.name != "postgresql":
            _execute_all(connection, self._replace, rows)
        elif len(rows) < COPY_FROM:
            _execute_each(connection, self._insert, rows)
        else:
            _copy(connection, self._copy, rows)

    def delete(self, connection: Connection, keys: Sequence[tuple[Any, ...]]) -> None:
        """Take rows away by their keys."""
        if not keys:
            return
        if connection.dialect.name == "postgresql":
            self._delete_all(connection, keys)
            return
        same = " AND ".join(f'"{name}" = ?' for name in self.key)
        connection.exec_driver_sql(f'DELETE FROM "{self.table.name}" WHERE {same}', [_plain(key) for key in keys])  # noqa: S608 - our own names

    def _delete_all(self, connection: Connection, keys: Sequence[tuple[Any, ...]]) -> None:
        kinds = [self.table.c[name].type.compile(connection.dialect) for name in self.key]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        named = ", ".join(f"k{n}" for n in range(len(kinds)))
        same = " AND ".join(f'kept."{name}" = gone.k{n}' for n, name in enumerate(self.key))
        sql = f'DELETE FROM "{self.table.name}" AS kept USING unnest({arrays}) AS gone({named}) WHERE {same}'  # noqa: S608 - our own names
        connection.exec_driver_sql(sql, tuple([list(column) for column in zip(*keys, strict=True)]))


def _plain(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([part.isoformat() if isinstance(part, date) else part for part in key])


def _execute_all(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement by SQLite itself, inside SQLAlchemy's transaction; what fails is SQLAlchemy's error."""
    driver: Any = connection.connection.driver_connection
    try:
        with closing(driver.cursor()) as cursor:
            cursor.executemany(sql, rows)
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, dialect=connection.dialect) from error


def _execute_each(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        for row in rows:
            cursor.execute(sql, row, prepare=True)


def _copy(connection: Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        write: Callable[[Sequence[Any]], None] = copy.write_row
        for row in rows:
            write(row)
