"""Resuming: every open case has its workflow again, from the ledger alone, whatever became of Temporal's memory."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.service import RPCError

from activities.deciding import PROCESSES
from activities.processes import SHIFT_S, start_process, wake
from domain.cases import kind_of
from workflows.client import NoAnswerError
from workflows.runs import account_of, as_run, latest_run, was_reset

AT_ONCE = 32  # Starts under way at the same time: enough to keep a server busy, few enough for a small one.
# What was found. A status of Temporal's (terminated, canceled, failed, timed_out, completed) is found by its own name.
RUNNING, NONE, RESET, FOREIGN, STRAY = "running", "none", "reset", "foreign", "stray"
# What was done about it.
NOTHING, STARTED, WOKEN, LEFT = "", "started", "woken", "left"


@dataclass(frozen=True)
class Resumed:
    """One case: how its workflow was *found*, what was *done*, and why, where it was left as it is."""

    case: str
    found: str
    done: str
    why: str = ""


async def resume(
    client: Client,
    task_queue: str,
    cases: Mapping[str, bool],
    memo: dict[str, float],
    *,
    dry_run: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> list[Resumed]:
    """Start the workflow of each open one of *cases* that has none, and wake those that were reset from outside.

    A closed one is woken if it still runs, so that it sees that it is over. It may be done twice, and beside workers
    that run: a case that runs is left alone. With *dry_run* it only tells what it would do. *told* hears how many are
    done.

    Raises:
        NoAnswerError: If the server does not answer. What was started stays; doing it again goes on.
    """
    waiting = iter(cases.items())
    done: list[Resumed] = []

    async def one_after_the_other() -> None:
        for case, is_open in waiting:
            if is_open:
                done.append(await _resumed(client, task_queue, case, memo, dry_run=dry_run))
            else:
                done.append(await _woken(client, case, dry_run=dry_run))
            told(len(done))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one_after_the_other())
    except* RPCError as failed:
        address = client.service_client.config.target_host
        raise NoAnswerError(seconds="-", address=address, reason=str(failed.exceptions[0])[:200]) from failed
    return done


async def _resumed(client: Client, task_queue: str, case: str, memo: dict[str, float], *, dry_run: bool) -> Resumed:
    described = await latest_run(client, case)
    run = as_run(described) if described else None
    if described and run and run.runs:
        if why := await foreign(described, case, task_queue, memo):
            return Resumed(case, FOREIGN, LEFT, why)
        if not was_reset(described) or not (await account_of(client, case, run.run_id)).unread:
            return Resumed(case, RUNNING, NOTHING)
        # Its copy is of the moment to which it was reset; what people did since would be told "was answered".
        if not dry_run:
            await wake(client, case)
        return Resumed(case, RESET, WOKEN)
    if not dry_run:
        await start_process(client, task_queue, case, memo)
    return Resumed(case, run.status if run else NONE, STARTED)


async def _woken(client: Client, case: str, *, dry_run: bool) -> Resumed:
    described = await latest_run(client, case)
    if described is None or not as_run(described).runs:
        return Resumed(case, NONE, NOTHING)
    if not dry_run:
        await wake(client, case)
    return Resumed(case, STRAY, WOKEN)


async def foreign(
    described: WorkflowExecutionDescription, case: str, task_queue: str, memo: Mapping[str, float]
) -> str:
    """Return why what runs under a case's id is not its process, or "" if it is."""
    process = PROCESSES[kind_of(case)]
    if described.workflow_type != process:
        return f"{described.workflow_type} ≠ {process}"
    if described.task_queue != task_queue:
        return f"queue {described.task_queue} ≠ {task_queue}"
    shift = await described.memo_value(SHIFT_S, 0.0, type_hint=float)
    return "" if shift == memo[SHIFT_S] else f"{SHIFT_S} {shift} ≠ {memo[SHIFT_S]}"
