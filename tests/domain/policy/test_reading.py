import re
from hashlib import sha256
from pathlib import Path

import pytest

from domain.policy import load, load_engine, not_set, parse

POLICIES = Path(__file__).parents[3] / "policies"
COUNTIES = sorted(path.stem for path in POLICIES.glob("*.toml") if path.stem != "engine")


@pytest.mark.parametrize("county", COUNTIES)
def test_a_policy_keeps_its_exact_text_and_digest(county: str) -> None:
    path = POLICIES / f"{county}.toml"
    policy = load(path)
    assert policy.profile.county.id == county
    assert policy.digest == sha256(path.read_bytes()).hexdigest()
    assert policy.text.encode() == path.read_bytes()
    assert parse(policy.text, "adopted") == policy


def test_line_ends_are_part_of_the_digest(tmp_path: Path) -> None:
    content = (POLICIES / "sample.toml").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "sample.toml").write_bytes(content)
    assert load(tmp_path / "sample.toml").digest == sha256(content).hexdigest()


def test_the_engines_own_rules_are_marked_as_the_engines() -> None:
    rules = load_engine(POLICIES / "engine.toml").rules
    assert (rules.breach.remind_days_before, rules.breach.rung_wait_days) == (1, 2)
    assert rules.duties.separate
    assert rules.granting is not None
    assert rules.granting.by_ladder
    assert rules.absence is not None
    assert rules.bulk is not None
    assert rules.bulk.items_most == 100
    assert rules.emergency is not None
    emergency = rules.emergency
    assert (emergency.first_by_unit, emergency.second_by_chain, emergency.hours_most) == (True, True, 72)
    people = (rules.handling, rules.people, rules.granted, rules.units)
    ours = (
        rules.breach,
        rules.duties,
        rules.granting,
        rules.absence,
        rules.bulk,
        rules.emergency,
        *people,
        rules.files,
    )
    assert None not in ours
    assert {rule.source for rule in ours if rule is not None} == {"engine"}


def test_what_the_text_does_not_say_is_listed_and_stays_absent() -> None:
    gaps = not_set(load(POLICIES / "jiashi.toml").profile)
    assert {"retention", "linkage", "assets", "ratios", "claims.papers", "project.steps.returns_to"} <= set(gaps)
    assert "claims.gates.director.deadline" in gaps
    assert "disclosures.arrivals.duration" in gaps


def test_prompt_leaves_the_number_of_days_open() -> None:
    assert "plan.deadline.count" in not_set(load(POLICIES / "jiashi.toml").profile)


def test_what_does_not_apply_is_no_gap() -> None:
    gaps = not_set(load(POLICIES / "jiashi.toml").profile)
    assert "receipt.deadline.count" not in gaps
    assert "project.steps.plan.post" not in gaps
    assert "performance.monitoring.blocks" not in gaps
    assert not [gap for gap in gaps if gap.endswith((".reading", ".source", ".id"))]


# Each text's short name, and how many lines it has.
TEXTS = {
    "guangfeng": ("GF", 26),
    "jiashi": ("JS", 34),
    "meilan": ("ML", 22),
    "jinghe": ("JH", 18),
    "maojian": ("MJ", 7),
}


@pytest.mark.parametrize("county", TEXTS)
def test_every_source_names_lines_that_the_text_has(county: str) -> None:
    name, lines = TEXTS[county]
    sources = re.findall(r'^source = "(.*)"$', load(POLICIES / f"{county}.toml").text, re.MULTILINE)
    assert sources
    for source in sources:
        assert re.fullmatch(rf"{name} L\d+(, L\d+)*", source)
        assert all(1 <= int(line) <= lines for line in re.findall(r"L(\d+)", source))


@pytest.mark.parametrize("county", COUNTIES)
def test_every_reading_is_there_in_both_languages(county: str) -> None:
    readings = re.findall(r'^reading = "(.*)"$', load(POLICIES / f"{county}.toml").text, re.MULTILINE)
    assert all(reading.count(" / ") == 1 for reading in readings)
