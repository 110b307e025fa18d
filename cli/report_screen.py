"""A report on the screen: its tables, or where one is too wide for it, each of its rows as a paragraph."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console

from cli.tables import pairs, table
from doors.texts import t
from reports.document import Kind, Report, Table

_TEXT_MIN = 10  # Below that a text column is a column of single characters.
_BETWEEN = 3


def show(console: Console, report: Report) -> None:
    """Print a report."""
    console.print(report.heading)
    if report.unit:
        console.print(report.unit)
    for one in report.tables:
        console.print()
        console.print(one.title)
        _print(console, one)
    for note in report.notes:
        console.print(note)


def _print(console: Console, one: Table) -> None:
    if not one.rows:
        console.print(one.empty)
    elif _least_width(one) > console.width:
        for line in _paragraphs(one):
            console.print(line)
    else:
        right = tuple(column.name for column in one.columns if column.kind is not Kind.TEXT)
        made = table(*(column.name for column in one.columns), right=right)
        for row in one.rows:
            made.add_row(*one.shown(row), style="bold" if row.total else None)
        console.print(made)
    for note in one.notes:
        console.print(note)


def _least_width(one: Table) -> int:
    """Return how wide a screen must be for the table to be read: its figures whole, its texts in short lines."""
    shown = [one.shown(row) for row in one.rows]
    widths = [
        max((cell_len(line) for texts in shown for line in texts[n].split("\n")), default=0)
        for n in range(len(one.columns))
    ]
    least = (
        min(width, _TEXT_MIN) if column.kind is Kind.TEXT else max(width, cell_len(column.name))
        for column, width in zip(one.columns, widths, strict=True)
    )
    return sum(least) + _BETWEEN * (len(one.columns) - 1)


def _paragraphs(one: Table) -> Iterator[str]:
    names = [column.name for column in one.columns]
    for row in one.rows:
        first, *rest = one.shown(row)
        flat = (text.replace("\n", " ") for text in rest)
        yield f"{first}  {t('；', '; ').join(pairs(zip(names[1:], flat, strict=True)))}"
