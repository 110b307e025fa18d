"""How fast one stream is folded: a fund of 1,000 and of 100,000 facts, against a loop written by hand for it alone.

    python -m benchmarks.replay [--rounds 5]

By hand: one SELECT of the rows, msgspec's decoder of each fact's type, and a loop over dictionaries that knows only the
facts which are there, checks nothing, and comes to the same balances.
"""

import argparse
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import msgspec
import psycopg

from benchmarks.library_fund import LibraryFunds, library_fund
from benchmarks.side_by_side import ROUNDS, Floor, Row, Table, markdown, measured
from benchmarks.stores import KINDS, Stores, path_of, put_in, stores
from domain.balances import Bucket
from domain.fund import FUND
from domain.fund_facts import FundReceived, MoneyAllotted, MoneyPaid, MoneyReleased, MoneyReserved, MoneySent
from domain.fund_state import FundState
from domain.ledger import Ledger
from domain.registry import READERS, stored_name
from domain.store_address import store_settings
from tests.domain.test_linear_time import LINES, busy_fund

SIZES = (1_000, 100_000)
FLOOR = Floor("at least", 0.5)
STREAM = "sample/fund/F1"
SECONDS = 0.3
DECODE = {name: reader.decode for name, reader in READERS.items()}
BUCKETS = tuple(Bucket)
# The library's recorder was seen to hang on appends of 1,000 events.
PER_SAVE = 200

Raw = Iterable[tuple[str, bytes]]


class ByHand:
    """A fund as a loop for its claims alone would keep it."""

    def __init__(self) -> None:
        self.done: dict[str, str] = {}
        self.held: dict[str, Any] = {}
        self.bucket: dict[str, Bucket] = {}
        self.pools: dict[str, dict[Bucket, int]] = {}
        self.lines: dict[tuple[str, str], dict[Bucket, int]] = {}


def by_hand(rows: Raw) -> ByHand:
    """Fold *rows* by hand."""
    fund = ByHand()
    done, held, in_bucket, pools, lines = fund.done, fund.held, fund.bucket, fund.pools, fund.lines
    for topic, content in rows:
        fact = DECODE[topic](content)
        done[fact.act.command_id] = fact.act.digest
        kind = type(fact)
        if kind is MoneyReserved:
            shares = held[fact.claim_no] = fact.shares
            start, end = Bucket.CLAIMABLE, Bucket.RESERVED
            in_bucket[fact.claim_no] = end
        elif kind is MoneySent:
            shares, start, end = held[fact.claim_no], Bucket.RESERVED, Bucket.SENT
            in_bucket[fact.claim_no] = end
        elif kind is MoneyPaid:
            shares, start, end = held[fact.claim_no], Bucket.SENT, Bucket.PAID
            in_bucket[fact.claim_no] = end
        elif kind is FundReceived:
            for portion in fact.portions:
                pools[portion.pool] = dict.fromkeys(BUCKETS, 0)
                pools[portion.pool][Bucket.FREE] = portion.amount_fen
            continue
        elif kind is MoneyAllotted:
            shares, start, end = fact.shares, Bucket.FREE, Bucket.UNRELEASED
            for share in shares:
                lines[share.pool, share.project_no] = dict.fromkeys(BUCKETS, 0)
        else:
            assert kind is MoneyReleased
            shares, start, end = fact.shares, Bucket.UNRELEASED, Bucket.CLAIMABLE
        for share in shares:
            pool, line, amount_fen = pools[share.pool], lines[share.pool, share.project_no], share.amount_fen
            pool[start] -= amount_fen
            pool[end] += amount_fen
            line[end] += amount_fen
            if start is not Bucket.FREE:
                line[start] -= amount_fen
    return fund


