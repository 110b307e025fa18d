"""The one way in: a signed message to its case's workflow, and the answer, in words that a person understands."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import PROCESSES, CaseView
from activities.processes import SHIFT_S
from domain.cases import kind_of
from domain.errors import BadInputError, BridgefundError
from domain.following import Following, open_streams
from domain.ledger import Entry, Ledger
from domain.requests import AnyRequest
from domain.signature import SignedMessage
from workflows.case import CaseWorkflow
from workflows.messages import make_message

CONNECT_SECONDS = 10  # As long as the SDK tries a call again, too.
ANSWER_SECONDS = 60
STATES_KEPT_MAX = 20_000  # While the whole log is read once: the cases of a busy month.


class RequestRefusedError(BridgefundError):
    """The engine said no: *rule* is the refusal's class, the words are its own."""

    zh: ClassVar[str] = "{zh}"
    en: ClassVar[str] = "{en}"

    @property
    def rule(self) -> str:
        """Return which rule refused."""
        return str(self.numbers["rule"])


class NoAnswerError(BridgefundError):
    """The server or its workers did not answer. The message may still take effect; repeating it does no harm."""

    zh: ClassVar[str] = "{seconds} 秒内没有答复（{address}）：{reason}；请查 Temporal 与工作进程；同一件重发不会重复"
    en: ClassVar[str] = (
        "no answer within {seconds} s ({address}): {reason}; look at Temporal and its workers; repeating does no harm"
    )
    temporary = True


class HeldUpError(NoAnswerError):
    """The workers are at it, and something outside the engine is in their way."""

    zh: ClassVar[str] = "{seconds} 秒内未能办成（{address}），仍在重试：{zh}"
    en: ClassVar[str] = "not done within {seconds} s ({address}), it is still being tried: {en}"


async def connect(address: str, namespace: str = "default") -> Client:
    """Return a client of the server at *address*.

    Raises:
        NoAnswerError: If none answers.
        BadInputError: If the server has no such namespace.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = await Client.connect(address, namespace=namespace)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
            return client
    except (RuntimeError, TimeoutError) as e:
        raise NoAnswerError(seconds=CONNECT_SECONDS, address=address, reason=str(e)[:200]) from e
    except RPCError as e:
        # Asked now: later its "not found" would look like that of a workflow.
        if e.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise BadInputError("TEMPORAL_NAMESPACE", f"{namespace} @ {address}: {e.message}") from e
        raise NoAnswerError(seconds=CONNECT_SECONDS, address=address, reason=str(e)[:200]) from e


async def decide(client: Client, task_queue: str, message: SignedMessage, shift_s: float = 0.0) -> CaseView:
    """Send a decision to its case, starting the case's workflow if none runs, and return the case as it then is.

    Raises:
        RequestRefusedError: If the message is malformed, the step is not open, or a rule says no.
    """
    start = WithStartWorkflowOperation[Any, CaseView](
        PROCESSES[kind_of(message.case)],
        message.case,
        id=message.case,
        task_queue=task_queue,
        memo={SHIFT_S: shift_s},
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        result_type=CaseView,
    )
    # Temporal gives the first answer again to an update id that it knows: right for a repeat, not for another body.
    update_id = f"{message.command_id}~{message.digest[:16]}"
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await client.execute_update_with_start_workflow(
                CaseWorkflow.decide, message, start_workflow_operation=start, id=update_id
            )
    except WorkflowUpdateFailedError as e:
        raise _in_words(e) from e
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as e:
        where = {"seconds": ANSWER_SECONDS, "address": client.service_client.config.target_host}
        if words := await _held_up(client, message.case):
            raise HeldUpError(**where, **words) from e
        raise NoAnswerError(**where, reason=str(e)[:200]) from e


async def _held_up(client: Client, case: str) -> Mapping[str, str] | None:
    """Return the words of what an activity of the case failed at and is tried again for, or None."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            described = await client.get_workflow_handle(case).describe()
            for pending in described.raw_description.pending_activities:
                if pending.HasField("last_failure"):
                    return _words(await client.data_converter.decode_failure(pending.last_failure))
    except (TimeoutError, RPCError):  # The server is what does not answer.
        pass
    return None


def _in_words(error: WorkflowUpdateFailedError) -> RequestRefusedError:
    cause = error.cause
    rule = (cause.type or "") if isinstance(cause, ApplicationError) else type(cause).__name__
    return RequestRefusedError(rule=rule, **_words(cause))


def _words(cause: BaseException) -> dict[str, str]:
    """Return why an activity failed, in both languages."""
    if not isinstance(cause, ApplicationError):
        return {"zh": str(cause), "en": str(cause)}
    details = cause.details[0] if cause.details else None
    words: Mapping[str, str] = details if isinstance(details, Mapping) else {"zh": cause.message, "en": cause.message}
    return {"zh": words["zh"], "en": words["en"]}


@dataclass(frozen=True)
class Door:
    """One door with its key: it signs what it lets in, and sends it on its way."""

    client: Client
    task_queue: str
    name: str
    key_id: str
    key: Ed25519PrivateKey
    shift_s: float = 0.0

    async def ask(
        self,
        case: str,
        request: AnyRequest,
        *,
        command_id: str,
        person: str,
        post: str,
        now: datetime,
        on_behalf_of: str = "",
    ) -> CaseView:
        """Sign a request of *person* for *post* at business time *now*, send it, and return the case.

        A deputy names whose post it is in *on_behalf_of*.

        Raises:
            RequestRefusedError: If the engine says no.
        """
        message = make_message(
            case,
            request,
            command_id=command_id,
            person=person,
            post=post,
            door=self.name,
            key_id=self.key_id,
            key=self.key,
            now=now,
            on_behalf_of=on_behalf_of,
        )
        return await decide(self.client, self.task_queue, message, self.shift_s)


def open_cases(ledger: Ledger, told: Callable[[int], None] = lambda _: None) -> list[str]:
    """Return every case that has a process and is not over, in the order in which they began.

    The log is read once; *told* hears of the position reached.
    """
    return [case for case, is_open in every_case(ledger, told).items() if is_open]


def every_case(ledger: Ledger, told: Callable[[int], None] = lambda _: None) -> dict[str, bool]:
    """Return every case that has a process, in the order in which they began, each with whether it is open."""

    def entries() -> Iterator[Entry]:
        for entry in ledger.log():
            told(entry.position)
            yield entry

    return open_streams(entries(), PROCESSES, Following(ledger.facts, STATES_KEPT_MAX))
