"""A report's figures are the same on the screen, in JSON, in the workbook and on paper."""

import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.document import Kind
from tests.reports.conftest import EMPTY, REPORTS, Made, Run
from tests.reports.reading import in_sheet, kind_of, sheets, squeezed, texts

MARK = "样例 SAMPLE"
Of = Callable[[str], Made]
EVERY = pytest.mark.parametrize("name", [*REPORTS, *EMPTY])


@EVERY
def test_workbook_has_the_figures_of_the_json_as_numbers(made: Of, name: str) -> None:
    report = made(name)
    found = sheets(report.xlsx)
    assert len(found) == len(report.tables)
    for table, rows in zip(report.tables, found, strict=True):
        assert len(rows) >= len(table["rows"])
        for row, cells in zip(table["rows"], rows, strict=False):  # Notes stand below.
            kinds = [kind_of(table, row, n) for n in range(len(row["cells"]))]
            read = [in_sheet(cell, kind) for cell, kind in zip(cells[: len(kinds)], kinds, strict=True)]
            assert read == [cell or None if isinstance(cell, str) else cell for cell in row["cells"]]


@EVERY
def test_paper_shows_every_row_of_the_json_on_marked_and_numbered_pages(made: Of, name: str) -> None:
    report = made(name)
    pages = report.pages()
    whole = "".join(pages)
    for table in report.tables:
        for row in table["rows"]:
            assert squeezed("".join(texts(table, row))) in whole
    for number, page in enumerate(pages, start=1):
        assert squeezed(MARK) in page
        assert f"{number}/{len(pages)}" in page


@pytest.mark.parametrize("name", REPORTS)
def test_screen_shows_the_money_of_the_json(made: Of, run: Run, name: str) -> None:
    screen = run(*REPORTS[name]).stdout
    for table in made(name).tables:
        for row in table["rows"]:
            figures = [text for n, text in enumerate(texts(table, row)) if kind_of(table, row, n) is Kind.MONEY]
            assert all(figure in screen for figure in figures)


def test_statement_is_the_statement(made: Of) -> None:
    data = made("sources-and-uses").data
    main, *_, months = data["report"]["tables"]
    rows = {row["cells"][0]: row["cells"][1:] for row in main["rows"]}
    uses = [*data["pools"], data["totals"]]
    named = {"到账": "received", "安排": "allotted", "支付": "paid", "退汇": "bounced", "退款": "refunded"}
    for zh, key in named.items():
        assert rows[zh] == [use[f"{key}_fen"] for use in uses]
    assert rows["项目（个）"] == [use["projects"] for use in uses]
    assert rows["支付率"] == [int(use["rate"].strip("%").replace(".", "")) for use in uses]
    # The months end where the year does, to the fen.
    last = months["rows"][-1]["cells"]
    assert (last[1], last[3]) == (data["totals"]["allotted_fen"], data["totals"]["paid_fen"])
    assert sum(month["paid_fen"] for month in data["months"]) == data["totals"]["paid_fen"]
    assert len(months["rows"]) == 12


def test_ledgers_add_up_to_the_statement(made: Of) -> None:
    totals = made("sources-and-uses").data["totals"]
    funds, projects = made("funds"), made("projects")
    for key in ("received_fen", "withdrawn_fen", "free_fen", "allotted_fen", "released_fen", "paid_fen"):
        assert sum(row[key] for row in funds.data["funds"]) == totals[key]
    assert sum(row["paid_fen"] for row in projects.data["projects"]) == totals["paid_fen"]
    for report, keys in ((funds, ("paid_fen", "left_fen")), (projects, ("paid_fen",))):
        (table,) = report.tables
        rows = report.data[report.data["report"]["name"]]
        assert table["rows"][-1]["total"]
        assert {sum(row[key] for row in rows) for key in keys} <= set(table["rows"][-1]["cells"])
    assert all(
        row["left_fen"] == row["received_fen"] - row["withdrawn_fen"] - row["paid_fen"] for row in funds.data["funds"]
    )


