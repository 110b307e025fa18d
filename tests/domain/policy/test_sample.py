from collections.abc import Callable
from typing import Any

from domain.policy import Profile

COUNTY = "sample"

Find = Callable[..., Any]


def test_it_is_marked_as_a_sample_and_every_piece_says_where_it_was_borrowed(profile: Profile) -> None:
    assert profile.county.sample
    assert {rule.source[:7] for rule in (*profile.posts, *profile.sources, *profile.ladders)} == {"sample,"}
    assert profile.project is not None
    assert all(step.source.startswith("sample, after ") for step in profile.project.steps)


def test_a_project_goes_from_declaration_to_the_keeper_and_may_be_returned(profile: Profile, find: Find) -> None:
    assert profile.flow.starts_with == "declaration"
    assert profile.project is not None
    steps = profile.project.steps
    assert [step.kind for step in steps] == [
        *("declare", "review", "survey", "bank", "plan", "release"),
        *("contract", "build", "accept", "title", "handover", "keep"),
    ]
    assert find(steps, "township_review").returns_to == ("village_declaration",)
    assert find(steps, "field_survey").returns_to == ("township_review",)
    assert find(steps, "accept").deadline.count == 15


def test_every_gate_has_its_days(profile: Profile) -> None:
    assert profile.claims is not None
    limits = [gate.deadline for gate in profile.claims.gates]
    assert [(limit.count, limit.unit, limit.start) for limit in limits if limit] == [
        (3, "calendar", "gate_open"),
        (3, "calendar", "gate_open"),
        (2, "calendar", "gate_open"),
    ]
    assert [limit.responsible for limit in limits if limit] == [gate.post for gate in profile.claims.gates]


def test_money_has_its_clocks_and_retention_its_days(profile: Profile) -> None:
    assert profile.receipt is not None
    assert profile.receipt.deadline is not None
    assert (profile.receipt.deadline.count, profile.receipt.deadline.conditions) == (3, ("report", "notice"))
    assert profile.release is not None
    assert profile.release.deadline is not None
    assert (profile.release.deadline.count, profile.release.deadline.start) == (5, "minutes_filed")
    assert profile.retention is not None
    retention = profile.retention
    assert (retention.share_bp, retention.hold_days, retention.pay_days) == (300, 60, 10)


def test_who_prepares_a_case_is_not_who_decides_on_it(profile: Profile) -> None:
    """Else the county's own posts would be refused by the engine's separation of duties."""
    assert profile.project is not None
    assert profile.plan is not None
    assert profile.claims is not None
    by_kind = {step.kind: step.post for step in profile.project.steps}
    prepare = {by_kind["declare"], by_kind["survey"], profile.plan.drafter, profile.claims.lodger}
    decide = {by_kind["review"], by_kind["accept"], profile.claims.payer, *(gate.post for gate in profile.claims.gates)}
    assert prepare & decide == set()


def test_its_ladder_climbs_by_days(profile: Profile, find: Find) -> None:
    assert [rung.wait_days for rung in find(profile.ladders, "slow_project").rungs] == [0, 7, 14, 30]
