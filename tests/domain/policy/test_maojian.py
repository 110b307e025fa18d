from collections.abc import Callable
from typing import Any

import pytest

from domain.policy import Profile

COUNTY = "maojian"
ROWS = """
RO-01 RO-02 RO-03 RO-04 RO-05 RO-06 RO-07 RO-09
LC-01 LC-02 LC-03 LC-05 LC-06 LC-07 LC-08 LC-09 LC-10 LC-11 LC-12 LC-15 LC-16 LC-17 LC-18 LC-19 LC-20
FD-01 FD-03 FD-07 FD-08 FD-13 FD-14 FD-15 FD-16 FD-17 FD-19 FD-20 FD-23 FD-24 FD-28 FD-29 FD-30
RV-01 RV-02 RV-03 RV-04 RV-05 RV-06 RV-07 RV-08 RV-09
DS-01 DS-08
SV-04 SV-12
PF-02 PF-04 PF-08
BL-01 BL-02 BL-03
AS-01 AS-05
LG-03
"""

Find = Callable[..., Any]


@pytest.mark.row("RO-01", "MJ")
@pytest.mark.row("RO-06", "MJ")
@pytest.mark.row("RO-07", "MJ")
@pytest.mark.row("RO-09", "MJ")
def test_a_regime_of_its_own(profile: Profile) -> None:
    assert [level.zh for level in profile.county.levels] == ["村", "乡镇", "区"]
    assert profile.county.year is None
    assert "精准扶贫" in profile.county.regime_zh
    assert "衔接" not in profile.county.regime_zh
    assert profile.groups[0].id == "poor_households"
    assert [reference.id for reference in profile.references] == ["fund_measures", "claim_rules"]


@pytest.mark.row("RO-02", "MJ")
@pytest.mark.row("LC-11", "MJ")
@pytest.mark.row("LC-12", "MJ")
def test_joint_review_forms_the_bank_and_who_approves_the_plan_is_unsaid(profile: Profile) -> None:
    assert profile.plan is not None
    assert [(stage.body, stage.subject) for stage in profile.plan.approvals] == [
        ("joint_review", "bank_entry"),
        (None, "plan"),
    ]


@pytest.mark.row("RO-03", "MJ")
@pytest.mark.row("RO-04", "MJ")
@pytest.mark.row("RO-05", "MJ")
@pytest.mark.row("RV-03", "MJ")
@pytest.mark.row("RV-09", "MJ")
@pytest.mark.row("LC-18", "MJ")
def test_who_answers_and_who_is_hired(profile: Profile, find: Find) -> None:
    assert profile.leads is not None
    assert (profile.leads.money, profile.leads.business) == ("coordination_office", "competent_department")
    assert profile.chain is None
    assert find(profile.duties, "claim_truth").post == "competent_department"
    assert find(profile.duties, "village_projects").post == "third_party"
    assert find(profile.duties, "evaluation").post == "evaluation_agency"
    assert find(profile.posts, "third_party").kind == "outside"
    assert profile.project is not None
    assert find(profile.project.steps, "accept").post is None


@pytest.mark.row("LC-01", "MJ")
@pytest.mark.row("LC-02", "MJ")
@pytest.mark.row("LC-03", "MJ")
@pytest.mark.row("LC-05", "MJ")
@pytest.mark.row("LC-08", "MJ")
@pytest.mark.row("LC-15", "MJ")
@pytest.mark.row("LC-16", "MJ")
def test_a_project_goes_up_once_through_two_reviews(profile: Profile, find: Find) -> None:
    assert profile.flow.starts_with == "declaration"
    project = profile.project
    assert project is not None
    assert [step.kind for step in project.steps] == [
        *("declare", "review", "review", "bank", "plan", "prepare", "tender", "build", "accept", "payments"),
    ]
    assert project.rounds is not None
    assert (project.rounds.up, project.rounds.down) == (1, 0)
    assert profile.bank is not None
    assert find(profile.bank.tests, "reviews").blocks is True


