"""Whole stories, asked as people ask: one request at a time, over all the streams that it touches."""

from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.calendar import day_of
from domain.claim import CLAIM, GateOrderError, NoSuchClaimError
from domain.claim_correcting import ClaimContentError
from domain.county import NoPolicyError
from domain.document import EnteredBeforeError
from domain.duties import SamePersonError
from domain.errors import BadInputError, BridgefundError
from domain.fund import FUND
from domain.fund_refusals import (
    AmountError,
    NoSuchFundError,
    NotAllottedError,
    NotReservedError,
    SecondTimeError,
    ShortfallError,
)
from domain.ledger import Ledger
from domain.meeting import QuorumError
from domain.obligation import OBLIGATION
from domain.plan import PLAN, NoSuchPlanError, PlanReasonError, PlanStepError
from domain.plan_correcting import PlanLineError
from domain.policy import Policy, parse
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.procedures.claims import PayeeError
from domain.procedures.plans import LINES_MAX
from domain.project import PROJECT, NoSuchProjectError, RecordMissingError, ReturnError, StepOrderError
from domain.project_money import OverContractError, OverReleaseError, TooEarlyError
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    BouncePayment,
    ConfirmPayment,
    DraftPlan,
    FileMinutes,
    NotifyDepartment,
    RefundPayment,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    WithdrawMoney,
)
from domain.terms import Line
from tests.domain.county import (
    DAY,
    GATES,
    JIASHI_GATES,
    MINUTES,
    ONE_DAY,
    PAPER,
    POLICIES,
    PROJECT_REQUEST,
    County,
    claim,
    decision,
    line,
    receipt,
)
from tests.domain.given import WAN


def test_receipt_starts_one_clock_for_report_and_notice(sample: County) -> None:
    sample.receives(on=date(2023, 2, 14))
    clock = sample.clock("fund-F1-arrival")
    assert (clock.trigger_on, clock.due_on) == (date(2023, 2, 14), date(2023, 2, 17))
    assert clock.conditions == ("report", "notice")
    assert clock.remind_on == date(2023, 2, 16)
    assert (clock.case, clock.responsible, clock.act.clause) == (
        "sample/fund/F1",
        "finance_section",
        "sample, after JS L15",
    )
    assert [(rung.post, rung.on) for rung in clock.ladder] == [
        ("chief_watch_post", date(2023, 2, 18)),
        ("deputy_director", date(2023, 2, 20)),
        ("director", date(2023, 2, 22)),
    ]
    sample.ask("fund", "F1", ReportReceipt(), "finance_section")
    assert sample.waits(OBLIGATION, "fund-F1-arrival") == [("notice", "finance_section")]
    sample.ask("fund", "F1", NotifyDepartment(department="农业农村局"), "finance_section")
    assert OBLIGATION.stage(sample.state(OBLIGATION, "fund-F1-arrival")) == "met"


def test_receipt_entered_after_its_limit_is_late_at_once(sample: County) -> None:
    sample.receives(on=DAY - 10 * ONE_DAY)
    sample.ask("fund", "F1", ReportReceipt(), "finance_section", on=DAY - 9 * ONE_DAY)
    recorded = sample.ask("fund", "F1", NotifyDepartment(department="局"), "finance_section", on=DAY - 9 * ONE_DAY)
    # Due 3 days from the stated day; late by the day of record, not by the day that is stated.
    assert recorded[-1].fact.days_late == 7
    assert OBLIGATION.stage(sample.state(OBLIGATION, "fund-F1-arrival")) == "met late"


def test_receipt_by_the_wrong_post_is_refused(sample: County) -> None:
    sample.refuses("fund", "F1", receipt(), "rrb", WrongPostError, "finance_section", "rrb", "sample, after JS L15")
    sample.receives()
    sample.refuses("fund", "F1", ReportReceipt(), "rrb", WrongPostError, "finance_section", "rrb")
    sample.refuses("fund", "F1", NotifyDepartment(department="局"), "rrb", WrongPostError, "finance_section", "rrb")
    withdraw = WithdrawMoney(pool="integrated", amount_fen=1, document_no="退1")
    sample.refuses("fund", "F1", withdraw, "rrb", WrongPostError, "finance_section", "rrb")


def test_same_receipt_from_another_hand_changes_nothing(sample: County) -> None:
    sample.receives()
    act = sample.act("again", "finance_section", "p-other")
    assert sample.run("fund", "F1", receipt(), act) == []


def test_second_receipt_with_another_amount_is_refused(sample: County) -> None:
    sample.receives()
    sample.refuses(
        "fund", "F1", receipt(299 * WAN), "finance_section", EnteredBeforeError, "文件F1", 300 * WAN, 299 * WAN
    )


