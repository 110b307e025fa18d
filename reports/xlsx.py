"""A report as a workbook: a sheet for each table, figures as numbers, nothing computed when it is opened."""

import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, count
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from domain.money import BASIS_POINTS, FEN_PER_WAN
from reports.document import Cell, Chart, Kind, Report, Row, Table, code
from reports.drawing import width_of

# As Excel and LibreOffice write them for a Chinese reader.
FORMATS = {
    Kind.MONEY: "[$-804]#,##0.00####",
    Kind.COUNT: "[$-804]#,##0",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.TEXT: "@",
}
HEAD_ROW = 4
TEXT_MAX = 32_767  # Characters that a cell holds.
_TAB_MAX = 31
_TAB_BARRED = re.compile(r"[\\/*?:\[\]']")
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # What XML cannot say.
_WIDE_MAX, _WIDE_MIN = 30.0, 7.0
_FACE = "Calibri"  # Of which a workbook's other cells are: a face of one's own would look patched.
_HEAD_FILL, _TOTAL_FILL = (PatternFill("solid", fgColor=colour) for colour in ("FFE1E1E1", "FFF0F0F0"))
_BOLD, _TITLE = Font(_FACE, bold=True), Font(_FACE, bold=True, size=14)
_MARK = Font(_FACE, bold=True, color="FFB00020")


def xlsx(report: Report, at: datetime) -> bytes:
    """Return the report as a workbook that says it was made *at* a moment."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = _plain(report.heading), "bridgefund"
    book.properties.created = at.replace(tzinfo=None)
    sheets = [_sheet(book, report, table) for table in report.tables]
    for chart in report.charts:
        if 0 <= chart.table < len(sheets) and (chart.bars or chart.curves):
            _draw(sheets[chart.table], report.tables[chart.table], chart)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, report: Report, table: Table) -> Worksheet:
    sheet: Worksheet = book.create_sheet(_tab(table, {tab.lower() for tab in book.sheetnames}))
    _put(sheet, 1, 1, report.heading).font = _TITLE
    about = (part for part in (table.title, report.unit, report.as_of) if part)
    _put(sheet, 2, 1, " · ".join(about))
    _put(sheet, 3, 1, report.mark).font = _MARK
    for n, column in enumerate(table.columns, start=1):
        cell = _put(sheet, HEAD_ROW, n, column.name)
        cell.font, cell.fill = _BOLD, _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, horizontal="left" if column.kind is Kind.TEXT else "right")
    for down, row in enumerate(table.rows, start=HEAD_ROW + 1):
        _row(sheet, down, table, row)
    below = HEAD_ROW + len(table.rows) + 1
    said = (*(() if table.rows else (table.empty,)), *table.notes, *report.notes)
    for down, note in enumerate((one for one in said if one), start=below):
        _put(sheet, down, 1, note)
    _set_up(sheet, report, table)
    return sheet


def _tab(table: Table, taken: set[str]) -> str:
    """Return a tab's name that no other has."""
    name = _TAB_BARRED.sub(" ", _plain(table.name or table.title)).strip()[:_TAB_MAX] or "1"
    numbered = (f"{name[: _TAB_MAX - 4]} {number}" for number in count(2))
    return next(tab for tab in chain((name,), numbered) if tab.lower() not in taken)


def _row(sheet: Worksheet, down: int, table: Table, row: Row) -> None:
    for n, cell in enumerate(row.cells):
        kind = table.kind(row, n)
        put = _put(sheet, down, n + 1, _value(cell, kind), FORMATS[kind])
        if kind is Kind.TEXT:
            figure = table.columns[n].kind is not Kind.TEXT
            put.alignment = Alignment(wrap_text=True, vertical="center", horizontal="right" if figure else "left")
        else:
            put.alignment = Alignment(vertical="center", horizontal="right")
        if row.total:
            put.font, put.fill = _BOLD, _TOTAL_FILL


def _value(cell: Cell, kind: Kind) -> Any:
    """Return what a sheet holds: money as 万元 and shares as parts of one, each exact."""
    match cell, kind:
        case int(), Kind.MONEY:
            return Decimal(cell) / FEN_PER_WAN
        case int(), Kind.PERCENT:
            return Decimal(cell) / BASIS_POINTS
    return cell


def _put(sheet: Worksheet, down: int, across: int, value: Any, number_format: str = "@") -> SheetCell:
    cell = sheet.cell(down, across)
    assert isinstance(cell, SheetCell)
    if not isinstance(value, str):
        cell.value = value
    elif value:
        cell.value = _plain(value)
        # A text that looks like a formula or an error stays one, also after it was edited.
        cell.data_type = "s"
        cell.quotePrefix = value[0] in "=+-@"
    cell.number_format = number_format
    return cell


def _plain(text: str) -> str:
    """Return a text as a sheet can hold it: characters that no workbook can hold stand as their codes."""
    text = _ILLEGAL.sub(lambda found: code(found[0]), text)
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"


def _set_up(sheet: Worksheet, report: Report, table: Table) -> None:
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4.
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    # An ampersand is a code there, and an empty one is none at all.
    texts = ((sheet.oddHeader, report.mark.replace("&", "&&")), (sheet.oddFooter, "&P / &N"))
    for part, text in ((part, text) for part, text in texts if text):
        assert isinstance(part, HeaderFooterItem)
        part.center.text = text
    for n, column in enumerate(table.columns):
        lines = [line for row in table.rows for line in table.shown(row)[n].split("\n")]
        wide = max((width_of(line) for line in (*lines, column.name)), default=0.0) * 1.8 + 2
        sheet.column_dimensions[get_column_letter(n + 1)].width = min(max(wide, _WIDE_MIN), _WIDE_MAX)


def _draw(sheet: Worksheet, table: Table, chart: Chart) -> None:
    """Put a native chart beside the table that it is of; what sums rows up is not in it."""
    last = HEAD_ROW + sum(not row.total for row in table.rows)
    names = Reference(sheet, min_col=1, min_row=HEAD_ROW + 1, max_row=last)
    columns = (*chart.bars, *(curve.column for curve in chart.curves))
    made = BarChart() if chart.bars else LineChart()
    for column in columns:
        made.add_data(Reference(sheet, min_col=column + 1, min_row=HEAD_ROW, max_row=last), titles_from_data=True)
    made.set_categories(names)
    for series, curve in zip(made.series[len(chart.bars) :], chart.curves, strict=True):
        series.smooth = False
        if curve.is_reference:
            series.graphicalProperties.line.dashStyle = "dash"
    made.title, made.height, made.width = chart.title, 9, 20
    # Without it both axes are hidden by newer programs.
    made.x_axis.delete = made.y_axis.delete = False
    # Below what is written: beside it, a printed page would shrink.
    sheet.add_chart(made, f"A{sheet.max_row + 2}")
