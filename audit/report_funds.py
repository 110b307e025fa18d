"""A county's funds added again from their facts: in two ways, by movements and by kinds of facts; and their figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from audit.report_parts import Finding
from domain.balances import Bucket, ConservationError, Portion
from domain.calendar import day_of
from domain.fund import FUND
from domain.fund_facts import (
    AllotmentReduced,
    AnnouncementRevoked,
    FundAnnounced,
    FundArrived,
    FundReceived,
    MoneyAllotted,
    MoneyPaid,
    MoneyRefunded,
    MoneyReleased,
    MoneyReserved,
    MoneyUnallotted,
    MoneyWithdrawn,
    YearClosed,
)
from domain.fund_state import FundState
from domain.ledger import Entry
from domain.words import Both

# What a fold stumbles over where a fact before it is missing or was changed.
UNFOLDABLE = (KeyError, IndexError, AssertionError, ValueError, TypeError, AttributeError, ArithmeticError)
CARRIED = (Bucket.FREE, Bucket.UNRELEASED, Bucket.CLAIMABLE, Bucket.RESERVED)
MOVED, BY_KINDS = Both("按移动", "movements"), Both("按事实种类", "kinds of facts")
LINES, OF_FUND = Both("各项目之和", "its projects together"), Both("资金", "the fund")
EQUATIONS_ZH = {
    "received - withdrawn = free + allotted": "到账－收回＝未安排＋安排",
    "allotted = unreleased + released": "安排＝未下达＋下达",
    "released = claimable + reserved + sent + paid": "下达＝可报账＋在办＋在途＋支付",
    "nothing below zero": "无一为负",
}
SUMS = ("received", "withdrawn", "allotted", "released", "paid")


@dataclass
class FundBook:
    """One fund: folded, its sums by kinds of facts beside it, and its figures when the year ended."""

    stream: str
    state: FundState = field(default_factory=FundState)
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)  # By pool and sum, in fen.
    held: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)  # By claim: pools and fen.
    allotted: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # By plan, pool and project, in fen.
    entries: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # By item: fen, version.
    at: dict[str, tuple[int, ...]] = field(default_factory=dict)  # By pool, as they stood on `as_of`.
    as_of: date | None = None
    closed: bool = False
    last_on: date | None = None

    @property
    def year(self) -> int:
        """Return the fund's fiscal year, or 0 if its entry cannot be read."""
        return self.state.received.fiscal_year if self.state.received else 0

    def keep(self, on: date | None) -> None:
        """Keep the figures as they stand."""
        self.as_of, self.at = on, {pool: figures(p) for pool, p in self.state.balances.portions.items()}

    def add(self, fact: object) -> None:
        """Add a fact to the sums, by what it is."""
        for pool, what, fen in self._sums(fact):
            self.tally[pool, what] += fen

    def _sums(self, fact: object) -> Iterator[tuple[str, str, int]]:
        match fact:
            case FundReceived() | FundAnnounced():
                yield from ((p.pool, "received", p.amount_fen) for p in fact.portions)
            case FundArrived():
                yield from ((p.pool, "received", p.arrived_fen - p.announced_fen) for p in fact.portions)
            case AnnouncementRevoked():
                yield fact.pool, "received", -fact.amount_fen
            case MoneyWithdrawn():
                yield fact.pool, "withdrawn", fact.amount_fen
            case MoneyAllotted():
                yield from ((s.pool, "allotted", s.amount_fen) for s in fact.shares)
            case MoneyReleased():
                yield from ((s.pool, "released", s.amount_fen) for s in fact.shares)
            case MoneyUnallotted():
                yield fact.share.pool, "allotted", -fact.share.amount_fen
            case AllotmentReduced():
                yield fact.share.pool, "allotted", -fact.share.amount_fen
                yield fact.share.pool, "released", -fact.share.amount_fen
            case MoneyReserved():
                self.held[fact.claim_no] = tuple((s.pool, s.amount_fen) for s in fact.shares)
            case MoneyPaid():
                yield from ((pool, "paid", fen) for pool, fen in self.held.get(fact.claim_no, ()))
            case MoneyRefunded():
                yield from ((pool, "paid", -fen) for pool, fen in self.held.get(fact.claim_no, ()))


def _broken(error: ConservationError) -> Both:
    equation, found = error.numbers["equation"], error.numbers["numbers"]
    zh = found.replace(" against ", " 与 ").replace(" fen", " 分")
    return Both(f"资金等式不成立：{EQUATIONS_ZH.get(equation, equation)}（{zh}）", error.text("en"))


def figures(p: Portion) -> tuple[int, ...]:
    """Return a portion's figures: received, withdrawn, free, allotted, unreleased, released, and released by place."""
    b = p.buckets
    released = (b[Bucket.CLAIMABLE], b[Bucket.RESERVED], b[Bucket.SENT], b[Bucket.PAID])
    return (p.received, p.withdrawn, b[Bucket.FREE], p.allotted, b[Bucket.UNRELEASED], p.released, *released)


