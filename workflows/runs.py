"""What Temporal tells of a case's runs: how each stands, and what its history says of updates, timers and resets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import PROCESSES, DecideInput, TickInput
from activities.processes import SHIFT_S
from domain.cases import kind_of

Item = TypeVar("Item")
DONE, UNANSWERED = "", "unanswered"
RESET = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
TICKS = frozenset({"tick", "end_period", "end_absence", "end_days", "let_day_come", "end_emergency"})
# After one of these a run's copy is the ledger's.
READS = frozenset({"look", "look_at_clock", "look_at_calendar", "decide", "tick"})


@dataclass(frozen=True)
class Run:
    """One run of a case's workflow, as the server lists it; *status* is its own word, in small letters."""

    case: str
    run_id: str
    process: str
    queue: str
    status: str
    started_at: datetime
    closed_at: datetime | None
    shift_s: float = 0.0  # By how many seconds its business clock runs beside the server's.

    @property
    def runs(self) -> bool:
        """Return whether it runs."""
        return self.status in ("running", "paused")


@dataclass(frozen=True)
class Decided:
    """What came of one update: its outcome (`DONE`, the refusing rule's name, `UNANSWERED`) and the facts it brought.

    `facts` is None where the history does not say: it is of an older build, or nothing was decided.
    """

    outcome: str
    person: str = ""
    day: str = ""  # On which the message was signed: a refusal of it is recorded under this day.
    facts: int | None = None


@dataclass
class Account:
    """What one run's history says. *updates* by command id; *ticks*: the moments at which a timer's work was done."""

    began_at: datetime | None = None
    events: int = 0
    updates: dict[str, Decided] = field(default_factory=dict)
    ticks: set[datetime] = field(default_factory=set)
    asked_ticks: set[datetime] = field(default_factory=set)  # Also those whose work is under way.
    continued: str = ""  # The run that it goes on from.
    reset_of: str = ""  # The run from which this one was branched off from outside.
    unread: bool = False  # It was reset, and its copy has not been read from the ledger since.


async def a_few_at_once(items: Iterable[Item], work: Callable[[Item], Awaitable[None]], at_once: int = 16) -> None:
    """Do *work* on each of *items*, *at_once* of them at the same time: a small server is kept busy, not flooded.

    Raises:
        ExceptionGroup: Of what went wrong first; nothing more is begun then.
    """
    waiting = iter(items)

    async def one_after_the_other() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_the_other())


async def runs_of_queue(client: Client, queue: str, only: str = "") -> AsyncIterator[Run]:
    """Yield every run of ours on *queue* that the server still lists, in no order; *only* those that meet a condition.

    Raises:
        RPCError: If the server does not answer, or cannot list (`UNIMPLEMENTED`).
    """
    quoted = queue.replace("\\", "\\\\").replace("'", "\\'")
    asked = f"TaskQueue = '{quoted}'" + (f" AND {only}" if only else "")
    async for listed in client.list_workflows(asked):
        if kind_of(listed.id) in PROCESSES:
            yield await as_run(listed)


async def as_run(listed: WorkflowExecution) -> Run:
    """Return a run as we know it."""
    status = listed.status or WorkflowExecutionStatus.RUNNING
    return Run(
        listed.id,
        listed.run_id,
        listed.workflow_type,
        listed.task_queue,
        status.name.lower(),
        listed.start_time,
        listed.close_time,
        await listed.memo_value(SHIFT_S, 0.0, type_hint=float),
    )


def foreign(run: Run, task_queue: str, shift_s: float) -> str:
    """Return why what runs under a case's id is not its process as it should run, or "" if it is."""
    process = PROCESSES[kind_of(run.case)]
    if run.process != process:
        return f"{run.process} ≠ {process}"
    if run.queue != task_queue:
        return f"queue {run.queue} ≠ {task_queue}"
    return "" if run.shift_s == shift_s else f"{SHIFT_S} {run.shift_s} ≠ {shift_s}"


async def described(client: Client, case: str, run_id: str | None = None) -> WorkflowExecutionDescription | None:
    """Return the description of the latest run of *case*, or of one of them, or None if the server knows none.

    Raises:
        RPCError: If the server does not answer.
    """
    try:
        return await client.get_workflow_handle(case, run_id=run_id).describe()
    except RPCError as e:
        if e.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


