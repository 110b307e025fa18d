"""A sample year that was played, and a living town on a copy of it: server, worker, and what is open."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired

from servers.run import dev_server
from tests.e2e.program import Ended, aborted, run, started

STOP_SECONDS = 120
OPEN_CLAIM = "sample/claim/S04-2"


@dataclass(frozen=True)
class Town:
    """A sample store with its server and worker."""

    cwd: Path
    store: str
    address: str

    async def act(self, *words: str, **environ: str) -> Ended:
        """Run `bridgefund act`."""
        where = ("--store", self.store, "--address", self.address)
        return await asyncio.to_thread(run, self.cwd, "act", *words, *where, **environ)


@asynccontextmanager
async def living(folder: Path, played: Path, dev_server_exe: Path) -> AsyncIterator[Town]:
    """Run a town in *folder* on a copy of the year in *played*, its open cases taken up again by a worker."""
    shutil.copytree(played, folder, dirs_exist_ok=True)
    store = f"sqlite:///{folder}/year.db"
    async with dev_server(dev_server_exe) as address:
        worker = started(folder, ("worker", "--sample", "--store", store, "--address", address), stdout=PIPE)
        assert worker.stdout is not None
        try:
            assert (await asyncio.to_thread(worker.stdout.readline)).strip() == "ready"
            resumed = await asyncio.to_thread(run, folder, "resume", "--sample", "--store", store, "--address", address)
            assert resumed.code == 0, resumed.err
            yield Town(folder, store, address)
        finally:
            await asyncio.to_thread(stopped, worker)


def stopped(worker: Popen[str]) -> None:
    """Check that a worker that is asked to stop ends as it should; one that does not tells where it hangs."""
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except TimeoutExpired:
        aborted(worker)
        raise
    assert worker.stdout is not None
    worker.stdout.close()
    assert worker.returncode == 0
