"""A step is handed to one person, who asks a colleague, on a real server; its record ends with the step."""

from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from domain.act import Act
from domain.calendar import day_of
from domain.handling import HANDLING
from domain.handling_facts import HandlingEnded
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.order_requests import AppointPerson
from domain.procedures.orders import founding
from domain.requests import ReportReceipt
from tests.workflows.office import COUNTY, QUEUE, WAN, Office, living_office, receipt
from worker import build_worker
from workflows.client import RequestRefusedError

NEW, HE = "p-new", "p-he"
HANDLED = "sample/handling/fund-F1"


async def hires(office: Office) -> None:
    """Found the one who appoints, and let him appoint a second holder of the finance section's post."""
    now = await office.now()
    act = Act("found", "found", "operator", "operator", "operator", "cli", day_of(now), now)
    office.ledger.execute(founding(act, COUNTY, HE, "personnel", ("he-1", "a" * 64, "cli")))
    office.people |= {"personnel": HE}
    await office.ask("people", NEW, AppointPerson(post="finance_section", first=day_of(now)), "personnel")


async def handed_on(office: Office) -> None:
    """Let a fund's report be handed to the second holder, who asks a colleague and then reports."""
    await hires(office)
    first = office.people["finance_section"]
    await office.ask("fund", "F1", receipt("F1", 200 * WAN), "finance_section")
    assigned = AssignStep(step="report", to=NEW, reason="样例：外出核查")
    await office.ask("handling", "fund-F1", assigned, "director")
    with pytest.raises(RequestRefusedError, match=NEW):
        await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    office.people["finance_section"] = NEW
    asked = ForwardStep(step="report", to=office.people["rrb"], question="样例：是否属衔接资金？")
    await office.ask("handling", "fund-F1", asked, "finance_section")
    await office.ask("handling", "fund-F1", AdviseStep(step="report", opinion="样例：属"), "rrb")
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    office.people["finance_section"] = first


async def test_it_is_with_one_person_until_the_step_is_answered(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await handed_on(office)
            ended = ledger.facts(HANDLED)[-1]
            assert isinstance(ended, HandlingEnded)
            assert (ended.act.person, ended.advised_by) == (NEW, (office.people["rrb"],))
            await dev_client.get_workflow_handle(HANDLED).result()
            described = await dev_client.get_workflow_handle(HANDLED).describe()
            assert described.status == WorkflowExecutionStatus.COMPLETED
            assert HANDLING.closed(ledger.state(HANDLING, HANDLED))
            assert "finance_section" in ledger.state(MANDATE, "sample/mandates").held
