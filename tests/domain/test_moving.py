"""A case moved to other rules of its county: by a fact with a reason, keeping its place and its running clocks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import event
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain import claim_facts, fund_facts, plan_facts, project_facts
from domain.act import Fact
from domain.balances import Bucket
from domain.claim import CLAIM, GateOrderError, NoSuchClaimError
from domain.claim_facts import AnswerGate as AnswerGateCommand
from domain.claim_facts import (
    ClaimMoved,
    ClaimReturned,
    ClaimTerms,
    GatePassed,
    PaymentConfirmed,
    PaymentSent,
)
from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.fund_facts import FundMoved, FundTerms, PortionReceived, ReceiptReported
from domain.fund_refusals import NoSuchFundError
from domain.moving import CaseOverError, SameRulesError, StepAgainError, StepAheadError, StepChangedError, StepLostError
from domain.obligation import OBLIGATION
from domain.plan import PLAN, NoSuchPlanError
from domain.plan_facts import PlanInForce, PlanMoved, PlanReturned, PlanTerms, StageDecided
from domain.policy import Policy, load, parse
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import (
    PlanIncluded,
    ProjectClosed,
    ProjectMoved,
    ProjectTerms,
    StepPassed,
    StepReturned,
)
from domain.project_money import OverReleaseError
from domain.registry import BY_KIND
from domain.requests import (
    AnnounceMoney,
    AnswerGate,
    AnyMove,
    CloseYear,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    MoveClaim,
    MoveFund,
    MovePlan,
    MoveProject,
    NotifyDepartment,
    ReleaseMoney,
    ReportReceipt,
)
from domain.terms import GateTerm, PolicyRef, StageTerm, StepTerm
from tests.domain.county import DAY, GATES, MINUTES, ONE_DAY, PAPER, POLICIES, County, claim, decision, line
from tests.domain.given import (
    FUND_TERMS,
    MINUTED,
    REF,
    STEPS,
    UNMINUTED,
    WAN,
    announced,
    announcement,
    by,
    drafted,
    fold,
    given,
    lodged,
    registered,
)
from tests.domain.given import GATES as GIVEN_GATES
from tests.domain.given import line as given_line
from tests.domain.given import receipt as given_receipt
from tests.domain.given import received as given_received

NEW = PolicyRef("2022.2", "c" * 64, "b" * 64)
WHY = "新办法自7月1日起施行"
ACT = by("zhao")


# A claim's place among its gates

LODGED = lodged(by("zhao"), given_line(120 * WAN))
SECTION, CENTRE, DEPUTY = GIVEN_GATES
AUDIT = GateTerm("audit", "audit_office", "review", "JS L19")
AT_CENTRE = (LODGED, GatePassed(by("qian"), "section", ""))
AT_SEND = (*AT_CENTRE, GatePassed(by("sun"), "centre", ""), GatePassed(by("li"), "deputy", ""))


def gated(*gates: GateTerm) -> ClaimTerms:
    """Return new rules of a claim with these gates."""
    return msgspec.structs.replace(LODGED.terms, policy=NEW, gates=gates)


def moves_claim(*gates: GateTerm) -> claim_facts.Move:
    return claim_facts.Move(ACT, gated(*gates), WHY)


def claim_after(facts: tuple[Fact, ...], *gates: GateTerm) -> Any:
    """Return what a claim is after it was moved to rules with these gates."""
    return fold(CLAIM, (*facts, ClaimMoved(ACT, gated(*gates), REF, WHY)))


def test_move_is_a_fact_with_the_new_terms_the_old_version_and_the_reason() -> None:
    command = moves_claim(SECTION, CENTRE, DEPUTY, AUDIT)
    given(*AT_CENTRE).when(command).then(ClaimMoved(ACT, command.terms, REF, WHY))


def test_moved_claim_waits_where_it_waited_and_goes_on_by_the_new_gates() -> None:
    director = msgspec.structs.replace(CENTRE, post="director")
    moved = claim_after(AT_CENTRE, SECTION, director, AUDIT)
    assert [(s.id, s.post) for s in CLAIM.open_steps(moved)] == [("centre", "director")]
    facts = (*AT_CENTRE, ClaimMoved(ACT, gated(SECTION, director, AUDIT), REF, WHY))
    command = AnswerGateCommand(by("sun"), "centre", approve=True, opinion="", barred={})
    passed = GatePassed(command.act, "centre", "")
    given(*facts).when(command).then(passed)
    assert [(s.id, s.post) for s in CLAIM.open_steps(fold(CLAIM, (*facts, passed)))] == [("audit", "audit_office")]


def test_gate_that_new_rules_put_before_the_open_one_stands_in_the_way() -> None:
    given(*AT_CENTRE).when(moves_claim(SECTION, AUDIT, CENTRE)).refuses(
        StepAheadError,
        "sample/claim/A01-1",
        "centre",
        "audit",
        "JS L19",
        "2022.2",
        "section, centre, deputy",
        "section, audit, centre",
    )
    # Nor may a gate that is to come stand before it.
    given(*AT_CENTRE).when(moves_claim(SECTION, DEPUTY, CENTRE)).refuses(StepAheadError, "deputy", "centre")


def test_open_gate_that_new_rules_do_not_have_stands_in_the_way() -> None:
    given(*AT_CENTRE).when(moves_claim(SECTION, DEPUTY)).refuses(
        StepLostError, "sample/claim/A01-1", "centre", "section, centre, deputy", "section, deputy"
    )


def test_passed_gate_that_new_rules_put_behind_the_open_one_stands_in_the_way() -> None:
    given(*AT_CENTRE).when(moves_claim(CENTRE, SECTION, DEPUTY)).refuses(
        StepAgainError, "centre", "section", "JS L18", "centre, section, deputy"
    )


def test_passed_gate_that_new_rules_dropped_is_behind_the_claim() -> None:
    facts = (*AT_CENTRE, GatePassed(by("sun"), "centre", ""))
    command = moves_claim(CENTRE, DEPUTY)
    given(*facts).when(command).then(ClaimMoved(ACT, command.terms, REF, WHY))
    assert CLAIM.stage(claim_after(facts, CENTRE, DEPUTY)) == "deputy"
    passed = GatePassed(by("li"), "deputy", "")
    assert CLAIM.stage(fold(CLAIM, (*facts, ClaimMoved(ACT, gated(CENTRE, DEPUTY), REF, WHY), passed))) == "send"


def test_gate_that_one_move_left_behind_is_not_asked_for_by_the_next() -> None:
    dropped = (*AT_CENTRE, ClaimMoved(ACT, gated(CENTRE, DEPUTY), REF, WHY))
    newest = msgspec.structs.replace(LODGED.terms, policy=PolicyRef("2022.3", "d" * 64, "b" * 64))
    behind = claim_facts.Move(by("zhao"), msgspec.structs.replace(newest, gates=(CENTRE, SECTION)), WHY)
    given(*dropped).when(behind).refuses(StepAgainError, "section", "centre")
    again = claim_facts.Move(by("zhao"), newest, WHY)
    moved = ClaimMoved(again.act, newest, NEW, WHY)
    given(*dropped).when(again).then(moved)
    assert CLAIM.stage(fold(CLAIM, (*dropped, moved))) == "centre"


def test_claim_past_its_gates_moves_only_where_no_gate_is_left() -> None:
    given(*AT_SEND).when(moves_claim(SECTION, CENTRE, DEPUTY, AUDIT)).refuses(StepAheadError, "send", "audit")
    command = moves_claim(DEPUTY, SECTION)
    given(*AT_SEND).when(command).then(ClaimMoved(ACT, command.terms, REF, WHY))
    assert CLAIM.stage(claim_after(AT_SEND, DEPUTY, SECTION)) == "send"
    sent = (*AT_SEND, PaymentSent(by("sun"), 1))
    assert CLAIM.stage(claim_after(sent, DEPUTY, SECTION)) == "confirm"


def test_returned_claim_moves_to_any_gates_and_begins_at_the_first() -> None:
    back = (*AT_CENTRE, ClaimReturned(by("sun"), "centre", "发票不符"))
    command = moves_claim(AUDIT, DEPUTY)
    given(*back).when(command).then(ClaimMoved(ACT, command.terms, REF, WHY))
    moved = claim_after(back, AUDIT, DEPUTY)
    assert [(s.id, s.post) for s in CLAIM.open_steps(moved)] == [("lodge", "unit")]
    again = msgspec.structs.replace(LODGED, version=2, terms=gated(AUDIT, DEPUTY))
    assert CLAIM.stage(fold(CLAIM, (*back, ClaimMoved(ACT, gated(AUDIT, DEPUTY), REF, WHY), again))) == "audit"


def test_claim_moves_once_to_a_version_and_not_after_its_payment() -> None:
    same = claim_facts.Move(ACT, LODGED.terms, WHY)
    given(*AT_CENTRE).when(same).refuses(SameRulesError, "sample/claim/A01-1", "2022.1", "a" * 12)
    moved = ClaimMoved(ACT, gated(*GIVEN_GATES), REF, WHY)
    again = claim_facts.Move(by("zhao"), gated(*GIVEN_GATES), WHY)
    given(*AT_CENTRE, moved).when(again).refuses(SameRulesError, "2022.2")
    paid = (*AT_SEND, PaymentSent(by("sun"), 1), PaymentConfirmed(by("zhou"), 1, "回单-1"))
    given(*paid).when(moves_claim(*GIVEN_GATES)).refuses(CaseOverError, "sample/claim/A01-1", "paid", "2022.1")
    given().when(moves_claim(*GIVEN_GATES)).refuses(NoSuchClaimError)


def test_moved_claim_may_be_moved_back() -> None:
    moved = ClaimMoved(ACT, gated(SECTION, CENTRE), REF, WHY)
    back = claim_facts.Move(by("zhao"), LODGED.terms, "误改")
    given(*AT_CENTRE, moved).when(back).then(ClaimMoved(back.act, LODGED.terms, NEW, "误改"))


GATE_IDS = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=5)


@any_of(GATE_IDS, GATE_IDS, st.integers(0, 5))
def test_no_move_skips_a_gate_or_asks_for_one_twice(old: list[str], new: list[str], at: int) -> None:
    def gates(ids: list[str]) -> tuple[GateTerm, ...]:
        return tuple(GateTerm(name, name, "review", "L1") for name in ids)

    terms = msgspec.structs.replace(LODGED.terms, gates=gates(old))
    passed = old[:at]
    facts = (msgspec.structs.replace(LODGED, terms=terms), *(GatePassed(by(name), name, "") for name in passed))
    state = fold(CLAIM, facts)
    waited = CLAIM.stage(state)
    place = new.index(waited) if waited in new else len(new)
    kept = set(new[:place]) == set(passed) & set(new) and (waited in new or at >= len(old))
    try:
        moved = CLAIM.decide(state, moves_claim(*gates(new)))
    except RefusedError:
        event("refused")
        assert not kept
        return
    event("moved")
    assert kept
    for fact in moved:
        state = CLAIM.evolve(state, fact)
    assert CLAIM.stage(state) == waited
    for name in new[place:]:
        assert CLAIM.stage(state) == name
        state = CLAIM.evolve(state, GatePassed(by(name), name, ""))
    assert CLAIM.stage(state) == "send"


# A plan's place among its bodies

DRAFTED = drafted(by("wang"), given_line(5), stages=(MINUTED, UNMINUTED))
MAYOR = StageTerm("mayor", "mayor", "JS L16")
DECIDED = StageDecided(by("group"), "leading_group", "M-1", "")


def staged(*stages: StageTerm, at_once: bool = False) -> PlanTerms:
    return PlanTerms(NEW, "finance_section", stages, at_once=at_once)


def moves_plan(*stages: StageTerm, at_once: bool = False) -> plan_facts.Move:
    return plan_facts.Move(ACT, staged(*stages, at_once=at_once), WHY)


def plan_after(facts: tuple[Fact, ...], *stages: StageTerm) -> Any:
    return fold(PLAN, (*facts, PlanMoved(ACT, staged(*stages), REF, WHY)))


def test_plan_moves_to_rules_with_another_body_behind_the_open_one() -> None:
    command = moves_plan(MINUTED, UNMINUTED, MAYOR)
    given(DRAFTED).when(command).then(PlanMoved(ACT, command.terms, REF, WHY))
    assert PLAN.stage(plan_after((DRAFTED,), MINUTED, UNMINUTED, MAYOR)) == "decide:leading_group"
    given(DRAFTED).when(moves_plan(MAYOR, MINUTED, UNMINUTED)).refuses(
        StepAheadError, "sample/plan/P1", "mayor", "JS L16", "leading_group, government", "mayor, leading_group"
    )
    given(DRAFTED).when(moves_plan(MAYOR)).refuses(StepLostError, "leading_group", "mayor")


def test_plan_that_waits_for_minutes_still_waits_for_them() -> None:
    unminuted = msgspec.structs.replace(MINUTED, record="")
    moved = plan_after((DRAFTED, DECIDED), unminuted, UNMINUTED)
    assert PLAN.stage(moved) == "minutes:leading_group"
    command = moves_plan(UNMINUTED, MINUTED)
    given(DRAFTED, DECIDED).when(command).refuses(StepAheadError, "leading_group", "government")


def test_body_that_approved_and_that_new_rules_dropped_is_behind_the_plan() -> None:
    one = drafted(by("wang"), given_line(5), stages=(UNMINUTED, MAYOR, MINUTED))
    facts = (one, StageDecided(by("g"), "government", "M-1", ""), StageDecided(by("m"), "mayor", "M-2", ""))
    command = moves_plan(MAYOR, MINUTED)
    given(*facts).when(command).then(PlanMoved(ACT, command.terms, REF, WHY))
    assert PLAN.stage(plan_after(facts, MAYOR, MINUTED)) == "decide:leading_group"


def test_body_that_one_move_left_behind_is_not_asked_by_the_next() -> None:
    one = drafted(by("wang"), given_line(5), stages=(UNMINUTED, MAYOR))
    facts = (one, StageDecided(by("g"), "government", "M-1", ""), PlanMoved(ACT, staged(MAYOR), REF, WHY))
    newest = PolicyRef("2022.3", "d" * 64, "b" * 64)
    behind = msgspec.structs.replace(one.terms, policy=newest, stages=(MAYOR, UNMINUTED))
    given(*facts).when(plan_facts.Move(by("zhao"), behind, WHY)).refuses(StepAgainError, "government", "mayor")
    before = msgspec.structs.replace(behind, stages=(UNMINUTED, MAYOR))
    again = plan_facts.Move(by("zhao"), before, WHY)
    moved = PlanMoved(again.act, before, NEW, WHY)
    given(*facts).when(again).then(moved)
    assert PLAN.stage(fold(PLAN, (*facts, moved))) == "decide:mayor"


def test_returned_plan_moves_to_any_bodies_and_is_drafted_by_the_new_drafter() -> None:
    back = (DRAFTED, PlanReturned(by("group"), "leading_group", "M-1", "偏高"))
    command = moves_plan(MAYOR)
    given(*back).when(command).then(PlanMoved(ACT, command.terms, REF, WHY))
    assert [(s.id, s.post) for s in PLAN.open_steps(plan_after(back, MAYOR))] == [("draft", "finance_section")]


def test_plan_in_force_keeps_waiting_for_its_release() -> None:
    one = drafted(by("wang"), given_line(5), stages=(UNMINUTED,))
    in_force = (one, StageDecided(by("group"), "government", "M-1", ""), PlanInForce(by("group")))
    command = moves_plan(UNMINUTED)
    given(*in_force).when(command).then(PlanMoved(ACT, command.terms, REF, WHY))
    # Its money was allotted to be released by itself; that is not undone.
    given(*in_force).when(moves_plan(UNMINUTED, at_once=True)).refuses(StepLostError, "release", "government, release")
    given(*in_force).when(moves_plan(UNMINUTED, MAYOR)).refuses(StepAheadError, "mayor", "release")


def test_released_plan_does_not_move() -> None:
    one = drafted(by("wang"), given_line(5), stages=())
    noted = plan_facts.ReleaseNoted(by("li"), "F1")
    given(one, PlanInForce(by("wang")), noted).when(moves_plan()).refuses(CaseOverError, "sample/plan/P1", "released")
    given().when(moves_plan(MAYOR)).refuses(NoSuchPlanError)


# A project's place among its steps

REGISTERED = registered(by("zhao"))
TENDER = StepTerm("tender", "tender", "implementing_unit", "MJ L7")


def steps_of(*ids: str) -> tuple[StepTerm, ...]:
    """Return the sample's steps of these ids, and others as further reviews."""
    known = {step.id: step for step in (*STEPS, TENDER)}
    return tuple(known.get(name, StepTerm(name, "review", "rrb", "GF L25")) for name in ids)


