"""What becomes of deadlines, played to be recorded: extended, paused and resumed, waived, dropped, counted again."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.calendars import load_calendars
from activities.processes import wake_moved
from domain.ledger import Ledger
from domain.obligation_requests import ExtendObligation, PauseObligation, ResumeObligation, WaiveObligation
from domain.policy import parse
from domain.requests import NotifyDepartment, ReportReceipt, WithdrawDisclosure
from simulation.opening import POLICIES, adopt
from simulation.stage import Clock
from tests.workflows.disclosing import disclosing_rules
from tests.workflows.office import COUNTY, OPENS, QUEUE, WAN, Office, open_office, receipt
from worker import CALENDARS, build_worker

POST, GRANTOR = "finance_section", "director"
GRANTED = {
    "ObligationWatch.extended": "sample/obligation/fund-F1-arrival",
    "ObligationWatch.paused_and_resumed": "sample/obligation/fund-F2-arrival",
    "ObligationWatch.waived": "sample/obligation/fund-F3-arrival",
    "ObligationWatch.dropped": "sample/obligation/disclosure-arrivals-fund_arrived-F1",
}
COUNTED_AGAIN = {"ObligationWatch.recomputed": "sample/obligation/fund-F1-arrival"}


def january(day: int) -> date:
    """Return a day of the month in which the office opens."""
    return OPENS.date().replace(day=day)


async def _done(office: Office, no: str) -> None:
    await office.ask("fund", no, ReportReceipt(), POST)
    await office.ask("fund", no, NotifyDepartment(department="competent_department"), POST)


async def grants(env: WorkflowEnvironment, client: Client, ledger: Ledger) -> None:
    """Let each of four deadlines end in a way of its own."""
    shift = OPENS - await env.get_current_time()
    clock = Clock(env, shift, OPENS.date())
    async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
        office = open_office(ledger, client, shift, clock.now)
        adopt(ledger, COUNTY, parse(disclosing_rules(), "arrivals are public for seven days"), OPENS)
        for no in ("F1", "F2", "F3"):
            await office.ask("fund", no, receipt(no, 200 * WAN), POST)
        await clock.open_office(january(3))
        more = ExtendObligation(reason="样例：停电三日", days=5)
        await office.ask("obligation", "fund-F1-arrival", more, GRANTOR)
        await office.ask("obligation", "fund-F2-arrival", PauseObligation(reason="样例：上级复核"), GRANTOR)
        await clock.open_office(january(9))
        await _done(office, "F1")
        await office.ask("obligation", "fund-F2-arrival", ResumeObligation(reason="样例：复核完毕"), GRANTOR)
        await office.ask("obligation", "fund-F3-arrival", WaiveObligation(reason="样例：款项由上级收回"), GRANTOR)
        await clock.open_office(january(13))
        await _done(office, "F2")
        await clock.open_office(january(24))
        back = WithdrawDisclosure(reason="样例：款项由上级收回")
        await office.ask("disclosure", "arrivals-fund_arrived-F1", back, POST)
        await env.sleep(timedelta(minutes=1))


async def counted_again(env: WorkflowEnvironment, client: Client, ledger: Ledger, folder: str) -> None:
    """Let a deadline of working days begin before its year's notice is out, and be met after it came."""
    before = Path(folder) / "calendars"
    before.mkdir()
    shutil.copy(CALENDARS / "2021.toml", before)
    shift = OPENS - await env.get_current_time()
    clock = Clock(env, shift, OPENS.date())
    office = open_office(ledger, client, shift, clock.now)
    days = 'count = 3\nunit = "calendar"\nstart = "fund_received"'
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8").replace(days, days.replace("calendar", "working"))
    adopt(ledger, COUNTY, parse(text, "working days"), OPENS)
    async with build_worker(client, ledger, QUEUE, cached_workflows_max=0, calendars=before):
        await clock.open_office(january(27))
        await office.ask("fund", "F1", receipt("F1", 200 * WAN), POST)
        await clock.open_office(january(28))
    async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
        await wake_moved(client, ledger, load_calendars(CALENDARS))
        await env.sleep(timedelta(minutes=1))
        await clock.open_office(january(30))
        await _done(office, "F1")
        await env.sleep(timedelta(minutes=1))
