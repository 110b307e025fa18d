from collections.abc import Callable
from typing import Any

import pytest

from domain.policy import Profile

COUNTY = "meilan"
ROWS = """
RO-01 RO-03 RO-04 RO-06 RO-07 RO-09
LC-01 LC-03 LC-05 LC-06 LC-07 LC-10 LC-12 LC-13 LC-14 LC-16 LC-17 LC-18 LC-19
FD-01 FD-02 FD-03 FD-08 FD-09 FD-10 FD-13 FD-14 FD-15 FD-17 FD-29
RV-05 RV-07 RV-08
DS-01 DS-07 DS-08
SV-01 SV-03 SV-05 SV-06 SV-08 SV-11
PF-01 PF-02 PF-03
BL-01 BL-02
AS-01 AS-02 AS-03 AS-04
LG-01 LG-02 LG-03 LG-04
EX-04
"""

Find = Callable[..., Any]


@pytest.mark.row("RO-01", "ML")
@pytest.mark.row("RO-06", "ML")
@pytest.mark.row("RO-07", "ML")
def test_five_levels_and_the_groups(profile: Profile) -> None:
    assert [level.zh for level in profile.county.levels] == ["行政村", "镇", "区", "市", "省"]
    assert "衔接" in profile.county.regime_zh
    assert [group.id for group in profile.groups if group.of == "people"] == [
        *("farm_households", "lifted_out", "monitored"),
    ]


@pytest.mark.row("RO-03", "ML")
@pytest.mark.row("RO-04", "ML")
def test_departments_supervise_and_units_keep_the_ledger(profile: Profile, find: Find) -> None:
    assert profile.leads is not None
    assert (profile.leads.money, profile.leads.business) == ("finance_bureau", "rrb")
    assert profile.chain is None
    assert find(profile.duties, "supervision").post == "competent_department"
    assert find(profile.duties, "construction_ledger").post == "project_unit"


@pytest.mark.row("RO-09", "ML")
@pytest.mark.row("DS-07", "ML")
@pytest.mark.row("FD-02", "ML")
def test_papers_are_held_by_their_numbers(profile: Profile) -> None:
    numbers = {reference.id: reference.number for reference in profile.references}
    assert numbers == {
        "provincial_requirements": None,
        "disclosure_rule": "琼扶办发〔2018〕184号",
        "asset_opinion": "琼府办函〔2021〕329号",
        "city_notice": "海乡振发〔2023〕15号",
        "district_request": "美乡振通〔2023〕53号",
    }
    assert profile.receipt is not None
    assert profile.receipt.references == ("city_notice", "district_request")
    assert profile.receipt.deadline is None


@pytest.mark.row("LC-10", "ML")
@pytest.mark.row("LC-12", "ML")
@pytest.mark.row("LC-13", "ML")
def test_a_batch_is_divided_and_who_approves_is_unsaid(profile: Profile) -> None:
    assert profile.flow.starts_with == "batch"
    assert profile.plan is not None
    (approval,) = profile.plan.approvals
    assert (approval.subject, approval.record, approval.body) == ("batch", "document", None)
    assert "A-29" in (approval.reading or "")
    assert profile.plan.drafter is None


@pytest.mark.row("LC-01", "ML")
@pytest.mark.row("LC-03", "ML")
@pytest.mark.row("LC-14", "ML")
@pytest.mark.row("LC-16", "ML")
@pytest.mark.row("LC-18", "ML")
@pytest.mark.row("LC-19", "ML")
def test_a_project_goes_from_the_towns_plan_to_upkeep(profile: Profile, find: Find) -> None:
    assert profile.project is not None
    steps = profile.project.steps
    assert [step.kind for step in steps] == [
        *("declare", "prepare", "bank", "plan", "release", "prepare", "build", "accept", "title", "handover", "keep"),
    ]
    assert find(steps, "estimate").together_with == ("sector_departments",)
    assert find(steps, "implementation_plan").post == "project_unit"
    assert find(steps, "accept").deadline.kind == "prompt"
    assert find(profile.principles, "early_start").topic == "groundwork"
    assert find(profile.principles, "sensible_layout").topic == "planning"


