"""Emergency decision (应急决定): two keys in place of one missing person, within hours, in place of no rule."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.act import BY_TWO_KEYS, Act, RepeatDiffersError
from domain.cases import mandates_stream, parse_case
from domain.claim import CLAIM
from domain.claim_correcting import ClaimContentError
from domain.claim_facts import GatePassed
from domain.correcting_requests import CorrectClaim
from domain.duties import SamePersonError
from domain.emergency import (
    EMERGENCY,
    Confirm,
    EmergencyConfirmed,
    EmergencyDiffersError,
    EmergencyExpired,
    EmergencyOpened,
    EmergencyOverError,
    EmergencyReported,
    Expire,
    NoSuchEmergencyError,
    Open,
    next_moment,
)
from domain.emergency_refusals import (
    EmergencyBodyError,
    EmergencyDeputyError,
    EmergencyKeyError,
    EmergencyKindError,
    EmergencyNeedlessError,
    EmergencyStepError,
    EmergencyUntilError,
)
from domain.emergency_requests import ConfirmEmergency, OpenEmergency
from domain.errors import BadInputError, BridgefundError
from domain.handling_refusals import GrantedByError
from domain.ledger import Ledger, Recorded, Step
from domain.mandate_facts import Appoint, Appointed, EndTerm, KeyRegistered, RegisterKey
from domain.mandate_refusals import NotHolderError
from domain.people_requests import OpenAbsence
from domain.policy import parse, parse_engine
from domain.policy.office import parse_office
from domain.procedures import Asking, expire_emergency
from domain.procedures.asking import NoRuleStatedError
from domain.requests import AnswerGate, AnswerStep, AnyRequest, SendPayment, to_body
from domain.signature import digest_of
from domain.signing import StaleSignatureError
from tests.domain.county import CALENDAR, DAY, ENGINE, POLICIES, County, contract, decision, line, receipt
from tests.domain.given import WAN, by, given, noon

UNTIL = noon(DAY) + timedelta(hours=24)
PASSES = AnswerGate(gate="payment_centre", approve=True, opinion="汛期抢险")
TEXT = to_body(PASSES)
# Everybody is of the finance bureau: the section, the centre, and the chain of its bureau above them.
PEOPLE = {
    "finance_section": "li",
    "payment_centre": "wang",
    "treasury_officer": "zhou",
    "chief_watch_post": "wu",
    "deputy_director": "zhao",
    "director": "qian",
    "rrb": "sun",
}


def opened_by(act: Act, **more: Any) -> EmergencyOpened:
    said: dict[str, Any] = {"digest": digest_of(TEXT), "ground": "汛期抢险", "second_post": "director", "until": UNTIL}
    of_case = {"case": "sample/claim/C1", "step": "payment_centre", "post": "payment_centre", "decision": TEXT}
    return EmergencyOpened(act, "sample", "E1", absent="住院", **of_case, **said | more)  # type: ignore[arg-type]


def reported(act: Act, outcome: str, second: str = "") -> EmergencyReported:
    return EmergencyReported(act, "E1", "sample/claim/C1", "payment_centre", outcome, "auditor", "li", second)


def confirm(act: Act, digest: str = digest_of(TEXT)) -> Confirm:
    return Confirm(act, "E1", digest, "同意", "auditor")


# One emergency.


def test_it_is_asked_for_once_and_reported_at_once() -> None:
    act = by("li", DAY)
    given().when(Open(act, opened_by(act), "auditor")).then(opened_by(act), reported(act, "opened"))
    asked = opened_by(by("li", DAY))
    given(asked).when(Open(by("li", DAY), opened_by(by("li", DAY)), "auditor")).then()
    other = opened_by(by("li", DAY), second_post="deputy_director")
    given(asked).when(Open(by("li", DAY), other, "auditor")).refuses(RepeatDiffersError, "deputy_director")


def test_the_second_key_confirms_once_the_same_text_and_before_the_hour() -> None:
    asked, second = opened_by(by("li", DAY)), by("qian", DAY)
    confirmed = EmergencyConfirmed(second, "E1", "同意")
    given(asked).when(confirm(second)).then(confirmed, reported(second, "confirmed", "qian"))
    given(asked).when(confirm(by("li", DAY))).refuses(SamePersonError, "li")
    given(asked).when(confirm(by("qian", DAY), "f" * 64)).refuses(EmergencyDiffersError, "ffffffffffff")
    late = by("qian", DAY, recorded=UNTIL)
    given(asked).when(confirm(late)).refuses(EmergencyOverError, "E1", UNTIL.isoformat())
    given(asked, confirmed).when(confirm(by("zhao", DAY))).refuses(EmergencyOverError, "E1")
    given().when(confirm(by("qian", DAY))).refuses(NoSuchEmergencyError, "E1")


def test_what_nobody_confirms_expires_at_its_hour_and_is_reported() -> None:
    asked = opened_by(by("li", DAY))
    early, due = by("engine", DAY), by("engine", DAY, recorded=UNTIL)
    given(asked).when(Expire(early, "auditor")).then()
    given(asked).when(Expire(due, "auditor")).then(EmergencyExpired(due, "E1"), reported(due, "expired"))
    expired = EmergencyExpired(by("engine", DAY, recorded=UNTIL), "E1")
    given(asked, expired).when(Expire(by("engine", DAY, recorded=UNTIL), "auditor")).then()
    given().when(Expire(by("engine", DAY), "auditor")).then()


# A county with people.


def appoints(county: County, post: str, person: str) -> None:
    act = county.act(f"appoint {person} {post}", "opener")
    held = Appointed(act, county.name, person, post, "finance_bureau", date(2023, 1, 1), None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, held)))


def at_its_second_gate(county: County) -> None:
    """A claim of 100 万 of project A01 waits for the payment centre; the section's li has let it through."""
    for post, person in PEOPLE.items():
        appoints(county, post, person)
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    county.lodges("C1", line(100 * WAN))
    county.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section", person="li")


