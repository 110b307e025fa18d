"""The sample county's year, played once for all tests that only go on from it."""

import fcntl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.program import run
from tests.e2e.town import Town, living


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A year of the sample county, seed 1, in `year.db`; who goes on from it takes a copy."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "played-sample-2022"
    folder.mkdir(exist_ok=True)
    # Of the processes that run tests the first plays it, and the others wait.
    with (folder.parent / "played-sample-2022.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "year.db").exists():
            words = ("simulate", "sample", "--year", "2022", "--seed", "1", "--store", f"sqlite:///{folder}/playing.db")
            ended = run(folder, *words)
            assert ended.code == 0, ended.err
            (folder / "playing.db").rename(folder / "year.db")
    return folder


@pytest.fixture
async def town(tmp_path: Path, played: Path, dev_server_exe: Path) -> AsyncIterator[Town]:
    """A living town on a copy of that year."""
    async with living(tmp_path, played, dev_server_exe) as town:
        yield town