def moves_project(*steps: StepTerm) -> project_facts.Move:
    return project_facts.Move(ACT, ProjectTerms(NEW, steps), WHY)


def passed(*ids: str) -> tuple[Fact, ...]:
    return (REGISTERED, *(StepPassed(by(name), name) for name in ids))


def project_after(facts: tuple[Fact, ...], *steps: StepTerm) -> Any:
    return fold(PROJECT, (*facts, ProjectMoved(ACT, ProjectTerms(NEW, steps), REF, WHY)))


def test_project_moves_to_rules_with_a_step_behind_the_open_one() -> None:
    new = steps_of("declare", "review", "survey", "expert", "plan", "release")
    facts = passed("declare", "review")
    command = moves_project(*new)
    given(*facts).when(command).then(ProjectMoved(ACT, command.terms, REF, WHY))
    moved = project_after(facts, *new)
    assert PROJECT.stage(moved) == "survey"
    PROJECT.evolve(moved, StepPassed(by("wu"), "survey"))
    assert PROJECT.stage(moved) == "expert"


@pytest.mark.parametrize(
    ("new", "error", "numbers"),
    [
        (("declare", "expert", "review", "survey"), StepAheadError, ("survey", "expert", "GF L25")),
        (("declare", "review", "plan"), StepLostError, ("survey", "declare, review, plan")),
        (("declare", "survey", "review"), StepAgainError, ("survey", "review", "GF L24")),
    ],
    ids=["before", "gone", "again"],
)
def test_project_that_would_lose_its_place_stays(
    new: tuple[str, ...], error: type[RefusedError], numbers: tuple[str, ...]
) -> None:
    given(*passed("declare", "review")).when(moves_project(*steps_of(*new))).refuses(
        error, "sample/project/A01", *numbers
    )


