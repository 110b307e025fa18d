"""Handling (交办): who has a step, by whose word; a colleague's opinion; both over with the step."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.act import Act
from domain.cases import case_id, county_stream, mandates_stream, parse_case
from domain.county import COUNTY, AdoptPolicy, PolicyAdopted
from domain.duties import SamePersonError
from domain.errors import BadInputError, BridgefundError
from domain.handling import HANDLING, handling_stream
from domain.handling_facts import (
    Assign,
    HandlingEnded,
    OpinionGiven,
    QuestionRecalled,
    StepAssigned,
    StepForwarded,
    StepUnassigned,
)
from domain.handling_refusals import (
    AssignedToOtherError,
    GrantedByError,
    NoSuchStepError,
    NotACandidateError,
    NotAskedError,
    NotAssignedError,
    NotSupervisorError,
    NotYourStepError,
    OpinionAwaitedError,
    OwnAssignmentError,
    SameHandlerError,
    WrongUnitError,
)
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, RecallQuestion, UnassignStep
from domain.ledger import Ledger, Recorded, Step
from domain.mandate_facts import Appoint, Appointed, EndTerm, KeyRegistered, RegisterKey
from domain.meeting_facts import Decision
from domain.meeting_requests import CallMeeting, DecideItems, ItemSaid
from domain.people_requests import OpenAbsence
from domain.procedures.asking import NoRuleStatedError
from domain.procedures.candidates import candidates
from domain.requests import AnswerGate, AnswerStep, AnyRequest, CosignStep, to_body
from domain.standing_in import DeputyScopeError, UnknownPersonError
from domain.terms import PolicyRef
from tests.domain.county import DAY, ENGINE, County, contract, line
from tests.domain.given import WAN, noon
from tests.domain.walk import PROJECT_NO, Walk

STEP = "finance_section"
LATER = DAY + timedelta(days=9)
UNITS = {"rrb": "rrb", "township_office": "township"}
# Two at the first gate, whom the chain's posts supervise; wang at the second; people elsewhere.
PEOPLE = (
    ("finance_section", "li"),
    ("finance_section", "wu"),
    ("payment_centre", "wang"),
    ("deputy_director", "zhao"),
    ("director", "qian"),
    ("rrb", "sun"),
)
LI, WU, WANG, ZHAO, QIAN = [(post, person) for post, person in PEOPLE[:5]]
PASSES = AnswerGate(gate=STEP, approve=True)
SECOND = AnswerGate(gate="payment_centre", approve=True)
TO_WU = AssignStep(step=STEP, to="wu", reason="样例：li 在外核查")
TO_LI = AssignStep(step=STEP, to="li", reason="样例：li 已返岗")
ASKS_SUN = ForwardStep(step=STEP, to="sun", question="样例：该项目是否属产业项目？")
SAYS = AdviseStep(step=STEP, opinion="样例：属产业项目")


def appoints(county: County, post: str, person: str, unit: str, by: str = "opener") -> None:
    act = county.act(f"appoint {person} {post}", by, by)
    held = Appointed(act, county.name, person, post, unit, date(2017, 1, 1), None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, held)))


@pytest.fixture
def office(sample: County) -> County:
    """A claim of 100 万 of project A01 waits at its first gate, which two people hold."""
    for post, person in PEOPLE:
        appoints(sample, post, person, UNITS.get(post, "finance_bureau"))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    sample.lodges("C1", line(100 * WAN))
    return sample


def act_of(county: County, request: AnyRequest, post: str, person: str, for_: str, unit: str) -> Act:
    act = county.act(to_body(request), post, person)
    return msgspec.structs.replace(act, unit=unit or UNITS.get(post, "finance_bureau"), on_behalf_of=for_)


def asks(
    county: County, case: str, request: AnyRequest, post: str, person: str, *, for_: str = "", unit: str = ""
) -> list[Recorded]:
    kind, no = case.split("/")
    return county.run(kind, no, request, act_of(county, request, post, person, for_, unit))


def hands(county: County, request: AnyRequest, who: tuple[str, str], *, case: str = "claim-C1", for_: str = "") -> Any:
    """Return the one fact that a request about handling brought about."""
    (recorded,) = asks(county, f"handling/{case}", request, *who, for_=for_)
    assert recorded.fact.act.clause == "engine A-80"
    return recorded.fact


def refused(
    county: County, request: AnyRequest, who: tuple[str, str], error: type[BridgefundError], *said: object,
    case: str = "", for_: str = "", unit: str = "",
) -> None:  # fmt: skip
    case = case or ("claim/C1" if isinstance(request, AnswerGate) else "handling/claim-C1")
    before = len(list(county.ledger.log()))
    with pytest.raises(BridgefundError) as caught:
        asks(county, case, request, *who, for_=for_, unit=unit)
    assert type(caught.value) is error, caught.value
    for language in ("zh", "en"):
        assert [one for one in said if str(one) not in caught.value.text(language)] == [], caught.value
    assert len(list(county.ledger.log())) == before


def may(county: County, no: str = "C1", kind: str = "claim") -> dict[str, str]:
    found = candidates(county.ledger.state, parse_case(case_id(county.name, kind, no)), noon(county.today))
    return {one.person: type(one.why_not).__name__ if one.why_not else "" for one in found}


def steps_of(county: County, no: str = "claim-C1") -> Any:
    return county.state(HANDLING, no).steps


# Reassigning (改派).


def test_a_step_goes_to_one_holder_and_the_other_is_told_who_has_it(office: County) -> None:
    assert may(office) == {"li": "", "wu": ""}
    assigned = hands(office, TO_WU, ZHAO)
    assert (assigned.to, assigned.act.person, assigned.before) == ("wu", "zhao", "")
    assert may(office) == {"li": "AssignedToOtherError", "wu": ""}
    refused(office, PASSES, LI, AssignedToOtherError, "wu", "zhao", "li", "A-80")
    recorded = asks(office, "claim/C1", PASSES, *WU)
    (ended,) = [r.fact for r in recorded if isinstance(r.fact, HandlingEnded)]
    assert (ended.step, ended.holder, ended.act.person) == (STEP, "wu", "wu")
    assert HANDLING.closed(office.state(HANDLING, "claim-C1"))
    assert may(office) == {"wang": ""}  # Nothing of it holds at the next gate.


def test_a_step_is_taken_back_or_goes_to_the_other_one(office: County) -> None:
    hands(office, TO_WU, ZHAO)
    assert hands(office, TO_LI, ZHAO).before == "wu"
    refused(office, PASSES, WU, AssignedToOtherError, "li")
    back = hands(office, UnassignStep(step=STEP, reason="样例：都已返岗"), QIAN)
    assert isinstance(back, StepUnassigned)
    assert back.before == "li"
    assert may(office) == {"li": "", "wu": ""}
    refused(office, UnassignStep(step=STEP, reason="样例：再收回"), QIAN, NotAssignedError, STEP)


def test_a_return_ends_it_too_and_lodged_anew_the_step_is_everybodys(office: County) -> None:
    hands(office, TO_WU, ZHAO)
    asks(office, "claim/C1", AnswerGate(gate=STEP, approve=False, opinion="样例：发票不符"), *WU)
    assert steps_of(office) == {}
    office.lodges("C1", line(100 * WAN))
    assert may(office) == {"li": "", "wu": ""}


def test_who_may_reassign_and_to_whom(office: County) -> None:
    chain = ("chief_watch_post", "deputy_director", "director")
    refused(office, TO_WU, LI, NotSupervisorError, "li", *chain)
    refused(office, TO_WU, ("rrb", "sun"), NotSupervisorError, "sun", STEP)
    refused(office, msgspec.structs.replace(TO_WU, to="zhao"), ZHAO, OwnAssignmentError, "zhao")
    refused(office, msgspec.structs.replace(TO_WU, to="wang"), ZHAO, NotACandidateError, "wang", "li, wu")
    refused(office, msgspec.structs.replace(TO_WU, step="payment_centre"), ZHAO, NoSuchStepError, STEP)
    refused(office, TO_WU, ZHAO, NoSuchStepError, case="handling/claim-C9")
    refused(office, TO_WU, ZHAO, BadInputError, "obligation", case="handling/obligation-o1")
    refused(office, TO_WU, ZHAO, BadInputError, "C1", case="handling/C1")
    hands(office, TO_WU, ZHAO)
    refused(office, TO_WU, QIAN, SameHandlerError, "wu", "zhao")


def test_nobody_below_in_the_chain_reassigns_what_waits_above(office: County) -> None:
    asks(office, "claim/C1", PASSES, *LI)
    asks(office, "claim/C1", SECOND, *WANG)
    appoints(office, "deputy_director", "zhou", "finance_bureau")
    upwards = AssignStep(step="deputy_director", to="zhou", reason="样例")
    refused(office, upwards, ("chief_watch_post", "he"), NotSupervisorError, "director")
    refused(office, upwards, WU, NotSupervisorError, "director")
    hands(office, upwards, QIAN)


def test_where_the_county_names_nobody_above_another_post_of_the_unit_reassigns(office: County) -> None:
    office.declares("A02")
    for person in ("zhang", "liu"):
        appoints(office, "township_office", person, "township")
    to_liu = AssignStep(step="township_review", to="liu", reason="样例：zhang 下村")
    refused(office, to_liu, ("township_office", "zhang"), NotSupervisorError, "township", case="handling/project-A02")
    (recorded,) = asks(office, "handling/project-A02", to_liu, "village_committee", "hu", unit="township")
    assert isinstance(recorded.fact, StepAssigned)


def test_whoever_may_not_take_a_step_is_not_named_for_it(office: County) -> None:
    appoints(office, STEP, "p-lodger", "finance_bureau")
    refused(office, msgspec.structs.replace(TO_WU, to="p-lodger"), ZHAO, SamePersonError, "p-lodger", "lodge")


def test_a_deputy_of_the_one_named_acts_for_him_and_may_be_named_himself(office: County) -> None:
    asks(office, "absence/1", OpenAbsence(deputy="wang", reason="样例：培训", first=DAY, last=LATER), *LI)
    hands(office, TO_WU, ZHAO)
    refused(office, PASSES, (STEP, "wang"), AssignedToOtherError, "wu", for_="li")
    named = msgspec.structs.replace(TO_WU, to="wang")
    hands(office, named, QIAN)
    refused(office, PASSES, WU, AssignedToOtherError, "wang")
    assert asks(office, "claim/C1", PASSES, STEP, "wang", for_="li")


def test_a_deputy_hands_on_only_what_he_may_answer(office: County) -> None:
    asks(
        office,
        "absence/1",
        OpenAbsence(deputy="wang", reason="样例：培训", kinds=("plan",), first=DAY, last=LATER),
        *LI,
    )
    refused(office, ASKS_SUN, (STEP, "wang"), DeputyScopeError, "plan", "claim", for_="li")


def test_of_what_is_done_together_each_posts_part_is_handed_on_by_itself(ledger: Ledger) -> None:
    """Guangfeng's survey is made by four, of whom three sign under one name."""
    walk = Walk.real(ledger, "guangfeng-2021")
    walk.register()
    walk.go_on(until="field_survey")
    county, case = walk.county, f"handling/project-{PROJECT_NO}"
    posts, sign = ("finance_bureau", "rrb", "drc"), CosignStep(step="field_survey")
    for post in posts:
        for person in ("ping", "yun"):
            appoints(county, post, f"{person}-{post}", "county")
        to_ping = AssignStep(step="cosign:field_survey", to=f"ping-{post}", reason="样例")
        asks(county, case, to_ping, "secretary", "luo", unit="county")
    for n, post in enumerate(posts):
        whose = f"project/{PROJECT_NO}"
        refused(county, sign, (post, f"yun-{post}"), AssignedToOtherError, f"ping-{post}", case=whose)
        asks(county, whose, sign, post, f"ping-{post}")
        left = county.state(HANDLING, f"project-{PROJECT_NO}").steps
        assert {of_post for _, of_post in left} == set(posts[n + 1 :])


