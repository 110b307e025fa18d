"""An absence on a clock that skips: its deputy decides, at the door too, until its last day is over."""

from datetime import date
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.absence import ABSENCE
from domain.cases import mandates_stream
from domain.fund_facts import ReceiptReported
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.people_requests import EndAbsence, OpenAbsence
from domain.requests import NotifyDepartment, ReportReceipt
from tests.workflows.office import COUNTY, QUEUE, WAN, receipt, skipping_office
from worker import build_worker
from workflows.client import RequestRefusedError

ABSENT, DEPUTY = "finance_section", "payment_centre"


def january(day: int) -> date:
    return date(2022, 1, day)


async def test_a_deputy_decides_until_the_last_day_is_over(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)
            absent, deputy = office.people[ABSENT], office.people[DEPUTY]
            await office.ask("fund", "F1", receipt("F1", 200 * WAN), ABSENT)
            leave = OpenAbsence(deputy=deputy, first=january(1), last=january(4), reason="样例：培训")
            with pytest.raises(RequestRefusedError, match=deputy):
                await office.ask("fund", "F1", ReportReceipt(), DEPUTY, deputy_of=ABSENT)
            await office.ask("absence", "1", leave, ABSENT)
            await clock.open_office(january(4))
            await office.ask("fund", "F1", ReportReceipt(), DEPUTY, deputy_of=ABSENT)
            (reported,) = [fact for fact in ledger.facts("sample/fund/F1") if isinstance(fact, ReceiptReported)]
            assert (reported.act.person, reported.act.on_behalf_of) == (deputy, absent)
            await clock.open_office(january(5))
            over = ledger.state(ABSENCE, "sample/absence/1")
            assert over.ended_on == january(5)
            assert ledger.state(MANDATE, mandates_stream(COUNTY)).deputies == {}
            described = await skipping.client.get_workflow_handle("sample/absence/1").describe()
            assert described.status == WorkflowExecutionStatus.COMPLETED
            with pytest.raises(RequestRefusedError, match=absent):
                await office.ask(
                    "fund", "F1", NotifyDepartment(department="competent_department"), DEPUTY, deputy_of=ABSENT
                )
            with pytest.raises(RequestRefusedError, match=r"2022-01-05|closed"):
                await office.ask("absence", "1", EndAbsence(reason="样例：返岗"), ABSENT)
