"""What a signature covers (签名效力): it stands while that is the same; corrections, returns and papers (R18-R27)."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given as always
from hypothesis import strategies as st

from domain import claim_facts
from domain.balances import Bucket
from domain.cases import mandates_stream, parse_case
from domain.claim import CLAIM
from domain.claim_correcting import ClaimContentError
from domain.claim_facts import AnswerGate as AnswerGateCommand
from domain.claim_facts import ClaimCorrected, ClaimLodged, ClaimRejected, ClaimReturned, ClaimWithdrawn, Correct, Lodge
from domain.claim_state import ClaimState
from domain.correcting_requests import (
    CorrectClaim,
    CorrectPlan,
    CorrectProject,
    WithdrawClaim,
    WithdrawPlan,
    WithdrawProject,
)
from domain.duties import SamePersonError
from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation import OBLIGATION
from domain.paper_requests import AttachPaper
from domain.people_requests import OpenAbsence
from domain.plan import PLAN
from domain.plan_facts import PlanCorrected, PlanRejected
from domain.policy import parse
from domain.procedures.signatures import SignerView, content_of, signer_views
from domain.project import PROJECT
from domain.project_facts import ProjectCorrected, ProjectRejected, StepReturned
from domain.project_money import OverContractError, OverReleaseError
from domain.requests import (
    AnswerGate,
    AnswerStep,
    BouncePayment,
    DraftPlan,
    ReportReceipt,
    SendPayment,
)
from domain.signing import (
    CannotRejectError,
    EndedError,
    Fallen,
    NothingCorrectedError,
    StaleSignatureError,
    TooLateToCorrectError,
    WhyMissingError,
)
from tests.domain.county import GATES, PAPER, POLICIES, County, claim, decision, line
from tests.domain.given import WAN, by, fold, lodged

CASE = "sample/claim/A01-1"
UNIT = "implementing_unit"
OTHER = "9" * 64


def said_of(county: County, case: str, step: str = "") -> str:
    """Return the digest of what a case says to whoever signs a step."""
    content = content_of(county.ledger.state, parse_case(case), step)
    assert content is not None
    return content.digest


def views(county: County, case: str = CASE) -> dict[str, SignerView]:
    """Return what each signer sees, by step: the latest of each."""
    return {view.signature.step: view for view in signer_views(county.ledger.state, parse_case(case))}


def stands(county: County, case: str = CASE) -> dict[str, bool]:
    """Return of each step whether its latest signature stands."""
    return {step: view.fell_by is None for step, view in views(county, case).items()}


def corrects(county: County, reason: str = "金额有误", **said: Any) -> Any:
    """Correct the claim, and return the fact."""
    request = CorrectClaim(reason=reason, **said)
    recorded = county.ask("claim", "A01-1", request, UNIT, person="p-lodger")
    return next(r.fact for r in recorded if isinstance(r.fact, ClaimCorrected))


def reserved(county: County) -> int:
    """Return what claims hold of F1, in fen."""
    return int(county.state(FUND, "F1").balances.portions["integrated"].buckets[Bucket.RESERVED])


@pytest.fixture
def claimed(building: County) -> County:
    """A claim of 50 万 that two of three gates let through."""
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", *GATES[:2])
    return building


# A claim is corrected


def test_a_correction_names_what_changed_and_exactly_which_signatures_fell(claimed: County) -> None:
    fact = corrects(claimed, lines=(line(40 * WAN),))
    (change,) = fact.changes
    assert (change.part, change.before, change.after) == ("amounts:F1 integrated", str(50 * WAN), str(40 * WAN))
    assert fact.fallen == tuple(Fallen(gate, gate, f"p-{gate}") for gate in GATES[:2])
    assert claimed.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    assert (reserved(claimed), claimed.state(PROJECT, "A01").money.claimed) == (40 * WAN, 40 * WAN)
    # Who signed the first time may sign again: it is the same gate.
    claimed.clears("A01-1", *GATES)
    claimed.pays("A01-1")
    assert claimed.state(PROJECT, "A01").money.paid == 40 * WAN


def test_a_gate_that_is_opened_again_has_a_clock_of_its_own_and_one_that_waits_no_more_is_dropped(
    claimed: County,
) -> None:
    waiting = [no for no in claimed.clocks() if no.startswith("claim-A01-1-v1")]
    corrects(claimed, lines=(line(40 * WAN),))
    assert {OBLIGATION.stage(claimed.state(OBLIGATION, no)) for no in waiting} <= {"met", "dropped"}
    claimed.clears("A01-1", GATES[0])
    assert claimed.clock("claim-A01-1-v1-payment_centre-2").responsible == "payment_centre"


def test_signatures_stand_whose_parts_are_what_they_were(ledger: Ledger) -> None:
    """A gate that covers amounts only is not asked again when a voucher is another; the case waits at the first."""
    county = of_rules(ledger, ('id = "payment_centre"\n', 'id = "payment_centre"\nbinds = ["amounts"]\n'))
    county.clears("A01-1", *GATES[:2])
    fact = corrects(county, reason="发票换号", vouchers=(OTHER,))
    assert fact.fallen == (Fallen(GATES[0], GATES[0], f"p-{GATES[0]}"),)
    assert stands(county) == {GATES[0]: False, GATES[1]: True}
    assert county.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    county.clears("A01-1", GATES[0])
    assert county.waits(CLAIM, "A01-1") == [(GATES[2], GATES[2])]


def of_rules(ledger: Ledger, *edits: tuple[str, str]) -> County:
    """Return the sample county with rules of its own, and a claim that was lodged."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    for old, new in edits:
        head, gates = text.split("[[claims.gates]]", 1)
        assert old in gates
        text = f"{head}[[claims.gates]]{gates.replace(old, new, 1)}"
    county = County(ledger, "sample")
    county.adopt(parse(text, "sample of the test"))
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    county.lodges("A01-1", line(50 * WAN))
    return county


