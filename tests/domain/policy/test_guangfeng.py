from collections.abc import Callable
from typing import Any

import pytest

from domain.policy import Profile

COUNTY = "guangfeng"
ROWS = """
RO-01 RO-02 RO-03 RO-05 RO-06 RO-07 RO-09
LC-01 LC-02 LC-03 LC-04 LC-05 LC-08 LC-10 LC-11 LC-12 LC-13 LC-19
FD-01 FD-07 FD-08 FD-10 FD-11 FD-12 FD-13 FD-15 FD-17 FD-18 FD-21 FD-22 FD-23 FD-26 FD-29
RV-07 RV-08
DS-01 DS-02 DS-08
SV-01 SV-03 SV-04 SV-05 SV-06 SV-08 SV-11
PF-01 PF-02 PF-04 PF-05 PF-07 PF-08
BL-01 BL-02
LG-03 LG-04
EX-04 EX-05
"""

Find = Callable[..., Any]


@pytest.mark.row("RO-01", "GF")
@pytest.mark.row("RO-06", "GF")
@pytest.mark.row("RO-07", "GF")
@pytest.mark.row("RO-09", "GF")
def test_levels_groups_words_and_its_own_measures(profile: Profile, find: Find) -> None:
    assert [level.zh for level in profile.county.levels] == ["村", "乡镇（街道）", "区"]
    assert profile.county.year == 2021
    assert [group.id for group in profile.groups if group.of == "people"] == ["lifted_out", "three_categories"]
    assert "过渡期" in find(profile.labels, "transition").zh
    assert "(试行)" in find(profile.references, "own_measures").zh
    assert profile.chain is None


@pytest.mark.row("RO-03", "GF")
@pytest.mark.row("RO-05", "GF")
def test_who_leads_and_who_is_hired(profile: Profile, find: Find) -> None:
    assert profile.leads is not None
    assert (profile.leads.money, profile.leads.business) == ("finance_bureau", "rrb")
    assert find(profile.posts, "planning_institute").kind == "outside"


@pytest.mark.row("LC-01", "GF")
@pytest.mark.row("LC-02", "GF")
@pytest.mark.row("LC-03", "GF")
@pytest.mark.row("LC-04", "GF")
@pytest.mark.row("LC-08", "GF")
@pytest.mark.row("SV-08", "GF")
def test_a_declaration_goes_up_once_and_is_surveyed_before_the_decision(profile: Profile, find: Find) -> None:
    assert profile.flow.starts_with == "declaration"
    assert profile.project is not None
    steps = profile.project.steps
    assert [step.kind for step in steps] == ["declare", "review", "survey", "bank", "plan", "release", "payments"]
    survey = find(steps, "field_survey")
    assert (survey.post, survey.together_with) == ("field_team", ("finance_bureau", "rrb", "drc"))
    assert profile.project.rounds is not None
    assert (profile.project.rounds.up, profile.project.rounds.down) == (1, 0)
    assert find(profile.routines, "field_survey").post == "field_team"


@pytest.mark.row("LC-05", "GF")
@pytest.mark.row("RV-08", "GF")
def test_three_tests_bar_the_bank(profile: Profile) -> None:
    assert profile.bank is not None
    assert [(test.about, test.blocks) for test in profile.bank.tests] == [
        ("scope", True),
        ("feasible", True),
        ("necessary", True),
    ]


@pytest.mark.row("RO-02", "GF")
@pytest.mark.row("LC-10", "GF")
@pytest.mark.row("LC-11", "GF")
@pytest.mark.row("LC-12", "GF")
@pytest.mark.row("LC-13", "GF")
@pytest.mark.row("RV-07", "GF")
def test_the_leading_group_passes_each_project_and_a_reply_is_issued(profile: Profile) -> None:
    assert profile.plan is not None
    assert profile.plan.form == "annual"
    (approval,) = profile.plan.approvals
    assert (approval.body, approval.subject, approval.record) == ("leading_group", "project", "reply")
    assert profile.claims is not None
    assert profile.claims.preconditions == ("approved_project",)
    assert (profile.claims.gates, profile.claims.payee) == ((), None)


@pytest.mark.row("FD-01", "GF")
@pytest.mark.row("FD-07", "GF")
@pytest.mark.row("FD-08", "GF")
@pytest.mark.row("FD-13", "GF")
@pytest.mark.row("LC-19", "GF")
def test_finance_leads_the_allocation_with_three_others(profile: Profile) -> None:
    assert len(profile.sources) == 5
    allocation = profile.allocation
    assert allocation is not None
    assert (allocation.lead, allocation.together_with) == ("finance_bureau", ("rrb", "drc", "agriculture_bureau"))
    assert [factor.weight_bp for factor in allocation.factors] == [None, None]
    topics = {principle.id: principle.topic for principle in profile.principles}
    assert topics["money_follows_project"] == topics["fill_what_is_missing"] == "allocation"
    assert topics["balance"] == topics["tilt"] == topics["beautiful_villages"] == "balance"
    assert topics["planning_first"] == "planning"


@pytest.mark.row("FD-10", "GF")
def test_industry_has_at_least_half_of_the_project_plan(profile: Profile, find: Find) -> None:
    rule = find(profile.ratios, "industry_share")
    assert (rule.comparator, rule.bound_bp, rule.hard, rule.period) == ("at_least", 5000, True, "year")
    assert (rule.numerator.classes, rule.denominator.classes) == (("industry",), ())
    assert "A-10" in rule.reading
    assert find(profile.reported, "industry_share").bp == 5500


@pytest.mark.row("FD-11", "GF")
def test_the_districts_input_grows_by_no_stated_minimum(profile: Profile, find: Find) -> None:
    assert profile.growth is not None
    assert (profile.growth.of_tier, profile.growth.least_bp) == ("county", None)
    assert find(profile.reported, "district_growth").bp == 500


