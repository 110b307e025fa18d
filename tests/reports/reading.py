"""What a cell of a document should look like in each form, and reading it back."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from reports.document import Cell, Kind, shown

SPACE = re.compile(r"[\s\u200b]+")  # And where a long word may be parted.
HEAD_ROW = 4


def squeezed(text: str) -> str:
    """Return a text without the spaces that a line's end may add or take."""
    return SPACE.sub("", text)


def kind_of(table: dict[str, Any], row: dict[str, Any], n: int) -> Kind:
    """Return what stands in a cell of a document's JSON."""
    of_column = Kind(table["columns"][n]["kind"])
    if of_column is Kind.TEXT or (isinstance(row["cells"][n], str) and of_column is not Kind.DATE):
        return Kind.TEXT
    return Kind(row["kind"]) if "kind" in row else of_column


def texts(table: dict[str, Any], row: dict[str, Any]) -> list[str]:
    """Return a row of a document's JSON as people read it."""
    cells: list[Cell] = row["cells"]
    return [shown(cell, kind_of(table, row, n)) for n, cell in enumerate(cells)]


def in_sheet(cell: object, kind: Kind) -> object:
    """Return a value of a sheet as the document has it: whole fen, basis points, days as ISO."""
    match cell, kind:
        case ((int() | float()), Kind.MONEY):
            return _whole(cell, 1_000_000)
        case ((int() | float()), Kind.PERCENT):
            return _whole(cell, 10_000)
        case datetime(), _:
            return cell.date().isoformat()
        case date(), _:
            return cell.isoformat()
    return cell


def _whole(number: float, parts: int) -> int:
    exact = Decimal(repr(number)) * parts
    assert exact == exact.to_integral_value(), number
    return int(exact)


def sheets(path: Path) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each sheet below its head."""
    book = load_workbook(path)
    return [list(sheet.iter_rows(min_row=HEAD_ROW + 1, values_only=True)) for sheet in book.worksheets]
