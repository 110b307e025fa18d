"""What a key signed before it was rotated stays signed: handed in again it is answered, and nothing new is taken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.exceptions import ApplicationError

from activities.deciding import DecideInput, Deciding
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey, RotateKey
from domain.policy import load
from domain.requests import NotifyDepartment, ReportReceipt
from domain.signature import SignedMessage
from simulation.keys import public_hex
from tests.domain.county import CALENDAR, DAY, POLICIES, County, receipt
from tests.domain.given import noon
from workflows.messages import make_message

OLD, NEW = Ed25519PrivateKey.from_private_bytes(b"o" * 32), Ed25519PrivateKey.from_private_bytes(b"n" * 32)
STREAM = mandates_stream("sample")


@pytest.fixture
def county(store: str) -> Iterator[County]:
    with Ledger(store) as ledger:
        office = County(ledger, "sample")
        office.adopt(load(POLICIES / "sample.toml"))
        held = Appointed(office.act("li", "opener"), "sample", "li", "finance_section", "finance_bureau", DAY, None)
        ledger.execute(Step(STREAM, Appoint(held.act, held)))
        key = registered(office, "li-1", OLD)
        ledger.execute(Step(STREAM, RegisterKey(key.act, key)))
        office.ask("fund", "F1", receipt(), "finance_section", person="li")
        yield office


def registered(county: County, key_id: str, key: Ed25519PrivateKey) -> KeyRegistered:
    return KeyRegistered(county.act(key_id, "opener"), "sample", key_id, public_hex(key), "cli", "li")


def signed(
    request: ReportReceipt | NotifyDepartment, key_id: str, key: Ed25519PrivateKey, command_id: str = ""
) -> SignedMessage:
    who = {"person": "li", "post": "finance_section", "door": "cli", "key_id": key_id}
    return make_message(
        "sample/fund/F1", request, command_id=command_id or f"m-{key_id}", key=key, now=noon(DAY), **who
    )


def test_what_was_signed_stays_signed_and_nothing_new_is(county: County) -> None:
    deciding = Deciding(county.ledger, CALENDAR)
    report = signed(ReportReceipt(), "li-1", OLD)
    assert deciding.decide(DecideInput(report, noon(DAY))).facts
    new = registered(county, "li-2", NEW)
    county.ledger.execute(Step(STREAM, RotateKey(new.act, new, "li-1", "样例：换机")))
    before = len(list(county.ledger.log()))
    # A run that was reset from outside hands the message in again, a month later.
    again = deciding.decide(DecideInput(report, noon(DAY + timedelta(days=31))))
    assert (bool(again.facts), len(list(county.ledger.log()))) == (True, before)
    notify = NotifyDepartment(department="rrb")
    for message, rule in (
        (replace(report, signature="00" * 64), "ForgedError"),
        # Under an id of its own: what took effect is known by its id.
        (signed(notify, "li-1", OLD, "m-another"), "UnknownKeyError"),
    ):
        with pytest.raises(ApplicationError) as caught:
            deciding.decide(DecideInput(message, noon(DAY)))
        assert caught.value.type == rule
    assert deciding.decide(DecideInput(signed(notify, "li-2", NEW), noon(DAY))).facts
