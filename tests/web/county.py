"""A county's first day: a sample store with its rules and people and nothing else, with all that runs on it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from subprocess import PIPE

from domain.cases import STORE
from domain.ledger import Ledger, Step
from domain.store import MoveClock
from doors.clock import wall_now
from doors.stores import names_file
from servers.run import dev_server
from simulation.opening import open_county, open_store, opening_act
from simulation.samples import load
from simulation.year import SECRET
from tests.e2e.program import run, started
from tests.e2e.town import stopped
from tests.web.town import console


@dataclass
class FreshCounty:
    """A store that nobody has written to, its Temporal server, worker and console."""

    folder: Path
    dev_server_exe: Path
    url: str = ""
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def store(self) -> str:
        """Return the store's address."""
        return f"sqlite:///{self.folder}/ledger.db"

    async def open(self) -> None:
        """Start the servers; what the ledger has open is taken up."""
        address = await self._running.enter_async_context(dev_server(self.dev_server_exe))
        where = ("--store", self.store, "--address", address)
        worker = started(self.folder, ("worker", "--sample", *where), stdout=PIPE)
        self._running.push_async_callback(asyncio.to_thread, stopped, worker)
        assert worker.stdout is not None
        assert (await asyncio.to_thread(worker.stdout.readline)).strip() == "ready"
        resumed = await asyncio.to_thread(run, self.folder, "resume", "--sample", *where)
        assert resumed.code == 0, resumed.err
        self.url = await self._running.enter_async_context(console(self.folder, self.store, address))

    async def close(self) -> None:
        """Stop the servers."""
        await self._running.aclose()

    async def reopen(self, at: datetime) -> None:
        """Close, and open at a later moment of the store's own clock: days have gone by."""
        await self.close()
        with Ledger(self.store) as ledger:
            shift = (at - wall_now()).total_seconds()
            ledger.execute(Step(STORE, MoveClock(opening_act(f"store:{at}", at), shift)))
        await self.open()


@asynccontextmanager
async def first_day(folder: Path, samples: Path, begins: datetime, dev_server_exe: Path) -> AsyncIterator[FreshCounty]:
    """Run a county from its first day on: its rules adopted, its people appointed, and no fact besides."""
    of = load(samples)
    with Ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        open_store(ledger, SECRET, begins, (begins - wall_now()).total_seconds())
        open_county(ledger, of, SECRET, begins)
    names = {person.person: person.name for person in of.people}
    names_file(folder / "ledger.db").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    county = FreshCounty(folder, dev_server_exe)
    try:
        await county.open()
        yield county
    finally:
        await county.close()
