"""The library's recorder on SQLite, which keeps the leaves of what it appends in the same transaction."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from domain.leaves import CREATE_SQLITE, TABLE, leaves_of


class SqliteRecorder(SQLiteApplicationRecorder):
    """The library's recorder on SQLite, which keeps the leaves too."""

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the tables."""
        return [*super().construct_create_table_statements(), CREATE_SQLITE]

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        positions = super()._insert_events(c, stored_events)
        if positions:
            kept = (positions[0], positions[-1], leaves_of(stored_events))
            c.execute(f"INSERT INTO {TABLE} VALUES (?, ?, ?)", kept)  # noqa: S608 - a name of our own
        return positions
