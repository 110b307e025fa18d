"""The audit report (审计报告) of a county's fiscal year: the log read once, and each part of it."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.report_acts import Acts
from audit.report_cases import Cases
from audit.report_clocks import Clocks
from audit.report_dates import Dates
from audit.report_funds import Funds
from audit.report_money import Money
from audit.report_numbers import Numbers
from audit.report_parts import Collector, Finding, Part, named
from audit.report_seals import seals_part
from domain.calendar import WorkCalendar, day_of
from domain.cases import kind_of
from domain.collecting import uncollected
from domain.county import PolicyAdopted
from domain.errors import UnreadableFactError
from domain.ledger import Entry, Ledger, entry_of
from domain.log_reading import Row
from domain.words import Both

ROWS = 2_000
Told = Callable[[int, int], None]
MONEY_KINDS = frozenset({"plan", "claim", "project", "asset", "document"})


@dataclass
class YearRead:
    """A county's year as the log has it."""

    county: str
    year: int
    calendar: WorkCalendar
    numbers: Numbers = field(default_factory=Numbers)
    facts: int = 0  # Of the whole store.
    adopted: list[PolicyAdopted] = field(default_factory=list)
    unread: list[Finding] = field(default_factory=list)
    mine: "array[int]" = field(default_factory=lambda: array("q"))  # The positions of the county's facts.

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.funds, self.cases, self.clocks = Funds(self.year), Cases(), Clocks(self.calendar)
        self.acts, self.dates = Acts(self.year), Dates(self.year)
        self.money = Money(self.county, self.funds, self.cases)
        self._keys: dict[tuple[str, bool], tuple[str, bool]] = {}  # One pair for each stream, not one for each fact.
        self._of: list[tuple[str, bool]] = []
        self._all: tuple[Collector, ...] = (self.numbers, self.acts, self.dates)

    def take(self, row: Row) -> None:
        """Take a stored row of the county in."""
        self.numbers.number(row.stream, row.version)
        try:
            entry = entry_of(row)
        except UnreadableFactError as error:
            self.unread.append(Finding(row.stream, row.version, row.topic, Both(error.text("zh"), error.text("en"))))
            return
        on = day_of(entry.fact.act.recorded_at)
        self.mine.append(row.position)
        key = row.stream, on.year == self.year
        self._of.append(self._keys.setdefault(key, key))
        for collector in self._all:
            collector.take(entry, on)
        self._by_kind(entry)

    def _by_kind(self, entry: Entry) -> None:
        kind = kind_of(entry.stream)
        if kind == "fund":
            self.funds.take(entry)
        elif kind in MONEY_KINDS:
            self.cases.take(entry)
        elif kind == "obligation":
            self.clocks.take(entry)
        elif isinstance(entry.fact, PolicyAdopted):
            self.adopted.append(entry.fact)

    def positions_of(self, cases: set[str]) -> Iterator[int]:
        """Yield where in the log the facts stand that were recorded in the year, or are of some *cases*."""
        for position, (stream, recorded) in zip(self.mine, self._of, strict=True):
            if recorded or stream in cases:
                yield position

    @property
    def years(self) -> list[int]:
        """Return the fiscal years of which there are funds."""
        return sorted({book.year for book in self.funds.books.values() if book.year})


def read_year(ledger: Ledger, county: str, year: int, calendar: WorkCalendar, told: Told = lambda *_: None) -> YearRead:
    """Read the whole log once, and fold what is the county's.

    Raises:
        StoreUnreachableError: If the store does not answer.
    """
    read, mine = YearRead(county, year, calendar), f"{county}/"
    position, end = 0, ledger.recorder.max_notification_id() or 0
    with uncollected():
        while rows := ledger.rows(position, ROWS):
            for row in rows:
                if row.stream.startswith(mine):
                    read.take(row)
            position, read.facts = rows[-1].position, read.facts + len(rows)
            told(position, end)
    return read


def parts(
    read: YearRead, ledger: Ledger, now: datetime, outside: Sequence[Part], told: Told = lambda *_: None
) -> list[Part]:
    """Return the parts of the report as of *now*; *outside* are those of what lies beside the log."""
    of_funds = read.money.of_funds()
    cases = {stream for fund, of in of_funds.items() for stream in (fund, *of)}
    whole = cases | read.clocks.of_year(read.year, cases).keys()
    return [
        head(read, ledger),
        read.numbers.part(of_funds),
        read.money.part(),
        read.clocks.part(read.year, cases, now),
        read.acts.part(read.cases.decisions, read.cases.same_person),
        read.dates.part(whole),
        *outside,
        seals_part(ledger, list(read.positions_of(whole)), told),
    ]


def head(read: YearRead, ledger: Ledger) -> Part:
    """Return what the report rests on: policies, calendar, builds; and whether all facts could be read."""
    part = Part(Both("依据", "What it rests on"))
    readable = Both("事实都能读出", "every fact can be read")
    part.checked(readable, len(read.mine) + len(read.unread), read.unread)
    policies = named(
        (
            ("版本", "version", "text"),
            ("采纳日", "adopted", "date"),
            ("文本摘要", "digest of the text", "text"),
            ("引擎摘要", "digest of the engine's", "text"),
            ("补充决定", "office decisions", "text"),
        )
    )
    adopted = [
        (a.policy.version, a.act.occurred_on, a.policy.profile, a.policy.engine, ", ".join(a.policy.office))
        for a in read.adopted
    ]
    part.listed(Both("采纳的政策", "Adopted policies"), policies, adopted)
    notices = named((("年", "year", "text"), ("文号", "number", "text"), ("发布", "issued", "date")))
    wanted = [n for n in read.calendar.notices if read.year <= n.year <= read.year + 1]
    rows = [(str(n.year), n.number, n.issued) for n in wanted]
    revision = read.calendar.revision
    title = Both(f"日历所依据的放假通知（{revision}）", f"Notices under the calendar ({revision})")
    part.listed(title, notices, rows)
    built = named((("自总账第几条", "from position", "count"), ("版本", "build", "text")))
    part.listed(Both("写入总账的程序版本", "Builds that wrote the log"), built, _builds(ledger))
    return part


def _builds(ledger: Ledger) -> list[tuple[Any, ...]]:
    if not ledger.stored.has("ledger_builds"):
        return [(None, Both("旧版本写入，未注明", "older builds, which left no note"))]
    found = ledger.stored.look("SELECT since_position, build FROM ledger_builds ORDER BY since_position", ())
    return [(int(since), str(build)) for since, build in found]
