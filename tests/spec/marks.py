"""Which tests show which cells: their marks `row(id, county)`, gathered by letting pytest collect them."""

import io
from collections import defaultdict
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.errors import BadInputError
from tests.places import ROOT
from tests.spec.matrix import Cell, Matrix

# Tests in here compare a file's values with what its text says; they run no rule.
READING = "tests/domain/policy/"


@dataclass(frozen=True)
class Coverage:
    """The tests of each cell, by the names that pytest gives them, parameters aside."""

    matrix: Matrix
    tests: dict[Cell, frozenset[str]]

    def untested(self) -> list[Cell]:
        """Return the cells that need a test and have none."""
        return [cell for cell in self.matrix.ruled() if not self.tests.get(cell)]

    def running(self, cell: Cell) -> frozenset[str]:
        """Return the tests of a cell that run its rule rather than read it back."""
        return frozenset(test for test in self.tests.get(cell, ()) if not test.startswith(READING))


class Marks:
    """A pytest plugin: keeps the marks of what is collected."""

    def __init__(self) -> None:
        self.tests: dict[tuple[object, ...], set[str]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note each mark with its test."""
        for item in items:
            for mark in item.iter_markers("row"):
                self.tests[(*mark.args, *mark.kwargs.values())].add(_name(item))


def file_of(node: pytest.Item | pytest.Collector) -> str:
    """Return the file of a test, from the repository's root if it lies below."""
    return str(node.path.relative_to(ROOT) if node.path.is_relative_to(ROOT) else node.path)


def collect(matrix: Matrix, paths: Iterable[Path]) -> Coverage:
    """Return which tests in *paths* show which cells.

    Raises:
        BadInputError: If a test cannot be collected, or a mark names no row or no county of the matrix.
    """
    marks, said = Marks(), io.StringIO()
    with redirect_stdout(said):
        code = pytest.main(
            [
                "--collect-only",
                "-qq",
                "-p",
                "no:cacheprovider",
                f"--rootdir={ROOT}",
                f"--config-file={ROOT}/pyproject.toml",
            ]
            + [str(path) for path in paths],
            plugins=[marks],
        )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise BadInputError("pytest", said.getvalue().strip())
    return coverage(matrix, marks.tests)


def coverage(matrix: Matrix, tests: dict[tuple[object, ...], set[str]]) -> Coverage:
    """Return the coverage that marks come to.

    Raises:
        BadInputError: If a mark names no row or no county of the matrix.
    """
    strange = {args: found for args, found in tests.items() if not _is_known(matrix, args)}
    if strange:
        lines = (f"row{args!r}: {test}" for args, found in strange.items() for test in sorted(found))
        raise BadInputError("pytest.mark.row", "no such row or county:\n" + "\n".join(lines))
    return Coverage(matrix, {Cell(*map(str, args)): frozenset(found) for args, found in tests.items()})


def _is_known(matrix: Matrix, args: tuple[object, ...]) -> bool:
    match args:
        case (str(row), str(county)):
            return matrix.knows(Cell(row, county))
    return False


def _name(item: pytest.Item) -> str:
    return f"{file_of(item)}::{item.nodeid.partition('::')[2].partition('[')[0]}"
