"""`bridgefund bank`: what the county's text says of its bank, and each entry with its years, state and estimate."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.asked import Given, Word, asked_request
from cli.bank import bank
from domain.bank_facts import EntryAnswer, Unlike
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.requests import AnswerStep, ConfirmEntry, RemoveEntry
from tests.domain.county import County
from tests.domain.given import WAN
from tests.domain.test_bank import county_of
from tests.domain.test_bans import goes_to

APP = typer.Typer()
APP.command()(bank)
Show = Callable[..., dict[str, Any]]


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Enter project A01 in a county's bank, and return what the command prints as JSON."""

    def shown(folder: str, then: Callable[[County], object] = lambda _: None) -> dict[str, Any]:
        url = f"sqlite:///{tmp_path}/{folder}.db"
        with Ledger(url) as ledger:
            county = county_of(ledger, folder)
            goes_to(county, "plan", "agriculture_industry" if county.name == "maojian" else "industry")
            then(county)
        monkeypatch.setenv("BRIDGEFUND_STORE", url)
        result = CliRunner().invoke(APP, [county.name, "--json"])
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return shown


def guides(found: dict[str, Any], topic: str) -> list[str]:
    return [one["zh"] for one in found["rules"]["principles"] if one["topic"] == topic]


@pytest.mark.row("LC-06", "ML")
@pytest.mark.row("LC-07", "ML")
@pytest.mark.row("LC-14", "ML")
@pytest.mark.row("LC-19", "ML")
def test_meilan_rolls_over_two_years_and_is_to_be_improved(show: Show) -> None:
    found = show("meilan-2023")
    rules = found["rules"]
    assert (rules["dynamic"], rules["horizon_years"], rules["cross_year"]) == ("to_be_improved", 2, None)
    assert guides(found, "groundwork") == ["及早实施项目，项目单位扎实做好项目前期工作"]
    assert guides(found, "planning") == ["依托当地资源优势和产业基础，合理布局乡村产业"]
    [entry] = found["entries"]
    assert (entry["entered_year"], entry["listed_until"], entry["estimate_fen"]) == (2023, 2024, 250 * WAN)
    assert (entry["first_year"], entry["last_year"]) == (2023, 2024)


@pytest.mark.row("LC-06", "MJ")
@pytest.mark.row("LC-07", "MJ")
@pytest.mark.row("LC-08", "MJ")
@pytest.mark.row("LC-09", "MJ")
@pytest.mark.row("LC-19", "MJ")
@pytest.mark.row("LC-20", "MJ")
def test_maojian_has_one_bank_that_is_kept_current_and_plans_over_years(show: Show) -> None:
    found = show("maojian-2017", lambda c: c.ask("project", "A01", RemoveEntry(reason="x"), "joint_review"))
    rules = found["rules"]
    assert (rules["dynamic"], rules["cross_year"], rules["horizon_years"]) == (
        "kept_current",
        "plan_once_build_yearly",
        None,
    )
    assert {"一个项目库统筹项目", "一张蓝图引领部门联动"} <= set(guides(found, "planning"))
    assert any("跨年度统筹" in said for said in guides(found, "planning"))
    assert any("双向对接" in said for said in guides(found, "allocation"))
    assert [entry["state"] for entry in found["entries"]] == ["removed"]


@pytest.mark.row("LC-09", "JS")
@pytest.mark.row("LC-14", "JS")
def test_jiashi_selects_with_its_finance_bureau_and_simplifies_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/jiashi.db"
    with Ledger(url) as ledger:
        county_of(ledger, "jiashi-2022").declares("A01")
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    found = json.loads(CliRunner().invoke(APP, ["jiashi", "--json"]).stdout)
    assert found["rules"]["selection"] == {
        "source": "JS L15",
        "post": "competent_department",
        "together_with": ["finance_bureau"],
    }
    assert len(guides(found, "groundwork")) == 1
    assert [entry["state"] for entry in found["entries"]] == ["listed"]


@pytest.mark.row("LC-09", "JH")
@pytest.mark.row("LC-14", "JH")
@pytest.mark.row("LC-19", "JH")
def test_jinghe_shows_what_guides_its_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/jinghe.db"
    with Ledger(url) as ledger:
        county_of(ledger, "jinghe-2023")
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    found = json.loads(CliRunner().invoke(APP, ["jinghe", "--json"]).stdout)
    assert found["rules"]["selection"]["post"] == "competent_department"
    assert len(guides(found, "groundwork")) == 2
    assert any("规划跟着需求走" in said for said in guides(found, "allocation"))


@pytest.mark.row("LC-19", "GF")
def test_text_is_printed_for_people_and_an_unknown_county_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/guangfeng.db"
    with Ledger(url) as ledger:
        county_of(ledger, "guangfeng-2021")
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")
    printed = CliRunner().invoke(APP, ["guangfeng"])
    assert "planning：planning first" in printed.stdout
    assert CliRunner().invoke(APP, ["nowhere"]).exit_code == 2


def test_entry_tests_and_look_alikes_stand_on_the_command_line() -> None:
    given = Given(Word.APPROVE, met=("scope", "feasible"), unlike=("A01=另一处=不同村",))
    assert asked_request("project", given, ["bank"], date(2023, 1, 1)) == AnswerStep(
        step="bank",
        approve=True,
        tests=(EntryAnswer("scope", met=True), EntryAnswer("feasible", met=True)),
        unlike=(Unlike("A01", "另一处=不同村"),),
    )
    for wrong in ("A01", "A01=", "=x"):
        with pytest.raises(BadInputError, match="--unlike"):
            asked_request("project", Given(Word.APPROVE, unlike=(wrong,)), ["bank"], date(2023, 1, 1))
    assert ConfirmEntry().opinion == ""