def test_a_corrected_claim_stays_within_release_and_contract(claimed: County) -> None:
    over = CorrectClaim(reason="漏报", lines=(line(201 * WAN),))
    claimed.refuses("claim", "A01-1", over, UNIT, OverReleaseError, 200 * WAN)
    over = CorrectClaim(reason="漏报", lines=(line(190 * WAN),))
    claimed.refuses("claim", "A01-1", over, UNIT, OverContractError, "A01")
    none = CorrectClaim(reason="漏报", lines=(line(0),))
    claimed.refuses("claim", "A01-1", none, UNIT, ClaimContentError, "amount_fen")
    assert reserved(claimed) == 50 * WAN


def test_a_correction_that_changes_nothing_is_none(claimed: County) -> None:
    same = CorrectClaim(reason="核对", lines=(line(50 * WAN),), payee="建筑公司")
    claimed.refuses("claim", "A01-1", same, UNIT, NothingCorrectedError, CASE, "A-60")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"claim.correct/1","reason":" "}', type=CorrectClaim)


def test_a_claim_is_corrected_until_its_money_is_out_and_again_after_a_bounce(claimed: County) -> None:
    claimed.clears("A01-1", GATES[2])
    claimed.ask("claim", "A01-1", SendPayment(), "payment_centre")
    request = CorrectClaim(reason="少报", lines=(line(40 * WAN),))
    claimed.refuses("claim", "A01-1", request, UNIT, TooLateToCorrectError, CASE, "confirm", "A-60")
    claimed.ask("claim", "A01-1", BouncePayment(reason="账号有误"), "treasury_officer")
    corrects(claimed, lines=(line(40 * WAN),))
    assert claimed.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    claimed.clears("A01-1", *GATES)
    claimed.pays("A01-1")
    claimed.refuses("claim", "A01-1", request, UNIT, TooLateToCorrectError, "paid")


def test_who_has_decided_may_not_correct_and_who_corrects_decides_nothing_later(claimed: County) -> None:
    request = CorrectClaim(reason="少报", lines=(line(40 * WAN),))
    who = f"p-{GATES[0]}"
    claimed.refuses("claim", "A01-1", request, UNIT, SamePersonError, who, GATES[0], "A-53", person=who)
    claimed.ask("claim", "A01-1", request, UNIT, person="p-second")
    answer = AnswerGate(gate=GATES[0], approve=True)
    claimed.refuses("claim", "A01-1", answer, GATES[0], SamePersonError, "p-second", "lodge", person="p-second")


