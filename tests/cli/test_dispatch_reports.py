"""`report dispatch` and `report watch`: what a month and a week came to, in both languages and as JSON."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import door
from domain.dispatch_requests import (
    ActualSaid,
    DoRoutine,
    EnterActuals,
    FindAnomaly,
    HandOverReferral,
    IssueCircular,
    OpenDispatch,
    SetMonthPlan,
    TakeLook,
    TaskSaid,
)
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from tests.domain.county import PAPER, County
from tests.domain.given import WAN
from tests.domain.overseen import Month, has_fund, knows, overseen

WATER = "样例·水利局"
Json = dict[str, Any]


def store_of(folder: Path) -> str:
    return f"sqlite:///{folder}/ledger.db"


def said(folder: Path, *words: str, language: str = "en") -> str:
    result = CliRunner().invoke(
        door(["report"]), ["report", *words, "--store", store_of(folder)], env={"BRIDGEFUND_LANG": language}
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def told(folder: Path, *words: str) -> Json:
    found: Json = json.loads(said(folder, *words, "--json"))
    return found


def county_of(folder: Path, name: str, today: date) -> County:
    ledger = Ledger(store_of(folder))
    assert ledger.state(STORE_DECIDER, "store").sample is None
    return overseen(ledger, name, today)


def rhythms(report: Json) -> dict[str, Json]:
    return {row["routine"]: row for row in report["rhythms"]}


def schedule(report: Json) -> dict[str, Json]:
    return {row["rule"]: row for row in report["schedule"]}


@pytest.fixture
def jiashi(tmp_path: Path) -> Month:
    county = county_of(tmp_path, "jiashi", date(2022, 3, 4))
    knows(county, "A01", unit=WATER)
    month = Month(county, "2022-03")
    month.ask(
        SetMonthPlan(tasks=(TaskSaid(WATER, 60 * WAN),), consulted=("industry_departments",), record=PAPER),
        "finance_bureau",
    )
    month.ask(EnterActuals(actuals=(ActualSaid(WATER, 50 * WAN),)), "finance_bureau")
    return month


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("SV-07", "JS")
@pytest.mark.row("LC-17", "JS")
@pytest.mark.row("PF-08", "JS")
def test_month_shows_task_shortfall_rungs_and_referral(jiashi: Month, tmp_path: Path) -> None:
    jiashi.ask(IssueCircular(said="样例", record=PAPER), "finance_bureau")
    report = told(tmp_path, "dispatch", "jiashi", "2022-03")
    (row,) = report["subjects"]
    assert row == {
        "subject": WATER,
        "task_fen": 60 * WAN,
        "words": "",
        "actual_fen": 50 * WAN,
        "is_done": None,
        "counted_fen": 0,
        "short_fen": 10 * WAN,
        "place": None,
    }
    assert [unit["subject"] for unit in report["referral"]["units"]] == [WATER]
    assert report["handed_over"] is None
    assert report["answers"] == ["director", "deputy_director", "chief_watch_post"]
    found = schedule(report)
    assert (found["spending_schedule"]["first"], found["effect_in_the_year"]["first"]) == ("2022-03-01", "2022-01-01")
    assert found["spending_schedule"]["behind"] == [WATER]
    text = said(tmp_path, "dispatch", "jiashi", "2022-03")
    for part in ("60.00", "50.00", "10.00", WATER, "drafted, not handed over", "circular"):
        assert part in text
    assert "引擎拟出，尚未移交" in said(tmp_path, "dispatch", "jiashi", "2022-03", language="zh")
    jiashi.ask(HandOverReferral(received_by="样例·县纪委"), "finance_bureau", person="p-named")
    assert "p-named" in said(tmp_path, "dispatch", "jiashi", "2022-03")


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-03", "JS")
@pytest.mark.row("SV-08", "JS")
@pytest.mark.row("SV-10", "JS")
@pytest.mark.row("SV-12", "JS")
@pytest.mark.row("LG-05", "JS")
@pytest.mark.row("RV-08", "JS")
@pytest.mark.usefixtures("jiashi")
def test_rhythms_say_who_does_what_by_when_and_how_often_it_was_done(tmp_path: Path) -> None:
    found = rhythms(told(tmp_path, "dispatch", "jiashi", "2022-03"))
    assert {name: (row["topic"], row["post"], row["wanted"], row["done"]) for name, row in found.items()} == {
        "monthly_task": ("task", "finance_bureau", 1, 1),
        "monthly_circular": ("circular", "finance_bureau", 1, 0),
        "daily_watch": ("watch", "treasury_officer", None, 0),
        "weekly_report": ("report", "treasury_officer", None, 0),
        "anomaly_inspection": ("inspection", "finance_bureau", None, 0),
        "scope_review": ("scope_check", "review_group", None, 0),
        "outside_review": ("assessment", "", None, 0),
    }
    by_when = found["daily_watch"]["by_when"]
    assert (by_when["kind"], by_when["every"], by_when["times"]) == ("cadence", "day", 2)
    assert by_when["responsible"] == found["weekly_report"]["by_when"]["responsible"] == "treasury_officer"
    assert found["weekly_report"]["by_when"]["every"] == "week"


def test_a_month_that_nobody_began_shows_what_is_wanted(tmp_path: Path) -> None:
    county_of(tmp_path, "jiashi", date(2022, 3, 4))
    report = told(tmp_path, "dispatch", "jiashi", "2022-05")
    assert (report["stage"], report["subjects"]) == ("", [])
    assert rhythms(report)["monthly_task"]["done"] == 0
    result = CliRunner().invoke(
        door(["report"]), ["report", "dispatch", "jiashi", "2022-5", "--store", store_of(tmp_path)]
    )
    assert result.exit_code == 2


@pytest.mark.row("SV-01", "GF")
@pytest.mark.row("SV-03", "GF")
@pytest.mark.row("SV-11", "GF")
@pytest.mark.row("FD-06", "GF")
@pytest.mark.row("LG-03", "GF")
@pytest.mark.row("EX-05", "GF")
@pytest.mark.row("SV-08", "GF")
def test_guangfengs_rhythms_and_year(tmp_path: Path) -> None:
    county = county_of(tmp_path, "guangfeng", date(2021, 6, 3))
    Month(county, "2021-06").ask(OpenDispatch(), "rrb")
    report = told(tmp_path, "dispatch", "guangfeng", "2021-06")
    found = rhythms(report)
    assert {name: row["topic"] for name, row in found.items()} == {
        "monthly_dispatch": "dispatch",
        "circular": "circular",
        "fund_letter": "letter",
        "field_survey": "inspection",
        "scope_check": "scope_check",
        "help_statistics": "statistics",
    }
    monthly, prompt = found["monthly_dispatch"], found["circular"]["by_when"]
    assert (monthly["wanted"], monthly["done"], monthly["by_when"]["kind"]) == (1, 0, "cadence")
    assert (prompt["kind"], prompt["start"]) == ("prompt", "anomaly_found")
    assert schedule(report)["one_month_early"]["first"] == "2021-01-01"


@pytest.mark.row("LC-17", "ML")
@pytest.mark.row("SV-01", "ML")
@pytest.mark.row("SV-03", "ML")
@pytest.mark.row("SV-08", "ML")
@pytest.mark.row("LG-04", "ML")
def test_meilans_months_add_up_to_quarter_and_year(tmp_path: Path) -> None:
    county = county_of(tmp_path, "meilan", date(2023, 6, 5))
    for no in ("LS1", "LS2"):
        knows(county, no)
    done = {"2023-06": (False, True), "2023-07": (True, False), "2023-08": (True, True)}
    for no, (first, second) in done.items():
        county.today = date.fromisoformat(f"{no}-05")
        month, office = Month(county, no), "leading_group_office"
        month.ask(SetMonthPlan(tasks=(TaskSaid("LS1", 10 * WAN), TaskSaid("LS2", words="样例"))), office)
        spent = ActualSaid("LS1", 10 * WAN if first else 4 * WAN)
        month.ask(EnterActuals(actuals=(spent, ActualSaid("LS2", is_done=second))), office)
    visit = DoRoutine(routine="joint_round", said="样例", took_part=("finance_bureau",))
    Month(county, "2023-07").ask(visit, "rrb")
    report = told(tmp_path, "dispatch", "meilan", "2023-08")
    found = schedule(report)
    sums = {name: (row["task_fen"], row["actual_fen"], row["behind"]) for name, row in found.items()}
    assert sums == {
        "schedule": (10 * WAN, 10 * WAN, []),
        "monthly": (10 * WAN, 10 * WAN, []),
        "quarterly": (20 * WAN, 20 * WAN, ["LS2"]),
        "yearly": (30 * WAN, 24 * WAN, ["LS1", "LS2"]),
    }
    assert found["quarterly"]["first"] == "2023-07-01"
    rounds, circular = rhythms(report)["joint_round"], rhythms(report)["circular"]
    assert (rounds["wanted"], rounds["done"]) == (1, 1)
    assert (circular["by_when"]["kind"], circular["by_when"]["responsible"]) == (
        "limit_unstated",
        "leading_group_office",
    )
    assert rhythms(report)["monthly_dispatch"]["by_when"]["every"] == "month"
    assert "quarterly" in said(tmp_path, "dispatch", "meilan", "2023-08")


@pytest.mark.row("LC-17", "JH")
@pytest.mark.row("SV-01", "JH")
def test_jinghes_industry_projects_are_behind_after_their_day(tmp_path: Path) -> None:
    county = county_of(tmp_path, "jinghe", date(2023, 5, 8))
    knows(county, "J01", use="industry")
    knows(county, "J02", use="infrastructure")
    for month, behind in (("2023-09", []), ("2023-10", ["J01"]), ("2023-11", ["J01"])):
        (row,) = schedule(told(tmp_path, "dispatch", "jinghe", month)).values()
        assert (row["by"], row["expected"], row["behind"]) == ("2023-10-31", True, behind)
    meeting = rhythms(told(tmp_path, "dispatch", "jinghe", "2023-05"))["push_meeting"]
    assert (meeting["wanted"], meeting["done"], meeting["by_when"]["every"]) == (1, 0, "month")
    assert "(expected)" in said(tmp_path, "dispatch", "jinghe", "2023-11")


@pytest.mark.row("LC-17", "MJ")
@pytest.mark.row("LC-20", "MJ")
@pytest.mark.row("SV-12", "MJ")
def test_maojians_phases_are_years(tmp_path: Path) -> None:
    county_of(tmp_path, "maojian", date(2017, 12, 20))
    report = told(tmp_path, "dispatch", "maojian", "2017-12")
    (row,) = schedule(report).values()
    assert (row["rule"], row["first"], row["last"]) == ("yearly_phases", "2017-01-01", "2017-12-31")
    assert {name: row["topic"] for name, row in rhythms(report).items()} == {
        "province_appraisal": "assessment",
        "unified_supervision": "inspection",
    }


@pytest.mark.row("SV-10", "JS")
def test_week_shows_looks_misses_and_what_is_open(tmp_path: Path) -> None:
    county = county_of(tmp_path, "jiashi", date(2022, 3, 7))
    has_fund(county, "F1")
    for request in (TakeLook(said="样例"), FindAnomaly(no="1", subject="F1", said="样例：闲置")):
        county.ask("watch", "2022-W10", request, "treasury_officer")
    report = told(tmp_path, "watch", "jiashi", "2022-W10")
    assert report["days"][0] == {"on": "2022-03-07", "post": "treasury_officer", "looks": 1, "missed": 1}
    assert report["anomalies"]["1"]["settled"] == ""
    text = said(tmp_path, "watch", "jiashi", "2022-W10", language="zh")
    assert "漏看" in text
    assert "样例：闲置" in text
    for week in ("2022-W11", "2022-W60"):
        result = CliRunner().invoke(
            door(["report"]), ["report", "watch", "jiashi", week, "--store", store_of(tmp_path)]
        )
        assert result.exit_code == 2


# On whom each routine is, and the paper that it leaves; which principles guide it.
PAPERS = {
    "guangfeng": {
        "monthly_dispatch": ("township", ""),
        "circular": ("problem", "通报 / circular"),
        "fund_letter": ("project", ""),
        "field_survey": ("project", ""),
        "scope_check": ("project", ""),
        "help_statistics": ("money", ""),
    },
    "jiashi": {
        "monthly_task": ("unit", "月资金支出任务 / the month's spending task"),
        "monthly_circular": ("unit", "通报 / circular"),
        "daily_watch": ("money", ""),
        "weekly_report": ("", "周报 / weekly report"),
        "anomaly_inspection": ("money", ""),
        "scope_review": ("money", ""),
        "outside_review": ("county", ""),
    },
    "meilan": {
        "monthly_dispatch": ("", ""),
        "circular": ("project", "通报 / circular"),
        "joint_round": ("township", ""),
        "supervise_and_interview": ("", ""),
    },
    "jinghe": {
        "push_meeting": ("project", "会议记录 / meeting record"),
        "on_site": ("project", ""),
        "linkage_supervision": ("project", ""),
        "year_end_assessment": ("county", ""),
    },
    "maojian": {"province_appraisal": ("county", ""), "unified_supervision": ("project", "")},
}
GUIDES = {
    "guangfeng": ["money_waiting"],
    "jiashi": ["closed_loop", "accountability_in_supervision"],
    "meilan": ["month_secures_quarter"],
    "jinghe": ["who_approves_answers"],
    "maojian": ["user_responsible"],
}


def columns(folder: Path, county: str, month: str) -> Json:
    county_of(folder, county, date.fromisoformat(f"{month}-10"))
    report = told(folder, "dispatch", county, month)
    assert {name: (row["subject"], row["record"]) for name, row in rhythms(report).items()} == PAPERS[county]
    assert [name for name, _ in report["principles"]] == GUIDES[county]
    return report


@pytest.mark.row("SV-03", "GF")
@pytest.mark.row("SV-11", "GF")
@pytest.mark.row("EX-05", "GF")
def test_guangfengs_routines_say_on_whom_and_with_which_paper(tmp_path: Path) -> None:
    report = columns(tmp_path, "guangfeng", "2021-06")
    assert report["principles"] == [["money_waiting", "watch"]]


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("SV-03", "JS")
@pytest.mark.row("SV-06", "JS")
@pytest.mark.row("SV-10", "JS")
@pytest.mark.row("SV-12", "JS")
@pytest.mark.row("LG-04", "JS")
@pytest.mark.row("LG-05", "JS")
@pytest.mark.row("LC-17", "JS")
@pytest.mark.row("EX-05", "JS")
@pytest.mark.row("RO-04", "JS")
def test_jiashis_routines_say_on_whom_to_whom_and_with_which_paper(tmp_path: Path) -> None:
    report = columns(tmp_path, "jiashi", "2022-03")
    assert rhythms(report)["monthly_circular"]["to"] == ["party_committee", "county_government"]
    assert report["principles"] == [["closed_loop", "watch"], ["accountability_in_supervision", "responsibility"]]
    found = {name: row["every"] for name, row in schedule(report).items()}
    assert found == {"spending_schedule": "month", "effect_in_the_year": "year"}


@pytest.mark.row("SV-01", "ML")
@pytest.mark.row("SV-03", "ML")
@pytest.mark.row("LG-04", "ML")
@pytest.mark.row("LC-17", "ML")
def test_meilans_routines_say_on_whom_and_with_which_paper(tmp_path: Path) -> None:
    report = columns(tmp_path, "meilan", "2023-07")
    assert report["principles"] == [["month_secures_quarter", "watch"]]
    assert [row["topic"] for row in report["rhythms"]] == ["dispatch", "circular", "inspection", "inspection"]
    assert [row["every"] for row in report["schedule"]] == ["", "month", "quarter", "year"]


@pytest.mark.row("SV-01", "JH")
@pytest.mark.row("RO-04", "JH")
def test_jinghes_routines_say_on_whom_and_with_which_paper(tmp_path: Path) -> None:
    report = columns(tmp_path, "jinghe", "2023-05")
    assert report["principles"] == [["who_approves_answers", "responsibility"]]


@pytest.mark.row("RO-04", "MJ")
@pytest.mark.row("SV-08", "MJ")
@pytest.mark.row("SV-12", "MJ")
def test_maojians_routines_say_on_whom_and_with_which_paper(tmp_path: Path) -> None:
    report = columns(tmp_path, "maojian", "2017-12")
    assert report["principles"] == [["user_responsible", "responsibility"]]
