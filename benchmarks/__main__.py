"""All benchmarks, into docs/benchmarks.md; or, to check, those with a floor: exit code 1 names what falls short.

    python -m benchmarks [--date 2026-11-21] [--without-million]
    python -m benchmarks --check

The rule is one: the median of 5 rounds, in each of which a row and its base are measured one after the other. A round
in which the base ran at less than half its median speed was disturbed, and is measured once more.
"""

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks import console, lag, million, projection, replay, sealing
from benchmarks.side_by_side import QUIET, ROUNDS, Measured, Table, markdown, measured, short_rows
from benchmarks.stores import Stores, stores

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PACKAGES = ("eventsourcing", "msgspec", "psycopg", "SQLAlchemy")
PARTS: tuple[Callable[[Stores], Iterator[tuple[Table, ExitStack]]], ...] = (
    projection.tables,
    lag.tables,
    replay.tables,
    sealing.tables,
    console.tables,
)
HEAD = f"""# Benchmarks

How fast the ledger is read, verified and sealed, and views are built, each against the same done by hand, on the same
machine, in the same round. `make bench` measures all and writes this page; `make bench CHECK=1` measures what has a
floor, and fails where one is not reached.

**The rule.** A floor is held against the median of {ROUNDS} rounds of a row's ratio to its base. In each round a row
and its base are measured one after the other, since a machine's speed drifts. A round in which the base ran at less
than {QUIET:g} of its median speed was disturbed by something else, and is measured once more. Of rates a higher ratio
is better, of times a lower one.

**The base** is what one would write by hand for this one purpose: the driver's own statement, msgspec's decoder of each
fact's type, tuples in bulk; no views, no checks, nothing that could be asked of it besides. *The library's way* is what
eventsourcing does by itself.
"""


def all_tables(made: Stores, *, floors_only: bool) -> Iterator[Measured]:
    """Measure all that there is, or only the rows that have a floor; print each table when it is there."""
    for part in PARTS:
        for table, stack in part(made):
            with stack:
                found = measured(table, floors_only=floors_only)
            print(markdown(found), flush=True)
            yield found


def check() -> int:
    """Measure what has a floor; return 1 if a row falls short of it."""
    with stores() as made:
        return verdict(list(all_tables(made, floors_only=True)))


def verdict(tables: list[Measured]) -> int:
    """Say which rows fall short of their floors; return 1 if there is one."""
    short = short_rows(tables)
    for line in short:
        print(f"未达下限 / falls short: {line}", file=sys.stderr)
    if not short:
        print("全部达到下限 / every floor is reached")
    return 1 if short else 0


def write(on: date, *, with_million: bool) -> int:
    """Measure all, and write the page; return 1 if a row falls short of its floor."""
    with stores() as made:
        with psycopg.connect(made.postgres) as connection:
            server = str(connection.info.parameter_status("server_version"))
        tables = list(all_tables(made, floors_only=False))
    parts = [HEAD, about(on, server), "## Side by side\n", *map(markdown, tables)]
    if with_million:
        print(million.HEAD)
        parts += ["## A million facts\n", million.ABOUT, million.section(million.FACTS)]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    return verdict(tables)


def about(on: date, server: str) -> str:
    """Return what was measured on: in general terms, for figures of another machine are other figures anyway."""
    disk = file_system(Path(tempfile.gettempdir()))
    own = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {on.isoformat()}: {os.cpu_count()} cores, {disk}, {platform.system()}; "
        f"bridgefund {version('bridgefund')}, Python {platform.python_version()}, {own}, "
        f"SQLite {sqlite3.sqlite_version}, PostgreSQL {server}.\n"
    )


def file_system(folder: Path) -> str:
    """Return the kind of file system that a folder is on, as the system calls it."""
    found = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=False)  # noqa: S607
    return found.stdout.strip() or "an unknown file system"


def day_of_commit() -> str:
    """Return the day of the newest commit: figures are of a version, whenever they are taken."""
    words = ["git", "log", "-1", "--format=%cs"]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd=PAGE.parent).stdout.strip()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only what has a floor; exit code 1 if one is not reached")
    parser.add_argument("--date", type=date.fromisoformat, help="the day that the page names (the newest commit's)")
    parser.add_argument("--without-million", action="store_true", help="leave out the million facts (half an hour)")
    given = parser.parse_args()
    if given.check:
        sys.exit(check())
    day = given.date or date.fromisoformat(os.environ.get("BENCH_DATE") or day_of_commit())
    sys.exit(write(day, with_million=not given.without_million))
