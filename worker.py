"""The worker: one process that runs workflows and activities, wired here and nowhere else."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Interceptor, PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.absences import Absences
from activities.calendars import load_calendars
from activities.deciding import Deciding
from activities.emergencies import Emergencies
from activities.files import Files
from activities.periods import Periods
from activities.processes import Processes, shift_s, wake_moved
from activities.recurring import DailySeal, Recurring
from activities.starting import open_calendars, start_calendars
from audit.daily import Daily
from audit.reading import note_closed
from audit.seal_keys import read_key
from domain.calendar import SHANGHAI, WorkCalendar
from domain.cases import STORE
from domain.errors import BridgefundError, StoreUnreachableError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from domain.terms import PolicyRef
from files.store import files_url
from projections.follower import Follower
from workflows.client import connect
from workflows.messages import WORKFLOWS

CALENDARS = Path(__file__).parent / "policies" / "calendars"
ACTIVITY_THREADS = 8
CALENDARS_EVERY_S = 30.0
# What runs beside a worker on its ledger until the worker stops, such as the sending of notices.
Beside = Callable[[Ledger], Callable[[asyncio.Event], Coroutine[Any, Any, None]]]
POLLERS = 5  # The SDK's own number.
NOTE_FIRST_S, NOTE_EVERY_S = 300.0, 3600.0
ORPHAN_STOP_SECONDS = 60.0


class SampleStoreError(BridgefundError):
    """A production worker was pointed at a sample store, whose clock is shifted and whose keys are in the open."""

    zh = "{store} 是样例库（时钟已平移、密钥公开）；生产环境不得使用。若是演示，请加 --sample"
    en = "{store} is a sample store (its clock is shifted, its keys are in the open); add --sample if this is a demo"


def check_kind(ledger: Ledger, *, sample: bool) -> None:
    """Check that a sample store is not taken for a production one, unless *sample* says that it is meant.

    Raises:
        SampleStoreError: If it is.
    """
    if not sample and ledger.state(STORE_DECIDER, STORE).sample is not None:
        raise SampleStoreError(store=ledger.url)


def build_worker(
    client: Client,
    ledger: Ledger,
    task_queue: str,
    cached_workflows_max: int = 1000,
    *,
    pollers: int = POLLERS,
    activities_at_once: int = ACTIVITY_THREADS,
    sandboxed: bool = True,
    interceptors: Sequence[Interceptor] = (),
    calendars: Path = CALENDARS,
    files: str | None = None,
    seals: DailySeal | None = None,
) -> Worker:
    """Return a worker over *ledger*, which counts working days by the files in *calendars*.

    *files* is where the files of papers lie; where nobody says, beside an SQLite ledger. *seals* seals each day.

    With 0 cached workflows a killed worker leaves nothing that the time-skipping server would wait for, and each task
    builds its workflow anew. A simulation kills none and keeps them; unsandboxed they cost it a third (the same
    workflows run sandboxed in the tests and in production).
    """
    calendar = load_calendars(calendars)
    deciding = Deciding(ledger, calendar, Files(files_url(files, ledger.url)))
    absences, emergencies = Absences(ledger, calendar), Emergencies(ledger, calendar)
    processes = Processes(client, ledger, task_queue)
    periods = Periods(ledger, calendar)
    recurring = Recurring(ledger, calendar, deciding, seals)
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
            emergencies.look_at_emergency,
            emergencies.end_emergency,
            recurring.look_at_calendar,
            recurring.let_day_come,
            recurring.seal_log,
            recurring.look_at_week,
            recurring.end_days,
        ],
        activity_executor=ThreadPoolExecutor(activities_at_once, "activity"),
        max_cached_workflows=cached_workflows_max,
        workflow_runner=SandboxedWorkflowRunner() if sandboxed else UnsandboxedWorkflowRunner(),
        max_concurrent_activities=activities_at_once,
        # Half of the workflow pollers wait for what is new, half for what this worker keeps in memory.
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(pollers),
        activity_task_poller_behavior=PollerBehaviorSimpleMaximum(pollers),
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
    namespace: str = "default",
    pollers: int = POLLERS,
    activities_at_once: int = ACTIVITY_THREADS,
    follows: bool = False,
    notes: bool = True,
    files: str | None = None,
    seal_key: Path | None = None,
    seals: Path | None = None,
) -> int:
    """Run a worker until SIGTERM or SIGINT, finishing what it began; *beside* runs as long.

    It first wakes the clocks whose due day was provisional and is another by the files in *calendars*, and opens, by
    the machine's *wall_now*, calendars that no adoption opened. While it runs, each county's calendar does, and one of
    a store's workers keeps its views at the log's end; with *notes* it notes closed runs now and then. With a
    *seal_key* the log is sealed once a day, and published in the folder *seals* if there is one. One that *follows*
    ends when its standard input closes: its starter is gone.

    Raises:
        SampleStoreError: If the store is a sample and *sample* is not set.
    """
    with ExitStack() as held:
        ledger = held.enter_context(Ledger(store))
        check_kind(ledger, sample=sample)
        held.enter_context(Follower(store))
        run_beside = beside(ledger) if beside else None
        stop = stop_at_signals()
        if follows:
            follow_starter(stop)
        client, days = await connect(address, namespace), load_calendars(calendars)
        await wake_moved(client, ledger, days)
        worker = build_worker(
            client,
            ledger,
            task_queue,
            cached_workflows_max,
            pollers=pollers,
            activities_at_once=activities_at_once,
            calendars=calendars,
            files=files,
            seals=_daily(ledger, days, wall_now, seal_key, seals),
        )
        async with worker:
            # Whoever started this process may wait for the line: from here on work is taken.
            print("ready", flush=True)  # noqa: T201
            noting = asyncio.create_task(_note_runs(client, ledger, task_queue)) if notes else None
            at_once = [run_beside(stop)] if run_beside else []
            await asyncio.gather(keep_calendars(client, ledger, task_queue, stop), *at_once)
            if noting:
                noting.cancel()
    return 0


def _daily(
    ledger: Ledger, days: WorkCalendar, wall_now: datetime, seal_key: Path | None, seals: Path | None
) -> Daily | None:
    """Open the calendars that no adoption opened; return what seals each day, if there is a key."""
    daily = Daily(ledger, read_key(seal_key), seals) if seal_key else None
    today = (wall_now + timedelta(seconds=shift_s(ledger))).astimezone(SHANGHAI)
    open_calendars(ledger, days, today, daily=daily is not None)
    return daily


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


def stop_at_signals() -> asyncio.Event:
    """Return an event that is set when SIGTERM or SIGINT comes, which then does nothing else."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def follow_starter(stop: asyncio.Event) -> None:
    """Stop when standard input closes; one that cannot finish then, since its server is gone too, ends all the same."""
    loop = asyncio.get_running_loop()

    def follow() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stop.set)
        time.sleep(ORPHAN_STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


async def _note_runs(client: Client, ledger: Ledger, task_queue: str) -> None:
    """Note closed runs every hour: Temporal keeps them for a day at least, and longer as its namespace says."""
    await asyncio.sleep(NOTE_FIRST_S)
    while True:
        now = datetime.now(UTC) + timedelta(seconds=shift_s(ledger))  # noqa: TID251 - a note's moment of record
        try:
            await note_closed(client, ledger, task_queue, now)
        except (RPCError, ExceptionGroup, StoreUnreachableError) as error:
            # The next round takes up what this one left; `reconcile` counts what was never read.
            logging.getLogger(__name__).warning("closed runs not noted: %s", error)
        await asyncio.sleep(NOTE_EVERY_S)
