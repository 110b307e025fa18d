"""The pages of policies: drawn from the file, every rule with its source, what is open asked as such; two compared."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.policy_adopting import adopt, adoption_of
from console.house import Glance, House
from console.policy_view import shown, versions
from domain.ledger import Ledger
from domain.policy import load, not_set
from domain.policy.base import Rule
from doors.policy_lifecycle import money_stages, project_stages
from doors.texts import speaking
from tests.console.offices import Desk, house_of
from tests.places import ROOT

POLICIES = ROOT / "policies"
COUNTIES = sorted(path.stem for path in POLICIES.glob("*.toml") if path.stem != "engine")
assert COUNTIES


def office_of(county: str) -> list[Path]:
    return sorted((ROOT / "samples").glob(f"{county}-*/office.toml"))


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_policy_of_every_county_is_shown_whole(
    county: str, lang: str, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adopted in a store of its own, with its office decisions: each stage, source, gap and fill is there."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        offices = office_of(county)
        adopt(ledger, county, adoption_of(county, POLICIES / f"{county}.toml", POLICIES / "engine.toml", offices), None)
        monkeypatch.setattr(house, "ledger", ledger)
        monkeypatch.setattr(house, "read", Glance(ledger))
        with speaking(lang):
            [one] = versions(house, county)
            said = shown(one)
            rows = [row for _, rows in said["parts"] for row in rows]
            drawn = [box["title"] for _, _, way in said["ways"] for row in way for box in row]
            assert drawn == [box.title for way in (money_stages, project_stages) for box in way(one.profile)]
    gaps = not_set(one.text.profile)
    assert len(said["filled"]) + len(said["left_open"]) == len(gaps)
    assert bool(said["filled"]) == bool(offices)
    assert all(gap.decided_on and gap.decided_source for gap in said["filled"])
    sources = {row["source"] for row in rows}
    assert {rule.source for rule in rules_of(load(POLICIES / f"{county}.toml").profile)} <= sources
    readings = [row["reading"] for row in rows if row["reading"]]
    assert len(readings) >= sum(1 for rule in rules_of(one.text.profile) if rule.reading)
    assert len(said["engine_rows"]) >= 10


def rules_of(held: object) -> list[Rule]:
    """Return every rule that a profile holds, however deep."""
    inner = (
        held if isinstance(held, tuple) else [getattr(held, name) for name in getattr(type(held), "model_fields", ())]
    )
    own = [held] if isinstance(held, Rule) else []
    return own + [rule for one in inner for rule in rules_of(one)]


def test_page_draws_both_ways_and_asks_what_is_open(at: Callable[[str], Desk]) -> None:
    page = at("p-108").get("/sample/policies")
    assert page.status == 200
    assert "资金流程" in page.words
    assert "项目环节" in page.words
    assert "未规定：由谁办理？" in page.words
    assert "系统自身规则（我方）" in page.words
    assert "A-71" in page.words
    assert "可退回" in page.words
    assert "style=" not in page.html.partition("<body")[2]
    assert at("p-108").get("/sample/policies", "en").status == 200


def test_gates_that_are_open_together_stand_side_by_side(at: Callable[[str], Desk]) -> None:
    profile = load(POLICIES / "jiashi.toml").profile
    together = [box for box in money_stages(profile) if box.with_former]
    html = at("p-009").get("/jiashi/policies").html
    assert html.count("并行，先后不限") == len({box.title for box in together}) > 0 or not together


def test_another_countys_policies_are_not_there(at: Callable[[str], Desk]) -> None:
    for address in ("/jiashi/policies", "/jiashi/policies/compare"):
        assert at("p-108").get(address).status == 404
    assert at("p-108").get("/sample/policies?version=000000000000").status == 404
    assert at("p-108").get("/sample/policies/compare?a=x&b=y").status == 404


def test_two_versions_are_compared_each_side_with_its_line(two_counties: Path, tmp_path: Path) -> None:
    shutil.copytree(two_counties, tmp_path / "store")
    file = tmp_path / "sample.toml"
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    changed = text.replace("count = 3", "count = 4", 1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    with house_of(tmp_path / "store" / "ledger.db") as house:
        adopt(house.ledger, "sample", adoption_of("sample", file, POLICIES / "engine.toml", []), None)
        first, second = versions(house, "sample")
        assert (first.current, second.current) == (True, False)
        desk = Desk(house, "p-108")
        page = desk.get(f"/sample/policies/compare?a={first.id}&b={second.id}")
        same = desk.get(f"/sample/policies/compare?a={first.id}&b={first.id}")
        with_file = desk.get(f"/sample/policies/compare?a={first.id}&b=file")
        both = desk.get("/sample/policies")
    assert "共 1 处不同" in page.words
    assert "4 个" in page.words
    assert "3 个" in page.words
    assert "没有差别" in same.words
    assert "共 1 处不同" in with_file.words
    assert f"/sample/policies?version={second.id}" in both.links


def test_a_file_that_is_wrong_is_told_in_words(
    at: Callable[[str], Desk], house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample.toml").write_text("version = 1\n", encoding="utf-8")
    monkeypatch.setattr(house, "calendars", tmp_path / "calendars")
    page = at("p-108").get("/sample/policies/compare")
    assert page.status == 200
    assert "政策文件有误" in page.words