@dataclass
class Funds:
    """All funds of a county."""

    year: int
    books: dict[str, FundBook] = field(default_factory=dict)
    movements: int = 0
    wrong: list[Finding] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Take a fund's fact in."""
        book = self.books.setdefault(entry.stream, FundBook(entry.stream))
        fact, on = entry.fact, day_of(entry.fact.act.recorded_at)
        if isinstance(fact, YearClosed) and fact.year == self.year:
            book.keep(on)
            book.closed = True
        elif not book.as_of and on > date(self.year, 12, 31) and book.last_on:
            book.keep(book.last_on)
        book.last_on = on
        if isinstance(fact, YearClosed):
            self._carried(book, entry)
        book.add(fact)
        _note(book, entry)
        self.movements += 1
        try:
            FUND.apply(book.state, fact)
        except UNFOLDABLE as error:
            said = Both("前面的事实接不上，无法续算", f"it does not follow from the facts before it: {error!r}")
            self.wrong.append(Finding(entry.stream, entry.version, type(fact).__name__, said))
            return
        self._equations(book, entry)

    def _equations(self, book: FundBook, entry: Entry) -> None:
        """Check the portions after each fact, and name the first one after which an equation does not hold."""
        for pool, portion in book.state.balances.portions.items():
            try:
                portion.check()
            except ConservationError as broken:
                if not any(w.case == entry.stream and w.field == pool for w in self.wrong):
                    self.wrong.append(Finding(entry.stream, entry.version, pool, _broken(broken)))

    def _carried(self, book: FundBook, entry: Entry) -> None:
        for said in entry.fact.carried:
            told = (said.free_fen, said.unreleased_fen, said.claimable_fen, said.reserved_fen)
            portion = book.state.balances.portions.get(said.pool, Portion())
            found = tuple(portion.buckets[bucket] for bucket in CARRIED)
            if told != found:
                words = Both(f"结转所记 {told} 分，重算 {found} 分", f"carried {told} fen, added again {found} fen")
                self.wrong.append(Finding(entry.stream, entry.version, f"carried.{said.pool}", words))

    def sums(self) -> Iterator[Finding]:
        """Yield the sums in which the two ways of adding do not agree, and the lines that do not make up a portion."""
        for stream, book in self.books.items():
            for pool, p in book.state.balances.portions.items():
                by_moves = (p.received, p.withdrawn, p.allotted, p.released, p.buckets[Bucket.PAID])
                for what, moved in zip(SUMS, by_moves, strict=True):
                    sides = (MOVED, moved), (BY_KINDS, book.tally[pool, what])
                    yield from differs(stream, f"{pool}.{what}", *sides)
                for bucket in (Bucket.UNRELEASED, Bucket.CLAIMABLE, Bucket.RESERVED, Bucket.SENT, Bucket.PAID):
                    lines = sum(line[bucket] for (of, _), line in book.state.balances.lines.items() if of == pool)
                    yield from differs(stream, f"{pool}.{bucket.value}", (MOVED, p.buckets[bucket]), (LINES, lines))

    def of_year(self) -> dict[str, FundBook]:
        """Return the year's funds, each with its figures; one that was not closed as it stood at the year's end."""
        found = {stream: book for stream, book in self.books.items() if book.year == self.year}
        for book in found.values():
            if not book.as_of:
                book.keep(book.last_on)
        return found


def _note(book: FundBook, entry: Entry) -> None:
    match entry.fact:
        case MoneyAllotted(plan_no=plan_no, shares=shares):
            for s in shares:
                book.allotted[plan_no, s.pool, s.project_no] += s.amount_fen
        case FundReceived() | FundAnnounced() as fact:
            total = sum(p.amount_fen for p in fact.portions)
            book.entries[fact.document_no, fact.item_no] = total, entry.version
        case FundArrived() as fact:
            total = sum(p.arrived_fen for p in fact.portions)
            book.entries[fact.document_no, fact.item_no] = total, entry.version


def differs(case: str, of: str, one: tuple[Both, int], other: tuple[Both, int], version: int = 0) -> Iterator[Finding]:
    """Yield a finding if two sides, each with its amount in fen, do not say the same."""
    if one[1] != other[1]:
        (mine, fen), (theirs, against) = one, other
        said = Both(
            f"{mine.zh} {yuan(fen)} 元，{theirs.zh} {yuan(against)} 元",
            f"{yuan(fen)} yuan by {mine.en}, {yuan(against)} by {theirs.en}",
        )
        yield Finding(case, version, of, said)


def yuan(fen: int) -> str:
    """Return fen as yuan, to the fen."""
    sign, whole = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02}"
