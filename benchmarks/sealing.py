"""How fast a whole store is verified, against reading it alone; and what keeping leaves costs an append.

    python -m benchmarks.sealing [--rounds 5] [--facts 1000000]

Reading alone: the statements by which a store is verified, block by block, with nothing done to what they bring. One
plain cursor over the whole table is measured too.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import psycopg
from eventsourcing.persistence import StoredEvent

from audit.log_blocks import hash_blocks
from audit.log_database import database_of, ranges
from audit.seal_keys import make_key
from audit.sealing import seal
from audit.store_verifying import processes, verify_store
from audit.verify import Verifier
from benchmarks.side_by_side import ROUNDS, Floor, Row, Table, markdown, measured
from benchmarks.stores import KINDS, Stored, Stores, path_of, put_in, stores
from benchmarks.years import many
from domain.leaves import TABLE as LEAVES
from domain.leaves import leaf_of
from domain.ledger import Ledger

FACTS = 1_000_000
PER_APPEND = 500
APPENDS = 40
ALONE, TWO, APPEND = Floor("at least", 0.4), Floor("at least", 1.7), Floor("at least", 0.75)
AT = datetime(2022, 12, 31, 10, tzinfo=UTC)


class Sealed:
    """A store of many facts, each with its leaf as 500 an append keep them, sealed."""

    def __init__(self, made: Stores, kind: str, facts: int) -> None:
        self.made, self.kind, self.facts = made, kind, facts
        self.url = made.fresh(kind)
        self.ledger = Ledger(self.url)
        self.table: str = self.ledger.recorder.events_table_name  # type: ignore[attr-defined]
        put_in(self.url, self.table, many(facts))
        self._put_leaves(many(facts))
        with tempfile.TemporaryDirectory() as folder:
            key = make_key(Path(folder) / "key", "benchmark")
        seal(self.ledger, key, AT)
        self.trusted: list[Verifier] = [key.verifier]

    def _put_leaves(self, facts: Iterator[Stored]) -> None:
        mark, first = self.ledger.stored.mark, 1
        statement = f"INSERT INTO {LEAVES} VALUES ({mark}, {mark}, {mark})"  # noqa: S608 - a name of our own
        appends = []
        while batch := list(islice(facts, PER_APPEND)):
            leaves = b"".join([leaf_of(*fact) for fact in batch])
            appends.append((statement, (first, first + len(batch) - 1, leaves)))
            first += len(batch)
        self.ledger.stored.write(*appends)

    def read(self) -> float:
        """Read every fact as verifying does, and do nothing with it; return the facts per second."""
        began = time.perf_counter()
        with database_of(self.url) as database:
            read = sum(len(rows) for block in ranges(database) for rows in database.facts(*block))
        assert read == self.facts
        return self.facts / (time.perf_counter() - began)

    def by_one_cursor(self) -> float:
        """Read every fact over one plain cursor of the driver; return the facts per second."""
        columns = "originator_id, originator_version, topic, state"
        began = time.perf_counter()
        if self.kind == "SQLite":
            with closing(sqlite3.connect(path_of(self.url))) as file:
                read = sum(1 for _ in file.execute(f"SELECT rowid, {columns} FROM {self.table} ORDER BY rowid"))  # noqa: S608
        else:
            query = f"SELECT notification_id, {columns} FROM {self.table} ORDER BY notification_id"  # noqa: S608
            with psycopg.connect(self.url) as server, server.cursor("read", binary=True) as cursor:
                cursor.itersize = 2_000
                read = sum(1 for _ in cursor.execute(query))
        assert read == self.facts
        return self.facts / (time.perf_counter() - began)

    def verify(self, pool: Executor | None = None) -> float:
        """Verify it against its seal; return the facts per second."""
        began = time.perf_counter()
        found = verify_store(self.ledger, self.trusted, pool=pool)
        assert found.found == []
        assert found.sealed == self.facts
        return self.facts / (time.perf_counter() - began)

    def close(self) -> None:
        """Give it up."""
        self.ledger.close()
        self.made.drop(self.url)


def verification(made: Stores, kind: str, facts: int) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the tables of verifying a store of so many *facts*."""
    stack = ExitStack()
    store = Sealed(made, kind, facts)
    one = Row("verified, one process", store.verify, ALONE)
    cursor = Row("read over one plain cursor", store.by_one_cursor)
    base = Row("read alone", store.read)
    yield Table(f"Verification of {facts:,} facts, {kind}", "facts/s", base, (one, cursor)), stack
    stack = ExitStack()
    stack.callback(store.close)
    pool = stack.enter_context(processes(2))
    assert pool is not None
    _warm(pool)
    two = Row("two processes, started before", lambda: store.verify(pool), TWO)
    base = Row("one process", store.verify)
    yield Table(f"Verification of {facts:,} facts in processes, {kind}", "facts/s", base, (two,)), stack


def _warm(pool: Executor) -> None:
    list(pool.map(_nothing, range(100)))


def _nothing(_: int) -> str:
    return hash_blocks.__name__


def appending(made: Stores, kind: str) -> tuple[Table, ExitStack]:
    """Return what an append of 500 facts costs with leaves and without."""
    stack = ExitStack()
    facts = list(many(PER_APPEND))

    def ledger() -> Ledger:
        return stack.enter_context(Ledger(made.fresh(kind)))

    bare = ledger()
    _without_leaves(bare)
    rows = (Row("with leaves", _appends(ledger(), facts), APPEND),)
    base = Row("the library's recorder, no leaves", _appends(bare, facts))
    return Table(f"Append, {PER_APPEND} facts a transaction, {kind}", "facts/s", base, rows), stack


def _without_leaves(ledger: Ledger) -> None:
    """Make a ledger append by the recorder that ours is made from."""
    recorder = ledger.recorder
    plain = type(recorder).__mro__[1]
    recorder.__class__ = plain


def _appends(ledger: Ledger, facts: list[Stored]) -> Callable[[], float]:
    numbers = count()

    def work() -> float:
        batches = [
            [StoredEvent(f"{stream}-{number}", version, name, state) for stream, version, name, state in facts]
            for number in islice(numbers, APPENDS)
        ]
        began = time.perf_counter()
        for batch in batches:
            ledger.recorder.insert_events(batch)
        return APPENDS * PER_APPEND / (time.perf_counter() - began)

    return work


def tables(made: Stores, facts: int = FACTS) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the tables, each with what is to be closed after it."""
    for kind in KINDS:
        yield appending(made, kind)
    for kind in KINDS:
        yield from verification(made, kind, facts)


def main(rounds: int, facts: int) -> None:
    """Measure and print."""
    with stores() as made:
        for ways, stack in tables(made, facts):
            with stack:
                print(markdown(measured(ways, rounds)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--facts", type=int, default=FACTS)
    given = parser.parse_args()
    main(given.rounds, given.facts)