def test_who_holds_the_post_no_more_keeps_no_step(office: County) -> None:
    hands(office, TO_WU, ZHAO)
    mandates = mandates_stream(office.name)
    act = office.act("dismiss wu", "opener")
    office.ledger.execute(Step(mandates, EndTerm(act, "wu", STEP, DAY - timedelta(days=1), "样例：调离")))
    assert may(office) == {"li": ""}
    assert asks(office, "claim/C1", PASSES, *LI)


def test_a_meeting_is_no_way_round_a_plan_that_is_with_one_holder(office: County) -> None:
    for person in ("chen", "feng"):
        appoints(office, "leading_group", person, "leading_group")
    office.drafts("P2", line(10 * WAN))
    to_feng = AssignStep(step="decide:leading_group", to="feng", reason="样例：chen 回避")
    asks(office, "handling/plan-P2", to_feng, "secretary", "luo", unit="leading_group")
    agenda = (ItemSaid(plan_no="P2", stage="leading_group"),)
    asks(office, "meeting/M-9", CallMeeting(body="leading_group", on=DAY, agenda=agenda), "leading_group", "chen")
    said = DecideItems(held_on=DAY, present=9, decisions=(Decision("1", approve=True),))
    refused(office, said, ("leading_group", "chen"), AssignedToOtherError, "feng", case="meeting/M-9")
    recorded = asks(office, "meeting/M-9", said, "leading_group", "feng")
    assert [r.fact.holder for r in recorded if isinstance(r.fact, HandlingEnded)] == ["feng"]