@pytest.fixture
def flood(sample: County) -> County:
    at_its_second_gate(sample)
    return sample


def opens(request: AnyRequest = PASSES, case: str = "sample/claim/C1", **more: Any) -> OpenEmergency:
    said: dict[str, Any] = {"ground": "汛期抢险，今日须付", "absent": "住院，未及登记代理"}
    said |= {"second_post": "director", "until": UNTIL} | more
    return OpenEmergency(case=case, decision=to_body(request), **said)


CONFIRMS = ConfirmEmergency(decision=digest_of(TEXT), opinion="同意")
ZHOU, QIAN = ("treasury_officer", "zhou"), ("director", "qian")


def asks(county: County, request: AnyRequest, who: tuple[str, str], *, for_: str = "") -> list[Recorded]:
    act = msgspec.structs.replace(county.act(to_body(request), *who), on_behalf_of=for_)
    return county.run("emergency", "E1", request, act)


def refused(
    county: County, request: AnyRequest, who: tuple[str, str], error: type[BridgefundError], *said: object,
    for_: str = "",
) -> None:  # fmt: skip
    before = len(list(county.ledger.log()))
    with pytest.raises(BridgefundError) as caught:
        asks(county, request, who, for_=for_)
    assert type(caught.value) is error, caught.value
    for language in ("zh", "en"):
        assert all(str(one) in caught.value.text(language) for one in said), caught.value.text(language)
    assert len(list(county.ledger.log())) == before


def test_two_keys_decide_in_the_case_itself_and_both_names_stand_in_the_fact(flood: County) -> None:
    asks(flood, opens(), ZHOU)
    assert flood.waits(EMERGENCY, "E1") == [("second-key", "director")]
    assert flood.waits(CLAIM, "C1") == [("payment_centre", "payment_centre")]
    recorded = asks(flood, CONFIRMS, QIAN)
    (passed,) = [r.fact for r in recorded if isinstance(r.fact, GatePassed)]
    act = passed.act
    assert (act.person, act.second, act.post, act.on_behalf_of) == ("zhou", "qian", "payment_centre", "")
    assert (act.unit, act.clause) == ("finance_bureau", f"sample, after JS L18; {BY_TWO_KEYS}")
    assert passed.opinion == "汛期抢险"
    assert flood.waits(CLAIM, "C1") == [("deputy_director", "deputy_director")]
    told = [r.fact for r in recorded if isinstance(r.fact, EmergencyReported)]
    assert [(one.outcome, one.auditor, one.first, one.second) for one in told] == [("confirmed", "", "zhou", "qian")]


def test_the_confirmation_may_be_repeated_and_decides_once(flood: County) -> None:
    asks(flood, opens(), ZHOU)
    act = flood.act(to_body(CONFIRMS), *QIAN)
    assert flood.run("emergency", "E1", CONFIRMS, act)
    assert flood.run("emergency", "E1", CONFIRMS, act) == []
    refused(flood, CONFIRMS, QIAN, EmergencyOverError, "E1")


def test_what_two_keys_did_excludes_both_later(flood: County) -> None:
    asks(flood, opens(), ZHOU)
    asks(flood, CONFIRMS, QIAN)
    last = AnswerGate(gate="deputy_director", approve=True)
    for person in ("zhou", "qian"):
        flood.refuses("claim", "C1", last, "deputy_director", SamePersonError, person, person=person)


