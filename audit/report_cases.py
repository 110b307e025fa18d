"""What plans, claims, projects, assets and documents of a county say of money, each by its own facts alone."""

from collections import Counter
from dataclasses import dataclass, field

from audit.report_funds import UNFOLDABLE
from audit.report_parts import Finding
from domain.asset_facts import AssetFormed, PaymentsAdded, PaymentTakenOut
from domain.balances import Bucket
from domain.cases import kind_of
from domain.claim_facts import (
    ClaimCorrected,
    ClaimLodged,
    ClaimMoved,
    ClaimRejected,
    ClaimReturned,
    ClaimWithdrawn,
    GatePassed,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
)
from domain.document import DocumentEntered
from domain.ledger import Entry
from domain.plan_facts import PlanCorrected, PlanDrafted, PlanInForce
from domain.project_money import ClaimsOfProject
from domain.terms import Line
from domain.words import Both

Amounts = Counter[tuple[str, str, str]]  # By fund, pool and project, in fen.


@dataclass
class PlanBook:
    """A plan: its lines as they stand, and whether it is in force."""

    amounts: Amounts = field(default_factory=Counter)
    in_force: bool = False

    def take(self, fact: object) -> None:
        """Take a fact in."""
        match fact:
            case PlanDrafted(lines=lines) | PlanCorrected(lines=lines):
                self.amounts = amounts(lines)
            case PlanInForce():
                self.in_force = True


@dataclass
class ClaimBook:
    """A claim: its lines as they stand, where its money must be, and whose hands it went through."""

    lines: tuple[Line, ...] = ()
    place: Bucket | None = None
    separate: bool = True
    prepared: set[str] = field(default_factory=set)
    gates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, fact: object) -> str:
        """Take a fact in, and return whoever acted against the separation of duties, or ""."""
        match fact:
            case ClaimLodged():
                self.lines, self.place, self.separate = fact.lines, Bucket.RESERVED, fact.terms.separate_duties
                self.prepared |= {*fact.act.hands}
                self.gates = {gate: hands for gate, hands in self.gates.items() if gate in fact.kept}
            case ClaimCorrected():
                self.lines = fact.lines
                self.prepared |= {*fact.act.hands}
                for fallen in fact.fallen:
                    self.gates.pop(fallen.step, None)
            case ClaimMoved():
                self.separate = fact.terms.separate_duties
            case GatePassed():
                before = self.prepared.union(*(h for gate, h in self.gates.items() if gate != fact.gate))
                self.gates[fact.gate] = fact.act.hands
                return self._twice(fact.act.hands, before)
            case PaymentSent():
                self.place = Bucket.SENT
                return self._twice(fact.act.hands, self.prepared)
            case PaymentBounced():
                self.place = Bucket.RESERVED
            case PaymentConfirmed():
                self.place = Bucket.PAID
            case PaymentRefunded() | ClaimReturned() | ClaimRejected() | ClaimWithdrawn():
                self.place = Bucket.CLAIMABLE
        return ""

    def _twice(self, hands: tuple[str, ...], before: set[str]) -> str:
        return ", ".join(sorted(before.intersection(hands))) if self.separate else ""

    def amounts(self) -> Amounts:
        """Return what it asks of each fund, pool and project."""
        return amounts(self.lines)


@dataclass
class AssetBook:
    """An asset: what it was paid with, by claim, fund and pool."""

    paid: Amounts = field(default_factory=Counter)

    def take(self, fact: object) -> None:
        """Take a fact in."""
        match fact:
            case AssetFormed(payments=payments) | PaymentsAdded(payments=payments):
                for one in payments:
                    self.paid[one.claim_no, one.fund_no, one.pool] += one.amount_fen
            case PaymentTakenOut(claim_no=claim_no):
                self.paid = Counter({key: fen for key, fen in self.paid.items() if key[0] != claim_no})


@dataclass
class Cases:
    """All cases of a county that money goes through, beside its funds, by their streams."""

    plans: dict[str, PlanBook] = field(default_factory=dict)
    claims: dict[str, ClaimBook] = field(default_factory=dict)
    projects: dict[str, ClaimsOfProject] = field(default_factory=dict)
    assets: dict[str, AssetBook] = field(default_factory=dict)
    documents: dict[str, DocumentEntered] = field(default_factory=dict)
    decisions: int = 0
    wrong: list[Finding] = field(default_factory=list)
    same_person: list[Finding] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Take a fact in."""
        stream, fact = entry.stream, entry.fact
        match kind_of(stream):
            case "plan":
                self.plans.setdefault(stream, PlanBook()).take(fact)
            case "claim":
                self._claim(entry)
            case "asset":
                self.assets.setdefault(stream, AssetBook()).take(fact)
            case "project":
                try:
                    self.projects.setdefault(stream, ClaimsOfProject()).note(fact)
                except UNFOLDABLE as error:
                    said = Both("前面的事实接不上，无法续算", f"it does not follow from the facts before it: {error!r}")
                    self.wrong.append(Finding(stream, entry.version, type(fact).__name__, said))
            case "document" if isinstance(fact, DocumentEntered):
                self.documents[stream] = fact

    def _claim(self, entry: Entry) -> None:
        self.decisions += isinstance(entry.fact, GatePassed | PaymentSent)
        if who := self.claims.setdefault(entry.stream, ClaimBook()).take(entry.fact):
            said = Both(f"{who} 此前已经手本件", f"{who} had a hand in it before")
            self.same_person.append(Finding(entry.stream, entry.version, "act.person", said))


def amounts(lines: tuple[Line, ...]) -> Amounts:
    """Return lines summed by fund, pool and project."""
    found: Amounts = Counter()
    for line in lines:
        found[line.fund_no, line.pool, line.project_no] += line.amount_fen
    return found
