"""Ways round a signature (规避签名): what somebody might try with corrections, papers, returns and stand-ins."""

from datetime import date

import msgspec
import pytest

from domain.bank_facts import ToldApart, Unlike
from domain.bank_refusals import LooksAlikeError
from domain.cases import mandates_stream
from domain.claim import CLAIM
from domain.claim_facts import ClaimPaper
from domain.correcting_requests import CorrectClaim, CorrectPlan, CorrectProject, WithdrawClaim, WithdrawProject
from domain.duties import SamePersonError
from domain.errors import BadInputError
from domain.handling_refusals import WrongUnitError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation import OBLIGATION
from domain.paper_refusals import NotYourPaperError, PaperKeptError
from domain.paper_requests import AttachPaper, WithdrawPaper
from domain.people_requests import OpenAbsence
from domain.plan import PLAN
from domain.policy import parse
from domain.procedures.instruments import InstrumentAmountError
from domain.project import PROJECT
from domain.requests import AnswerGate, AnswerStep, CosignPlan
from domain.standing_in import DeputyLimitError
from tests.domain.county import GATES, PAPER, POLICIES, PROJECT_REQUEST, County, claim, line
from tests.domain.given import WAN
from tests.domain.test_bank import county_of
from tests.domain.test_instruments import use_of
from tests.domain.test_signing import of_reviews, stands

UNIT = "implementing_unit"
DAYS = """[plan.approvals.deadline]
id = "approval"
kind = "counted"
count = 5
unit = "calendar"
start = "step_open"
responsible = "leading_group"
source = "JS L15"
reading = "A-01: 日历日 / calendar days"
"""
BILL, OTHER = "1" * 64, "9" * 64


@pytest.fixture
def claimed(building: County) -> County:
    """A claim of 50 万 that two of three gates let through."""
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", *GATES[:2])
    return building


def appoints(county: County, person: str, post: str, unit: str) -> None:
    """Appoint somebody."""
    act = county.act("appoint", "opener")
    held = Appointed(act, county.name, person, post, unit, date(2023, 1, 1), None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, held)))


def paper(name: str, step: str, digest: str, replaces: str = "") -> AttachPaper:
    """Return the request to attach a paper, or to put a new version in its place."""
    return AttachPaper(
        paper=name,
        step=step,
        file_name="附件.pdf",
        digest=digest,
        size_bytes=9,
        media_type="application/pdf",
        replaces=replaces,
        reason="换" if replaces else "",
    )


def covered(county: County, step: str = "") -> set[str]:
    """Return the papers that whoever signs a step of the claim sees."""
    return {part.text for part in county.state(CLAIM, "A01-1").content(step).parts if part.kind == "papers"}


# Stand-ins


