"""Absence (外出) and deputy (代理): who stands in for whom, for which days, cases and amounts, by whose hands."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.absence import ABSENCE, AbsenceEnded, AbsenceOverError, Deputy, End, NoSuchAbsenceError, Open
from domain.act import Act, RepeatDiffersError
from domain.cases import case_id, mandates_stream, parse_case
from domain.duties import SamePersonError
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Recorded, Step
from domain.mandate import MANDATE
from domain.mandate_facts import Appoint, Appointed, EndTerm
from domain.mandate_refusals import NotHolderError
from domain.meeting_facts import Decision
from domain.meeting_requests import CallMeeting, DecideItems, ItemSaid
from domain.paper_requests import AttachPaper
from domain.people_requests import EndAbsence, OpenAbsence
from domain.procedures import Asking, end_absence
from domain.procedures.candidates import candidates
from domain.project import PROJECT
from domain.project_facts import StepPassed
from domain.requests import AnswerGate, AnswerStep, AnyRequest, DraftPlan, to_body
from domain.standing_in import (
    DeputyChainError,
    DeputyLimitError,
    DeputyScopeError,
    DeputyTwiceError,
    NotDeputyError,
    NotOfTheUnitError,
    OwnDeputyError,
    UnknownPersonError,
)
from tests.domain.county import CALENDAR, DAY, County, contract, decision, line
from tests.domain.given import WAN, by, fold, given, noon, registered

LATER = DAY + timedelta(days=9)
PEOPLE = {
    "finance_section": ("li", "finance_bureau"),
    "payment_centre": ("wang", "finance_bureau"),
    "deputy_director": ("zhao", "finance_bureau"),
    "rrb": ("sun", "rrb"),
}


def deputy_of(act: Act, person: str = "li", deputy: str = "wang", **more: Any) -> Deputy:
    said: dict[str, Any] = {"post": "finance_section", "first": DAY, "last": LATER, "reason": "培训"} | more
    return Deputy(act, "sample", "1", person, said.pop("post"), deputy, **said)


# One absence.


def test_an_absence_is_entered_once_and_ends_once() -> None:
    act = by("li")
    given().when(Open(act, deputy_of(act))).then(deputy_of(act))
    entered = deputy_of(by("li"))
    given(entered).when(Open(by("li"), deputy_of(by("li")))).then()
    given(entered).when(Open(by("li"), deputy_of(by("li"), deputy="zhao"))).refuses(RepeatDiffersError, "zhao")
    back = End(by("li"), "1", "提前返岗")
    given(entered).when(back).then(AbsenceEnded(back.act, "1", "提前返岗"))
    ended = AbsenceEnded(by("li"), "1", "提前返岗")
    given(entered, ended).when(End(by("li"), "1", "再次")).refuses(AbsenceOverError, "1", ended.act.occurred_on)
    given(entered, ended).when(End(by("engine"), "1")).then()
    given().when(End(by("li"), "9", "没有")).refuses(NoSuchAbsenceError, "9")


# A county with people.


@pytest.fixture
def office(sample: County) -> County:
    """Four people at four posts; a claim of 100 万 of project A01 waits at the first gate, that of li's section."""
    for post, (person, unit) in PEOPLE.items():
        act = sample.act(f"appoint {person}", "opener")
        appointed = Appointed(act, sample.name, person, post, unit, date(2023, 1, 1), None)
        sample.ledger.execute(Step(mandates_stream(sample.name), Appoint(act, appointed)))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    sample.lodges("C1", line(100 * WAN))
    return sample


def act_of(county: County, request: AnyRequest, post: str, person: str, *, for_: str = "") -> Act:
    act = county.act(to_body(request), post, person)
    unit = PEOPLE.get(post, ("", ""))[1]
    return msgspec.structs.replace(act, unit=unit, on_behalf_of=for_)


def asks(county: County, case: str, request: AnyRequest, post: str, person: str, *, for_: str = "") -> list[Recorded]:
    kind, no = case.split("/")
    return county.run(kind, no, request, act_of(county, request, post, person, for_=for_))


