"""What can happen to a fund (facts, stored) and what can be asked of it (commands, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.terms import DeadlineTerm, PolicyRef


class PortionReceived(msgspec.Struct, frozen=True):
    """The part of a receipt that belongs to one pool (资金池), in fen."""

    pool: str
    amount_fen: int


class Share(msgspec.Struct, frozen=True):
    """An amount of one pool of this fund for one project, in fen."""

    pool: str
    project_no: str
    amount_fen: int


class FundTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a fund runs under: who acts on its arrival and its release, and by when."""

    policy: PolicyRef
    reporter: str
    notifier: str
    releaser: str
    form: str = ""
    release: DeadlineTerm | None = None


class FundEntry(Fact, frozen=True):
    """What the entry of one item of a fund document (资金文件) states; never stored under this name."""

    county: str
    fund_no: str
    document_no: str
    item_no: str
    source: str
    tier: str
    fiscal_year: int
    portions: tuple[PortionReceived, ...]
    terms: FundTerms

    def content(self) -> tuple[object, ...]:
        """Return what makes this entry what it is, whoever makes it and when."""
        portions = tuple((p.pool, p.amount_fen) for p in self.portions)
        return self.document_no, self.item_no, self.source, self.tier, self.fiscal_year, portions


class FundReceived(FundEntry, frozen=True, tag="fund.received/1"):
    """Money arrived (资金到账) by one item of a fund document (资金文件)."""


class ReceiptReported(Fact, frozen=True, tag="fund.reported/1"):
    """The arrival was reported to the leading group (报领导小组)."""


class DepartmentNotified(Fact, frozen=True, tag="fund.notified/1"):
    """The competent department was told in writing (书面通知)."""

    department: str


class MoneyAllotted(Fact, frozen=True, tag="fund.allotted/1"):
    """Money was set aside for projects by a plan in force (资金安排)."""

    plan_no: str
    shares: tuple[Share, ...]


class MoneyReleased(Fact, frozen=True, tag="fund.released/1"):
    """A plan's money was released to the units (资金下达, 拨付). `form`: indicator, transfer or reimbursement."""

    plan_no: str
    shares: tuple[Share, ...]
    form: str


class MoneyReserved(Fact, frozen=True, tag="fund.reserved/1"):
    """A claim holds money while it is reviewed."""

    claim_no: str
    version: int
    shares: tuple[Share, ...]


class ReservationFreed(Fact, frozen=True, tag="fund.freed/1"):
    """A returned claim gave back what it held."""

    claim_no: str


class MoneySent(Fact, frozen=True, tag="fund.sent/1"):
    """A payment order went out (支付指令)."""

    claim_no: str


class MoneyBounced(Fact, frozen=True, tag="fund.bounced/1"):
    """The bank sent a payment back (退汇)."""

    claim_no: str


class MoneyPaid(Fact, frozen=True, tag="fund.paid/1"):
    """The bank confirmed a payment (支付)."""

    claim_no: str


class MoneyRefunded(Fact, frozen=True, tag="fund.refunded/1"):
    """The payee paid back (退款)."""

    claim_no: str


class MoneyWithdrawn(Fact, frozen=True, tag="fund.withdrawn/1"):
    """The upper level took money back (上级收回)."""

    pool: str
    amount_fen: int
    document_no: str


class AllotmentReduced(Fact, frozen=True, tag="fund.reduced/1"):
    """A settlement came out lower (审减): the difference is free again."""

    share: Share
    reason: str


class PortionCarried(msgspec.Struct, frozen=True):
    """What is left of a portion at the close of a year, in fen, by where it is."""

    pool: str
    free_fen: int
    unreleased_fen: int
    claimable_fen: int
    reserved_fen: int


class YearClosed(Fact, frozen=True, tag="fund.year-closed/1"):
    """A year was closed (年终结转): what is left goes on under the fund's first fiscal year."""

    year: int
    carried: tuple[PortionCarried, ...]


class FundAnnounced(FundEntry, frozen=True, tag="fund.announced/1"):
    """Money was announced (提前告知资金) by a document before it is there: it may be planned, and not released."""


class PoolArrived(msgspec.Struct, frozen=True):
    """What came of one pool of announced money, beside what the announcement promised last, in fen."""

    pool: str
    announced_fen: int
    arrived_fen: int


