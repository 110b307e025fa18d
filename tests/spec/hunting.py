"""Changes each key of the policies in turn, and sees whether a test of the cells that it serves notices."""

import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.errors import BadInputError
from domain.policy.faults import spelled
from tests.spec.changes import change_of
from tests.spec.keys import Key, PolicyText
from tests.spec.marks import Coverage
from tests.spec.matrix import Cell
from tests.spec.running import Run, run

# What most tests need, imported once: each change has a process of its own that begins with it. No conftest: the
# Temporal runtime that one sets up does not outlive a fork.
_PRELOADED = ["tests.spec.hunting", "hypothesis", "temporalio.testing", "servers.run", "tests.domain.county"]
_ANSWER_SECONDS = 600
_NOTICED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)


class Outcome(StrEnum):
    """What came of a key's change."""

    NOTICED = "noticed"
    REFUSED = "refused"
    SURVIVED = "survived"
    NOT_RUN = "not_run"
    NO_ROW = "no_row"
    REASONED = "reasoned"


class Finding(NamedTuple):
    """One key, what was done to it, and what came of it."""

    place: str
    cells: tuple[Cell, ...]
    how: str
    outcome: Outcome
    because: str = ""


class _Task(NamedTuple):
    """One key of a policy, by its number, with the test files and cells to run."""

    file: Path
    number: int
    cells: tuple[Cell, ...]
    tests: frozenset[str]


@dataclass
class Hunt:
    """The findings that need no run, and the tasks that do."""

    found: list[Finding]
    tasks: list[_Task]
    words: int

    def run(self, workers: int) -> Iterator[Finding]:
        """Yield the findings of the tasks, as they come."""
        with _processes(workers) as pool:
            results = pool.imap_unordered(_hunted, self.tasks)
            # A pool waits for ever for what a process that died had in hand.
            for _ in self.tasks:
                yield results.next(timeout=_ANSWER_SECONDS)


def prepare(coverage: Coverage, files: dict[str, Path], rows: frozenset[str] = frozenset()) -> Hunt:
    """Return what is to be hunted: all keys, or those that serve *rows*.

    Raises:
        BadInputError: If the tests fail before anything is changed.
    """
    hunt, readers = Hunt([], [], 0), _readers(coverage, files)
    for code, file in files.items():
        policy = PolicyText(file.read_text(encoding="utf-8"))
        hunt.words += policy.words()
        for number, key in enumerate(policy.all_keys()):
            if rows and not rows & set(key.rows):
                continue
            cells = tuple(Cell(row, code) for row in key.rows)
            tests = frozenset(test for test in _running(coverage, cells) if file in readers.get(test, ()))
            if tests:
                hunt.tasks.append(_Task(file, number, cells, tests))
            else:
                hunt.found.append(Finding(_place(file, key), cells, "", Outcome.NOT_RUN if cells else Outcome.NO_ROW))
    return hunt


def _running(coverage: Coverage, cells: Iterable[Cell]) -> set[str]:
    """Return the test files that run the rules of the cells."""
    return {test.partition("::")[0] for cell in cells for test in coverage.running(cell)}


def _readers(coverage: Coverage, files: dict[str, Path]) -> dict[str, set[Path]]:
    """Return which test file reads which policies, from a run in which nothing is changed."""
    cells = [cell for cell in coverage.tests if coverage.running(cell)]
    tests = _running(coverage, cells)
    if not tests:
        return {}
    with _processes(1) as pool:
        before = pool.apply_async(run, (tests, cells)).get(timeout=_ANSWER_SECONDS)
    if before.code != pytest.ExitCode.OK:
        raise BadInputError("pytest", before.said)
    anywhere = before.reads.get("", set())
    return {test: (reads | anywhere) & set(files.values()) for test, reads in before.reads.items()}


def _hunted(task: _Task) -> Finding:
    policy = PolicyText(task.file.read_text(encoding="utf-8"))
    key = list(policy.all_keys())[task.number]
    place, change = _place(task.file, key), change_of(policy, key)
    if change is None:
        return Finding(place, task.cells, "", Outcome.REFUSED)
    ran = run(task.tests, task.cells, {task.file: change.text})
    return Finding(place, task.cells, change.how, _outcome(ran))


def _outcome(ran: Run) -> Outcome:
    if ran.code in _NOTICED:
        return Outcome.NOTICED
    assert ran.code == pytest.ExitCode.OK, ran.said
    return Outcome.SURVIVED


def _place(file: Path, key: Key) -> str:
    return f"{file.name}:{key.line} {spelled(key.at)}"


def _processes(workers: int) -> Any:
    """Return a pool whose processes each do one thing: a test file that is imported keeps what it read."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context.Pool(workers, maxtasksperchild=1)