def test_step_of_the_same_name_and_another_kind_is_another_step() -> None:
    other = msgspec.structs.replace(STEPS[1], kind="bank")
    command = moves_project(STEPS[0], other, *STEPS[2:])
    given(*passed("declare")).when(command).refuses(StepChangedError, "review", "bank", "GF L24", "2022.2")
    given(*passed("declare", "review")).when(command).refuses(StepChangedError, "review", "bank")


def test_step_that_was_passed_and_that_new_rules_dropped_is_behind_the_project() -> None:
    facts, new = passed("declare", "review", "survey"), steps_of("declare", "survey", "plan", "release")
    command = moves_project(*new)
    given(*facts).when(command).then(ProjectMoved(ACT, command.terms, REF, WHY))
    assert PROJECT.stage(project_after(facts, *new)) == "plan"


def test_step_that_one_move_left_behind_is_asked_for_again_only_after_a_return() -> None:
    short, newest = steps_of("declare", "survey", "plan"), PolicyRef("2022.3", "d" * 64, "b" * 64)
    facts = (*passed("declare", "review"), ProjectMoved(ACT, ProjectTerms(NEW, short), REF, WHY))
    behind = ProjectTerms(newest, steps_of("declare", "survey", "review", "plan"))
    asked = project_facts.Move(by("zhao"), behind, WHY)
    given(*facts).when(asked).refuses(StepAgainError, "review", "survey")
    back = (*facts, StepReturned(by("team"), "survey", "declare", "不符"))
    moved = ProjectMoved(asked.act, behind, NEW, WHY)
    given(*back).when(asked).then(moved)
    again = fold(PROJECT, (*back, moved, StepPassed(by("a"), "declare"), StepPassed(by("b"), "survey")))
    assert PROJECT.stage(again) == "review"
    before = project_facts.Move(by("zhao"), ProjectTerms(newest, STEPS), WHY)
    given(*facts).when(before).then(moved := ProjectMoved(before.act, before.terms, NEW, WHY))
    assert PROJECT.stage(fold(PROJECT, (*facts, moved))) == "survey"


