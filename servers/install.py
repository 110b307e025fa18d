"""Putting a server into the cache folder: one process at a time, and whole or not at all."""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.progress import Say
from servers.text import Text


@contextmanager
def alone(folder: Path, say: Say) -> Iterator[None]:
    """Hold the lock of *folder* while the block lasts, waiting for another process that holds it.

    Raises:
        OSError: the cache folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with say.working(Text("等待另一个进程完成安装", "waiting for another process that installs it")):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let *fill* write into a new folder, and make that *folder* once it is whole. To be called alone.

    Raises:
        OSError: the disk does not allow it.
    """
    prefix = f".{folder.name}-"
    for left_over in folder.parent.glob(f"{prefix}*"):  # Of an installation that was killed.
        shutil.rmtree(left_over, ignore_errors=True)
    # A sibling, so that the rename stays on one disk and is one step.
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder.parent) as name:
        fresh = Path(name) / "fresh"
        fresh.mkdir()
        fill(fresh)
        if folder.exists():
            folder.rename(Path(name) / "half")
        fresh.rename(folder)
