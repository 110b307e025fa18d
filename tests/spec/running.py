"""Runs the tests of some cells with one policy's text swapped for another: did a test notice?"""

import io
import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.places import ROOT
from tests.spec.marks import file_of
from tests.spec.matrix import Cell

_SECONDS_MAX = 120
# Only whether a test fails is asked: without what makes a failure readable, a run takes a third of the time.
_OPTIONS = ("-x", "-q", "--tb=line", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception")


class Run(NamedTuple):
    """How the tests ended, what pytest printed, and which test file read which policies."""

    code: int
    said: str
    reads: dict[str, set[Path]]


class Watching:
    """A pytest plugin: leaves the tests of some cells, and notes which test file reads which file."""

    def __init__(self, cells: frozenset[Cell]) -> None:
        self._cells = cells
        self._now = ""
        self.reads: dict[str, set[Path]] = defaultdict(set)

    def read(self, path: Path) -> None:
        """Note that a file is read by the test file of the moment."""
        self.reads[self._now].add(path)

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """A test file may read as it is imported."""
        self._now = file_of(collector)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave the tests that are marked with the cells."""
        marked = [item for item in items if any(Cell(*m.args) in self._cells for m in item.iter_markers("row"))]
        config.hook.pytest_deselected(items=[item for item in items if item not in marked])
        items[:] = marked

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """From here on the test reads, its fixtures first."""
        self._now = file_of(item)


def run(files: Iterable[str], cells: Iterable[Cell], swapped: dict[Path, str] | None = None) -> Run:
    """Run, in this process, the tests in *files* that are marked with *cells*; call it once in a process."""
    watching, said = Watching(frozenset(cells)), io.StringIO()
    with (
        # A folder of its own: two runs at once would clean up each other's.
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        _swapping(swapped or {}, watching),
        _no_longer_than(_SECONDS_MAX),
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        options = [*_OPTIONS, f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}", f"--basetemp={folder}/t"]
        code = pytest.main([*options, *(str(ROOT / file) for file in sorted(files))], plugins=[watching])
    return Run(code, said.getvalue(), dict(watching.reads))


@contextmanager
def _swapping(swapped: dict[Path, str], watching: Watching) -> Iterator[None]:
    """Let whoever reads one of the files get the other text: all tests get a policy's text by its path."""
    read_bytes, read_text = Path.read_bytes, Path.read_text

    def bytes_of(self: Path) -> bytes:
        if self.suffix != ".toml":
            return read_bytes(self)
        watching.read(self.resolve())
        return swapped[self.resolve()].encode() if self.resolve() in swapped else read_bytes(self)

    def text_of(self: Path, *args: Any, **options: Any) -> str:
        if self.suffix != ".toml":
            return read_text(self, *args, **options)
        watching.read(self.resolve())
        return swapped[self.resolve()] if self.resolve() in swapped else read_text(self, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", bytes_of)
        patch.setattr(Path, "read_text", text_of)
        yield


@contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    """Let a test that a changed rule keeps from ending fail."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
