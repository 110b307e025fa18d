"""The real servers, for every test that wants one: found or installed once, started anew for each test.

Only PostgreSQL is started once for all tests of a process: each has a database of its own there. And the sample
county's year is played once, for all tests that only go on from it.
"""

import fcntl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.testing import WorkflowEnvironment

from servers.find import temporal_cli
from servers.find import test_server as find_test_server
from servers.progress import QUIET
from servers.run import dev_server, time_skipping
from tests.databases import KINDS, Postgres, new_store, postgres_server
from tests.e2e.program import run

# The SDK's core warns of every capability that the small servers lack; a test's output is for failures.
Runtime.set_default(
    Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter="error"))), error_if_already_set=False
)


@pytest.fixture(scope="session")
def dev_server_exe() -> Path:
    """The dev server's program."""
    return temporal_cli(QUIET)


@pytest.fixture(scope="session")
def test_server_exe() -> Path:
    """The time-skipping server's program."""
    return find_test_server(QUIET)


@pytest.fixture
async def skipping(test_server_exe: Path) -> AsyncIterator[WorkflowEnvironment]:
    """A time-skipping server of this test's own: its clock is shared by all that run on it."""
    async with time_skipping(test_server_exe) as env:
        yield env


@pytest.fixture
async def dev_address(dev_server_exe: Path) -> AsyncIterator[str]:
    """The address of a dev server of this test's own."""
    async with dev_server(dev_server_exe) as address:
        yield address


@pytest.fixture
async def dev_client(dev_address: str) -> Client:
    """A client of this test's dev server."""
    return await Client.connect(dev_address)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of our own."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store: whoever asks for it runs twice, on SQLite and on PostgreSQL."""
    with new_store(request, request.param, tmp_path) as url:
        yield url


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