# Forwarding and returning (转办、征求意见).


def test_an_opinion_is_asked_given_and_the_forwarder_decides(office: County) -> None:
    forwarded = hands(office, ASKS_SUN, LI)
    assert (forwarded.holder, forwarded.to, forwarded.number) == ("li", "sun", 1)
    assert set(may(office).values()) == {"OpinionAwaitedError"}
    for who in (LI, WU):
        refused(office, PASSES, who, OpinionAwaitedError, "li", "sun", STEP)
    refused(office, SAYS, WANG, NotAskedError, "wang", "sun")
    given = hands(office, SAYS, ("rrb", "sun"))
    assert isinstance(given, OpinionGiven)
    assert (given.act.person, given.holder) == ("sun", "li")
    refused(office, PASSES, WU, AssignedToOtherError, "li")
    recorded = asks(office, "claim/C1", PASSES, *LI)
    (ended,) = [r.fact for r in recorded if isinstance(r.fact, HandlingEnded)]
    assert (ended.act.person, ended.advised_by) == ("li", ("sun",))


def test_who_gave_an_opinion_decides_nothing_in_the_case_and_who_was_only_asked_does(office: County) -> None:
    asks_wang = msgspec.structs.replace(ASKS_SUN, to="wang")
    hands(office, asks_wang, LI)
    recalled = hands(office, RecallQuestion(step=STEP, reason="样例：已查明"), LI)
    assert isinstance(recalled, QuestionRecalled)
    hands(office, msgspec.structs.replace(ASKS_SUN, to="zhao"), LI)
    hands(office, SAYS, ZHAO)
    asks(office, "claim/C1", PASSES, *LI)
    assert asks(office, "claim/C1", SECOND, *WANG)
    third = AnswerGate(gate="deputy_director", approve=True)
    assert may(office) == {"zhao": "SamePersonError"}
    refused(office, third, ZHAO, SamePersonError, "zhao", "advise", "A-80")


