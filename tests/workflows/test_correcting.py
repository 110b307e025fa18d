"""Corrections, rejections and withdrawals through running workflows: which step waits then, and what ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from domain.claim import CLAIM
from domain.correcting_requests import CorrectClaim
from domain.ledger import Ledger
from domain.requests import AnswerGate
from tests.histories.of_signatures import OF_SIGNATURES, corrected, ended
from tests.workflows.office import COUNTY, QUEUE, WAN, Office, living_office
from worker import build_worker
from workflows.client import RequestRefusedError


@pytest.fixture
async def office(dev_client: Client, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose project has its contract."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            made = await living_office(dev_client, ledger)
            await made.up_to_contract()
            yield made


async def test_a_corrected_claim_passes_the_gates_that_fell_and_is_paid_what_it_says_now(office: Office) -> None:
    await corrected(office)
    state = office.ledger.state(CLAIM, f"{COUNTY}/claim/C1")
    assert state.paid
    assert state.lodged is not None
    assert state.lodged.amount_fen == 15 * WAN


async def test_a_signature_over_what_was_corrected_since_is_refused(office: Office) -> None:
    await office.lodge("C1", 20 * WAN)
    case = f"{COUNTY}/claim/C1"
    seen = office.ledger.state(CLAIM, case).content("finance_section").digest
    await office.ask("claim", "C1", CorrectClaim(reason="样例：类别有误", kind="progress"), "implementing_unit")
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True, seen=seen), "finance_section")
    assert caught.value.rule == "StaleSignatureError"
    assert office.ledger.state(CLAIM, case).waits_for == "finance_section"


async def test_what_is_rejected_or_taken_back_ends_its_process(office: Office) -> None:
    await ended(office)
    client = office.door.client
    stages = [(await client.get_workflow_handle(case).result())["stage"] for case in list(OF_SIGNATURES.values())[1:]]
    assert stages == ["rejected", "rejected", "withdrawn", "withdrawn"]
