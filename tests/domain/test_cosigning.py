"""What posts do together (会同): a step of a project, or a plan's draft, stands once each has signed for itself."""

from typing import Any

import msgspec
import pytest

from domain.act import Act
from domain.claim_correcting import ClaimContentError
from domain.cosigning import CosignMissingError, NothingToCosignError
from domain.duties import SamePersonError
from domain.ledger import Ledger
from domain.plan import PLAN
from domain.plan_facts import Cosign as CosignDraft
from domain.plan_facts import DecideStage, Draft, PlanCosigned, PlanInForce, PlanReturned, PlanTerms
from domain.project import PROJECT
from domain.project_facts import Answer, Cosign, Include, StepCosigned, StepPassed, StepReturned
from domain.requests import AnswerStep, CosignPlan, CosignStep, DraftPlan, LodgeClaim
from domain.terms import Line, StepTerm
from tests.domain.county import MAOJIAN_PAPERS, PAPER, PROJECT_REQUEST, County, decision
from tests.domain.given import DAY, REF, by, drafted, fold, given, line, registered
from tests.domain.test_bank import county_of
from tests.domain.walk import PLAN_NO, PROJECT_NO, Walk

TOGETHER = ("finance", "rrb")
SURVEY = StepTerm("survey", "survey", "team", "GF L24", "", ("declare",), together=TOGETHER)
JOINT = (StepTerm("declare", "declare", "village", "GF L24"), SURVEY, StepTerm("bank", "bank", "rrb", "GF L24"))
DECLARED = (registered(by("village"), steps=JOINT), StepPassed(by("village"), "declare"))


def of(person: str, post: str) -> Act:
    return msgspec.structs.replace(by(person), post=post)


def signed(post: str, step: str = "survey", person: str = "") -> StepCosigned:
    return StepCosigned(of(person or f"p-{post}", post), step)


def answer(step: str = "survey", person: str = "team") -> Answer:
    return Answer(by(person), step, approve=True, opinion="", record="")


# One project.


def test_a_joint_step_waits_for_its_post_and_for_each_that_takes_it_together() -> None:
    state = fold(PROJECT, DECLARED)
    steps = [(step.id, step.post) for step in PROJECT.open_steps(state)]
    assert steps == [("survey", "team"), ("cosign:survey", "finance"), ("cosign:survey", "rrb")]
    assert PROJECT.stage(state) == "survey"


def test_a_joint_step_is_passed_only_with_every_signature() -> None:
    project = given(*DECLARED)
    project.when(answer()).refuses(CosignMissingError, "sample/project/A01", "finance, rrb", "GF L24")
    one = given(*DECLARED, signed("finance"))
    one.when(answer()).refuses(CosignMissingError, "rrb")
    command = answer()
    given(*DECLARED, signed("finance"), signed("rrb")).when(command).then(StepPassed(command.act, "survey"))


def test_only_whoever_is_asked_signs_and_once() -> None:
    for post in ("team", "village"):
        stranger = Cosign(of("p-9", post), "survey")
        given(*DECLARED).when(stranger).refuses(NothingToCosignError, post, "finance, rrb")
    again = Cosign(of("p-8", "finance"), "survey")
    given(*DECLARED, signed("finance")).when(again).refuses(NothingToCosignError, "finance", "rrb")
    early = Cosign(of("p-8", "finance"), "bank")
    given(*DECLARED).when(early).refuses(NothingToCosignError, "bank")


def test_two_posts_in_one_hand_are_one_hand() -> None:
    both = Cosign(of("li", "rrb"), "survey")
    given(*DECLARED, signed("finance", person="li")).when(both).refuses(SamePersonError, "li", "cosign")
    whole = (*DECLARED, signed("finance", person="li"), signed("rrb"))
    given(*whole).when(answer(person="li")).refuses(SamePersonError, "li", "survey")
    # Who signed a survey has prepared the case, and does not decide it.
    surveyed = (*whole, StepPassed(by("team"), "survey"))
    given(*surveyed).when(answer("bank", "li")).refuses(SamePersonError, "li", "survey")