def test_no_chain_no_circle_and_a_question_more_is_counted(office: County) -> None:
    hands(office, ASKS_SUN, LI)
    again = msgspec.structs.replace(ASKS_SUN, to="wang")
    refused(office, again, LI, OpinionAwaitedError, "sun")
    # The one who was asked cannot hand it on, nor back as a question.
    refused(office, msgspec.structs.replace(ASKS_SUN, to="li"), (STEP, "sun"), NotYourStepError, "sun")
    hands(office, SAYS, ("rrb", "sun"))
    refused(office, msgspec.structs.replace(ASKS_SUN, to="li"), LI, OwnAssignmentError, "li")
    assert hands(office, again, LI).number == 2


def test_whose_step_it_is_not_asks_nobody(office: County) -> None:
    hands(office, TO_WU, ZHAO)
    refused(office, ASKS_SUN, LI, AssignedToOtherError, "wu")
    refused(office, msgspec.structs.replace(ASKS_SUN, to="nobody"), WU, UnknownPersonError, "nobody")
    forwarded = hands(office, ASKS_SUN, WU)
    assert isinstance(forwarded, StepForwarded)
    refused(office, RecallQuestion(step=STEP, reason="样例"), LI, NotYourStepError, "wu")
    # The supervisor's word ends the question with the naming.
    hands(office, TO_LI, ZHAO)
    refused(office, SAYS, ("rrb", "sun"), NotAskedError, "sun")
    refused(office, RecallQuestion(step=STEP, reason="样例"), LI, NotAskedError)
    assert asks(office, "claim/C1", PASSES, *LI)


