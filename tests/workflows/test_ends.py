"""When a case's process ends and when it begins anew: none is left behind, nothing is lost between two runs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.processes import SHIFT_S, start_process
from domain.balances import Bucket
from domain.claim import CLAIM
from domain.fund import FUND
from domain.ledger import Ledger
from domain.project import PROJECT
from domain.requests import AnswerGate, AnswerStep, AnyRequest, SendPayment, WithdrawMoney
from servers.run import dev_server
from simulation.digest import stream_digests
from simulation.stage import Clock
from tests.workflows.office import QUEUE, WAN, Office, claim, living_office, skipping_office
from worker import build_worker
from workflows.case import UNBORN_FOR
from workflows.client import RequestRefusedError

ACCEPTED: Literal["workflow_execution_update_accepted_event_attributes"] = (
    "workflow_execution_update_accepted_event_attributes"
)
EVENTS_A_RUN = 40


class HeldLook(Interceptor, ActivityInboundInterceptor):
    """Holds back what a case's process is told when it reads the ledger."""

    def __init__(self, case: str) -> None:
        self._case = case
        self._free = asyncio.Event()
        self._free.set()
        self.held = asyncio.Event()

    def hold(self) -> None:
        """Hold back from now on."""
        self._free.clear()

    def let_go(self) -> None:
        """Hold back no more."""
        self._free.set()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Stand between the worker and the activity."""
        self.next = next
        return self

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        """Do the work, and answer when it is time."""
        answer = await self.next.execute_activity(input)
        if activity.info().activity_type == "look" and input.args == [self._case] and not self._free.is_set():
            self.held.set()
            await self._free.wait()
        return answer


@pytest.fixture
async def skipped(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[tuple[Office, Clock]]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            yield await skipping_office(skipping, ledger)


async def refused(office: Office, no: str, request: AnyRequest, post: str, command_id: str = "") -> str:
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("claim", no, request, post, command_id)
    return caught.value.rule


async def status(office: Office, case: str) -> WorkflowExecutionStatus | None:
    return (await office.door.client.get_workflow_handle(case).describe()).status


async def until_accepted(office: Office, case: str) -> None:
    """Wait until the process of *case* has a decision under way."""
    handle = office.door.client.get_workflow_handle(case)
    accepted = False
    while not accepted:
        accepted = any(event.HasField(ACCEPTED) for event in (await handle.fetch_history()).events)


async def test_a_case_whose_first_message_is_refused_leaves_no_process(skipped: tuple[Office, Clock]) -> None:
    office, clock = skipped
    await office.up_to_contract()
    assert await refused(office, "C1", claim(101 * WAN), "implementing_unit") == "OverReleaseError"
    assert await status(office, "sample/claim/C1") is WorkflowExecutionStatus.RUNNING
    await clock.env.sleep(2 * UNBORN_FOR)
    assert await status(office, "sample/claim/C1") is WorkflowExecutionStatus.COMPLETED
    # And it may come again, better made.
    await office.lodge("C1")
    await clock.env.sleep(2 * UNBORN_FOR)
    assert await status(office, "sample/claim/C1") is WorkflowExecutionStatus.RUNNING


async def test_a_decision_refused_after_the_close_leaves_no_process(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    first_look = HeldLook("sample/claim/C1")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0, interceptors=[first_look]):
            office, _ = await skipping_office(skipping, ledger)
            await office.up_to_contract()
            await office.lodge("C1")
            await office.pass_gates("C1")
            await office.pay("C1")
            await skipping.sleep(2 * UNBORN_FOR)
            assert await status(office, "sample/claim/C1") is WorkflowExecutionStatus.COMPLETED
            # A decision comes while the new run still reads that the case is over, and is refused after that.
            first_look.hold()
            shift = {SHIFT_S: office.door.shift_s}
            await start_process(skipping.client, QUEUE, "sample/claim/C1", shift)
            await first_look.held.wait()
            asked = asyncio.create_task(refused(office, "C1", SendPayment(), "payment_centre"))
            await until_accepted(office, "sample/claim/C1")
            first_look.let_go()
            assert await asked == "GateOrderError"
            await skipping.sleep(2 * UNBORN_FOR)
            assert await status(office, "sample/claim/C1") is WorkflowExecutionStatus.COMPLETED


async def test_one_command_id_under_two_refused_bodies_gets_two_answers_and_the_case_goes_on(
    skipped: tuple[Office, Clock],
) -> None:
    office, _ = skipped
    await office.up_to_contract()
    await office.lodge("C1")
    gate, other = (AnswerGate(gate="finance_section", approve=True, opinion=opinion) for opinion in ("", "同意"))
    assert await refused(office, "C1", gate, "rrb", "x-1") == "WrongPostError"
    assert await refused(office, "C1", other, "rrb", "x-1") == "WrongPostError"
    await office.pass_gates("C1")
    assert office.ledger.state(CLAIM, "sample/claim/C1").waits_for == "send"


async def test_a_command_that_took_effect_is_not_answered_for_another_body(skipped: tuple[Office, Clock]) -> None:
    office, _ = skipped
    await office.receive("F1", 10 * WAN)
    five, six = (WithdrawMoney(pool="integrated", amount_fen=n * WAN, document_no="样例收回文") for n in (5, 6))
    await office.ask("fund", "F1", five, "finance_section", "x-1")
    with pytest.raises(RequestRefusedError) as caught:
        await office.ask("fund", "F1", six, "finance_section", "x-1")
    assert caught.value.rule == "RepeatDiffersError"
    portion = office.ledger.state(FUND, "sample/fund/F1").balances.portions["integrated"]
    assert portion.buckets[Bucket.FREE] == 5 * WAN


async def test_a_case_that_only_refuses_begins_a_new_run_before_its_history_is_full(
    dev_server_exe: Path, tmp_path: Path
) -> None:
    limit = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={EVENTS_A_RUN}")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with dev_server(dev_server_exe, options=limit) as address:
            client = await Client.connect(address)
            async with build_worker(client, ledger, QUEUE):
                office = await living_office(client, ledger)
                await office.declare("P1")
                handle = client.get_workflow_handle("sample/project/P1")
                first = (await handle.describe()).run_id
                review = AnswerStep(step="township_review", approve=True)
                for n in range(EVENTS_A_RUN // 4):
                    with pytest.raises(RequestRefusedError):
                        await office.ask("project", "P1", review, "rrb", f"x-{n}")
                assert (await handle.describe()).run_id != first
                await office.ask("project", "P1", review, "township_office")
        assert ledger.state(PROJECT, "sample/project/P1").at == 2


async def test_a_long_case_begins_a_new_run_and_loses_nothing(
    dev_server_exe: Path, dev_client: Client, tmp_path: Path
) -> None:
    async def life(client: Client, name: str) -> dict[str, str]:
        with Ledger(f"sqlite:///{tmp_path}/{name}.db") as ledger:
            async with build_worker(client, ledger, QUEUE):
                office = await living_office(client, ledger)
                await office.up_to_contract()
                for no in ("C1", "C2"):
                    await office.lodge(no)
                    await office.pass_gates(no)
                    await office.pay(no)
            return stream_digests(ledger)

    whole = await life(dev_client, "whole")
    limit = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={EVENTS_A_RUN}")
    async with dev_server(dev_server_exe, options=limit) as address:
        client = await Client.connect(address)
        parted = await life(client, "parted")
        handle = client.get_workflow_handle("sample/project/P1")
        began = (await handle.fetch_history()).events[0].workflow_execution_started_event_attributes
    assert began.continued_execution_run_id
    assert parted == whole
