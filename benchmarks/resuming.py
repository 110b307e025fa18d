"""How long until every open case runs again after Temporal's database was lost, and whether every date still stands.

python -m benchmarks.resuming [--cases 300] [--processes 1]
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from temporalio.client import Client

from domain.ledger import Ledger
from exits import run_and_exit
from servers.find import temporal_cli
from servers.progress import QUIET
from servers.run import dev_server
from tests.audit.test_resume import assert_timers_stand_on_stored_dates, delete, due_days
from tests.audit.town import Town, open_books, settled


async def measured(what: str, awaited: Any) -> Any:
    """Await, and print how long it took."""
    began = time.perf_counter()
    answer = await awaited
    print(f"| {what} | {time.perf_counter() - began:.1f} s |", flush=True)
    return answer


async def main(cases: int, processes: int) -> int:
    """Measure once."""
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-bench-"))
    db, cli = folder / "temporal.db", temporal_cli(QUIET)
    with Ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        open_books(ledger, cases // 2)
        days = due_days(ledger)
        facts = ledger.recorder.max_notification_id()
        print(f"{len(days)} clocks, {facts} facts, {processes} worker processes\n\n| what | took |\n|---|--:|")
        async with dev_server(cli, db=db) as address:
            town = Town(folder, address, await Client.connect(address), processes)
            async with town.worker():
                await measured("first resume", town.resume())
                await measured("until reconcile finds nothing", settled(town))
        delete(db)
        async with dev_server(cli, db=db) as address:
            town = Town(folder, address, await Client.connect(address), processes)
            async with town.worker():
                code, report = await measured("reconcile: all lost", town.reconciled())
                print(f"| – found | {len(report['found'])}, exit code {code} |")
                resumed = await measured("resume", town.resume("--json"))
                print(f"| – | exit code {resumed.code}, {json.loads(resumed.out)['found']} |")
                report = await measured("until reconcile finds nothing", settled(town))
                print(f"| – counts | {report['counts']} |")
                await measured("every timer read", assert_timers_stand_on_stored_dates(ledger, town.client))
                assert due_days(ledger) == days
                again = await measured("resume again", town.resume("--json"))
                print(f"| – changed | {json.loads(again.out)['changed']} |")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    run_and_exit(main(given.cases, given.processes))
