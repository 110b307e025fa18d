"""The file of rows that go to a system outside (外部系统待报): as .json, .csv or .xlsx, the same at both doors."""

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

from domain.money import yuan
from domain.outbox_facts import RowQueued
from domain.sealed import each_text, reference_of, said
from doors.texts import t
from doors.vault import Say

COLUMNS = {
    "row_no": ("行号", "row"),
    "entry": ("事项", "entry"),
    "on": ("日期", "day"),
    "about": ("案件", "case"),
    "amount": ("金额（元）", "amount (yuan)"),
    "reverses": ("冲销行", "reverses row"),
    "again": ("代替行", "in place of row"),
    "note": ("说明", "note"),
    "fact": ("依据事实", "rests on"),
    "command_id": ("命令编号", "command"),
}


def file_of(form: str, rows: list[RowQueued], say: Say = reference_of) -> bytes:
    """Return rows as a file of a form of `FORMS`, with what is sealed in them as *say* says it."""
    return FORMS[form](rows, say)


def _json(rows: list[RowQueued], say: Say) -> bytes:
    data = each_text([data_of(row) for row in rows], lambda _, text: said(text, say))
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _csv(rows: list[RowQueued], say: Say) -> bytes:
    stream = StringIO(newline="")
    csv.writer(stream).writerows([[said(str(cell), say) for cell in line] for line in _lines(rows)])
    return stream.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[RowQueued], say: Say) -> bytes:
    import openpyxl  # noqa: PLC0415 - loaded when it is first asked for: it takes a while

    book, stream = openpyxl.Workbook(), BytesIO()
    sheet = book.worksheets[0]
    for line in _lines(rows):
        sheet.append(each_text(line, lambda _, text: said(text, say)))
    sheet.freeze_panes = "A2"
    book.save(stream)
    return stream.getvalue()


FORMS: dict[str, Callable[[list[RowQueued], Say], bytes]] = {"xlsx": _xlsx, "csv": _csv, "json": _json}


def _lines(rows: list[RowQueued]) -> list[list[Any]]:
    names = list(dict.fromkeys(name for row in rows for name, _ in row.row.words))
    lines: list[list[Any]] = [[*(t(*name) for name in COLUMNS.values()), *names]]
    for row in rows:
        data, words = data_of(row), dict(row.row.words)
        fen = row.row.amount_fen
        data["amount"] = "" if fen is None else yuan(fen)
        lines.append([*(data[column] for column in COLUMNS), *(words.get(name, "") for name in names)])
    return lines


def data_of(row: RowQueued) -> dict[str, Any]:
    """Return a row as data, each value under the name of its column."""
    told = row.row
    return {
        "row_no": row.row_no,
        "entry": told.entry,
        "on": row.act.occurred_on.isoformat(),
        "about": told.about,
        "amount_fen": told.amount_fen,
        "reverses": told.reverses or "",
        "again": told.again or "",
        "note": told.note,
        "fact": f"{told.stream} {told.fact}",
        "command_id": row.act.command_id,
        "words": dict(told.words),
    }