@pytest.mark.row("LC-05", "ML")
@pytest.mark.row("LC-06", "ML")
@pytest.mark.row("LC-07", "ML")
def test_a_two_year_rolling_bank_of_one_and_a_half_times(profile: Profile, find: Find) -> None:
    bank = profile.bank
    assert bank is not None
    assert (bank.dynamic, bank.horizon_years) == ("to_be_improved", 2)
    assert {test.about: test.blocks for test in bank.tests} == {
        "target": True,
        "standard": None,
        "linkage": None,
        "share": None,
    }
    size = find(profile.ratios, "bank_size")
    assert (size.bound_bp, size.comparator, size.denominator.year) == (15_000, "at_least", 2022)
    assert (size.numerator.of, size.denominator.of) == ("bank_entries", "bank_entries")


@pytest.mark.row("LC-17", "ML")
def test_month_quarter_and_year_have_their_tasks(profile: Profile) -> None:
    assert profile.project is not None
    assert [item.every for item in profile.project.schedule] == [None, "month", "quarter", "year"]


@pytest.mark.row("FD-01", "ML")
@pytest.mark.row("FD-03", "ML")
def test_money_of_all_tiers_in_pools_by_tier(profile: Profile) -> None:
    assert [source.tier for source in profile.sources] == ["central", "province", "prefecture", "county"]
    assert [pool.id for pool in profile.pools] == ["city", "district"]


@pytest.mark.row("FD-08", "ML")
@pytest.mark.row("FD-13", "ML")
def test_six_factors_without_weights(profile: Profile) -> None:
    assert profile.allocation is not None
    assert [factor.weight_bp for factor in profile.allocation.factors] == [None] * 6
    assert profile.allocation.lead is None
    assert [principle.id for principle in profile.principles if principle.topic == "balance"] == [
        *("balanced", "payment_speed"),
    ]


@pytest.mark.row("FD-09", "ML")
def test_city_and_district_share_45_to_55_checked_on_the_batch(profile: Profile, find: Find) -> None:
    split = find(profile.splits, "city_match")
    assert [(part.of, part.share) for part in split.parts] == [("city", 45), ("district", 55)]
    assert (split.kind, split.checked_on) == ("tiers", "batch")


@pytest.mark.row("FD-10", "ML")
def test_industry_has_55_percent_of_all_tiers_in_the_year(profile: Profile, find: Find) -> None:
    rule = find(profile.ratios, "industry_share")
    assert (rule.bound_bp, rule.hard, rule.period) == (5500, True, "year")
    assert rule.denominator.tiers == ("central", "province", "prefecture", "county")
    assert rule.numerator.classes == ("industry",)


@pytest.mark.row("FD-14", "ML")
@pytest.mark.row("FD-29", "ML")
def test_city_money_may_serve_other_villages(profile: Profile) -> None:
    bound = [use.id for use in profile.uses if use.tiers == ("prefecture",)]
    assert bound == ["non_poor_industry", "infrastructure_gaps", "plan_projects"]
    assert {"industry", "infrastructure", "production", "living"} <= {use.id for use in profile.uses}


@pytest.mark.row("FD-15", "ML")
@pytest.mark.row("RV-08", "ML")
def test_unrelated_projects_and_unclear_targets_are_barred(profile: Profile, find: Find) -> None:
    assert find(profile.bans, "unrelated").check == "attested"
    no_target = find(profile.bans, "no_target")
    assert (no_target.check, no_target.when) == ("machine", "target_missing")


@pytest.mark.row("RV-05", "ML")
@pytest.mark.row("RV-07", "ML")
@pytest.mark.row("PF-01", "ML")
@pytest.mark.row("PF-02", "ML")
@pytest.mark.row("PF-03", "ML")
def test_no_clear_target_no_money(profile: Profile, find: Find) -> None:
    assert profile.claims is not None
    assert (profile.claims.payee, profile.claims.preconditions) == ("unit", ("target",))
    assert find(profile.performance, "target").blocks == "money"
    assert find(profile.performance, "coverage").zh == "每个项目"
    assert find(profile.performance, "follow_up").post == "leading_group"