# Returned, rejected, withdrawn


def test_a_claim_that_comes_back_as_it_was_goes_on_where_it_was_returned(claimed: County) -> None:
    back = AnswerGate(gate=GATES[2], approve=False, opinion="缺说明")
    claimed.ask("claim", "A01-1", back, GATES[2])
    claimed.lodges("A01-1", line(50 * WAN))
    assert claimed.state(CLAIM, "A01-1").lodged.kept == GATES[:2]
    assert claimed.waits(CLAIM, "A01-1") == [(GATES[2], GATES[2])]
    assert stands(claimed) == {GATES[0]: True, GATES[1]: True}


def test_a_claim_that_comes_back_changed_begins_at_the_first_gate(claimed: County) -> None:
    back = AnswerGate(gate=GATES[2], approve=False, opinion="金额不符")
    claimed.ask("claim", "A01-1", back, GATES[2])
    claimed.lodges("A01-1", line(45 * WAN))
    assert claimed.state(CLAIM, "A01-1").lodged.kept == ()
    assert claimed.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    assert set(stands(claimed).values()) == {False}


def test_a_county_whose_text_begins_anew_does(ledger: Ledger) -> None:
    text = (
        (POLICIES / "sample.toml").read_text(encoding="utf-8").replace("[claims]\n", "[claims]\nbegins_anew = true\n")
    )
    county = County(ledger, "sample")
    county.adopt(parse(text, "sample of the test"))
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    county.lodges("A01-1", line(50 * WAN))
    county.clears("A01-1", GATES[0])
    county.ask("claim", "A01-1", AnswerGate(gate=GATES[1], approve=False, opinion="缺说明"), GATES[1])
    county.lodges("A01-1", line(50 * WAN))
    assert county.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    request = CorrectClaim(reason="少报", lines=(line(40 * WAN),))
    county.refuses("claim", "A01-1", request, UNIT, TooLateToCorrectError, GATES[0])


def test_old_facts_say_nothing_of_kept_signatures_and_fold_to_what_they_were() -> None:
    first = msgspec.structs.replace(lodged(by("unit"), line(5)), version=1)
    gate = first.terms.gates[0].id
    passed = claim_facts.GatePassed(by("qian"), gate, "")
    back = ClaimReturned(by("sun"), "centre", "不符")
    again = msgspec.structs.replace(first, act=by("unit"), version=2)
    state = fold(CLAIM, (first, passed, back, again))
    assert state.gates_passed == set()
    assert not state.signed.standing()
    assert b"kept" not in msgspec.json.encode(again)
    assert b"withdrawn" not in msgspec.json.encode(back)
    assert b"signed" not in msgspec.json.encode(again)


def test_a_rejection_ends_the_claim_with_its_reason_and_frees_its_money(claimed: County) -> None:
    reject = AnswerGate(gate=GATES[2], approve=False, end=True)
    claimed.refuses("claim", "A01-1", reject, GATES[2], ClaimContentError, "opinion")
    reject = msgspec.structs.replace(reject, opinion="不属本项目支出")
    recorded = claimed.ask("claim", "A01-1", reject, GATES[2])
    assert any(isinstance(r.fact, ClaimRejected) for r in recorded)
    state = claimed.state(CLAIM, "A01-1")
    assert (CLAIM.closed(state), CLAIM.stage(state), claimed.waits(CLAIM, "A01-1")) == (True, "rejected", [])
    assert (reserved(claimed), claimed.state(PROJECT, "A01").money.claimed) == (0, 0)
    claimed.refuses("claim", "A01-1", claim(line(5)), UNIT, EndedError, CASE)
    claimed.refuses("claim", "A01-1", CorrectClaim(reason="重报", payee="另一家"), UNIT, EndedError, CASE)
    claimed.lodges("A01-2", line(50 * WAN))


