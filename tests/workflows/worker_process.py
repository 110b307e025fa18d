"""A worker in a process of its own, to be killed; it can be told to stop dead in the middle of its work.

    python -m tests.workflows.worker_process STORE ADDRESS QUEUE CACHED [ACTIVITY TEXT before|after]

It prints "ready" when it takes work, and "stopped" when it has come to the activity that it was told of (TEXT is in
what that is given): before it has begun, or after its work is done and before anybody is told.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.ledger import Ledger
from exits import run_and_exit
from worker import build_worker, work
from workflows.client import connect


class StopDead(Interceptor):
    """Stops for ever at the activity of a name that is given a text."""

    def __init__(self, name: str, text: str, when: str) -> None:
        self.name = name
        self.text = text
        self.when = when

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Stand between the worker and the activity."""
        return _Stopping(next, self)


class _Stopping(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, stop: StopDead) -> None:
        super().__init__(inner)
        self._stop = stop

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        stops = activity.info().activity_type == self._stop.name and self._stop.text in repr(input.args)
        if stops and self._stop.when == "before":
            await _for_ever()
        answer = await super().execute_activity(input)
        if stops:
            await _for_ever()
        return answer


async def _for_ever() -> None:
    print("stopped", flush=True)  # noqa: T201 - whoever started this process waits for the line
    await asyncio.Event().wait()


async def _work_until(store: str, address: str, queue: str, cached: int, stop: StopDead) -> None:
    with Ledger(store) as ledger:
        client = await connect(address)
        async with build_worker(client, ledger, queue, cached, interceptors=[stop]):
            print("ready", flush=True)  # noqa: T201 - as above
            await asyncio.Event().wait()


if __name__ == "__main__":
    STORE, ADDRESS, QUEUE, CACHED, *STOP = sys.argv[1:]
    if STOP:
        run_and_exit(_work_until(STORE, ADDRESS, QUEUE, int(CACHED), StopDead(*STOP)))
    run_and_exit(work(ADDRESS, STORE, QUEUE, int(CACHED), sample=True, wall_now=datetime.now(UTC)))