def test_what_is_done_anew_is_signed_anew() -> None:
    back = StepReturned(by("team"), "survey", "declare", "地类不符")
    again = (*DECLARED, signed("finance"), signed("rrb"), back, StepPassed(by("village"), "declare"))
    given(*again).when(answer()).refuses(CosignMissingError, "finance, rrb")


def test_sending_back_needs_nobody_elses_signature() -> None:
    command = Answer(by("team"), "survey", approve=False, opinion="地类不符", record="", return_to="declare")
    back = StepReturned(command.act, "survey", "declare", "地类不符", withdrawn=("finance", "rrb"))
    given(*DECLARED).when(command).then(back)


def test_a_first_step_is_signed_after_its_own_paper_and_before_the_next() -> None:
    first = StepTerm("declare", "declare", "village", "JH L6", together=("township",))
    steps = (first, StepTerm("plan", "plan", "", "JH L6"), StepTerm("bank", "bank", "rrb", "JH L6"))
    facts = (registered(by("village"), steps=steps), StepPassed(by("village"), "declare"))
    project = given(*facts)
    project.when(Include(by("group"), "P1", 5)).refuses(CosignMissingError, "township", "JH L6")
    project.when(Cosign(of("village", "township"), "declare")).refuses(SamePersonError, "village", "declare")
    command = Cosign(of("wang", "township"), "declare", "属实")
    project.when(command).then(StepCosigned(command.act, "declare", "属实"))


# One plan.


def joint(*, minuted: bool = True) -> Any:
    draft = drafted(by("planner"), line(5))
    stages = draft.terms.stages if minuted else ()
    return msgspec.structs.replace(draft, terms=PlanTerms(REF, "rrb", stages, together=("finance",)))


def decide(*, approve: bool = True) -> DecideStage:
    return DecideStage(by("group"), "leading_group", "M-1", approve, "偏高")


def test_a_joint_draft_reaches_its_body_once_it_is_signed() -> None:
    plan = given(joint())
    assert [(s.id, s.post) for s in PLAN.open_steps(fold(PLAN, (joint(),)))] == [("cosign", "finance")]
    for approve in (True, False):
        plan.when(decide(approve=approve)).refuses(CosignMissingError, "finance", "sample/plan/P1")
    command = CosignDraft(of("wang", "finance"), "同意")
    plan.when(command).then(PlanCosigned(command.act, 1, "同意"))
    facts = (joint(), PlanCosigned(command.act, 1))
    assert [s.id for s in PLAN.open_steps(fold(PLAN, facts))] == ["decide:leading_group"]
    given(*facts).when(CosignDraft(of("zhou", "finance"))).refuses(NothingToCosignError, "finance")


def test_neither_the_drafter_signs_nor_does_a_signer_approve() -> None:
    given(joint()).when(CosignDraft(of("planner", "finance"))).refuses(SamePersonError, "planner", "draft")
    signed_ = given(joint(), PlanCosigned(of("group", "finance"), 1))
    signed_.when(decide()).refuses(SamePersonError, "group", "draft")


def test_a_new_draft_is_signed_anew() -> None:
    back = PlanReturned(by("group"), "leading_group", "M-1", "偏高")
    second = msgspec.structs.replace(joint(), version=2)
    plan = given(joint(), PlanCosigned(of("wang", "finance"), 1), back, second)
    plan.when(decide()).refuses(CosignMissingError, "finance")


def test_where_no_body_approves_the_last_signature_puts_the_plan_in_force() -> None:
    draft = joint(minuted=False)
    given().when(Draft(draft.act, draft)).then(draft)
    command = CosignDraft(of("wang", "finance"))
    given(draft).when(command).then(PlanCosigned(command.act, 1), PlanInForce(command.act))


# The counties.


@pytest.mark.row("LC-03", "GF")
@pytest.mark.row("LC-04", "GF")
def test_guangfengs_survey_is_made_by_four(ledger: Ledger) -> None:
    joint_step(ledger, "guangfeng-2021", "field_survey", ("finance_bureau", "rrb", "drc"), "GF L7, L24")


