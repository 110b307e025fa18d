"""Bulk decisions (批量办理): one signature over a list, and each item by the very rules of a single decision."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activities.deciding import take_effect
from domain.bulk import Asked, BulkItem, BulkList, BulkListError, BulkTooLongError, NotADecisionError, check_list
from domain.cases import mandates_stream
from domain.claim import CLAIM, GateOrderError
from domain.claim_correcting import ClaimContentError
from domain.duties import SamePersonError
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Ledger, Recorded, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.mandate_refusals import UnknownKeyError
from domain.policy import load, parse_engine
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.project import StepOrderError
from domain.project_money import OverReleaseError
from domain.rehearsing import Rehearsal
from domain.requests import AnswerGate, AnswerStep, AnyRequest, ConfirmPayment, SendPayment
from domain.signature import ExpiredError, ForgedError, SignedMessage, check_signature, digest_of, sign, signed_bytes
from simulation.keys import public_hex
from tests.domain.county import CALENDAR, ENGINE, POLICIES, County, claim, contract, line
from tests.domain.given import WAN, noon
from workflows.messages import make_list, make_message

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PASSES = AnswerGate(gate="finance_section", approve=True)
CLAIMS = ("C1", "C2", "C3")


@pytest.fixture
def office(sample: County) -> County:
    """Three claims of 10 万 wait for the finance section, whose li has a key of his own."""
    act = sample.act("key", "opener")
    key = KeyRegistered(act, "sample", "k", public_hex(KEY), "test", "li")
    sample.ledger.execute(Step(mandates_stream("sample"), RegisterKey(act, key)))
    for post in ("finance_section", "payment_centre", "township_office"):
        appointed = sample.act(f"appoint li {post}", "opener")
        held = Appointed(appointed, "sample", "li", post, "finance_bureau", date(2023, 1, 1), None)
        sample.ledger.execute(Step(mandates_stream("sample"), Appoint(appointed, held)))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    for no in CLAIMS:
        sample.lodges(no, line(10 * WAN))
    return sample


def listed(county: County, *asked: tuple[str, AnyRequest], no: str = "L1", **who: Any) -> list[SignedMessage]:
    said: dict[str, Any] = {"person": "li", "post": "finance_section", "door": "test", "key_id": "k", "key": KEY}
    said |= {"now": noon(county.today)} | who
    return make_list(no, [Asked(f"sample/{case}", request) for case, request in asked], **said)


def whole(county: County, **who: Any) -> list[SignedMessage]:
    return listed(county, *((f"claim/{no}", PASSES) for no in CLAIMS), **who)


def decides(county: County, message: SignedMessage, after: timedelta = timedelta(0)) -> list[Recorded]:
    return take_effect(county.ledger, CALENDAR, message, noon(county.today) + after)


def refuses(county: County, message: SignedMessage, error: type[BridgefundError], *said: object) -> None:
    before = len(list(county.ledger.log()))
    with pytest.raises(BridgefundError) as caught:
        decides(county, message)
    assert type(caught.value) is error, caught.value
    for language in ("zh", "en"):
        assert all(str(one) in caught.value.text(language) for one in said), caught.value.text(language)
    assert len(list(county.ledger.log())) == before


def waits(county: County) -> list[str]:
    return [county.state(CLAIM, no).waits_for for no in CLAIMS]


# One signature.


def test_one_signature_stands_for_the_whole_list(office: County) -> None:
    messages = whole(office)
    assert len({message.signature for message in messages}) == 1
    assert [message.command_id for message in messages] == ["L1#1", "L1#2", "L1#3"]
    for message in messages:
        check_signature(message, public_hex(KEY))


def test_a_single_messages_signature_is_what_it_was_before_there_were_lists() -> None:
    """The very bytes that older doors sign: without a word of a list."""
    message = SignedMessage("c/claim/1", "id", "s", "b", "li", "p", "d", "k", "2022-01-01", "2022-01-02", digest="f")
    text = (
        '{"body":"b","case":"c/claim/1","command_id":"id","digest":"f","door":"d","expires_at":"2022-01-02",'
        '"issued_at":"2022-01-01","key_id":"k","person":"li","post":"p","step":"s"}'
    )
    assert signed_bytes(message).decode() == text


def test_an_item_that_is_changed_swapped_or_alone_is_none_of_the_list(office: County) -> None:
    first, second, _ = whole(office)
    other = listed(office, ("claim/C1", AnswerGate(gate="finance_section", approve=False, opinion="不符")))[0]
    refuses(office, replace(first, body=other.body, digest=other.digest), BulkListError, "sample/claim/C1")
    refuses(office, replace(first, command_id=second.command_id), BulkListError, "L1#1", "L1#2")
    refuses(office, replace(first, bulk=other.bulk), ForgedError)
    refuses(office, replace(first, bulk=""), ForgedError)
    refuses(office, replace(first, person="wang"), UnknownKeyError)
    refuses(office, replace(first, post="payment_centre"), ForgedError)
    refuses(office, replace(first, bulk="[]"), ForgedError)
    refuses(office, sign(replace(first, bulk="[]"), KEY), BadInputError, "bulk")
    refuses(office, sign(first, OTHER), ForgedError)


# Each item by itself.


def test_each_item_takes_effect_by_itself_and_may_be_handed_in_again(office: County) -> None:
    messages = whole(office)
    for message in messages:
        recorded = decides(office, message)
        assert {r.fact.act.command_id for r in recorded} == {message.command_id}
        assert {r.fact.act.person for r in recorded} == {"li"}
    assert waits(office) == ["payment_centre"] * 3
    count = len(list(office.ledger.log()))
    for message in whole(office):
        assert decides(office, message), "a repeat finds its own facts"
    assert len(list(office.ledger.log())) == count


def test_a_list_that_broke_off_half_way_is_handed_in_whole_and_signed_anew(office: County) -> None:
    """Its signature has run out meanwhile: what is done stays done, the rest waits for the new signature."""
    first, second, _ = whole(office)
    decides(office, first)
    hour = timedelta(hours=1)
    assert decides(office, first, hour), "what took effect is answered at any time"
    with pytest.raises(ExpiredError):
        decides(office, second, hour)
    for message in whole(office, now=noon(office.today) + hour):
        assert decides(office, message, hour)
    assert waits(office) == ["payment_centre"] * 3


def test_one_refused_leaves_the_others(office: County) -> None:
    bare = AnswerGate(gate="finance_section", approve=False)
    messages = listed(office, ("claim/C1", PASSES), ("claim/C2", bare), ("claim/C3", PASSES))
    assert decides(office, messages[0])
    refuses(office, messages[1], ClaimContentError, "opinion")
    assert decides(office, messages[2])
    assert waits(office) == ["payment_centre", "finance_section", "payment_centre"]


def test_no_rule_of_a_single_decision_is_passed_by(office: County) -> None:
    second = AnswerGate(gate="payment_centre", approve=True)
    of_centre = {"post": "payment_centre"}
    (early,) = listed(office, ("claim/C1", second), **of_centre)
    refuses(office, early, GateOrderError, "payment_centre", "finance_section")
    (wrong_post,) = listed(office, ("claim/C1", PASSES), **of_centre)
    refuses(office, wrong_post, WrongPostError, "payment_centre")
    decides(office, whole(office)[0])
    (both,) = listed(office, ("claim/C1", second), no="L2", **of_centre)
    refuses(office, both, SamePersonError, "li", "finance_section")


def test_children_are_not_decided_before_their_parent(office: County) -> None:
    """R29: a claim is paid for a project whose money is released; a step comes after the one before it."""
    office.declares("A02")
    early = claim(line(1 * WAN, "A02"), project_no="A02")
    office.refuses("claim", "C9", early, "implementing_unit", OverReleaseError, 0)
    office.explains("A02")
    reviewed = AnswerStep(step="township_review", approve=True)
    banked = AnswerStep(step="bank", approve=True)
    of_town = {"post": "township_office"}
    later, *_ = listed(office, ("project/A02", banked), **of_town)
    refuses(office, later, StepOrderError, "township_review", "bank")
    assert decides(office, listed(office, ("project/A02", reviewed), no="L2", **of_town)[0])


@pytest.mark.parametrize("request_", [SendPayment(), ConfirmPayment(bank_ref="回单")], ids=lambda r: type(r).__name__)
def test_only_decisions_are_asked_in_bulk(office: County, request_: AnyRequest) -> None:
    (message,) = listed(office, ("claim/C1", request_))
    refuses(office, message, NotADecisionError, "claim.answer/1")


# A list as a whole.


def test_a_list_that_cannot_stand_is_refused_whole(office: County) -> None:
    twice = listed(office, ("claim/C1", PASSES), ("claim/C2", PASSES), ("claim/C1", PASSES))
    for message in twice:
        refuses(office, message, BulkListError, "sample/claim/C1")
    foreign = BulkList("L", tuple(BulkItem(f"{name}/claim/C1", digest_of("")) for name in ("sample", "jiashi")))
    with pytest.raises(BulkListError, match="jiashi, sample"):
        check_list(foreign, 100)
    with pytest.raises(BulkListError, match="no item"):
        check_list(BulkList("L", ()), 100)
    with pytest.raises(BulkListError, match="#part:"):
        check_list(BulkList("L#part:", (BulkItem("sample/claim/C1", digest_of("")),)), 100)
    with pytest.raises(BadInputError, match="sample/clam"):
        check_list(BulkList("L", (BulkItem("sample/clam/C1", digest_of("")),)), 100)


def test_a_list_has_at_most_as_many_items_as_the_rule_says(office: County) -> None:
    many = [(f"claim/X{n}", PASSES) for n in range(100)]
    messages = listed(office, *many[:99], ("claim/C1", PASSES))
    assert decides(office, messages[-1])
    over = listed(office, *many, ("claim/C2", PASSES), no="L2")
    refuses(office, over[-1], BulkTooLongError, 101, 100)


def test_an_expired_list_is_refused_item_for_item(office: County) -> None:
    for message in whole(office, now=noon(office.today) - timedelta(minutes=16)):
        refuses(office, message, ExpiredError)


def test_rules_adopted_before_there_were_lists_allow_none(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.domain.county.ENGINE", parse_engine(ENGINE.text.partition("# A-70")[0], "older"))
    county = County(ledger, "sample")
    county.adopt(load(POLICIES / "sample.toml"))
    act = county.act("key", "opener")
    key = KeyRegistered(act, "sample", "k", public_hex(KEY), "test", "li")
    ledger.execute(Step(mandates_stream("sample"), RegisterKey(act, key)))
    refuses(county, listed(county, ("claim/C1", PASSES))[0], NoRuleStatedError, "bulk")


# Rehearsed.


def test_a_rehearsal_answers_as_deciding_does_and_stores_nothing(office: County) -> None:
    """The second gate of the first claim comes into reach by the item before it."""
    desk, before = Rehearsal(office.ledger), list(office.ledger.log())
    messages = whole(office)
    would = [take_effect(desk, CALENDAR, message, noon(office.today)) for message in messages]
    assert desk.state(CLAIM, "sample/claim/C1").waits_for == "payment_centre"
    with pytest.raises(GateOrderError):
        take_effect(desk, CALENDAR, whole(office, no="L2")[0], noon(office.today))
    assert list(office.ledger.log()) == before
    assert waits(office) == ["finance_section"] * 3
    assert [decides(office, message) for message in messages] == would


def test_a_refusal_in_a_rehearsal_leaves_it_as_it_was(office: County) -> None:
    desk = Rehearsal(office.ledger)
    single = make_message(
        "sample/claim/C1", AnswerGate(gate="payment_centre", approve=True), command_id="x", person="li",
        post="payment_centre", door="test", key_id="k", key=KEY, now=noon(office.today),
    )  # fmt: skip
    with pytest.raises(GateOrderError):
        take_effect(desk, CALENDAR, single, noon(office.today))
    assert take_effect(desk, CALENDAR, whole(office)[0], noon(office.today))
    with pytest.raises(SamePersonError):
        take_effect(desk, CALENDAR, sign(replace(single, command_id="y"), KEY), noon(office.today))
