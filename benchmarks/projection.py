"""How fast views catch up with the log, and how soon they show what was appended, against what is written by hand.

    python -m benchmarks.projection [--rounds 5] [--facts 20000]

By hand: 500 rows a SELECT, msgspec's decoder of each fact's type, the rows of view `facts` as tuples into
the driver's `executemany` or a COPY, and the position, in one transaction; nothing is looked up.
"""

import argparse
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any

import psycopg
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.sqlite import SQLiteTrackingRecorder
from eventsourcing.utils import Environment

from benchmarks.side_by_side import ROUNDS, Floor, Row, Table, markdown, measured
from benchmarks.stores import KINDS, Stores, path_of, put_in, stores
from benchmarks.years import many
from domain.calendar import SHANGHAI
from domain.cases import kind_of
from domain.ledger import Ledger
from domain.registry import READERS
from domain.store_address import store_settings
from projections import facts, timeline
from projections.facts import FACTS
from projections.runner import catch_up, parked
from projections.store import views_engine, views_path
from projections.view import View
from projections.views import VIEWS

COUNT = 20_000
FLOOR = Floor("at least", 0.7)
BATCH = 500
LIBRARY_S = 1.0  # It is slow: so long, and not to the end.
DECODE = {name: reader.decode for name, reader in READERS.items()}
NAMES = tuple(column.name for column in FACTS.columns)
COLUMNS = ", ".join(f'"{name}"' for name in NAMES)
KINDS_SHOWN = facts.VIEW.kinds


def hand_row(position: int, stream: str, version: int, topic: str, state: bytes) -> tuple[Any, ...]:
    """Return what a row of the table of facts holds."""
    act = DECODE[topic](state).act
    at = act.recorded_at.astimezone(SHANGHAI)
    return (
        *(position, stream, stream.split("/")[1], version, topic, act.person, act.post, act.unit, act.on_behalf_of),
        *(act.second, act.door, act.command_id, act.occurred_on.isoformat(), act.evidence, at.date().isoformat()),
        *(at.isoformat(), act.clause, state.decode()),
    )


def is_shown(stream: str) -> bool:
    """Return whether facts of a stream are in the table."""
    return kind_of(stream) in KINDS_SHOWN


class Log:
    """A store full of facts, and the databases in which views of it are built."""

    def __init__(self, made: Stores, kind: str, count: int) -> None:
        self.url = made.fresh(kind)
        self.facts = count
        self.ledger = Ledger(self.url)
        self.table: str = self.ledger.recorder.events_table_name  # type: ignore[attr-defined]
        put_in(self.url, self.table, many(count))

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def without_views(self) -> None:
        """Take every view away."""
        if self.url.startswith("sqlite:///"):
            views = views_path(path_of(self.url))
            for path in views.parent.glob(f"{views.name}*"):
                path.unlink()
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in names:
                if not name.startswith("ledger"):
                    connection.execute(f'DROP TABLE "{name}" CASCADE')
            connection.execute("CHECKPOINT")  # So that no round pays for the one before it.

    def runs(self, *views: View) -> float:
        """Return the facts per second at which our runner brings *views* to the log's end."""
        self.without_views()
        engine = views_engine(self.url)
        began = time.perf_counter()
        stopped = catch_up(self.ledger, engine, views)
        took = time.perf_counter() - began
        assert not stopped, stopped
        assert not parked(engine), parked(engine)
        engine.dispose()
        return self.facts / took


def by_hand_sqlite(log: Log) -> float:
    """Catch up by hand on SQLite."""
    log.without_views()
    with closing(sqlite3.connect(path_of(log.url))) as read, closing(_views_file(log.url)) as write:
        select = (
            f"SELECT rowid, originator_id, originator_version, topic, state FROM {log.table} "  # noqa: S608
            "WHERE rowid > ? ORDER BY rowid LIMIT ?"
        )
        insert = f"INSERT INTO {FACTS.name} ({COLUMNS}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608
        position, began = 0, time.perf_counter()
        while rows := read.execute(select, (position, BATCH)).fetchall():
            position = rows[-1][0]
            write.execute("BEGIN IMMEDIATE")
            write.executemany(insert, [hand_row(*row) for row in rows if is_shown(row[1])])
            write.execute("UPDATE position SET reached = ?", (position,))
            write.execute("COMMIT")
        return log.facts / (time.perf_counter() - began)


def _views_file(url: str) -> sqlite3.Connection:
    engine = views_engine(url)
    FACTS.create(engine)
    engine.dispose()
    write = sqlite3.connect(views_path(path_of(url)), isolation_level=None)
    write.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE position (reached)")
    write.execute("INSERT INTO position VALUES (0)")
    return write


