"""What can happen to a sweep of what is left over (结转结余清查), and what can be asked of it."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from domain.act import Act, Fact
from domain.content import Change
from domain.signing import Fallen
from domain.terms import DeadlineTerm, PolicyRef

SweepKind = Literal["prior_year", "current_year"]


class SurplusItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is left in one portion, in fen: free of any project, or of one; *price_fen*: its contract or settlement."""

    fund_no: str
    pool: str
    amount_fen: int
    project_no: str = ""
    price_fen: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes it one item."""
        return self.fund_no, self.pool, self.project_no


class SweepTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a sweep runs under. *approval_is_ours*: the text does not ask for the approval, we do (A-25).

    Where it *keeps* signatures, who agreed to a list that is handed in again as it was has agreed to it.
    """

    policy: PolicyRef
    rule: str
    lead: str
    agreeing: tuple[str, ...]
    approver: str
    moved_to: str
    clause: str
    approval_is_ours: bool = False
    limit: str = ""
    deadline: DeadlineTerm | None = None
    separate_duties: bool = True
    keeps: bool = False


class SweepCalled(Fact, frozen=True, tag="surplus.called/1"):
    """The county's calendar called a sweep at the end of its year: its lead is waited for with the list."""

    county: str
    year: int
    sweep: SweepKind
    rule: str
    lead: str
    policy: PolicyRef


class SurplusFound(Fact, frozen=True, tag="surplus.found/1"):
    """The list of what is left over (清查、差额清单), of which year, found by its lead; found anew after a return.

    The parties that are *kept* agreed to what is the same still.
    """

    county: str
    year: int
    sweep: SweepKind
    items: tuple[SurplusItem, ...]
    terms: SweepTerms
    record: str = ""
    kept: tuple[str, ...] = ()


class SurplusAgreed(Fact, frozen=True, tag="surplus.agreed/1"):
    """One of those who sweep together agreed with the list."""

    party: str


class SurplusReturned(Fact, frozen=True, tag="surplus.returned/1"):
    """The body sent the list back, with the reason."""

    reason: str


class SurplusApproved(Fact, frozen=True, tag="surplus.approved/1"):
    """The body approved the list (批复). `record` is the SHA-256 of its paper, in hex."""

    opinion: str = ""
    record: str = ""


class SurplusMoved(Fact, frozen=True, tag="surplus.moved/1"):
    """A plan in force moved what was left over to projects; the money itself moved by that plan."""

    plan_no: str
    items: tuple[SurplusItem, ...]


class SurplusClosed(Fact, frozen=True, tag="surplus.closed/1"):
    """Everything on the approved list was moved, or the one who was called to it found nothing left."""


class SurplusPaperNoted(Fact, frozen=True, tag="surplus.paper-noted/1"):
    """A paper was attached to the list, or replaced (附件): its digest, and exactly which signatures fell."""

    paper: str
    step: str
    digest: str
    changes: tuple[Change, ...] = ()
    fallen: tuple[Fallen, ...] = ()


@dataclass(frozen=True)
class Call:
    """Call a sweep."""

    act: Act
    called: SweepCalled


@dataclass(frozen=True)
class Find:
    """Hand in the list."""

    act: Act
    found: SurplusFound


@dataclass(frozen=True)
class Agree:
    """Agree with the list."""

    act: Act
    party: str


@dataclass(frozen=True)
class Decide:
    """Approve the list, or send it back."""

    act: Act
    approve: bool
    opinion: str = ""
    record: str = ""


@dataclass(frozen=True)
class MoveSurplus:
    """Say which plan moved it: what that plan took of each portion, and of whom (*cuts*), and whom it gave it."""

    act: Act
    plan_no: str
    taken: tuple[SurplusItem, ...]


@dataclass(frozen=True)
class NotePaper:
    """Note a paper by its name, and for which step; with digest "", that it does not stand any more."""

    act: Act
    paper: str
    step: str
    digest: str


SurplusCommand = Call | Find | Agree | Decide | MoveSurplus | NotePaper
SurplusFact = (
    SweepCalled
    | SurplusFound
    | SurplusAgreed
    | SurplusReturned
    | SurplusApproved
    | SurplusMoved
    | SurplusClosed
    | SurplusPaperNoted
)
COMMANDS: tuple[type, ...] = SurplusCommand.__args__
FACTS: tuple[type, ...] = SurplusFact.__args__
