"""Files to import, made of the example's rows with changes, in each of the three kinds."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.policy import Profile, load
from imports.checking import Checked, check
from imports.faults import Fault, FaultyFileError
from imports.reading import open_source, read_table
from imports.template import write_template
from tests.places import ROOT

YEAR = 2021
TODAY = date(2022, 12, 31)
LETTERS = {"kind": "A", "year": "B", "document_no": "C", "project_no": "D", "name": "E", "source": "F", "tier": "G"}
LETTERS |= {"pool": "H", "class": "I", "township": "J", "village": "K", "amount": "L", "day": "M", "status": "N"}
# In the example: row 2 is a receipt, 3 a project, 4 a plan line, 5 a payment, 6 an asset, and so on.
RECEIPT, PROJECT, PLAN_LINE, PAYMENT, ASSET = range(2, 7)


def rules(county: str = "sample") -> Profile:
    """Return a county's rules."""
    return load(ROOT / "policies" / f"{county}.toml").profile


def workbook(path: Path, *changes: Callable[[Worksheet], Any], rows: int = 10) -> Path:
    """Write the example's spreadsheet with *changes* to its sheet."""
    write_template(path, rules(), YEAR, rows)
    book = load_workbook(path)
    for change in changes:
        change(book["数据"])
    book.save(path)
    return path


def set_to(column: str, row: int, value: Any) -> Callable[[Worksheet], None]:
    """Put a value into a cell."""

    def change(sheet: Worksheet) -> None:
        sheet[f"{LETTERS[column]}{row}"] = value

    return change


def checked(path: Path, county: str = "sample", today: date = TODAY) -> Checked:
    """Read and check a file."""
    source = open_source(path)
    return check(source.name, read_table(source), rules(county), today)


def faults(path: Path, county: str = "sample") -> tuple[Fault, ...]:
    """Return what is wrong in a file: each fault in both languages."""
    try:
        checked(path, county)
    except FaultyFileError as e:
        for fault in e.faults:
            assert fault.said.zh
            assert fault.said.en
        return e.faults
    return ()


def told(path: Path, county: str = "sample") -> list[str]:
    """Return what is wrong in a file, in English."""
    return [fault.text("en") for fault in faults(path, county)]


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
