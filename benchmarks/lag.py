"""How soon what was appended stands in the views: 300 facts a second, one at a time, all views followed.

    python -m benchmarks.lag [--rounds 5]

From the moment at which the append's answer is there until the views' commit is. The base is the median of as many
commits of one row each, by hand and at the same pace, in a table of the same database.
"""

import argparse
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import msgspec
import psycopg

from benchmarks.side_by_side import ROUNDS, Floor, Row, Table, markdown, measured
from benchmarks.stores import KINDS, Stores, path_of, stores
from domain.ledger import Ledger, Step
from projections.follower import Follower
from projections.runner import parked
from projections.store import views_engine
from projections.views import VIEWS
from tests.domain.given import receipt, received

PER_SECOND, SECONDS = 300, 2
FLOOR = Floor("at most", 4)
PATIENCE_S = 30.0
STATE = msgspec.json.encode(received(receipt(("integrated", 1))))


def paced(work: Callable[[int], None]) -> None:
    """Do *work* over and over, so many times a second."""
    began = time.perf_counter()
    for n in range(PER_SECOND * SECONDS):
        work(n)
        time.sleep(max(0.0, began + (n + 1) / PER_SECOND - time.perf_counter()))


def commit_ms(url: str) -> float:
    """Return the median of commits of one row each, by hand."""
    took: list[float] = []
    with ExitStack() as stack:
        insert = inserting(url, stack)

        def once(n: int) -> None:
            began = time.perf_counter()
            insert(n)
            took.append(time.perf_counter() - began)

        paced(once)
    return statistics.median(took) * 1_000


def inserting(url: str, stack: ExitStack) -> Callable[[int], object]:
    """Return what writes one row and commits it."""
    if url.startswith("sqlite:///"):
        file = stack.enter_context(closing(sqlite3.connect(path_of(url), isolation_level=None)))
        file.execute("CREATE TABLE IF NOT EXISTS by_hand (n INTEGER, state BLOB)")
        return lambda n: file.execute("INSERT INTO by_hand VALUES (?, ?)", (n, STATE))
    server = stack.enter_context(psycopg.connect(url, autocommit=True))
    server.execute("CREATE TABLE IF NOT EXISTS by_hand (n bigint, state bytea)")
    return lambda n: server.execute("INSERT INTO by_hand VALUES (%s, %s)", (n, STATE), prepare=True)


class Lag:
    """A store that is written to and followed, and what was seen of it in a round and not asked for yet."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._stack = ExitStack()
        self._ledger = self._stack.enter_context(Ledger(url))
        self._follower = self._stack.enter_context(Follower(url))
        self._appended = 0
        self._ready: dict[int, float] = {}
        self._append()

    def close(self) -> None:
        """Stop following, and see that the views took everything in."""
        engine = views_engine(self.url)
        assert not parked(engine), parked(engine)
        engine.dispose()
        self._stack.close()

    def ms(self, percent: int) -> float:
        """Return a percentile of this round's lags."""
        if percent not in self._ready:
            lags = statistics.quantiles(self._round(), n=100)
            self._ready = {50: lags[49], 99: lags[98]}
        return self._ready.pop(percent)

    def _append(self) -> int:
        self._appended += 1
        self._ledger.execute(Step(f"sample/fund/F{self._appended}", receipt(("integrated", 1))))
        return self._appended

    def _round(self) -> list[float]:
        """Append at the pace, and return how many milliseconds each took to be seen."""
        assert self._follower.wait(self._appended, PATIENCE_S)
        appended: dict[int, float] = {}
        seen: list[tuple[int, float]] = []
        last = self._appended + PER_SECOND * SECONDS
        watcher = threading.Thread(target=self._watch, args=(last, seen))
        watcher.start()

        def once(_: int) -> None:
            position = self._append()
            appended[position] = time.perf_counter()
            self._follower.wake()

        paced(once)
        watcher.join()
        assert self._ledger.recorder.max_notification_id() == last
        return lags_ms(appended, seen)

    def _watch(self, last: int, seen: list[tuple[int, float]]) -> None:
        moved = self._follower._moved  # noqa: SLF001 - each move is to be seen, not only the one that is waited for
        until = time.perf_counter() + PATIENCE_S
        while (not seen or seen[-1][0] < last) and time.perf_counter() < until:
            with moved:
                moved.wait(1)
                seen.append((self._follower._reached, time.perf_counter()))  # noqa: SLF001


def lags_ms(appended: dict[int, float], seen: list[tuple[int, float]]) -> list[float]:
    """Return from each append to the first time at which as much was *seen*, at least 0, in milliseconds."""
    lags = []
    moves = iter(seen)
    reached, at = next(moves)
    for position, done in appended.items():
        while reached < position:
            reached, at = next(moves)
        lags.append(max(0.0, at - done) * 1_000)
    return lags


def tables(made: Stores) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the tables, each with what is to be closed after it."""
    for kind in KINDS:
        url = made.fresh(kind)
        lag = Lag(url)
        stack = ExitStack()
        stack.callback(lag.close)
        yield table(lag, kind), stack


def table(lag: Lag, kind: str) -> Table:
    """Return what is measured of one store."""
    return Table(
        f"From append to view, {PER_SECOND} facts a second, all {len(VIEWS)} views, {kind}",
        "ms",
        Row("one commit by hand, median", lambda: commit_ms(lag.url)),
        (Row("lag, p50", lambda: lag.ms(50), FLOOR), Row("lag, p99", lambda: lag.ms(99))),
    )


def main(rounds: int) -> None:
    """Measure and print."""
    with stores() as made:
        for ways, stack in tables(made):
            with stack:
                print(markdown(measured(ways, rounds)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    main(parser.parse_args().rounds)