def refused(
    county: County, case: str, request: AnyRequest, who: tuple[str, str], error: type[BridgefundError], *said: object,
    for_: str = "",
) -> None:  # fmt: skip
    before = len(list(county.ledger.log()))
    with pytest.raises(error) as caught:
        asks(county, case, request, *who, for_=for_)
    assert type(caught.value) is error
    for language in ("zh", "en"):
        assert all(str(one) in caught.value.text(language) for one in said), caught.value.text(language)
    assert len(list(county.ledger.log())) == before


def absent(**more: Any) -> OpenAbsence:
    said: dict[str, Any] = {"deputy": "wang", "first": DAY, "last": LATER, "reason": "样例：培训"} | more
    return OpenAbsence(**said)


PASSES = AnswerGate(gate="finance_section", approve=True)
LI, WANG = ("finance_section", "li"), ("payment_centre", "wang")
ZHAO, SUN = ("deputy_director", "zhao"), ("rrb", "sun")
DEPUTY = ("finance_section", "wang")


def test_a_deputy_decides_for_the_absent_one_and_both_names_stand_in_the_fact(office: County) -> None:
    refused(office, "claim/C1", PASSES, DEPUTY, NotDeputyError, "wang", "li", for_="li")
    asks(office, "absence/1", absent(), *LI)
    [passed, *_] = asks(office, "claim/C1", PASSES, *DEPUTY, for_="li")
    assert (passed.fact.act.person, passed.fact.act.on_behalf_of) == ("wang", "li")


def test_a_deputy_who_was_dismissed_stands_in_for_nobody(office: County) -> None:
    asks(office, "absence/1", absent(), *LI)
    act, yesterday = office.act("dismiss wang", "opener"), DAY - timedelta(days=1)
    office.ledger.execute(
        Step(mandates_stream(office.name), EndTerm(act, "wang", "payment_centre", yesterday, "样例：免职"))
    )
    refused(office, "claim/C1", PASSES, DEPUTY, UnknownPersonError, "wang", DAY, for_="li")
    found = candidates(office.ledger.state, parse_case(case_id(office.name, "claim", "C1")), noon(DAY))
    assert [(one.person, one.why_not) for one in found] == [("li", None)]


def test_an_exclusion_passes_to_the_deputy_and_stays_with_both(office: County) -> None:
    asks(office, "absence/1", absent(), *LI)
    asks(office, "claim/C1", PASSES, *DEPUTY, for_="li")
    second = AnswerGate(gate="payment_centre", approve=True)
    # At his own post wang would pass a second gate; so would li, were he there again.
    refused(office, "claim/C1", second, WANG, SamePersonError, "wang", "finance_section")
    refused(office, "claim/C1", second, ("payment_centre", "li"), SamePersonError, "li", "finance_section")


def test_who_prepared_does_not_decide_through_a_deputy(office: County) -> None:
    """Whoever lodged may pass no gate: nor does the one who stands in for him."""
    lodger = office.act("appoint lodger", "opener")
    appointed = Appointed(lodger, office.name, "p-lodger", "finance_section", "finance_bureau", date(2023, 1, 1), None)
    office.ledger.execute(Step(mandates_stream(office.name), Appoint(lodger, appointed)))
    asks(office, "absence/2", absent(), "finance_section", "p-lodger")
    refused(office, "claim/C1", PASSES, DEPUTY, SamePersonError, "p-lodger", "lodge", for_="p-lodger")


