from collections.abc import Callable
from typing import Any

import pytest

from domain.policy import Profile

COUNTY = "jinghe"
ROWS = """
RO-01 RO-02 RO-03 RO-04 RO-06 RO-07 RO-09
LC-01 LC-02 LC-03 LC-05 LC-08 LC-09 LC-10 LC-11 LC-12 LC-13 LC-14 LC-15 LC-16 LC-17 LC-19
FD-01 FD-03 FD-05 FD-06 FD-07 FD-08 FD-10 FD-11 FD-14 FD-15 FD-17 FD-25 FD-27 FD-29
RV-01 RV-02 RV-06 RV-07
DS-01 DS-08
SV-01 SV-03 SV-06 SV-08 SV-11 SV-12
PF-01 PF-02 PF-03 PF-04 PF-08
BL-01 BL-02 BL-03 BL-04 BL-05
AS-01 AS-02 AS-05
LG-03 LG-04 LG-06 LG-07
EX-03 EX-04 EX-07
"""

Find = Callable[..., Any]


@pytest.mark.row("RO-01", "JH")
@pytest.mark.row("RO-03", "JH")
@pytest.mark.row("RO-04", "JH")
@pytest.mark.row("RO-07", "JH")
@pytest.mark.row("RO-09", "JH")
def test_levels_leads_and_the_regional_measures(profile: Profile, find: Find) -> None:
    assert [level.zh for level in profile.county.levels] == ["村队", "乡（镇）", "县", "自治区"]
    assert "衔接" in profile.county.regime_zh
    assert profile.leads is not None
    assert (profile.leads.money, profile.leads.business) == ("finance_side", "competent_department")
    assert profile.leads.reading is not None
    assert find(profile.principles, "who_approves_answers").topic == "responsibility"
    assert [reference.id for reference in profile.references] == ["regional_measures"]


@pytest.mark.row("RO-02", "JH")
@pytest.mark.row("LC-11", "JH")
@pytest.mark.row("LC-12", "JH")
@pytest.mark.row("LC-13", "JH")
def test_two_bodies_approve_the_plan_then_the_money(profile: Profile) -> None:
    assert profile.plan is not None
    assert [(stage.body, stage.subject, stage.record) for stage in profile.plan.approvals] == [
        ("standing_meeting", "plan", "reply"),
        ("finance_committee", "money", None),
    ]


@pytest.mark.row("LC-09", "JH")
@pytest.mark.row("LC-10", "JH")
@pytest.mark.row("FD-05", "JH")
@pytest.mark.row("FD-07", "JH")
def test_money_arrives_notice_is_prompt_and_the_limit_has_no_number(profile: Profile) -> None:
    assert profile.flow.starts_with == "money"
    receipt, plan = profile.receipt, profile.plan
    assert receipt is not None
    assert receipt.deadline is not None
    assert (receipt.deadline.kind, receipt.deadline.conditions) == ("prompt", ("notice",))
    assert (receipt.notify_to, receipt.reporter) == ("competent_department", None)
    assert plan is not None
    assert (plan.drafter, plan.form) == ("competent_department", "annual")
    assert plan.selection is not None
    assert plan.selection.deadline is not None
    assert (plan.selection.deadline.kind, plan.selection.deadline.count) == ("limit_unstated", None)
    assert profile.allocation is not None
    assert profile.allocation.lead == "competent_department"


@pytest.mark.row("FD-06", "JH")
@pytest.mark.row("FD-25", "JH")
def test_an_indicator_is_issued_promptly_after_the_committee(profile: Profile, find: Find) -> None:
    release = profile.release
    assert release is not None
    assert release.form == "indicator"
    assert release.deadline is not None
    assert (release.deadline.kind, release.deadline.start) == ("prompt", "money_approved")
    assert find(profile.systems, "budget_system").direction == "out"


