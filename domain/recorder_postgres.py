"""The library's recorder on PostgreSQL, which keeps the leaves of what it appends in the statement that appends it."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Cursor
from psycopg.sql import SQL, Identifier

from domain.leaves import CREATE_POSTGRES, TABLE, leaves_of


class PostgresRecorder(PostgresApplicationRecorder):
    """The library's recorder on PostgreSQL, which keeps the leaves too, in the one statement that inserts the facts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = Identifier(self.datastore.schema, TABLE)
        self.sql_create_statements.append(SQL(CREATE_POSTGRES.replace(TABLE, "{name}")).format(name=name))
        self._insert = SQL(
            "WITH new AS ({insert}), kept AS (INSERT INTO {name} "
            "SELECT min(notification_id), max(notification_id), %s FROM new) SELECT notification_id FROM new"
        ).format(insert=self.insert_events_statement, name=name)

    def _insert_stored_events(self, curs: Cursor[Any], stored_events: Sequence[StoredEvent], **_: Any) -> None:
        self._lock_table(curs)
        self._notify_channel(curs)
        events = [
            self.construct_pg_stored_event(e.originator_id, e.originator_version, e.topic, e.state)
            for e in stored_events
        ]
        curs.execute(self._insert, (events, leaves_of(stored_events)))

    def _fetch_ids_after_insert_events(
        self, curs: Cursor[Any], stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int] | None:
        found = [row["notification_id"] for row in curs.fetchall()]
        assert len(found) == len(stored_events), (len(found), len(stored_events))
        return found
