"""Dates (日期): how many days behind its stated day each fact was recorded; none is ahead of its record."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from audit.report_parts import Cell, Finding, Part, named
from domain.ledger import Entry
from domain.registry import stored_name
from domain.words import Both

BANDS = (0, 7, 30, 90, 365)  # Days up to which a fact is recorded behind its stated day; the last band has no end.
LATEST_SHOWN = 20


@dataclass
class Dates:
    """How many days behind its stated day each fact was recorded, by stream; and the latest of all."""

    year: int
    bands: dict[tuple[str, bool], Counter[int]] = field(default_factory=dict)
    latest: list[tuple[int, int, str, int, str, date, date, tuple[str, str]]] = field(default_factory=list)
    ahead: list[Finding] = field(default_factory=list)

    def take(self, entry: Entry, on: date) -> None:
        """Take a fact in, recorded *on* a day."""
        act = entry.fact.act
        gap = (on - act.occurred_on).days
        if gap < 0:
            said = Both(
                f"所述日期 {act.occurred_on} 晚于记录日 {on}", f"stated {act.occurred_on}, recorded {on} before it"
            )
            self.ahead.append(Finding(entry.stream, entry.version, "act.occurred_on", said))
        key = (entry.stream, on.year == self.year)
        self.bands.setdefault(key, Counter())[_band(gap)] += 1
        if gap > 0:
            name, who = stored_name(type(entry.fact)), (act.post, act.person)
            row = (gap, -entry.position, entry.stream, entry.version, name, act.occurred_on, on, who)
            (heapq.heappush if len(self.latest) < LATEST_SHOWN else heapq.heappushpop)(self.latest, row)

    def part(self, cases: set[str]) -> Part:
        """Return the part: of facts that were recorded in the year, or are of its cases."""
        part, sums = Part(Both("日期", "Dates")), Counter[int]()
        for (stream, recorded), bands in self.bands.items():
            if recorded or stream in cases:
                sums.update(bands)
        what = Both("所述日期不晚于记录日", "no fact states a day after that of its record")
        part.checked(what, sum(sums.values()), self.ahead)
        late = sum(n for band, n in sums.items() if band)
        part.counted(Both("补记（记录晚于所述日期）", "recorded behind the stated day"), late)
        heads = named((("记录晚于所述日期（日）", "days behind", "text"), ("事实", "facts", "count")))
        rows: list[tuple[Cell, ...]] = [(name, sums[n]) for n, name in enumerate(_names())]
        part.listed(Both("补记天数", "How late facts were recorded"), heads, rows)
        latest = named(
            (
                ("天数", "days", "count"),
                ("流", "stream", "text"),
                ("编号", "number", "count"),
                ("事实", "fact", "text"),
                ("所述日期", "stated", "date"),
                ("记录日", "recorded", "date"),
                ("经办", "who", "who"),
            )
        )
        shown: list[tuple[Cell, ...]] = [(row[0], *row[2:]) for row in sorted(self.latest, reverse=True)]
        part.listed(Both("补记天数最多的事实（全县）", "Facts recorded latest (of the whole county)"), latest, shown)
        return part


def _band(gap: int) -> int:
    return next((n for n, most in enumerate(BANDS) if gap <= most), len(BANDS))


def _names() -> Iterable[str]:
    lower = 0
    for most in BANDS:
        yield str(most) if most == 0 else f"{lower}-{most}"
        lower = most + 1
    yield f">{BANDS[-1]}"
