"""Who reads the log row by row misses none, however late it is committed."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from domain.ledger import Ledger
from domain.log_reading import Rows
from domain.registry import READERS
from tests.databases import Postgres

Inserting = Callable[[str, int], int]
INSERT = "INSERT INTO ledger_events VALUES (%s, %s, 'x/1', '{}') RETURNING notification_id"


@contextmanager
def inserting(store: str, *, lets: bool = True) -> Iterator[Inserting]:
    """Insert in a transaction of one's own, without the library's lock; it ends with the block."""
    with psycopg.connect(store) as connection:

        def insert(stream: str, version: int) -> int:
            row = connection.execute(INSERT, (stream, version)).fetchone()
            assert row is not None
            return int(row[0])

        yield insert
        if not lets:
            connection.rollback()


def places(rows: Rows) -> list[tuple[str, int]]:
    return [(row.stream, row.version) for row in rows]


@pytest.fixture(scope="module")
def told(told_store: str) -> Iterator[Ledger]:
    with Ledger(told_store) as ledger:
        yield ledger


@pytest.fixture
def bare(postgres: Postgres) -> Iterator[tuple[Ledger, str]]:
    """An empty ledger in a PostgreSQL, and its address."""
    with postgres.database() as url, Ledger(url) as ledger:
        yield ledger, url


def test_rows_are_the_log_as_it_is_stored(told: Ledger) -> None:
    rows, entries = told.rows(0, 10_000), told.entries(0, 10_000)
    assert len(rows) > 50
    assert not rows.held
    assert [(*row[:3], READERS[row.topic].decode(row.state)) for row in rows] == [tuple(entry) for entry in entries]
    assert all(type(row.state) is bytes for row in rows)


def test_rows_come_behind_a_position_and_only_so_many(told: Ledger) -> None:
    every = told.rows(0, 10_000)
    assert told.rows(every[9].position, 7) == every[10:17]
    assert told.rows(every[-1].position, 7) == []


def test_what_commits_late_is_waited_for_and_comes_in_its_place(bare: tuple[Ledger, str]) -> None:
    ledger, url = bare
    with inserting(url) as other:
        other("a", 1)
    with inserting(url) as late:
        gap = late("late", 1)
        with inserting(url) as other:
            other("b", 1)
        before = ledger.rows()
        assert (places(before), before.held) == ([("a", 1)], True)
        waiting = ledger.rows(before[-1].position)
        assert (waiting, waiting.held) == ([], True)
    after = ledger.rows(before[-1].position)
    assert (places(after), after.held) == ([("late", 1), ("b", 1)], False)
    assert after[0].position == gap


def test_what_is_rolled_back_is_passed_over(bare: tuple[Ledger, str]) -> None:
    ledger, url = bare
    with inserting(url, lets=False) as late:
        late("late", 1)
        with inserting(url) as other:
            other("b", 1)
        waiting = ledger.rows()
        assert (waiting, waiting.held) == ([], True)
    after = ledger.rows()
    assert (places(after), after.held) == ([("b", 1)], False)


def test_an_old_gap_does_not_wait_for_who_came_after_it_was_seen(bare: tuple[Ledger, str]) -> None:
    """On a busy store there is always somebody inserting: nobody waits for those who cannot fill the gap."""
    ledger, url = bare
    with psycopg.connect(url) as given_up, psycopg.connect(url) as busy:
        given_up.execute(INSERT, ("late", 1))
        with inserting(url) as other:
            other("b", 1)
        assert ledger.rows().held
        busy.execute(INSERT, ("busy", 1))
        given_up.rollback()
        with inserting(url) as other:
            other("c", 1)
        rows = ledger.rows()
        assert (places(rows), rows.held) == ([("b", 1)], True)
        busy.commit()
    assert places(ledger.rows()) == [("b", 1), ("busy", 1), ("c", 1)]


def test_who_tails_the_log_beside_eight_writers_misses_none(bare: tuple[Ledger, str]) -> None:
    ledger, url = bare
    writers, each = 8, 40
    lots = random.Random(7)  # noqa: S311 - a test
    threads = [threading.Thread(target=_writes, args=(url, n, each, lots.random())) for n in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[tuple[str, int]] = []
    positions = [0]
    held = 0
    while (alive := any(thread.is_alive() for thread in threads)) or ledger.rows(positions[-1]):
        rows = ledger.rows(positions[-1], 17)
        held += rows.held
        seen += places(rows)
        positions += [row.position for row in rows]
        assert alive or not rows.held
    assert positions == sorted(positions)
    assert sorted(seen) == sorted(place for n in range(writers) for place in _kept(n, each))
    # Else nothing was shown: no writer came late.
    assert held


def _gives_up(n: int, version: int) -> bool:
    return (n + version) % 7 == 0


def _kept(n: int, each: int) -> list[tuple[str, int]]:
    return [(f"w{n}", version) for version in range(each) if not _gives_up(n, version)]


def _writes(url: str, n: int, each: int, seed: float) -> None:
    lots = random.Random(seed)  # noqa: S311
    with psycopg.connect(url) as connection:
        for version in range(each):
            connection.execute(INSERT, (f"w{n}", version))
            time.sleep(lots.random() / 500)
            connection.rollback() if _gives_up(n, version) else connection.commit()
