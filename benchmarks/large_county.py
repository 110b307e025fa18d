"""One county with ten thousand projects, and others beside it: a million facts, with every view, made once and kept.

The simulated year of the county with most projects is copied again and again into the *same* county: each copy's funds,
plans, projects and claims have numbers of their own, and so has all that is named after them. Most copies end within
the year, each at another part of it, so that much of what they began still waits for somebody.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, count, islice
from pathlib import Path

from benchmarks.million import timed
from benchmarks.stores import Stored, put_in
from benchmarks.years import KEPT, facts_of, many, years
from domain.ledger import Ledger
from projections.runner import catch_up, parked
from projections.store import path_beside, views_engine
from projections.views import VIEWS

FACTS, PROJECTS = 1_000_000, 10_000
ENDS = 8  # Of so many copies one is whole; each other ends at another part of the year.
# Of a copy: what has numbers of its own. Posts, rules, months and weeks are the county's, and there once.
_COPIED = frozenset(
    {"fund", "plan", "project", "claim", "meeting", "obligation", "disclosure", "performance", "asset", "papers"}
)
_NUMBERED = frozenset({"fund", "plan", "project", "claim", "meeting", "asset"})


def county_of(facts: int = FACTS, projects: int = PROJECTS, folder: Path = KEPT) -> tuple[str, Path]:
    """Return the large county's id, and the store that it is in, made where it is not there yet."""
    county, year = max(((one, facts_of(store)) for one, store in years(folder)), key=lambda found: _projects(found[1]))
    store = folder / f"large-{projects}-{facts}" / "ledger.db"
    if not store.exists():
        _make(store, year, facts, projects)
    return county, store


def _make(store: Path, year: Sequence[Stored], facts: int, projects: int) -> None:
    unfinished = store.parent.with_name(f"{store.parent.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    url = f"sqlite:///{unfinished / store.name}"
    with Ledger(url) as ledger:
        table: str = ledger.recorder.events_table_name  # type: ignore[attr-defined]
        put_in(url, table, islice(chain(_own(year, projects), map(_of_others, many(facts))), facts))
        engine = views_engine(url)
        what = f"all {len(VIEWS)} views"
        timed("SQLite", what, facts, lambda told: catch_up(ledger, engine, VIEWS, told=told))
        assert not parked(engine), parked(engine)[:3]
        engine.dispose()
    for file in (unfinished / store.name, path_beside(unfinished / store.name, "views")):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unfinished.rename(store.parent)


def _own(year: Sequence[Stored], projects: int) -> Iterator[Stored]:
    """Yield copies of a year, whole and cut off, until there are so many projects."""
    for number in count():
        begun = year[: len(year) * (ENDS - number % ENDS) // ENDS]
        yield from _copy(begun, number)
        projects -= _projects(begun)
        if projects <= 0:
            return


def _of_others(fact: Stored) -> Stored:
    """Return a fact of another county: its people are not those of the large one."""
    stream, version, topic, state = fact
    return stream, version, topic, state.replace(b'"p-', b'"o-')


def _projects(facts: Sequence[Stored]) -> int:
    return sum(_kind(stream) == "project" and version == 1 for stream, version, *_ in facts)


def _kind(stream: str) -> str:
    return stream.split("/")[1]


def _copy(facts: Sequence[Stored], number: int) -> Iterator[Stored]:
    """Yield the facts of a county as they are, or as those of a further copy under numbers of its own."""
    if not number:
        yield from facts
        return
    nos = {stream.split("/", 2)[2] for stream, *_ in facts if _kind(stream) in _NUMBERED}
    longest_first = "|".join(sorted(map(re.escape, nos), key=len, reverse=True))
    of_case = re.compile(rf"(?<![A-Za-z0-9_.])({longest_first})(?![A-Za-z0-9_.])")
    for stream, version, topic, state in facts:
        if _kind(stream) in _COPIED:
            other = of_case.sub(rf"\1x{number}", stream)
            if other == stream:  # A deadline of the county's own month.
                continue
            yield other, version, topic, of_case.sub(rf"\1x{number}", state.decode()).encode()