def by_hand_postgresql(log: Log) -> float:
    """Catch up by hand on PostgreSQL."""
    log.without_views()
    engine = views_engine(log.url)
    FACTS.create(engine)
    engine.dispose()
    with psycopg.connect(log.url, autocommit=True) as read, psycopg.connect(log.url, autocommit=True) as write:
        write.execute("SET synchronous_commit = off")  # As the views' own: what is lost is read again.
        write.execute("CREATE TABLE position (reached bigint)")
        write.execute("INSERT INTO position VALUES (0)")
        select = (
            f"SELECT notification_id, originator_id, originator_version, topic, state FROM {log.table} "  # noqa: S608
            "WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        )
        position, began = 0, time.perf_counter()
        cursor = read.cursor(binary=True)
        while rows := cursor.execute(select, (position, BATCH), prepare=True).fetchall():
            position = rows[-1][0]
            with write.transaction(), write.cursor() as into:
                with into.copy(f"COPY {FACTS.name} ({COLUMNS}) FROM STDIN") as copy:
                    for row in rows:
                        if is_shown(row[1]):
                            copy.write_row(hand_row(*row))
                into.execute("UPDATE position SET reached = %s", (position,))
        return log.facts / (time.perf_counter() - began)


class _SqliteFacts(SQLiteTrackingRecorder):
    """The library's way on SQLite: the fact's row and its position, in a transaction of its own."""

    insert = f"INSERT INTO {FACTS.name} ({COLUMNS}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608

    def add(self, row: tuple[Any, ...], tracking: Tracking) -> None:
        """Write one."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.insert, row)


class _PostgresFacts(PostgresTrackingRecorder):
    """The library's way on PostgreSQL."""

    insert = f"INSERT INTO {FACTS.name} ({COLUMNS}) VALUES ({', '.join(['%s'] * len(NAMES))})"  # noqa: S608

    def add(self, row: tuple[Any, ...], tracking: Tracking) -> None:
        """Write one."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.insert, row, prepare=True)


def by_library(log: Log) -> float:
    """Catch up for a while as the library does: its recorder's notifications, its tracking, one fact a transaction."""
    log.without_views()
    sqlite = log.url.startswith("sqlite:///")
    engine = views_engine(log.url)
    FACTS.create(engine)
    engine.dispose()
    settings = store_settings(log.url)
    if sqlite:
        settings["SQLITE_DBNAME"] = str(views_path(path_of(log.url)))
    factory = log.ledger.factory.construct(Environment("views", settings))
    view: Any = factory.tracking_recorder(_SqliteFacts if sqlite else _PostgresFacts)
    done, position, began = 0, 0, time.perf_counter()
    for notification in log.ledger.recorder.select_notifications(start=position + 1, limit=log.facts):
        recorded: Any = log.ledger.mapper.to_domain_event(notification)
        if is_shown(recorded.originator_id):
            row = hand_row(notification.id, *notification_parts(notification))
            view.add(row, Tracking("ledger", notification.id))
        done += 1
        if time.perf_counter() - began > LIBRARY_S:
            break
    rate = done / (time.perf_counter() - began)
    factory.close()
    return rate


def notification_parts(notification: Any) -> tuple[str, int, str, bytes]:
    """Return what a notification is of, as a row has it."""
    return notification.originator_id, notification.originator_version, notification.topic, bytes(notification.state)


def table(log: Log, kind: str) -> Table:
    """Return the ways to catch up with a log."""
    hand = by_hand_sqlite if kind == "SQLite" else by_hand_postgresql
    assert_same_rows(log, hand)
    base = Row("by hand: SELECT, msgspec, rows in bulk", lambda: hand(log))
    rows = (
        Row("the runner, view facts", lambda: log.runs(facts.VIEW), FLOOR),
        Row("the runner, views facts and timeline", lambda: log.runs(facts.VIEW, timeline.VIEW)),
        Row(f"the runner, all {len(VIEWS)} views", lambda: log.runs(*VIEWS)),
        Row("the library's way, the rows of view facts", lambda: by_library(log)),
    )
    return Table(f"Catch-up of views, {log.facts:,} facts, {kind}", "facts/s", base, rows)


def assert_same_rows(log: Log, hand: Callable[[Log], float]) -> None:
    """Check that the runner and the hand write the same rows."""
    hand(log)
    first = written(log)
    log.runs(facts.VIEW)
    assert written(log) == first
    assert first


def written(log: Log) -> Sequence[Any]:
    """Return what stands in the table of facts."""
    engine = views_engine(log.url)
    with engine.connect() as connection:
        rows = connection.execute(FACTS.select().order_by(FACTS.c.position)).fetchall()
    engine.dispose()
    return rows


def tables(made: Stores, count: int = COUNT) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the tables, each with what is to be closed after it."""
    for kind in KINDS:
        stack = ExitStack()
        log = Log(made, kind, count)
        stack.callback(log.close)
        yield table(log, kind), stack


def main(rounds: int, count: int) -> None:
    """Measure and print."""
    with stores() as made:
        for ways, stack in tables(made, count):
            with stack:
                print(markdown(measured(ways, rounds)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--facts", type=int, default=COUNT)
    given = parser.parse_args()
    main(given.rounds, given.facts)
