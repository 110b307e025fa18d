from collections.abc import Callable
from typing import Any

import pytest

from domain.policy import Profile

COUNTY = "jiashi"
ROWS = """
RO-01 RO-02 RO-03 RO-04 RO-05 RO-07 RO-08 RO-09
LC-05 LC-09 LC-10 LC-11 LC-12 LC-13 LC-14 LC-17
FD-01 FD-02 FD-03 FD-04 FD-05 FD-06 FD-07 FD-08 FD-15 FD-17 FD-29
RV-01 RV-02 RV-05 RV-06 RV-07 RV-08 RV-10
DS-01 DS-02 DS-03 DS-05 DS-06 DS-07 DS-08
SV-01 SV-02 SV-03 SV-04 SV-06 SV-07 SV-08 SV-09 SV-10 SV-11 SV-12
PF-01 PF-02 PF-03 PF-04 PF-06 PF-07 PF-08
LG-03 LG-04 LG-05
EX-01 EX-02 EX-04 EX-05
"""

Find = Callable[..., Any]


@pytest.mark.row("RO-01", "JS")
@pytest.mark.row("RO-07", "JS")
def test_levels_go_from_the_village_to_the_autonomous_region(profile: Profile) -> None:
    assert [level.zh for level in profile.county.levels] == ["村", "乡", "县", "地区", "自治区"]
    assert profile.county.year == 2022
    assert "衔接" in profile.county.regime_zh
    assert any("扶贫" in label.zh for label in profile.labels)


@pytest.mark.row("RO-03", "JS")
@pytest.mark.row("RO-04", "JS")
@pytest.mark.row("RO-05", "JS")
def test_who_leads_who_answers_and_who_is_hired(profile: Profile, find: Find) -> None:
    assert profile.leads is not None
    assert (profile.leads.money, profile.leads.business) == ("finance_bureau", "competent_department")
    assert profile.chain is not None
    assert profile.chain.posts == ("chief_watch_post", "deputy_director", "director")
    assert find(profile.duties, "overall").post == "director"
    hired = find(profile.duties, "performance_review")
    assert hired.kind == "performs"
    assert find(profile.posts, hired.post).kind == "outside"


@pytest.mark.row("RO-08", "JS")
@pytest.mark.row("RO-09", "JS")
def test_training_and_the_rules_referred_to(profile: Profile, find: Find) -> None:
    assert find(profile.training, "fund_management").levels == ("township", "village")
    assert [reference.id for reference in profile.references] == ["own_systems", "central_opinion", "disclosure_rule"]


@pytest.mark.row("FD-02", "JS")
@pytest.mark.row("FD-04", "JS")
@pytest.mark.row("FD-05", "JS")
def test_within_3_days_of_the_document_both_the_report_and_the_notice(profile: Profile) -> None:
    receipt = profile.receipt
    assert receipt is not None
    assert receipt.document == "required"
    assert (receipt.report_to, receipt.notify_to) == ("leading_group", "competent_department")
    assert receipt.deadline is not None
    assert (receipt.deadline.kind, receipt.deadline.count, receipt.deadline.unit) == ("counted", 3, "calendar")
    assert receipt.deadline.start == "fund_received"
    assert receipt.deadline.conditions == ("report", "notice")
    assert "A-18" in (receipt.deadline.reading or "")


@pytest.mark.row("LC-09", "JS")
@pytest.mark.row("LC-10", "JS")
@pytest.mark.row("FD-07", "JS")
@pytest.mark.row("FD-08", "JS")
def test_department_and_finance_select_then_draft_promptly(profile: Profile, find: Find) -> None:
    plan, allocation = profile.plan, profile.allocation
    assert plan is not None
    assert plan.selection is not None
    assert (plan.selection.post, plan.selection.together_with) == ("competent_department", ("finance_bureau",))
    assert plan.selection.deadline is None
    assert (plan.drafter, plan.together_with) == ("competent_department", ("finance_bureau",))
    assert plan.deadline is not None
    assert (plan.deadline.kind, plan.deadline.count) == ("prompt", None)
    assert allocation is not None
    assert (allocation.lead, allocation.together_with) == ("competent_department", ("finance_bureau",))
    assert find(allocation.factors, "yearly_tasks").weight_bp is None


@pytest.mark.row("RO-02", "JS")
@pytest.mark.row("LC-11", "JS")
@pytest.mark.row("LC-12", "JS")
@pytest.mark.row("LC-13", "JS")
def test_one_body_approves_the_plan_as_a_whole_by_minutes(profile: Profile, find: Find) -> None:
    assert profile.plan is not None
    (approval,) = profile.plan.approvals
    assert (approval.body, approval.subject, approval.record) == ("leading_group", "plan", "minutes")
    assert find(profile.posts, "leading_group").kind == "body"


