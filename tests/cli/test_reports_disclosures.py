"""`report disclosures` and `report training`: the register and the training record, as printed and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.reports import app
from domain.ledger import Ledger
from domain.requests import (
    AnswerReport,
    EnterDisclosure,
    PublishDisclosure,
    RaiseObjection,
    RuleObjection,
    TakeReport,
    WithdrawDisclosure,
)
from tests.domain.county import DAY, ONE_DAY
from tests.domain.disclosed import ADDRESS, Disclosing
from tests.domain.test_disclosed import JIASHI_RULE, LEVELS, NOTICES, PORTAL, PROJECT_ENTRY
from tests.domain.test_trainings import CLASS, training

BUREAU = "finance_bureau"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def printed(url: str, what: str, county: str, year: int = DAY.year, language: str = "en") -> str:
    result = CliRunner().invoke(app, [what, county, str(year), "--store", url], env={"BRIDGEFUND_LANG": language})
    assert result.exit_code == 0, result.stderr
    return result.stdout


def data(url: str, what: str, county: str, year: int = DAY.year) -> dict[str, Any]:
    result = CliRunner().invoke(app, [what, county, str(year), "--store", url, "--json"])
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def jiashi_year(url: str) -> None:
    """One entry is public late and corrected after an objection, one taken back, one waits."""
    with Ledger(url) as ledger:
        jiashi = Disclosing.opened(ledger, "jiashi")
        jiashi.receive()
        county, arrival = jiashi.county, "arrivals-fund_arrived-F1"
        county.ask("disclosure", "K1", EnterDisclosure(rule="performance", words="样例：绩效自评"), BUREAU)
        county.ask("disclosure", "K1", WithdrawDisclosure(reason="样例：尚未定稿"), BUREAU)
        arose = jiashi.entries()[arrival].act.occurred_on
        county.today = arose + 23 * ONE_DAY
        county.ask("disclosure", arrival, PublishDisclosure(place=PORTAL, address=ADDRESS), BUREAU, on=arose + ONE_DAY)
        county.ask("disclosure", arrival, RaiseObjection(words="样例：金额不一致"), BUREAU)
        county.ask("disclosure", arrival, RuleObjection(number=1, upheld=True, reason="样例：录入有误"), BUREAU)
        jiashi.publish(arrival, PORTAL, BUREAU, corrects=1)
        county.ask("hotline", "R1", TakeReport(words="样例：进度慢"), BUREAU)
        county.ask("hotline", "R1", AnswerReport(founded=False, answer="样例：按期推进"), BUREAU)
        county.ask("training", "T1", training(attended=64), "poverty_section")
        county.ask("training", "T2", training(attended=46, corrects="T1"), "poverty_section")


@pytest.mark.row("DS-06", "JS")
def test_register_tells_what_arose_where_it_is_public_and_how_late(url: str) -> None:
    jiashi_year(url)
    found = data(url, "disclosures", "jiashi")
    assert found["register"] == {
        "keeper": BUREAU,
        "kinds": [
            "政策、制度、办法 / policies, systems, measures",
            "资金到账情况 / arrivals",
            "资金分配结果 / allocation results",
            "项目资金绩效 / performance",
        ],
        "clause": "JS L32",
    }
    policies, arrival, by_hand = found["entries"]
    assert (policies["stage"], policies["public_on"], policies["what"]) == ("to publish", None, "policy_adopted")
    assert policies["days_late"] > 0, "nobody has made it public to this day"
    assert (arrival["stage"], arrival["days_late"], arrival["of"]) == ("disclosed", 3, "jiashi/fund/F1")
    assert (arrival["arose_on"], arrival["due_on"]) == (str(DAY + ONE_DAY), str(DAY + 21 * ONE_DAY))
    assert arrival["public_on"] == str(DAY + 2 * ONE_DAY), "stated, and entered three weeks later"
    assert [(p["number"], p["place"], p["corrects"]) for p in arrival["published"]] == [(1, PORTAL, 0), (2, PORTAL, 1)]
    (objection,) = arrival["objections"]
    assert (objection["words"], objection["upheld"]) == ("样例：金额不一致", True)
    assert objection["reason"] == "样例：录入有误"
    assert (by_hand["stage"], by_hand["days_late"], by_hand["words"]) == ("withdrawn", None, "样例：绩效自评")
    assert {entry["reference"] for entry in found["entries"]} == {JIASHI_RULE}
    (report,) = found["reports"]
    assert (report["report"], report["stage"], report["answer"]) == ("R1", "answered", "样例：按期推进")
    assert found["no_rule_stated"] == []


def test_register_of_another_year_is_empty_and_of_a_county_that_is_not_there_refused(url: str) -> None:
    jiashi_year(url)
    assert data(url, "disclosures", "jiashi", 2019)["entries"] == []
    result = CliRunner().invoke(app, ["disclosures", "nowhere", "2023", "--store", url])
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("disclosure register", "upheld", "taken back", "report R1", "policies")),
        ("zh", ("公开公示台账", "已撤回", "群众反映 R1", "成立", "资金到账")),
    ],
)
def test_register_is_read_in_both_languages(url: str, language: str, words: tuple[str, ...]) -> None:
    jiashi_year(url)
    text = " ".join(printed(url, "disclosures", "jiashi", language=language).split())
    for word in words:
        assert word in text


@pytest.mark.row("DS-08", "GF")
@pytest.mark.row("DS-02", "GF")
def test_what_is_mandatory_and_where_it_is_missing_is_shown(url: str) -> None:
    with Ledger(url) as ledger:
        guangfeng = Disclosing.opened(ledger, "guangfeng")
        guangfeng.planned()
        guangfeng.publish(PROJECT_ENTRY, LEVELS[0], "rrb")
    text = printed(url, "disclosures", "guangfeng")
    for words in ("mandatory", "township", "rule stated"):
        assert words in text
    (entry,) = data(url, "disclosures", "guangfeng")["entries"]
    assert (entry["mandatory"], entry["places"], entry["public_on"], entry["days_late"]) == (True, LEVELS, None, None)


@pytest.mark.row("DS-08", "JH")
def test_what_stands_before_a_step_and_bars_nothing_is_shown(url: str) -> None:
    with Ledger(url) as ledger:
        jinghe = Disclosing.opened(ledger, "jinghe")
        jinghe.receive()
        jinghe.register()
    assert "bars nothing" in printed(url, "disclosures", "jinghe")
    (entry,) = data(url, "disclosures", "jinghe")["entries"]
    assert (entry["entry"], entry["before"], entry["blocks"], entry["mandatory"]) == (NOTICES, "bank", False, True)


@pytest.mark.row("DS-01", "MJ")
@pytest.mark.row("DS-08", "MJ")
def test_rule_that_says_not_upon_what_is_shown_as_such(url: str) -> None:
    with Ledger(url) as ledger:
        maojian = Disclosing.opened(ledger, "maojian")
        entered = EnterDisclosure(rule="system", words="样例公告")
        maojian.county.ask("disclosure", "K1", entered, "coordination_office")
    assert "system: no rule stated upon what" in printed(url, "disclosures", "maojian")
    found = data(url, "disclosures", "maojian")
    assert found["no_rule_stated"] == ["system"]
    assert [(e["what"], e["mandatory"], e["places"]) for e in found["entries"]] == [("by_hand", True, [])]


@pytest.mark.row("RO-08", "JS")
def test_training_record_has_each_training_once_as_corrected(url: str) -> None:
    jiashi_year(url)
    (item,) = data(url, "training", "jiashi")["items"]
    assert (item["training"], item["attended"], item["corrects"]) == ("T2", 46, "T1")
    assert (item["levels"], item["form"], item["by"]) == (["township", "village"], CLASS, "poverty_section")
    assert "46" in printed(url, "training", "jiashi")
    assert "classes" in printed(url, "training", "jiashi")
