"""`bridgefund what-if`: a case under another county's rules, in both languages and as JSON, and what is bad input."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import what_if
from cli.policies import POLICIES
from cli.policies import app as policies
from domain.ledger import Ledger
from tests.domain.walk import Walk

APP = typer.Typer()
APP.command()(what_if.what_if_)
BAD_INPUT = 2


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store with Jiashi's short year."""
    url = f"sqlite:///{tmp_path_factory.mktemp('jiashi')}/ledger.db"
    with Ledger(url) as ledger:
        Walk.real(ledger, "jiashi-2022").year()
    return url


def run(store: str, *words: str, language: str = "en") -> Result:
    return CliRunner().invoke(APP, [*words, "--store", store], env={"BRIDGEFUND_LANG": language, "COLUMNS": "400"})


@pytest.mark.parametrize(
    ("language", "survey", "decision", "group"),
    [
        (
            "zh",
            "- 缺少环节：逐个项目现场调查核实，提出项目安排意见（field_survey） 〔GF L7, L24〕",
            "事实：没有逐个项目的决定；随计划整体审批：P1 (leading_group) 2022-03-16",
            "## 缺少 8",
        ),
        (
            "en",
            "- the step is missing: field survey of each project, with an opinion on it (field_survey) 〔GF L7, L24〕",
            "the facts: no decision on this project by itself; approved within a plan as a whole: P1",
            "## missing 8",
        ),
    ],
)
def test_each_line_names_the_rule_its_source_line_the_facts_and_what_it_would_take(
    store: str, language: str, survey: str, decision: str, group: str
) -> None:
    result = run(store, "jiashi/project/R01", "--policy", str(POLICIES / "guangfeng.toml"), language=language)
    assert (result.exit_code, result.stderr) == (0, "")
    for said in (survey, decision, group):
        assert said in result.stdout


def test_json_has_every_group_and_what_was_compared(store: str) -> None:
    result = run(store, "jiashi/project/R01", "--policy", "jinghe", "--json")
    found = json.loads(result.stdout)
    assert found["there"] | {"digest": ""} == {"county": "jinghe", "version": "2023.1", "digest": "", "office": []}
    assert found["counts"]["missing"] == len(found["missing"]) > 0
    [linkage] = [one for one in found["missing"] if one["rule"] == "bans.no_linkage"]
    assert (linkage["clause"], linkage["on"]) == ("JH L14", "2022-03-08")
    assert linkage["has"] == {"zh": "没有联农带农机制的事实", "en": "no fact of a benefit linkage"}
    assert found["compared"]["steps"] == 14


def test_where_nothing_differs_it_says_what_was_compared(store: str) -> None:
    result = run(store, "jiashi/claim/C1", "--policy", "jiashi")
    assert result.exit_code == 0
    assert "nothing differs" in result.stdout
    assert "6 gates" in result.stdout


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("jiashi/project/R99", "CASE: no jiashi/project/R99"),
        ("elsewhere/project/R01", "CASE: no elsewhere/project/R01"),
        ("jiashi/meeting/M-leading_group", "a meeting has no rules of its own; of: fund, plan, project, claim"),
        ("R01", "is not <county>/"),
    ],
)
def test_an_unknown_case_and_a_kind_without_rules_are_bad_input(store: str, case: str, said: str) -> None:
    result = run(store, case, "--policy", "guangfeng")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert said in result.stderr


def test_a_policy_file_that_does_not_check_is_told_as_by_policy_check(store: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    text = (POLICIES / "guangfeng.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('kind = "survey"', 'kind = "surveyed"'), encoding="utf-8")
    result = run(store, "jiashi/project/R01", "--policy", str(file))
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    checked = CliRunner().invoke(policies, ["check", str(file)], env={"BRIDGEFUND_LANG": "en"})
    assert result.stderr == checked.stderr != ""


@pytest.mark.parametrize("office", ["nothing.toml", str(POLICIES / "jinghe.toml")])
def test_an_office_decision_that_is_none_is_bad_input(store: str, office: str) -> None:
    result = run(store, "jiashi/project/R01", "--policy", "guangfeng", "--office", office)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert office in result.stderr


def test_a_policy_that_is_not_there_is_bad_input(store: str) -> None:
    result = run(store, "jiashi/project/R01", "--policy", "nowhere.toml")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert "nowhere.toml" in result.stderr
