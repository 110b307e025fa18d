"""Rows measured side by side: each in the same round as its base, so that a busy machine slows both."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

# The rule: a floor is held against the median of this many rounds.
ROUNDS = 5
# A round whose base ran at less than this share of its median was disturbed, and is measured once more.
QUIET = 0.5

Measure = Callable[[], float]
Sense = Literal["at least", "at most"]


@dataclass(frozen=True)
class Floor:
    """What the ratio of a row to its base must be."""

    sense: Sense
    ratio: float

    def holds(self, ratio: float) -> bool:
        """Return whether *ratio* will do."""
        return ratio >= self.ratio if self.sense == "at least" else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{'≥' if self.sense == 'at least' else '≤'} {self.ratio:g}"


@dataclass(frozen=True)
class Row:
    """One way to do the thing: *measure* does it once and returns its figure."""

    name: str
    measure: Measure
    floor: Floor | None = None


@dataclass(frozen=True)
class Table:
    """A thing that can be done in several ways; the *base* is the one that the others are measured by."""

    title: str
    unit: str
    base: Row
    rows: tuple[Row, ...]


@dataclass
class Figures:
    """What the rounds of one row brought."""

    name: str
    floor: Floor | None
    values: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return the ratio that the floor is held against."""
        return statistics.median(self.ratios)

    def short(self) -> bool:
        """Return whether the row falls short of its floor."""
        return self.floor is not None and not self.floor.holds(self.ratio)


@dataclass(frozen=True)
class Measured:
    """A table with its figures: the base's first."""

    title: str
    unit: str
    figures: tuple[Figures, ...]


def short_rows(tables: Iterable[Measured]) -> list[str]:
    """Return a line for each row that falls short of its floor: which, by how much."""
    return [
        f"{table.title}: {row.name}: {row.ratio:.2f} ({row.floor}; {len(row.ratios)} rounds, "
        f"{min(row.ratios):.2f}-{max(row.ratios):.2f})"
        for table in tables
        for row in table.figures
        if row.short()
    ]


def measured(table: Table, rounds: int = ROUNDS, *, floors_only: bool = False) -> Measured:
    """Measure a *table*: its base and its rows in turn, round by round; or only the rows that have a floor."""
    rows = [row for row in table.rows if row.floor or not floors_only]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(table.title, total=rounds * (len(rows) + 1))
        taken = [_round(table.base, rows, n, lambda: bar.advance(task)) for n in range(rounds)]
        usual = statistics.median(values[0] for values in taken)
        disturbed = [n for n, values in enumerate(taken) if is_disturbed(values[0], usual, table.unit)]
        bar.update(task, total=(rounds + len(disturbed)) * (len(rows) + 1))
        for n in disturbed:
            taken[n] = _round(table.base, rows, n, lambda: bar.advance(task))
    return Measured(table.title, table.unit, _figures(table.base, rows, taken))


def is_disturbed(base: float, usual: float, unit: str) -> bool:
    """Return whether a round's *base* says that the machine was busy with something else."""
    # Of a rate little is slow, of a time much.
    return base < QUIET * usual if unit.endswith("/s") else base * QUIET > usual


def _round(base: Row, rows: Sequence[Row], number: int, told: Callable[[], None]) -> list[float]:
    # Forth and back in turn, so that no row always comes first.
    order = [base, *rows][:: 1 if number % 2 == 0 else -1]
    values = {}
    for row in order:
        values[row.name] = row.measure()
        told()
    return [values[row.name] for row in (base, *rows)]


def _figures(base: Row, rows: Sequence[Row], taken: Sequence[Sequence[float]]) -> tuple[Figures, ...]:
    found = tuple(Figures(row.name, row.floor) for row in (base, *rows))
    for values in taken:
        for figures, value in zip(found, values, strict=True):
            figures.values.append(value)
            figures.ratios.append(value / values[0])
    return found


def markdown(table: Measured) -> str:
    """Return a table as it stands in docs/benchmarks.md."""
    lines = [
        f"### {table.title} ({table.unit})\n",
        "| way | min | median | max | ratio to the first: min / median / max | floor |",
        "|---|--:|--:|--:|---|---|",
    ]
    for row in table.figures:
        low, middle, high = min(row.values), statistics.median(row.values), max(row.values)
        ratios = f"{min(row.ratios):.2f} / {row.ratio:.2f} / {max(row.ratios):.2f}"
        figures = " | ".join(map(figure, (low, middle, high)))
        lines.append(f"| {row.name} | {figures} | {ratios} | {row.floor or ''} |")
    return "\n".join(lines) + "\n"


def figure(value: float) -> str:
    """Return a figure with as many digits as it is worth."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
