"""What a fund's page is made of: equations with both their sides, and branches that are the sum of their branches."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from projections.fund_ledger_read import Ledgered

Kind = Literal["source", "fund", "portion", "free", "project", "rest", "unreleased", "claimable", "claim", "payment"]


@dataclass(frozen=True)
class Term:
    """One term of an equation: a figure by its name in the ledger, without `_fen`, and its sign."""

    name: str
    fen: int
    sign: Literal[1, -1] = 1


@dataclass(frozen=True)
class Equation:
    """One equation of a balance, with the terms of both sides."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def left_fen(self) -> int:
        """Return what the left side comes to."""
        return sum(term.sign * term.fen for term in self.left)

    @property
    def right_fen(self) -> int:
        """Return what the right side comes to."""
        return sum(term.sign * term.fen for term in self.right)

    @property
    def holds(self) -> bool:
        """Return whether both sides are equal."""
        return self.left_fen == self.right_fen


@dataclass(frozen=True)
class OfPlan:
    """What one plan gave to a place: fund, pool and project; in fen, less what was taken back."""

    plan: str
    plan_no: str
    allotted_fen: int


@dataclass(frozen=True)
class Paid:
    """What a payment says: to whom, on which days, under which number of the bank; "" and None while not there.

    `state`: reserved while the claim is reviewed, sent, or paid.
    """

    state: Literal["reserved", "sent", "paid"]
    payee: str
    lodged_on: date
    sent_on: date | None
    paid_on: date | None
    bank_ref: str


@dataclass(frozen=True)
class Branch:
    """One branch: what it is, its number or id, its case where it is one, its amount, and its own branches.

    A branch without branches is where the money lies. `count` says how many projects stand together in a `rest`.
    """

    kind: Kind
    id: str
    fen: int
    case: str = ""
    branches: tuple["Branch", ...] = ()
    plans: tuple[OfPlan, ...] = ()
    payment: Paid | None = None
    count: int = 0

    @property
    def adds_up(self) -> bool:
        """Return whether it is the sum of its branches, all the way down, and its plans gave what it has."""
        own = not self.branches or self.fen == sum(branch.fen for branch in self.branches)
        given = not self.plans or self.fen == sum(plan.allotted_fen for plan in self.plans)
        return own and given and all(branch.adds_up for branch in self.branches)


def balance(of: Ledgered) -> tuple[Equation, ...]:
    """Return the three equations of a portion, or of a sum of them, with the terms of both sides."""

    def term(name: str, sign: Literal[1, -1] = 1) -> Term:
        return Term(name, getattr(of, f"{name}_fen"), sign)

    announced = (term("announced"),) if of.announced_fen else ()
    return (
        Equation((*announced, term("received"), term("withdrawn", -1)), (term("free"), term("allotted"))),
        Equation((term("allotted"),), (term("unreleased"), term("released"))),
        Equation((term("released"),), (term("claimable"), term("reserved"), term("sent"), term("paid"))),
    )