@pytest.mark.row("LC-01", "JH")
@pytest.mark.row("LC-02", "JH")
@pytest.mark.row("LC-03", "JH")
@pytest.mark.row("LC-08", "JH")
@pytest.mark.row("LC-15", "JH")
@pytest.mark.row("LC-16", "JH")
def test_two_up_two_down_stands_before_the_bank(profile: Profile, find: Find) -> None:
    project = profile.project
    assert project is not None
    assert [step.id for step in project.steps] == [
        *("declaration", "two_up_two_down", "three_notices_one_announcement", "feasibility", "implementation_plan"),
        *("bank", "plan", "release", "control_price", "tender", "build", "payments"),
    ]
    assert project.rounds is not None
    assert (project.rounds.up, project.rounds.down) == (2, 2)
    assert find(project.steps, "declaration").together_with == ("township",)
    assert find(project.steps, "feasibility").post is None


@pytest.mark.row("LC-05", "JH")
@pytest.mark.row("BL-01", "JH")
@pytest.mark.row("FD-15", "JH")
def test_no_mechanism_or_no_clear_result_no_bank_entry(profile: Profile, find: Find) -> None:
    assert profile.bank is not None
    assert [(test.about, test.check, test.blocks) for test in profile.bank.tests] == [
        ("linkage", "machine", True),
        ("result", "attested", True),
    ]
    assert find(profile.bans, "no_linkage").when == "linkage_missing"
    assert find(profile.linkage, "standing").effect == "gate"


@pytest.mark.row("LC-14", "JH")
@pytest.mark.row("LC-17", "JH")
@pytest.mark.row("LC-19", "JH")
@pytest.mark.row("FD-08", "JH")
def test_what_guides_the_groundwork(profile: Profile, find: Find) -> None:
    assert find(profile.principles, "green_channel").topic == "groundwork"
    assert "规划跟着需求走" in find(profile.principles, "money_follows_projects").zh
    assert profile.project is not None
    milestone = find(profile.project.schedule, "industry_projects")
    assert (milestone.by.isoformat(), milestone.expected) == ("2023-10-31", True)


@pytest.mark.row("FD-01", "JH")
@pytest.mark.row("FD-03", "JH")
@pytest.mark.row("FD-14", "JH")
@pytest.mark.row("FD-27", "JH")
def test_four_sources_and_advance_notice(profile: Profile, find: Find) -> None:
    assert [pool.id for pool in profile.pools] == ["central", "region", "minority", "state_farm"]
    assert find(profile.sources, "advance_notice").announced_ahead
    assert find(profile.uses, "minority").sources == ("minority",)
    assert find(profile.uses, "central_industry").sources == ("central",)


@pytest.mark.row("FD-10", "JH")
@pytest.mark.row("FD-11", "JH")
def test_half_of_the_central_money_in_principle_and_rising(profile: Profile, find: Find) -> None:
    rule = find(profile.ratios, "central_industry_share")
    assert (rule.bound_bp, rule.hard, rule.trend, rule.period) == (5000, False, "rising", "year")
    assert rule.denominator.sources == rule.numerator.sources == ("central",)
    assert "A-05" in rule.reading


@pytest.mark.row("FD-17", "JH")
@pytest.mark.row("LG-03", "JH")
def test_four_classes_with_their_printed_shares(profile: Profile, find: Find) -> None:
    fen = {figure.id: figure.amount_fen or 0 for figure in profile.reported}
    classes = [item.id for item in profile.classes]
    assert classes == ["industry", "infrastructure", "employment", "other"]
    assert sum(fen[name] for name in classes) == fen["received"] == 5126 * 10**6
    assert sum(value for name, value in fen.items() if name.startswith("received_")) == fen["received"]
    assert [find(profile.reported, f"{name}_share").bp for name in classes] == [4136, 5689, 117, 59]


@pytest.mark.row("FD-29", "JH")
def test_two_lists_of_permitted_uses(profile: Profile) -> None:
    assert sum(use.of_class == "industry" and not use.sources for use in profile.uses) == 7
    assert sum(use.of_class == "infrastructure" for use in profile.uses) == 3


@pytest.mark.row("RV-01", "JH")
@pytest.mark.row("RV-02", "JH")
@pytest.mark.row("RV-06", "JH")
@pytest.mark.row("RV-07", "JH")
def test_one_review_then_treasury_payment(profile: Profile) -> None:
    claims = profile.claims
    assert claims is not None
    (gate,) = claims.gates
    assert (gate.post, gate.kind, gate.deadline) == ("finance_side", "review", None)
    assert claims.channel is not None
    assert claims.channel.systems == ("treasury", "direct_funds")
    assert (claims.preconditions, claims.payee) == (("indicator",), None)


