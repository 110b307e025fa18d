"""Stands between us and a program of others: `python guard.py COMMAND…`; ends it when whoever started this is gone.

Standing input is the lifeline: it closes when the starter ends, even by kill -9. Only the standard library, so that it
can be started by its path.
"""

import signal
import subprocess
import sys
import threading
from types import FrameType

STOP_SECONDS = 8.0  # Less than `servers.run.STOP_SECONDS`: the guard must not be killed before its charge.


def main(command: list[str]) -> int:
    """Run *command* until it ends, SIGTERM or SIGINT comes, or standard input closes; return its exit code."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    threading.Thread(target=_follow, args=(stop,), daemon=True).start()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:  # noqa: S603 - its starter's own command
        threading.Thread(target=_end_at, args=(stop, process), daemon=True).start()
        return process.wait()


def _follow(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


def _end_at(stop: threading.Event, process: subprocess.Popen[bytes]) -> None:
    stop.wait()
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
