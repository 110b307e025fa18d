"""A filled example to start from: rows in the names of a county's own rules, as a spreadsheet, CSV or TOML."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from domain.policy import Profile
from imports.checking import KINDS, TIERS
from imports.columns import COLUMNS, NEEDED
from imports.faults import NotReadableError, Said
from imports.reading import SUFFIXES
from imports.toml_files import ROW
from imports.xlsx_files import GUIDE, SHEET

ROWS = 36
Cell = str | int | Decimal | date | None
_AMOUNT = "金额（万元）"
_SHOWN = tuple(column for column in COLUMNS if column.id != "unit")  # The heading states the unit.
_WIDTH = 16
_STATUS = {"receipt": "已到账", "project": "已完工", "plan_line": "已下达", "payment": "已支付", "asset": "已移交"}


def example_rows(profile: Profile, year: int, count: int = ROWS) -> Iterator[dict[str, Cell]]:
    """Yield *count* made-up rows, marked as samples, each by the ids of its columns."""
    kinds, tiers = list(KINDS), [names[0] for names in TIERS.values()]
    sources, pools, classes = (
        [item.zh for item in of] or [""] for of in (profile.sources, profile.pools, profile.classes)
    )
    for n in range(count):
        group, place = divmod(n, len(kinds))
        kind = kinds[place]
        no = f"样例-{year}-{group + 1:04d}"
        yield {
            "kind": KINDS[kind],
            "year": year,
            "document_no": f"样例财〔{year}〕{group + 1}号",
            "project_no": "" if kind == "receipt" else no,
            "name": f"样例{KINDS[kind]} {group + 1}",
            "source": sources[group % len(sources)],
            "tier": tiers[group % 4],
            "pool": pools[group % len(pools)],
            "use_class": classes[group % len(classes)],
            "township": f"样例{group % 7 + 1}乡",
            "village": f"样例{group % 31 + 1}村",
            "amount": Decimal(1200 + 37 * n) / 10,
            "unit": "万元",
            "day": date(year, 1, 15) + timedelta(days=n % 330),
            "status": _STATUS[kind],
            "note": "样例",
        }


def write_template(path: Path, profile: Profile, year: int, count: int = ROWS) -> None:
    """Write a filled example to *path*, which must not be there yet.

    Raises:
        NotReadableError: If it is there, cannot be written, or is of no kind that is read here.
    """
    writers = {".xlsx": _xlsx, ".csv": _csv, ".toml": _toml}
    if path.suffix.lower() not in writers:
        kinds = " ".join(SUFFIXES)
        raise NotReadableError(path.name, Said(f"后缀须是：{kinds}", f"its name must end with one of: {kinds}"))
    content = writers[path.suffix.lower()](list(example_rows(profile, year, count)), profile)
    try:
        with path.open("xb") as stream:
            stream.write(content)
    except OSError as e:
        reason = e.strerror or str(e)
        raise NotReadableError(str(path), Said(reason, reason)) from e


def _headings() -> list[str]:
    return [_AMOUNT if column.id == "amount" else column.zh for column in _SHOWN]


def _csv(rows: list[dict[str, Cell]], _: Profile) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_headings())
    writer.writerows([row[column.id] for column in _SHOWN] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # With the mark by which spreadsheets know UTF-8.


def _toml(rows: list[dict[str, Cell]], _: Profile) -> bytes:
    lines = [f"# {column.id}: {column.zh}（{column.about.zh}） / {column.about.en}" for column in COLUMNS]
    for row in rows:
        lines += ["", f"[[{ROW}]]"]
        lines += [f"{name} = {_toml_value(value)}" for name, value in row.items() if value not in ("", None)]
    return ("\n".join(lines) + "\n").encode()


def _toml_value(value: Cell) -> str:
    # A TOML string is written like JSON's; days and numbers stand as they are.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _xlsx(rows: list[dict[str, Cell]], profile: Profile) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(_headings())
    for row in rows:
        sheet.append([row[column.id] for column in _SHOWN])
    for n in range(len(_SHOWN)):
        sheet.cell(1, n + 1).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(n + 1)].width = _WIDTH
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(GUIDE)
    for line in _guide(profile):
        guide.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _guide(profile: Profile) -> Iterator[list[str]]:
    yield ["列 / column", "须有 / needed", "内容", "what stands in it"]
    for column in COLUMNS:
        yield [f"{column.zh} / {column.en}", "✓" if column.id in NEEDED else "", *column.about]
    for title, of in (("来源", profile.sources), ("资金池", profile.pools), ("资金类别", profile.classes)):
        yield []
        yield [title, "", "名称", "id"]
        for item in of:
            yield ["", "", item.zh, item.id]
