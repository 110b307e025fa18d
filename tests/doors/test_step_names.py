"""An open step has a name in words on a page, also where it names another step, a duty or an approval of a plan."""

import pytest

from domain.policy import Profile, load
from doors.names import Names
from tests.places import ROOT

OF_COUNTIES = sorted(file for file in (ROOT / "policies").glob("*.toml") if file.stem != "engine")


@pytest.fixture(params=OF_COUNTIES, ids=lambda file: file.stem)
def rules(request: pytest.FixtureRequest) -> Profile:
    """The rules of each county."""
    return load(request.param).profile


def test_a_cosignature_names_the_step_it_is_of(rules: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEFUND_LANG", "zh")
    names = Names(rules, {})
    for step in rules.project.steps if rules.project else ():
        assert names.step(f"cosign:{step.id}") == f"会签 {step.zh}"


def test_an_approval_on_a_projects_way_has_its_name(rules: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEFUND_LANG", "zh")
    names, taken = Names(rules, {}), {step.id for step in rules.project.steps} if rules.project else set()
    for stage in rules.plan.approvals if rules.plan else ():
        assert stage.id in taken or names.step(stage.id) == stage.zh
