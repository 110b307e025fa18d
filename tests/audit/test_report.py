"""The audit report of a county's year: a sound one has no finding; each kind of damage is named, exit code 1."""

import json
import shutil
import sqlite3
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from audit.findings import Finding as OfTemporal
from audit.reconcile import Report
from audit.report_numbers import Stream
from audit.report_outside import temporal_part
from audit.seal_keys import make_key
from audit.sealing import seal
from cli.main import door
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger, Step
from domain.papers import Attach, PaperAttached, papers_stream
from domain.requests import RegisterReceipt
from doors.clock import business_now
from files.store import FileStore
from tests.databases import Postgres
from tests.domain.given import by
from tests.domain.walk import POOLED, Walk
from tests.projections.long_story import tell_long
from tests.reports.reading import squeezed, texts
from tests.story import WAN, Story, day, tell

YEARS = ("jiashi-2022", "guangfeng-2021", "jinghe-2023", "maojian-2017", "meilan-2023")
AT = "WHERE originator_id = ? AND originator_version = ?"
DELETE, CHANGE = f"DELETE FROM stored_events {AT}", f"UPDATE stored_events SET state = ? {AT}"  # noqa: S608 - a test's own
CLAIM = "sample/claim/C2"


def report(store: Path | str, *words: str, county: str = "sample", year: str = "2023", language: str = "zh") -> Result:
    """Run `bridgefund audit report`."""
    told = {"BRIDGEFUND_LANG": language, "TEMPORAL_ADDRESS": ""}
    url = store if isinstance(store, str) else f"sqlite:///{store}"
    asked = ["audit", "report", county, year, "--store", url, *words]
    return CliRunner().invoke(door(["audit"]), asked, env=told)


def read(store: Path | str, code: int, **asked: str) -> dict[str, Any]:
    """Return the report as JSON, having ended with an exit code."""
    ended = report(store, "--json", **asked)
    assert ended.exit_code == code, (ended.output, ended.exception)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def numbers(found: dict[str, Any]) -> dict[str, Any]:
    """Return how many of each thing were checked, by its Chinese words."""
    return {check["zh"].partition("（")[0]: check["number"] for check in found["checks"]}


def named(found: dict[str, Any]) -> set[tuple[str, str, int | None]]:
    """Return where the findings are: the part, the case and the fact."""
    return {(one["part"], one["case"], one["fact"]) for one in found["findings"]}


def stored(store: Path, stream: str, topic: str) -> tuple[int, bytes]:
    """Return the version and the content of the first fact of a stream that is stored under a name."""
    asked = "SELECT originator_version, state FROM stored_events WHERE originator_id = ? AND topic = ? ORDER BY 1"
    with sqlite3.connect(store) as connection:
        version, state = connection.execute(asked, (stream, topic)).fetchone()
    connection.close()
    return int(version), bytes(state)


def damage(store: Path, statement: str, *values: object) -> None:
    """Change a store behind the ledger's back: exactly one row."""
    with sqlite3.connect(store) as connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story of the sample county."""
    path = tmp_path_factory.mktemp("told") / "told.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        tell(ledger)
    return path


@pytest.fixture
def store(told: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copy(told, tmp_path / "ledger.db"))


@pytest.mark.parametrize("folder", YEARS)
def test_a_short_year_of_each_county_has_no_finding(folder: str, tmp_path: Path) -> None:
    """One fund, one plan, one project and one claim of each of the five counties, by its own rules."""
    path = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        walk = Walk.real(ledger, folder)
        walk.receive()
        walk.register()
        walk.go_on("payments")
        walk.claim("progress", POOLED // 2)
        facts = len(list(ledger.log()))
    county, _, year = folder.rpartition("-")
    found = read(path, 0, county=county, year=year)
    assert found["findings"] == []
    counts = numbers(found)
    assert counts["事实都能读出"] == facts
    of_one = ("资金与文件", "资金与计划", "资金与报账", "资金与项目", "报账版次由 1 起连续", "支付次数由 1 起连续")
    assert {name: counts[name] for name in of_one} == dict.fromkeys(of_one, 1)


@pytest.mark.parametrize("year", ["2023", "2024"])
def test_a_year_with_refunds_returns_cuts_and_announced_money_has_no_finding(year: str, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        tell_long(ledger)
    assert read(tmp_path / "ledger.db", 0, year=year)["findings"] == []


def test_on_postgresql_the_same_is_checked_and_nothing_found(told: Path, postgres: Postgres) -> None:
    """But for the files: nobody says where those of a database lie."""
    with postgres.database() as url:
        with Ledger(url) as ledger:
            tell(ledger)
        there = read(url, 0)
    here = read(told, 0)
    assert [check for check in there["checks"] if check["part"] != "Papers"] == [
        check for check in here["checks"] if check["part"] != "Papers"
    ]
    assert numbers(there)["附件文件与摘要相符"] is None


def test_what_was_not_looked_at_is_said_with_the_reason(store: Path) -> None:
    found = read(store, 0)
    reasons = {check["zh"].partition("（")[0]: check["not_checked"] for check in found["checks"]}
    counts = numbers(found)
    for what, why in (
        ("流程历史与总账双向相符", "Temporal"),
        ("封印之下的事实未变", "从未封印"),
        ("凭证、银行流水号", "外部"),
    ):
        assert counts[what] is None
        assert why in reasons[what]["zh"]


def test_the_figures_of_a_year_are_its_funds_and_its_deadlines_are_named(store: Path) -> None:
    """F1 brought 480 万, F2 120 of which 5 were withdrawn; F2's arrival was told 3 days late."""
    found = read(store, 0)
    tables = {table["title"]: table for table in found["report"]["tables"]}
    funds = next(table for title, table in tables.items() if "年末资金" in title)
    received = {tuple(row["cells"][:2]): row["cells"][4:6] for row in funds["rows"]}
    pools = {pool for _, pool in received}
    assert sorted(received.values()) == [[20 * WAN, 5 * WAN], [100 * WAN, 0], [480 * WAN, 0]]
    assert len(pools) == 2
    late = next(table for title, table in tables.items() if "逾期的限时" in title)
    row = next(row["cells"] for row in late["rows"] if row["cells"][0] == "fund-F2-arrival")
    assert (row[1], row[5]) == ("sample/fund/F2", 3)
    assert "p-finance_section" in row[4]


