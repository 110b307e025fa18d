"""What reaches a deadline's watch from elsewhere, or makes no sense: refused or absorbed, and the clock goes on."""

import warnings
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from activities.processes import SHIFT_S, start_process
from domain.cases import STORE
from domain.ledger import Ledger, Step
from domain.obligation_facts import Breached, Reminded, RungClimbed
from domain.obligation_requests import ExtendObligation, PauseObligation
from domain.signature import SignedMessage, sign
from domain.store import MoveClock
from servers.run import time_skipping
from simulation.keys import sample_key
from simulation.opening import opening_act
from simulation.stage import Clock
from tests.workflows.office import COUNTY, OPENS, QUEUE, skipping_office
from tests.workflows.test_clocks import ARRIVAL, Days, january
from tests.workflows.test_granted import CASE, MORE, grant, told
from worker import build_worker
from workflows.client import Door, RequestRefusedError, decide, open_cases
from workflows.messages import make_message


@pytest.fixture
async def days(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Days]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            made = Days(*await skipping_office(skipping, ledger))
            await made.receive()
            yield made


def watch(days: Days) -> WorkflowHandle[Any, Any]:
    return days.office.door.client.get_workflow_handle(CASE)


async def message(
    days: Days, changes: dict[str, str] | None = None, request: ExtendObligation | PauseObligation = MORE
) -> SignedMessage:
    """Return a signed request of the director's, with fields of it changed before it was signed."""
    door = days.office.door
    made = make_message(
        CASE,
        request,
        command_id="m-1",
        person=days.office.people["director"],
        post="director",
        door=door.name,
        key_id=door.key_id,
        key=door.key,
        now=await days.office.now(),
    )
    return sign(replace(made, **(changes or {})), door.key)


async def goes_on(days: Days) -> None:
    """Check that the clock climbs its whole ladder to the day, and that no step of its workflow ever failed."""
    await days.until(january(10))
    assert [one[0] for one in told(days)[1:]] == [Reminded, Breached, RungClimbed, RungClimbed, RungClimbed]
    kinds = [event.event_type async for event in watch(days).fetch_history_events()]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds


async def refusal(days: Days, sent: SignedMessage) -> str:
    with pytest.raises(RequestRefusedError) as caught:
        await decide(days.office.door.client, QUEUE, sent, days.clock.shift.total_seconds())
    return caught.value.rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"step": "dance"}, "StepNotOpen"),
        ({"step": "pause"}, "BadInputError"),
        ({"step": ""}, "StepNotOpen"),
        ({"body": '{"type":"obligation.forget/1"}'}, "BadInputError"),
        ({"body": '{"type":"fund.report/1"}', "step": "extend"}, "BadInputError"),
        ({"body": '{"type":"obligation.extend/1","reason":" ","days":5}'}, "BadInputError"),
        ({"body": "{"}, "BadInputError"),
        ({"person": ""}, "Malformed"),
        ({"issued_at": "yesterday"}, "BadInputError"),
        ({"person": "p-000"}, "NotHolderError"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_makes_no_sense_is_refused_with_its_reason(days: Days, changes: dict[str, str], rule: str) -> None:
    await days.settle()
    assert await refusal(days, await message(days, changes)) == rule
    assert len(told(days)) == 1
    await goes_on(days)


async def test_a_message_for_another_case_is_refused_by_the_watch(days: Days) -> None:
    other = await message(days, {"case": "sample/obligation/fund-F9-arrival"})
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await watch(days).execute_update("decide", other)
    assert "fund-F9-arrival" in str(caught.value.cause)
    await goes_on(days)


async def test_a_message_that_was_changed_after_it_was_signed_is_refused(days: Days) -> None:
    sent = replace(await message(days), body='{"type":"obligation.extend/1","reason":"x","days":500}')
    assert await refusal(days, sent) == "ForgedError"
    await goes_on(days)


async def test_the_same_decision_twice_is_one_and_with_another_answer_is_refused(days: Days) -> None:
    client, shift_s = days.office.door.client, days.clock.shift.total_seconds()
    first = await decide(client, QUEUE, await message(days), shift_s)
    assert await decide(client, QUEUE, await message(days), shift_s) == first
    more = ExtendObligation(reason="停电三日", days=6)
    assert await refusal(days, await message(days, request=more)) == "RepeatDiffersError"
    assert await refusal(days, await message(days, request=PauseObligation(reason="x"))) == "RepeatDiffersError"
    assert [one[1:] for one in told(days)[1:]] == [(january(1), january(4), january(9))]


@pytest.mark.parametrize("name", ["decide_again", "look", "tick"])
async def test_an_update_that_nobody_knows_is_refused(days: Days, name: str) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await watch(days).execute_update(name, "x")
    await goes_on(days)


@pytest.mark.parametrize("content", [7, "extend", None, {"case": CASE}, ["x"]], ids=str)
async def test_an_update_of_another_shape_is_refused(days: Days, content: object) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await watch(days).execute_update("decide", content)
    await goes_on(days)


@pytest.mark.parametrize(("name", "content"), [("pay", 7), ("look_again", {"by": "whom"}), ("", "x")])
async def test_a_signal_from_elsewhere_is_absorbed(days: Days, name: str, content: object) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        await watch(days).signal(name or "?", content)
    await goes_on(days)


async def test_a_server_that_comes_back_weeks_later_tells_once_what_fell_due_meanwhile(
    test_server_exe: Path, tmp_path: Path
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with time_skipping(test_server_exe) as env, build_worker(env.client, ledger, QUEUE, 0):
            days = Days(*await skipping_office(env, ledger))
            await days.receive()
            await days.settle()
            people = days.office.people
        # Another server, which knows nothing of it, forty days later.
        async with time_skipping(test_server_exe) as env:
            later = OPENS + timedelta(days=40)
            shift = later - await env.get_current_time()
            ledger.execute(Step(STORE, MoveClock(opening_act("later", later), shift.total_seconds())))
            async with build_worker(env.client, ledger, QUEUE, 0):
                for case in open_cases(ledger):
                    await start_process(env.client, QUEUE, case, {SHIFT_S: shift.total_seconds()})
                key_id, key = sample_key(ledger, COUNTY, "simulation")
                door = Door(env.client, QUEUE, "simulation", key_id, key, shift.total_seconds())
                clock = Clock(env, shift, later.date())
                days = Days(replace(days.office, door=door, now=clock.now), clock)
                await days.settle()
                assert [one[0] for one in told(days)[1:]] == [Breached, RungClimbed, RungClimbed, RungClimbed]
                breached = next(fact for fact in ledger.facts(CASE) if isinstance(fact, Breached))
                assert breached.person == people["finance_section"]
                with pytest.raises(RequestRefusedError, match="2022-01-04"):
                    await grant(days, MORE)
                await days.report()
                await days.notify()
                assert days.stage(ARRIVAL) == "met late"
