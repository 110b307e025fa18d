"""A worker is killed in the middle of a fund and another is started: the same facts, none twice."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.starting import start_calendars
from domain.balances import Bucket
from domain.fund import FUND
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.requests import AnswerGate, NotifyDepartment, ReleaseMoney, ReportReceipt
from domain.stored_facts import canonical
from domain.terms import Line
from servers.run import dev_server, time_skipping
from simulation.digest import stream_digests
from simulation.stage import Clock
from tests.places import ROOT
from tests.workflows.office import OPENS, QUEUE, WAN, Office, living_office, receipt, skipping_office
from worker import build_worker

# Where each worker in turn stops dead, with an answer under way, and is killed: at which activity, for which decision
# or case, and whether its work is done by then.
STOPS = (
    ("decide", "sample/fund/F1:report:1", "after"),
    ("decide", "sample/plan/PL1:decide:leading_group:1", "before"),
    ("follow_up", "sample/obligation/fund-F1-release-PL1", "after"),
    ("decide", "sample/claim/C1:send:1", "after"),
)


@dataclass
class Workers:
    """Workers of one store and server, one after the other; each is ended by its own process id."""

    store: str
    address: str
    cached: int = 0
    process: Process | None = None
    killed: list[int] = field(default_factory=list)

    async def start(self, *stop: str) -> None:
        """Start a worker and wait until it takes work."""
        assert self.process is None
        program = ("-m", "tests.workflows.worker_process", self.store, self.address, QUEUE, str(self.cached))
        self.process = await asyncio.create_subprocess_exec(sys.executable, *program, *stop, cwd=ROOT, stdout=PIPE)
        await self.says("ready")

    async def says(self, word: str) -> None:
        """Wait until the worker says *word*."""
        assert self.process is not None
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        assert line.decode().strip() == word

    async def kill(self) -> None:
        """Kill the worker with SIGKILL."""
        assert self.process is not None
        self.process.kill()
        self.killed.append(await self.process.wait())
        self.process = None

    async def another(self) -> None:
        """Kill the worker, start another."""
        await self.kill()
        await self.start()

    async def __aenter__(self) -> "Workers":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None:
            await self.kill()


def address_of(client: Client) -> str:
    """Return the address of the server that *client* speaks to."""
    return client.service_client.config.target_host


def told_twice(ledger: Ledger) -> list[tuple[str, str, str]]:
    """Return every fact that one command brought about twice in one stream."""
    seen = Counter((e.stream, e.fact.act.command_id, str(canonical(e.fact))) for e in ledger.log())
    return [place for place, times in seen.items() if times > 1]


async def story(office: Office) -> None:
    """Take money from its arrival to the payee."""
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.pay("C1")


async def test_workers_killed_with_an_answer_under_way_leave_the_facts_of_an_undisturbed_fund(
    dev_server_exe: Path, dev_client: Client, tmp_path: Path
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/calm.db") as calm, Ledger(f"sqlite:///{tmp_path}/killed.db") as disturbed:
        async with build_worker(dev_client, calm, QUEUE):
            calm_office = await living_office(dev_client, calm)
            # A worker of its own process starts the calendars itself.
            await start_calendars(dev_client, calm, QUEUE, {})
            await story(calm_office)
        async with dev_server(dev_server_exe) as address, Workers(disturbed.url, address) as workers:
            office = await living_office(await Client.connect(address), disturbed)
            told = asyncio.create_task(story(office))
            for stop in STOPS:
                await workers.start(*stop)
                said = asyncio.create_task(workers.says("stopped"))
                done, _ = await asyncio.wait({told, said}, return_when=asyncio.FIRST_COMPLETED)
                assert done == {said}
                await workers.kill()
            await workers.start()
            await told
        assert workers.killed == [-9] * (len(STOPS) + 1)
        assert stream_digests(disturbed) == stream_digests(calm)
        assert told_twice(disturbed) == []
        portion = disturbed.state(FUND, "sample/fund/F1").balances.portions["integrated"]
        assert portion.buckets[Bucket.PAID] == 20 * WAN


async def test_a_decision_sent_while_no_worker_lives_is_taken_by_the_next(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with Workers(ledger.url, address_of(dev_client), cached=100) as workers:
            office = await living_office(dev_client, ledger)
            await workers.start()
            await office.receive("F1", 200 * WAN)
            await workers.kill()
            sent = asyncio.create_task(office.into_the_bank("P1"))
            await workers.start()
            await sent
            await workers.another()
            await office.plan("PL1", Line("F1", "integrated", "P1", 100 * WAN))
            await office.ask("fund", "F1", ReleaseMoney(plan_no="PL1"), "finance_section")
        portion = ledger.state(FUND, "sample/fund/F1").balances.portions["integrated"]
        assert portion.buckets[Bucket.CLAIMABLE] == 100 * WAN
        assert told_twice(ledger) == []


async def late_story(office: Office, clock: Clock, between_sleeps: Callable[[], Awaitable[None]]) -> None:
    """Be late with a notice, a release and a gate; *between_sleeps* is done each time when nothing is under way."""

    async def until(day: int) -> None:
        await clock.env.sleep(60)
        await between_sleeps()
        await clock.open_office(OPENS.date().replace(day=day))

    await office.ask("fund", "F1", receipt("F1", 200 * WAN), "finance_section")
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    await office.into_the_bank("P1")
    await until(3)
    await until(6)
    await office.ask("fund", "F1", NotifyDepartment(department="competent_department"), "finance_section")
    await office.plan("PL1", Line("F1", "integrated", "P1", 100 * WAN))
    await until(14)
    await office.ask("fund", "F1", ReleaseMoney(plan_no="PL1"), "finance_section")
    await office.sign()
    await office.lodge("C1")
    await until(18)
    await until(20)
    await office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section")
    await until(31)


@pytest.fixture
async def undisturbed(skipping: WorkflowEnvironment, tmp_path: Path) -> dict[str, str]:
    async def nothing() -> None:
        """Let the one worker live."""

    with Ledger(f"sqlite:///{tmp_path}/calm.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)
            await start_calendars(skipping.client, ledger, QUEUE, {})
            await late_story(office, clock, nothing)
        return stream_digests(ledger)


async def test_workers_killed_while_deadlines_run_leave_the_reminders_breaches_and_rungs_of_an_undisturbed_fund(
    undisturbed: dict[str, str], test_server_exe: Path, tmp_path: Path
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/killed.db") as ledger:
        async with time_skipping(test_server_exe) as env, Workers(ledger.url, address_of(env.client)) as workers:
            office, clock = await skipping_office(env, ledger)
            await workers.start()
            await late_story(office, clock, workers.another)
        assert workers.killed == [-9] * 7
        assert stream_digests(ledger) == undisturbed
        assert told_twice(ledger) == []
        stages = {
            stream.rpartition("/")[2]: OBLIGATION.stage(ledger.state(OBLIGATION, stream))
            for stream in undisturbed
            if "/obligation/" in stream
        }
        assert stages == {
            "fund-F1-arrival": "met late",
            "fund-F1-release-PL1": "met late",
            "claim-C1-v1-finance_section": "met late",
            "claim-C1-v1-payment_centre": "overdue",
            "dispatch-2022-01-monthly_dispatch": "open",
        }