@pytest.mark.row("FD-12", "GF")
def test_each_key_village_gets_100_wan_a_year(profile: Profile, find: Find) -> None:
    floor = find(profile.floors, "key_village")
    assert (floor.amount_fen, floor.per, floor.group, floor.period) == (100_000_000, "village", "key_village", "year")


@pytest.mark.row("FD-15", "GF")
def test_bars_are_attested_by_people(profile: Profile) -> None:
    assert [ban.id for ban in profile.bans] == ["outside_fund_rules", "duplicate", "low_end"]
    assert {ban.check for ban in profile.bans} == {"attested"}


@pytest.mark.row("FD-17", "GF")
@pytest.mark.row("FD-29", "GF")
@pytest.mark.row("LG-03", "GF")
@pytest.mark.row("PF-08", "GF")
def test_figures_are_kept_by_field_as_printed(profile: Profile, find: Find) -> None:
    assert [item.id for item in profile.classes] == ["industry", "infrastructure", "help", "insurance"]
    assert profile.uses == ()
    assert find(profile.reported, "industry").amount_fen == 4_988_300_000
    assert find(profile.reported, "infrastructure").amount_fen == 5_642_300_000
    helped = [figure.amount_fen or 0 for figure in profile.reported if figure.id.startswith("help_")]
    assert sum(helped) == 2_019_429 * 10**4
    assert find(profile.reported, "greenhouse_area").quantity == 3000


@pytest.mark.row("FD-18", "GF")
def test_society_puts_in_1_and_government_2(profile: Profile, find: Find) -> None:
    split = find(profile.splits, "matching_award")
    assert [(part.of, part.share) for part in split.parts] == [("society", 1), ("government", 2)]
    assert find(profile.reported, "social_raised").amount_fen == 7037 * 10**6
    assert find(profile.reported, "levered").amount_fen == 28_000 * 10**6


@pytest.mark.row("FD-21", "GF")
@pytest.mark.row("FD-22", "GF")
@pytest.mark.row("FD-23", "GF")
def test_money_that_is_no_project(profile: Profile) -> None:
    assert [(tool.kind, tool.amount_fen, tool.amount_is, tool.per) for tool in profile.instruments] == [
        ("standing_fund", 1000 * 10**6, "exact", "year"),
        ("insurance", 350 * 10**6, "exact", "total"),
        ("work_budget", 130 * 10**6, "exact", "year"),
        ("work_budget", 15 * 10**6, "at_least", "township_year"),
    ]


@pytest.mark.row("DS-01", "GF")
@pytest.mark.row("DS-02", "GF")
@pytest.mark.row("DS-08", "GF")
def test_every_project_is_shown_on_three_levels(profile: Profile) -> None:
    (item,) = profile.disclosures
    assert len(item.places) == 3
    assert (item.mandatory, item.blocks, item.deadline, item.duration) == (True, None, None, None)


@pytest.mark.row("SV-01", "GF")
@pytest.mark.row("SV-03", "GF")
@pytest.mark.row("SV-11", "GF")
@pytest.mark.row("FD-26", "GF")
@pytest.mark.row("LG-04", "GF")
def test_dispatch_is_monthly_circulars_prompt_and_letters_without_a_day(profile: Profile, find: Find) -> None:
    dispatch = find(profile.routines, "monthly_dispatch").deadline
    assert (dispatch.kind, dispatch.every) == ("cadence", "month")
    assert find(profile.routines, "circular").deadline.kind == "prompt"
    letter = find(profile.routines, "fund_letter")
    assert (letter.topic, letter.to, letter.deadline) == ("letter", ("related_departments",), None)
    assert find(profile.records, "dispatch_record").keeper is None


@pytest.mark.row("SV-04", "GF")
@pytest.mark.row("SV-05", "GF")
@pytest.mark.row("EX-04", "GF")
def test_townships_are_ranked_and_those_at_the_back_interviewed(profile: Profile, find: Find) -> None:
    rungs = find(profile.ladders, "slow_township").rungs
    assert [(rung.effect, rung.subject) for rung in rungs] == [
        ("circular", "problem"),
        ("rank", "township"),
        ("interview", "township"),
    ]
    assert rungs[-1].actor == "party_leaders"
    assert find(profile.rankings, "townships").back_count is None


@pytest.mark.row("EX-05", "GF")
def test_money_shall_not_wait_for_projects(profile: Profile, find: Find) -> None:
    assert "资金等项目" in find(profile.principles, "money_waiting").zh


@pytest.mark.row("PF-01", "GF")
@pytest.mark.row("PF-02", "GF")
@pytest.mark.row("PF-04", "GF")
@pytest.mark.row("PF-05", "GF")
@pytest.mark.row("PF-07", "GF")
@pytest.mark.row("SV-06", "GF")
def test_the_appraisal_weighs_on_next_years_money(profile: Profile, find: Find) -> None:
    assert [hook.phase for hook in profile.performance] == [
        *("target", "coverage", "evaluation", "next_year", "accountability", "measure"),
    ]
    assert find(profile.performance, "target").blocks is None


@pytest.mark.row("BL-01", "GF")
@pytest.mark.row("BL-02", "GF")
def test_linkage_is_attached_to_the_greenhouses(profile: Profile, find: Find) -> None:
    linkage = find(profile.linkage, "greenhouses")
    assert (linkage.effect, linkage.groups, linkage.ordered) == ("record", ("lifted_out", "three_categories"), None)


def test_every_row_of_the_county_is_in_the_file_and_under_test(check_rows: Callable[..., None]) -> None:
    check_rows(COUNTY, "GF", ROWS, __file__)
