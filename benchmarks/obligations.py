"""Many deadlines open at once on a dev server, and many of them due in the same second: each is told, once.

    python -m benchmarks.obligations [--open 10000] [--due 2000] [--lead 600] [--processes 2]

The business clock is set so that the day ends *lead* seconds after the start: until then all must have their timers.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, PIPE

from temporalio.client import Client

from activities.processes import SHIFT_S, shift_s
from audit.reconcile import reconcile
from domain.act import Act
from domain.calendar import end_of
from domain.ledger import Ledger, Step
from domain.obligation_facts import Breached, ObligationOpened, Open
from doors.clock import wall_now
from exits import run_and_exit
from servers.find import temporal_cli
from servers.progress import QUIET
from servers.run import dev_server
from tests.audit.test_resume import timer
from tests.e2e.program import started
from tests.workflows.office import OPENS, open_office
from workflows.resuming import resume

QUEUE = "bridgefund"
PATIENCE = timedelta(minutes=10)
TODAY, LATER = OPENS.date(), OPENS.date() + timedelta(days=60)
# What a dev server allows itself by default is for a developer's few workflows (performance notes, section Temporal).
LIMITS = (
    "frontend.namespaceRPS=100000",
    "frontend.rps=100000",
    "history.rps=100000",
    "matching.rps=100000",
    "frontend.namespaceCount=100000",
    "history.timerProcessorMaxPollRPS=1000",
    "history.transferProcessorMaxPollRPS=1000",
)


def open_all(ledger: Ledger, count: int, due: int) -> list[str]:
    """Open *count* obligations, *due* of them for today, and return their cases."""
    cases = []
    for n in range(count):
        case = f"sample/obligation/B{n:06}"
        act = Act(f"open-{n}", f"{n}", "p-bench", "finance_section", "", "bench", TODAY, OPENS, clause="a benchmark's")
        opened = _opened(act, n, TODAY if n < due else LATER)
        ledger.execute(Step(case, Open(act, opened)))
        cases.append(case)
    return cases


def _opened(act: Act, n: int, due_on: date) -> ObligationOpened:
    return ObligationOpened(
        act=act,
        county="sample",
        obligation=f"B{n:06}",
        case=f"sample/fund/B{n:06}",
        trigger_on=TODAY,
        count=1,
        unit="calendar",
        calendar="",
        due_on=due_on,
        provisional=False,
        conditions=("report",),
        responsible="finance_section",
        remind_on=None,
        ladder=(),
        ladder_clause="",
    )


async def main(count: int, due: int, lead_s: float, processes: int) -> int:
    """Measure once."""
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-bench-"))
    url = f"sqlite:///{folder}/ledger.db"
    options = [word for limit in LIMITS for word in ("--dynamic-config-value", limit)]
    with Ledger(url) as ledger:
        ends = wall_now() + timedelta(seconds=lead_s)
        open_office(ledger, None, end_of(TODAY) - ends, lambda: None)  # type: ignore[arg-type, return-value]
        began = time.perf_counter()
        cases = await asyncio.to_thread(open_all, ledger, count, due)
        print(f"| {count} opened in the ledger | {time.perf_counter() - began:.1f} s |", flush=True)
        async with dev_server(temporal_cli(QUIET), options=options) as address:
            words = ("worker", "--sample", "--store", url, "--address", address, "--processes", str(processes))
            process = started(folder, words, stdout=PIPE, stderr=DEVNULL)
            assert process.stdout is not None
            await asyncio.to_thread(process.stdout.readline)
            try:
                await measure(await Client.connect(address), ledger, cases, due, ends)
            finally:
                process.terminate()
                await asyncio.to_thread(process.wait)
    return 0


async def measure(client: Client, ledger: Ledger, cases: list[str], due: int, ends: datetime) -> None:
    """Start all, wait for the second in which the day ends, and follow what comes into the ledger."""
    began = time.perf_counter()
    await resume(client, QUEUE, dict.fromkeys(cases, True), {SHIFT_S: shift_s(ledger)})
    print(f"| {len(cases)} workflows started | {time.perf_counter() - began:.1f} s |", flush=True)
    await every_timer_is_set(client, cases)
    print(f"| until every one has its timer | {time.perf_counter() - began:.1f} s |", flush=True)
    left = (ends - wall_now()).total_seconds()
    assert left > 0, f"the day ended {-left:.0f} s ago: take a longer --lead"
    print(f"| {due} due in one second, in | {left:.0f} s |", flush=True)
    await asyncio.sleep(left)
    first, last, told = await breaches(ledger, due, ends)
    print(f"| first breach in the ledger after | {first:.1f} s |", flush=True)
    print(f"| last of {told} after | {last:.1f} s |", flush=True)
    await asyncio.sleep(20)  # Whether one of them comes twice.
    every = Counter(entry.stream for entry in ledger.log(of=(Breached,)))
    not_due = len(every.keys() - set(cases[:due]))
    print(f"| breaches, most of one clock, of clocks not due | {every.total()}, {max(every.values())}, {not_due} |")
    report = await reconcile(client, ledger, QUEUE, wall_now())
    print(f"| reconcile found | {len(report.found)}; {dict(report.counts)} |", flush=True)


async def breaches(ledger: Ledger, due: int, ends: datetime) -> tuple[float, float, int]:
    """Follow the ledger until *due* breaches are in it; return seconds to the first and the last, and how many."""
    position = ledger.recorder.max_notification_id() or 0
    first = last = 0.0
    told = 0
    while told < due and wall_now() < ends + PATIENCE:
        for entry in await asyncio.to_thread(ledger.entries, position, 500, of=(Breached,)):
            position, told = entry.position, told + 1
            last = (wall_now() - ends).total_seconds()
            first = first or last
        await asyncio.sleep(0.1)
    return first, last, told


async def every_timer_is_set(client: Client, cases: list[str]) -> None:
    """Wait until the last workflows have set their timers; they were started in order, and queues are nearly so."""
    for case in cases[-200:]:
        await timer(client, case)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--due", type=int, default=2_000)
    parser.add_argument("--lead", type=float, default=600)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    run_and_exit(main(given.open, given.due, given.lead, given.processes))