def test_project_sent_back_moves_from_where_it_is_now() -> None:
    back = (*passed("declare", "review"), StepReturned(by("team"), "survey", "review", "不符"))
    new = steps_of("declare", "review", "expert", "survey")
    command = moves_project(*new)
    given(*back).when(command).then(ProjectMoved(ACT, command.terms, REF, WHY))
    assert PROJECT.stage(project_after(back, *new)) == "review"


def test_project_that_waits_for_its_plan_still_waits_for_it() -> None:
    facts = passed("declare", "review", "survey")
    new = steps_of("declare", "review", "survey", "plan", "tender")
    moved = project_after(facts, *new)
    assert (PROJECT.stage(moved), PROJECT.open_steps(moved)) == ("plan", ())
    for fact in (PlanIncluded(by("group"), "P1", 5), StepPassed(by("group"), "plan")):
        PROJECT.evolve(moved, fact)
    assert PROJECT.stage(moved) == "tender"


def test_closed_project_does_not_move() -> None:
    one = registered(by("zhao"), steps=STEPS[:1])
    facts = (one, StepPassed(by("zhao"), "declare"), ProjectClosed(by("zhao")))
    given(*facts).when(moves_project(*STEPS)).refuses(CaseOverError, "sample/project/A01", "2022.1")
    given().when(moves_project(*STEPS)).refuses(NoSuchProjectError)