@pytest.mark.row("LC-03", "ML")
def test_meilans_towns_and_departments_estimate_together(ledger: Ledger) -> None:
    joint_step(ledger, "meilan-2023", "estimate", ("sector_departments",), "ML L7")


def joint_step(ledger: Ledger, folder: str, step: str, together: tuple[str, ...], clause: str) -> None:
    """Refuse a county's joint step without each one's signature, then pass it."""
    walk = Walk.real(ledger, folder)
    walk.register()
    walk.go_on(until=step)
    assert walk.project.step is not None
    post = walk.project.step.post
    passed = AnswerStep(step=step, approve=True, record=PAPER)
    for n, signer in enumerate(together):
        missing = ", ".join(together[n:])
        walk.county.refuses("project", PROJECT_NO, passed, post, CosignMissingError, missing, clause)
        walk.county.ask("project", PROJECT_NO, CosignStep(step=step), signer, person=f"p-{n}")
    walk.county.ask("project", PROJECT_NO, passed, post, person="p-last")


@pytest.mark.row("LC-01", "JH")
def test_jinghes_township_signs_what_the_village_declares(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    county.ask("project", "A01", PROJECT_REQUEST, "village_team")
    assert ("cosign:declaration_1", "township") in county.waits(PROJECT, "A01")
    next_step = AnswerStep(step=county.state(PROJECT, "A01").step.id, approve=True)
    county.refuses("project", "A01", next_step, "township", CosignMissingError, "declaration_1", "township", "JH L6")
    county.ask("project", "A01", CosignStep(step="declaration_1"), "township", person="p-1")
    county.ask("project", "A01", next_step, "township", person="p-2")


@pytest.mark.row("LC-10", "JS")
@pytest.mark.row("FD-07", "JS")
def test_jiashis_plan_is_drafted_with_the_finance_bureau(jiashi: County) -> None:
    jiashi.declares("A01")
    jiashi.receives()
    draft = DraftPlan(year=2023, title="年度计划", lines=(Line("F1", "integrated", "A01", 5),))
    jiashi.ask("plan", PLAN_NO, draft, jiashi.drafter, person="p-drafter")
    approve = decision("M-1", DAY)
    jiashi.refuses("plan", PLAN_NO, approve, "leading_group", CosignMissingError, "finance_bureau", "JS L15")
    jiashi.refuses("plan", PLAN_NO, CosignPlan(), "director", NothingToCosignError, "finance_bureau", "JS L15")
    jiashi.ask("plan", PLAN_NO, CosignPlan(opinion="同意"), "finance_bureau")
    jiashi.ask("plan", PLAN_NO, approve, "leading_group")


@pytest.mark.row("RV-03", "MJ")
@pytest.mark.row("RV-04", "MJ")
def test_maojians_claims_hold_their_papers_and_say_who_answers_for_them(ledger: Ledger) -> None:
    walk = Walk.real(ledger, "maojian-2017")
    walk.receive()
    walk.register()
    walk.go_on(until="payments")
    lines = (Line("F1", walk.pools[0], PROJECT_NO, 5),)
    full = LodgeClaim(
        project_no=PROJECT_NO,
        kind="settlement",
        lines=lines,
        payee=walk.project.contractor or "样例·收款单位",
        vouchers=(PAPER,),
        papers=MAOJIAN_PAPERS,
    )
    for n, paper in enumerate(MAOJIAN_PAPERS):
        without = msgspec.structs.replace(full, papers=MAOJIAN_PAPERS[:n] + MAOJIAN_PAPERS[n + 1 :])
        walk.county.refuses("claim", "C9", without, "money_user", ClaimContentError, f"{paper.kind} too", "MJ L2, L7")
    blank = msgspec.structs.replace(full, papers=(*MAOJIAN_PAPERS[1:], msgspec.structs.replace(paper, digest=" ")))
    walk.county.refuses("claim", "C9", blank, "money_user", ClaimContentError)
    (lodged, *_) = walk.county.ask("claim", "C9", full, "money_user")
    assert lodged.fact.terms.answerable == "competent_department"
    assert lodged.fact.papers == MAOJIAN_PAPERS