class FundArrived(Fact, frozen=True, tag="fund.arrived/1"):
    """Announced money arrived (提前告知资金到账) by its own document, pool by pool, higher or lower than announced."""

    document_no: str
    item_no: str
    portions: tuple[PoolArrived, ...]

    def content(self) -> tuple[object, ...]:
        """Return what makes this arrival what it is; a pool in which nothing came changes nothing."""
        came = tuple(sorted((p.pool, p.arrived_fen) for p in self.portions if p.arrived_fen))
        return self.document_no, self.item_no, came


class AnnouncementRevoked(Fact, frozen=True, tag="fund.revoked/1"):
    """The upper level took announced money back before it came (撤回提前告知): it was never received."""

    pool: str
    amount_fen: int
    document_no: str


class MoneyUnallotted(Fact, frozen=True, tag="fund.unallotted/1"):
    """What *plan_no* had set aside of announced money is free again: the plan *by_plan_no* cut it (调减)."""

    plan_no: str
    share: Share
    by_plan_no: str


class FundMoved(Fact, frozen=True, tag="fund.moved/1"):
    """The fund runs under other rules from now on (改按新版本): *terms* are theirs; with the reason."""

    terms: FundTerms
    before: PolicyRef
    reason: str


@dataclass(frozen=True)
class _OfFund:
    act: Act
    fund_no: str


@dataclass(frozen=True)
class _Enter(_OfFund):
    county: str
    document_no: str
    item_no: str
    source: str
    tier: str
    fiscal_year: int
    portions: tuple[PortionReceived, ...]
    terms: FundTerms


class Register(_Enter):
    """Enter a receipt."""


class Announce(_Enter):
    """Enter an announcement of money that is still to come."""


@dataclass(frozen=True)
class Arrive(_OfFund):
    """Enter the arrival of announced money, every announced pool named, with 0 where nothing came."""

    document_no: str
    item_no: str
    portions: tuple[PortionReceived, ...]


@dataclass(frozen=True)
class Report(_OfFund):
    """Report the arrival."""


@dataclass(frozen=True)
class Notify(_OfFund):
    """Tell the competent department."""

    department: str


@dataclass(frozen=True)
class Allot(_OfFund):
    """Set aside what a plan in force says, after what it cuts is free; with a *form*, release it at once.

    A cut takes released money that nobody has claimed; of money that is announced only, what is still unreleased.
    """

    plan_no: str
    shares: tuple[Share, ...]
    form: str = ""
    cuts: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Release(_OfFund):
    """Release a plan's money."""

    plan_no: str
    form: str


@dataclass(frozen=True)
class Withdraw(_OfFund):
    """Hand free money back to the upper level."""

    pool: str
    amount_fen: int
    document_no: str


@dataclass(frozen=True)
class Reduce(_OfFund):
    """Free the difference of a lower settlement."""

    share: Share
    reason: str


@dataclass(frozen=True)
class CloseYear(_OfFund):
    """Close a year: say what is left of each portion."""

    year: int


@dataclass(frozen=True)
class Reserve(_OfFund):
    """Hold money for a claim."""

    claim_no: str
    version: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class ReserveAnew(_OfFund):
    """Hold other money for a claim that was corrected: what it held is given back first."""

    claim_no: str
    version: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Move(_OfFund):
    """Move the fund to other rules, with the reason."""

    terms: FundTerms
    reason: str


@dataclass(frozen=True)
class _OfClaim(_OfFund):
    claim_no: str


class Free(_OfClaim):
    """Give back what a claim holds."""


class Send(_OfClaim):
    """Send a claim's money."""


class Bounce(_OfClaim):
    """Take a bounced payment back."""


class Confirm(_OfClaim):
    """Book a confirmed payment."""


class Refund(_OfClaim):
    """Take a refund back."""


FundCommand = (
    Register
    | Report
    | Notify
    | Allot
    | Release
    | Withdraw
    | Reduce
    | CloseYear
    | Reserve
    | Free
    | Send
    | Bounce
    | Confirm
    | Refund
    | Announce
    | Arrive
    | Move
    | ReserveAnew
)
FundFact = (
    FundReceived
    | ReceiptReported
    | DepartmentNotified
    | MoneyAllotted
    | MoneyReleased
    | MoneyReserved
    | ReservationFreed
    | MoneySent
    | MoneyBounced
    | MoneyPaid
    | MoneyRefunded
    | MoneyWithdrawn
    | AllotmentReduced
    | YearClosed
    | FundAnnounced
    | FundArrived
    | AnnouncementRevoked
    | MoneyUnallotted
    | FundMoved
)
COMMANDS: tuple[type, ...] = FundCommand.__args__
FACTS: tuple[type, ...] = FundFact.__args__
