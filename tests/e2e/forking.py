"""Starts `bridgefund` by forking a process that has the libraries and the rooms below the door loaded already.

To load them takes each start of Python over a second, and the tests start the program hundreds of times. What runs is
a process as before: with a session, folder, environment, outputs and exit code of its own. The door itself (`cli/`) is
loaded in each: its texts are in the language of its environment. Workers and servers, and whatever the program itself
starts, are started from nothing.
"""

import atexit
import gc
import json
import os
import runpy
import select
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from tests.places import ROOT

LOADED = ["openpyxl", "rich.progress", "typer", "audit.reconcile", "imports.checking", "notices.sending", "worker"]
LOADED += ["reports.document", "servers.run", "simulation.year", "temporalio.testing"]


class Forked:
    """A run of the program: of a `subprocess.Popen` what the tests ask of one."""

    def __init__(self, cwd: Path, words: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self._out, self._err = TemporaryFile("w+"), TemporaryFile("w+")  # noqa: SIM115 - closed where they are read
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(_address())
        asked = json.dumps({"cwd": str(cwd), "words": words, "environ": dict(environ)}) + "\n"
        socket.send_fds(self._line, [b"!"], [self._out.fileno(), self._err.fileno()])
        self._line.sendall(asked.encode())
        self._answers = self._line.makefile()
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """Send a signal to it."""
        os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code, or the negative of the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: If it is not over after *timeout* seconds.
        """
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("bridgefund", timeout or 0)
            self.returncode = int(self._answers.readline())
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what it wrote to its two outputs, once it is over; it has nothing to read."""
        self.wait(timeout)
        self._answers.close()
        self._line.close()
        said = []
        for file in (self._out, self._err):
            with file:
                file.seek(0)
                said.append(file.read())
        return said[0], said[1]


@cache
def _address() -> str:
    """Start what forks, once for each process that runs tests, and return where it listens; it ends with that one."""
    folder = TemporaryDirectory(prefix="forking-")
    address = f"{folder.name}/asked"
    forking = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "tests.e2e.forking", address],
        cwd=folder.name,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert forking.stdout is not None
    assert forking.stdout.readline() == b"ready\n"

    def end() -> None:
        forking.communicate()
        folder.cleanup()

    atexit.register(end)
    return address


def serve(address: str) -> list[str]:
    """Fork for each that asks; return its words in the process that is to run the program.

    It ends when its own starter does.
    """
    for name in LOADED:
        import_module(name)
    # A fork keeps one thread of those that there are; and no module may have read the language yet.
    assert not Path("/proc/self/task").exists() or len(list(Path("/proc/self/task").iterdir())) == 1
    assert not any(name.startswith("cli.") for name in sys.modules)
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        os.write(1, b"ready\n")
        while door.fileno() in select.select([door.fileno(), 0], [], [])[0]:
            line, _ = door.accept()
            if os.fork() == 0:
                return _runs(line)
            line.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    continue
    sys.exit()


def _runs(line: socket.socket) -> list[str]:
    """Start the program and tell on *line* how it ends; return its words in the program."""
    _, outputs, _, _ = socket.recv_fds(line, 1, 2)
    with line.makefile() as lines:
        asked = json.loads(lines.readline())
    if pid := os.fork():
        line.sendall(f"{pid}\n".encode())
        line.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())
        os._exit(0)
    os.setsid()
    line.close()
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), *outputs)):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["cwd"])
    return list(asked["words"])


if __name__ == "__main__":
    sys.argv = ["bridgefund", *serve(sys.argv[1])]
    runpy.run_module("cli.main", run_name="__main__", alter_sys=True)