@pytest.mark.row("LC-06", "MJ")
@pytest.mark.row("LC-07", "MJ")
@pytest.mark.row("LC-09", "MJ")
@pytest.mark.row("LC-10", "MJ")
@pytest.mark.row("LC-17", "MJ")
@pytest.mark.row("LC-19", "MJ")
@pytest.mark.row("LC-20", "MJ")
def test_one_bank_kept_current_planned_once_built_by_year(profile: Profile, find: Find) -> None:
    bank = profile.bank
    assert bank is not None
    assert (bank.dynamic, bank.cross_year, bank.horizon_years) == ("kept_current", "plan_once_build_yearly", None)
    topics = {principle.id: principle.topic for principle in profile.principles}
    assert topics["one_bank"] == topics["one_blueprint"] == "planning"
    assert topics["two_way_matching"] == topics["one_list"] == "allocation"
    assert profile.plan is not None
    assert profile.plan.form == "coordination"
    assert profile.project is not None
    assert find(profile.project.schedule, "yearly_phases").every == "year"


@pytest.mark.row("FD-01", "MJ")
@pytest.mark.row("FD-07", "MJ")
@pytest.mark.row("FD-08", "MJ")
@pytest.mark.row("FD-13", "MJ")
@pytest.mark.row("FD-30", "MJ")
def test_money_is_pooled_and_stays_credited_to_its_owner(profile: Profile, find: Find) -> None:
    assert [source.id for source in profile.sources] == [
        *("central", "province", "city", "district", "departments", "financing", "asset_income"),
    ]
    assert profile.allocation is not None
    assert profile.allocation.lead is None
    assert find(profile.principles, "by_nature").topic == "allocation"
    assert find(profile.principles, "key_places").topic == "balance"
    assert find(profile.principles, "credit").topic == "credit"


@pytest.mark.row("FD-03", "MJ")
@pytest.mark.row("FD-24", "MJ")
def test_three_ledgers_each_cover_the_shortage_of_the_former(profile: Profile) -> None:
    assert [(pool.id, pool.draw, pool.covers, pool.strictly) for pool in profile.pools] == [
        ("poverty", 1, (), True),
        ("pooled", 2, ("poverty",), False),
        ("financing", 3, ("poverty", "pooled"), False),
    ]


@pytest.mark.row("FD-15", "MJ")
@pytest.mark.row("FD-23", "MJ")
@pytest.mark.row("RV-08", "MJ")
def test_five_must_nots_of_which_three_a_machine_checks(profile: Profile) -> None:
    must_nots = profile.bans[:5]
    assert [ban.check for ban in must_nots] == ["attested", "attested", "machine", "machine", "machine"]
    assert [ban.barred_classes for ban in must_nots[2:]] == [("halls",), ("allowances",), ("office_costs",)]
    assert "A-46" in (must_nots[1].reading or "")


@pytest.mark.row("FD-14", "MJ")
@pytest.mark.row("FD-16", "MJ")
def test_five_guards_are_judged_by_people(profile: Profile, find: Find) -> None:
    assert [ban.check for ban in profile.bans[5:]] == ["attested"] * 5
    assert "低保" not in find(profile.bans, "living_money").zh
    assert "生产" in find(profile.bans, "living_money").zh
    assert "标准" in find(profile.bans, "standards").zh


@pytest.mark.row("FD-17", "MJ")
@pytest.mark.row("LG-03", "MJ")
@pytest.mark.row("PF-08", "MJ")
def test_figures_by_field_and_year_as_printed(profile: Profile, find: Find) -> None:
    assert find(profile.reported, "agriculture_industry").amount_fen == 6118 * 10**6
    assert find(profile.reported, "infrastructure").amount_fen == 23_000 * 10**6
    assert find(profile.reported, "incidence_before").bp == 2750
    assert find(profile.reported, "incidence_after").bp == 740
    assert len(find(profile.records, "by_period").kinds) == 4


