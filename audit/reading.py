"""Temporal's side: every run of ours that it still lists, and each one's history; what is closed is noted for good."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import ENGINE
from audit.comparing import Known
from domain.act import Act
from domain.calendar import day_of
from domain.cases import runs_stream
from domain.ledger import Ledger, Step
from domain.runs import NoteRun, RunNoted, UpdateNoted
from domain.signature import digest_of
from workflows.runs import Account, Decided, Run, a_few_at_once, account_of, as_run, described, runs_of_queue

Progress = Callable[[int, int], None]


def nobody(_done: int, _of: int) -> None:
    """Hear of progress, and tell nobody."""


@dataclass
class Histories:
    """What could be read, by case; *gone*: runs that are listed and whose history is not there any more."""

    known: dict[str, list[Known]] = field(default_factory=dict)
    gone: list[Run] = field(default_factory=list)
    listed: bool = True  # The server could list its runs: else only those that hang together with the latest are known.


async def read_histories(
    client: Client,
    queue: str,
    cases: Callable[[], Iterable[str]],
    noted: frozenset[str],
    told: Progress = nobody,
) -> Histories:
    """Read every run on *queue* but those *noted* already (by run id); *told* hears of how many of how many.

    A server that cannot list its runs is asked for the latest of each of *cases*, and for those that it goes on from.

    Raises:
        ExceptionGroup: Of RPCError, if the server does not answer.
    """
    found = Histories()
    done = 0

    async def read(run: Run) -> None:
        nonlocal done
        if run.run_id not in noted:
            await _read(client, run, found)
        done += 1
        told(done, len(runs))

    async def read_chain(case: str) -> None:
        run = await described(client, case)
        while run:
            known = await _read(client, await as_run(run), found)
            former = known.account.continued if known else ""
            run = await described(client, case, former) if former else None

    runs: list[Run] = []
    try:
        runs += [run async for run in runs_of_queue(client, queue)]
        await a_few_at_once(runs, read)
    except RPCError as e:
        if e.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        found.listed = False
        await a_few_at_once(cases(), read_chain)
    return found


async def read_unlisted(client: Client, cases: Iterable[str], found: Histories) -> None:
    """Read the latest run of each of *cases* if it is not among those *found*: a list lags behind what happens.

    Raises:
        ExceptionGroup: Of RPCError, if the server does not answer.
    """

    async def read(case: str) -> None:
        if latest := await described(client, case):
            run = await as_run(latest)
            found.known[case] = [known for known in found.known.get(case, ()) if known.run.run_id != run.run_id]
            await _read(client, run, found)

    await a_few_at_once(cases, read)


async def _read(client: Client, run: Run, found: Histories) -> Known | None:
    try:
        known = Known(run, await account_of(client, run.case, run.run_id))
    except RPCError as e:
        if e.status is not RPCStatusCode.NOT_FOUND:
            raise
        found.gone.append(run)
        return None
    found.known.setdefault(run.case, []).append(known)
    return known


async def note_closed(client: Client, ledger: Ledger, queue: str, now: datetime) -> int:
    """Read the closed runs on *queue* that are not noted yet, and note them; return how many.

    Raises:
        RPCError, ExceptionGroup: If the server does not answer, or cannot list its runs.
    """
    noted = {entry.fact.run_id for entry in await asyncio.to_thread(list, ledger.log(of=(RunNoted,)))}
    closed = [run async for run in runs_of_queue(client, queue, "ExecutionStatus != 'Running'")]
    found = Histories()

    async def read(run: Run) -> None:
        await _read(client, run, found)

    await a_few_at_once([run for run in closed if run.run_id not in noted], read)
    read_now = [known for of_case in found.known.values() for known in of_case]
    return await asyncio.to_thread(note, ledger, read_now, now)


def note(ledger: Ledger, known: Iterable[Known], now: datetime) -> int:
    """Note the closed ones of the runs in the ledger at the business moment *now*; return how many are new."""
    count = 0
    for one in known:
        if not one.run.runs and one.run.closed_at:
            step = Step(runs_stream(one.run.case), _command(one, one.run.closed_at, now))
            count += len(ledger.execute(step))
    return count


def _command(known: Known, closed_at: datetime, now: datetime) -> NoteRun:
    run, account = known.run, known.account
    digest = digest_of(f"{run.case} {run.run_id}")
    act = Act(f"run:{run.run_id}", digest, ENGINE, ENGINE, ENGINE, "reconcile", day_of(now), now)
    updates = (UpdateNoted(command, d.outcome, d.facts, d.person, d.day) for command, d in account.updates.items())
    noted = RunNoted(
        act,
        run.case,
        run.run_id,
        run.process,
        run.status,
        known.began_at,
        run.started_at,
        closed_at,
        account.events,
        tuple(updates),
        tuple(sorted(account.ticks)),
        tuple(sorted(account.asked_ticks - account.ticks)),
        account.reset_of,
    )
    return NoteRun(act, noted)


def as_known(noted: Sequence[RunNoted]) -> list[Known]:
    """Return noted runs as those that were read."""
    return [Known(_run(one), _account(one)) for one in noted]


def _run(noted: RunNoted) -> Run:
    return Run(noted.case, noted.run_id, noted.process, "", noted.status, noted.started_at, noted.closed_at)


def _account(noted: RunNoted) -> Account:
    return Account(
        began_at=noted.began_at,
        events=noted.events,
        updates={u.command_id: Decided(u.outcome, u.person, u.day, u.facts) for u in noted.updates},
        ticks=set(noted.ticks),
        asked_ticks={*noted.ticks, *noted.ticks_undone},
        reset_of=noted.reset_of,
    )