def test_a_step_that_was_handed_on_while_it_was_answered_binds_nobody_later(office: County) -> None:
    """Two doors at once: the naming came behind the answer; what touches the case next ends it."""
    asks(office, "claim/C1", PASSES, *LI)
    case = case_id(office.name, "claim", "C1")
    act = office.act("late", "deputy_director", "zhao")
    stream = handling_stream(parse_case(case))
    office.ledger.execute(Step(stream, Assign(act, case, STEP, STEP, "wu", "样例")))
    recorded = asks(office, "claim/C1", SECOND, *WANG)
    assert [r.fact.step for r in recorded if isinstance(r.fact, HandlingEnded)] == [STEP]


def test_rules_adopted_before_say_nobody_reassigns(office: County) -> None:
    state = office.ledger.state(COUNTY, county_stream(office.name))
    assert state.current is not None
    text = state.texts[state.current]
    act = office.act("adopt older", "opener")
    older = PolicyRef("2021.1", text.policy.profile, "0" * 64)
    engine = ENGINE.text.partition("# A-80")[0]
    adopted = PolicyAdopted(act, office.name, older, text.profile_text, engine, text.office_texts)
    office.ledger.execute(Step(county_stream(office.name), AdoptPolicy(act, adopted)))
    refused(office, TO_WU, ZHAO, NoRuleStatedError, "engine.handling")
    assert asks(office, "claim/C1", PASSES, *LI)


# Whose unit it is, and who granted whom (R13, R16).


def test_where_the_projects_own_unit_holds_the_post_its_holder_acts(office: County) -> None:
    office.declares("A02")  # Of 甲乡.
    for person, unit in (("zhang", "甲乡"), ("liu", "乙乡")):
        appoints(office, "township_office", person, unit)
    review = AnswerStep(step="township_review", approve=True)
    assert may(office, "A02", "project") == {"zhang": "", "liu": "WrongUnitError"}
    wrong = ("township_office", "liu")
    refused(office, review, wrong, WrongUnitError, "liu", "乙乡", "甲乡", case="project/A02", unit="乙乡")
    assert asks(office, "project/A02", review, "township_office", "zhang", unit="甲乡")


def test_who_appointed_a_person_decides_in_no_case_with_him(office: County) -> None:
    appoints(office, "payment_centre", "deng", "finance_bureau", by="li")
    asks(office, "claim/C1", PASSES, *LI)
    refused(office, SECOND, ("payment_centre", "deng"), GrantedByError, "li", "deng", STEP, "A-82")
    assert may(office) == {"wang": "", "deng": "GrantedByError"}


def test_who_registered_a_key_decides_in_no_case_with_its_owner(office: County) -> None:
    act = office.act("key", STEP, "wang")
    key = KeyRegistered(act, office.name, "k-li", "11" * 32, "cli", "li")
    office.ledger.execute(Step(mandates_stream(office.name), RegisterKey(act, key)))
    asks(office, "claim/C1", PASSES, *LI)
    refused(office, SECOND, WANG, GrantedByError, "wang", "li")