# A fund's steps have no order

RECEIVED = given_received(given_receipt(("integrated", 300 * WAN)))
ANNOUNCED = announced(announcement(("integrated", 300 * WAN)))
ALLOTTED = fund_facts.MoneyAllotted(by("g"), "P1", (fund_facts.Share("integrated", "A01", 5),))


def moves_fund(**changes: Any) -> fund_facts.Move:
    terms: FundTerms = msgspec.structs.replace(FUND_TERMS, policy=NEW, **changes)
    return fund_facts.Move(ACT, "F1", terms, WHY)


def test_fund_moves_to_the_new_posts() -> None:
    command = moves_fund(reporter="rrb", notifier="rrb", releaser="rrb", release=None)
    moved = FundMoved(ACT, command.terms, REF, WHY)
    given(RECEIVED).when(command).then(moved)
    state = fold(FUND, (RECEIVED, ReceiptReported(by("li")), moved))
    assert [(s.id, s.post) for s in FUND.open_steps(state)] == [("notify", "rrb")]
    assert state.balances.portions["integrated"].buckets[Bucket.FREE] == 300 * WAN


def test_fund_whose_open_step_nobody_would_do_stays() -> None:
    given(RECEIVED).when(moves_fund(reporter="")).refuses(
        StepLostError, "sample/fund/F1", "report", "report, notify, release", "notify, release"
    )
    given(RECEIVED, ReceiptReported(by("li"))).when(command := moves_fund(reporter="", releaser="")).then(
        FundMoved(ACT, command.terms, REF, WHY)
    )
    given(RECEIVED, ALLOTTED).when(moves_fund(releaser="")).refuses(StepLostError, "release:P1")


def test_announced_money_moves_and_waits_for_its_arrival_at_the_new_post() -> None:
    act = msgspec.structs.replace(ACT, post="treasury_officer")
    command = replace(moves_fund(reporter="", notifier="", releaser="rrb"), act=act)
    moved = FundMoved(act, command.terms, REF, WHY)
    given(ANNOUNCED).when(command).then(moved)
    assert [(s.id, s.post) for s in FUND.open_steps(fold(FUND, (ANNOUNCED,)))] == [("arrive", "finance_section")]
    state = fold(FUND, (ANNOUNCED, ALLOTTED, moved))
    assert [(s.id, s.post) for s in FUND.open_steps(state)] == [("arrive", "treasury_officer")]
    came = fund_facts.FundArrived(act, "到账1号", "1", (fund_facts.PoolArrived("integrated", 300 * WAN, 300 * WAN),))
    assert [(s.id, s.post) for s in FUND.open_steps(FUND.evolve(state, came))] == [("release:P1", "rrb")]


def test_announced_money_whose_plans_nobody_would_release_stays() -> None:
    given(ANNOUNCED, ALLOTTED).when(moves_fund(releaser="")).refuses(StepLostError, "sample/fund/F1", "release:P1")
    revoked = fund_facts.AnnouncementRevoked(by("li"), "integrated", 300 * WAN, "撤1")
    given(ANNOUNCED, revoked).when(moves_fund()).refuses(CaseOverError, "sample/fund/F1", "2022.1")


def test_fund_that_is_over_does_not_move() -> None:
    over = (
        RECEIVED,
        ReceiptReported(by("li")),
        fund_facts.DepartmentNotified(by("li"), "局"),
        fund_facts.MoneyWithdrawn(by("li"), "integrated", 300 * WAN, "退1"),
    )
    given(*over).when(moves_fund()).refuses(CaseOverError, "sample/fund/F1", "closed", "2022.1")
    given(RECEIVED).when(fund_facts.Move(ACT, "F1", FUND_TERMS, WHY)).refuses(SameRulesError, "sample/fund/F1")
    given().when(moves_fund()).refuses(NoSuchFundError, "F1")


def test_what_may_be_moved_says_so() -> None:
    assert "move" in FUND.also_allowed(fold(FUND, (RECEIVED,)))
    assert "move" in PLAN.also_allowed(fold(PLAN, (DRAFTED,)))
    assert "move" in FUND.also_allowed(fold(FUND, (ANNOUNCED,)))
    assert "move" in PROJECT.also_allowed(fold(PROJECT, passed("declare")))
    assert "move" in CLAIM.also_allowed(fold(CLAIM, AT_SEND))
    for kind in ("fund", "plan", "project", "claim"):
        assert "move" not in BY_KIND[kind].also_allowed(BY_KIND[kind].initial())


# Asked of a county that has adopted a second version

OLD_TEXT = (POLICIES / "sample.toml").read_text(encoding="utf-8")


def second(*edits: tuple[str, str]) -> Policy:
    """Return the second version of the sample county's rules: the first with these pieces replaced."""
    text = OLD_TEXT
    for old, new in (('version = "2023.1"', 'version = "2023.2"'), *edits):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse(text, "second version")