def was_reset(run: WorkflowExecutionDescription) -> bool:
    """Return whether this very run was branched off another by a reset."""
    return run.raw_description.workflow_extended_info.HasField("last_reset_time")


async def account_of(client: Client, case: str, run_id: str) -> Account:
    """Read the history of one run.

    Raises:
        RPCError: If it is not there any more (`NOT_FOUND`), or the server does not answer.
    """
    reading = _Reading(client)
    handle = client.get_workflow_handle(case, run_id=run_id)
    async for event in handle.fetch_history_events():
        await reading.take(event)
    return reading.finished()


class _Reading:
    """Goes through one history; what an activity was given stands in another event than what came of it."""

    def __init__(self, client: Client) -> None:
        self._converter = client.data_converter
        self._account = Account()
        self._reset_at = 0
        self._ticks: dict[int, datetime] = {}
        self._reads: set[int] = set()
        self._decides: dict[int, str] = {}
        self._asked: dict[str, Decided] = {}
        self._outcomes: dict[str, str] = {}

    async def take(self, event: HistoryEvent) -> None:
        """Take in one event."""
        account = self._account
        account.events += 1
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                account.began_at = event.event_time.ToDatetime(UTC)
                account.continued = event.workflow_execution_started_event_attributes.continued_execution_run_id
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                accepted = event.workflow_execution_update_accepted_event_attributes
                self._outcomes.setdefault(accepted.protocol_instance_id, UNANSWERED)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
                completed = event.workflow_execution_update_completed_event_attributes
                failed = completed.outcome.HasField("failure")
                rule = completed.outcome.failure.application_failure_info.type or "failure"
                self._outcomes[completed.meta.update_id] = rule if failed else DONE
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                await self._scheduled(event)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                await self._completed(event)
            case EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failed_task = event.workflow_task_failed_event_attributes
                if failed_task.cause == RESET:
                    self._reset_at = event.event_id
                    account.reset_of, account.unread = failed_task.base_run_id, True

    async def _scheduled(self, event: HistoryEvent) -> None:
        scheduled = event.activity_task_scheduled_event_attributes
        name, given = scheduled.activity_type.name, scheduled.input.payloads
        if name in READS:
            self._reads.add(event.event_id)
        if name in TICKS:
            moment: datetime = (await self._decoded(given, TickInput)).moment
            self._ticks[event.event_id] = moment
            self._account.asked_ticks.add(moment)
        elif name == "decide":
            message = (await self._decoded(given, DecideInput)).message
            self._decides[event.event_id] = message.command_id
            self._asked[message.command_id] = Decided(UNANSWERED, message.person, message.issued_at[:10])

    async def _completed(self, event: HistoryEvent) -> None:
        completed = event.activity_task_completed_event_attributes
        number = completed.scheduled_event_id
        if number in self._reads and number > self._reset_at:
            self._account.unread = False
        if number in self._ticks:
            self._account.ticks.add(self._ticks[number])
        if number in self._decides:
            command = self._decides[number]
            told = await self._decoded(completed.result.payloads, dict)
            before = self._asked[command]
            self._asked[command] = Decided(DONE, before.person, before.day, told.get("facts"))

    async def _decoded(self, payloads: Any, kind: type[Any]) -> Any:
        (value,) = await self._converter.decode(list[Payload](payloads), [kind])
        return value

    def finished(self) -> Account:
        """Return the account, each update with what was decided on it."""
        for update_id, outcome in self._outcomes.items():
            command = command_of(update_id)
            asked = self._asked.get(command, Decided(UNANSWERED))
            self._account.updates[command] = Decided(outcome, asked.person, asked.day, asked.facts)
        return self._account


async def kept_for(client: Client) -> timedelta:
    """Return for how long Temporal keeps a run's history after its close.

    Raises:
        RPCError: If the server does not answer.
    """
    asked = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(asked)
    return answer.config.workflow_execution_retention_ttl.ToTimedelta()


def command_of(update_id: str) -> str:
    """Return the command id in an update's id, which has a piece of the body's digest behind it (`client.decide`)."""
    command, mark, _ = update_id.rpartition("~")
    return command if mark else update_id
