"""Several processes of the program, kept running: one that dies is started again, a stop stops all, none is left."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from cli.errors import BAD_INPUT
from servers.run import stopped

BACKOFF_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
STEADY_S = 60.0  # One that ran this long is started again at once.
STOP_SECONDS = 90.0  # Longer than an activity may take, and than a server may take to let go of a call that waits.
READY = b"ready"


class Crew:
    """A number of processes of `bridgefund` with the same words, each followed by its number.

    Each has its standard input from here: it closes when this process ends, even by kill -9, and then they stop.
    """

    def __init__(
        self, words: Sequence[str], environ: Mapping[str, str], count: int, say: Callable[[str, int, int, float], None]
    ) -> None:
        """Hold what to run, with what is set besides this process's own environment.

        *say* hears of each end: event, process number, exit code, seconds until the next start.
        """
        self._words = words
        self._environ = environ
        self._count = count
        self._say = say
        self._processes: dict[int, Process] = {}
        self._ready: set[int] = set()
        self._all_ready = asyncio.Event()
        self._stop = asyncio.Event()
        self.code = 0

    @property
    def pids(self) -> list[int]:
        """Return the ids of the processes that run, by number."""
        return [process.pid for _, process in sorted(self._processes.items())]

    def stop(self) -> None:
        """Let all processes finish what they began, and end."""
        self._stop.set()

    async def ready(self) -> bool:
        """Wait until every process has said that it is ready; return False if they are to stop before."""
        waits = [asyncio.create_task(event.wait()) for event in (self._all_ready, self._stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        return not self._stop.is_set()

    async def run(self) -> int:
        """Keep all running until `stop`; return 0, or 2 where starting them again would not help."""
        async with asyncio.TaskGroup() as group:
            for number in range(1, self._count + 1):
                group.create_task(self._keep(number))
        return self.code

    async def _keep(self, number: int) -> None:
        failures = 0
        while not self._stop.is_set():
            began = time.monotonic()
            code = await self._once(number)
            if self._stop.is_set():
                return
            if code == BAD_INPUT:
                # It has said why; the next would say the same.
                self.code = BAD_INPUT
                self._stop.set()
                return
            failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
            pause = BACKOFF_S[min(failures, len(BACKOFF_S)) - 1] if failures else 0.0
            self._say("died", number, code, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _once(self, number: int) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli.main",
            *self._words,
            env={**os.environ, **self._environ},
            stdin=PIPE,
            stdout=PIPE,
            # Ctrl-C is for us: they are told to stop one way only.
            start_new_session=True,
        )
        self._processes[number] = process
        self._say("started", number, process.pid, 0.0)
        ends = [asyncio.create_task(process.wait()), asyncio.create_task(self._stop.wait())]
        listening = asyncio.create_task(self._listen(number, process))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            await stopped(process, STOP_SECONDS)
            assert process.returncode is not None
            return process.returncode
        finally:
            del self._processes[number]
            self._ready.discard(number)
            for task in (*ends, listening):
                task.cancel()

    async def _listen(self, number: int, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if line.split()[:1] == [READY]:
                self._ready.add(number)
                if len(self._ready) == self._count:
                    self._all_ready.set()
