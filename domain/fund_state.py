"""A fund folded: its balances, what each claim and plan holds of it, and how each fact moves its money."""

from dataclasses import dataclass, field
from datetime import date

from domain.act import CaseState
from domain.balances import Balances, Bucket, Move
from domain.fund_facts import (
    AllotmentReduced,
    AnnouncementRevoked,
    Bounce,
    Confirm,
    Free,
    FundAnnounced,
    FundArrived,
    FundFact,
    FundReceived,
    MoneyAllotted,
    MoneyBounced,
    MoneyPaid,
    MoneyRefunded,
    MoneyReleased,
    MoneyReserved,
    MoneySent,
    MoneyUnallotted,
    MoneyWithdrawn,
    PoolArrived,
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
    received: FundReceived | FundAnnounced | None = None  # The entry: of money that arrived, or was announced.
    registrar: str = ""  # Who enters its arrival: the post that entered it, or that moved it to other rules.
    arrived: FundArrived | None = None
    reported_on: date | None = None
    notified_on: date | None = None
    balances: Balances = field(default_factory=Balances)
    plans: dict[str, tuple[Share, ...]] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    years_closed: dict[int, date] = field(default_factory=dict)
    withdrawals: dict[tuple[str, str], int] = field(default_factory=dict)  # By document and pool, in fen.
    allotted_on: dict[str, date] = field(default_factory=dict)  # By plan, its stated day.

    @property
    def awaited(self) -> bool:
        """Return whether the money is announced (提前告知资金) and has not arrived."""
        return isinstance(self.received, FundAnnounced) and self.arrived is None

    @property
    def waiting_plans(self) -> list[str]:
        """Return the plans that have money here to be released; one that was cut to nothing has none."""
        return sorted(plan_no for plan_no, shares in self.plans.items() if shares and plan_no not in self.released)


# From which bucket a claim's money moves, by command; the fact that moves it; the bucket where a repeat finds it.
CLAIM_STEPS: dict[type, tuple[Bucket, type, Bucket]] = {
    Free: (Bucket.RESERVED, ReservationFreed, Bucket.CLAIMABLE),
    Send: (Bucket.RESERVED, MoneySent, Bucket.SENT),
    Bounce: (Bucket.SENT, MoneyBounced, Bucket.RESERVED),
    Confirm: (Bucket.SENT, MoneyPaid, Bucket.PAID),
    Refund: (Bucket.PAID, MoneyRefunded, Bucket.CLAIMABLE),
}

# What moves the money that a claim holds already, and how.
OF_CLAIMS = (MoneySent, MoneyPaid, ReservationFreed, MoneyBounced, MoneyRefunded)
CLAIM_MOVES: dict[type, tuple[Bucket, Bucket]] = {fact: (start, end) for start, fact, end in CLAIM_STEPS.values()}


def moves_of(state: FundState, fact: FundFact) -> tuple[Move, ...]:
    """Return the movements of money that *fact* is, each from one bucket to another."""
    if isinstance(fact, OF_CLAIMS):
        return _each(state.holds[fact.claim_no].shares, *CLAIM_MOVES[type(fact)])
    match fact:
        case MoneyReserved(shares=shares):
            return _each(shares, Bucket.CLAIMABLE, Bucket.RESERVED)
        case FundReceived(portions=portions) | FundAnnounced(portions=portions):
            return tuple(Move(p.pool, "", None, Bucket.FREE, p.amount_fen) for p in portions)
        case MoneyAllotted(shares=shares):
            return _each(shares, Bucket.FREE, Bucket.UNRELEASED)
        case MoneyReleased(shares=shares):
            return _each(shares, Bucket.UNRELEASED, Bucket.CLAIMABLE)
        case FundArrived(portions=came):
            return tuple(move for portion in came for move in _difference(portion))
        case AnnouncementRevoked(pool=pool, amount_fen=amount_fen):
            return (Move(pool, "", Bucket.FREE, None, amount_fen, never_came=True),)
        case MoneyUnallotted(share=share):
            return _each((share,), Bucket.UNRELEASED, Bucket.FREE)
        case MoneyWithdrawn(pool=pool, amount_fen=amount_fen):
            return (Move(pool, "", Bucket.FREE, None, amount_fen),)
        case AllotmentReduced(share=share):
            return _each((share,), Bucket.CLAIMABLE, Bucket.FREE)
        case _:
            return ()


def _each(shares: tuple[Share, ...], start: Bucket, end: Bucket) -> tuple[Move, ...]:
    return tuple([Move(s.pool, s.project_no, start, end, s.amount_fen) for s in shares])


def _difference(came: PoolArrived) -> tuple[Move, ...]:
    """What was announced is in the fund already: only the difference moves."""
    more = came.arrived_fen - came.announced_fen
    if more < 0:
        return (Move(came.pool, "", Bucket.FREE, None, -more, never_came=True),)
    return (Move(came.pool, "", None, Bucket.FREE, more),) if more else ()
