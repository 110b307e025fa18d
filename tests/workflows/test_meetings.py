"""A called meeting through a real server: it waits for every item, and lives until its minutes are on file."""

from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain.ledger import Ledger
from domain.meeting import MEETING
from domain.meeting_facts import Decision
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, ItemSaid, LeaveAgenda
from domain.plan import PLAN
from domain.requests import DraftPlan
from domain.terms import Line
from tests.workflows.office import OPENS, PAPER, QUEUE, WAN, Office, decision, living_office
from worker import build_worker
from workflows.client import RequestRefusedError, open_cases

GROUP = "leading_group"


async def two_plans(office: Office) -> None:
    """Draft two plans on one fund, and call the body that decides on them."""
    await office.receive("F1", 200 * WAN)
    agenda = []
    for n in ("1", "2"):
        await office.into_the_bank(f"P{n}")
        lines = (Line("F1", "integrated", f"P{n}", 50 * WAN),)
        await office.ask("plan", f"PL{n}", DraftPlan(year=2022, title="样例计划", lines=lines), "rrb")
        agenda.append(ItemSaid(plan_no=f"PL{n}", stage=GROUP))
    call = CallMeeting(
        body=GROUP, on=OPENS.date(), agenda=(*agenda, ItemSaid(words="样例：其他")), members=11, quorum=7
    )
    await office.ask("meeting", "M1", call, GROUP)


async def decided_and_filed(office: Office) -> None:
    """Decide both at once, leave the rest, file the minutes."""
    both = DecideItems(held_on=OPENS.date(), present=9, decisions=tuple(Decision(n, approve=True) for n in "12"))
    await office.ask("meeting", "M1", both, GROUP)
    await office.ask("meeting", "M1", LeaveAgenda(items=("3",), reason="样例：未及审议"), GROUP)
    await office.ask("meeting", "M1", FileMeetingMinutes(digest=PAPER), GROUP)


async def test_a_called_meeting_waits_for_its_items_and_wakes_each_plan(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await two_plans(office)
            assert "sample/meeting/M1" in open_cases(ledger)
            few = DecideItems(held_on=OPENS.date(), present=6, decisions=(Decision("1", approve=True),))
            # The process says no by its copy, or, while that is an old one, the rule does.
            too_soon = {"StepNotOpen", "ItemsOpenError"}
            for wrong, refused in ((FileMeetingMinutes(digest=PAPER), too_soon), (few, {"QuorumError"})):
                with pytest.raises(RequestRefusedError) as caught:
                    await office.ask("meeting", "M1", wrong, GROUP)
                assert caught.value.rule in refused
            await decided_and_filed(office)
            await dev_client.get_workflow_handle("sample/meeting/M1").result()
            # Each plan's own process was woken by the decision and by the minutes.
            for no in ("PL1", "PL2"):
                assert PLAN.stage(ledger.state(PLAN, f"sample/plan/{no}")) == "in force"
                history = await dev_client.get_workflow_handle(f"sample/plan/{no}").fetch_history()
                signals = [
                    event
                    for event in history.events
                    if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
                ]
                assert len(signals) == 2
            assert "sample/meeting/M1" not in open_cases(ledger)


async def test_a_meeting_that_nobody_called_has_no_process(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await office.receive("F1", 200 * WAN)
            await office.into_the_bank("P1")
            lines = (Line("F1", "integrated", "P1", 50 * WAN),)
            await office.ask("plan", "PL1", DraftPlan(year=2022, title="样例计划", lines=lines), "rrb")
            await office.ask("plan", "PL1", decision("PL1"), GROUP)
            assert ledger.state(MEETING, "sample/meeting/M-PL1").held is not None
            assert "sample/meeting/M-PL1" not in open_cases(ledger)