def assert_same(fund: ByHand, state: FundState) -> None:
    """Check that the hand's fund is the ledger's."""
    assert fund.done == state.done
    assert fund.pools == {pool: portion.buckets for pool, portion in state.balances.portions.items()}
    assert fund.lines == state.balances.lines
    assert fund.bucket == {claim: hold.bucket for claim, hold in state.holds.items()}


def rate(work: Callable[[], Any], facts: int) -> float:
    """Return the facts per second of *work*, done over and over until a while has gone."""
    began, times = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < SECONDS:
        work()
        times += 1
    return facts * times / took


def table(made: Stores, kind: str, size: int, stack: ExitStack) -> Table:
    """Return the ways to fold a stream of *size* facts in a fresh store."""
    facts = busy_fund(size)
    url = made.fresh(kind)
    ledger = stack.enter_context(Ledger(url))
    name = ledger.recorder.events_table_name  # type: ignore[attr-defined]
    stored = [(STREAM, n, stored_name(type(f)), msgspec.json.encode(f)) for n, f in enumerate(facts, start=1)]
    put_in(url, name, stored)
    rows = selecting(url, name, stack)

    def ours() -> FundState:
        ledger._states.clear()  # noqa: SLF001 - what is kept would be no replay
        return ledger.state(FUND, STREAM)

    assert_same(by_hand(rows()), ours())
    ways = [
        Row("the ledger", lambda: rate(ours, size), FLOOR),
        Row("the library's recorder and mapper, our fold", lambda: rate(lambda: by_recorder(ledger), size)),
        Row("the library's aggregate", library(made, kind, facts, stack)),
    ]
    base = Row("by hand: SELECT, msgspec, a plain fold", lambda: rate(lambda: by_hand(rows()), size))
    return Table(f"Replay of {size:,} facts, {kind}", "facts/s", base, tuple(ways))


def by_recorder(ledger: Ledger) -> FundState:
    """Fold what the library's recorder and its mapper give, object by object."""
    state = FUND.initial()
    for recorded in ledger.events.get(STREAM):
        state = FUND.evolve(state, recorded.fact)  # type: ignore[attr-defined]
    return state


def library(made: Stores, kind: str, facts: tuple[Any, ...], stack: ExitStack) -> Callable[[], float]:
    """Return how fast the library rebuilds an aggregate of its own with the same events."""
    opening = facts[:3]  # Received, allotted, released: there in one event.
    fund = library_fund(facts[len(opening) :], LINES, len(facts))
    settings = store_settings(made.fresh(kind))
    ours = ("ORIGINATOR_ID_TYPE", "APPLICATION_RECORDER_TOPIC")
    app = stack.enter_context(LibraryFunds({k: v for k, v in settings.items() if k not in ours}))
    events = [app.mapper.to_stored_event(e) for e in fund.collect_events()]
    for start in range(0, len(events), PER_SAVE):
        app.recorder.insert_events(events[start : start + PER_SAVE])
    rebuilt: Any = app.repository.get(fund.id)
    assert rebuilt.lines == fund.lines
    return lambda: rate(lambda: app.repository.get(fund.id), len(events))


def selecting(url: str, name: str, stack: ExitStack) -> Callable[[], Raw]:
    """Return what selects the stream's rows, by hand."""
    if url.startswith("sqlite:///"):
        file = stack.enter_context(closing(sqlite3.connect(path_of(url))))
        query = f"SELECT topic, state FROM {name} WHERE originator_id = ? ORDER BY originator_version"  # noqa: S608
        return lambda: file.execute(query, (STREAM,))
    server = stack.enter_context(psycopg.connect(url, autocommit=True))
    query = f"SELECT topic, state FROM {name} WHERE originator_id = %s ORDER BY originator_version"  # noqa: S608
    return lambda: server.cursor(binary=True).execute(query, (STREAM,), prepare=True).fetchall()


def tables(made: Stores) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the tables, each with what is to be closed after it."""
    for kind in KINDS:
        for size in SIZES:
            stack = ExitStack()
            yield table(made, kind, size, stack), stack


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
