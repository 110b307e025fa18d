"""Every report as a page: the figures of its other forms, markup that no data can break, pictures with words."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.documents import shown_report
from console.drawings import elements, picture
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.testimony_facts import ImportedRow, ImportOpened
from domain.watch_facts import DayOfLooks
from doors.chart_data import flow_of, flow_table, spending_of
from doors.documents import DOCUMENTS, Document, For, Takes, made
from doors.names import Names, people_of
from doors.source import Source, marked, reached
from doors.texts import speaking, t
from doors.words import TESTIMONY_KINDS
from projections.runner import catch_up
from projections.store import views_engine
from projections.views import VIEWS
from projections.watch import Anomaly, Week
from reports import testimony_sums
from reports.charts import Link, Node, flow
from reports.document import Cell, Chart, Column, Kind, Report, Row, Table, shown
from reports.watch_week import watch_report
from tests.domain.results import stored
from tests.places import ROOT
from tests.reports.reading import kind_of

OF = For(datetime(2023, 1, 5, 9, tzinfo=UTC), "p-101")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://example.org")',
    "{{ 7 * 7 }}{% raw %}",
    "\u202e反转\u2066",
    "&lt;b&gt;",
)
VOID = {"br", "img", "meta", "link", "input", "rect", "path", "polyline"}


class Page(HTMLParser):
    """What a page has: tables row by row, every tag with its attributes, all text; it checks that tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "br":
            self.tables[-1][-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        """Close the last one."""
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text.append(data)
        if self._open and self._open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data


def rendered(report: Report, **more: Any) -> Page:
    """Return a report as the page has it."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "console" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"t": t}
    asked = '{% from "document.html" import document with context %}{{ document(report, urls, alternatives) }}'
    values = {"urls": {}, "alternatives": {}, **more}
    return Page(environment.from_string(asked).render(report=shown_report(report), **values))


@pytest.fixture(scope="module")
def source(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """The sample county's year."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copy(played / "year.db", folder / "year.db")
    url = f"sqlite:///{folder}/year.db"
    with Ledger(url) as ledger:
        engine = views_engine(url)
        catch_up(ledger, engine, VIEWS)
        names = Names.of(ledger, "sample", people_of(url))
        yield Source(ledger, engine, names, "sample", date(2023, 1, 5), sample=True)
        engine.dispose()


def latest(document: Document, source: Source) -> str | None:
    """Return the period with something in it, "" for what takes none, None where there is nothing at all."""
    if document.takes is Takes.NOTHING:
        return ""
    found = document.periods(source)
    return found[-1] if found else None


def rows_in_json(table: dict[str, Any]) -> list[list[str]]:
    """Return the rows of a document's JSON as people read them."""
    return [
        [shown(_day(cell, kind_of(table, row, n)), kind_of(table, row, n)) for n, cell in enumerate(row["cells"])]
        for row in table["rows"]
    ]


def _day(cell: Cell, kind: Kind) -> Cell:
    return date.fromisoformat(cell) if kind is Kind.DATE and isinstance(cell, str) and _is_day(cell) else cell


def _is_day(cell: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", cell) is not None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in ("watch", "testimony")])
def test_page_has_the_figures_of_the_json(source: Source, name: str, lang: str) -> None:
    document = DOCUMENTS[name]
    period = latest(document, source)
    assert period is not None
    with speaking(lang):
        report = marked(made(document, source, period, OF), reached(source.ledger), sample=True)
        page = rendered(report)
    data = json.loads(json.dumps(report.data()))
    wanted = [table for table in data["tables"] if table["rows"]]
    assert len(page.tables) == len(wanted)
    for found, table in zip(page.tables, wanted, strict=True):
        assert found[0] == [column["name"] for column in table["columns"]]
        assert found[1:] == rows_in_json(table)
    said = "".join(page.text)
    for words in (report.mark, report.as_of, *(table["title"] for table in data["tables"]), *data["notes"]):
        assert words in said
    assert sum(tag == "svg" for tag, _ in page.tags) == len(data["charts"])


def test_year_of_the_sample_county_has_money_on_its_page(source: Source) -> None:
    report = made(DOCUMENTS["funds"], source, "2022", OF)
    page = rendered(report)
    totals = [row for row in page.tables[0] if row[0] == "合计"]
    assert len(totals) == 1
    assert any(re.search(r"[1-9]\d*\.\d\d", cell) for cell in totals[0])
    assert [attributes["class"] for tag, attributes in page.tags if tag == "tr" and attributes] == ["total"]


def test_figures_stand_right_and_heads_have_a_scope() -> None:
    columns = (Column("项目"), Column("金额", Kind.MONEY))
    rows = (Row(("A01", 12_345_678)), Row(("合计", 12_345_678), total=True))
    table = Table("表", columns, rows, ("注",))
    page = rendered(Report("x", "报表", "某县", "2022", (table,)))
    assert page.tables == [[["项目", "金额"], ["A01", "12.345678"], ["合计", "12.345678"]]]
    heads = [attributes for tag, attributes in page.tags if tag == "th"]
    assert [head["scope"] for head in heads] == ["col", "col", "row", "row"]
    assert [attributes for tag, attributes in page.tags if tag == "td"] == [{"class": "num right"}] * 2


def test_table_without_rows_says_so_and_a_second_part_has_its_heading() -> None:
    table = Table("清单", (Column("项目"),), (), (), "没有资金", opens="Second part")
    page = rendered(Report("x", "报表", "", "", (table,)))
    said = "".join(page.text)
    assert page.tables == []
    assert ("清单" in said, "没有资金" in said, "Second part" in said) == (True, True, True)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_data_says_stays_text(text: str) -> None:
    drawing = flow((text, "b"), [Node("s", text, 0), Node("p", text, 1)], [Link("s", "p", 100)])
    table = Table(text, (Column(text),), (Row((text,)),), (text,), text, opens=text)
    empty = Table(text, (Column(text),), (), (), text)
    report = Report(text, text, text, text, (table, empty), (text,), (Chart(text, drawing, text, name="flow"),), text)
    page = rendered(report, urls={"flow": f"/api/x?{text}"})
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "b"})
    assert [
        name for _, attributes in page.tags for name in attributes if name == "style" or name.startswith("on")
    ] == []
    assert "\u202e" not in "".join(page.text)
    assert shown(text, Kind.TEXT) in "".join(page.text)


