"""The worker: one process that runs workflows and activities, wired here and nowhere else."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Interceptor, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.absences import Absences
from activities.calendars import load_calendars
from activities.deciding import Deciding
from activities.periods import Periods
from activities.processes import Processes, shift_s, wake_moved
from activities.recurring import Recurring
from activities.starting import open_calendars, start_calendars
from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.errors import BridgefundError, StoreUnreachableError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from domain.terms import PolicyRef
from workflows.client import connect
from workflows.messages import WORKFLOWS

CALENDARS = Path(__file__).parent / "policies" / "calendars"
ACTIVITY_THREADS = 8
CALENDARS_EVERY_S = 30.0
# What runs beside a worker on its ledger until the worker stops, such as the sending of notices.
Beside = Callable[[Ledger], Callable[[asyncio.Event], Awaitable[None]]]


class SampleStoreError(BridgefundError):
    """A production worker was pointed at a sample store, whose clock is shifted and whose keys are in the open."""

    zh = "{store} 是样例库（时钟已平移、密钥公开）；生产环境不得使用。若是演示，请加 --sample"
    en = "{store} is a sample store (its clock is shifted, its keys are in the open); add --sample if this is a demo"


def build_worker(
    client: Client,
    ledger: Ledger,
    task_queue: str,
    cached_workflows_max: int = 1000,
    *,
    sandboxed: bool = True,
    interceptors: Sequence[Interceptor] = (),
    calendars: Path = CALENDARS,
) -> Worker:
    """Return a worker over *ledger*, which counts working days by the files in *calendars*.

    With 0 cached workflows a killed worker leaves nothing that the time-skipping server would wait for; then
    each task builds its workflow anew, which without the sandbox costs a third (a simulation's choice: the
    same workflows run sandboxed in the tests and in production).
    """
    calendar = load_calendars(calendars)
    deciding, absences = Deciding(ledger, calendar), Absences(ledger, calendar)
    processes = Processes(client, ledger, task_queue)
    periods = Periods(ledger)
    recurring = Recurring(ledger, calendar, deciding)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[
            deciding.decide,
            deciding.look,
            deciding.look_at_clock,
            deciding.tick,
            processes.follow_up,
            periods.look_at_period,
            periods.end_period,
            absences.look_at_absence,
            absences.end_absence,
            recurring.look_at_calendar,
            recurring.let_day_come,
            recurring.look_at_week,
            recurring.end_days,
        ],
        activity_executor=ThreadPoolExecutor(ACTIVITY_THREADS, "activity"),
        max_cached_workflows=cached_workflows_max,
        workflow_runner=SandboxedWorkflowRunner() if sandboxed else UnsandboxedWorkflowRunner(),
        max_concurrent_activities=ACTIVITY_THREADS,
        interceptors=interceptors,
    )


async def work(
    address: str,
    store: str,
    task_queue: str,
    cached_workflows_max: int,
    *,
    sample: bool,
    wall_now: datetime,
    calendars: Path = CALENDARS,
    beside: Beside | None = None,
) -> int:
    """Run a worker until SIGTERM or SIGINT, finishing what it began; *beside* runs as long.

    It first wakes the clocks whose due day was provisional and is another by the files in *calendars*, and opens, by
    the machine's *wall_now*, calendars that no adoption opened. While it runs, each county's calendar does.

    Raises:
        SampleStoreError: If the store is a sample and *sample* is not set.
    """
    with Ledger(store) as ledger:
        if ledger.state(STORE_DECIDER, STORE).sample is not None and not sample:
            raise SampleStoreError(store=store)
        run_beside = beside(ledger) if beside else None
        client = await connect(address)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        days = load_calendars(calendars)
        await wake_moved(client, ledger, days)
        open_calendars(ledger, days, (wall_now + timedelta(seconds=shift_s(ledger))).astimezone(SHANGHAI))
        async with build_worker(client, ledger, task_queue, cached_workflows_max, calendars=calendars):
            # Whoever started this process may wait for the line: from here on work is taken.
            print("ready", flush=True)  # noqa: T201
            at_once = [run_beside(stop)] if run_beside else []
            await asyncio.gather(keep_calendars(client, ledger, task_queue, stop), *at_once)
    return 0


async def keep_calendars(
    client: Client, ledger: Ledger, task_queue: str, stop: asyncio.Event, every_s: float = CALENDARS_EVERY_S
) -> None:
    """Until *stop*, start the calendar of each county that comes to have one, and wake it when its rules change.

    Rules are adopted at a door that need not reach a server, so it is here that they are noticed.
    """
    known: dict[str, PolicyRef | None] = {}
    while not stop.is_set():
        try:
            known = await start_calendars(client, ledger, task_queue, known)
        except (RPCError, StoreUnreachableError) as e:
            logging.getLogger(__name__).warning("calendars are not started yet, tried again: %s", e)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every_s)
