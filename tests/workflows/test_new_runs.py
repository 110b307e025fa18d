"""A new run that begins while people ask: every update in flight takes effect, once, and gets its answer."""

import asyncio
from pathlib import Path

from temporalio.client import Client

from domain.dispatch import DISPATCH
from domain.dispatch_facts import ProblemFound
from domain.dispatch_requests import FindProblem, OpenDispatch
from domain.ledger import Ledger
from servers.run import dev_server
from tests.workflows.office import QUEUE, living_office
from tests.workflows.supervised import MONTH, open_watched
from worker import build_worker

EVENTS_A_RUN = 40
AT_ONCE, ROUNDS = 8, 6


async def test_updates_in_flight_when_a_new_run_begins_take_effect_once(dev_server_exe: Path, tmp_path: Path) -> None:
    limit = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={EVENTS_A_RUN}")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with dev_server(dev_server_exe, options=limit) as address:
            client = await Client.connect(address)
            async with build_worker(client, ledger, QUEUE):
                office = await living_office(client, ledger)
                await open_watched(office)
                await office.ask("dispatch", MONTH, OpenDispatch(), "rrb")
                handle = client.get_workflow_handle(f"sample/dispatch/{MONTH}")
                runs = {(await handle.describe()).run_id}
                for n in range(ROUNDS):
                    # Together they fill a run: some are on their way when it ends, and each is asked twice.
                    asked = [
                        office.ask("dispatch", MONTH, problem(f"{n}-{m}"), "rrb", command_id=f"c-{n}-{m}")
                        for m in range(AT_ONCE)
                        for _ in range(2)
                    ]
                    views = await asyncio.gather(*asked)
                    assert {view.case for view in views} == {f"sample/dispatch/{MONTH}"}
                    runs.add((await handle.describe()).run_id)
                assert len(runs) > ROUNDS // 2
                wanted = [f"{n}-{m}" for n in range(ROUNDS) for m in range(AT_ONCE)]
                facts = ledger.facts(f"sample/dispatch/{MONTH}")
                found = [fact.no for fact in facts if isinstance(fact, ProblemFound)]
                assert sorted(found) == sorted(wanted)
                assert set(ledger.state(DISPATCH, f"sample/dispatch/{MONTH}").problems) == set(wanted)


def problem(no: str) -> FindProblem:
    return FindProblem(no=no, subject="P1", trigger="slow_progress", said=f"样例：{no}")
