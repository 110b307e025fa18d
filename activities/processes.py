"""Processes: starting the workflow of a case, and waking one to read the ledger again."""

from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.deciding import PROCESSES, FollowUp
from domain.calendar import WorkCalendar
from domain.cases import STORE, kind_of
from domain.disclosure import DISCLOSURE, recounted
from domain.disclosure_facts import PublicityBegan, PublicityResumed
from domain.ledger import Ledger
from domain.obligation import OBLIGATION, is_moved
from domain.obligation_facts import ObligationExtended, ObligationOpened, ObligationResumed
from domain.store import STORE as STORE_DECIDER

SHIFT_S = "clock_shift_s"
LOOK_AGAIN = "look_again"


def shift_s(ledger: Ledger) -> float:
    """Return by how many seconds business time runs beside the server's: 0 but on a sample store."""
    return ledger.state(STORE_DECIDER, STORE).shift_s


async def start_process(client: Client, task_queue: str, case: str, memo: dict[str, float]) -> None:
    """Start the workflow of *case*, or leave the one that runs."""
    await client.start_workflow(
        PROCESSES[kind_of(case)],
        case,
        id=case,
        task_queue=task_queue,
        memo=memo,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )


async def wake(client: Client, case: str) -> None:
    """Let the workflow of *case* read the ledger again, if one runs."""
    try:
        await client.get_workflow_handle(case).signal(LOOK_AGAIN)
    except RPCError as e:
        # A case that is over, or whose workflow `resume` has yet to start, reads the ledger when it starts.
        if e.status is not RPCStatusCode.NOT_FOUND:
            raise


async def wake_moved(client: Client, ledger: Ledger, calendar: WorkCalendar) -> list[str]:
    """Wake whoever sleeps until a provisional day that *calendar* moves: of a deadline, or of publicity.

    Return their cases.
    """
    clocks = _provisional(ledger, ObligationOpened, ObligationExtended, ObligationResumed)
    moved = [case for case in clocks if is_moved(ledger.state(OBLIGATION, case), calendar)]
    shown = _provisional(ledger, PublicityBegan, PublicityResumed)
    moved += [case for case in shown if recounted(ledger.state(DISCLOSURE, case), calendar)]
    for case in moved:
        await wake(client, case)
    return moved


def _provisional(ledger: Ledger, *facts: type) -> dict[str, None]:
    return dict.fromkeys(entry.stream for entry in ledger.log(of=facts) if entry.fact.provisional)


class Processes:
    """The activities that reach other workflows. Each may be repeated: it starts and wakes, and tells nothing."""

    def __init__(self, client: Client, ledger: Ledger, task_queue: str) -> None:
        """Hold the client, the ledger (for the clock's shift) and the queue."""
        self._client = client
        self._ledger = ledger
        self._task_queue = task_queue

    @activity.defn
    async def follow_up(self, follow_ups: list[FollowUp]) -> None:
        """Start or wake each case's workflow."""
        memo = {SHIFT_S: shift_s(self._ledger)}
        for follow_up in follow_ups:
            if follow_up.start:
                await start_process(self._client, self._task_queue, follow_up.case, memo)
            else:
                await wake(self._client, follow_up.case)