AUDIT_GATE = """[[claims.gates]]
id = "audit"
zh = "审计复核"
en = "re-check by the audit office"
post = "director"
kind = "recheck"
source = "sample, second version"

[claims.gates.deadline]
id = "gate_audit"
kind = "counted"
count = 7
unit = "calendar"
start = "gate_open"
responsible = "director"
source = "sample, second version"

"""
GATE_2 = '[[claims.gates]]\nid = "payment_centre"'
GATE_3 = '[[claims.gates]]\nid = "deputy_director"'


def mover(kind: str) -> tuple[AnyMove, str]:
    """Return the request that moves a case of a kind, and the post for it in the sample county."""
    requests: dict[str, tuple[Callable[..., AnyMove], str]] = {
        "fund": (MoveFund, "finance_section"),
        "plan": (MovePlan, "rrb"),
        "project": (MoveProject, "village_committee"),
        "claim": (MoveClaim, "implementing_unit"),
    }
    request, post = requests[kind]
    return request(reason=WHY), post


@pytest.fixture
def claimed(building: County) -> County:
    """A claim at the second of its three gates."""
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", GATES[0])
    return building


def test_case_keeps_its_rules_when_the_county_adopts_others(claimed: County) -> None:
    claimed.adopt(second((GATE_3, AUDIT_GATE + GATE_3)))
    claimed.clears("A01-1", "payment_centre")
    assert claimed.waits(CLAIM, "A01-1") == [("deputy_director", "deputy_director")]


def test_claim_is_moved_and_goes_through_the_added_gate(claimed: County) -> None:
    running = claimed.clock("claim-A01-1-v1-payment_centre")
    claimed.today += ONE_DAY
    claimed.adopt(
        second(
            (GATE_3, AUDIT_GATE + GATE_3),
            ('count = 3\nunit = "calendar"\nstart = "gate_open"\nresponsible = "payment_centre"',
             'count = 9\nunit = "calendar"\nstart = "gate_open"\nresponsible = "payment_centre"'),
            ('post = "payment_centre"\nkind = "review"', 'post = "treasury_officer"\nkind = "review"'),
        )
    )  # fmt: skip
    claimed.ask("claim", "A01-1", *mover("claim"))
    assert claimed.waits(CLAIM, "A01-1") == [("payment_centre", "treasury_officer")]
    # A clock once started is a fact: its day stands.
    assert claimed.clock("claim-A01-1-v1-payment_centre") == running
    answer = AnswerGate(gate="payment_centre", approve=True)
    claimed.refuses("claim", "A01-1", answer, "payment_centre", WrongPostError, "treasury_officer", "payment_centre")
    claimed.ask("claim", "A01-1", answer, "treasury_officer")
    assert OBLIGATION.stage(claimed.state(OBLIGATION, "claim-A01-1-v1-payment_centre")) == "met"
    assert claimed.clock("claim-A01-1-v1-audit").due_on == claimed.today + 7 * ONE_DAY
    claimed.ask("claim", "A01-1", AnswerGate(gate="audit", approve=True), "director")
    claimed.clears("A01-1", "deputy_director")
    claimed.pays("A01-1")
    assert CLAIM.closed(claimed.state(CLAIM, "A01-1"))


def test_claim_with_an_added_gate_before_it_stays_until_it_was_sent_back(claimed: County) -> None:
    claimed.adopt(second((GATE_2, AUDIT_GATE + GATE_2)))
    request, post = mover("claim")
    claimed.refuses(
        "claim",
        "A01-1",
        request,
        post,
        StepAheadError,
        "sample/claim/A01-1",
        "payment_centre",
        "audit",
        "2023.2",
        "sample, second version",
        "finance_section, payment_centre, deputy_director",
        "finance_section, audit, payment_centre, deputy_director",
    )
    back = AnswerGate(gate="payment_centre", approve=False, opinion="按新办法重报")
    claimed.ask("claim", "A01-1", back, "payment_centre")
    claimed.ask("claim", "A01-1", request, post)
    claimed.lodges("A01-1", line(50 * WAN))
    # Nothing of it changed, so the first gate's signature stands.
    assert claimed.waits(CLAIM, "A01-1") == [("audit", "director")]


def test_returned_claim_is_lodged_again_under_its_own_rules_unless_it_was_moved(claimed: County) -> None:
    back = AnswerGate(gate="payment_centre", approve=False, opinion="缺发票")
    claimed.ask("claim", "A01-1", back, "payment_centre")
    claimed.adopt(second((GATE_2, AUDIT_GATE + GATE_2)))
    claimed.lodges("A01-1", line(50 * WAN))
    claimed.clears("A01-1", GATES[1])
    assert claimed.waits(CLAIM, "A01-1") == [("deputy_director", "deputy_director")]
    assert claimed.state(CLAIM, "A01-1").lodged.terms.policy.version == "2023.1"


def test_returned_plan_is_drafted_again_under_its_own_rules_unless_it_was_moved(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    sample.ask("plan", "P1", decision("M-1", DAY, approve=False, opinion="偏高"), "leading_group")
    sample.adopt(second(('drafter = "rrb"', 'drafter = "competent_department"')))
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(4),))
    sample.refuses("plan", "P1", draft, "competent_department", WrongPostError, "rrb", "competent_department")
    sample.drafts("P1", line(4))
    assert sample.state(PLAN, "P1").drafted.terms.policy.version == "2023.1"
    sample.ask("plan", "P1", decision("M-2", DAY, approve=False, opinion="仍高"), "leading_group")
    sample.ask("plan", "P1", MovePlan(reason=WHY), "competent_department")
    sample.ask("plan", "P1", draft, "competent_department", person="p-other")
    assert sample.state(PLAN, "P1").drafted.terms.policy.version == "2023.2"


