"""Everything on one machine: started by one command, found healthy, stopped without leaving anybody behind."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import httpx2 as httpx
import pytest

from domain.ledger import Ledger
from servers.health import answers
from servers.run import dev_server
from tests.audit.town import open_books
from tests.e2e.program import aborted, run, started

LIMIT_S = 120
FUNDS = 3


@contextmanager
def running(cwd: Path, *words: str) -> Iterator[Popen[str]]:
    """Run `bridgefund` with *words* until the block is left."""
    process = started(cwd, words, stdout=PIPE, stderr=DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            aborted(process)
        assert process.stdout is not None
        process.stdout.close()


def up(cwd: Path, *words: str) -> Any:
    """Run `bridgefund up` on a sample store in the folder `data`, with its console on any port."""
    return running(cwd, "up", "--folder", "data", "--sample", "--json", "--console-port", "0", *words)


def told(process: Popen[str]) -> dict[str, Any]:
    """Return what `up` says once all is ready."""
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    assert said["ready"]
    return said


def lives(pid: int) -> bool:
    """Return whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def answers_at(address: str) -> bool:
    """Return whether a console's page is there."""
    try:
        return httpx.get(f"{address}/login", timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def assert_all_gone(said: dict[str, Any]) -> None:
    end = time.monotonic() + LIMIT_S
    pids = [*said["workers"], *filter(None, [said["console_process"]])]
    while any(map(lives, pids)) or asyncio.run(answers(said["address"])):
        assert time.monotonic() < end, "left behind"
        time.sleep(0.2)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A sample store with open cases, where `up` looks for it."""
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path}/data/ledger.db"
    with Ledger(url) as ledger:
        open_books(ledger, FUNDS)
    return url


def test_all_is_started_found_healthy_and_stopped_and_the_second_time_goes_on(tmp_path: Path, store: str) -> None:
    with up(tmp_path, "--processes", "2") as process:
        said = told(process)
        # The funds with their clocks, one more fund, and the county's calendar with what it has begun.
        assert (len(said["workers"]), said["open_cases"] > 2 * FUNDS + 1) == (2, True)
        second = run(tmp_path, "up", "--folder", "data", "--sample")
        assert (second.code, "data" in second.err) == (2, True)
        # The other commands find the server by its note beside the store.
        healthy = run(tmp_path, "status", "--store", store, "--json")
        seen = json.loads(healthy.out)
        assert (healthy.code, seen["wrong"]) == (0, [])
        assert len(seen["queues"]["workflow"]["workers"]) == 2
        assert seen["console"] == {"address": said["console"], "answers": True}
        assert seen["running"] >= seen["store"]["should_run"] >= 2 * FUNDS + 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
        assert_all_gone(said)
    with up(tmp_path) as process:
        said = told(process)
        resumed = run(tmp_path, "resume", "--store", store, "--json")
        # The server's database was kept: nothing had to be started again.
        again = json.loads(resumed.out)
        assert (again["found"], again["changed"]) == ({"running": again["cases"]}, [])
        assert again["cases"] >= seen["running"]
        # Nobody has acted since: what should run is what `resume` looks after, the county's calendar among it.
        counted = json.loads(run(tmp_path, "status", "--store", store, "--json").out)["store"]
        assert again["cases"] == counted["open_cases"]
        assert run(tmp_path, "reconcile", "--store", store).code == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT_S) == 0
        assert_all_gone(said)


def test_killed_dead_it_leaves_nobody_behind(tmp_path: Path, store: str) -> None:
    assert store
    with up(tmp_path, "--processes", "2") as process:
        said = told(process)
        process.kill()
        process.wait()
        assert_all_gone(said)


def test_a_console_that_dies_is_started_again_at_its_address(tmp_path: Path, store: str) -> None:
    assert store
    with up(tmp_path) as process:
        said = told(process)
        assert answers_at(said["console"])
        os.kill(said["console_process"], signal.SIGKILL)
        end = time.monotonic() + LIMIT_S
        while lives(said["console_process"]) or not answers_at(said["console"]):
            assert time.monotonic() < end, "not started again"
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
        assert not answers_at(said["console"])
        assert_all_gone(said)


def test_without_a_console_there_is_none(tmp_path: Path, store: str) -> None:
    assert store
    with up(tmp_path, "--no-console") as process:
        said = told(process)
        assert (said["console"], said["console_process"]) == (None, None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0


def test_a_production_up_leaves_a_sample_store_alone(tmp_path: Path, store: str) -> None:
    refused = run(tmp_path, "up", "--folder", "data", BRIDGEFUND_LANG="en")
    assert (refused.code, "sample store" in refused.err) == (2, True)
    for command in ("resume", "worker"):
        words = (command, "--store", store, "--address", "127.0.0.1:1")
        refused = run(tmp_path, *words, BRIDGEFUND_LANG="en")
        assert (refused.code, "sample store" in refused.err) == (2, True), command
    # Each of several says no for good: they are not started again and again.
    several = run(tmp_path, "worker", "--processes", "2", "--store", store, "--address", "127.0.0.1:1")
    assert several.code == 2


async def test_a_worker_that_dies_is_started_again(tmp_path: Path, store: str, dev_server_exe: Path) -> None:
    async with dev_server(dev_server_exe) as address:
        words = ("worker", "--processes", "2", "--sample", "--store", store, "--address", address)
        await asyncio.to_thread(one_dies, tmp_path, words, ("status", "--store", store, "--address", address, "--json"))


def one_dies(cwd: Path, words: tuple[str, ...], ask: tuple[str, ...]) -> None:
    """Kill one of two workers and wait until two are there again; then stop them."""
    process = started(cwd, words, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        first = int(process.stderr.readline().split()[-1])
        os.kill(first, signal.SIGKILL)
        lines = [process.stderr.readline() for _ in range(3)]
        assert any("-9" in line for line in lines), lines
        # The cases were never started here, which it says, with exit code 1.
        unhealthy = run(cwd, *ask)
        assert (unhealthy.code, len(json.loads(unhealthy.out)["wrong"])) == (1, 1)
        process.terminate()
        assert process.wait(LIMIT_S) == 0
    finally:
        if process.poll() is None:
            aborted(process)
        process.stdout.close()
        process.stderr.close()


async def test_what_is_amiss_is_said_with_exit_code_1(tmp_path: Path, store: str, dev_server_exe: Path) -> None:
    async with dev_server(dev_server_exe) as address:
        words = ("status", "--store", store, "--json", "--address", address)
        alone = await asyncio.to_thread(run, tmp_path, *words, BRIDGEFUND_LANG="en")
        wrong = json.loads(alone.out)["wrong"]
        assert alone.code == 1
        assert [said.partition(" ")[0] for said in wrong] == ["no", "no", "at"]
        other = await asyncio.to_thread(run, tmp_path, *words, BRIDGEFUND_LANG="en", TEMPORAL_NAMESPACE="nowhere")
        assert (other.code, "nowhere" in other.err) == (2, True)
    gone = await asyncio.to_thread(run, tmp_path, *words, BRIDGEFUND_LANG="en")
    assert (gone.code, json.loads(gone.out)["running"]) == (1, None)
    missing = await asyncio.to_thread(run, tmp_path, "status", "--store", "sqlite:///nothing.db")
    assert missing.code == 2