def test_neither_key_may_be_in_an_excluded_hand(flood: County) -> None:
    """The section's li let the first gate through, so neither asks for the second nor confirms it."""
    refused(flood, opens(), ("finance_section", "li"), SamePersonError, "li", "finance_section")
    appoints(flood, "director", "li")
    asks(flood, opens(), ZHOU)
    refused(flood, CONFIRMS, ("director", "li"), SamePersonError, "li", "finance_section")


def test_whoever_holds_the_post_needs_no_emergency(flood: County) -> None:
    refused(flood, opens(), ("payment_centre", "wang"), EmergencyNeedlessError, "wang", "payment_centre")
    appoints(flood, "director", "wang")
    asks(flood, opens(), ZHOU)
    refused(flood, CONFIRMS, ("director", "wang"), EmergencyNeedlessError, "wang")


def test_a_deputy_passes_no_limit_by_an_emergency(flood: County) -> None:
    """Zhou stands in for the centre up to 1 万; with a second key it would be any amount."""
    leave = OpenAbsence(deputy="zhou", first=DAY, last=DAY, reason="出差", amount_most_fen=1 * WAN)
    flood.run("absence", "1", leave, flood.act(to_body(leave), "payment_centre", "wang"))
    refused(flood, opens(), ZHOU, EmergencyNeedlessError, "zhou", "payment_centre")


def test_each_key_is_for_the_hands_that_the_engines_rule_names(flood: County) -> None:
    refused(flood, opens(), ("rrb", "sun"), EmergencyKeyError, "rrb", "director")
    refused(flood, opens(second_post="rrb"), ZHOU, EmergencyKeyError, "rrb", "chief_watch_post")
    asks(flood, opens(), ("chief_watch_post", "wu"))
    refused(flood, CONFIRMS, ("deputy_director", "zhao"), EmergencyKeyError, "deputy_director", "director")


def test_no_key_is_turned_by_a_deputy_nor_by_the_deputy_of_the_other(flood: County) -> None:
    leave = OpenAbsence(deputy="zhou", first=DAY, last=DAY, reason="出差")
    flood.run("absence", "1", leave, flood.act(to_body(leave), "director", "qian"))
    refused(flood, opens(), ("director", "zhou"), EmergencyDeputyError, "zhou", "qian", for_="qian")
    asks(flood, opens(), ZHOU)
    refused(flood, CONFIRMS, QIAN, EmergencyDeputyError, "zhou", "qian")


def test_the_second_key_confirms_what_the_case_said_to_the_first(flood: County) -> None:
    """Corrected in between, and let through the first gate again, the claim waits at the same step: for another sum."""
    asks(flood, opens(), ZHOU)
    more = CorrectClaim(reason="漏报", lines=(line(150 * WAN),))
    flood.ask("claim", "C1", more, "implementing_unit")
    flood.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section", person="li")
    assert flood.waits(CLAIM, "C1") == [("payment_centre", "payment_centre")]
    refused(flood, CONFIRMS, QIAN, StaleSignatureError, "sample/claim/C1", "1500000.00")


def test_the_first_must_still_hold_the_post_and_not_the_missing_ones(flood: County) -> None:
    asks(flood, opens(), ZHOU)
    leave = OpenAbsence(deputy="zhou", first=DAY, last=DAY, reason="出差", amount_most_fen=1 * WAN)
    flood.run("absence", "1", leave, flood.act(to_body(leave), "payment_centre", "wang"))
    refused(flood, CONFIRMS, QIAN, EmergencyNeedlessError, "zhou", "payment_centre")
    act = flood.act("dismiss zhou", "opener")
    ends = EndTerm(act, "zhou", "treasury_officer", DAY - timedelta(days=1), "免职")
    flood.ledger.execute(Step(mandates_stream(flood.name), ends))
    refused(flood, CONFIRMS, QIAN, NotHolderError, "zhou", "treasury_officer")


def test_its_decision_states_no_day_that_has_not_come(flood: County) -> None:
    tomorrow = msgspec.structs.replace(PASSES, occurred_on=DAY + timedelta(days=1))
    refused(flood, opens(tomorrow), ZHOU, BadInputError, "occurred_on", DAY + timedelta(days=1))


def test_nobody_is_the_second_key_whose_key_the_first_registered(flood: County) -> None:
    act = flood.act("key", *ZHOU)
    key = KeyRegistered(act, flood.name, "k-qian", "11" * 32, "cli", "qian")
    flood.ledger.execute(Step(mandates_stream(flood.name), RegisterKey(act, key)))
    asks(flood, opens(), ZHOU)
    refused(flood, CONFIRMS, QIAN, GrantedByError, "zhou", "qian", "A-82")


@pytest.mark.parametrize("until", [noon(DAY), noon(DAY) - timedelta(hours=1), noon(DAY) + timedelta(hours=73)])
def test_the_hour_lies_ahead_and_at_most_as_far_as_the_rule_allows(flood: County, until: datetime) -> None:
    refused(flood, opens(until=until), ZHOU, EmergencyUntilError, until.isoformat(), 72)