def test_plan_is_moved_and_goes_to_the_added_body(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    sample.approves("P1", "M-1")
    mayor = """[[plan.approvals]]
id = "director"
zh = "局长审定"
en = "the director decides"
body = "director"
subject = "plan"
source = "sample, second version"

[release]
"""
    sample.adopt(second(("[release]\n", mayor), ('start = "minutes_filed"', 'start = "plan_approved"')))
    sample.ask("plan", "P1", *mover("plan"))
    assert sample.waits(PLAN, "P1") == [("minutes:leading_group", "leading_group")]
    sample.ask("plan", "P1", FileMinutes(stage="leading_group", digest=MINUTES), "leading_group")
    assert sample.waits(PLAN, "P1") == [("decide:director", "director")]
    decided = msgspec.structs.replace(decision("M-2", DAY), stage="director")
    sample.ask("plan", "P1", decided, "director")
    assert PLAN.stage(sample.state(PLAN, "P1")) == "in force"


EXPERT_STEP = """[[project.steps]]
id = "expert"
zh = "专家论证"
en = "expert review"
kind = "review"
post = "director"
returns_to = ["township_review"]
source = "sample, second version"

"""
SURVEY, BANK = '[[project.steps]]\nid = "field_survey"', '[[project.steps]]\nid = "bank"'


def test_project_is_moved_and_takes_the_added_step(sample: County) -> None:
    sample.declares("A01")
    sample.passes("A01", "township_review", "township_office")
    sample.adopt(second((BANK, EXPERT_STEP + BANK)))
    sample.ask("project", "A01", *mover("project"))
    assert sample.waits(PROJECT, "A01") == [("field_survey", "field_team")]
    sample.passes("A01", "field_survey", "field_team", record=PAPER)
    sample.passes("A01", "expert", "director")
    sample.explains("A01")
    sample.passes("A01", "bank", "rrb")
    assert PROJECT.stage(sample.state(PROJECT, "A01")) == "plan"


def test_project_with_an_added_step_before_it_stays(sample: County) -> None:
    sample.declares("A01")
    sample.passes("A01", "township_review", "township_office")
    sample.adopt(second((SURVEY, EXPERT_STEP + SURVEY)))
    request, post = mover("project")
    sample.refuses("project", "A01", request, post, StepAheadError, "field_survey", "expert", "sample, second version")


def test_projects_running_clock_is_met_where_the_new_rules_count_no_days(building: County) -> None:
    building.passes("A01", "build", "implementing_unit", record=PAPER)
    running = building.clock("project-A01-accept-1")
    first, last = OLD_TEXT.index("[project.steps.deadline]"), OLD_TEXT.index('[[project.steps]]\nid = "title"')
    building.adopt(second((OLD_TEXT[first:last], "")))
    building.ask("project", "A01", *mover("project"))
    assert building.clock("project-A01-accept-1") == running
    building.today += ONE_DAY
    building.passes("A01", "accept", "competent_department", record=PAPER)
    assert OBLIGATION.stage(building.state(OBLIGATION, "project-A01-accept-1")) == "met"


def test_fund_is_moved_and_the_new_posts_act_on_it(planned: County) -> None:
    running = planned.clock("fund-F1-release-P1")
    planned.adopt(
        second(
            ('registrar = "finance_section"', 'registrar = "treasury_officer"'),
            ('reporter = "finance_section"', 'reporter = "treasury_officer"'),
            ('notifier = "finance_section"', 'notifier = "rrb"'),
            ('post = "finance_section"\nbasis', 'post = "treasury_officer"\nbasis'),
            ("count = 5\n", "count = 8\n"),
        )
    )
    request, _ = mover("fund")
    planned.refuses("fund", "F1", request, "finance_section", WrongPostError, "treasury_officer", "finance_section")
    planned.ask("fund", "F1", request, "treasury_officer")
    assert planned.waits(FUND, "F1") == [
        ("report", "treasury_officer"),
        ("notify", "rrb"),
        ("release:P1", "treasury_officer"),
    ]
    assert planned.clock("fund-F1-release-P1") == running
    planned.refuses("fund", "F1", ReportReceipt(), "finance_section", WrongPostError, "treasury_officer")
    planned.ask("fund", "F1", ReportReceipt(), "treasury_officer")
    planned.ask("fund", "F1", NotifyDepartment(department="局"), "rrb")
    planned.ask("fund", "F1", ReleaseMoney(plan_no="P1"), "treasury_officer")
    assert OBLIGATION.stage(planned.state(OBLIGATION, "fund-F1-release-P1")) == "met"
    # What rests on the receipt itself is now for whoever would enter one.
    close = CloseYear(year=2023)
    planned.refuses("fund", "F1", close, "finance_section", WrongPostError, "treasury_officer", "finance_section")
    planned.ask("fund", "F1", close, "treasury_officer")
    # A clock that starts from now on follows the new rules.
    planned.banks("A02")
    planned.plans("P2", line(10 * WAN, "A02"))
    assert planned.clock("fund-F1-release-P2").due_on == planned.today + 8 * ONE_DAY


def test_announced_money_is_moved_and_arrives_under_the_new_rules(sample: County) -> None:
    portions = (PortionReceived("integrated", 300 * WAN),)
    announcement_ = AnnounceMoney(
        document_no="告知1号", item_no="1", source="next_year", tier="central", fiscal_year=2023, portions=portions
    )
    sample.ask("fund", "F1", announcement_, "finance_section")
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.adopt(
        second(('registrar = "finance_section"', 'registrar = "treasury_officer"'), ("count = 5\n", "count = 8\n"))
    )
    sample.ask("fund", "F1", MoveFund(reason=WHY), "treasury_officer")
    arrival = EnterArrival(document_no="到账1号", item_no="1", portions=portions)
    sample.refuses("fund", "F1", arrival, "finance_section", WrongPostError, "treasury_officer", "finance_section")
    assert sample.waits(FUND, "F1") == [("arrive", "treasury_officer")]
    sample.ask("fund", "F1", arrival, "treasury_officer")
    assert sample.clock("fund-F1-release-P1").due_on == sample.today + 8 * ONE_DAY


@pytest.mark.parametrize("kind", ["fund", "plan", "project", "claim"])
def test_move_is_for_the_post_that_begins_such_cases(claimed: County, kind: str) -> None:
    no = {"fund": "F1", "plan": "P1", "project": "A01", "claim": "A01-1"}[kind]
    if kind == "plan":
        no = "P2"
        claimed.banks("A02")
        claimed.drafts("P2", line(5, "A02"))
    claimed.adopt(second())
    request, post = mover(kind)
    claimed.refuses(kind, no, request, "director", WrongPostError, post, "director", "sample, after")
    recorded = claimed.ask(kind, no, request, post)
    assert [(r.fact.before.version, r.fact.terms.policy.version, r.fact.reason) for r in recorded] == [
        ("2023.1", "2023.2", WHY)
    ]
    claimed.refuses(kind, no, request, post, SameRulesError, f"sample/{kind}/{no}", "2023.2")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("fund", NoSuchFundError),
        ("plan", NoSuchPlanError),
        ("project", NoSuchProjectError),
        ("claim", NoSuchClaimError),
    ],
)
def test_case_that_is_not_there_is_told_by_its_number(sample: County, kind: str, error: type[RefusedError]) -> None:
    sample.adopt(second())
    sample.refuses(kind, "X9", *mover(kind), error, "X9")


