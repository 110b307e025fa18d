"""Looking rows up when a view is read: as plain mappings, and as what readers know."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Table, select

AT_ONCE = 500  # Of keys in one question: databases take so many.
Row = Mapping[str, Any]
T = TypeVar("T")


def rows(connection: Connection, asked: Executable) -> list[Row]:
    """Return the rows of a question."""
    return [dict(row) for row in connection.execute(asked).mappings()]


def among(connection: Connection, table: Table, keys: Sequence[str]) -> list[Row]:
    """Return the rows whose key begins with one of *keys*, in the order of their keys."""
    key = list(table.primary_key.columns)
    found: list[Row] = []
    for start in range(0, len(keys), AT_ONCE):
        found += rows(connection, select(table).where(key[0].in_(keys[start : start + AT_ONCE])).order_by(*key))
    return found


def grouped(found: Iterable[Row], name: str = "case") -> dict[str, list[Row]]:
    """Return rows by what they have in a column, each group in the order in which they come."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row[name], []).append(row)
    return groups


def as_a(of: type[T], row: Row, **more: Any) -> T:
    """Return a row as what readers know: of its columns those that are fields of *of*, and *more*."""
    names = getattr(of, "__dataclass_fields__", ())
    return of(**{name: row[name] for name in names if name not in more}, **more)