@pytest.mark.row("DS-01", "JH")
@pytest.mark.row("DS-08", "JH")
def test_three_notices_and_one_announcement_stand_before_the_bank(profile: Profile) -> None:
    (item,) = profile.disclosures
    assert (item.before, item.mandatory, item.blocks, item.places) == ("bank", True, None, ())


@pytest.mark.row("SV-01", "JH")
@pytest.mark.row("SV-03", "JH")
@pytest.mark.row("SV-11", "JH")
@pytest.mark.row("EX-04", "JH")
@pytest.mark.row("LG-04", "JH")
def test_a_push_meeting_each_month_solves_problems(profile: Profile, find: Find) -> None:
    meeting = find(profile.routines, "push_meeting")
    assert (meeting.deadline.every, meeting.deadline.times) == ("month", 1)
    assert len(find(profile.ladders, "slow_project").rungs) == 1
    assert find(profile.records, "meeting_record").zh == "项目推进会记录"


@pytest.mark.row("SV-06", "JH")
@pytest.mark.row("SV-08", "JH")
@pytest.mark.row("SV-12", "JH")
@pytest.mark.row("BL-05", "JH")
def test_weak_projects_are_rectified(profile: Profile, find: Find) -> None:
    (rung,) = find(profile.ladders, "weak_linkage").rungs
    assert (rung.trigger, rung.effect) == ("weak_effect", "rectify")
    assert find(profile.routines, "on_site").deadline is None
    assert find(profile.routines, "linkage_supervision").together_with == ("industry_departments",)
    assert find(profile.routines, "year_end_assessment").topic == "assessment"
    assert find(profile.linkage, "weak").topic == "weak"


@pytest.mark.row("PF-01", "JH")
@pytest.mark.row("PF-02", "JH")
@pytest.mark.row("PF-03", "JH")
@pytest.mark.row("PF-04", "JH")
@pytest.mark.row("PF-08", "JH")
def test_target_before_monitoring_during_evaluation_after(profile: Profile, find: Find) -> None:
    assert [hook.phase for hook in profile.performance] == [
        *("target", "coverage", "monitoring", "evaluation", "measure"),
    ]
    assert find(profile.performance, "target").blocks is None
    assert find(profile.reported, "employment_led").quantity == 150


@pytest.mark.row("RO-06", "JH")
@pytest.mark.row("BL-02", "JH")
@pytest.mark.row("BL-03", "JH")
@pytest.mark.row("BL-04", "JH")
def test_lifted_out_and_monitored_come_first(profile: Profile, find: Find) -> None:
    order = find(profile.linkage, "order")
    assert (order.groups, order.ordered) == (("lifted_out", "monitored", "other_households"), True)
    assert len(find(profile.linkage, "modes").modes) == 6
    assert find(profile.linkage, "operator").subject == "operator"


@pytest.mark.row("AS-01", "JH")
@pytest.mark.row("AS-02", "JH")
@pytest.mark.row("AS-05", "JH")
def test_title_and_income_are_set_by_agreement(profile: Profile, find: Find) -> None:
    assert [rule.topic for rule in profile.assets] == ["formed", "title", "income"]
    assert find(profile.assets, "income").uses == ()


@pytest.mark.row("EX-03", "JH")
@pytest.mark.row("EX-07", "JH")
@pytest.mark.row("LG-06", "JH")
@pytest.mark.row("LG-07", "JH")
def test_problems_are_named_with_proposals_and_one_reviewer_signs(profile: Profile, find: Find) -> None:
    assert [problem.id for problem in profile.problems] == ["late_money", "share_against_choice"]
    assert all(problem.proposal_zh for problem in profile.problems)
    assert find(profile.records, "signed_report").signatures == 1
    assert find(profile.records, "problems_and_proposals").keeper is None


def test_every_row_of_the_county_is_in_the_file_and_under_test(check_rows: Callable[..., None]) -> None:
    check_rows(COUNTY, "JH", ROWS, __file__)
