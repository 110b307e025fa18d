"""Loads the profiles of `policies/`, and finds rules in them by id."""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from domain.policy import Profile, load

POLICIES = Path(__file__).parents[3] / "policies"

_ROWS = re.compile(r"^#((?: [A-Z]{2}-\d{2})+)$", re.MULTILINE)


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> Profile:
    """The profile that the test file names in COUNTY."""
    return load(POLICIES / f"{request.module.COUNTY}.toml").profile


@pytest.fixture
def find() -> Callable[..., Any]:
    """Find the rule of an id in a list."""

    def by_id(rules: Iterable[Any], name: str) -> Any:
        return next(rule for rule in rules if rule.id == name)

    return by_id


@pytest.fixture
def check_rows() -> Callable[[str, str, str, str], None]:
    """Check that each row of a county has its comment in the file and its mark on a test."""

    def check(county: str, column: str, rows: str, test_file: str) -> None:
        text = (POLICIES / f"{county}.toml").read_text(encoding="utf-8")
        commented = {row for line in _ROWS.findall(text) for row in line.split()}
        assert set(rows.split()) - commented == set(), "rows without a comment in the file"
        assert set(rows.split()) - _marked(Path(test_file), column) == set(), "rows without a test"

    return check


def _marked(test_file: Path, column: str) -> set[str]:
    """Return the rows that the tests of a file are marked with."""
    calls = (node for node in ast.walk(ast.parse(test_file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    marks = [call.args for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "row"]
    pairs = [tuple(ast.literal_eval(argument) for argument in arguments) for arguments in marks]
    return {row for row, county in pairs if county == column}
