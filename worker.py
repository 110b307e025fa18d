"""The worker: one process that runs workflows and activities, wired here and nowhere else."""

import asyncio
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Interceptor, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.calendars import load_calendars
from activities.deciding import Deciding
from activities.periods import Periods
from activities.processes import Processes, wake_moved
from domain.cases import STORE
from domain.errors import BridgefundError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from workflows.client import connect
from workflows.messages import WORKFLOWS

CALENDARS = Path(__file__).parent / "policies" / "calendars"
ACTIVITY_THREADS = 8


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
    deciding = Deciding(ledger, calendar)
    processes = Processes(client, ledger, task_queue)
    periods = Periods(ledger, calendar)
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
    calendars: Path = CALENDARS,
) -> int:
    """Run a worker until SIGTERM or SIGINT, finishing what it began.

    It first wakes the clocks whose due day was provisional and is another by the files in *calendars*.

    Raises:
        SampleStoreError: If the store is a sample and *sample* is not set.
    """
    with Ledger(store) as ledger:
        if ledger.state(STORE_DECIDER, STORE).sample is not None and not sample:
            raise SampleStoreError(store=store)
        client = await connect(address)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await wake_moved(client, ledger, load_calendars(calendars))
        async with build_worker(client, ledger, task_queue, cached_workflows_max, calendars=calendars):
            # Whoever started this process may wait for the line: from here on work is taken.
            print("ready", flush=True)  # noqa: T201
            await stop.wait()
    return 0
