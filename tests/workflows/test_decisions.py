"""People's decisions, through the update of a running case."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.calendars import load_calendars
from activities.deciding import DecideInput, Deciding
from domain.attempts import ATTEMPTS
from domain.balances import Bucket
from domain.cases import attempts_stream
from domain.claim import CLAIM
from domain.fund import FUND
from domain.ledger import Ledger
from domain.requests import AnswerGate, AnswerStep, BouncePayment, ConfirmPayment, SendPayment
from domain.signature import sign
from tests.workflows.office import QUEUE, WAN, Office, claim, living_office
from worker import CALENDARS, build_worker
from workflows.client import RequestRefusedError, decide
from workflows.messages import make_message


@pytest.fixture
async def office(dev_client: Client, tmp_path: Path) -> AsyncIterator[Office]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            yield await living_office(dev_client, ledger)


async def refused(office: Office, no: str, request: AnswerGate | SendPayment | BouncePayment, post: str) -> str:
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", no, request, post)
    return caught.value.rule


async def test_a_claim_goes_through_every_gate_and_is_paid(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.pay("C1")
    fund = office.ledger.state(FUND, "sample/fund/F1")
    portion = fund.balances.portions["integrated"]
    assert portion.buckets[Bucket.PAID] == 20 * WAN
    assert portion.buckets[Bucket.CLAIMABLE] == 80 * WAN
    assert office.ledger.state(CLAIM, "sample/claim/C1").paid


async def test_a_bounced_payment_is_reserved_and_sent_again(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.ask("claim", "C1", SendPayment(), "payment_centre")
    await office.ask("claim", "C1", BouncePayment(reason="户名不符"), "treasury_officer")
    portion = office.ledger.state(FUND, "sample/fund/F1").balances.portions["integrated"]
    assert portion.buckets[Bucket.RESERVED] == 20 * WAN
    await office.pay("C1")
    portion = office.ledger.state(FUND, "sample/fund/F1").balances.portions["integrated"]
    assert portion.buckets[Bucket.PAID] == 20 * WAN
    assert office.ledger.state(CLAIM, "sample/claim/C1").attempt == 2


async def test_a_returned_claim_starts_again_at_the_first_gate(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section")
    back = AnswerGate(gate="payment_centre", approve=False, opinion="发票不符")
    view = await office.ask("claim", "C1", back, "payment_centre")
    assert [step.id for step in view.open_steps] == ["lodge"]
    assert office.ledger.state(FUND, "sample/fund/F1").holds["C1"].bucket is Bucket.CLAIMABLE
    await office.lodge("C1", 15 * WAN)
    state = office.ledger.state(CLAIM, "sample/claim/C1")
    assert (state.lodged and state.lodged.version, state.waits_for) == (2, "finance_section")


async def test_a_rule_refuses_with_its_numbers_and_the_attempt_is_recorded(office: Office) -> None:
    await office.up_to_contract()
    before = len(office.ledger.facts("sample/fund/F1"))
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", "C9", claim(101 * WAN), "implementing_unit")
    assert caught.value.rule == "OverReleaseError"
    assert str(101 * WAN) in caught.value.text("en")
    assert str(100 * WAN) in caught.value.text("zh")
    person = office.people["implementing_unit"]
    day = (await office.now()).date().isoformat()
    attempts = office.ledger.state(ATTEMPTS, attempts_stream("sample", person, day))
    assert [refusal.rule for refusal in attempts.refused.values()] == ["OverReleaseError"]
    assert len(office.ledger.facts("sample/fund/F1")) == before
    assert office.ledger.facts("sample/claim/C9") == []


async def test_a_gate_is_not_for_another_post(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    rule = await refused(office, "C1", AnswerGate(gate="finance_section", approve=True), "payment_centre")
    assert rule == "WrongPostError"


async def test_a_gate_out_of_order_leaves_no_trace(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    facts = sum(1 for _ in office.ledger.log())
    rule = await refused(office, "C1", AnswerGate(gate="deputy_director", approve=True), "deputy_director")
    assert rule == "StepNotOpen"
    assert sum(1 for _ in office.ledger.log()) == facts


async def test_a_closed_case_takes_no_decision(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.pay("C1")
    rule = await refused(office, "C1", SendPayment(), "payment_centre")
    assert rule in {"CaseClosed", "GateOrderError"}
    assert office.ledger.state(CLAIM, "sample/claim/C1").attempt == 1


async def test_a_forged_signature_is_refused_and_recorded_as_nobodys(office: Office) -> None:
    await office.receive("F1", 10 * WAN)
    await office.declare("P1")
    now = await office.now()
    message = make_message(
        "sample/project/P1",
        AnswerStep(step="township_review", approve=True),
        command_id="forged-1",
        person=office.people["township_office"],
        post="township_office",
        door="simulation",
        key_id=office.door.key_id,
        key=office.door.key,
        now=now,
    )
    forged = replace(message, person=office.people["village_committee"])
    with pytest.raises(RequestRefusedError) as caught:
        await decide(office.door.client, QUEUE, forged, office.door.shift_s)
    assert caught.value.rule == "ForgedError"
    stream = attempts_stream("sample", "unverified", now.date().isoformat())
    assert list(office.ledger.state(ATTEMPTS, stream).refused) == ["forged-1"]


async def test_an_expired_signature_is_refused(office: Office) -> None:
    await office.declare("P1")
    early = await office.now() - timedelta(hours=1)
    message = make_message(
        "sample/project/P1",
        AnswerStep(step="township_review", approve=True),
        command_id="late-1",
        person=office.people["township_office"],
        post="township_office",
        door="simulation",
        key_id=office.door.key_id,
        key=office.door.key,
        now=early,
    )
    stretched = sign(replace(message, expires_at=(early + timedelta(days=9)).isoformat()), office.door.key)
    for late in (message, stretched):
        with pytest.raises(RequestRefusedError) as caught:
            await decide(office.door.client, QUEUE, replace(late, command_id=late.command_id), office.door.shift_s)
        assert caught.value.rule == "ExpiredError"


async def test_what_took_effect_is_answered_again_after_its_signatures_time(office: Office) -> None:
    """A run that was reset from outside hands in its messages anew, whenever that is."""
    await office.declare("P1")
    await office.explain("P1")
    early = await office.now()
    message = make_message(
        "sample/project/P1",
        AnswerStep(step="township_review", approve=True),
        command_id="again-1",
        person=office.people["township_office"],
        post="township_office",
        door="simulation",
        key_id=office.door.key_id,
        key=office.door.key,
        now=early,
    )
    deciding = Deciding(office.ledger, load_calendars(CALENDARS))
    first = deciding.decide(DecideInput(message, early))
    before = len(list(office.ledger.log()))
    again = deciding.decide(DecideInput(message, early + timedelta(days=30)))
    assert (again.facts, again.follow_ups) == (first.facts, first.follow_ups)
    assert first.facts
    assert len(list(office.ledger.log())) == before
    # Not to somebody else: the signature is looked at all the same.
    forged = replace(message, person=office.people["village_committee"])
    with pytest.raises(ApplicationError) as caught:
        deciding.decide(DecideInput(forged, early + timedelta(days=30)))
    assert caught.value.type == "ForgedError"


async def test_the_same_command_twice_takes_effect_once(office: Office) -> None:
    await office.up_to_contract()
    await office.ask("claim", "C1", claim(20 * WAN), "implementing_unit", "lodge-C1")
    await office.ask("claim", "C1", claim(20 * WAN), "implementing_unit", "lodge-C1")
    assert len(office.ledger.facts("sample/claim/C1")) == 1
    portion = office.ledger.state(FUND, "sample/fund/F1").balances.portions["integrated"]
    assert portion.buckets[Bucket.RESERVED] == 20 * WAN


async def test_a_signal_from_elsewhere_is_absorbed_and_the_case_goes_on(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    handle = office.door.client.get_workflow_handle("sample/claim/C1")
    await handle.signal("approve_everything", {"yes": True})
    await handle.signal("look_again")
    await office.pass_gates("C1")
    assert office.ledger.state(CLAIM, "sample/claim/C1").waits_for == "send"


async def test_confirming_twice_pays_once(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.ask("claim", "C1", SendPayment(), "payment_centre")
    await office.ask("claim", "C1", ConfirmPayment(bank_ref="回单1"), "treasury_officer", "confirm-1")
    facts = len(office.ledger.facts("sample/fund/F1"))
    await office.ask("claim", "C1", ConfirmPayment(bank_ref="回单1"), "treasury_officer", "confirm-1")
    assert len(office.ledger.facts("sample/fund/F1")) == facts
