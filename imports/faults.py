"""What is wrong in a file that is to be imported, all at once, each fault with its sheet, row and column."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import BadInputError

SHOWN_MAX = 50


class Said(NamedTuple):
    """A sentence in both languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, and why. Row 0 is the sheet as a whole, no column the row as a whole."""

    sheet: str
    row: int
    column: str
    heading: str
    said: Said

    def text(self, language: str) -> str:
        """Return the fault as one line."""
        if language.startswith("zh"):
            row = f" 第{self.row}行" if self.row else ""
            column = f" {self.column}列" if self.column else ""
            heading = f"（{self.heading}）" if self.heading else ""
            return f"{self.sheet}{row}{column}{heading}：{self.said.zh}"
        row = f" row {self.row}" if self.row else ""
        column = f" column {self.column}" if self.column else ""
        heading = f" ({self.heading})" if self.heading else ""
        return f"{self.sheet}{row}{column}{heading}: {self.said.en}"


class NotReadableError(BadInputError):
    """A file that cannot be read at all, or is too large."""

    def __init__(self, file: str, said: Said) -> None:
        self.file, self.said = file, said
        super().__init__(file, said.en)

    def text(self, language: str) -> str:
        """Return the reason in *language*."""
        return f"{self.file}：{self.said.zh}" if language.startswith("zh") else f"{self.file}: {self.said.en}"


class FaultyFileError(BadInputError):
    """A file of which nothing is stored, with everything that is wrong in it."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.row, fault.column)))
        super().__init__(file, f"{len(self.faults)} faults")

    def text(self, language: str) -> str:
        """Return the first faults, a line each, under how many there are."""
        count, more = len(self.faults), len(self.faults) - SHOWN_MAX
        lines = [fault.text(language) for fault in self.faults[:SHOWN_MAX]]
        if language.startswith("zh"):
            head, tail = f"{self.file}：{count} 处有误，没有存入任何内容", f"……另有 {more} 处"
        else:
            head, tail = f"{self.file}: {count} faults, nothing is stored", f"… and {more} more"
        return "\n".join([head, *lines, *([tail] if more > 0 else [])])
