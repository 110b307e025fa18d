"""Whether everything runs that should: the store, its seals and clocks, and what Temporal tells of workers."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetClusterInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import PROCESSES
from audit.seals import Seals
from domain.calendar import day_of
from domain.errors import BridgefundError
from domain.ledger import Ledger
from doors.texts import t
from projections.obligations import obligations
from projections.runner import parked
from projections.standing import open_counts
from settings import Settings
from workflows.client import connect

ANSWER_SECONDS = 20.0
# A clock whose day ended may take a moment to tell so; so may a case to get its workflow.
GRACE = timedelta(minutes=10)
# The log is sealed once a day where a worker has a key: a day may be over before the next one's seal.
SEALS_EVERY = timedelta(days=1)
SORTS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


@dataclass
class Status:
    """What was seen; `wrong` has what is amiss, in words. `console`: where one noted that it serves the store."""

    store: dict[str, Any]
    address: str = ""
    server: dict[str, Any] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: int | None = None
    console: dict[str, Any] | None = None
    wrong: list[str] = field(default_factory=list)


def store_seen(
    ledger: Ledger, engine: Engine, now: datetime, *, sample: bool, with_seal: bool = True
) -> dict[str, Any]:
    """Return what a store tells of itself at a business moment: its cases, deadlines, views and seals.

    Without *with_seal* as if nothing was ever sealed.

    Raises:
        DamagedSealError: If its last seal is none.
    """
    late = [one for one in obligations(engine, late_by=day_of(now - GRACE)) if one.stage in ("open", "overdue")]
    is_open, should_run = open_counts(engine, PROCESSES)
    return {
        "kind": ledger.url.partition(":")[0],
        "sample": sample,
        "business_now": now.isoformat(),
        "facts": ledger.recorder.max_notification_id() or 0,
        "open_cases": is_open,
        "should_run": should_run,
        "overdue": len(late),
        "unseen": [one.obligation for one in late if one.stage == "open"],
        "parked": len(parked(engine)),
        "sealed": last_seal(ledger) if with_seal else None,
    }


def last_seal(ledger: Ledger) -> dict[str, Any] | None:
    """Return the last seal: how many facts are under it and since when; None where nothing was ever sealed."""
    last = Seals(ledger).last()
    return {"facts": last.checkpoint.size, "position": last.position, "at": last.checkpoint.at} if last else None


def wrong_in(store: dict[str, Any], told: Callable[[str], bool] = lambda _: True) -> Iterator[str]:
    """Yield in words what is amiss of `store_seen`; an example is named only of what *told* says of its id."""
    if unseen := store["unseen"]:
        named = next((one for one in unseen if told(one)), "")
        zh, en = (f"（如 {named}）", f" (such as {named})") if named else ("", "")
        yield t(
            f"{len(unseen)} 项限时义务已过期限而计时器未报{zh}：查工作进程，再 bridgefund resume",
            f"{len(unseen)} deadlines have passed and no clock has told{en}: look at the workers, "
            "then `bridgefund resume`",
        )
    if (sealed := store["sealed"]) and sealed["position"] < store["facts"]:
        on, today = (datetime.fromisoformat(store_at).date() for store_at in (sealed["at"], store["business_now"]))
        if today - on > SEALS_EVERY:
            yield t(
                f"自 {on} 起没有封印：查工作进程的日志和 BRIDGEFUND_SEAL_KEY",
                f"nothing was sealed since {on}: look at the workers' log and BRIDGEFUND_SEAL_KEY",
            )
    if aside := store["parked"]:
        yield t(f"{aside} 条事实未能读入视图", f"{aside} facts could not be read into a view")


async def ask_server(seen: Status, settings: Settings, seconds: float = ANSWER_SECONDS) -> None:
    """Add to *seen* what the Temporal server at its address tells within some seconds, or that it does not answer.

    Raises:
        BridgefundError: If it will not answer later either: it has no such namespace.
    """
    try:
        async with asyncio.timeout(seconds):
            client = await connect(seen.address, settings.temporal_namespace)
            await _look(client, settings.task_queue, seen)
    except BridgefundError as error:
        if not error.temporary:
            raise
        seen.wrong.append(t(error.text("zh"), error.text("en")))
    except (RPCError, TimeoutError) as error:
        seen.wrong.append(t(f"Temporal 未正常应答：{error}", f"Temporal did not answer as it should: {error}"))


async def _look(client: Client, queue: str, seen: Status) -> None:
    cluster = await client.workflow_service.get_cluster_info(GetClusterInfoRequest())
    seen.server = {"version": cluster.server_version, "namespace": client.namespace}
    for sort, number in SORTS.items():
        described = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=number, report_stats=True
            )
        )
        workers = sorted({poller.identity for poller in described.pollers})
        backlog = described.stats.approximate_backlog_count if described.HasField("stats") else None
        seen.queues[sort] = {"queue": queue, "workers": workers, "backlog": backlog}
        if not workers:
            words = f"队列 {queue} 没有工作进程取 {sort} 任务", f"no worker takes {sort} tasks from queue {queue}"
            seen.wrong.append(t(*words))
    seen.running = await _running(client, queue)
    missing = seen.store["should_run"] - (seen.running or 0)
    if seen.running is not None and missing > 0:
        words = (
            f"至少 {missing} 件未结案件没有流程在运行：bridgefund resume",
            f"at least {missing} open cases have no running workflow: `bridgefund resume`",
        )
        seen.wrong.append(t(*words))


async def _running(client: Client, queue: str) -> int | None:
    """Return how many workflows run on a queue, or None if the server cannot count."""
    quoted = queue.replace("'", "\\'")
    try:
        return (await client.count_workflows(f"TaskQueue = '{quoted}' AND ExecutionStatus = 'Running'")).count
    except RPCError as error:
        if error.status is RPCStatusCode.UNIMPLEMENTED:
            return None
        raise
