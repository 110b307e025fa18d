"""A sample store with many open cases, a Temporal server with its database in a file, and a worker of the program."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client

from activities.calendars import load_calendars
from activities.deciding import clock_act
from activities.processes import shift_s
from domain.act import Act
from domain.calendar import SHANGHAI, day_of
from domain.cases import CaseId, parse_case
from domain.ledger import Ledger, Read, Step
from domain.procedures import Asking, come, expand
from domain.procedures.recurring import next_moment as next_day
from domain.requests import AnyRequest, to_body
from domain.signature import digest_of
from simulation.opening import POLICIES
from tests.e2e.program import Ended, run, started
from tests.e2e.town import stopped
from tests.workflows.office import OPENS, WAN, Office, open_office, receipt

QUEUE = "bridgefund"
EXCLUDED = [
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
]
CALENDAR = load_calendars(POLICIES / "calendars")
SETTLED_TRIES = 60
SINCE = timedelta(hours=1)  # Long enough that every case should have had its workflow since.


@dataclass
class Town:
    """The store, and where its server is."""

    cwd: Path
    address: str
    client: Client
    processes: int = 1

    @property
    def store(self) -> str:
        """Return the ledger's URL."""
        return f"sqlite:///{self.cwd}/ledger.db"

    async def run(self, *words: str, **environ: str) -> Ended:
        """Run `bridgefund` on the store and its server."""
        where = ("--store", self.store, "--address", self.address)
        return await asyncio.to_thread(run, self.cwd, *words, *where, BRIDGEFUND_LANG="en", **environ)

    async def resume(self, *words: str) -> Ended:
        """Run `bridgefund resume`."""
        return await self.run("resume", "--sample", *words)

    async def reconciled(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Run `bridgefund reconcile`, and return its exit code and what it printed."""
        ended = await self.run("reconcile", "--json", *words)
        assert ended.out, ended.err
        return ended.code, json.loads(ended.out)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """Run a worker of the program."""
        many = ("--processes", str(self.processes))
        words = ("worker", "--sample", "--store", self.store, "--address", self.address, *many)
        process = await asyncio.to_thread(started, self.cwd, words, stdout=PIPE)
        assert process.stdout is not None
        try:
            assert (await asyncio.to_thread(process.stdout.readline)).strip() == "ready"
            yield
        finally:
            await asyncio.to_thread(stopped, process)

    async def reset(self, case: str, *, forget: bool) -> str:
        """Reset a case's run from outside to its first look; return the new run's id.

        What came after is handed in again, or with *forget* left out.
        """
        handle = self.client.get_workflow_handle(case)
        run_id = (await handle.describe()).run_id
        completed = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        tasks = [event.event_id async for event in handle.fetch_history_events() if event.event_type == completed]
        asked = ResetWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=case, run_id=run_id),
            reason="somebody's hand",
            workflow_task_finish_event_id=tasks[1],
            reset_reapply_exclude_types=EXCLUDED if forget else [],
            request_id=f"reset {case}",
        )
        return (await self.client.workflow_service.reset_workflow_execution(asked)).run_id


async def settled(town: Town) -> dict[str, Any]:
    """Return what reconcile reports once it finds nothing: what was started or woken needs a moment to read."""
    report: dict[str, Any] = {}
    for _ in range(SETTLED_TRIES):
        code, report = await town.reconciled()
        if code == 0:
            return report
        await asyncio.sleep(1)
    raise AssertionError(report["found"])


def open_books(ledger: Ledger, funds: int) -> None:
    """Open the sample county, and enter receipts past Temporal: each begins a fund's case and its clocks."""
    shift = OPENS + SINCE - datetime.now(UTC)

    async def now() -> datetime:
        return OPENS

    open_office(ledger, None, shift, now)  # type: ignore[arg-type]
    let_days_come(ledger, OPENS)
    for n in range(funds):
        by_hand(ledger, f"sample/fund/S{n}", receipt(f"S{n}", WAN), f"seed-{n}", OPENS)


def let_days_come(ledger: Ledger, now: datetime) -> None:
    """Let the county's days up to *now* have come: its month with its clock is there before any workflow is."""
    while (moment := next_day(ledger.state, "sample")) is not None and moment <= now:
        act = clock_act(f"sample/calendar@{day_of(moment)}", day_of(moment), now)
        ledger.transact(partial(_come, act))


def _come(act: Act, read: Read) -> Iterator[Step]:
    return come(Asking(act, CaseId("sample", "calendar", ""), read, CALENDAR))


def by_hand(ledger: Ledger, case: str, request: AnyRequest, command_id: str, now: datetime) -> None:
    """Let the finance section ask for something on the ledger itself, past Temporal."""
    digest = digest_of(to_body(request))
    act = Act(command_id, digest, "p-hand", "finance_section", "", "hand", day_of(now), now)
    ledger.transact(lambda read: expand(Asking(act, parse_case(case), read, CALENDAR), request))


def people(ledger: Ledger, client: Client) -> Office:
    """Return the people of an opened store, at the door to a server."""
    shift = timedelta(seconds=shift_s(ledger))

    async def now() -> datetime:
        return (datetime.now(UTC) + shift).astimezone(SHANGHAI)

    office = open_office(ledger, client, shift, now)
    office.door = replace(office.door, task_queue=QUEUE)
    return office
