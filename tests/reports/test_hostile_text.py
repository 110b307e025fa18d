"""Whatever somebody typed comes out as itself: as no formula, no markup, and turning nothing around."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.charts import Link, Node, flow
from reports.document import Chart, Column, Kind, Report, Row, Table, shown
from reports.pdf import pdf
from reports.xlsx import TEXT_MAX, xlsx
from tests.reports.reading import squeezed

AT = datetime(2022, 12, 31, 1, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "=cmd|' /C calc'!A0", "#N/A", "'quoted")
MARKUP = (
    "#let x = 1",
    "#panic()",
    "$a^2$",
    "*bold* _it_ `raw`",
    "= Heading",
    "<label> @ref",
    "\\ // /* */ ~",
    "[a](b) --- ...",
    "1. one",
    "\"quotes\" 'here'",
    "]#[",
    "{{}}",
    "&P &amp; <b>",
)
LONG = "很长的名称" * 300 + "a_very_long_word_" * 30
TURNING = ("收款\u202e人", "\u200f右", "\u2066单位\u2069", "响\x07铃", "\x1b[31m红")


def report(*texts: str) -> Report:
    """A report in which every text stands wherever a text may stand."""
    text = texts[0]
    columns = (Column("文字"), Column("金额", Kind.MONEY), Column("日期", Kind.DATE))
    rows = tuple(Row((one, 100_000_000, date(2022, 1, 2))) for one in texts)
    drawing = flow(("a", "b"), [Node("s", text, 0), Node("p", text, 1)], [Link("s", "p", 1_000_000)])
    table = Table("表", columns, rows, (text,), name=text)
    return Report("hostile", "样例", text, "2022", (table,), (text,), (Chart("图", drawing),), "万元", "样例 SAMPLE")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the PDF of all that text says."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.pdf"
    path.write_bytes(pdf(report(*FORMULAS, *MARKUP, LONG, *TURNING, "one\ntwo", "样例·衔接𠮷"), "zh", AT))
    return squeezed("".join(page.extract_text() for page in PdfReader(path).pages))


@pytest.mark.parametrize("text", [*FORMULAS, *MARKUP, "one\ntwo", "样例·衔接𠮷"])
def test_paper_shows_what_was_typed(paper: str, text: str) -> None:
    assert squeezed(f"{text}100.002022-01-02") in paper


def test_paper_shows_a_very_long_text_to_its_end(paper: str) -> None:
    # Where a page ends within it, the next page's head stands between.
    assert (paper.count("很"), paper.count("word_")) == (LONG.count("很"), LONG.count("word_"))


@pytest.mark.parametrize("text", TURNING)
def test_paper_and_screen_show_hidden_characters_as_their_codes(paper: str, text: str) -> None:
    """One that turns the direction of writing could make a figure read backwards."""
    seen = shown(text, Kind.TEXT)
    assert "‹U+" in seen
    assert all(ord(one) >= 32 and not 0x202A <= ord(one) <= 0x202E for one in seen)
    assert squeezed(seen) in paper


@pytest.mark.parametrize("text", [*MARKUP, *FORMULAS, LONG])
def test_any_text_may_be_a_title_a_note_a_tab_and_a_name_in_a_picture(text: str, tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    path.write_bytes(xlsx(report(text), AT))
    assert load_workbook(path).worksheets[0]["A1"].value == f"{text} 2022 样例"
    if text in (MARKUP[0], FORMULAS[0], LONG):
        assert pdf(report(text), "zh", AT).startswith(b"%PDF")


def test_workbook_holds_what_was_typed_and_computes_nothing(tmp_path: Path) -> None:
    path, texts = tmp_path / "hostile.xlsx", (*FORMULAS, *MARKUP, LONG, "\u202e收款人", "one\ntwo")
    path.write_bytes(xlsx(report(*texts), AT))
    cells = [row[0] for row in load_workbook(path).worksheets[0].iter_rows(min_row=5, max_row=4 + len(texts))]
    assert [cell.value for cell in cells] == list(texts)
    assert {cell.data_type for cell in cells} == {"s"}
    # Kept as text also when somebody edits the cell, or saves the sheet as CSV.
    assert {str(cell.value): cell.quotePrefix for cell in cells if cell.quotePrefix} == {
        text: True for text in texts if text[0] in "=+-@"
    }


def test_what_no_workbook_can_hold_is_said_and_not_dropped(tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(xlsx(report("响\x07铃", "x" * (TEXT_MAX + 5)), AT))
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A5"].value == "响‹U+0007›铃"
    assert str(sheet["A6"].value) == "x" * (TEXT_MAX - 1) + "…"


def test_sheets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    columns, row = (Column("a"),), (Row(("b",)),)
    names = ("资金/台账", "资金 台账", "资金 台账", "长" * 60, "长" * 60, "")
    tables = tuple(Table("表", columns, row, name=name) for name in names)
    path = tmp_path / "tabs.xlsx"
    path.write_bytes(xlsx(Report("x", "样例", "样例县", "2022", tables), AT))
    tabs = load_workbook(path).sheetnames
    assert len(set(tabs)) == len(names)
    assert max(map(len, tabs)) <= 31
    assert tabs[:3] == ["资金 台账", "资金 台账 2", "资金 台账 3"]


@pytest.mark.parametrize("text", ["一\n二\n三\n四\n五\n六", "窄栏里很长的一段话" * 12])
def test_a_table_of_few_and_high_rows_loses_none(text: str, tmp_path: Path) -> None:
    columns = tuple(Column(f"栏{n}") for n in range(9))
    rows = tuple(Row((f"第{n}行", *[text] * 8)) for n in range(13))
    path = tmp_path / "high.pdf"
    path.write_bytes(pdf(Report("x", "样例", "样例县", "2022", (Table("表", columns, rows),)), "zh", AT))
    whole = squeezed("".join(page.extract_text() for page in PdfReader(path).pages))
    assert [n for n in range(13) if f"第{n}行" not in whole] == []


def test_a_character_that_no_font_has_stands_on_paper_as_its_code_and_not_as_a_box(tmp_path: Path) -> None:
    path = tmp_path / "rare.pdf"
    # An emoji, one of a county's own rare characters in the private area, letters of Uyghur and of Tibetan.
    path.write_bytes(pdf(report("样例㐂𠮷😀\ue000ۇབ"), "zh", AT))
    said = squeezed(PdfReader(path).pages[0].extract_text())
    assert "样例㐂𠮷‹U+1F600›‹U+E000›‹U+06C7›‹U+0F56›100.00" in said
