import re
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.worksheet import Worksheet

from domain.testimony_facts import ROWS_MAX
from imports.faults import NotReadableError
from imports.reading import FILE_BYTES_MAX, open_source, read_table
from imports.xlsx_files import UNPACKED_BYTES_MAX
from tests.imports.files import PAYMENT, PLAN_LINE, RECEIPT, checked, saved, set_to, told, workbook


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "旧账.xlsx"


def refused(path: Path) -> str:
    with pytest.raises(NotReadableError) as error:
        checked(path)
    assert error.value.text("zh").startswith(path.name)
    return error.value.text("en")


def test_the_example_is_read_as_it_was_written(path: Path) -> None:
    found = checked(workbook(path))
    assert (found.year, len(found.rows), found.notes) == (2021, 10, ())
    first = found.rows[0]
    assert (first.row, first.kind, first.amount_fen, str(first.stated_on)) == (2, "receipt", 120_000_000, "2021-01-15")
    assert (first.source, first.tier, first.pool) == ("central", "central", "integrated")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (set_to("amount", PAYMENT, "=SUM(L2:L4)"), "数据 row 5 column L (金额（万元）): L5 is a formula"),
        (set_to("name", RECEIPT, '=HYPERLINK("http://x","到账")'), "数据 row 2 column E (名称): E2 is a formula"),
        (set_to("amount", PAYMENT, "#REF!"), "数据 row 5 column L (金额（万元）): L5 is an error, #REF!"),
        (lambda sheet: sheet.merge_cells("O3:O5"), "数据 row 3 column O: O3:O5 are merged cells"),
        (
            set_to("amount", PLAN_LINE, "88元"),
            "数据 row 4 column L (金额（万元）): its unit is stated in different ways",
        ),
        (set_to("amount", PLAN_LINE, -3), "数据 row 4 column L (金额（万元）): -3 must be above zero"),
        (set_to("amount", PLAN_LINE, 0.0000001), "数据 row 4 column L (金额（万元）): 1e-07 wan is not a whole number"),
        (set_to("amount", PLAN_LINE, value=True), "数据 row 4 column L (金额（万元）): True is not an amount"),
        (set_to("day", PAYMENT, "3/5/2021"), "数据 row 5 column M (日期): 3/5/2021 is not a day"),
        (set_to("source", PAYMENT, "省级彩票"), "数据 row 5 column F (来源): the county's rules have no '省级彩票'"),
        (set_to("pool", PAYMENT, "乙账"), "数据 row 5 column H (资金池): the county's rules have no '乙账'"),
        (set_to("class", PAYMENT, "旅游"), "数据 row 5 column I (资金类别): the county's rules have no '旅游'"),
        (set_to("kind", PAYMENT, "合计"), "数据 row 5 column A (类别): '合计' is no kind; there are: receipt, project"),
        (set_to("tier", PAYMENT, "国际"), "数据 row 5 column G (层级): '国际' is no tier"),
        (set_to("year", PAYMENT, 2020), "数据 row 5 column B (年度): 2020, where the file's other rows are of 2021"),
        (set_to("document_no", RECEIPT, None), "数据 row 2 column C (文号): a receipt needs it"),
        (set_to("source", PAYMENT, " "), "数据 row 5 column F (来源): a payment needs it"),
    ],
)
def test_a_fault_is_told_by_sheet_row_and_column(path: Path, change: Callable[[Worksheet], Any], fault: str) -> None:
    [only] = told(workbook(path, change))
    assert only.startswith(fault)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda s: s.row_dimensions.__getitem__(4).__setattr__("hidden", True), "数据 row 4: a hidden or filtered row"),
        (lambda s: s.column_dimensions.__getitem__("H").__setattr__("hidden", True), "数据 column H: a hidden column"),
        (lambda s: setattr(s.parent["说明"], "sheet_state", "hidden"), "说明: a hidden sheet"),
        (lambda s: setattr(s.parent["说明"], "sheet_state", "veryHidden"), "说明: a hidden sheet"),
        (lambda s: s.parent.create_sheet("2020"), "2020: would be left unread"),
        (lambda s: setattr(s.parent.create_sheet("旧"), "sheet_state", "hidden"), "旧: a hidden sheet"),
    ],
)
def test_what_is_hidden_or_would_be_left_unread_is_refused(
    path: Path, change: Callable[[Worksheet], Any], fault: str
) -> None:
    [only] = told(workbook(path, change))
    assert only.startswith(fault)