def test_a_claim_is_taken_back_by_who_lodged_it_before_its_money_is_out(claimed: County) -> None:
    request = WithdrawClaim(reason="重复报账")
    recorded = claimed.ask("claim", "A01-1", request, UNIT)
    (fact,) = [r.fact for r in recorded if isinstance(r.fact, ClaimWithdrawn)]
    assert (fact.reason, fact.withdrawn) == ("重复报账", (GATES[2],))
    assert (reserved(claimed), CLAIM.stage(claimed.state(CLAIM, "A01-1"))) == (0, "withdrawn")
    clocks = [no for no in claimed.clocks() if no.startswith("claim-A01-1")]
    assert {OBLIGATION.stage(claimed.state(OBLIGATION, no)) for no in clocks} == {"met", "dropped"}


def test_a_returned_claim_may_be_taken_back_too(claimed: County) -> None:
    claimed.ask("claim", "A01-1", AnswerGate(gate=GATES[2], approve=False, opinion="重复"), GATES[2])
    claimed.ask("claim", "A01-1", WithdrawClaim(reason="重复报账"), UNIT)
    assert CLAIM.closed(claimed.state(CLAIM, "A01-1"))


# A signature is bound to what its signer saw


def test_a_decision_is_bound_to_what_the_case_said(claimed: County) -> None:
    digest = said_of(claimed, CASE, GATES[2])
    recorded = claimed.ask("claim", "A01-1", AnswerGate(gate=GATES[2], approve=True, seen=digest), GATES[2])
    assert {r.fact.act.signed for r in recorded} == {digest}


def test_a_signature_over_what_is_no_more_is_refused_with_what_changed(claimed: County) -> None:
    digest = said_of(claimed, CASE, GATES[0])
    corrects(claimed, lines=(line(40 * WAN),), vouchers=(OTHER,))
    stale = AnswerGate(gate=GATES[0], approve=True, seen=digest)
    numbers = (CASE, "500000.00 元 → 400000.00 元", "cccccccccccc… → 999999999999…", "A-60")
    claimed.refuses("claim", "A01-1", stale, GATES[0], StaleSignatureError, *numbers)
    never = msgspec.structs.replace(stale, seen=OTHER)
    claimed.refuses("claim", "A01-1", never, GATES[0], StaleSignatureError, CASE)
    fresh = msgspec.structs.replace(stale, seen=said_of(claimed, CASE, GATES[0]))
    claimed.ask("claim", "A01-1", fresh, GATES[0])


def test_what_has_no_content_cannot_have_been_seen(sample: County) -> None:
    sample.receives()
    report = ReportReceipt(seen=OTHER)
    sample.refuses("fund", "F1", report, "finance_section", BadInputError, "sample/fund/F1")


# A plan


def corrects_plan(county: County, *lines: Any, **said: Any) -> Any:
    """Correct plan P1, and return the fact."""
    request = CorrectPlan(reason="金额有误", lines=lines or None, **said)
    recorded = county.ask("plan", "P1", request, "rrb", person="p-drafter")
    return next(r.fact for r in recorded if isinstance(r.fact, PlanCorrected))


