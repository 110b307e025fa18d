"""The program itself, run as a person runs it: a process, its exit code, its two outputs."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.forking import Forked
from tests.places import ROOT

LIMIT_SECONDS = 300
LAST_WORDS_SECONDS = 10


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


def run(cwd: Path, *words: str, **environ: str) -> Ended:
    """Run `bridgefund` with *words* in *cwd*; one that hangs is ended with all that it started, and tells where."""
    process = Forked(cwd, words, _environ(environ))
    try:
        out, err = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        _out, err = aborted(process)
        raise AssertionError(f"no end after {LIMIT_SECONDS} s: {' '.join(words)}\n{err[-6000:]}") from None
    return Ended(process.wait(), out, err)


def started(
    cwd: Path,
    words: tuple[str, ...],
    *,
    stdout: int | None = None,
    stderr: int | None = None,
    environ: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start `bridgefund` with *words* in a session of its own, so that its servers can be ended with it."""
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "cli.main", *words],
        cwd=cwd,
        env=_environ(environ or {}),
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environ}


def aborted(process: subprocess.Popen[str] | Forked) -> tuple[str, str]:
    """End a process that hangs, and return what it said: at SIGABRT the stack of each of its threads."""
    process.send_signal(signal.SIGABRT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(LAST_WORDS_SECONDS)
    # Its servers hold the same pipes: as long as one lives, reading them has no end.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    out, err = process.communicate()
    return out or "", err or ""