def test_a_fact_that_was_deleted_is_a_gap_that_is_named(store: Path) -> None:
    damage(store, DELETE, CLAIM, 2)
    found = read(store, 1)
    assert ("Gapless numbers", CLAIM, 2) in named(found)
    assert ("Seals", CLAIM, 2) in named(found)


def test_an_amount_that_was_changed_is_named_by_whoever_it_does_not_agree_with(store: Path) -> None:
    """What a fund reserved for a claim is a fen more than the claim says."""
    version, state = stored(store, "sample/fund/F1", "fund.reserved/1")
    fact = json.loads(state)
    fact["shares"][0]["amount_fen"] += 1
    changed = json.dumps(fact, ensure_ascii=False, separators=(",", ":")).encode()
    damage(store, CHANGE, changed, "sample/fund/F1", version)
    found = read(store, 1)
    claim = f"sample/claim/{fact['claim_no']}"
    (one,) = (one for one in found["findings"] if one["case"] == claim)
    assert one["part"] == "Money"
    assert "by the claim" in one["en"]
    assert ("Seals", "sample/fund/F1", version) in named(found)


def test_a_fact_that_cannot_be_read_hides_no_other_part(store: Path) -> None:
    damage(store, CHANGE, b"{", CLAIM, 1)
    found = read(store, 1)
    assert ("What it rests on", CLAIM, 1) in named(found)
    assert numbers(found)["资金与计划"] == 1


def test_a_missing_file_is_named(store: Path) -> None:
    with Ledger(f"sqlite:///{store}") as ledger:
        files, act = FileStore(f"{store}.files"), by("li")
        kept = files.put(BytesIO(b"a paper"), lambda _: None)
        paper = PaperAttached(act, CLAIM, "check_list", "", "list.pdf", kept.digest, kept.size_bytes, "application/pdf")
        ledger.execute(Step(papers_stream(CLAIM), Attach(act, paper)))
    assert numbers(read(store, 0))["附件文件与摘要相符"] == 1
    next(Path(f"{store}.files").rglob(kept.digest)).unlink()
    found = read(store, 1)
    assert named(found) == {("Papers", CLAIM, None)}
    assert "list.pdf" in found["findings"][0]["en"]


def test_a_fact_that_is_recorded_years_late_is_counted_and_no_finding(store: Path) -> None:
    with Ledger(f"sqlite:///{store}") as ledger:
        late = RegisterReceipt(
            "样例财农〔2023〕99号", "1", "central", "central", 2023, (PortionReceived("integrated", WAN),)
        )
        post = "finance_section"
        # The story's own ids of commands are taken: it goes on behind them.
        story = Story(ledger, _ids=iter(range(10_000, 20_000)))
        story.ask("fund", "F9", late, post, day(12, 1), date(2027, 1, 5))
    found = read(store, 0)
    bands = next(t for t in found["report"]["tables"] if t["title"].endswith("补记天数"))
    over_a_year = next(row["cells"][1] for row in bands["rows"] if row["cells"][0] == ">365")
    assert over_a_year >= 2  # The fund's, and its document's.
    latest = next(t for t in found["report"]["tables"] if "补记天数最多" in t["title"])
    gap = (date(2027, 1, 5) - day(12, 1)).days
    assert [gap, "sample/fund/F9"] in [row["cells"][:2] for row in latest["rows"]]


