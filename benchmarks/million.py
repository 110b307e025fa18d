"""A million facts: the views brought to their end, then every view built anew beside them and compared row for row.

    python -m benchmarks.million [--facts 1000000] [--kind SQLite --kind PostgreSQL]

The facts are the five counties' simulated years, copied under new county ids (`benchmarks/years.py`): always the same.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from benchmarks.stores import KINDS, Stores, put_in, stores
from benchmarks.years import many
from domain.ledger import Ledger
from projections.rebuilding import Rebuilt, rebuild
from projections.runner import Told, catch_up, parked
from projections.store import views_engine
from projections.views import VIEWS

FACTS = 1_000_000
ABOUT = """The five counties' simulated years (seed 1), copied under new county ids until there are so many facts. All
views are brought to the log's end; then all are built anew beside the live ones in one pass, each is compared with its
live one row for row, and put in its place.
"""


@dataclass
class Timed:
    """What was done to how many facts, and how long it took."""

    kind: str
    what: str
    facts: int
    seconds: float
    rows: int = 0

    def markdown(self) -> str:
        """Return its line of the table."""
        rows = f"{self.rows:,}" if self.rows else ""
        return f"| {self.kind} | {self.what} | {self.seconds:,.1f} | {self.facts / self.seconds:,.0f} | {rows} |"


HEAD = "| store | what | seconds | facts/s | rows |\n|---|---|--:|--:|--:|"


def measured(made: Stores, kind: str, facts: int) -> Iterator[Timed]:
    """Fill a store, catch up, rebuild every view; yield how long each took.

    Raises:
        SystemExit: If a rebuilt view differs from the live one, or a fact could not be taken in.
    """
    url = made.fresh(kind)
    with Ledger(url) as ledger:
        table: str = ledger.recorder.events_table_name  # type: ignore[attr-defined]
        yield timed(kind, "facts put in, in bulk", facts, lambda _: put_in(url, table, many(facts)))
        engine = views_engine(url)
        yield timed(
            kind, f"all {len(VIEWS)} views caught up", facts, lambda told: catch_up(ledger, engine, VIEWS, told=told)
        )
        assert not parked(engine), parked(engine)[:5]
        yield rebuilt(kind, ledger, engine, facts)
        engine.dispose()
    made.drop(url)


def rebuilt(kind: str, ledger: Ledger, engine: Engine, facts: int) -> Timed:
    """Build every view anew, in one pass, and see that each is what it was."""
    found: list[Rebuilt] = []
    what = f"all {len(VIEWS)} views rebuilt beside, compared row for row, and swapped"
    took = timed(kind, what, facts, lambda told: found.extend(rebuild(ledger, engine, *VIEWS, told=told)))
    for one in found:
        if not one.compared or one.differences or one.parked or one.position != facts:
            sys.exit(f"{kind}: {one}")
    assert [one.view for one in found] == [view.name for view in VIEWS]
    took.rows = sum(one.rows for one in found)
    return took


def timed(kind: str, what: str, facts: int, work: Callable[[Told], object]) -> Timed:
    """Do *work*, with a bar, and return how long it took."""
    with bar(f"{kind}: {what}") as told:
        began = time.perf_counter()
        work(told)
        return Timed(kind, what, facts, time.perf_counter() - began)


@contextmanager
def bar(what: str) -> Iterator[Told]:
    """Show how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda position, end: shown.update(task, completed=position, total=end)


def section(facts: int, kinds: Sequence[str] = KINDS) -> str:
    """Measure, print each line as it comes, and return the section of docs/benchmarks.md."""
    lines = [HEAD]
    with stores() as made:
        for kind in kinds:
            for one in measured(made, kind, facts):
                lines.append(one.markdown())
                print(lines[-1], flush=True)
    said = "Every rebuilt view was equal to the live one, row for row; no fact was laid aside."
    return f"### {facts:,} facts\n\n" + "\n".join(lines) + f"\n\n{said}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--kind", choices=KINDS, action="append")
    given = parser.parse_args()
    print(HEAD)
    section(given.facts, given.kind or KINDS)