def test_a_plan_is_corrected_while_it_awaits_minutes_and_the_body_decides_again(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    sample.approves("P1", "M-1")
    fact = corrects_plan(sample, line(190 * WAN))
    assert fact.fallen == (Fallen("leading_group", "leading_group", "p-leading_group"),)
    assert sample.waits(PLAN, "P1") == [("decide:leading_group", "leading_group")]
    sample.approves("P1", "M-2")
    sample.files("P1")
    assert sample.state(PROJECT, "A01").money.allotted == 190 * WAN
    late = CorrectPlan(reason="再改", title="另一名称")
    sample.refuses("plan", "P1", late, "rrb", TooLateToCorrectError, "in force")


def test_a_plan_is_corrected_within_its_portions_and_not_by_who_approved_it(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    over = CorrectPlan(reason="再加", lines=(line(301 * WAN),))
    with pytest.raises(RefusedError):
        sample.run("plan", "P1", over, sample.act("over", "rrb"))
    sample.approves("P1", "M-1")
    request = CorrectPlan(reason="改名", title="另一名称")
    sample.refuses("plan", "P1", request, "rrb", SamePersonError, "leading_group", person="p-leading_group")
    sample.refuses("plan", "P1", CorrectPlan(reason="核对"), "rrb", NothingCorrectedError, "sample/plan/P1")


def test_a_plan_is_rejected_for_good_or_taken_back(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    end = msgspec.structs.replace(decision("M-1", sample.today, approve=False, opinion="不符规划"), end=True)
    recorded = sample.ask("plan", "P1", end, "leading_group")
    assert any(isinstance(r.fact, PlanRejected) for r in recorded)
    assert (PLAN.closed(sample.state(PLAN, "P1")), sample.waits(PLAN, "P1")) == (True, [])
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(5),))
    sample.refuses("plan", "P1", draft, "rrb", EndedError, "sample/plan/P1")
    sample.drafts("P2", line(100 * WAN))
    sample.ask("plan", "P2", WithdrawPlan(reason="资金另有安排"), "rrb")
    assert PLAN.stage(sample.state(PLAN, "P2")) == "withdrawn"
    assert sample.state(FUND, "F1").balances.portions["integrated"].buckets[Bucket.FREE] == 300 * WAN


# A project


def corrects_project(county: County, **said: Any) -> Any:
    """Correct project A01, and return the fact."""
    request = CorrectProject(reason="申报有误", **said)
    recorded = county.ask("project", "A01", request, "village_committee")
    return next(r.fact for r in recorded if isinstance(r.fact, ProjectCorrected))


def test_a_project_is_corrected_and_what_covered_it_is_taken_again(sample: County) -> None:
    sample.banks("A01")
    fact = corrects_project(sample, budget_fen=240 * WAN, village="二村")
    assert [change.part for change in fact.changes] == ["fields:village", "amounts:budget"]
    assert [one.step for one in fact.fallen] == ["township_review", "field_survey", "bank"]
    assert sample.waits(PROJECT, "A01") == [("township_review", "township_office")]
    sample.passes("A01", "township_review", "township_office")
    sample.passes("A01", "field_survey", "field_team", record=PAPER)
    sample.passes("A01", "bank", "rrb")
    sample.receives()
    sample.plans("P1", line(240 * WAN))
    late = CorrectProject(reason="改名", name="另一名称")
    sample.refuses("project", "A01", late, "village_committee", TooLateToCorrectError, "release")


def test_a_review_stands_after_a_return_where_nothing_changed(sample: County) -> None:
    """Bank sends it back to the survey, and the survey to the review: works are done anew, a review stands."""
    sample.declares("A01")
    sample.explains("A01")
    sample.passes("A01", "township_review", "township_office")
    sample.passes("A01", "field_survey", "field_team", record=PAPER)
    back = AnswerStep(step="bank", approve=False, return_to="field_survey", opinion="缺图")
    sample.ask("project", "A01", back, "rrb")
    assert sample.waits(PROJECT, "A01") == [("field_survey", "field_team")]
    assert stands(sample, "sample/project/A01") == {"township_review": True, "field_survey": False}
    sample.passes("A01", "field_survey", "field_team", record=OTHER)
    assert sample.waits(PROJECT, "A01") == [("bank", "rrb")]


def of_reviews(ledger: Ledger) -> County:
    """Return a county where a third review after the survey may send a project back to its declaration."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    text = text.replace('returns_to = ["field_survey"]', 'returns_to = ["field_survey", "village_declaration"]', 1)
    county = County(ledger, "sample")
    county.adopt(parse(text, "sample of the test"))
    return county


def test_reviews_between_stand_until_what_they_cover_changes(ledger: Ledger) -> None:
    county = of_reviews(ledger)
    county.declares("A01")
    county.explains("A01")
    county.passes("A01", "township_review", "township_office")
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    back = AnswerStep(step="bank", approve=False, return_to="village_declaration", opinion="缺图")
    recorded = county.ask("project", "A01", back, "rrb")
    (fact,) = [r.fact for r in recorded if isinstance(r.fact, StepReturned)]
    assert fact.keeps == ("township_review",)
    # What is declared again unchanged was reviewed already; the survey is a work, and done anew.
    county.passes("A01", "village_declaration", "village_committee")
    assert county.waits(PROJECT, "A01") == [("field_survey", "field_team")]
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    county.ask("project", "A01", back, "rrb")
    fallen = corrects_project(county, name="菌菇大棚").fallen
    assert [one.step for one in fallen] == ["township_review"]
    county.passes("A01", "village_declaration", "village_committee")
    assert county.waits(PROJECT, "A01") == [("township_review", "township_office")]


def test_a_project_is_rejected_by_a_review_and_taken_back_by_who_declared_it(sample: County) -> None:
    sample.declares("A01")
    reject = AnswerStep(step="township_review", approve=False, end=True)
    sample.refuses("project", "A01", reject, "township_office", WhyMissingError, "township_review")
    recorded = sample.ask("project", "A01", msgspec.structs.replace(reject, opinion="不符规划"), "township_office")
    assert any(isinstance(r.fact, ProjectRejected) for r in recorded)
    assert sample.waits(PROJECT, "A01") == []
    assert PROJECT.stage(sample.state(PROJECT, "A01")) == "rejected"
    sample.declares("A02")
    sample.ask("project", "A02", WithdrawProject(reason="不再申报"), "village_committee")
    assert (PROJECT.closed(sample.state(PROJECT, "A02")), sample.waits(PROJECT, "A02")) == (True, [])


def test_what_is_approved_is_not_rejected_by_the_same_answer(claimed: County) -> None:
    both = AnswerGate(gate=GATES[2], approve=True, opinion="不符", end=True)
    claimed.refuses("claim", "A01-1", both, GATES[2], BadInputError, "end")


def test_a_work_cannot_be_rejected(building: County) -> None:
    building.passes("A01", "build", UNIT, record=PAPER)
    reject = AnswerStep(step="accept", approve=False, opinion="渗水", end=True)
    building.refuses("project", "A01", reject, "competent_department", CannotRejectError, "accept", "township_review")


# Shown by: a deputy, an attachment and an amount


def attaches(county: County, digest: str, paper: str = "invoice", step: str = "lodge", replaces: str = "") -> None:
    """Attach a paper to the claim, or put a new version in its place."""
    reason = "换开发票" if replaces else ""
    request = AttachPaper(
        paper=paper,
        step=step,
        file_name=f"{paper}.pdf",
        digest=digest,
        size_bytes=9,
        media_type="application/pdf",
        replaces=replaces,
        reason=reason,
    )
    county.ask("claim", "A01-1", request, UNIT, person="p-lodger")


def test_a_deputy_an_attachment_and_an_amount_each_signer_sees_what_fell(claimed: County) -> None:
    """A claim that two gates let through; one more signs by a deputy; then a paper and an amount change."""
    case = parse_case(CASE)
    appoint(claimed)
    attaches(claimed, "1" * 64)  # After two signatures: they did not cover it, and fall.
    assert stands(claimed) == {GATES[0]: False, GATES[1]: False}
    claimed.clears("A01-1", GATES[0])
    absence = OpenAbsence(
        deputy="p-deputy", first=claimed.today, last=claimed.today, reason="培训", post=GATES[1], person=f"p-{GATES[1]}"
    )
    act = msgspec.structs.replace(claimed.act("absence", GATES[1]), unit="finance_bureau")
    claimed.run("absence", "2023-1", absence, act)
    signed = msgspec.structs.replace(
        claimed.act("gate", GATES[1], "p-deputy"), on_behalf_of=f"p-{GATES[1]}", unit="finance_bureau"
    )
    claimed.run("claim", "A01-1", AnswerGate(gate=GATES[1], approve=True), signed)
    assert stands(claimed) == {GATES[0]: True, GATES[1]: True}

    attaches(claimed, "2" * 64, replaces="1" * 64)  # An attachment: both covered it.
    assert stands(claimed) == {GATES[0]: False, GATES[1]: False}
    assert claimed.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]
    claimed.clears("A01-1", GATES[0])
    corrects(claimed, lines=(line(40 * WAN),))  # An amount: only the one that was given since falls now.

    seen = [
        (view.signature.step, view.signature.act.hands, view.fell_by is None, [change.part for change in view.changes])
        for view in signer_views(claimed.ledger.state, case)
    ]
    amount, paper = "amounts:F1 integrated", "papers:invoice"
    assert seen == [
        (GATES[0], (f"p-{GATES[0]}",), False, [amount, paper]),
        (GATES[1], (f"p-{GATES[1]}",), False, [amount, paper]),
        (GATES[0], (f"p-{GATES[0]}",), False, [amount, paper]),
        (GATES[1], ("p-deputy", f"p-{GATES[1]}"), False, [amount, paper]),
        (GATES[0], (f"p-{GATES[0]}",), False, [amount]),
    ]
    # The deputy's signature covered the first invoice: it sees which one came in its place.
    *_, deputys, last = signer_views(claimed.ledger.state, case)
    assert [(c.before[:1], c.after[:1]) for c in deputys.changes if c.part == paper] == [("1", "2")]
    assert last.fell_by is not None
    assert last.fell_by.person == "p-lodger"
    # One person's hands do not come back as another's: the deputy may sign again, for the same post.
    claimed.clears("A01-1", *GATES)
    assert claimed.waits(CLAIM, "A01-1") == [("send", "payment_centre")]


def appoint(county: County) -> None:
    """Appoint those who may be absent and stand in."""
    for post, person in ((GATES[1], f"p-{GATES[1]}"), ("finance_bureau", "p-deputy"), ("director", "p-deputy")):
        act = county.act("appoint", "opener")
        held = Appointed(act, "sample", person, post, "finance_bureau", date(2023, 1, 1), None)
        county.ledger.execute(Step(mandates_stream("sample"), Appoint(act, held)))


def test_a_paper_of_a_later_step_is_not_what_an_earlier_signer_saw(claimed: County) -> None:
    attaches_for_gate = AttachPaper(
        paper="check_sheet",
        step=GATES[2],
        file_name="核对表.pdf",
        digest=OTHER,
        size_bytes=9,
        media_type="application/pdf",
    )
    claimed.ask("claim", "A01-1", attaches_for_gate, GATES[2])
    assert stands(claimed) == {GATES[0]: True, GATES[1]: True}


def test_what_is_attached_before_the_claim_is_lodged_is_part_of_it(building: County) -> None:
    attaches(building, "1" * 64)
    building.lodges("A01-1", line(50 * WAN))
    parts = {part.name for part in building.state(CLAIM, "A01-1").content().parts if part.kind == "papers"}
    assert parts == {"voucher 1", "invoice"}
    building.clears("A01-1", GATES[0])
    attaches(building, "2" * 64, replaces="1" * 64)
    assert stands(building) == {GATES[0]: False}


# Whatever is done in whatever order

KEEPS = [("fields", "amounts", "papers"), ("amounts",), ("papers",), ("fields", "papers"), ()]
CHANGES = st.one_of(
    st.tuples(st.just("sign"), st.integers(0, 2)),
    st.tuples(st.just("payee"), st.integers(0, 2)),
    st.tuples(st.just("amount"), st.integers(1, 3)),
    st.tuples(st.just("voucher"), st.integers(0, 2)),
    st.tuples(st.just("paper"), st.integers(0, 2)),
    st.tuples(st.just("return"), st.integers(0, 0)),
)


@always(st.lists(CHANGES, max_size=40), st.lists(st.sampled_from(KEEPS), min_size=3, max_size=3))
def test_a_signature_stands_if_and_only_if_what_it_covered_has_been_the_same(
    moves: list[tuple[str, int]], covers: list[tuple[str, ...]]
) -> None:
    """A book kept beside the claim: of each gate that was passed, what its kinds of parts said then, and ever since."""
    first = lodged(by("unit"), line(1))
    gates = tuple(msgspec.structs.replace(gate, covers=of) for gate, of in zip(first.terms.gates, covers, strict=True))
    first = msgspec.structs.replace(first, terms=msgspec.structs.replace(first.terms, gates=gates, keeps=True))
    state, book = CLAIM.initial(), Book({}, dict(zip((gate.id for gate in gates), covers, strict=True)))
    says = {"fields": 0, "amounts": 1, "vouchers": 0, "papers": 0}
    run(state, Lodge(by("unit"), first))
    for number, (what, value) in enumerate(moves):
        play(state, book, says, first, what, value, number)
        assert {one.step for one in state.signed.standing()} == set(book.signed)
        assert state.gates_passed == set(book.signed)
        opened = [gate.id for gate in gates if gate.id not in book.signed]
        waits = ["lodge"] if state.returned else opened[:1] or ["send"]
        assert [state.waits_for] == waits


class Book:
    """Which gates have signed what, by their kinds of parts."""

    def __init__(self, signed: dict[str, tuple[Any, ...]], covers: dict[str, tuple[str, ...]]) -> None:
        self.signed, self.covers = signed, covers

    def of(self, gate: str, says: dict[str, int]) -> tuple[Any, ...]:
        """Return what a gate covers of what is said."""
        kinds = self.covers[gate] or ("fields", "amounts", "papers")
        every = {"fields": says["fields"], "amounts": says["amounts"], "papers": (says["vouchers"], says["papers"])}
        return tuple(every[kind] for kind in kinds)

    def changed(self, says: dict[str, int]) -> None:
        """Strike out who covered what is something else now."""
        self.signed = {gate: was for gate, was in self.signed.items() if self.of(gate, says) == was}


def play(
    state: ClaimState, book: Book, says: dict[str, int], first: ClaimLodged, what: str, value: int, number: int
) -> None:
    """Do one thing to the claim and to the book, or find that neither does it."""
    if what == "sign":
        if state.open_gates:
            gate = state.open_gates[0].id
            run(state, AnswerGateCommand(by(f"p-{gate}"), gate, approve=True, opinion="", barred={}))
            book.signed[gate] = book.of(gate, says)
        return
    if what == "return":
        if state.open_gates:
            gate = state.open_gates[0].id
            run(state, AnswerGateCommand(by(f"p-{gate}"), gate, approve=False, opinion="重核", barred={}))
            again = said_as(first, says)
            run(state, Lodge(by("unit"), msgspec.structs.replace(again, act=by("unit"))))
        return
    key = {"payee": "fields", "amount": "amounts", "voucher": "vouchers", "paper": "papers"}[what]
    if says[key] == value:
        return
    says[key] = value
    if what == "paper":
        run(state, claim_facts.NotePaper(by("unit"), "invoice", "lodge", str(value) * 64 if value else ""))
    else:
        now = said_as(first, says)
        run(state, Correct(by("unit"), now.kind, now.lines, now.payee, now.vouchers, now.papers, f"改{number}"))
    book.changed(says)


def said_as(first: ClaimLodged, says: dict[str, int]) -> ClaimLodged:
    """Return the claim as it says."""
    vouchers = (str(says["vouchers"] + 5) * 64,)
    payee = f"供货商{says['fields']}" if says["fields"] else first.payee
    lines = (line(says["amounts"]),)
    return msgspec.structs.replace(
        first, payee=payee, vouchers=vouchers if says["vouchers"] else first.vouchers, lines=lines
    )


def run(state: ClaimState, command: Any) -> None:
    """Decide, and fold what comes of it."""
    for fact in CLAIM.decide(state, command):
        CLAIM.evolve(state, fact)


def test_no_signature_of_the_same_hands_stands_that_prepared() -> None:
    """Who passed a gate and hands the claim in anew keeps no signature of his own."""
    first = lodged(by("unit"), line(1))
    first = msgspec.structs.replace(first, terms=msgspec.structs.replace(first.terms, keeps=True))
    gates = [gate.id for gate in first.terms.gates]
    state = CLAIM.initial()
    run(state, Lodge(by("unit"), first))
    run(state, AnswerGateCommand(by("qian"), gates[0], approve=True, opinion="", barred={}))
    run(state, AnswerGateCommand(by("sun"), gates[1], approve=False, opinion="不符", barred={}))
    run(state, Lodge(by("qian"), msgspec.structs.replace(first, act=by("qian"))))
    assert state.lodged is not None
    assert state.lodged.kept == ()
    assert state.waits_for == gates[0]