@pytest.mark.row("FD-06", "JS")
def test_release_to_the_unit_within_5_days_of_the_minutes(profile: Profile) -> None:
    release = profile.release
    assert release is not None
    assert (release.form, release.basis) == ("transfer", "minutes")
    assert release.deadline is not None
    assert (release.deadline.kind, release.deadline.count, release.deadline.unit) == ("counted", 5, "calendar")
    assert release.deadline.start == "minutes_filed"
    assert "A-19" in (release.deadline.reading or "")


@pytest.mark.row("RV-01", "JS")
@pytest.mark.row("RV-02", "JS")
@pytest.mark.row("RV-05", "JS")
@pytest.mark.row("RV-06", "JS")
@pytest.mark.row("RV-07", "JS")
def test_six_gates_stand_before_the_payment_to_the_unit(profile: Profile) -> None:
    claims = profile.claims
    assert claims is not None
    assert [(gate.post, gate.kind) for gate in claims.gates] == [
        ("poverty_section", "review"),
        ("watch_post", "review"),
        ("payment_centre", "review"),
        ("township_finance_section", "recheck"),
        ("deputy_director", "recheck"),
        ("director", "recheck"),
    ]
    assert all(gate.deadline is None for gate in claims.gates)
    assert (claims.payee, claims.preconditions) == ("unit", ("minutes",))
    assert claims.channel is not None
    assert (claims.channel.zh, claims.channel.reading is not None) == ("支付中心", True)
    assert profile.retention is None


@pytest.mark.row("LC-05", "JS")
def test_a_project_must_be_in_the_bank_to_be_selected(profile: Profile, find: Find) -> None:
    assert profile.bank is not None
    assert find(profile.bank.tests, "in_bank").blocks is True
    assert profile.project is not None
    assert [step.kind for step in profile.project.steps] == ["bank", "plan", "release", "payments"]
    assert profile.flow.starts_with == "money"


@pytest.mark.row("LC-14", "JS")
@pytest.mark.row("LC-17", "JS")
@pytest.mark.row("SV-06", "JS")
def test_what_guides_without_a_number(profile: Profile, find: Find) -> None:
    assert find(profile.principles, "simplified_approval").topic == "groundwork"
    assert find(profile.principles, "accountability_in_supervision").topic == "responsibility"
    assert profile.project is not None
    assert find(profile.project.schedule, "spending_schedule").every == "month"


@pytest.mark.row("FD-01", "JS")
@pytest.mark.row("FD-03", "JS")
def test_five_sources_in_two_pools(profile: Profile) -> None:
    assert [source.id for source in profile.sources] == ["bridging", "integration", "bond", "prefecture", "county"]
    assert [pool.id for pool in profile.pools] == ["integrated", "original_use"]


@pytest.mark.row("FD-15", "JS")
@pytest.mark.row("FD-29", "JS")
@pytest.mark.row("RV-08", "JS")
def test_scope_is_reviewed_and_its_list_is_unsaid(profile: Profile, find: Find) -> None:
    assert [ban.id for ban in profile.bans] == ["irregular", "out_of_scope", "idle", "wasted"]
    assert {ban.check for ban in profile.bans} == {"attested"}
    assert find(profile.routines, "scope_review").post == "review_group"
    assert profile.uses == ()


@pytest.mark.row("FD-17", "JS")
@pytest.mark.row("RV-10", "JS")
@pytest.mark.row("LG-03", "JS")
def test_the_statement_shows_each_pool_with_its_printed_rate(profile: Profile, find: Find) -> None:
    assert find(profile.reported, "integrated_rate").bp == 9828
    assert find(profile.reported, "original_use_rate").bp == 8587
    assert find(profile.reported, "received").amount_fen == 12_829_324 * 10**4
    assert find(profile.reported, "integrated_projects").quantity == 31
    assert find(profile.reported, "original_use_projects").quantity == 26
    assert len(find(profile.records, "sources_and_uses").kinds) == 4


@pytest.mark.row("DS-01", "JS")
@pytest.mark.row("DS-02", "JS")
@pytest.mark.row("DS-03", "JS")
@pytest.mark.row("DS-07", "JS")
@pytest.mark.row("DS-08", "JS")
def test_four_kinds_of_information_on_the_portal_within_20_days(profile: Profile, find: Find) -> None:
    assert [item.id for item in profile.disclosures] == ["policies", "arrivals", "allocations", "performance"]
    for item in profile.disclosures:
        assert item.deadline is not None
        assert (item.deadline.kind, item.deadline.count) == ("counted", 20)
        assert item.deadline.start == "information_arises"
        assert "门户网站" in item.places[0]
        assert (item.duration, item.blocks) == (None, None)
        assert find(profile.references, item.reference).number == "新扶贫领字〔2018〕27号"


