"""Gapless numbers (连号): each stream's facts are numbered 1 to n, and what the rules number inside a case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from audit.report_parts import Finding, Part, named, ranges
from domain.claim_facts import ClaimLodged, PaymentSent
from domain.ledger import Entry
from domain.obligation_facts import ObligationRecomputed, RungClimbed
from domain.plan_facts import PlanDrafted
from domain.words import Both

# What counts up by one inside a case: the fact, its field, and what it is called.
NUMBERED: dict[type, tuple[str, Both]] = {
    ClaimLodged: ("version", Both("报账版次", "versions of claims")),
    PlanDrafted: ("version", Both("计划版次", "versions of plans")),
    PaymentSent: ("attempt", Both("支付次数", "payment orders of a claim")),
    RungClimbed: ("rung", Both("逐级上报层级", "rungs of a ladder")),
}
UNNUMBERED = Both(
    "凭证、银行流水号由外部编号，本系统不编号，是否连号未核对",
    "vouchers and bank references are numbered by others: whether theirs have gaps was not checked",
)


@dataclass
class Stream:
    """One stream as the log has it: its last version, how many facts, which are missing, and its first and last day."""

    last: int = 0
    count: int = 0
    missing: list[tuple[int, int]] = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    back: list[int] = field(default_factory=list)  # Versions that stand in the log behind a later one.

    def number(self, version: int) -> None:
        """Take one fact's number in."""
        self.count += 1
        if version > self.last:
            if version > self.last + 1:
                self.missing.append((self.last + 1, version - 1))
            self.last = version
            return
        self.back.append(version)
        split = [part for gap in self.missing for part in _without(gap, version)]
        self.missing = split


def _without(gap: tuple[int, int], number: int) -> Iterable[tuple[int, int]]:
    first, last = gap
    if not first <= number <= last:
        return (gap,)
    return tuple((a, b) for a, b in ((first, number - 1), (number + 1, last)) if a <= b)


@dataclass
class Numbers:
    """The numbers of a county's streams, and of what is numbered inside them."""

    streams: dict[str, Stream] = field(default_factory=dict)
    reached: dict[tuple[str, type], int] = field(default_factory=dict)
    counts: Counter[type] = field(default_factory=Counter)
    wrong: dict[type, list[Finding]] = field(default_factory=dict)

    def number(self, stream: str, version: int) -> None:
        """Take a stored row in, whether it can be read or not."""
        self.streams.setdefault(stream, Stream()).number(version)

    def take(self, entry: Entry, on: date) -> None:
        """Take a fact in, recorded *on* a day."""
        known = self.streams[entry.stream]
        known.first_on = known.first_on or on
        known.last_on = on
        kind = type(entry.fact)
        if kind in NUMBERED:
            self._inside(entry, kind)
        elif kind is ObligationRecomputed and entry.fact.void_breach:
            self.reached.pop((entry.stream, RungClimbed), None)

    def _inside(self, entry: Entry, kind: type) -> None:
        name, what = NUMBERED[kind]
        key, found = (entry.stream, kind), getattr(entry.fact, name)
        self.counts[kind] += 1
        wanted = self.reached.get(key, 0) + 1
        self.reached[key] = max(found, wanted)
        if found != wanted:
            said = Both(f"{what.zh}应为 {wanted}，现为 {found}", f"{what.en}: {wanted} is due, {found} stands there")
            self.wrong.setdefault(kind, []).append(Finding(entry.stream, entry.version, name, said))

    def gaps(self) -> list[Finding]:
        """Return the numbers that are missing, and those that stand out of order."""
        found = []
        for stream, known in self.streams.items():
            if known.missing:
                which = ranges(known.missing)
                said = Both(
                    f"缺第 {which} 号事实：最后一号为 {known.last}，实有 {known.count} 条",
                    f"fact {which} is missing: the last is number {known.last}, {known.count} are there",
                )
                found.append(Finding(stream, known.missing[0][0], "version", said))
            for version in known.back[:1]:
                back = Both("编号的先后与总账的先后不符", "its number and its place in the log do not agree")
                found.append(Finding(stream, version, "version", back))
        return found

    def part(self, of_funds: dict[str, list[str]]) -> Part:
        """Return the part of the report; *of_funds* names each fund's stream with those of its cases and documents."""
        part = Part(Both("连号", "Gapless numbers"))
        of_year = {stream for fund, cases in of_funds.items() for stream in (fund, *cases)}
        every = Both(
            f"全县各流的事实编号由 1 起连续（其中本年度资金、文件及其案件 {len(of_year)} 个流）",
            f"facts of every stream of the county are numbered from 1 without a gap ({len(of_year)} streams are of the "
            "year's funds, documents and cases)",
        )
        part.checked(every, len(self.streams), self.gaps())
        for kind, (_, what) in NUMBERED.items():
            part.checked(
                Both(f"{what.zh}由 1 起连续", f"{what.en} go up from 1"), self.counts[kind], self.wrong.get(kind, ())
            )
        part.unchecked(Both("凭证、银行流水号", "vouchers, bank references"), UNNUMBERED)
        self._list(part, of_funds)
        return part

    def _list(self, part: Part, of_funds: dict[str, list[str]]) -> None:
        heads = named(
            (
                ("流", "stream", "text"),
                ("事实", "facts", "count"),
                ("最后一号", "last number", "count"),
                ("首条记录日", "first recorded", "date"),
                ("末条记录日", "last recorded", "date"),
                ("缺号", "missing", "text"),
            )
        )
        none = Stream()
        rows = []
        for stream in dict.fromkeys([*of_funds, *(case for cases in of_funds.values() for case in cases)]):
            s = self.streams.get(stream, none)
            lacks = ranges(s.missing) or Both("无", "none")
            rows.append((stream, s.count, s.last, s.first_on, s.last_on, lacks))
        part.listed(Both("本年度资金及其案件的编号", "Numbers of the year's funds and their cases"), heads, rows)
