"""Many real facts: the five counties' simulated years, copied under new county ids as often as it takes.

A copy is a block: its facts stand together in the log, in their order. The county's id is another one wherever it
stands, in the stream's name and in what is stored; all else is as it was.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path

from benchmarks.stores import Stored
from domain.store import STORE

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "years"
SEED = "1"


def years(folder: Path = KEPT) -> list[tuple[str, Path]]:
    """Return each county with the store of its simulated year, which is played once and kept in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for sample in sorted((ROOT / "samples").glob("*-20[0-9][0-9]")):
        county, _, year = sample.name.rpartition("-")
        store = folder / f"{sample.name}.db"
        if not store.exists():
            _play(county, year, store)
        found.append((county, store))
    return found


def _play(county: str, year: str, store: Path) -> None:
    unfinished = store.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    words = [sys.executable, "-m", "cli.main", "simulate", county, "--year", year, "--seed", SEED]
    subprocess.run([*words, "--store", f"sqlite:///{unfinished}"], cwd=ROOT, check=True)
    unfinished.rename(store)


def facts_of(store: Path) -> list[Stored]:
    """Return the facts of a store in their order, without those that say what the store itself is."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        )
        return [row for row in rows if row[0].rpartition("/")[2] != STORE.kind]


def copied(facts: Sequence[Stored], county: str, number: int) -> Iterator[Stored]:
    """Yield the facts of *county* as those of another one."""
    other = f"{county}-{number}"
    old, new = county.encode(), other.encode()
    for stream, version, topic, state in facts:
        yield stream.replace(county, other), version, topic, state.replace(old, new)


def many(total: int, folder: Path = KEPT) -> Iterator[Stored]:
    """Yield *total* facts."""
    originals = [(county, facts_of(store)) for county, store in years(folder)]

    def endless() -> Iterator[Stored]:
        for number in count(1):
            for county, facts in originals:
                yield from copied(facts, county, number)

    return islice(endless(), total)