def test_picture_is_read_out_and_needs_no_style(source: Source) -> None:
    report = made(DOCUMENTS["sources-and-uses"], source, "2022", OF)
    assert [chart.name for chart in report.charts] == ["flow", "spending"]
    page = rendered(report, urls={"flow": "/api/sample/charts/flow?year=2022"})
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    ids = [str(attributes["id"]) for tag, attributes in page.tags if tag in ("title", "desc")]
    assert [one["role"] for one in drawings] == ["img", "img"]
    assert [one["aria-labelledby"] for one in drawings] == [" ".join(ids[n : n + 2]) for n in (0, 2)]
    assert [name for _, attributes in page.tags for name in attributes if name == "style"] == []
    assert [a["data-chart-url"] for _, a in page.tags if "data-chart-url" in a] == ["/api/sample/charts/flow?year=2022"]
    for chart in report.charts:
        assert len(elements(chart.drawing)) == len(chart.drawing.shapes)
        assert all(text in picture(chart).described for text in chart.drawing.texts)


def test_band_keeps_how_much_it_lets_through() -> None:
    drawing = flow(("a", "b"), [Node("s", "来源", 0, "#2f6f9f"), Node("p", "项目", 1)], [Link("s", "p", 100)])
    (band,) = (dict(one.attributes) for one in elements(drawing) if one.tag == "path")
    assert (band["fill"], band["fill-opacity"]) == ("#2f6f9f", "0.44")


def test_flow_and_its_table_say_the_same_as_the_statement(source: Source) -> None:
    found = flow_of(source, 2022)
    table = flow_table(found)
    assert [row.cells[2] for row in table.rows] == [link.amount_fen for link in found.links]
    statement = made(DOCUMENTS["sources-and-uses"], source, "2022", OF).data()["tables"][0]
    of = {row["cells"][0]: row["cells"][-1] for row in statement["rows"]}
    paid = sum(link.amount_fen for link in found.links if link.end == "paid")
    unpaid = sum(link.amount_fen for link in found.links if link.end == "unpaid")
    assert paid > 0
    assert (paid, paid + unpaid) == (of["支付"], of["安排"])


def test_spending_of_a_month_is_a_part_of_its_years(source: Source) -> None:
    year, june = spending_of(source, "2022"), spending_of(source, "2022-06")
    assert [one.money for one in june] == [one.money for one in year[:6]]
    circular = made(DOCUMENTS["circular"], source, "2022-06", OF).data()["tables"][2]
    assert [row["cells"][3] for row in circular["rows"]] == [one.money.paid_in_all_fen for one in june]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("funds", "22"),
        ("funds", "0000"),
        ("funds", "２０２２"),
        ("funds", "2022-06"),
        ("funds", "2022\n"),
        ("circular", "2022"),
        ("circular", "2022-13"),
        ("watch", "2022-W99"),
        ("watch", "2022-W10"),
        ("assets", "2022"),
        ("sources-and-uses", "1999"),
        ("audit", "1999"),
    ],
)
def test_period_that_a_report_does_not_have_is_refused_with_words(source: Source, name: str, period: str) -> None:
    with pytest.raises(BadInputError):
        made(DOCUMENTS[name], source, period, OF)


def test_week_of_watch_and_imported_year_are_pages_too(source: Source) -> None:
    looks = (DayOfLooks(date(2022, 3, 7), "director", 2, 1),)
    anomaly = Anomaly("1", "F1", "<b>数</b>", "", "director", "3 days", date(2022, 3, 8), [], None, "", "", "", None)
    week = Week("2022-W10", "open", closed=False, reported_on=None, days=looks, anomalies=[anomaly], waits=[])
    page = rendered(watch_report(week, "sample", source.names))
    assert page.tables[0][1] == ["2022-03-07", source.names.named("post", "director"), "2", "1"]
    assert page.tables[1][1][2] == "<b>数</b>"
    nothing = rendered(made(DOCUMENTS["testimony"], source, "2021", OF))
    assert (nothing.tables, "没有导入该年的旧账" in "".join(nothing.text)) == ([], True)


def test_imported_rows_are_summed_by_what_they_are_of(source: Source) -> None:
    rows = [ImportedRow(n, "receipt", source="central", pool="integrated", amount_fen=n * 1_000_000) for n in (1, 2)]
    assert testimony_sums.sums(rows) == [(("receipt", "central", "integrated", ""), 2, 3_000_000)]
    said = ("sample", 2021, "旧账.xlsx", "d" * 64, 2, "{}", "k", "", "", "s")
    opened = ImportOpened(stored("li"), *said)
    report = testimony_sums.testimony_report([(opened, rows)], "sample", 2021, source.names, TESTIMONY_KINDS)
    assert rendered(report).tables[1][1][-2:] == ["2", "3.00"]