def test_what_can_be_read_in_one_way_only_is_read(path: Path) -> None:
    changes = (
        set_to("amount", 2, "１，２３４．５"),
        set_to("amount", 4, "1,234.5万元"),
        set_to("day", 4, 44260),
        set_to("day", 5, "２０２１年３月５日"),
        set_to("source", 4, "central"),
        set_to("kind", 6, "asset"),
        set_to("document_no", 6, 12),
        lambda sheet: sheet.insert_rows(7, 2),
    )
    found = checked(workbook(path, *changes))
    assert [row.amount_fen for row in found.rows[:3:2]] == [1_234_500_000] * 2
    assert [str(row.stated_on) for row in found.rows[2:4]] == ["2021-03-05"] * 2
    assert (found.rows[4].document_no, found.rows[4].kind) == ("12", "asset")
    assert [row.row for row in found.rows] == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]
    assert [note.en for note in found.notes] == ["skipped 2 empty rows"]


def test_a_row_that_stands_twice_is_refused_with_the_place_of_the_first(path: Path) -> None:
    def repeat(sheet: Worksheet) -> None:
        sheet.append([cell.value for cell in sheet[3]])

    assert told(workbook(path, repeat)) == ["数据 row 12: it is the same as row 3"]


def test_a_unit_must_be_stated_by_heading_column_or_cell(path: Path) -> None:
    def bare(sheet: Worksheet) -> None:
        sheet["L1"] = "金额"

    assert len(told(workbook(path, bare))) == 10
    with_units = (bare, *(set_to("amount", row, f"{row}{'元' if row % 2 else '万元'}") for row in range(2, 12)))
    assert [row.amount_fen for row in checked(workbook(path.with_name("b.xlsx"), *with_units)).rows[:2]] == [
        2_000_000,
        300,
    ]

    def column(sheet: Worksheet) -> None:
        sheet["P1"] = "金额单位"
        for row in range(2, 12):
            sheet[f"P{row}"] = "元"

    assert checked(workbook(path.with_name("c.xlsx"), bare, column)).rows[0].amount_fen == 12_000
    mixed = told(workbook(path.with_name("d.xlsx"), column))
    assert len(mixed) == 10
    assert all("its unit is stated in different ways: yuan, wan" in fault for fault in mixed)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda s: s.__setitem__("P1", "领导"), ["数据 row 1 column P (领导): there is no such column"]),
        (lambda s: s.__setitem__("O1", "状况"), ["数据 row 1 column O (状况): there is no such column"]),
        (lambda s: s.__setitem__("O1", "状态"), ["数据 row 1 column O (状态): the same column stands in N already"]),
        (lambda s: s.__setitem__("O1", None), ["数据 row 1 column O: a column without a heading has something in it"]),
        (lambda s: s.delete_cols(6), ["数据 row 1: the first row must hold the headings; missing: source"]),
        (
            lambda s: s.__setitem__("L1", "金额（亿元）"),
            ["数据 row 1: the first row must", "数据 row 1 column L (金额（亿元）)"],
        ),
        (lambda s: s.insert_rows(1), ["数据 row 1: the first row must hold the headings"]),
    ],
)
def test_columns_too_many_or_too_few_are_told_and_no_row_is_guessed_at(
    path: Path, change: Callable[[Worksheet], Any], faults: list[str]
) -> None:
    found = told(workbook(path, change))
    for fault in faults:
        assert any(line.startswith(fault) for line in found), found


def test_the_sheet_must_have_its_name(path: Path) -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.title = "Sheet1"

    assert "no sheet '数据'; there are: Sheet1、说明" in refused(workbook(path, rename))


