"""`report performance` and `report assets` as a person types them, on counties' own rules."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import reports
from domain.cases import year_stream
from domain.fund_facts import FundReceived, MoneyAllotted, PortionReceived, Share
from domain.ledger import Ledger, Step
from domain.project_facts import PlanIncluded
from domain.requests import (
    Aim,
    Came,
    ConfirmTitle,
    EnterIncome,
    EvaluateResult,
    FindIdle,
    FormAsset,
    MonitorResult,
    SetMeasures,
)
from domain.yearbook import EnterFund
from tests.domain.county import PAPER, TARGET, County, line
from tests.domain.given import FUND_TERMS, WAN
from tests.domain.results import county_of, declares, passes_until, pays, stored, stores

APP = typer.Typer()
APP.add_typer(reports.app, name="report")
Row = pytest.mark.row
Ask = Callable[..., Any]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def ask(url: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a report on the store, in English, and return what it prints: data of `--json`, else text."""
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")

    def run(*words: str) -> Any:
        result = CliRunner().invoke(APP, ["report", *words])
        assert result.exit_code == 0, (result.output, result.exception)
        return json.loads(result.stdout) if "--json" in words else result.stdout

    return run


def money(county: County, *projects: str) -> None:
    """Let a fund of the year give each project 10 万."""
    year = county.today.year
    stated = ("样例文〔2023〕1号", "1", "central", "central", year, (PortionReceived("all", 90 * WAN),))
    received = FundReceived(stored("li"), county.name, "F1", *stated, FUND_TERMS)
    allotted = MoneyAllotted(stored("li"), "P1", tuple(Share("all", no, 10 * WAN) for no in projects))
    stores(county, "fund", "F1", received, allotted)
    county.ledger.execute(Step(year_stream(county.name, year), EnterFund(stored("li"), "F1")))
    for no in projects:
        stores(county, "project", no, PlanIncluded(stored("li"), "P1", 10 * WAN))


def told(url: str, folder: str, post: str = "", *, on: date = date(2023, 11, 20)) -> County:
    """Two projects with money, one of them followed, and evaluated by *post*, if there is one."""
    with Ledger(url) as ledger:
        county = county_of(ledger, folder, on)
        first = declares(county)
        declares(county, "A02")
        money(county, "A01", "A02")
        pays(county, "C1", line(4 * WAN))
        county.ask("project", "A01", TARGET, first)
        county.ask("performance", "A01", SetMeasures(measures=(Aim("产量", "吨", 300),)), first)
        if post:
            done = EvaluateResult(year=2023, grade="良", score=86, values=(Came("产量", 280),), record=PAPER)
            county.ask("performance", "A01", done, post)
    return county


@Row("PF-02", "GF")
@Row("PF-02", "JS")
@Row("PF-02", "ML")
@Row("PF-02", "JH")
@Row("PF-02", "MJ")
@pytest.mark.parametrize("folder", ["guangfeng-2021", "jiashi-2022", "meilan-2023", "jinghe-2023", "maojian-2017"])
def test_project_with_money_that_nobody_follows_is_named(url: str, ask: Ask, folder: str) -> None:
    county = told(url, folder)
    found = ask("performance", county.name, "2023", "--json")
    assert [(one["project_no"], one["followed"]) for one in found["projects"]] == [("A01", True), ("A02", False)]
    assert found["uncovered"] == ["A02"]
    assert "not followed: A02" in ask("performance", county.name, "2023")


@Row("PF-08", "JS")
def test_jiashi_pays_in_time_and_shows_effect_within_the_year(url: str, ask: Ask) -> None:
    told(url, "jiashi-2022", "third_party_team")
    (first, second) = ask("performance", "jiashi", "2023", "--json")["projects"]
    assert (first["paid_bp"], first["in_time"], second["paid_bp"], second["in_time"]) == (4000, True, 0, False)
    assert first["measures"] == [{"name": "产量", "unit": "吨", "value": 300, "came": 280, "reached": False}]
    assert (first["evaluation"]["score"], first["evaluation"]["missed"]) == (86, ["产量"])
    assert {one["step"] for one in first["open"]} >= {"explain:overall", "account"}
    text = ask("performance", "jiashi", "2023")
    for words in ("产量 280/300 吨", "良 86", "40.00%"):
        assert words in text


@Row("PF-08", "JS")
def test_evaluation_after_the_years_end_is_not_in_time(url: str, ask: Ask) -> None:
    told(url, "jiashi-2022", on=date(2023, 12, 20))
    with Ledger(url) as ledger:
        county = County(ledger, "jiashi", date(2024, 1, 10), asked=50)
        done = EvaluateResult(year=2023, grade="良", values=(Came("产量", 300),), record=PAPER)
        county.ask("performance", "A01", done, "third_party_team")
    (first, _) = ask("performance", "jiashi", "2023", "--json")["projects"]
    assert (first["in_time"], first["measures"][0]["reached"]) == (False, True)


@Row("PF-06", "JS")
def test_deviation_that_is_not_corrected_is_shown_with_its_limit(url: str, ask: Ask) -> None:
    told(url, "jiashi-2022")
    with Ledger(url) as ledger:
        county = County(ledger, "jiashi", date(2023, 11, 25), asked=50)
        look = MonitorResult(year=2023, channel="online", values=(Came("产量", 90),), deviation="进度滞后")
        county.ask("performance", "A01", look, "finance_bureau")
    (first, _) = ask("performance", "jiashi", "2023", "--json")["projects"]
    late = {"number": 1, "since": "2023-11-25", "words": "进度滞后", "limit": "prompt"}
    assert (first["deviations"], first["measures"][0]["came"]) == ([late], 90)


