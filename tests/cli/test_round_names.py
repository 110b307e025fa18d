"""A step of an earlier round is named by its own name and its round, not by an id that no text has."""

import pytest

from domain.policy import load
from doors.names import Names
from tests.places import ROOT, UNKNOWN_COUNTY

RIVER = Names(load(UNKNOWN_COUNTY / "policy.toml").profile, {})


@pytest.mark.parametrize(("language", "name"), [("zh", "样例·乡镇审查（第1轮）"), ("en", "township review (round 1)")])
def test_step_of_an_earlier_round_is_named(monkeypatch: pytest.MonkeyPatch, language: str, name: str) -> None:
    monkeypatch.setenv("BRIDGEFUND_LANG", language)
    assert RIVER.step("township_review_1") == RIVER.named("to", "township_review_1") == name
    assert RIVER.step("township_review") == name.partition("（")[0].partition(" (")[0]


def test_what_is_no_step_of_a_round_keeps_its_own_name() -> None:
    assert RIVER.named("step", "nothing_1") == "nothing_1"
    without_rounds = Names(load(ROOT / "policies" / "sample.toml").profile, {})
    assert without_rounds.named("step", "township_review_1") == "township_review_1"
