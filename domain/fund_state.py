"""A fund folded: its balances, what each claim and plan holds of it, and how each fact moves its money."""

from dataclasses import dataclass, field
from datetime import date

from domain.act import CaseState
from domain.balances import Balances, Bucket, Move
from domain.fund_facts import (
    AllotmentReduced,
    Bounce,
    Confirm,
    Free,
    FundFact,
    FundReceived,
    MoneyAllotted,
    MoneyBounced,
    MoneyPaid,
    MoneyRefunded,
    MoneyReleased,
    MoneyReserved,
    MoneySent,
    MoneyWithdrawn,
    Refund,
    ReservationFreed,
    Send,
    Share,
)


@dataclass
class Hold:
    """What one claim holds of this fund: its version, its shares, and which bucket they are in."""

    version: int
    shares: tuple[Share, ...]
    bucket: Bucket | None


@dataclass
class FundState(CaseState):
    """A fund's balances, what was reported, and what each claim and plan holds of it."""

    fund_no: str = ""
    received: FundReceived | None = None
    reported_on: date | None = None
    notified_on: date | None = None
    balances: Balances = field(default_factory=Balances)
    plans: dict[str, tuple[Share, ...]] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    years_closed: dict[int, date] = field(default_factory=dict)
    withdrawals: dict[tuple[str, str], int] = field(default_factory=dict)  # By document and pool, in fen.


# From which bucket a claim's money moves, by command; the fact that moves it; the bucket where a repeat finds it.
CLAIM_STEPS: dict[type, tuple[Bucket, type, Bucket]] = {
    Free: (Bucket.RESERVED, ReservationFreed, Bucket.CLAIMABLE),
    Send: (Bucket.RESERVED, MoneySent, Bucket.SENT),
    Bounce: (Bucket.SENT, MoneyBounced, Bucket.RESERVED),
    Confirm: (Bucket.SENT, MoneyPaid, Bucket.PAID),
    Refund: (Bucket.PAID, MoneyRefunded, Bucket.CLAIMABLE),
}


def moves_of(state: FundState, fact: FundFact) -> tuple[Move, ...]:
    """Return the movements of money that *fact* is, each from one bucket to another."""
    match fact:
        case FundReceived(portions=portions):
            return tuple(Move(p.pool, "", None, Bucket.FREE, p.amount_fen) for p in portions)
        case MoneyAllotted(shares=shares):
            return _each(shares, Bucket.FREE, Bucket.UNRELEASED)
        case MoneyReleased(shares=shares):
            return _each(shares, Bucket.UNRELEASED, Bucket.CLAIMABLE)
        case MoneyReserved(shares=shares):
            return _each(shares, Bucket.CLAIMABLE, Bucket.RESERVED)
        case MoneyWithdrawn(pool=pool, amount_fen=amount_fen):
            return (Move(pool, "", Bucket.FREE, None, amount_fen),)
        case AllotmentReduced(share=share):
            return _each((share,), Bucket.CLAIMABLE, Bucket.FREE)
        case ReservationFreed() | MoneySent() | MoneyBounced() | MoneyPaid() | MoneyRefunded():
            start, _, end = next(s for s in CLAIM_STEPS.values() if s[1] is type(fact))
            return _each(state.holds[fact.claim_no].shares, start, end)
        case _:
            return ()


def _each(shares: tuple[Share, ...], start: Bucket, end: Bucket) -> tuple[Move, ...]:
    return tuple(Move(s.pool, s.project_no, start, end, s.amount_fen) for s in shares)