PRINTED = [
    pytest.param(
        "guangfeng-2021",
        [
            ("greenhouse_area", 3000, None, None, 2021),
            ("greenhouse_base", 500, None, None, 2021),
            ("help_education", None, 997_040_000, None, None),
            ("help_housing", None, 177_500_000, None, None),
            ("help_health", None, 9_152_720_000, None, None),
            ("help_safety_net", None, 8_616_040_000, None, None),
            ("help_employment", None, 1_250_990_000, None, None),
        ],
        marks=Row("PF-08", "GF"),
    ),
    pytest.param(
        "jinghe-2023",
        [("annual_return", None, 50_000_000, None, None), ("employment_led", 150, None, None, None)],
        marks=Row("PF-08", "JH"),
    ),
    pytest.param(
        "maojian-2017",
        [("incidence_before", None, None, 2750, None), ("incidence_after", None, None, 740, None)],
        marks=Row("PF-08", "MJ"),
    ),
]


@pytest.mark.parametrize(("folder", "figures"), PRINTED)
def test_texts_own_measures_stand_beside_with_what_it_prints(
    url: str, ask: Ask, folder: str, figures: list[tuple[Any, ...]]
) -> None:
    county = told(url, folder)
    (measure,) = ask("performance", county.name, "2023", "--json")["measures"]
    keys = ("id", "quantity", "amount_fen", "bp", "year")
    assert [tuple(one.get(key) for key in keys) for one in measure["printed"]] == figures


@Row("EX-07", "JH")
@Row("LG-06", "JH")
def test_jinghes_problem_of_ratio_against_choice_stands_with_its_proposal(url: str, ask: Ask) -> None:
    told(url, "jinghe-2023")
    problems = {one["id"]: one for one in ask("performance", "jinghe", "2023", "--json")["problems"]}
    choice = problems["share_against_choice"]
    assert choice["proposal_zh"] == "取消产业类项目资金使用占比及其考核指标"
    assert choice["proposal_en"] == "drop the share rule and its assessment"
    assert "proposed: drop the share rule" in ask("performance", "jinghe", "2023")


@Row("BL-04", "JH")
def test_what_guides_and_computes_nothing_is_shown_by_its_topic(url: str, ask: Ask) -> None:
    told(url, "jinghe-2023")
    principles = ask("performance", "jinghe", "2023", "--json")["principles"]
    assert [words.partition(":")[0] for words in principles["growth"]] == [
        "operators to be grown",
        "the share rises yearly",
    ]


@Row("AS-01", "ML")
@Row("AS-03", "ML")
def test_assets_show_what_paid_for_them_and_what_waits(url: str, ask: Ask) -> None:
    with Ledger(url) as ledger:
        county = county_of(ledger, "meilan-2023")
        declares(county)
        passes_until(county, "title")
        pays(county, "C1", line(60 * WAN), line(20 * WAN, fund_no="F2"))
        county.ask("asset", "Z1", FormAsset(project_no="A01", name="冷库", nature="经营性"), "project_unit")
        title = ConfirmTitle(owner="一村集体", reference="琼1", record=PAPER)
        county.ask("asset", "Z1", title, "competent_department")
    (found,) = ask("assets", "meilan", "--json")["assets"]
    assert (found["cost_fen"], sum(paid["amount_fen"] for paid in found["payments"])) == (80 * WAN, 80 * WAN)
    assert (found["owner"], found["stage"]) == ("一村集体", "title confirmed")
    waits = {"step": "handover", "post": "competent_department", "limits": ["prompt", "prompt step_open"]}
    assert found["open"] == [{**waits, "responsible": "competent_department"}]
    text = ask("assets", "meilan")
    for words in ("Z1 冷库", "80.00", "一村集体", "handed to its owner"):
        assert words in text


@Row("BL-05", "JH")
def test_idle_asset_is_seen_with_its_operator(url: str, ask: Ask) -> None:
    with Ledger(url) as ledger:
        county = county_of(ledger, "jinghe-2023")
        declares(county)
        passes_until(county, "payments")
        pays(county, "C1", line(60 * WAN))
        county.ask("asset", "Z1", FormAsset(project_no="A01", name="圈舍", nature="经营性"), "implementing_unit")
        county.ask("asset", "Z1", EnterIncome(amount_fen=3 * WAN, words="租金"), "implementing_unit")
        county.ask("asset", "Z1", FindIdle(kind="idle", words="闲置半年"), "industry_departments")
    (found,) = ask("assets", "jinghe", "--json")["assets"]
    assert (found["weak"]["kind"], found["income_fen"], found["left_fen"]) == ("idle", 3 * WAN, 3 * WAN)
    assert [(one["step"], one["post"]) for one in found["open"]][-1] == ("mend", "operator")


def test_county_without_rules_or_results_is_told_so(url: str, ask: Ask) -> None:
    with Ledger(url) as ledger:
        county_of(ledger, "meilan-2023")
    assert ask("assets", "meilan", "--json")["assets"] == []
    assert ask("performance", "meilan", "2023", "--json")["projects"] == []
    result = CliRunner().invoke(APP, ["report", "assets", "nowhere"])
    assert (result.exit_code, "nowhere" in result.output) == (2, True)