@pytest.mark.parametrize("amount_fen", [300 * WAN, 299 * WAN])
def test_second_receipt_under_another_fund_number_is_refused(sample: County, amount_fen: int) -> None:
    sample.receives()
    sample.refuses(
        "fund", "F2", receipt(amount_fen), "finance_section", EnteredBeforeError, "文件F1", "F1", "F2", amount_fen
    )


def test_two_items_of_one_document_are_two_funds(sample: County) -> None:
    sample.ask("fund", "F1", receipt(item_no="1"), "finance_section")
    sample.ask("fund", "F2", receipt(item_no="2"), "finance_section")
    sample.refuses("fund", "F1", receipt(item_no="3"), "finance_section", RepeatDiffersError, "文件F1")


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_receipt_of_nothing_or_less_is_refused(sample: County, amount_fen: int) -> None:
    sample.refuses("fund", "F1", receipt(amount_fen), "finance_section", AmountError, amount_fen)


def test_receipt_of_unknown_pool_or_source_names_the_field(sample: County) -> None:
    sample.refuses(
        "fund", "F1", receipt(pool="gold"), "finance_section", BadInputError, "portions.pool", "gold", "integrated"
    )
    sample.refuses("fund", "F1", receipt(source="moon"), "finance_section", BadInputError, "source", "moon", "central")


def test_county_without_adopted_rules_is_refused(ledger: Ledger) -> None:
    nowhere = County(ledger, "nowhere")
    nowhere.refuses("fund", "F1", receipt(), "finance_section", NoPolicyError, "nowhere")


@pytest.mark.parametrize("no", ["", "F 1", "资金", "F/1"])
def test_number_that_cannot_be_a_case_is_refused(sample: County, no: str) -> None:
    with pytest.raises(BadInputError, match="case"):
        sample.run("fund", no, receipt(), sample.act("x", "finance_section"))


@pytest.mark.parametrize(
    ("request_", "post"),
    [
        (ReportReceipt(), "finance_section"),
        (NotifyDepartment(department="局"), "finance_section"),
        (ReleaseMoney(plan_no="P1"), "finance_section"),
        (WithdrawMoney(pool="integrated", amount_fen=1, document_no="退1"), "finance_section"),
    ],
    ids=lambda r: type(r).__name__,
)
def test_unknown_fund_is_told_by_its_number(sample: County, request_: AnyRequest, post: str) -> None:
    sample.refuses("fund", "F9", request_, post, NoSuchFundError, "F9")


def test_report_twice_by_other_hands_is_refused(sample: County) -> None:
    sample.receives()
    sample.ask("fund", "F1", ReportReceipt(), "finance_section")
    sample.refuses("fund", "F1", ReportReceipt(), "finance_section", SecondTimeError, DAY, person="p-other")


def test_withdrawal_takes_free_money_only(planned: County) -> None:
    def withdraw(amount_fen: int) -> WithdrawMoney:
        return WithdrawMoney(pool="integrated", amount_fen=amount_fen, document_no="退1")

    planned.refuses("fund", "F1", withdraw(100 * WAN + 1), "finance_section", ShortfallError, 100 * WAN + 1, 100 * WAN)
    planned.refuses("fund", "F1", withdraw(-1), "finance_section", AmountError, -1)
    planned.ask("fund", "F1", withdraw(100 * WAN), "finance_section")


# What a county's text leaves open


def without(policy: Path, *cut: str) -> Policy:
    """Return a county's rules with lines cut out of its text."""
    text = policy.read_text(encoding="utf-8")
    for part in cut:
        assert text.count(part) == 1, part
        text = text.replace(part, "")
    return parse(text, "cut")


