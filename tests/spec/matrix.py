"""The requirements as rows and counties, from `rows.csv`: where a county's text says something, a test must show it."""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadInputError
from tests.places import ROOT

ROWS = Path(__file__).parent / "rows.csv"
POLICIES = ROOT / "policies"
# What a cell may hold: the text rules something, only mentions it without a rule, or says nothing.
RULES, MENTIONS, SILENT = "x", "~", "-"
_NAMES = ("row", "zh", "en")
_ID = re.compile(r"[A-Z]{2}-\d{2}")
_CODE = re.compile(r"[A-Z]{2}")


class Cell(NamedTuple):
    """A requirement and a county's column (需求格): what a test's mark `row(id, county)` names."""

    row: str
    county: str

    def __str__(self) -> str:
        return f"{self.row} {self.county}"


@dataclass(frozen=True)
class Row:
    """One capability (能力), and what each county's text does about it."""

    id: str
    zh: str
    en: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Matrix:
    """All rows, in order, with the codes of the counties."""

    counties: tuple[str, ...]
    rows: tuple[Row, ...]

    def ruled(self) -> Iterator[Cell]:
        """Yield each cell that needs a test."""
        return (Cell(row.id, code) for row in self.rows for code in self.counties if row.cells[code] == RULES)

    def knows(self, cell: Cell) -> bool:
        """Return whether there is such a row and such a county."""
        return cell.county in self.counties and any(row.id == cell.row for row in self.rows)


def read(path: Path = ROWS) -> Matrix:
    """Return the matrix of a file.

    Raises:
        BadInputError: If its form is not right, with everything that is wrong.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = [*csv.reader(file)] or [[]]
    except OSError as e:
        raise BadInputError(str(path), e.strerror or str(e)) from e
    wrong = list(_wrong(header, lines))
    if wrong:
        raise BadInputError(str(path), "\n".join(wrong))
    codes = tuple(header[len(_NAMES) :])
    return Matrix(codes, tuple(_row(line, codes) for line in lines))


def policy_files(folder: Path = POLICIES) -> dict[str, Path]:
    """Return the policy of each county by its code, which is how its rules cite their text: `GF L1`."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        county = tomllib.loads(path.read_text(encoding="utf-8")).get("county", {})
        code = str(county.get("source", "")).partition(" ")[0]
        if _CODE.fullmatch(code):
            found[code] = path
    return found


def _row(line: list[str], codes: tuple[str, ...]) -> Row:
    row, zh, en, *cells = line
    return Row(row, zh, en, dict(zip(codes, cells, strict=True)))


def _wrong(header: list[str], lines: list[list[str]]) -> Iterator[str]:
    codes = header[len(_NAMES) :]
    if tuple(header[: len(_NAMES)]) != _NAMES or not codes or len(set(codes)) < len(codes):
        yield f"1: the header must be {','.join(_NAMES)} and each county's code once"
        return
    seen: list[str] = []
    for number, line in enumerate(lines, start=2):
        yield from (f"{number}: {why}" for why in _wrong_in(line, len(header), seen))
        seen.append(line[0] if line else "")


def _wrong_in(line: list[str], width: int, seen: list[str]) -> Iterator[str]:
    if len(line) != width:
        yield f"{len(line)} cells instead of {width}"
        return
    row, zh, en, *cells = line
    if not _ID.fullmatch(row):
        yield f"{row!r} is no row id"
    elif row != (due := _next(row, seen)):
        yield f"{row} where {due} is due: ids run on within their group and are never used again"
    if not (zh.strip() and en.strip()):
        yield f"{row} needs a name in both languages"
    yield from (f"{row}: {cell!r} is none of x ~ -" for cell in cells if cell not in (RULES, MENTIONS, SILENT))


def _next(row: str, seen: list[str]) -> str:
    """Return the id that is due in the row's group."""
    group = row[:2]
    return f"{group}-{sum(other[:2] == group for other in seen) + 1:02}"
