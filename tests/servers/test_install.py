"""An installation is whole or not there, and two at once are one."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from servers import find
from servers.errors import ServerNotHadError
from servers.machine import Machine
from servers.progress import QUIET
from tests.servers.conftest import FakeMachine

ROOT = Path(__file__).parent.parent.parent
INSTALLING = """
import json, sys
from rich.console import Console
from servers.find import temporal_cli
from servers.progress import Plain
print(temporal_cli(Plain(Console(file=sys.stdout), "en"), json.loads(sys.argv[1])), flush=True)
"""


def installing(machine: FakeMachine) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-c", INSTALLING, json.dumps(machine.environ)),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> str:
    while not path.exists() or not path.read_text(encoding="utf-8"):
        time.sleep(0.02)
    return path.read_text(encoding="utf-8")


def stalled_go(machine: FakeMachine) -> None:
    """A Go that leaves half a program, says that it is at work, and goes on when it is released."""
    machine.go(
        before=f"open(os.path.join(os.environ['GOBIN'], 'temporal'), 'w').write('#!/bin/sh')\n"
        f"open({str(machine.folder / 'building')!r}, 'w').write(str(os.getpid()))\n"
        f"while not os.path.exists({str(machine.folder / 'release')!r}): time.sleep(0.02)"
    )


def test_two_processes_that_install_at_once_install_once(machine: FakeMachine) -> None:
    stalled_go(machine)
    with installing(machine) as first:
        wait_for(machine.folder / "building")
        with installing(machine) as second:
            assert second.stdout is not None
            assert "waiting for another process" in second.stdout.readline()
            (machine.folder / "release").touch()
            ends = [process.communicate()[0].splitlines()[-1] for process in (first, second)]

    assert ends == [str(machine.servers / "temporal-cli-1.5.1" / "temporal")] * 2
    assert len(machine.builds) == 1


def test_an_installation_that_was_killed_leaves_nothing_that_is_taken(machine: FakeMachine) -> None:
    stalled_go(machine)
    with installing(machine) as killed:
        compiler = int(wait_for(machine.folder / "building"))
        killed.kill()
    with suppress(ProcessLookupError):
        os.kill(compiler, signal.SIGKILL)
    assert find.look(find.CLI, Machine(machine.environ))[0] is None

    machine.go()
    assert find.temporal_cli(QUIET, machine.environ).read_text(encoding="utf-8").endswith("version built\n")
    assert [path.name for path in machine.servers.glob(".*")] == []


def test_half_a_server_in_its_place_is_replaced(machine: FakeMachine) -> None:
    half = machine.servers / "temporal-cli-1.5.1"
    half.mkdir(parents=True)
    (half / "temporal").write_bytes(b"\x7fELF")
    (half / "temporal").chmod(0o755)
    machine.go()

    exe = find.temporal_cli(QUIET, machine.environ)

    assert exe == half / "temporal"
    assert len(machine.builds) == 1
    assert sorted(path.name for path in machine.servers.iterdir()) == [
        "temporal-cli-1.5.1",
        "temporal-cli-1.5.1.lock",
    ]


def test_a_build_that_fails_leaves_the_cache_as_it_was(machine: FakeMachine) -> None:
    machine.go(before="sys.exit('no')")

    with suppress(ServerNotHadError):
        find.temporal_cli(QUIET, machine.environ)

    assert [path.name for path in machine.servers.iterdir()] == ["temporal-cli-1.5.1.lock"]
