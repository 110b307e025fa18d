"""A report as a page has it: the same tables, cells and charts as its other forms, computed by none of them."""

from dataclasses import dataclass

from console.drawings import Picture, picture
from reports.document import Kind, Report, Row, Table, seen

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}


@dataclass(frozen=True)
class ShownCell:
    """A cell: the lines of what it says, whether it stands among figures, and whether it heads its row."""

    lines: tuple[str, ...]
    is_figure: bool
    is_head: bool = False


@dataclass(frozen=True)
class ShownColumn:
    """A column's head, and whether figures stand below it."""

    name: str
    is_figure: bool


@dataclass(frozen=True)
class ShownRow:
    """A row; a *total* sums up what stands above it."""

    cells: tuple[ShownCell, ...]
    total: bool


@dataclass(frozen=True)
class ShownTable:
    """A table, or what is said where it has no row; *opens* heads a second part that begins with it."""

    title: str
    columns: tuple[ShownColumn, ...]
    rows: tuple[ShownRow, ...]
    notes: tuple[str, ...]
    empty: str
    opens: str


@dataclass(frozen=True)
class ShownReport:
    """A report: every text of it as it may stand on a page, still to be escaped there."""

    heading: str
    unit: str
    mark: str
    as_of: str
    notes: tuple[str, ...]
    tables: tuple[ShownTable, ...]
    pictures: tuple[Picture, ...]


def shown_report(report: Report) -> ShownReport:
    """Return a report as a page has it."""
    return ShownReport(
        seen(report.heading),
        seen(report.unit),
        seen(report.mark),
        seen(report.as_of),
        tuple(map(seen, report.notes)),
        tuple(map(shown_table, report.tables)),
        tuple(map(picture, report.charts)),
    )


def shown_table(table: Table) -> ShownTable:
    """Return a table as a page has it."""
    columns = tuple(ShownColumn(seen(column.name), column.kind is not Kind.TEXT) for column in table.columns)
    rows = tuple(_row(table, row) for row in table.rows)
    notes = tuple(map(seen, table.notes))
    return ShownTable(seen(table.title), columns, rows, notes, seen(table.empty), seen(table.opens))


def _row(table: Table, row: Row) -> ShownRow:
    cells = []
    for n, (text, column) in enumerate(zip(table.shown(row), table.columns, strict=True)):
        is_figure = column.kind is not Kind.TEXT
        # A head that says nothing would be read out as nothing before each figure.
        cells.append(ShownCell(tuple(text.split("\n")), is_figure, n == 0 and not is_figure and bool(text)))
    return ShownRow(tuple(cells), row.total)
