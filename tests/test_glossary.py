"""The glossary names what is there: each file, and in it what defines the word."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
COLUMNS = 4
PLACE = re.compile(r"`([\w/]+\.(?:py|toml)): ([\w.]+)`")


def rows() -> list[list[str]]:
    """Return the cells of every row that explains a term."""
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "term" and not row[0].startswith("---")]


ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_term_is_where_the_glossary_says(row: list[str]) -> None:
    assert len(row) == COLUMNS
    assert all(row)
    place = PLACE.fullmatch(row[2])
    assert place, f"{row[2]!r} is not `file: name`"
    path = ROOT / place[1]
    assert path.is_file()
    assert place[2] in set(names(path))


def test_each_term_stands_once() -> None:
    terms = [row[0] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)


def names(path: Path) -> Iterator[str]:
    """Yield what *path* defines: of Python, names and `Class.member`; of TOML, keys and ids."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        yield from _keys(tomllib.loads(text))
    else:
        yield from _defined(ast.parse(text).body, "")


def _defined(body: list[ast.stmt], inside: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.ClassDef(name=name, body=members):
                yield f"{inside}{name}"
                yield from _defined(members, f"{inside}{name}.")
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield f"{inside}{name}"
            case ast.Assign(targets=targets):
                yield from (f"{inside}{target.id}" for target in targets if isinstance(target, ast.Name))


def _keys(data: object) -> Iterator[str]:
    match data:
        case dict():
            yield from data
            if isinstance(name := data.get("id"), str):
                yield name
            for value in data.values():
                yield from _keys(value)
        case list():
            for value in data:
                yield from _keys(value)
