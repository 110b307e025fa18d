"""What a county's audit report (审计报告) is made of: parts, each with what was checked, what was not, and findings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from domain.ledger import Entry
from domain.words import Both

# A pair is a post and the person who acted for it.
Cell = str | int | date | Both | tuple[str, str] | None
LISTED_MAX = 400  # Rows of one table: of more, the rest is checked all the same, and counted below it.


class Finding(NamedTuple):
    """One thing that is not as it must be: in which case, at which fact (0: at none alone), in which field."""

    case: str
    version: int
    field: str
    said: Both


class Check(NamedTuple):
    """What was checked, how many (None: nothing, and then why), how many findings (None: it is a count only)."""

    what: Both
    number: int | None
    found: int | None
    unchecked: Both | None = None


class Grid(NamedTuple):
    """A table: each column's head with its kind (text, fen, count, date, or a field whose ids have names)."""

    title: Both
    heads: Sequence[tuple[Both, str]]
    rows: Sequence[tuple[Cell, ...]]
    notes: Sequence[Both] = ()


@dataclass
class Part:
    """One part of the report."""

    title: Both
    checks: list[Check] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def checked(self, what: Both, number: int, findings: Sequence[Finding], unchecked: Both | None = None) -> None:
        """Add what was checked, with what was found, and what of it was not and why."""
        self.checks.append(Check(what, number, len(findings), unchecked))
        self.findings += findings

    def counted(self, what: Both, number: int, unchecked: Both | None = None) -> None:
        """Add what was only counted."""
        self.checks.append(Check(what, number, None, unchecked))

    def unchecked(self, what: Both, why: Both | None) -> None:
        """Add what was not checked at all, and why."""
        self.checks.append(Check(what, None, None, why))

    def listed(self, title: Both, heads: Sequence[tuple[Both, str]], rows: Sequence[tuple[Cell, ...]]) -> None:
        """Add a table; of a long one its first rows."""
        left = len(rows) - LISTED_MAX
        more = Both(f"另有 {left} 行未列出，均已核对", f"{left} more rows are not listed; all were checked")
        self.grids.append(Grid(title, heads, rows[:LISTED_MAX], (more,) if left > 0 else ()))

    @property
    def plain(self) -> tuple[Both, list[Check], list[Grid], list[Finding]]:
        """Return it as tuples, for whoever lays it out."""
        return self.title, self.checks, self.grids, self.findings


class Collector(Protocol):
    """Whoever is shown every fact of a county, in order."""

    def take(self, entry: Entry, on: date) -> None:
        """Take one fact in, recorded *on* a day."""


def named(pairs: Sequence[tuple[str, str, str]]) -> tuple[tuple[Both, str], ...]:
    """Return heads of their Chinese and English words and their kinds."""
    return tuple((Both(zh, en), kind) for zh, en, kind in pairs)


def ranges(missing: Sequence[tuple[int, int]]) -> str:
    """Return numbers from-to as people write them."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in missing)
