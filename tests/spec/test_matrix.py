"""`make spec` finds a cell that no test shows, and a mark that shows nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from domain.errors import BadInputError
from tests.places import ROOT
from tests.spec import __main__ as tool
from tests.spec.marks import READING, coverage
from tests.spec.matrix import MENTIONS, RULES, SILENT, Cell, policy_files, read

APP = typer.Typer()
APP.command()(tool.spec)
HEADER = "row,zh,en,AA,BB\n"
TWO = f"{HEADER}XX-01,甲,first,x,~\nXX-02,乙,second,x,-\nYY-01,丙,third,-,x\n"
TESTS = """
import pytest

@pytest.mark.row("XX-01", "AA")
@pytest.mark.row("YY-01", "BB")
@pytest.mark.parametrize("n", [1, 2])
def test_first(n: int) -> None: ...
"""


def spec(folder: Path, rows: str, tests: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m tests.spec` on made-up rows and tests."""
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    (folder / "test_made_up.py").write_text(tests, encoding="utf-8")
    command = [sys.executable, "-m", "tests.spec", str(folder), "--rows", str(folder / "rows.csv"), "--json"]
    environment = {**os.environ, "BRIDGEFUND_LANG": "en"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_a_cell_without_a_test_fails(tmp_path: Path) -> None:
    result = spec(tmp_path, TWO, TESTS)
    assert result.returncode == 1, result.stderr
    found = json.loads(result.stdout)
    assert found["untested"] == ["XX-02 AA"]
    assert (found["rows"], found["cells"], found["tested"]) == (3, 3, 2)
    assert [len(tests) for tests in found["tests"].values()] == [1, 1], "parameters are no tests of their own"


def test_all_is_well_when_each_ruled_cell_has_a_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks: dict[tuple[object, ...], set[str]] = {("XX-01", "AA"): {"a"}, ("XX-02", "AA"): {"b"}, ("YY-01", "BB"): {"b"}}
    monkeypatch.setattr(tool, "collect", lambda matrix, _: coverage(matrix, marks))
    result = CliRunner().invoke(APP, ["--rows", str(made(tmp_path, TWO))])
    assert result.exit_code == 0, result.output
    assert all(name in result.output for name in ("XX-01", "XX-02", "YY-01"))


def test_a_mark_of_no_such_row_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "collect", lambda matrix, _: coverage(matrix, {("XX-09", "AA"): {"test_first"}}))
    result = CliRunner().invoke(APP, ["--rows", str(made(tmp_path, TWO))])
    assert result.exit_code == 2
    assert all(said in result.output for said in ("XX-09", "test_first"))


def test_tests_that_cannot_be_collected_are_an_error(tmp_path: Path) -> None:
    result = spec(tmp_path, TWO, "import no_such_module\n")
    assert result.returncode == 2
    assert "no_such_module" in result.stderr


@pytest.mark.parametrize("args", [("XX-01", "CC"), ("XX-09", "AA"), ("XX-01",), ("XX-01", "AA", "BB"), (1, "AA")])
def test_a_mark_must_name_a_row_and_a_county(tmp_path: Path, args: tuple[object, ...]) -> None:
    matrix = read(made(tmp_path, TWO))
    with pytest.raises(BadInputError, match="test_x"):
        coverage(matrix, {args: {"test_x"}})


def test_a_test_that_reads_the_file_back_runs_no_rule(tmp_path: Path) -> None:
    matrix = read(made(tmp_path, TWO))
    found = coverage(
        matrix, {("XX-01", "AA"): {f"{READING}test_a.py::test_a"}, ("XX-02", "AA"): {"tests/test_b.py::b"}}
    )
    assert found.untested() == [Cell("YY-01", "BB")]
    assert [len(found.running(cell)) for cell in matrix.ruled()] == [0, 1, 0]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("", "the header must be"),
        (TWO.replace("AA,BB", "AA,AA"), "the header must be"),
        (TWO.replace("XX-02", "XX-03"), "XX-03 where XX-02 is due"),
        (TWO.replace("XX-02", "XX-01"), "XX-01 where XX-02 is due"),
        (TWO.replace("YY-01", "y1"), "'y1' is no row id"),
        (TWO.replace("second", " "), "a name in both languages"),
        (TWO.replace("first,x,~", "first,x,yes"), "'yes' is none of"),
        (TWO.replace("first,x,~", "first,x"), "2: 4 cells instead of 5"),
    ],
)
def test_rows_in_another_form_are_refused(tmp_path: Path, wrong: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        read(made(tmp_path, wrong))


def test_missing_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        read(tmp_path / "none.csv")


def test_our_rows_are_in_form_and_have_a_policy_for_each_county() -> None:
    matrix = read()
    assert set(matrix.counties) == policy_files().keys()
    said = [row.cells[code] for row in matrix.rows for code in matrix.counties]
    assert (len(matrix.rows), said.count(RULES), said.count(MENTIONS)) == (122, 309, 20)
    assert said.count(SILENT) == 122 * 5 - 309 - 20


def made(folder: Path, rows: str) -> Path:
    """Write rows to a file."""
    path = folder / "rows.csv"
    path.write_text(rows, encoding="utf-8")
    return path
