"""What is missing for the next step, who holds it, and how it would be refused: what is told is what asking brings."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import pytest

from domain.cases import CaseId, mandates_stream
from domain.errors import RefusedError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.paper_requests import AttachPaper
from domain.policy import load
from domain.requests import AnswerGate, AnswerStep, AttestBan, FileMinutes, SetLinkage, SetTarget
from doors.needs import Missing, approving, missing, refused_because
from projections.runner import catch_up
from projections.store import views_engine
from projections.track_shape import Records
from projections.views import VIEWS
from tests.domain.county import CALENDAR, DAY, MINUTES, PAPER, POLICIES, County, contract, line
from tests.domain.given import WAN, noon
from tests.projections.watched import COUNTIES, Watched

Ask = Callable[[str, str], dict[str, Missing]]


@pytest.fixture
def county() -> Iterator[County]:
    """The sample county; nobody holds a post yet."""
    with Ledger("sqlite://") as ledger:
        made = County(ledger, "sample")
        made.adopt(load(POLICIES / "sample.toml"))
        yield made


@pytest.fixture
def ask(county: County) -> Iterator[Ask]:
    """Asks what is missing for a case, by step."""
    engine = views_engine("sqlite://")

    def of(kind: str, no: str) -> dict[str, Missing]:
        catch_up(county.ledger, engine, VIEWS)
        before = len(list(county.ledger.log()))
        records, case = Records.of(county.ledger, engine), CaseId(county.name, kind, no)
        found = missing(county.ledger, records, CALENDAR, case, noon(county.today))
        assert len(list(county.ledger.log())) == before, "nothing is stored by asking"
        return {one.need.step: one for one in found}

    yield of
    engine.dispose()


def appoint(county: County, post: str, person: str) -> None:
    """Let a person hold a post from the year's first day."""
    act = county.act(f"appoint {person} {post}", "opener")
    held = Appointed(act, county.name, person, post, "样例·单位", date(2023, 1, 1), None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, held)))


def said(refused: object) -> str:
    assert isinstance(refused, RefusedError)
    return type(refused).__name__


def to_the_bank(county: County) -> None:
    county.declares("A01")
    county.passes("A01", "township_review", "township_office")
    county.passes("A01", "field_survey", "field_team", record=PAPER)


def test_every_bar_before_the_bank_is_told_at_once_and_each_falls_as_it_is_given(county: County, ask: Ask) -> None:
    to_the_bank(county)
    bank = ask("project", "A01")["bank"]
    lacks = {said(no): no for no in bank.need.lacks}
    assert set(lacks) == {"LinkageMissingError", "NotAttestedError"}
    assert "field_team" in lacks["NotAttestedError"].text("zh"), "it says who attests"
    assert said(bank.refused) in {said(no) for no in bank.need.lacks}
    assert {(test.test, test.status) for test in bank.need.tests} == {("reviews", "met"), ("linkage", "unmet")}
    county.ask("project", "A01", SetLinkage(mode="样例：订单", households=3), "village_committee")
    assert [said(no) for no in ask("project", "A01")["bank"].need.lacks] == ["NotAttestedError"]
    county.ask("project", "A01", AttestBan(ban="duplicate", clear=True, opinion="样例"), "field_team")
    bank = ask("project", "A01")["bank"]
    assert (bank.need.lacks, bank.refused, bank.rehearsed) == ((), None, True)


def test_a_paper_that_is_missing_is_told_and_is_the_refusal(county: County, ask: Ask) -> None:
    county.declares("A01")
    county.passes("A01", "township_review", "township_office")
    survey = ask("project", "A01")["field_survey"]
    [kind] = survey.need.missing_papers
    assert isinstance(survey.refused, RefusedError)
    assert kind in survey.refused.text("zh")
    paper = AttachPaper(
        step="field_survey", paper=kind, file_name="a.pdf", digest=PAPER, size_bytes=9, media_type="application/pdf"
    )
    county.ask("project", "A01", paper, "field_team")
    survey = ask("project", "A01")["field_survey"]
    assert (survey.need.missing_papers, survey.need.papers[0].attached, survey.refused) == ((), (PAPER,), None)


def test_who_may_take_the_step_or_why_nobody_may(county: County, ask: Ask) -> None:
    county.declares("A01")
    review = ask("project", "A01")["township_review"]
    assert (review.need.post, review.need.candidates) == ("township_office", ())
    appoint(county, "township_office", "p-village_committee")
    review = ask("project", "A01")["township_review"]
    assert review.need.may == ()
    assert [said(one.why_not) for one in review.need.candidates] == ["SamePersonError"]
    assert said(review.refused) == "SamePersonError", "whoever declared may not review"
    appoint(county, "township_office", "li")
    review = ask("project", "A01")["township_review"]
    assert [one.person for one in review.need.may] == ["li"]
    assert review.refused is None