def test_move_without_a_reason_is_refused(claimed: County) -> None:
    claimed.adopt(second())
    claimed.refuses("claim", "A01-1", MoveClaim(reason="  "), "implementing_unit", BadInputError, "reason")


def test_move_names_its_version_by_the_start_of_its_digest(claimed: County) -> None:
    first, other, newest = load(POLICIES / "sample.toml"), second(), second(("count = 5\n", "count = 6\n"))
    claimed.adopt(other)
    claimed.adopt(newest)
    unknown = MoveClaim(reason=WHY, to="0" * 64)
    claimed.refuses("claim", "A01-1", unknown, "implementing_unit", BadInputError, "to", other.digest[:12])
    claimed.ask("claim", "A01-1", MoveClaim(reason=WHY, to=other.digest[:10]), "implementing_unit")
    assert claimed.state(CLAIM, "A01-1").lodged.terms.policy.profile == other.digest
    claimed.ask("claim", "A01-1", MoveClaim(reason="误改", to=first.digest), "implementing_unit")
    assert claimed.state(CLAIM, "A01-1").lodged.terms.policy.profile == first.digest
    claimed.ask("claim", "A01-1", MoveClaim(reason=WHY), "implementing_unit")
    assert claimed.state(CLAIM, "A01-1").lodged.terms.policy.profile == newest.digest


def test_start_that_several_versions_share_names_none(claimed: County) -> None:
    versions = [load(POLICIES / "sample.toml")]
    # Sixteen first digits: among seventeen versions two share theirs.
    versions += [second(("count = 5\n", f"count = {days}\n")) for days in range(6, 22)]
    for policy in versions[1:]:
        claimed.adopt(policy)
    starts = [policy.digest[0] for policy in versions]
    shared = next(start for start in starts if starts.count(start) > 1)
    request = MoveClaim(reason=WHY, to=shared)
    claimed.refuses("claim", "A01-1", request, "implementing_unit", BadInputError, "to", shared)


def test_rules_that_name_nobody_move_nothing(claimed: County) -> None:
    claimed.adopt(second(('lodger = "implementing_unit"\n', "")))
    claimed.refuses("claim", "A01-1", MoveClaim(reason=WHY), "implementing_unit", NoRuleStatedError)


def test_moved_claim_refuses_a_gate_out_of_the_new_order(claimed: County) -> None:
    claimed.adopt(second((GATE_3, AUDIT_GATE + GATE_3)))
    claimed.ask("claim", "A01-1", *mover("claim"))
    audit = AnswerGate(gate="audit", approve=True)
    claimed.refuses("claim", "A01-1", audit, "director", GateOrderError, "payment_centre", "audit")


def test_money_is_as_it_was_after_a_move(claimed: County) -> None:
    before = claimed.state(FUND, "F1").balances.portions["integrated"].buckets.copy()
    claimed.adopt(second())
    for kind, no in (("fund", "F1"), ("project", "A01"), ("claim", "A01-1")):
        claimed.ask(kind, no, *mover(kind))
    assert claimed.state(FUND, "F1").balances.portions["integrated"].buckets == before
    over = claim(line(150 * WAN + 1))
    claimed.refuses("claim", "A01-2", over, "implementing_unit", OverReleaseError, 150 * WAN + 1, 150 * WAN)
    claimed.passes("A01", "build", "implementing_unit", record=PAPER)