def test_a_sheet_without_rows_says_so(path: Path) -> None:
    assert "it has no rows" in refused(workbook(path, lambda sheet: sheet.delete_rows(2, 100)))
    path.write_bytes(saved(_bare()))
    assert told(path) == [
        "数据 row 1: the first row must hold the headings; missing: kind, year, document_no, name, source, amount, day"
    ]


def _bare() -> Workbook:
    book = Workbook()
    book["Sheet"].title = "数据"
    return book


def test_a_sheet_that_goes_on_for_ever_is_refused(path: Path) -> None:
    workbook(path, lambda sheet: sheet.__setitem__(f"A{ROWS_MAX + 2}", "到账"))
    assert f"goes down to O{ROWS_MAX + 2}, at most {ROWS_MAX} rows" in refused(path)
    wide = path.with_name("wide.xlsx")
    workbook(wide, lambda sheet: sheet.__setitem__("XFD1", "远"))
    assert "goes down to XFD11" in refused(wide)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "it has a password, or is an old .xls"),
        (b"", "no .xlsx workbook"),
        (b"PK\x03\x04 and nothing else", "no .xlsx workbook"),
        ("类别,年度\n".encode(), "no .xlsx workbook"),
        (b"\x00" * 5000, "no .xlsx workbook"),
    ],
)
def test_what_is_no_workbook_says_so(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    assert reason in refused(path)


def test_a_zip_of_something_else_is_no_workbook(path: Path) -> None:
    with ZipFile(path, "w") as package:
        package.writestr("readme.txt", "not a workbook")
    assert "the workbook is damaged" in refused(path)


def repacked(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a workbook."""
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    workbook(path)
    repacked(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * UNPACKED_BYTES_MAX)
    assert path.stat().st_size < FILE_BYTES_MAX
    assert "at most 64 MiB" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_refused_too(path: Path) -> None:
    workbook(path)
    repacked(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 1_000_000)
    raw = bytearray(path.read_bytes())
    # Wherever the size of the unpacked sheet stands, it says 10 bytes.
    with ZipFile(path) as package:
        size = struct.pack("<L", package.getinfo("xl/worksheets/sheet1.xml").file_size)
    path.write_bytes(re.sub(re.escape(size), struct.pack("<L", 10), bytes(raw)))
    assert "workbook" in refused(path)


def test_entities_are_not_expanded(path: Path) -> None:
    workbook(path)
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    repacked(path, "xl/workbook.xml", lambda xml: lol + xml)
    assert "defines XML entities" in refused(path)


def test_too_large_a_file_is_not_read(path: Path) -> None:
    path.write_bytes(b"\x00" * (FILE_BYTES_MAX + 1))
    assert "over 10 MiB" in refused(path)


def test_another_kind_of_file_is_named(tmp_path: Path) -> None:
    for name in ("旧账.xls", "旧账.xlsm", "旧账"):
        with pytest.raises(NotReadableError, match=r"there are: \.xlsx \.csv \.toml"):
            open_source(tmp_path / name)
    with pytest.raises(NotReadableError, match="No such file"):
        open_source(tmp_path / "none.xlsx")


def test_a_workbook_of_1904_counts_its_days_from_its_own_first(path: Path) -> None:
    workbook(path)
    book = load_workbook(path)
    book.epoch = MAC_EPOCH
    for row, number_format in ((PLAN_LINE, "General"), (PAYMENT, "yyyy-mm-dd")):
        cell = book["数据"][f"M{row}"]
        cell.value, cell.number_format = 44260 - 1462, number_format
    book.save(path)
    assert [str(row.stated_on) for row in checked(path).rows[2:4]] == ["2021-03-05"] * 2


def test_the_digest_is_of_the_bytes_and_not_of_the_name(path: Path) -> None:
    workbook(path)
    other = path.with_name("别名.xlsx")
    other.write_bytes(path.read_bytes())
    one, two = open_source(path), open_source(other)
    assert (one.digest, one.name != two.name) == (two.digest, True)
    assert read_table(one).lines == read_table(two).lines
    assert BytesIO(one.content).read(2) == b"PK"