def test_a_fact_that_was_changed_under_a_seal_is_named_with_the_checkpoint(store: Path, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{store}") as ledger:
        seal(ledger, make_key(tmp_path / "key", "ledger.example"), business_now(ledger))
    sealed = read(store, 0)
    counts = numbers(sealed)
    assert counts["封印之下的事实未变"] == 1
    assert (counts["本年度已封印的事实"], counts["本年度尚未封印的事实"]) == (counts["事实都能读出"], 0)
    version, state = stored(store, CLAIM, "claim.gate-passed/1")
    changed = state.replace("同意".encode(), "不同意".encode())
    damage(store, CHANGE, changed, CLAIM, version)
    found = read(store, 1)
    size = sealed["checks"][0]["number"] + 1  # And the store's own fact.
    assert named(found) == {("Seals", CLAIM, version), ("Seals", f"checkpoint {size}", None)}


def test_the_paper_has_the_chinese_part_first_and_the_english_part_on_a_page_behind(
    store: Path, tmp_path: Path
) -> None:
    pdf, xlsx = tmp_path / "audit.pdf", tmp_path / "audit.xlsx"
    damage(store, DELETE, CLAIM, 2)
    ended = report(store, "--pdf", str(pdf), "--xlsx", str(xlsx), "--json")
    assert ended.exit_code == 1, ended.output
    pages = [squeezed(page.extract_text()) for page in PdfReader(pdf).pages]
    assert "审计报告" in pages[0]
    first = [n for n, page in enumerate(pages) if "Whatwaschecked" in page]
    assert first
    assert first[0] > 0
    assert "核对一览" in "".join(pages[: first[0]])
    assert "核对一览" not in "".join(pages[first[0] :])
    tables = json.loads(ended.stdout)["report"]["tables"]
    found = tables[0]["rows"][0]
    assert found["cells"] == ["发现", len(tables[2]["rows"])]
    assert squeezed("".join(texts(tables[0], found))) in pages[0]
    assert len(tables) % 2 == 0
    assert xlsx.stat().st_size > 0


def test_names_of_officials_stay_in_the_house(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the screen whoever acted is named; a file is handed on, and says the reference."""
    monkeypatch.setattr("cli.audit_reporting.people_of", lambda _: {"p-finance_section": "陈样例"})
    assert "陈样例" in report(store).output
    xlsx = tmp_path / "audit.xlsx"
    assert report(store, "--xlsx", str(xlsx)).exit_code == 0
    said = [str(cell) for sheet in openpyxl.load_workbook(xlsx) for row in sheet.values for cell in row]
    assert not [cell for cell in said if "陈样例" in cell]
    assert [cell for cell in said if "p-finance_section" in cell]


def test_an_unknown_county_and_a_year_without_money_are_said(store: Path) -> None:
    for asked, word in (({"county": "nowhere"}, "nowhere"), ({"year": "2019"}, "2023")):
        ended = report(store, "--json", **asked)
        assert ended.exit_code == 2
        assert word in ended.stderr


def test_what_temporal_has_forgotten_is_a_count_and_other_counties_are_left_out() -> None:
    told = Report(found=[OfTemporal("no_run", "one/fund/F1"), OfTemporal("no_run", "two/fund/F1")])
    told.counts.update(updates=7, commands=5, runs_unreadable=1, commands_unreadable=2)
    part = temporal_part("one", told)
    assert [(one.case, one.said.en) for one in part.findings] == [
        ("one/fund/F1", "the case is open and Temporal knows no run of it")
    ]
    (check,) = part.checks
    assert (check.number, check.found) == (10, 1)
    assert check.unchecked is not None
    assert "3" in check.unchecked.en


@pytest.mark.parametrize(
    ("versions", "missing", "back"),
    [([1, 2, 3], [], []), ([1, 4], [(2, 3)], []), ([2, 1, 3], [], [1]), ([1, 5, 3], [(2, 2), (4, 4)], [3])],
)
def test_numbers_of_a_stream_are_missing_or_out_of_order(
    versions: list[int], missing: list[tuple[int, int]], back: list[int]
) -> None:
    stream = Stream()
    for version in versions:
        stream.number(version)
    assert (stream.missing, stream.back, stream.count) == (missing, back, len(versions))