def test_a_deputy_corrects_a_plan_whose_lines_he_leaves_as_they_are_within_his_limit(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    appoints(sample, "p-drafter", "rrb", "rrb")
    appoints(sample, "p-deputy", "director", "rrb")
    absence = OpenAbsence(
        deputy="p-deputy",
        first=sample.today,
        last=sample.today,
        reason="培训",
        post="rrb",
        person="p-drafter",
        amount_most_fen=210 * WAN,
    )
    sample.run(
        "absence", "2023-1", absence, msgspec.structs.replace(sample.act("away", "rrb", "p-drafter"), unit="rrb")
    )
    asked = {"on_behalf_of": "p-drafter", "unit": "rrb"}
    act = msgspec.structs.replace(sample.act("title", "rrb", "p-deputy"), **asked)
    assert sample.run("plan", "P1", CorrectPlan(reason="改名", title="另一名称"), act)
    assert sample.state(PLAN, "P1").drafted.title == "另一名称"
    act = msgspec.structs.replace(sample.act("over", "rrb", "p-deputy"), **asked)
    with pytest.raises(DeputyLimitError):
        sample.run("plan", "P1", CorrectPlan(reason="加", lines=(line(211 * WAN),)), act)


# A project that begins in the bank: no step behind it looks for duplicates once more


def test_a_correction_does_not_make_a_project_of_the_bank_look_like_another(jiashi: County) -> None:
    jiashi.declares("A01")
    jiashi.declares("A02")
    moved = CorrectProject(reason="地点有误", village="A01村")
    jiashi.refuses("project", "A02", moved, "competent_department", LooksAlikeError, "A01")
    told = msgspec.structs.replace(moved, unlike=(Unlike("A01", "另一组的大棚"),))
    recorded = jiashi.ask("project", "A02", told, "competent_department")
    assert any(isinstance(r.fact, ToldApart) for r in recorded)


def test_the_bank_lists_what_a_project_was_corrected_to(jiashi: County) -> None:
    jiashi.declares("A01")
    jiashi.ask("project", "A01", CorrectProject(reason="地点有误", village="三村"), "competent_department")
    again = msgspec.structs.replace(PROJECT_REQUEST, village="三村")
    jiashi.refuses("project", "A02", again, "competent_department", LooksAlikeError, "A01")
    needless = CorrectProject(reason="预算有误", budget_fen=1, unlike=(Unlike("A02", "不同"),))
    jiashi.refuses("project", "A01", needless, "competent_department", BadInputError, "unlike")


# A paper behind another of its name


@pytest.mark.parametrize("kinds", [("plan", "plan", "plan 2"), ("voucher 1",)])
def test_no_paper_of_a_claim_hides_another_by_its_name(building: County, kinds: tuple[str, ...]) -> None:
    papers = tuple(ClaimPaper(kind, f"{n}" * 64) for n, kind in enumerate(kinds, start=1))
    request = msgspec.structs.replace(claim(line(50 * WAN)), papers=papers)
    building.ask("claim", "A01-1", request, UNIT, person="p-lodger")
    assert covered(building) == {"c" * 64, *(one.digest for one in papers)}
    building.clears("A01-1", GATES[0])
    other = msgspec.structs.replace(papers[0], digest=OTHER)
    said = {"vouchers": (OTHER,)} if len(kinds) == 1 else {"papers": (papers[0], other, *papers[2:])}
    building.ask("claim", "A01-1", CorrectClaim(reason="换", **said), UNIT, person="p-lodger")
    assert building.waits(CLAIM, "A01-1") == [(GATES[0], GATES[0])]


def test_an_attached_paper_does_not_hide_what_a_step_has_brought(sample: County) -> None:
    sample.declares("A01")
    sample.explains("A01")
    sample.passes("A01", "township_review", "township_office")
    sample.ask("project", "A01", paper("field_survey", "field_survey", OTHER), "field_team")
    sample.passes("A01", "field_survey", "field_team", record=PAPER)
    seen = sample.state(PROJECT, "A01").content("bank").parts
    assert {part.text for part in seen if part.kind == "papers"} >= {OTHER, PAPER}


# A paper in the place of what a claim was lodged with


def test_a_gates_own_paper_takes_the_place_of_no_voucher_though_it_is_the_same_file(claimed: County) -> None:
    claimed.ask("claim", "A01-1", paper("check_sheet", GATES[2], "c" * 64), GATES[2])
    claimed.ask("claim", "A01-1", paper("check_sheet", GATES[2], OTHER, replaces="c" * 64), GATES[2])
    assert claimed.state(CLAIM, "A01-1").lodged.vouchers == ("c" * 64,)
    assert stands(claimed) == {GATES[0]: True, GATES[1]: True}


def test_whoever_changes_a_paper_of_the_lodging_has_prepared_the_claim(building: County) -> None:
    """As who corrects a voucher does: nobody whose decision stands, and nobody who decides it later."""
    building.ask("claim", "A01-1", paper("vouchers", "lodge", BILL), UNIT, person="p-lodger")
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", GATES[0])
    change, checker = paper("vouchers", "lodge", OTHER, replaces=BILL), f"p-{GATES[0]}"
    building.refuses("claim", "A01-1", change, UNIT, SamePersonError, checker, GATES[0], person=checker)
    building.ask("claim", "A01-1", change, UNIT, person="p-second")
    answer = AnswerGate(gate=GATES[0], approve=True)
    building.refuses("claim", "A01-1", answer, GATES[0], SamePersonError, "p-second", "lodge", person="p-second")
    building.ask("claim", "A01-1", paper("photo", "lodge", "3" * 64), UNIT, person="p-third")
    building.refuses("claim", "A01-1", answer, GATES[0], SamePersonError, "p-third", "lodge", person="p-third")
    building.clears("A01-1", *GATES)


# A return keeps reviews: whoever does what they looked at anew keeps none of his own


def test_who_declares_anew_keeps_no_review_of_his_own(ledger: Ledger) -> None:
    county = of_reviews(ledger)
    county.declares("A01")
    county.explains("A01")
    county.passes("A01", "township_review", "township_office")
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    back = AnswerStep(step="bank", approve=False, return_to="village_declaration", opinion="缺图")
    county.ask("project", "A01", back, "rrb")
    again, reviewer = AnswerStep(step="village_declaration", approve=True), "p-township_office"
    county.ask("project", "A01", again, "village_committee", person=reviewer)
    assert county.waits(PROJECT, "A01") == [("township_review", "township_office")]
    review = AnswerStep(step="township_review", approve=True)
    county.refuses("project", "A01", review, "township_office", SamePersonError, reviewer, person=reviewer)
    county.ask("project", "A01", review, "township_office", person="p-other")


# Another unit's holder of the post


@pytest.mark.parametrize(
    "request_",
    [
        WithdrawClaim(reason="撤"),
        CorrectClaim(reason="改", lines=(line(40 * WAN),)),
        paper("invoice", "lodge", OTHER),
    ],
)
def test_another_units_holder_of_the_post_corrects_and_takes_back_nothing(
    claimed: County, request_: CorrectClaim | WithdrawClaim | AttachPaper
) -> None:
    own = PROJECT_REQUEST.unit
    appoints(claimed, "p-lodger", UNIT, own)
    appoints(claimed, "p-far", UNIT, "乙乡人民政府")
    claimed.refuses("claim", "A01-1", request_, UNIT, WrongUnitError, own, "A-83", person="p-far")
    act = msgspec.structs.replace(claimed.act("own", UNIT, "p-lodger"), unit=own)
    assert claimed.run("claim", "A01-1", request_, act)


# What an instrument may be used for, with its bound


def test_a_use_of_an_instrument_is_corrected_within_its_bound_and_one_that_ends_counts_no_more(ledger: Ledger) -> None:
    county = county_of(ledger, "guangfeng-2021", date(2021, 2, 16))
    people, bureau = {"group": "three_categories"}, "finance_bureau"
    county.ask("project", "I1", use_of("insurance", 200 * WAN, "insurance", **people), bureau)
    county.ask("project", "I2", use_of("insurance", 100 * WAN, "insurance", **people), bureau)
    over = CorrectProject(reason="少报", budget_fen=150 * WAN + 1)
    county.refuses("project", "I2", over, bureau, InstrumentAmountError, 200 * WAN, 150 * WAN, "GF L14")
    county.ask("project", "I2", CorrectProject(reason="少报", budget_fen=150 * WAN), bureau)
    more = use_of("insurance", 1, "insurance", **people)
    county.refuses("project", "I3", more, bureau, InstrumentAmountError, 350 * WAN)
    county.ask("project", "I2", CorrectProject(reason="名称有误", name="样例·保险二期"), bureau)
    county.ask("project", "I1", WithdrawProject(reason="不再投保"), bureau)
    county.ask("project", "I3", use_of("insurance", 200 * WAN, "insurance", **people), bureau)
    end = AnswerStep(step="leading_group", approve=False, opinion="不同意", end=True)
    body = county.state(PROJECT, "I3").step.post
    county.ask("project", "I3", msgspec.structs.replace(end, step=county.state(PROJECT, "I3").step.id), body)
    county.ask("project", "I4", use_of("insurance", 200 * WAN, "insurance", **people), bureau)


# Clocks of what is opened again


def test_a_stage_that_waits_for_a_co_signature_again_has_a_clock_of_its_own_after_it(ledger: Ledger) -> None:
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    head, approvals = text.split("[[plan.approvals]]", 1)
    days = approvals.replace(
        'record = "minutes"\nsource = "JS L15"\n', f'record = "minutes"\nsource = "JS L15"\n{DAYS}', 1
    )
    county = County(ledger, "jiashi")
    county.adopt(parse(f"{head}[[plan.approvals]]{days}", "with days to approve"))
    county.declares("A01")
    county.receives()
    county.drafts("P1", line(5))
    correction = CorrectPlan(reason="名称有误", title="另一名称")
    county.ask("plan", "P1", correction, county.drafter, person="p-drafter")
    assert county.waits(PLAN, "P1") == [("cosign", "finance_bureau")]
    assert OBLIGATION.stage(county.state(OBLIGATION, "plan-P1-v1-leading_group")) == "dropped"
    county.cosigns("P1")
    assert OBLIGATION.open_steps(county.state(OBLIGATION, "plan-P1-v1-leading_group-2"))
    county.approves("P1", "M-1")
    assert OBLIGATION.stage(county.state(OBLIGATION, "plan-P1-v1-leading_group-2")) == "met"


# A project's papers, and what is co-signed anew


def test_whoever_changes_a_paper_of_a_work_that_was_done_has_done_it_too(ledger: Ledger) -> None:
    county = of_reviews(ledger)
    county.declares("A01")
    county.explains("A01")
    county.passes("A01", "township_review", "township_office")
    county.ask("project", "A01", paper("survey_opinion", "field_survey", BILL), "field_team", person="p-survey")
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    change, reviewer = paper("survey_opinion", "field_survey", OTHER, replaces=BILL), "p-township_office"
    county.refuses("project", "A01", change, "field_team", SamePersonError, reviewer, person=reviewer)
    county.ask("project", "A01", change, "field_team", person="p-banker")
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    bank = AnswerStep(step="bank", approve=True)
    county.refuses("project", "A01", bank, "rrb", SamePersonError, "p-banker", "survey", person="p-banker")
    county.passes("A01", "bank", "rrb")


def test_a_paper_of_a_step_that_stands_behind_the_open_one_is_kept(ledger: Ledger) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    review = 'id = "township_review"\n'
    assert text.count(review) == 1
    text = text.replace(review, f'{review}papers = ["opinion"]\nbinds = ["amounts"]\n')
    text = text.replace('returns_to = ["field_survey"]', 'returns_to = ["field_survey", "village_declaration"]', 1)
    county = County(ledger, "sample")
    county.adopt(parse(text, "a review that binds amounts, with its paper"))
    county.declares("A01")
    county.explains("A01")
    county.ask("project", "A01", paper("opinion", "township_review", BILL), "township_office")
    county.passes("A01", "township_review", "township_office")
    county.passes("A01", "field_survey", "field_team", record=PAPER)
    back = AnswerStep(step="bank", approve=False, return_to="village_declaration", opinion="缺图")
    county.ask("project", "A01", back, "rrb")
    gone = WithdrawPaper(paper="opinion", digest=BILL, reason="附错")
    county.refuses("project", "A01", gone, "township_office", PaperKeptError, "opinion")


def test_who_has_decided_co_signs_no_draft_that_he_decided_on(ledger: Ledger) -> None:
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    head, approvals = text.split("[[plan.approvals]]", 1)
    stage = 'record = "minutes"\n'
    approvals = approvals.replace(stage, f'{stage}binds = ["amounts"]\n', 1)
    county = County(ledger, "jiashi")
    county.adopt(parse(f"{head}[[plan.approvals]]{approvals}", "a body that binds amounts"))
    county.declares("A01")
    county.receives()
    county.drafts("P1", line(5))
    county.approves("P1", "M-1")
    correction = CorrectPlan(reason="名称有误", title="另一名称")
    county.ask("plan", "P1", correction, county.drafter, person="p-drafter")
    assert county.waits(PLAN, "P1") == [("cosign", "finance_bureau")]
    member = "p-leading_group"
    county.refuses("plan", "P1", CosignPlan(), "finance_bureau", SamePersonError, member, person=member)
    county.cosigns("P1")
    county.files("P1")


def test_a_further_paper_of_a_step_that_was_taken_is_for_who_takes_it(claimed: County) -> None:
    """Anybody may bring a paper beforehand; afterwards it makes signatures fall."""
    late = paper("photo", "lodge", OTHER)
    claimed.refuses("claim", "A01-1", late, "chief_watch_post", NotYourPaperError, UNIT, "chief_watch_post")
    assert stands(claimed) == {GATES[0]: True, GATES[1]: True}
    claimed.ask("claim", "A01-1", paper("minutes", GATES[2], OTHER), "chief_watch_post")
    claimed.ask("claim", "A01-1", late, UNIT, person="p-lodger")
