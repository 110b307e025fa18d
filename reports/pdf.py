"""A report as PDF: Typst lays out the paper of `report.typ`; the font comes with us and is embedded."""

import json
import unicodedata
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTCollection  # type: ignore[import-untyped]

from reports.document import Chart, Column, Kind, Report, Row, Table, code, seen
from reports.drawing import width_of

FONT = "noto_cjk_sans_otc"  # The package that brings it.
PAPER = Path(__file__).with_name("report.typ")
# In characters of the table's own size: what a line of an A4 page on its side holds at 8.5 points.
_PAGE_WIDTH = 88.0
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_TEXT_MAX = 22.0
_HEAD_MAX, _SPARE = 7.0, 0.5  # Of figures, and of what is beside a line.
_SHORT = 9.0  # A text column that is no wider takes what it needs; the longer ones share what is left.
_LINES_TOGETHER = 14  # A table of no more lines stays on one page; a higher one would lose rows there.
_TALL = 400  # Characters: a row that might fill a page may be parted.
# Letters that our font may lack and those inside Typst have: of Latin, Greek, Cyrillic, and plain Arabic.
_ELSEWHERE = (range(0x500), range(0x621, 0x63B), range(0x640, 0x64B))
_SHAPELESS = {"Cf", "Mn", "Zl", "Zp", "Zs"}  # Classes of characters that are no box where they are not known.


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that a paper may use: ours, and those inside Typst; none of the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(files(FONT))])


@cache
def known() -> frozenset[int]:
    """Return the codes of the characters that our font has."""
    (path,) = (str(file) for file in files(FONT).iterdir() if file.name.endswith(".ttc"))
    with TTCollection(path, lazy=True) as faces:
        face = next(face for face in faces.fonts if face["name"].getDebugName(1) == "Noto Sans CJK SC")
        return frozenset(face.getBestCmap())


def _lacks(character: str) -> bool:
    number = ord(character)
    if number in known() or any(number in letters for letters in _ELSEWHERE):
        return False
    return unicodedata.category(character) not in _SHAPELESS


def pdf(report: Report, lang: str, at: datetime) -> bytes:
    """Return the report as a PDF that says it was made *at* a moment: of the same facts the same file.

    A character that no font has stands as its code: an empty box would not say what is missing.
    """
    data = json.dumps(_paper(report, lang), ensure_ascii=False)
    data = data.translate({ord(one): code(one) for one in set(data) if _lacks(one)})
    made = typst.compile(
        PAPER.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"report": data},
        format="pdf",
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)
    return made


def _paper(report: Report, lang: str) -> dict[str, Any]:
    return {
        "lang": lang,
        "heading": seen(report.heading),
        "unit": report.unit,
        "mark": report.mark,
        "as_of": report.as_of,
        "tables": [_table(table) for table in report.tables],
        "charts": [_chart(chart) for chart in report.charts],
        "notes": [seen(note) for note in report.notes],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {"title": chart.title, "note": chart.note, "table": chart.table, "drawing": chart.drawing.data()}


def _table(table: Table) -> dict[str, Any]:
    shown = [table.shown(row) for row in table.rows]
    needs = [_need(table, n, shown) for n in range(len(table.columns))]
    size = _size(table.columns, needs)
    return {
        "title": seen(table.title),
        "empty": table.empty,
        "opens": seen(table.opens),
        "notes": [seen(note) for note in table.notes],
        "size": size,
        "together": sum(needs) + len(needs) <= _PAGE_WIDTH and _lines(shown) <= _LINES_TOGETHER,
        "widths": _widths(table.columns, needs),
        "head": [{"text": seen(column.name), "figure": column.kind is not Kind.TEXT} for column in table.columns],
        "rows": [_cells(table, row, texts) for row, texts in zip(table.rows, shown, strict=True)],
    }


def _lines(shown: list[tuple[str, ...]]) -> float:
    """Return about how many lines a table takes: a row as many as its longest cell."""
    return sum(max(sum(1 + width_of(line) // _TEXT_MAX for line in text.split("\n")) for text in row) for row in shown)


def _cells(table: Table, row: Row, texts: tuple[str, ...]) -> list[dict[str, Any]]:
    tall = any(len(text) > _TALL for text in texts)
    figures = (table.columns[n].kind is not Kind.TEXT for n in range(len(texts)))
    return [
        {"text": text, "figure": figure, "total": row.total, "tall": tall}
        for text, figure in zip(texts, figures, strict=True)
    ]


def _need(table: Table, column: int, shown: list[tuple[str, ...]]) -> float:
    """Return how many characters wide a column wants to be: its longest line; the head of figures may wrap."""
    head = width_of(table.columns[column].name)
    longest = max((width_of(line) for texts in shown for line in texts[column].split("\n")), default=0.0)
    if table.columns[column].kind is Kind.TEXT:
        return min(max(longest, head), _TEXT_MAX)
    return max(longest, min(head, _HEAD_MAX)) + _SPARE


def _widths(columns: tuple[Column, ...], needs: list[float]) -> list[tuple[float, float]]:
    """Return each column's share of what is left and its own width; short texts have neither and take what they need.

    One column at least takes a share, so that every table is as wide as its page.
    """
    texts = [need for column, need in zip(columns, needs, strict=True) if column.kind is Kind.TEXT]
    least = min(_SHORT, max(texts, default=0.0) - 0.01)
    return [
        (0, need) if column.kind is not Kind.TEXT else (need + _SPARE, 0) if need > least else (0, 0)
        for column, need in zip(columns, needs, strict=True)
    ]


def _size(columns: tuple[Column, ...], needs: list[float]) -> float:
    """Return the largest size at which all figures and enough of the texts fit beside each other."""
    wanted = sum(
        need if column.kind is not Kind.TEXT else min(need, _TEXT_MAX / 2)
        for column, need in zip(columns, needs, strict=True)
    ) + len(columns)
    return next((size for size in _SIZES if wanted <= _PAGE_WIDTH * _SIZES[0] / size), _SIZES[-1])
