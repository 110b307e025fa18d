"""CSV: UTF-8 with or without a byte order mark, or GBK as Chinese spreadsheets write it; headings first."""

import csv
from collections.abc import Iterator
from io import StringIO

from domain.testimony_facts import ROWS_MAX
from imports.faults import Fault, NotReadableError, Said
from imports.table import Line, Table, Unreadable, Value, letters, without_empty

COLUMNS_MAX = 64
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(name: str, content: bytes) -> Table:
    """Return the table in a CSV file.

    Raises:
        NotReadableError: If it is no text of a known kind, or no CSV.
    """
    text, notes = _text(name, content)
    rows = list(_rows(name, text))
    if not rows:
        raise NotReadableError(name, Said("文件是空的", "the file is empty"))
    headings = tuple(heading.strip() for heading in rows[0][1])
    faults: list[Fault] = []
    lines = [_line(name, row, cells, len(headings), faults) for row, cells in rows[1:]]
    full, skipped = without_empty(lines)
    return Table(name, letters(len(headings)), headings, full, tuple(faults), (*notes, *skipped))


def _text(name: str, content: bytes) -> tuple[str, tuple[Said, ...]]:
    if content.startswith(_UTF_16):
        raise NotReadableError(name, Said("是 UTF-16；请另存为 CSV UTF-8", "it is UTF-16: save it as CSV UTF-8"))
    if b"\x00" in content:
        raise NotReadableError(name, Said("不是文本文件", "it is no text"))
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), (Said("不是 UTF-8，按 GBK 读取", "not UTF-8: read as GBK"),)
    except UnicodeDecodeError as e:
        said = Said(f"既不是 UTF-8 也不是 GBK（第 {e.start} 字节）", f"neither UTF-8 nor GBK, at byte {e.start}")
        raise NotReadableError(name, said) from e


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins."""
    reader, begins = csv.reader(StringIO(text, newline=""), strict=True), 1
    try:
        for count, cells in enumerate(reader):
            if count > ROWS_MAX or len(cells) > COLUMNS_MAX:
                raise NotReadableError(name, _too_large(begins))
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as e:
        raise NotReadableError(name, Said(f"第 {begins} 行不是 CSV：{e}", f"line {begins} is no CSV: {e}")) from e


def _too_large(row: int) -> Said:
    return Said(
        f"第 {row} 行：最多 {ROWS_MAX} 行、{COLUMNS_MAX} 列；请分成几个文件",
        f"row {row}: at most {ROWS_MAX} rows and {COLUMNS_MAX} columns; divide the file",
    )


def _line(name: str, row: int, cells: list[str], width: int, faults: list[Fault]) -> Line:
    if any(cell.strip() for cell in cells[width:]):
        said = Said(f"有 {len(cells)} 列，表头只有 {width} 列", f"{len(cells)} cells under {width} headings")
        faults.append(Fault(name, row, "", "", said))
    values: list[Value] = list(cells[:width]) + [None] * (width - len(cells))
    for n, value in enumerate(values):
        if isinstance(value, str) and value.lstrip().startswith("="):
            said = Said("是公式；请改为数值", "a formula: put its value in its place")
            faults.append(Fault(name, row, letters(n + 1)[n], "", said))
            values[n] = Unreadable.CELL
    return Line(row, tuple(values))
