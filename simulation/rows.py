"""Rows of a CSV file, each with its place, so that what is wrong is named by file, line and field."""

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.errors import BadInputError

# 15 digits of fen are ten trillion yuan: more than any county sees, and any reader of JSON holds them.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One row: where it stands, and its cells by column."""

    place: str
    cells: Mapping[str, str]

    def wrong(self, field: str, reason: str) -> BadInputError:
        """Return the error that names this row and *field*."""
        return BadInputError(f"{self.place}: {field}", reason)

    def text(self, field: str) -> str:
        """Return a cell that must say something."""
        if not self.cells[field].strip():
            raise self.wrong(field, "is empty")
        return self.cells[field]

    def optional(self, field: str, allowed: Collection[str]) -> str:
        """Return an empty cell, or one of *allowed*."""
        return self.cells[field] and self.one_of(field, allowed)

    def one_of(self, field: str, allowed: Collection[str]) -> str:
        """Return one of *allowed*."""
        if (value := self.cells[field]) not in allowed:
            raise self.wrong(field, f"{value!r} is none of {', '.join(sorted(allowed))}")
        return value

    def known(self, among: Collection[tuple[str, ...]], what: str, *fields: str) -> str:
        """Return the first of *fields*, which together refer to *what*, which must be there."""
        if (key := self.key(fields)) not in among:
            raise self.wrong(" + ".join(fields), f"{what} {' '.join(key)!r} is unknown")
        return key[0]

    def identifier(self, field: str) -> str:
        """Return an id of a county's policy: lower-case letters, digits, _."""
        return self._matching(field, _ID, "an id: lower-case letters, digits, _")

    def number(self, field: str) -> str:
        """Return a number of a case or a person: letters, digits, . _ -."""
        return self._matching(field, _NO, "a number: letters, digits, . _ -")

    def whole(self, field: str, lowest: int, highest: int | None = None) -> int:
        """Return a whole number from *lowest* to *highest*."""
        value = self._matching(field, _WHOLE, "a whole number of at most 15 digits")
        if int(value) < lowest or (highest is not None and int(value) > highest):
            bounds = f"at least {lowest}" if highest is None else f"{lowest} to {highest}"
            raise self.wrong(field, f"{value} is out of bounds: {bounds}")
        return int(value)

    def fen(self, field: str) -> int:
        """Return an amount in whole fen, above zero."""
        return self.whole(field, 1)

    def day(self, field: str) -> date:
        """Return a day written as 2022-03-07."""
        value = self._matching(field, _DAY, "a day: YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError as e:
            raise self.wrong(field, f"{value!r} is no day: {e}") from e

    def key(self, fields: Collection[str]) -> tuple[str, ...]:
        """Return the cells of *fields*."""
        return tuple(self.cells[field] for field in fields)

    def _matching(self, field: str, pattern: re.Pattern[str], what: str) -> str:
        if not pattern.fullmatch(value := self.cells[field]):
            raise self.wrong(field, f"{value!r} is not {what}")
        return value


def read_rows(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """Return the rows of the file at *path*, which must have exactly *columns*, in any order.

    Raises:
        BadInputError: If it cannot be read, or its columns or the cells of a row are not those.
    """
    try:
        # A spreadsheet writes a byte order mark, and an editor does not.
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            _check_header(path, header := next(reader, []), columns)
            return [_row(f"{path}:{reader.line_num}", header, cells) for cells in reader if cells]
    except FileNotFoundError as e:
        raise BadInputError(str(path), "the file is missing") from e
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise BadInputError(str(path), f"cannot be read as CSV in UTF-8: {e}") from e


def keyed(rows: list[Row], *fields: str) -> dict[tuple[str, ...], Row]:
    """Return *rows* by the cells that make each one unique.

    Raises:
        BadInputError: If two rows have the same.
    """
    by_key: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = row.key(fields)
        if key in by_key:
            raise row.wrong(" + ".join(fields), f"{' '.join(key)!r} is there already, in {by_key[key].place}")
        by_key[key] = row
    return by_key


def grouped(rows: list[Row], field: str, shared: Collection[str]) -> list[list[Row]]:
    """Return *rows* by the case that *field* names; the rows of one case must say the same in *shared*.

    Raises:
        BadInputError: If one says something else.
    """
    by_case: dict[str, list[Row]] = {}
    for row in rows:
        case = by_case.setdefault(row.cells[field], [])
        case.append(row)
        for other in shared:
            here, there = row.cells[other], case[0].cells[other]
            if here != there:
                raise row.wrong(other, f"{here!r} differs from {there!r} in {case[0].place}")
    return list(by_case.values())


def _check_header(path: Path, header: list[str], columns: tuple[str, ...]) -> None:
    for column in header:
        if column not in columns or header.count(column) > 1:
            wrong = "stands twice" if column in columns else f"is unknown; wanted: {', '.join(columns)}"
            raise BadInputError(f"{path}:1: {column}", f"the column {wrong}")
    for column in columns:
        if column not in header:
            raise BadInputError(f"{path}:1: {column}", "the column is missing")


def _row(place: str, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        raise BadInputError(place, f"{len(cells)} cells where the header has {len(header)}")
    return Row(place, dict(zip(header, cells, strict=True)))
