"""Two counties' played year, living on: a Temporal server, a worker and a console, each a process of its own."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from servers.ports import free_ports, listens
from servers.run import dev_server
from tests.e2e.program import run, started
from tests.e2e.town import stopped
from tests.places import ROOT

KEPT = ROOT / "build" / "town"
# What a played year does not depend on.
NOT_PLAYED = {"build", "tests", "benchmarks", "docs", "console", "doors", "reports", "notices"}
PLAYED_OF = (".py", ".toml", ".csv", ".lock")
READY_SECONDS = 60
PASSWORD = "Lend-me-a-hand-42"  # noqa: S105 - of people that there are not


@dataclass(frozen=True)
class Town:
    """A sample store of two counties with all that runs on it."""

    folder: Path
    store: str
    address: str
    url: str


@asynccontextmanager
async def living(folder: Path, dev_server_exe: Path) -> AsyncIterator[Town]:
    """Run a town in *folder*, with its open cases taken up again."""
    shutil.copytree(await asyncio.to_thread(played), folder, dirs_exist_ok=True)
    store = f"sqlite:///{folder}/ledger.db"
    async with dev_server(dev_server_exe) as address:
        where = ("--store", store, "--address", address)
        worker = started(folder, ("worker", "--sample", *where), stdout=PIPE)
        assert worker.stdout is not None
        try:
            assert (await asyncio.to_thread(worker.stdout.readline)).strip() == "ready"
            resumed = await asyncio.to_thread(run, folder, "resume", "--sample", *where)
            assert resumed.code == 0, resumed.err
            async with console(folder, store, address) as url:
                yield Town(folder, store, address, url)
        finally:
            await asyncio.to_thread(stopped, worker)


@asynccontextmanager
async def console(folder: Path, store: str, address: str) -> AsyncIterator[str]:
    """Run the console of a store and yield its address; at the end its log may have no error."""
    [port] = free_ports(1)
    log = folder / "console.log"
    process = await asyncio.to_thread(_serving, log, (store, address, str(port)))
    try:
        await asyncio.to_thread(_wait_until_listening, process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, READY_SECONDS)
        said = await asyncio.to_thread(log.read_text)
    assert "Traceback" not in said, said[-6000:]


def _serving(log: Path, words: tuple[str, ...]) -> "Popen[bytes]":
    program = (sys.executable, "-X", "faulthandler", "-m", "tests.web.serve")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("w") as output:
        return Popen((*program, *words), env=environ, stdout=output, stderr=output, start_new_session=True)


def _wait_until_listening(process: "Popen[bytes]", port: int, log: Path) -> None:
    until = monotonic() + READY_SECONDS
    while not listens(port):
        assert process.poll() is None, log.read_text()[-6000:]
        assert monotonic() < until, log.read_text()[-6000:]
        sleep(0.1)


def played() -> Path:
    """Return the folder with the demo's two counties' year, played anew only when what plays it has changed."""
    folder = KEPT / _digest()
    with alone():
        if not folder.exists():
            shutil.rmtree(KEPT, ignore_errors=True)
            KEPT.mkdir(parents=True)
            with TemporaryDirectory(dir=KEPT) as playing:
                ended = run(Path(playing), "demo", "--exit")
                assert ended.code == 0, ended.err
                (Path(playing) / "demo-store").rename(folder)
    return folder


@contextmanager
def alone() -> Iterator[None]:
    """Wait for the turn: of the processes that run tests one plays, and the others find what it played."""
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    digest = hashlib.sha256()
    tops = [top for top in ROOT.iterdir() if top.name not in NOT_PLAYED and not top.name.startswith(".")]
    files = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top])]
    for file in sorted(file for file in files if file.suffix in PLAYED_OF):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
