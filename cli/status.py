"""`bridgefund status`: whether everything runs that should, in one look; exit code 1 and words where it does not."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import typer
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetClusterInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import PROCESSES
from cli.clock import business_now
from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.texts import t
from cli.whereabouts import ADDRESS_OPTION, temporal_address
from domain.calendar import day_of
from domain.errors import BridgefundError
from projections.obligations import obligations
from projections.standing import open_counts
from settings import Settings
from workflows.client import connect

UNHEALTHY = 1
ANSWER_SECONDS = 20.0
# A clock whose day ended may take a moment to tell so; so may a case to get its workflow.
GRACE = timedelta(minutes=10)
SORTS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


@dataclass
class Status:
    """What was seen; `wrong` has what is amiss, in words."""

    store: dict[str, Any]
    address: str = ""
    server: dict[str, Any] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: int | None = None
    wrong: list[str] = field(default_factory=list)


def status(*, store: StoreOption = None, address: ADDRESS_OPTION = None, as_json: JsonOption = False) -> None:
    """服务器、工作进程、案件与读模型是否正常。 / Server, workers, cases, read models: whether all is well.

    退出码：0 正常，1 有不正常之处（逐条说明）。 / Exit code 0: all is well; 1: something is not, with words.

    例 / example: bridgefund status --store sqlite:///ledger.db --address 127.0.0.1:7233
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
    with reading(store) as read:
        seen = Status(_of_store(read))
        seen.wrong += _wrong_in(seen.store)
        seen.address = temporal_address(address, settings, read.ledger.url)
    run_command(_status(seen, settings, as_json=as_json))


def _of_store(read: Reading) -> dict[str, Any]:
    now = business_now(read.ledger)
    late = [one for one in obligations(read.engine, late_by=day_of(now - GRACE)) if one.stage in ("open", "overdue")]
    is_open, should_run = open_counts(read.engine, PROCESSES)
    return {
        "kind": read.ledger.url.partition(":")[0],
        "sample": read.sample,
        "business_now": now.isoformat(),
        "facts": read.ledger.recorder.max_notification_id() or 0,
        "open_cases": is_open,
        "should_run": should_run,
        "overdue": len(late),
        "unseen": [one.obligation for one in late if one.stage == "open"],
        "parked": read.parked,
    }


def _wrong_in(store: dict[str, Any]) -> Iterator[str]:
    if unseen := store["unseen"]:
        yield t(
            f"{len(unseen)} 项限时义务已过期限而计时器未报（如 {unseen[0]}）：查工作进程，再 bridgefund resume",
            f"{len(unseen)} deadlines have passed and no clock has told (such as {unseen[0]}): look at the workers, "
            "then `bridgefund resume`",
        )
    if parked := store["parked"]:
        yield t(f"{parked} 条事实未能读入视图", f"{parked} facts could not be read into a view")


async def _status(seen: Status, settings: Settings, *, as_json: bool) -> int:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            client = await connect(seen.address, settings.temporal_namespace)
            await _look(client, settings.task_queue, seen)
    except BridgefundError as error:
        if not error.temporary:
            raise
        seen.wrong.append(t(error.text("zh"), error.text("en")))
    except (RPCError, TimeoutError) as error:
        seen.wrong.append(t(f"Temporal 未正常应答：{error}", f"Temporal did not answer as it should: {error}"))
    typer.echo(_as_json(seen) if as_json else "\n".join(_lines(seen)))
    return UNHEALTHY if seen.wrong else 0


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


def _as_json(seen: Status) -> str:
    return json.dumps({"healthy": not seen.wrong, **asdict(seen)}, ensure_ascii=False, indent=2)


def _lines(seen: Status) -> Iterator[str]:
    store = seen.store
    kind = t("样例库", "sample store") if store["sample"] else t("正式库", "production store")
    yield t(
        f"库：{kind}（{store['kind']}），事实 {store['facts']} 条，业务时间 {store['business_now']}",
        f"store: {kind} ({store['kind']}), {store['facts']} facts, business time {store['business_now']}",
    )
    version = seen.server.get("version", t("没有应答", "no answer"))
    yield t(f"Temporal：{seen.address}，版本 {version}", f"Temporal: {seen.address}, version {version}")
    for sort, of_queue in seen.queues.items():
        workers, backlog = len(of_queue["workers"]), of_queue["backlog"]
        waiting = t(f"，积压约 {backlog}", f", backlog about {backlog}") if backlog is not None else ""
        yield t(
            f"队列 {of_queue['queue']}（{sort}）：工作进程 {workers} 个{waiting}",
            f"queue {of_queue['queue']} ({sort}): {workers} workers{waiting}",
        )
    yield t(
        f"未结案件 {store['open_cases']}，运行中的流程 {_known(seen.running)}，逾期 {store['overdue']}",
        f"{store['open_cases']} open cases, {_known(seen.running)} running workflows, {store['overdue']} overdue",
    )
    for wrong in seen.wrong:
        yield f"✗ {wrong}"
    if not seen.wrong:
        yield t("一切正常", "all is well")


def _known(count: int | None) -> str:
    return t("不详", "not known") if count is None else str(count)
