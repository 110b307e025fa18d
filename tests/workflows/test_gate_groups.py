"""Gates that wait together, through running workflows: either may answer first, and one return ends both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.deciding import CaseView
from domain.claim import CLAIM
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.requests import AnswerGate
from tests.workflows.office import COUNTY, QUEUE, Office, adopt, living_office
from worker import build_worker
from workflows.client import RequestRefusedError

SECOND = 'post = "payment_centre"\nkind = "review"\n'


@pytest.fixture
async def office(dev_client: Client, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose second gate is open together with the first, with a claim at both."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            made = await living_office(dev_client, ledger)
            await made.up_to_contract()
            await adopt(made, (SECOND, f"{SECOND}with_former = true\n"))
            await made.lodge("C1")
            yield made


async def passes(office: Office, gate: str) -> CaseView:
    return await office.ask("claim", "C1", AnswerGate(gate=gate, approve=True), gate)


async def test_second_gate_may_answer_first(office: Office) -> None:
    view = await passes(office, "payment_centre")
    assert [step.id for step in view.open_steps] == ["finance_section"]
    with pytest.raises(RequestRefusedError) as caught:
        await passes(office, "deputy_director")
    assert caught.value.rule == "StepNotOpen"
    view = await passes(office, "finance_section")
    assert [step.id for step in view.open_steps] == ["deputy_director"]
    await passes(office, "deputy_director")
    await office.pay("C1")
    assert office.ledger.state(CLAIM, f"{COUNTY}/claim/C1").paid


async def test_return_ends_the_clock_of_the_other_gate_and_its_watch(office: Office) -> None:
    clocks = [f"{COUNTY}/obligation/claim-C1-v1-{gate}" for gate in ("finance_section", "payment_centre")]
    assert [office.ledger.state(OBLIGATION, clock).ended for clock in clocks] == ["", ""]
    back = AnswerGate(gate="payment_centre", approve=False, opinion="发票不符")
    view = await office.ask("claim", "C1", back, "payment_centre")
    assert [step.id for step in view.open_steps] == ["lodge"]
    assert [office.ledger.state(OBLIGATION, clock).ended for clock in clocks] == ["dropped", "met"]
    for clock in clocks:  # Nobody sleeps on for what nobody waits for.
        assert await office.door.client.get_workflow_handle(clock).result() == clock
