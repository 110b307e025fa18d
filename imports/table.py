"""A sheet as it stands in a file, whatever kind of file: headings, rows with their places, and what is wrong so far."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from imports.faults import Fault, Said


class Unreadable(Enum):
    """Marks a cell about which its reader has told what is wrong already."""

    CELL = "cell"


Value = str | int | float | Decimal | date | Unreadable | None
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days have no zone


@dataclass(frozen=True)
class Line:
    """A row that is not empty, at its place in the file."""

    row: int
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """What a reader found. `columns` are the headings' places: letters, or keys; `notes` say what was made good."""

    sheet: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[Said, ...] = ()
    day_zero: datetime = field(default=EXCEL_DAY_ZERO)


def letters(count: int) -> tuple[str, ...]:
    """Return the names of the first *count* columns, as spreadsheets call them: A to Z, AA, AB and so on."""
    return tuple(_letter(n) for n in range(count))


def is_empty(value: Value) -> bool:
    """Return whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def without_empty(lines: list[Line]) -> tuple[tuple[Line, ...], tuple[Said, ...]]:
    """Return the rows that say something, and a note of how many do not."""
    full = tuple(line for line in lines if not all(is_empty(value) for value in line.values))
    empty = len(lines) - len(full)
    return full, (Said(f"跳过空行 {empty} 行", f"skipped {empty} empty rows"),) if empty else ()


def _letter(n: int) -> str:
    head, last = divmod(n, 26)
    return (_letter(head - 1) if head else "") + chr(ord("A") + last)