@pytest.mark.row("DS-05", "JS")
@pytest.mark.row("DS-06", "JS")
def test_hotline_and_register(profile: Profile, find: Find) -> None:
    assert profile.hotline is not None
    assert profile.hotline.zh == "举报电话"
    assert "2018-2022" in find(profile.records, "disclosure_register").zh


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("SV-03", "JS")
@pytest.mark.row("LG-04", "JS")
def test_the_months_task_by_the_5th_and_the_circular_at_its_end(profile: Profile, find: Find) -> None:
    task, circular = find(profile.routines, "monthly_task"), find(profile.routines, "monthly_circular")
    assert (task.deadline.kind, task.deadline.every, task.deadline.by_day) == ("cadence", "month", 5)
    assert task.consults == ("industry_departments",)
    assert task.to == ("implementing_unit",)
    assert (circular.deadline.every, circular.deadline.month_end) == ("month", True)
    assert circular.to == ("party_committee", "county_government")
    assert find(profile.records, "monthly_circular").keeper == "finance_bureau"
    assert not [routine for routine in profile.routines if routine.topic == "dispatch"]


@pytest.mark.row("SV-07", "JS")
@pytest.mark.row("EX-04", "JS")
def test_units_below_their_task_go_to_the_discipline_commission(profile: Profile, find: Find) -> None:
    circular, referral = find(profile.ladders, "monthly_task").rungs
    assert (circular.effect, circular.subject) == ("circular", "unit")
    assert (referral.trigger, referral.subject, referral.effect) == ("task_unmet", "unit", "referral")
    assert referral.to == ("discipline_commission",)


@pytest.mark.row("SV-04", "JS")
def test_the_place_in_the_prefecture_is_ranked_by_nobody_named(profile: Profile, find: Find) -> None:
    ranking = find(profile.rankings, "in_the_prefecture")
    assert (ranking.subject, ranking.post) == ("county", None)


@pytest.mark.row("SV-08", "JS")
@pytest.mark.row("SV-12", "JS")
def test_inspections_are_irregular(profile: Profile, find: Find) -> None:
    inspection = find(profile.routines, "anomaly_inspection")
    assert (inspection.together_with, inspection.deadline) == (("supervision_departments",), None)
    assert find(profile.routines, "outside_review").topic == "assessment"


@pytest.mark.row("SV-09", "JS")
def test_two_platforms_watch_in_real_time(profile: Profile) -> None:
    assert [system.id for system in profile.systems] == ["mof_monitor", "prefecture_loop", "portal"]


@pytest.mark.row("SV-10", "JS")
@pytest.mark.row("LG-05", "JS")
@pytest.mark.row("EX-05", "JS")
def test_leader_and_treasury_officer_watch_twice_a_day(profile: Profile, find: Find) -> None:
    watch = find(profile.routines, "daily_watch")
    assert (watch.post, watch.together_with) == ("treasury_officer", ("responsible_leader",))
    assert (watch.deadline.every, watch.deadline.times) == ("day", 2)
    assert find(profile.routines, "weekly_report").deadline.every == "week"
    assert find(profile.records, "weekly_report").keeper == "treasury_officer"


@pytest.mark.row("SV-11", "JS")
def test_an_anomaly_is_verified_and_rectified_or_explained_at_once(profile: Profile, find: Find) -> None:
    warn, rectify = find(profile.ladders, "anomaly").rungs
    assert (warn.effect, rectify.effect) == ("warn", "rectify")
    assert (rectify.limit.kind, rectify.limit.count) == ("prompt", None)


@pytest.mark.row("PF-01", "JS")
@pytest.mark.row("PF-02", "JS")
@pytest.mark.row("PF-03", "JS")
@pytest.mark.row("PF-04", "JS")
@pytest.mark.row("PF-06", "JS")
@pytest.mark.row("PF-07", "JS")
@pytest.mark.row("PF-08", "JS")
def test_performance_takes_hold_in_each_phase_and_blocks_nothing(profile: Profile, find: Find) -> None:
    assert [hook.phase for hook in profile.performance] == [
        "target",
        "coverage",
        "monitoring",
        "evaluation",
        "correction",
        "accountability",
        "measure",
    ]
    assert find(profile.performance, "target").blocks is None
    assert find(profile.performance, "evaluation").post == "third_party_team"
    assert find(profile.performance, "correction").deadline.kind == "prompt"


@pytest.mark.row("EX-01", "JS")
@pytest.mark.row("EX-02", "JS")
def test_two_sweeps_one_approved_and_one_by_our_addition(profile: Profile) -> None:
    prior, current = profile.surplus
    assert (prior.kind, prior.approval, prior.approval_is_ours) == ("prior_year", "leading_group", False)
    assert prior.together_with == ("township_accountants",)
    assert (current.kind, current.approval, current.approval_is_ours) == ("current_year", "leading_group", True)
    assert current.moved_to == "projects_with_a_gap"


def test_every_row_of_the_county_is_in_the_file_and_under_test(check_rows: Callable[..., None]) -> None:
    check_rows(COUNTY, "JS", ROWS, __file__)