@pytest.mark.row("FD-19", "MJ")
@pytest.mark.row("FD-20", "MJ")
@pytest.mark.row("FD-28", "MJ")
def test_risk_fund_award_and_subsidies(profile: Profile, find: Find) -> None:
    split = find(profile.splits, "risk_fund")
    assert [(part.of, part.share) for part in split.parts] == [("fund", 1), ("loans", 7)]
    assert find(profile.instruments, "risk_fund").amount_fen == 2000 * 10**6
    award = find(profile.instruments, "household_award")
    assert (award.amount_fen, award.per, award.confirmed_by) == (100_000, "household", None)
    assert find(profile.instruments, "interest_subsidy").amount_fen is None
    subsidies = [find(profile.instruments, name) for name in ("household_subsidy", "enterprise_subsidy")]
    assert [(one.amount_fen, one.amount_is) for one in subsidies] == [(2800 * 10**6, "exact"), (1500 * 10**6, "nearly")]


@pytest.mark.row("FD-29", "MJ")
def test_permitted_uses(profile: Profile) -> None:
    assert [use.id for use in profile.uses] == ["poverty_projects", "agriculture_building", "subsidies", "credit"]


@pytest.mark.row("RV-01", "MJ")
@pytest.mark.row("RV-02", "MJ")
def test_the_department_reviews_then_five_unnamed_levels_sign(profile: Profile) -> None:
    assert profile.claims is not None
    department, *levels = profile.claims.gates
    assert department.post == "competent_department"
    assert [level.post for level in levels] == [None] * 5
    assert all("A-45" in (level.reading or "") for level in levels)


@pytest.mark.row("RV-04", "MJ")
@pytest.mark.row("RV-05", "MJ")
@pytest.mark.row("RV-06", "MJ")
@pytest.mark.row("RV-07", "MJ")
def test_a_claim_goes_straight_to_the_contractor(profile: Profile) -> None:
    claims = profile.claims
    assert claims is not None
    assert claims.papers == ("application", "vouchers", "related_files", "measures", "plan")
    assert (claims.payee, claims.answerable) == ("contractor", "competent_department")
    assert claims.preconditions == ("plan", "sign_off")
    assert claims.channel is not None
    assert "封闭运行" in claims.channel.zh
    assert profile.release is not None
    assert profile.release.form == "reimbursement"


@pytest.mark.row("DS-01", "MJ")
@pytest.mark.row("DS-08", "MJ")
def test_disclosure_is_named_and_nothing_more(profile: Profile) -> None:
    (item,) = profile.disclosures
    assert (item.mandatory, item.blocks, item.places, item.deadline) == (True, None, (), None)


@pytest.mark.row("SV-04", "MJ")
@pytest.mark.row("SV-12", "MJ")
def test_the_province_appraises(profile: Profile, find: Find) -> None:
    assert find(profile.rankings, "province_praise").subject == "county"
    assert find(profile.routines, "province_appraisal").topic == "assessment"
    assert profile.ladders == ()


@pytest.mark.row("PF-02", "MJ")
@pytest.mark.row("PF-04", "MJ")
def test_an_agency_evaluates_several_kinds_of_fund(profile: Profile, find: Find) -> None:
    assert "小农水" in find(profile.performance, "coverage").zh
    assert find(profile.performance, "evaluation").post == "evaluation_agency"


@pytest.mark.row("BL-01", "MJ")
@pytest.mark.row("BL-02", "MJ")
@pytest.mark.row("BL-03", "MJ")
def test_linkage_is_awarded_on_result(profile: Profile, find: Find) -> None:
    assert find(profile.linkage, "award").effect == "award"
    assert find(profile.linkage, "order").groups == ("poor_households",)
    assert len(find(profile.linkage, "modes").modes) == 1


@pytest.mark.row("AS-01", "MJ")
@pytest.mark.row("AS-05", "MJ")
def test_income_of_assets_has_three_uses_only(profile: Profile, find: Find) -> None:
    assert len(find(profile.assets, "income").uses) == 3
    assert find(profile.assets, "formed").topic == "formed"


def test_every_row_of_the_county_is_in_the_file_and_under_test(check_rows: Callable[..., None]) -> None:
    check_rows(COUNTY, "MJ", ROWS, __file__)
