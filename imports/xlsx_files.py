"""Spreadsheets (.xlsx): what stands in one sheet's cells; what hides, joins or computes is refused by name."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from warnings import catch_warnings, simplefilter
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.testimony_facts import ROWS_MAX
from imports.csv_files import COLUMNS_MAX
from imports.faults import Fault, NotReadableError, Said
from imports.table import Line, Table, Unreadable, Value, without_empty

SHEET, GUIDE = "数据", "说明"
UNPACKED_BYTES_MAX = 64 * 2**20
PARTS_MAX = 1_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # How encrypted workbooks begin, and those of before 2007.
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


def read_xlsx(name: str, content: bytes) -> Table:
    """Return the table on the sheet `数据` of a workbook, or on its only one.

    Raises:
        NotReadableError: If it is no workbook, is encrypted, unpacks to too much, or has no such sheet.
    """
    _check_package(name, content)
    book = _book(name, content)
    sheet = _sheet(name, book)
    if sheet.max_row > ROWS_MAX + 1 or sheet.max_column > COLUMNS_MAX:
        raise NotReadableError(name, _too_large(sheet))
    faults = [*_left_unread(book, sheet.title), *_hidden(sheet), *_merged(sheet)]
    columns = tuple(get_column_letter(n + 1) for n in range(sheet.max_column))
    headings: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = tuple(_value(cell, number, headings, faults) for cell in cells)
        if number == 1:
            headings = tuple("" if value in (None, Unreadable.CELL) else str(value).strip() for value in values)
        else:
            lines.append(Line(number, values))
    full, skipped = without_empty(lines)
    return Table(sheet.title, columns, headings, full, tuple(faults), skipped, book.epoch)


def _check_package(name: str, content: bytes) -> None:
    """Refuse what is no workbook before anything in it is believed. No part unpacks to more than its entry says."""
    if content.startswith(_OLE):
        said = (
            "有密码或是旧版 .xls；请去掉密码，另存为 .xlsx",
            "it has a password, or is an old .xls: save it as .xlsx without one",
        )
        raise NotReadableError(name, Said(*said))
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > PARTS_MAX or unpacked > UNPACKED_BYTES_MAX:
                most = UNPACKED_BYTES_MAX // 2**20
                said = f"解开后 {unpacked} 字节，最多 {most} MiB", f"it unpacks to {unpacked} bytes, at most {most} MiB"
                raise NotReadableError(name, Said(*said))
            if any(mark in package.read(part) for part in parts for mark in _ENTITIES):
                raise NotReadableError(name, Said("含有 XML 实体定义，不予读取", "it defines XML entities: not read"))
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as e:
        raise NotReadableError(name, Said(f"不是 .xlsx 工作簿：{e}", f"it is no .xlsx workbook: {e}")) from e


def _book(name: str, content: bytes) -> Workbook:
    try:
        with catch_warnings():
            simplefilter("ignore")  # Of styles and extensions that openpyxl leaves out; no cell is among them.
            return load_workbook(BytesIO(content), keep_links=False)
    except Exception as e:  # A file may break its reader anywhere, and it is the file that is at fault.
        raise NotReadableError(name, Said(f"工作簿损坏：{e}", f"the workbook is damaged: {e}")) from e


def _sheet(name: str, book: Workbook) -> Worksheet:
    there = "、".join(book.sheetnames)
    only = book.worksheets[0] if len(book.sheetnames) == len(book.worksheets) == 1 else None
    sheet = book[SHEET] if SHEET in book.sheetnames else only
    if not isinstance(sheet, Worksheet):
        raise NotReadableError(
            name, Said(f"没有工作表“{SHEET}”；有：{there}", f"no sheet {SHEET!r}; there are: {there}")
        )
    return sheet


def _too_large(sheet: Worksheet) -> Said:
    last = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
    return Said(
        f"{sheet.title} 一直到 {last}，最多 {ROWS_MAX} 行、{COLUMNS_MAX} 列；请删去表外的空行空列，或分成几个文件",
        f"{sheet.title} goes down to {last}, at most {ROWS_MAX} rows and {COLUMNS_MAX} columns: "
        "delete the empty rows and columns beyond the table, or divide the file",
    )


def _left_unread(book: Workbook, read: str) -> Iterator[Fault]:
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield Fault(
                sheet.title, 0, "", "", Said("是隐藏的工作表；请取消隐藏或删去", "a hidden sheet: show it or delete it")
            )
        elif sheet.title not in (read, GUIDE):
            said = Said(f"不会读取：只读“{SHEET}”；请删去", f"would be left unread, only {SHEET!r} is read: delete it")
            yield Fault(sheet.title, 0, "", "", said)


def _hidden(sheet: Worksheet) -> Iterator[Fault]:
    for number, row in sheet.row_dimensions.items():
        if row.hidden and number <= sheet.max_row:
            said = Said("是隐藏的行（或被筛选）；请取消隐藏", "a hidden or filtered row: show it")
            yield Fault(sheet.title, number, "", "", said)
    for letter, column in sheet.column_dimensions.items():
        if column.hidden and (column.min or 0) <= sheet.max_column:
            yield Fault(sheet.title, 0, letter, "", Said("是隐藏的列；请取消隐藏", "a hidden column: show it"))


def _merged(sheet: Worksheet) -> Iterator[Fault]:
    for cells in sheet.merged_cells.ranges:
        said = Said(f"{cells.coord} 是合并单元格；请取消合并", f"{cells.coord} are merged cells: divide them")
        yield Fault(sheet.title, cells.min_row, get_column_letter(cells.min_col), "", said)


def _value(cell: Any, row: int, headings: tuple[str, ...], faults: list[Fault]) -> Value:
    value: Value = cell.value
    if cell.data_type == TYPE_FORMULA:
        said = Said(
            f"{cell.coordinate} 是公式；请改为数值", f"{cell.coordinate} is a formula: put its value in its place"
        )
    elif cell.data_type == TYPE_ERROR:
        said = Said(f"{cell.coordinate} 是错误值 {value}", f"{cell.coordinate} is an error, {value}")
    else:
        return value
    heading = headings[cell.column - 1] if headings else ""
    faults.append(Fault(cell.parent.title, row, cell.column_letter, heading, said))
    return Unreadable.CELL
