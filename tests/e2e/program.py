"""The program itself, run as a person runs it: a process, its exit code, its two outputs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT

LIMIT_SECONDS = 600


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


def run(cwd: Path, *words: str, **environ: str) -> Ended:
    """Run `bridgefund` with *words* in *cwd*."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environ},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