def test_a_project_waits_for_a_plan_its_release_and_its_claims(county: County, ask: Ask) -> None:
    county.receives()
    county.banks("A01")
    [need] = ask("project", "A01").values()
    assert [(one.case, one.step, one.post) for one in need.need.held_up] == [("", "draft", "rrb")]
    county.drafts("P1", line(200 * WAN))
    [need] = ask("project", "A01").values()
    held = need.need.held_up[0]
    assert (held.case, held.step, held.post) == ("sample/plan/P1", "decide:leading_group", "leading_group")
    assert held.amount_fen == 200 * WAN
    county.approves("P1", "M-1")
    county.files("P1")
    [need] = ask("project", "A01").values()
    assert (need.need.step, need.rehearsed) == ("release", False)
    held = need.need.held_up[0]
    assert (held.case, held.step, held.post) == ("sample/fund/F1", "release:P1", "finance_section")
    assert held.amount_fen == 200 * WAN
    county.releases("F1", "P1")
    assert list(ask("project", "A01")) == ["contract"]


def test_minutes_that_are_not_on_file_are_what_a_plan_lacks(county: County, ask: Ask) -> None:
    county.receives()
    county.banks("A01")
    county.drafts("P1", line(200 * WAN))
    assert ask("plan", "P1")["decide:leading_group"].refused is None
    county.approves("P1", "M-1")
    minutes = ask("plan", "P1")["minutes:leading_group"]
    assert minutes.need.missing_papers == ("minutes",)
    county.ask("plan", "P1", FileMinutes(stage="leading_group", digest=MINUTES), "leading_group")
    [release] = ask("plan", "P1").values()
    assert [(one.case, one.step) for one in release.need.held_up] == [("sample/fund/F1", "release:P1")]
    assert ask("fund", "F1")["release:P1"].refused is None


def test_a_target_that_is_not_set_is_what_a_plan_would_be_refused_for(county: County, ask: Ask) -> None:
    to_the_bank(county)
    county.ask("project", "A01", SetLinkage(mode="样例：订单", households=3), "village_committee")
    county.ask("project", "A01", AttestBan(ban="duplicate", clear=True, opinion="样例"), "field_team")
    county.passes("A01", "bank", "rrb")
    [need] = ask("project", "A01").values()
    assert [said(no) for no in need.need.lacks] == ["TargetMissingError"]
    assert [one.step for one in need.need.held_up] == ["draft"]
    county.ask("project", "A01", SetTarget(target="样例：三百吨"), "village_committee")
    [need] = ask("project", "A01").values()
    assert need.need.lacks == ()


def test_a_claims_gate_is_told_whether_it_would_pass(county: County, ask: Ask) -> None:
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    county.lodges("C1", line(100 * WAN))
    appoint(county, "finance_section", "p-lodger")
    gate = ask("claim", "C1")["finance_section"]
    assert said(gate.refused) == "SamePersonError"
    appoint(county, "finance_section", "li")
    gate = ask("claim", "C1")["finance_section"]
    assert gate.refused is None
    assert gate.need.candidates[0].why_not is not None


class Foretold(Watched):
    """A short year in which, before every answer, it is asked how it would be refused: it is taken, so it would not."""

    foretold = 0

    def look(self, case: str) -> None:
        """Look at one case, and ask what is missing for it."""
        super().look(case)
        parsed, now = CaseId(*case.split("/")), noon(self.county.today)
        ledger = self.county.ledger
        for one in missing(ledger, Records.of(ledger, self.engine), CALENDAR, parsed, now):
            assert one.need.case == case
            if not one.rehearsed:
                assert one.need.post == "" or one.need.missing_papers, one
                continue
            assert one.need.post
            self.foretold += 1
            if one.refused is not None:
                assert one.need.missing_papers or one.need.lacks, (one.need.step, one.refused)


@pytest.mark.parametrize("folder", COUNTIES)
def test_in_every_county_a_refusal_foretold_has_its_reason_among_what_is_missing(folder: str) -> None:
    with Ledger("sqlite://") as ledger:
        made = (
            Foretold.of(ledger, load(POLICIES / "sample.toml")) if folder == "sample" else Foretold.real(ledger, folder)
        )
        made.year()
        assert made.foretold > 10
        made.engine.dispose()


def test_the_foretold_refusal_is_the_one_that_asking_brings(county: County, ask: Ask) -> None:
    to_the_bank(county)
    bank = ask("project", "A01")["bank"]
    request = approving(county.ledger.state, CaseId(county.name, "project", "A01"), bank.need, noon(DAY))
    assert request == AnswerStep(step="bank", approve=True)
    assert isinstance(bank.refused, RefusedError)
    county.refuses("project", "A01", request, "rrb", type(bank.refused))
    act = msgspec.structs.replace(county.act("no", "director"), clause="")
    case = CaseId(county.name, "project", "A01")
    wrong = refused_because(county.ledger, CALENDAR, case, AnswerStep(step="bank", approve=True), act)
    assert said(wrong) == "WrongPostError"
    other = refused_because(
        county.ledger, CALENDAR, case._replace(kind="claim"), AnswerGate(gate="x", approve=True), act
    )
    assert said(other) == "NoSuchClaimError"