def test_project_ledger_has_a_projects_days(made: Of) -> None:
    (first, *_) = made("projects").data["projects"]
    days = [first[key] for key in ("declared_on", "contracted_on", "built_on", "accepted_on", "handed_over_on")]
    assert days == sorted(days)
    assert (first["project_no"], first["contract_fen"]) == ("S01", 259_600_000)


def test_files_that_went_out_are_all_there_with_their_answers(made: Of) -> None:
    data = made("outboxes").data
    (system,) = data["systems"]
    assert [row["batch"] for row in data["files"]] == list(range(1, system["files"] + 1))
    assert sum(row["rows"] for row in data["files"]) == system["rows"] - system["waiting"]
    assert {row["receipt_no"] != "" for row in data["files"]} == {True}
    assert sum(len(row["refused"]) for row in data["files"]) == system["refused"] == 1


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_year_says_so(made: Of, run: Run, name: str) -> None:
    report = made(name)
    first = report.tables[0]
    assert first["rows"] == []
    assert re.search("没有", run(*EMPTY[name]).stdout)
    assert "没有" in "".join(report.pages())
    assert any("没有" in str(cell) for row in sheets(report.xlsx)[0] for cell in row)


@pytest.mark.parametrize("name", REPORTS)
def test_workbook_is_set_up_to_be_read_and_printed(made: Of, name: str) -> None:
    for sheet in load_workbook(made(name).xlsx).worksheets:
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("B5", "$4:$4")
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.oddHeader is not None
        assert (sheet["A3"].value, sheet.oddHeader.center.text) == (MARK, MARK)
        assert min(one.width for one in sheet.column_dimensions.values()) >= 7
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_formats_are_a_chinese_readers(made: Of) -> None:
    sheet = load_workbook(made("funds").xlsx).worksheets[0]
    formats = {head.value: cell.number_format for head, cell in zip(sheet[4], sheet[5], strict=True)}
    assert (formats["到账"], formats["到账日期"]) == ("[$-804]#,##0.00####", "yyyy-mm-dd")


def test_statement_has_pictures_on_paper_and_a_chart_in_the_workbook(made: Of) -> None:
    report = made("sources-and-uses")
    assert len(report.data["report"]["charts"]) == 2
    with zipfile.ZipFile(report.xlsx) as book:
        assert [name for name in book.namelist() if "charts/chart" in name] == ["xl/charts/chart1.xml"]
    whole = "".join(report.pages())
    for words in ("资金流向：来源→项目→支付", "已支付382.86", "按月均摊（参考）", "64.70%"):
        assert words in whole


def test_fonts_are_embedded(made: Of) -> None:
    for name in ("sources-and-uses", "disclosures"):
        fonts = [font for page in PdfReader(made(name).pdf).pages for font in fonts_of(page)]
        assert {"NotoSansCJKsc" in str(font["/BaseFont"]) for font in fonts} == {True}
        descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
        assert descriptors
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in descriptors)


def fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_two_papers_of_the_same_facts_are_the_same(made: Of, run: Run, tmp_path: Any) -> None:
    again = tmp_path / "again.pdf"
    assert run(*REPORTS["funds"], "--pdf", str(again)).exit_code == 0
    assert again.read_bytes() == made("funds").pdf.read_bytes()


def test_and_in_english(run: Run, tmp_path: Any) -> None:
    paper = tmp_path / "funds.pdf"
    assert run(*REPORTS["funds"], "--pdf", str(paper), language="en").exit_code == 0
    text = PdfReader(paper).pages[0].extract_text()
    for words in ("fund ledger", "central bridging funds", "as of 2022-12-31"):
        assert words in " ".join(text.split())


def test_circular_marks_nothing_behind_where_no_rule_is_stated(made: Of) -> None:
    data = made("circular").data
    assert [(month["asked_bp"], month["behind"]) for month in data["months"]] == [(None, None)] * 6
    by_month = data["report"]["tables"][2]
    assert {tuple(row["cells"][6:]) for row in by_month["rows"]} == {("未规定", "未规定")}
