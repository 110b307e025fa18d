"""Resuming: every open case has its workflow again, from the ledger alone, whatever became of Temporal's memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.service import RPCError

from activities.processes import SHIFT_S, start_process, wake
from workflows.client import CONNECT_SECONDS, NoAnswerError
from workflows.runs import a_few_at_once, account_of, as_run, described, foreign, was_reset

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
    done: list[Resumed] = []

    async def one(item: tuple[str, bool]) -> None:
        case, is_open = item
        if is_open:
            done.append(await _resumed(client, task_queue, case, memo, dry_run=dry_run))
        else:
            done.append(await _woken(client, case, dry_run=dry_run))
        told(len(done))

    try:
        await a_few_at_once(cases.items(), one, AT_ONCE)
    except* RPCError as failed:
        address = client.service_client.config.target_host
        raise NoAnswerError(
            seconds=CONNECT_SECONDS, address=address, reason=str(failed.exceptions[0])[:200]
        ) from failed
    return done


async def _resumed(client: Client, task_queue: str, case: str, memo: dict[str, float], *, dry_run: bool) -> Resumed:
    found = await described(client, case)
    run = await as_run(found) if found else None
    if found and run and run.runs:
        if why := foreign(run, task_queue, memo[SHIFT_S]):
            return Resumed(case, FOREIGN, LEFT, why)
        if not was_reset(found) or not (await account_of(client, case, run.run_id)).unread:
            return Resumed(case, RUNNING, NOTHING)
        # Its copy is of the moment to which it was reset; what people did since would be told "was answered".
        if not dry_run:
            await wake(client, case)
        return Resumed(case, RESET, WOKEN)
    if not dry_run:
        await start_process(client, task_queue, case, memo)
    return Resumed(case, run.status if run else NONE, STARTED)


async def _woken(client: Client, case: str, *, dry_run: bool) -> Resumed:
    found = await described(client, case)
    if found is None or not (await as_run(found)).runs:
        return Resumed(case, NONE, NOTHING)
    if not dry_run:
        await wake(client, case)
    return Resumed(case, STRAY, WOKEN)