@pytest.mark.row("FD-17", "ML")
@pytest.mark.row("LG-03", "ML")
def test_the_printed_split_by_town_and_tier_adds_up(profile: Profile, find: Find) -> None:
    fen = {figure.id: figure.amount_fen or 0 for figure in profile.reported}
    assert fen["lingshan_city"] + fen["sanjiang_city"] == fen["batch_city"] == 22_500_000
    assert fen["lingshan_district"] + fen["sanjiang_district"] == fen["batch_district"] == 27_500_000
    assert fen["batch_city"] + fen["batch_district"] == fen["batch"] == 50_000_000
    assert len(find(profile.records, "batch_by_town").kinds) == 3


@pytest.mark.row("DS-01", "ML")
@pytest.mark.row("DS-08", "ML")
def test_four_objects_are_disclosed_by_the_provinces_rule(profile: Profile) -> None:
    assert [item.id for item in profile.disclosures] == ["allocations", "arrangement", "use_results", "bank"]
    assert {item.reference for item in profile.disclosures} == {"disclosure_rule"}
    assert all((item.places, item.deadline, item.blocks) == ((), None, None) for item in profile.disclosures)


@pytest.mark.row("SV-01", "ML")
@pytest.mark.row("SV-03", "ML")
@pytest.mark.row("SV-08", "ML")
@pytest.mark.row("LG-04", "ML")
def test_dispatch_is_monthly_and_the_circulars_interval_unsaid(profile: Profile, find: Find) -> None:
    assert find(profile.routines, "monthly_dispatch").deadline.every == "month"
    circular = find(profile.routines, "circular")
    assert (circular.post, circular.deadline.kind) == ("leading_group_office", "limit_unstated")
    joint = find(profile.routines, "joint_round")
    assert (joint.post, joint.together_with, joint.deadline.times) == ("rrb", ("finance_bureau",), 1)
    assert "定期通报" in find(profile.records, "dispatch_record").zh


@pytest.mark.row("SV-05", "ML")
@pytest.mark.row("SV-06", "ML")
@pytest.mark.row("SV-11", "ML")
@pytest.mark.row("EX-04", "ML")
def test_circular_interview_limit_accountability(profile: Profile, find: Find) -> None:
    rungs = find(profile.ladders, "slow_project").rungs
    assert [rung.effect for rung in rungs] == ["circular", "interview", "rectify", "accountability"]
    assert [rung.subject for rung in rungs][1:] == ["project_head"] * 3
    limit = rungs[2].limit
    assert (limit.kind, limit.count, limit.start) == ("limit_unstated", None, "interviewed")


@pytest.mark.row("BL-01", "ML")
@pytest.mark.row("BL-02", "ML")
def test_linkage_is_a_wish_in_no_stated_order(profile: Profile, find: Find) -> None:
    linkage = find(profile.linkage, "industry")
    assert (linkage.effect, linkage.ordered) == ("wish", None)
    assert linkage.groups == ("farm_households", "lifted_out", "monitored")


@pytest.mark.row("AS-01", "ML")
@pytest.mark.row("AS-02", "ML")
@pytest.mark.row("AS-03", "ML")
@pytest.mark.row("AS-04", "ML")
def test_assets_are_recorded_titled_handed_over_and_kept(profile: Profile, find: Find) -> None:
    assert [rule.topic for rule in profile.assets] == ["formed", "title", "handover", "keep"]
    assert find(profile.assets, "title").reference == "asset_opinion"
    assert find(profile.assets, "handover").deadline.kind == "prompt"


@pytest.mark.row("LG-01", "ML")
@pytest.mark.row("LG-02", "ML")
def test_six_kinds_go_to_the_national_system_promptly(profile: Profile, find: Find) -> None:
    system = find(profile.systems, "national_monitoring")
    assert (len(system.entries), system.direction, system.deadline.kind) == (6, "out", "prompt")
    assert find(profile.records, "construction_ledger").keeper == "project_unit"


def test_every_row_of_the_county_is_in_the_file_and_under_test(check_rows: Callable[..., None]) -> None:
    check_rows(COUNTY, "ML", ROWS, __file__)