def test_a_deputy_has_days_kinds_steps_and_an_amount(office: County) -> None:
    tomorrow = DAY + timedelta(days=1)
    asks(office, "absence/1", absent(first=tomorrow, last=tomorrow, kinds=("claim",), amount_most_fen=99 * WAN), *LI)
    refused(office, "claim/C1", PASSES, DEPUTY, NotDeputyError, DAY, for_="li")
    office.today = tomorrow
    refused(office, "claim/C1", PASSES, DEPUTY, DeputyLimitError, 99 * WAN, 100 * WAN, for_="li")
    office.today += timedelta(days=1)
    refused(office, "claim/C1", PASSES, DEPUTY, NotDeputyError, office.today, for_="li")
    days = {"first": office.today, "last": LATER}
    asks(office, "absence/2", absent(**days, kinds=("plan",)), *LI)
    refused(office, "claim/C1", PASSES, DEPUTY, DeputyScopeError, "plan", "claim", for_="li")
    asks(office, "absence/2", EndAbsence(reason="改派"), *LI)
    asks(office, "absence/3", absent(**days, steps=("release",)), *LI)
    refused(office, "claim/C1", PASSES, DEPUTY, DeputyScopeError, "release", "finance_section", for_="li")
    asks(office, "absence/3", EndAbsence(reason="改派"), *LI)
    asks(office, "absence/4", absent(**days, steps=("finance_section",), amount_most_fen=100 * WAN), *LI)
    assert asks(office, "claim/C1", PASSES, *DEPUTY, for_="li")


def test_a_small_number_in_the_request_is_no_way_round_the_limit(office: County) -> None:
    """An amount stands in every answer to a step, and means something at the contract only."""
    office.declares("A02")
    act = office.act("appoint", "opener")
    town = Appointed(act, office.name, "li", "township_office", "finance_bureau", date(2023, 1, 1), None)
    office.ledger.execute(Step(mandates_stream(office.name), Appoint(act, town)))
    asks(office, "absence/1", absent(post="township_office", amount_most_fen=1 * WAN), *LI)
    small = AnswerStep(step="township_review", approve=True, amount_fen=1)
    who = ("township_office", "wang")
    refused(office, "project/A02", small, who, DeputyLimitError, 1 * WAN, 250 * WAN, for_="li")


def test_a_meeting_that_decides_several_plans_is_no_way_round_the_limit(office: County) -> None:
    act = office.act("appoint", "opener")
    head = Appointed(act, office.name, "qian", "leading_group", "leading_group", date(2023, 1, 1), None)
    office.ledger.execute(Step(mandates_stream(office.name), Appoint(act, head)))
    office.drafts("P2", line(10 * WAN))
    office.drafts("P3", line(20 * WAN))
    agenda = tuple(ItemSaid(plan_no=no, stage="leading_group") for no in ("P2", "P3"))
    body = ("leading_group", "qian")
    asks(office, "meeting/M-9", CallMeeting(body="leading_group", on=DAY, agenda=agenda), *body)
    asks(office, "absence/1", absent(post="leading_group", amount_most_fen=15 * WAN), *body)
    both = DecideItems(held_on=DAY, present=9, decisions=(Decision("1", approve=True), Decision("2", approve=True)))
    deputy = ("leading_group", "wang")
    refused(office, "meeting/M-9", both, deputy, DeputyLimitError, 15 * WAN, 20 * WAN, for_="qian")
    first = msgspec.structs.replace(both, decisions=both.decisions[:1])
    assert asks(office, "meeting/M-9", first, *deputy, for_="qian")


def test_back_again_nobody_stands_in_and_what_was_decided_stays(office: County) -> None:
    asks(office, "absence/1", absent(), *LI)
    asks(office, "absence/1", EndAbsence(reason="提前返岗"), *LI)
    refused(office, "claim/C1", PASSES, DEPUTY, NotDeputyError, "wang", for_="li")
    assert asks(office, "claim/C1", PASSES, *LI)


def test_the_clock_ends_an_absence_for_the_mandates_too(office: County) -> None:
    asks(office, "absence/1", absent(), *LI)
    case = parse_case(case_id(office.name, "absence", "1"))
    act = office.act("the clock", "engine")
    office.ledger.transact(lambda read: end_absence(Asking(act, case, read, CALENDAR)))
    assert office.ledger.state(MANDATE, mandates_stream(office.name)).deputies == {}
    assert ABSENCE.closed(office.state(ABSENCE, "1"))