def test_it_is_for_a_step_that_waits_for_a_person(flood: County) -> None:
    gone = AnswerGate(gate="finance_section", approve=True)
    refused(flood, opens(gone), ZHOU, EmergencyStepError, "finance_section", "payment_centre")
    refused(flood, opens(receipt(), "sample/fund/F9"), ZHOU, EmergencyKindError, "fund.register/1", "claim.answer/1")
    flood.drafts("P2", line(1 * WAN))
    refused(flood, opens(decision("M-2", DAY), "sample/plan/P2"), ZHOU, EmergencyKindError, "plan.decide/1")
    flood.declares("A02")
    flood.passes("A02", "township_review", "township_office")
    survey = AnswerStep(step="field_survey", approve=True, record="e" * 64)
    refused(flood, opens(survey, "sample/project/A02"), ZHOU, EmergencyBodyError, "field_team")


def test_bad_input_is_told(flood: County) -> None:
    for request in (
        opens(case="jiashi/claim/C1"),
        opens(case="sample/project/A01"),
        msgspec.structs.replace(opens(), decision="{}"),
    ):
        refused(flood, request, ZHOU, BadInputError)
    for field in ("ground", "absent"):
        blank = to_body(opens()).replace(getattr(opens(), field), "  ")
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.json.decode(blank, type=OpenEmergency)


def test_no_rule_of_the_decision_itself_is_replaced(flood: County) -> None:
    """A return without a reason stays refused, and so does a payment before its gates."""
    bare = AnswerGate(gate="payment_centre", approve=False)
    asks(flood, opens(bare), ZHOU)
    refused(flood, ConfirmEmergency(decision=digest_of(to_body(bare))), QIAN, ClaimContentError, "opinion")
    refused(flood, opens(SendPayment()), ZHOU, EmergencyStepError, "send", "payment_centre")


def test_what_nobody_confirms_decides_nothing(flood: County) -> None:
    asks(flood, opens(), ZHOU)
    assert next_moment(flood.state(EMERGENCY, "E1")) == UNTIL
    act = msgspec.structs.replace(by("engine", UNTIL.date(), recorded=UNTIL), clause=BY_TWO_KEYS)
    of = parse_case("sample/emergency/E1")
    flood.ledger.transact(lambda read: expire_emergency(Asking(act, of, read, CALENDAR)))
    assert flood.state(EMERGENCY, "E1").outcome == "expired"
    assert next_moment(flood.state(EMERGENCY, "E1")) is None
    assert flood.waits(CLAIM, "C1") == [("payment_centre", "payment_centre")]
    flood.today = UNTIL.date() + timedelta(days=1)
    refused(flood, CONFIRMS, QIAN, EmergencyOverError, "E1")


SAMPLE = (POLICIES / "sample.toml").read_text(encoding="utf-8")


def test_a_county_that_names_an_audit_post_has_it_told(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    auditor = '[auditor]\npost = "finance_bureau"\nsource = "sample, made up"\n\n'
    county.adopt(parse(SAMPLE.replace("[chain]\n", f"{auditor}[chain]\n"), "with an audit post"))
    at_its_second_gate(county)
    recorded = asks(county, opens(), ZHOU)
    assert [r.fact.auditor for r in recorded if isinstance(r.fact, EmergencyReported)] == ["finance_bureau"]


def test_where_no_chain_is_named_nobody_is_the_second_key_until_an_office_says(ledger: Ledger) -> None:
    head, _, tail = SAMPLE.partition("[chain]\n")
    cut = parse(head + tail[tail.index("[[groups]]") :], "without a chain")
    county = County(ledger, "sample")
    county.adopt(cut)
    at_its_second_gate(county)
    refused(county, opens(), ZHOU, NoRuleStatedError, "chain")
    office = parse_office(
        '[decision]\ncounty = "sample"\nno = "1"\ndate = 2023-02-01\nsource = "made up"\n\n'
        '[profile.chain]\nposts = ["director"]\nsource = "made up"\n\n'
        '[profile.auditor]\npost = "rrb"\nsource = "made up"\n',
        "office",
    )
    county.adopt(cut, office)
    recorded = asks(county, opens(), ZHOU)
    assert [r.fact.auditor for r in recorded if isinstance(r.fact, EmergencyReported)] == ["rrb"]


def test_rules_adopted_before_there_were_emergencies_allow_none(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.domain.county.ENGINE", parse_engine(ENGINE.text.partition("# A-70")[0], "older"))
    county = County(ledger, "sample")
    county.adopt(parse(SAMPLE, "sample"))
    at_its_second_gate(county)
    refused(county, opens(), ZHOU, NoRuleStatedError, "emergency")