def test_text_that_names_nobody_gives_no_default(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    county.adopt(without(POLICIES / "sample.toml", 'registrar = "finance_section"\n', 'lodger = "implementing_unit"\n'))
    county.refuses("fund", "F1", receipt(), "finance_section", NoRuleStatedError)
    county.refuses("claim", "A01-1", claim(line(5)), "implementing_unit", NoRuleStatedError, "JS L18")


def test_text_without_a_day_count_starts_no_clock(jiashi: County) -> None:
    jiashi.receives()
    jiashi.declares("A01")
    jiashi.plans("P1", line(200 * WAN))
    jiashi.releases("F1", "P1")
    jiashi.lodges("A01-1", line(50 * WAN))
    # Jiashi counts days for arrival, release and disclosure; its gates are "within the limit", without a number.
    assert [no for no in jiashi.clocks() if not no.startswith("disclosure-")] == [
        "fund-F1-arrival",
        "fund-F1-release-P1",
    ]


def test_limit_of_one_day_has_no_reminder(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    head, arrival, tail = text.partition('id = "arrival"')
    county.adopt(parse(head + arrival + tail.replace("count = 3", "count = 1", 1), "one day"))
    county.receives()
    clock = county.clock("fund-F1-arrival")
    # It would come on the trigger's own day, and tell nobody anything.
    assert (clock.due_on, clock.remind_on) == (DAY + ONE_DAY, None)


# Plan


def test_plan_over_its_portion_is_refused_at_draft(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    over = DraftPlan(year=2023, title="年度计划", lines=(line(300 * WAN + 1),))
    before = sample.ledger.facts("sample/fund/F1")
    sample.refuses("plan", "P1", over, "rrb", ShortfallError, "F1", "integrated", 300 * WAN + 1, 300 * WAN)
    assert sample.ledger.facts("sample/fund/F1") == before
    assert sample.ledger.facts("sample/plan/P1") == []


def test_lines_over_a_portion_only_together_are_refused(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.banks("A02")
    over = DraftPlan(year=2023, title="年度计划", lines=(line(200 * WAN), line(100 * WAN + 1, "A02")))
    sample.refuses("plan", "P1", over, "rrb", ShortfallError, 100 * WAN + 1, 100 * WAN)


@pytest.mark.parametrize(
    ("lines", "error", "numbers"),
    [
        ((), PlanLineError, ("P1", 0)),
        ((line(0),), PlanLineError, ("A01", 0)),
        ((line(-5),), PlanLineError, ("A01", -5)),
        ((line(5), line(6)), PlanLineError, ("A01", 6)),
        ((line(5, fund_no="F9"),), NoSuchFundError, ("F9",)),
        ((line(5, pool="gold"),), ShortfallError, ("gold", 5, 0)),
        ((line(5, "A09"),), NoSuchProjectError, ("A09",)),
        ((line(5, "A02"),), StepOrderError, ("A02", "township_review", "plan")),
        ((line(5, ""),), BadInputError, ("case",)),
        (tuple(line(1, f"B{n}") for n in range(LINES_MAX + 1)), BadInputError, ("lines", LINES_MAX + 1, LINES_MAX)),
    ],
    ids=[
        "empty",
        "nothing",
        "below zero",
        "twice",
        "no fund",
        "no pool",
        "no project",
        "not in bank",
        "no name",
        "long",
    ],
)
def test_draft_that_cannot_come_true_is_refused(
    sample: County, lines: tuple[Line, ...], error: type[BridgefundError], numbers: tuple[object, ...]
) -> None:
    sample.receives()
    sample.banks("A01")
    sample.declares("A02")
    sample.refuses("plan", "P1", DraftPlan(year=2023, title="年度计划", lines=lines), "rrb", error, *numbers)


def test_plan_by_the_wrong_post_is_refused(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(5),))
    sample.refuses("plan", "P1", draft, "finance_section", WrongPostError, "rrb", "finance_section")
    sample.drafts("P1", line(5))
    sample.refuses("plan", "P1", decision("M-1", DAY), "rrb", WrongPostError, "leading_group", "rrb")
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    sample.refuses("plan", "P1", minutes, "rrb", WrongPostError, "leading_group", "rrb")


def test_drafter_of_a_plan_does_not_approve_it(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    sample.refuses(
        "plan", "P1", decision("M-1", DAY), "leading_group", SamePersonError, "p-drafter", "draft", person="p-drafter"
    )


def test_unknown_plan_or_stage_is_told_by_its_name(sample: County) -> None:
    sample.refuses("plan", "P9", decision("M-1", DAY), "leading_group", NoSuchPlanError, "P9")
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    sample.refuses("plan", "P9", minutes, "leading_group", NoSuchPlanError, "P9")
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    other = FileMinutes(stage="congress", digest=MINUTES)
    sample.refuses("plan", "P1", other, "leading_group", BadInputError, "stage", "congress", "leading_group")


def test_meeting_below_its_quorum_decides_nothing(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    sample.refuses("plan", "P1", decision("M-1", DAY, present=6), "leading_group", QuorumError, "M-1", 6, 7)


def test_meeting_on_a_day_to_come_is_refused(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    tomorrow = DAY + ONE_DAY
    sample.refuses("plan", "P1", decision("M-1", tomorrow), "leading_group", BadInputError, "held_on", tomorrow, DAY)


def test_minutes_put_the_plan_in_force_and_start_release(sample: County) -> None:
    sample.receives()
    sample.receives("F2", 100 * WAN)
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN), line(50 * WAN, fund_no="F2"))
    sample.approves("P1", "M-1")
    assert sample.state(FUND, "F1").plans == {}
    sample.today = date(2023, 3, 1)
    sample.files("P1")
    for no in ("F1", "F2"):
        clock = sample.clock(f"fund-{no}-release-P1")
        assert (clock.trigger_on, clock.due_on, clock.case) == (date(2023, 3, 1), date(2023, 3, 6), f"sample/fund/{no}")
        assert (clock.conditions, clock.responsible) == (("release",), "finance_section")
    project = sample.state(PROJECT, "A01")
    assert (project.money.allotted, PROJECT.stage(project)) == (250 * WAN, "release")


def test_release_clock_counts_from_the_stated_filing_day(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    sample.approves("P1", "M-1")
    sample.today += 9 * ONE_DAY
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    sample.ask("plan", "P1", minutes, "leading_group", on=DAY + ONE_DAY)
    assert sample.clock("fund-F1-release-P1").due_on == DAY + 6 * ONE_DAY


def test_release_before_the_minutes_is_refused(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    sample.approves("P1", "M-1")
    before = sample.ledger.facts("sample/fund/F1")
    sample.refuses("fund", "F1", ReleaseMoney(plan_no="P1"), "finance_section", NotAllottedError, "P1", "F1")
    assert sample.ledger.facts("sample/fund/F1") == before


def test_release_by_the_wrong_post_is_refused(planned: County) -> None:
    planned.refuses("fund", "F1", ReleaseMoney(plan_no="P1"), "director", WrongPostError, "finance_section", "director")


def test_released_plan_is_over_and_its_clock_met(planned: County) -> None:
    planned.today += 5 * ONE_DAY
    planned.releases("F1", "P1")
    assert PLAN.stage(planned.state(PLAN, "P1")) == "released"
    assert OBLIGATION.stage(planned.state(OBLIGATION, "fund-F1-release-P1")) == "met"
    assert planned.waits(PROJECT, "A01") == [("contract", "implementing_unit")]


def test_release_asked_again_by_another_hand_counts_once(planned: County) -> None:
    planned.releases("F1", "P1")
    act = planned.act("again", "finance_section", "p-other")
    assert planned.run("fund", "F1", ReleaseMoney(plan_no="P1"), act) == []
    assert planned.state(PROJECT, "A01").money.released == 200 * WAN


def test_release_one_day_after_its_limit_is_late(planned: County) -> None:
    planned.today += 6 * ONE_DAY
    recorded = planned.ask("fund", "F1", ReleaseMoney(plan_no="P1"), "finance_section", on=DAY)
    assert recorded[-1].fact.days_late == 1


def test_returned_plan_comes_back_and_is_approved(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    unsaid = decision("M-1", DAY, approve=False)
    sample.refuses("plan", "P1", unsaid, "leading_group", PlanReasonError, "P1", "opinion")
    sample.ask("plan", "P1", decision("M-1", DAY, approve=False, opinion="金额偏高"), "leading_group")
    sample.refuses("plan", "P1", decision("M-2", DAY), "leading_group", PlanStepError, "draft", "decide:leading_group")
    sample.plans("P1", line(150 * WAN))
    assert sample.state(FUND, "F1").balances.portions["integrated"].allotted == 150 * WAN


def test_second_plan_on_the_same_money_is_refused(planned: County) -> None:
    planned.banks("A02")
    over = DraftPlan(year=2023, title="补充计划", lines=(line(100 * WAN + 1, "A02"),))
    planned.refuses("plan", "P2", over, "rrb", ShortfallError, 100 * WAN + 1, 100 * WAN)
    planned.plans("P2", line(100 * WAN, "A02"))


# Project


def test_project_goes_step_by_step_to_its_keeper(accepted: County) -> None:
    accepted.passes("A01", "title", "competent_department", record=PAPER)
    accepted.passes("A01", "handover", "competent_department", record=PAPER)
    accepted.passes("A01", "keep", "village_committee", record=PAPER)
    assert PROJECT.closed(accepted.state(PROJECT, "A01"))


def test_step_by_the_wrong_post_is_refused(sample: County) -> None:
    sample.refuses("project", "A01", PROJECT_REQUEST, "rrb", WrongPostError, "village_committee", "rrb")
    sample.declares("A01")
    review = AnswerStep(step="township_review", approve=True)
    sample.refuses("project", "A01", review, "rrb", WrongPostError, "township_office", "rrb", "sample, after GF L24")


def test_step_out_of_order_is_refused_whoever_asks(sample: County) -> None:
    sample.declares("A01")
    survey = AnswerStep(step="field_survey", approve=True, record=PAPER)
    for post in ("field_team", "village_committee"):
        sample.refuses("project", "A01", survey, post, StepOrderError, "A01", "township_review", "field_survey")


def test_declarer_may_neither_review_nor_accept(building: County) -> None:
    building.declares("A02")
    review = AnswerStep(step="township_review", approve=True)
    declarer = "p-village_committee"
    building.refuses("project", "A02", review, "township_office", SamePersonError, declarer, "declare", person=declarer)
    building.passes("A01", "build", "implementing_unit", record=PAPER)
    accept = AnswerStep(step="accept", approve=True, record=PAPER)
    building.refuses(
        "project", "A01", accept, "competent_department", SamePersonError, declarer, "declare", person=declarer
    )


def test_project_of_no_budget_is_refused(sample: County) -> None:
    for budget_fen in (0, -1):
        request = msgspec.structs.replace(PROJECT_REQUEST, budget_fen=budget_fen)
        sample.refuses("project", "A01", request, "village_committee", BadInputError, "budget_fen", budget_fen)


def test_unknown_project_is_told_by_its_number(sample: County) -> None:
    review = AnswerStep(step="township_review", approve=True)
    sample.refuses("project", "A09", review, "township_office", NoSuchProjectError, "A09")
    sample.refuses(
        "claim", "A09-1", claim(line(5, "A09"), project_no="A09"), "implementing_unit", NoSuchProjectError, "A09"
    )


def test_project_returns_to_an_earlier_step(sample: County) -> None:
    sample.declares("A01")
    sample.passes("A01", "township_review", "township_office")

    def back(to: str, reason: str) -> AnswerStep:
        return AnswerStep(step="field_survey", approve=False, opinion=reason, return_to=to)

    sample.refuses("project", "A01", back("village_declaration", "x"), "field_team", ReturnError, "township_review")
    sample.refuses("project", "A01", back("township_review", ""), "field_team", ReturnError, "township_review")
    sample.ask("project", "A01", back("township_review", "地类不符"), "field_team")
    assert sample.waits(PROJECT, "A01") == [("township_review", "township_office")]
    sample.passes("A01", "township_review", "township_office")
    sample.refuses(
        "project",
        "A01",
        AnswerStep(step="field_survey", approve=True),
        "field_team",
        RecordMissingError,
        "survey_opinion",
    )
    sample.passes("A01", "field_survey", "field_team", record=PAPER)
    assert sample.waits(PROJECT, "A01") == [("bank", "rrb")]


def test_each_stay_at_a_step_has_its_own_clock(building: County) -> None:
    building.passes("A01", "build", "implementing_unit", record=PAPER)
    assert building.clock("project-A01-accept-1").due_on == DAY + 15 * ONE_DAY
    building.today += 3 * ONE_DAY
    back = AnswerStep(step="accept", approve=False, opinion="渗水", return_to="build")
    building.ask("project", "A01", back, "competent_department")
    assert OBLIGATION.stage(building.state(OBLIGATION, "project-A01-accept-1")) == "met"
    building.today += 3 * ONE_DAY
    building.passes("A01", "build", "implementing_unit", record=PAPER)
    clock = building.clock("project-A01-accept-2")
    assert (clock.trigger_on, clock.due_on) == (DAY + 6 * ONE_DAY, DAY + 21 * ONE_DAY)
    assert (clock.case, clock.responsible) == ("sample/project/A01", "competent_department")
    building.passes("A01", "accept", "competent_department", record=PAPER)
    assert OBLIGATION.stage(building.state(OBLIGATION, "project-A01-accept-2")) == "met"


# Claim


def test_claim_goes_gate_by_gate_to_its_payment(building: County) -> None:
    building.lodges("A01-1", line(120 * WAN))
    building.clears("A01-1", *GATES)
    building.pays("A01-1")
    portion = building.state(FUND, "F1").balances.portions["integrated"]
    assert {bucket.value: fen for bucket, fen in portion.buckets.items() if fen} == {
        "free": 100 * WAN,
        "claimable": 80 * WAN,
        "paid": 120 * WAN,
    }
    assert building.state(PROJECT, "A01").money.paid == 120 * WAN
    assert CLAIM.closed(building.state(CLAIM, "A01-1"))


def test_claim_draws_on_two_funds_at_once(sample: County) -> None:
    sample.receives()
    sample.receives("F2", 100 * WAN)
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN), line(50 * WAN, fund_no="F2"))
    sample.releases("F1", "P1")
    assert sample.waits(PROJECT, "A01") == []
    sample.releases("F2", "P1")
    sample.signs("A01", 250 * WAN)
    over = claim(line(10 * WAN), line(50 * WAN + 1, fund_no="F2"))
    sample.refuses("claim", "A01-1", over, "implementing_unit", ShortfallError, "F2", 50 * WAN + 1, 50 * WAN)
    sample.lodges("A01-1", line(100 * WAN), line(50 * WAN, fund_no="F2"))
    sample.clears("A01-1", *GATES)
    sample.pays("A01-1")
    paid = [sample.state(FUND, no).balances.portions["integrated"].buckets for no in ("F1", "F2")]
    assert [{b.value: fen for b, fen in buckets.items()}["paid"] for buckets in paid] == [100 * WAN, 50 * WAN]


def test_claim_over_what_was_released_is_refused(planned: County) -> None:
    planned.refuses("claim", "A01-1", claim(line(1)), "implementing_unit", OverReleaseError, "A01-1", 1, 0)
    planned.releases("F1", "P1")
    planned.signs("A01", 250 * WAN)
    planned.refuses(
        "claim", "A01-1", claim(line(200 * WAN + 1)), "implementing_unit", OverReleaseError, 200 * WAN + 1, 200 * WAN
    )


def test_claim_over_the_contract_is_refused(building: County) -> None:
    # 180 万 less 3 % held back.
    over = claim(line(174_600_001))
    building.refuses("claim", "A01-1", over, "implementing_unit", OverContractError, 174_600_001, 174_600_000)
    building.lodges("A01-1", line(174_600_000))


def test_claim_before_the_contract_is_refused(planned: County) -> None:
    planned.releases("F1", "P1")
    planned.refuses("claim", "A01-1", claim(line(1)), "implementing_unit", TooEarlyError, "A01-1", "MJ L7")


def test_claim_with_a_line_of_another_project_is_refused(building: County) -> None:
    mixed = claim(line(5), line(5, "A02", pool="original_use"))
    building.refuses("claim", "A01-1", mixed, "implementing_unit", ClaimContentError, "project_no", "A02", "A01")


@pytest.mark.parametrize("amount_fen", [0, -5])
def test_claim_of_nothing_or_less_is_refused(building: County, amount_fen: int) -> None:
    building.refuses(
        "claim", "A01-1", claim(line(amount_fen)), "implementing_unit", ClaimContentError, "amount_fen", amount_fen
    )


def test_claim_by_the_wrong_post_is_refused(building: County) -> None:
    building.refuses("claim", "A01-1", claim(line(5)), "rrb", WrongPostError, "implementing_unit", "rrb")


def test_unknown_claim_is_told_by_its_number(building: County) -> None:
    for request, post in (
        (AnswerGate(gate="finance_section", approve=True), "finance_section"),
        (SendPayment(), "payment_centre"),
        (ConfirmPayment(bank_ref="回单"), "treasury_officer"),
    ):
        building.refuses("claim", "A09-1", request, post, NoSuchClaimError, "A09-1")


def test_gate_answered_by_somebody_not_at_it_is_refused(building: County) -> None:
    building.lodges("A01-1", line(5))
    answer = AnswerGate(gate="finance_section", approve=True)
    building.refuses("claim", "A01-1", answer, "deputy_director", WrongPostError, "finance_section", "deputy_director")


def test_gate_out_of_order_is_refused(building: County) -> None:
    building.lodges("A01-1", line(5))
    for gate in GATES[1:]:
        answer = AnswerGate(gate=gate, approve=True)
        building.refuses("claim", "A01-1", answer, gate, GateOrderError, "A01-1", "finance_section", gate)


@pytest.mark.parametrize("step", ["lodge", "send", "confirm", "paid", "release", ""])
def test_nobody_answers_what_is_no_gate(building: County, step: str) -> None:
    building.lodges("A01-1", line(5))
    for then in (
        partial(building.clears, "A01-1", *GATES),
        partial(building.ask, "claim", "A01-1", SendPayment(), "payment_centre"),
        partial(building.ask, "claim", "A01-1", ConfirmPayment(bank_ref="回单"), "treasury_officer"),
    ):
        then()
        for approve in (True, False):
            answer = AnswerGate(gate=step, approve=approve, opinion="不是关口")
            building.refuses("claim", "A01-1", answer, "village_committee", GateOrderError, "A01-1")


def test_nobody_answers_two_gates_of_one_claim(building: County) -> None:
    building.lodges("A01-1", line(5))
    building.clears("A01-1", "finance_section")
    answer = AnswerGate(gate="payment_centre", approve=True)
    twice = "p-finance_section"
    building.refuses(
        "claim", "A01-1", answer, "payment_centre", SamePersonError, twice, "finance_section", person=twice
    )


def test_who_prepared_the_project_answers_no_gate(building: County) -> None:
    building.lodges("A01-1", line(5))
    answer = AnswerGate(gate="finance_section", approve=True)
    for person, duty in (("p-village_committee", "declare"), ("p-field_team", "survey"), ("p-lodger", "lodge")):
        building.refuses("claim", "A01-1", answer, "finance_section", SamePersonError, person, duty, person=person)


def test_each_gate_has_its_own_clock(building: County) -> None:
    building.lodges("A01-1", line(5))
    building.today += 2 * ONE_DAY
    building.clears("A01-1", "finance_section")
    building.today += 5 * ONE_DAY
    building.clears("A01-1", "payment_centre")
    clocks = [building.clock(f"claim-A01-1-v1-{gate}") for gate in GATES]
    assert [(c.trigger_on, c.due_on, c.responsible) for c in clocks] == [
        (DAY, DAY + 3 * ONE_DAY, "finance_section"),
        (DAY + 2 * ONE_DAY, DAY + 5 * ONE_DAY, "payment_centre"),
        (DAY + 7 * ONE_DAY, DAY + 9 * ONE_DAY, "deputy_director"),
    ]
    stages = [OBLIGATION.stage(building.state(OBLIGATION, f"claim-A01-1-v1-{gate}")) for gate in GATES]
    assert stages == ["met", "met late", "open"]


def test_returned_claim_is_lodged_again_as_version_2(building: County) -> None:
    building.lodges("A01-1", line(120 * WAN))
    building.clears("A01-1", "finance_section")
    unsaid = AnswerGate(gate="payment_centre", approve=False)
    building.refuses("claim", "A01-1", unsaid, "payment_centre", ClaimContentError, "opinion")
    building.ask(
        "claim", "A01-1", AnswerGate(gate="payment_centre", approve=False, opinion="发票不符"), "payment_centre"
    )
    assert OBLIGATION.stage(building.state(OBLIGATION, "claim-A01-1-v1-payment_centre")) == "met"
    assert building.state(PROJECT, "A01").money.claimed == 0
    building.refuses("claim", "A01-1", SendPayment(), "payment_centre", GateOrderError, "lodge", "send")
    building.lodges("A01-1", line(110 * WAN))
    state = building.state(CLAIM, "A01-1")
    assert (state.lodged.version, state.lodged.amount_fen) == (2, 110 * WAN)
    assert building.waits(CLAIM, "A01-1") == [("finance_section", "finance_section")]
    assert building.clock("claim-A01-1-v2-finance_section").due_on == DAY + 3 * ONE_DAY
    assert building.state(PROJECT, "A01").money.claimed == 110 * WAN
    building.clears("A01-1", *GATES)
    building.pays("A01-1")


def test_bounced_payment_is_sent_again(building: County) -> None:
    building.lodges("A01-1", line(120 * WAN))
    building.clears("A01-1", *GATES)
    building.ask("claim", "A01-1", SendPayment(), "payment_centre")
    building.refuses("claim", "A01-1", SendPayment(), "payment_centre", GateOrderError, "confirm", "send")
    building.ask("claim", "A01-1", BouncePayment(reason="户名不符"), "treasury_officer")
    building.refuses(
        "claim", "A01-1", ConfirmPayment(bank_ref="回单"), "treasury_officer", GateOrderError, "send", "confirm"
    )
    building.pays("A01-1")
    assert building.state(CLAIM, "A01-1").attempt == 2
    assert building.state(PROJECT, "A01").money.paid == 120 * WAN


def test_one_claim_is_paid_once(building: County) -> None:
    building.lodges("A01-1", line(120 * WAN))
    building.clears("A01-1", *GATES)
    building.pays("A01-1")
    again = ConfirmPayment(bank_ref="回单-9")
    building.refuses("claim", "A01-1", again, "treasury_officer", RepeatDiffersError, "A01-1", "回单-A01-1", "回单-9")
    building.refuses("claim", "A01-1", SendPayment(), "payment_centre", GateOrderError, "paid", "send")
    same = ConfirmPayment(bank_ref="回单-A01-1")
    building.refuses("claim", "A01-1", same, "treasury_officer", NotReservedError, "A01-1", "paid")


def test_payment_by_the_wrong_post_is_refused(building: County) -> None:
    building.lodges("A01-1", line(5))
    building.clears("A01-1", *GATES)
    building.refuses("claim", "A01-1", SendPayment(), "treasury_officer", WrongPostError, "payment_centre")
    building.ask("claim", "A01-1", SendPayment(), "payment_centre")
    for request in (ConfirmPayment(bank_ref="回单"), BouncePayment(reason="x")):
        building.refuses("claim", "A01-1", request, "payment_centre", WrongPostError, "treasury_officer")


def test_refunded_money_can_be_claimed_by_another_claim(building: County) -> None:
    building.lodges("A01-1", line(174_600_000))
    building.clears("A01-1", *GATES)
    building.pays("A01-1")
    building.refuses("claim", "A01-2", claim(line(1)), "implementing_unit", OverContractError, 174_600_001)
    building.ask("claim", "A01-1", RefundPayment(reason="多付"), "treasury_officer")
    building.lodges("A01-2", line(174_600_000))


# Retention


def test_retention_before_its_day_is_refused(accepted: County) -> None:
    payable_on = DAY + 60 * ONE_DAY
    clock = accepted.clock("project-A01-retention")
    assert (clock.due_on, clock.responsible, clock.conditions) == (DAY + 70 * ONE_DAY, "payment_centre", ("paid",))
    accepted.today = payable_on - ONE_DAY
    request = claim(line(5_400_000), kind="retention")
    accepted.refuses(
        "claim", "A01-9", request, "implementing_unit", TooEarlyError, "A01-9", payable_on, "sample, made up"
    )
    accepted.today = payable_on
    accepted.lodges("A01-9", line(5_400_000), kind="retention")
    accepted.clears("A01-9", *GATES)
    accepted.pays("A01-9")
    assert OBLIGATION.stage(accepted.state(OBLIGATION, "project-A01-retention")) == "met"


def test_retention_over_its_share_is_refused(accepted: County) -> None:
    accepted.today += 60 * ONE_DAY
    over = claim(line(5_400_001), kind="retention")
    accepted.refuses("claim", "A01-9", over, "implementing_unit", OverContractError, 5_400_001, 5_400_000)


# Jiashi, as its text has it


def test_jiashi_project_goes_from_bank_to_payments(jiashi: County) -> None:
    jiashi.receives()
    jiashi.declares("A01")
    jiashi.plans("P1", line(200 * WAN))
    jiashi.releases("F1", "P1")
    for no, amount_fen in (("A01-1", 150 * WAN), ("A01-2", 50 * WAN)):
        jiashi.lodges(no, line(amount_fen))
        jiashi.clears(no, *JIASHI_GATES)
        jiashi.pays(no)
    assert PROJECT.closed(jiashi.state(PROJECT, "A01"))


def test_jiashi_has_six_gates_in_order(jiashi: County) -> None:
    jiashi.receives()
    jiashi.declares("A01")
    jiashi.plans("P1", line(200 * WAN))
    jiashi.releases("F1", "P1")
    jiashi.lodges("A01-1", line(200 * WAN))
    for n, gate in enumerate(JIASHI_GATES):
        assert jiashi.waits(CLAIM, "A01-1") == [(gate, gate)]
        for later in JIASHI_GATES[n + 1 :]:
            answer = AnswerGate(gate=later, approve=True)
            jiashi.refuses("claim", "A01-1", answer, later, GateOrderError, gate, later, "JS L")
        jiashi.clears("A01-1", gate)
    assert jiashi.waits(CLAIM, "A01-1") == [("send", "payment_centre")]


def test_jiashi_bank_lets_nobody_skip_the_plan(jiashi: County) -> None:
    jiashi.receives()
    jiashi.declares("A01")
    for step in ("plan", "release", "payments"):
        answer = AnswerStep(step=step, approve=True)
        jiashi.refuses("project", "A01", answer, "competent_department", StepOrderError, "A01", "plan")
    jiashi.refuses("claim", "A01-1", claim(line(5)), "implementing_unit", OverReleaseError, 5, 0)


# Rules that change while a case runs


def test_case_keeps_the_rules_it_began_under(sample: County) -> None:
    sample.receives()
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    changes = {
        'version = "2023.1"': 'version = "2023.2"',
        "count = 5\n": "count = 2\n",
        'posts = ["chief_watch_post", "deputy_director", "director"]': 'posts = ["director"]',
    }
    for before, after in changes.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    sample.adopt(parse(text, "stricter"))
    sample.receives("F2", 100 * WAN)
    sample.banks("A01")
    sample.plans("P1", line(100 * WAN), line(100 * WAN, fund_no="F2"))
    first, second = sample.clock("fund-F1-release-P1"), sample.clock("fund-F2-release-P1")
    assert (first.due_on, len(first.ladder)) == (DAY + 5 * ONE_DAY, 3)
    assert (second.due_on, len(second.ladder)) == (DAY + 2 * ONE_DAY, 1)


def test_everything_asked_is_on_record_on_its_day(accepted: County) -> None:
    entries = list(accepted.ledger.log())
    assert len(entries) > 20
    assert {day_of(e.fact.act.recorded_at) for e in entries} == {DAY}


def test_money_goes_straight_to_the_contractor_and_nobody_else(building: County) -> None:
    other = msgspec.structs.replace(claim(line(5 * WAN)), payee="乙公司")
    building.refuses("claim", "C1", other, "implementing_unit", PayeeError, "乙公司", "建筑公司")


@pytest.mark.parametrize(
    "request_", [ConfirmPayment(bank_ref="回单"), RefundPayment(reason="多付")], ids=lambda r: type(r).__name__
)
def test_bank_answers_nothing_about_money_that_a_returned_claim_gave_back(
    building: County, request_: AnyRequest
) -> None:
    building.lodges("C1", line(5))
    building.ask("claim", "C1", AnswerGate(gate=GATES[0], approve=False, opinion="不符"), GATES[0])
    building.refuses("claim", "C1", request_, "treasury_officer", GateOrderError, "C1", "lodge")


@pytest.mark.parametrize(
    "request_", [ConfirmPayment(bank_ref="回单"), RefundPayment(reason="多付")], ids=lambda r: type(r).__name__
)
def test_bank_answers_nothing_about_money_that_was_paid_back(building: County, request_: AnyRequest) -> None:
    building.lodges("C1", line(5))
    building.clears("C1", *GATES)
    building.pays("C1")
    building.ask("claim", "C1", RefundPayment(reason="多付"), "treasury_officer")
    building.refuses("claim", "C1", request_, "treasury_officer", GateOrderError, "C1", "refunded")
