"""A report as a document: what it is called, its tables with typed columns, and its charts.

The screen, JSON, XLSX and PDF are made of it and compute nothing, so that all four show the same figures.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from domain.money import BASIS_POINTS, wan
from reports.drawing import Drawing

T = TypeVar("T")
PER_CENT = BASIS_POINTS // 100
# What has no shape of its own, and turns, hides or moves what stands beside it: controls, and marks of direction.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Kind(StrEnum):
    """What a figure is. A text may stand in any column, where there is no figure to show."""

    TEXT = "text"
    MONEY = "fen"  # Whole fen, shown in 万元.
    COUNT = "count"
    PERCENT = "bp"  # Basis points, shown in percent with two places.
    DATE = "date"


Cell = str | int | date | None


@dataclass(frozen=True)
class Column:
    """A column: its head, and what its figures are."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Row:
    """A row of cells; *kind* is of its figures where that is not their columns', as in a table that lies on its side.

    A *total* sums up what stands above it: a value, as all others, and no formula.
    """

    cells: tuple[Cell, ...]
    kind: Kind | None = None
    total: bool = False


@dataclass(frozen=True)
class Curve:
    """A line over the rows of a table: which of its columns, and whether it is there for comparison only."""

    column: int
    is_reference: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture of what a table says: drawn in the PDF, and in XLSX a chart of its own over the table's cells.

    *bars* and *curves* are columns of the table at *table*; without any there is no native chart. *name* says which
    picture it is, for a door that can draw the same figures by itself.
    """

    title: str
    drawing: Drawing
    note: str = ""
    table: int = -1
    bars: tuple[int, ...] = ()
    curves: tuple[Curve, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Table:
    """A table: rows under one head. *empty* is said where it has none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    empty: str = ""
    name: str = ""  # Short, as a sheet's tab has it; else the title.
    opens: str = ""  # The heading of a second part, in another language, that begins with it on a page of its own.

    def __post_init__(self) -> None:
        """Check that the table is one."""
        assert all(len(row.cells) == len(self.columns) for row in self.rows), self.title

    def kind(self, row: Row, column: int) -> Kind:
        """Return what stands in a cell: a text is one wherever it stands."""
        cell, kind = row.cells[column], self.columns[column].kind
        if isinstance(cell, str):
            return Kind.TEXT
        return row.kind if row.kind is not None and kind is not Kind.TEXT else kind

    def worded(self, words: Callable[[str], str]) -> "Table":
        """Return it with each of its texts changed."""
        rows = (
            replace(row, cells=tuple(words(cell) if isinstance(cell, str) else cell for cell in row.cells))
            for row in self.rows
        )
        return replace(self, title=words(self.title), rows=tuple(rows), notes=tuple(map(words, self.notes)))

    def shown(self, row: Row) -> tuple[str, ...]:
        """Return a row as people read it."""
        return tuple(shown(cell, self.kind(row, n)) for n, cell in enumerate(row.cells))


@dataclass(frozen=True)
class Report:
    """A report: of which county, of which year or month, as of which day, and what it says."""

    name: str  # As the command line calls it.
    title: str
    county: str
    period: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    unit: str = ""  # In which money is shown.
    mark: str = ""  # On every page of what comes from a sample store.
    as_of: str = ""

    @property
    def heading(self) -> str:
        """Return whose report of when it is."""
        return " ".join(part for part in (self.county, self.period, self.title) if part)

    def marked(self, mark: str, as_of: str) -> "Report":
        """Return it with what the store says of itself: whether it is a sample, and up to when it reaches."""
        return replace(self, mark=mark, as_of=as_of)

    def worded(self, words: Callable[[str], str]) -> "Report":
        """Return it with each text of its tables and notes changed."""
        tables = tuple(table.worded(words) for table in self.tables)
        return replace(self, title=words(self.title), tables=tables, notes=tuple(map(words, self.notes)))

    def data(self) -> dict[str, Any]:
        """Return the document as JSON has it: fen, counts and basis points as whole numbers, days as ISO."""
        return {
            "name": self.name,
            "title": self.title,
            "county": self.county,
            "period": self.period,
            "unit": self.unit,
            "as_of": self.as_of,
            "tables": [_data(table) for table in self.tables],
            "charts": [chart.title for chart in self.charts],
            "notes": list(self.notes),
        }


def shown(cell: Cell, kind: Kind) -> str:
    """Return a cell as people read it."""
    match cell, kind:
        case None, _:
            return ""
        case int(), Kind.MONEY:
            return wan(cell)
        case int(), Kind.COUNT:
            return f"{cell:,}"
        case int(), Kind.PERCENT:
            sign = "-" if cell < 0 else ""
            return f"{sign}{abs(cell) // PER_CENT}.{abs(cell) % PER_CENT:02}%"
        case date(), _:
            return cell.isoformat()
    return seen(str(cell))


def seen(text: str) -> str:
    """Return a text in which every control character stands as its code, such as ‹U+202E›, and does nothing."""
    return _UNSEEN.sub(lambda found: code(found[0]), text)


def code(character: str) -> str:
    """Return a character's code, for where it cannot stand itself."""
    return f"‹U+{ord(character):04X}›"


def bp(rate: str | None) -> int | None:
    """Return a rate such as `98.28%` in basis points."""
    return None if rate is None else int(rate.removesuffix("%").replace(".", ""))


def total_row(label: str, rows: Sequence[T], figures: Iterable[Callable[[T], Cell] | None]) -> Row:
    """Return the row below *rows*: the sum of each figure that can be summed, and nothing below the others."""
    return Row((label, *(_sum(rows, figure) if figure else None for figure in figures)), total=True)


def _sum(rows: Sequence[T], figure: Callable[[T], Cell]) -> int | None:
    """Return the sum of what there is; of nothing there is none, not zero."""
    found = [value for row in rows if isinstance(value := figure(row), int)]
    return sum(found) if found else None


def _data(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [{"name": column.name, "kind": column.kind.value} for column in table.columns],
        "rows": [_row(row) for row in table.rows],
        "notes": list(table.notes),
    }


def _row(row: Row) -> dict[str, Any]:
    cells = [cell.isoformat() if isinstance(cell, date) else cell for cell in row.cells]
    of = {"kind": row.kind.value} if row.kind else {}
    return {"cells": cells, **of, **({"total": True} if row.total else {})}
