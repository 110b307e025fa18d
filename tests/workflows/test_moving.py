"""A running case is moved to other rules: its workflow sees whom it waits for now, and goes on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.processes import wake
from domain.claim import CLAIM
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.registry import BY_KIND
from domain.requests import AnswerGate, MoveClaim
from tests.workflows.office import COUNTY, QUEUE, Office, adopt, living_office
from worker import build_worker
from workflows.case import CaseWorkflow
from workflows.client import RequestRefusedError

CASE = f"{COUNTY}/claim/C1"
MOVE = MoveClaim(reason="新办法自7月1日起施行")


@pytest.fixture
async def office(dev_client: Client, tmp_path: Path) -> AsyncIterator[Office]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            yield await living_office(dev_client, ledger)


async def test_claim_at_its_first_gate_is_moved_and_the_new_post_answers(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await adopt(office, ('post = "finance_section"\nkind = "review"', 'post = "director"\nkind = "review"'))
    first = AnswerGate(gate="finance_section", approve=True)
    view = await office.ask("claim", "C1", MOVE, "implementing_unit")
    assert [(step.id, step.post) for step in view.open_steps] == [("finance_section", "director")]
    # The copy that the workflow holds is the new one, and not only what the caller got.
    held = await office.door.client.get_workflow_handle(CASE).query(CaseWorkflow.view)
    assert held == view
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", "C1", first, "finance_section")
    assert caught.value.rule == "WrongPostError"
    view = await office.ask("claim", "C1", first, "director")
    assert [step.id for step in view.open_steps] == ["payment_centre"]
    clock = office.ledger.state(OBLIGATION, f"{COUNTY}/obligation/claim-C1-v1-finance_section")
    assert clock.ended == "met"


async def test_a_copy_that_an_earlier_build_took_reads_anew_and_lets_the_move_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.up_to_contract()
    # A build that knows of no moves told the workflow what may be asked for.
    with monkeypatch.context() as earlier:
        earlier.setitem(BY_KIND, "claim", replace(CLAIM, also_allowed=lambda _: ()))
        await office.lodge("C1")
    await adopt(office)
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", "C1", MOVE, "implementing_unit")
    assert caught.value.rule == "StepNotOpen"
    await wake(office.door.client, CASE)
    view = await office.ask("claim", "C1", MOVE, "implementing_unit")
    assert view.also_allowed[:1] == ["move"]


async def test_the_move_is_asked_twice_and_happens_once(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await adopt(office)
    for _ in range(2):
        await office.ask("claim", "C1", MOVE, "implementing_unit", "move-1")
    assert [type(fact).__name__ for fact in office.ledger.facts(CASE)] == ["ClaimLodged", "ClaimMoved"]


async def test_a_claim_that_is_paid_is_not_moved(office: Office) -> None:
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.pay("C1")
    await adopt(office)
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", "C1", MOVE, "implementing_unit")
    assert caught.value.rule in {"CaseOverError", "CaseClosed"}
    assert office.ledger.state(CLAIM, CASE).waits_for == "paid"
