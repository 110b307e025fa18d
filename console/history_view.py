"""The history of a case on its page: the last facts of a long one, or a page of it; never all of it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.house import House
from domain.cases import CaseId, case_id, parse_case
from domain.money import wan
from doors.happened import days_said, said, who_said
from projections.timeline import history, history_size

HISTORY_SHOWN, HISTORY_PAGE = 30, 100


@dataclass(frozen=True)
class Cut:
    """Which part of a history a page shows: page *number* from its beginning, or with None its last facts."""

    case: str
    number: int | None
    size: int

    @classmethod
    def of(cls, house: House, case: CaseId, asked: int | None) -> "Cut":
        """Return the part that is asked for, or of fewer pages the last one."""
        size = history_size(house.engine, case_id(*case))
        number = None if asked is None else min(asked, pages_of(size))
        return cls(case_id(*case), number, size)

    @property
    def first(self) -> int:
        """Return how many facts stand before it."""
        return max(0, self.size - HISTORY_SHOWN) if self.number is None else (self.number - 1) * HISTORY_PAGE

    @property
    def last(self) -> int:
        """Return how many facts stand before its end."""
        return self.size if self.number is None else min(self.size, self.first + HISTORY_PAGE)

    @property
    def earlier(self) -> str:
        """Return the address of what was before; "" where there is nothing."""
        if not self.first:
            return ""
        return self._page(pages_of(self.first) if self.number is None else self.number - 1)

    @property
    def later(self) -> str:
        """Return the address of what came after; "" where there is nothing."""
        return self._page(self.number + 1) if self.number is not None and self.last < self.size else ""

    def _page(self, number: int) -> str:
        return f"/{self.case}?history={number}#history"


def pages_of(size: int) -> int:
    """Return on how many pages a whole history stands."""
    return max(1, -(-size // HISTORY_PAGE))


def history_of(house: House, cut: Cut) -> list[tuple[Any, ...]]:
    """Return a part of a history: its days, who, what, the case's part of the money, and its ground."""
    return list(_told(house, cut))


def _told(house: House, cut: Cut) -> Iterator[tuple[Any, ...]]:
    names = house.names(parse_case(cut.case).county)
    for row in history(house.engine, cut.case, limit=cut.last - cut.first, offset=cut.first):
        amount = "" if row.amount_fen is None else wan(row.amount_fen)
        yield days_said(row), who_said(row, names), said(row, names), amount, row.clause
