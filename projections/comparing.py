"""A view's live tables, held row for row against those that were built beside them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, String, Table, and_, cast, false, or_, select
from sqlalchemy import func as sql

from projections.book import NEW, beside_of
from projections.view import View

KEYS_SHOWN = 5


@dataclass(frozen=True)
class Difference:
    """Rows of a table that the live view lacked, had besides, or had otherwise, and the keys of some of them."""

    table: str
    lacking: int
    besides: int
    otherwise: int
    keys: list[list[Any]]


def compare(connection: Connection, view: View) -> list[Difference]:
    """Return where a view's live tables differ from those beside them."""
    new = beside_of(view.tables)
    found = [_compare(connection, table, new.tables[table.name + NEW]) for table in view.tables.sorted_tables]
    return [one for one in found if one.lacking or one.besides or one.otherwise]


def _compare(connection: Connection, live: Table, new: Table) -> Difference:
    same = and_(*(live.c[column.name] == new.c[column.name] for column in live.primary_key))
    first = next(iter(live.primary_key)).name
    values = [column.name for column in live.columns if not column.primary_key]
    differs = or_(false(), *(_plain(live.c[name]).is_distinct_from(_plain(new.c[name])) for name in values))
    asked = (
        (new, new.outerjoin(live, same), live.c[first].is_(None)),
        (live, live.outerjoin(new, same), new.c[first].is_(None)),
        *([(live, live.join(new, same), differs)] if values else []),
    )
    counts: list[int] = []
    keys: list[list[Any]] = []
    for of, joined, odd in asked:
        counts.append(connection.execute(select(sql.count()).select_from(joined).where(odd)).scalar_one())
        if counts[-1] and len(keys) < KEYS_SHOWN:
            key = [of.c[column.name] for column in of.primary_key]
            rows = connection.execute(select(*key).select_from(joined).where(odd).limit(KEYS_SHOWN - len(keys)))
            keys += [list(row) for row in rows]
    lacking, besides, otherwise = [*counts, 0][:3]
    return Difference(str(live.name), lacking, besides, otherwise, keys)


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column as it can be compared: PostgreSQL knows no equality of JSON."""
    return cast(column, String) if isinstance(column.type, JSON) else column