def test_no_deputy_of_a_deputy_and_no_circle(office: County) -> None:
    asks(office, "absence/1", absent(), *LI)
    chain = absent(deputy="zhao")
    refused(office, "absence/2", chain, WANG, DeputyChainError, "wang", "1")
    circle = absent(deputy="li")
    refused(office, "absence/2", circle, WANG, DeputyChainError, "li", "1")
    refused(office, "absence/2", absent(deputy="li"), ZHAO, DeputyChainError, "li", "1")
    refused(office, "absence/2", absent(deputy="zhao"), LI, DeputyTwiceError, "wang", "1")
    after = {"first": LATER + timedelta(days=1), "last": LATER + timedelta(days=2)}
    asks(office, "absence/2", absent(deputy="zhao", **after), *WANG)


def test_who_may_name_a_deputy(office: County) -> None:
    mine = {"person": "li", "post": "finance_section"}
    refused(office, "absence/1", absent(deputy="li"), LI, OwnDeputyError, "li")
    refused(office, "absence/1", absent(**mine), WANG, OwnDeputyError, "wang")
    refused(office, "absence/1", absent(**mine), SUN, NotOfTheUnitError, "sun", "finance_bureau")
    refused(office, "absence/1", absent(deputy="nobody"), LI, UnknownPersonError, "nobody", DAY)
    refused(office, "absence/1", absent(post="deputy_director"), LI, NotHolderError, "li", "deputy_director")
    asks(office, "absence/1", absent(**mine), *ZHAO)  # A colleague who stays enters it for him.
    refused(office, "absence/1", EndAbsence(reason="x"), SUN, NotOfTheUnitError, "sun")
    asks(office, "absence/1", EndAbsence(reason="li 已返岗"), *ZHAO)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"last": DAY - timedelta(days=1), "first": DAY - timedelta(days=3)}, "last"),
        ({"last": DAY, "first": LATER}, "last"),
        ({"kinds": ("cases",)}, "kinds"),
        ({"steps": (" ",)}, "steps"),
    ],
)
def test_an_absence_with_wrong_words_is_refused(office: County, more: dict[str, Any], field: str) -> None:
    refused(office, "absence/1", absent(**more), LI, BadInputError, field)


def test_nobody_stood_in_before_it_was_said(office: County) -> None:
    asks(office, "absence/1", absent(first=DAY - timedelta(days=5)), *LI)
    assert office.state(ABSENCE, "1").deputy.first == DAY


def test_a_plan_drafted_by_a_deputy_is_approved_by_neither(office: County) -> None:
    asks(office, "absence/1", absent(deputy="zhao"), *SUN)
    draft = DraftPlan(year=2023, title="追加", lines=(line(10 * WAN),))
    asks(office, "plan/P2", draft, "rrb", "zhao", for_="sun")
    for person in ("zhao", "sun"):
        who = ("leading_group", person)
        refused(office, "plan/P2", decision("M-P2", DAY), who, SamePersonError, person, "draft")


def test_a_step_passed_by_a_deputy_went_through_both_hands() -> None:
    act = msgspec.structs.replace(by("wang"), on_behalf_of="li")
    facts = (registered(by("village")), StepPassed(by("village"), "declare"), StepPassed(act, "review"))
    assert fold(PROJECT, facts).hands == {"village": "declare", "wang": "review", "li": "review"}


def test_a_deputy_for_a_step_sees_to_its_papers_and_to_no_other(office: County) -> None:
    asks(office, "absence/1", absent(steps=("finance_section",)), *LI)
    said = {"file_name": "核对.pdf", "digest": "9" * 64, "size_bytes": 9, "media_type": "application/pdf"}
    other = AttachPaper(paper="check_list", step="deputy_director", **said)  # type: ignore[arg-type]
    refused(office, "claim/C1", other, DEPUTY, DeputyScopeError, "finance_section", "deputy_director", for_="li")
    own = msgspec.structs.replace(other, step="finance_section")
    attached, *_ = asks(office, "claim/C1", own, *DEPUTY, for_="li")
    assert (attached.fact.act.person, attached.fact.act.on_behalf_of) == ("wang", "li")
