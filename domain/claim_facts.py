"""What can happen to a claim (facts, stored) and what can be asked of it (commands, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.content import Attached, Change
from domain.signing import Fallen
from domain.terms import GateTerm, Line, PolicyRef

KINDS = ("advance", "progress", "settlement", "retention")


class ClaimTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a claim runs under: its gates in order, who pays, who confirms.

    *answerable* answers for its truth (对真实性负责); *papers* are what it must hold beside its vouchers. Where it
    *keeps* signatures, it may be corrected, and lodged anew it waits at the first gate whose signature fell.
    """

    policy: PolicyRef
    lodger: str
    gates: tuple[GateTerm, ...]
    payer: str
    confirmer: str
    payee: str
    clause: str
    separate_duties: bool = True
    answerable: str = ""
    papers: tuple[str, ...] = ()
    keeps: bool = False

    @property
    def groups(self) -> tuple[tuple[GateTerm, ...], ...]:
        """Return the gates in order, those together that are open together; most stand alone."""
        groups: list[tuple[GateTerm, ...]] = []
        for gate in self.gates:
            if gate.with_former and groups:
                groups[-1] += (gate,)
            else:
                groups.append((gate,))
        return tuple(groups)


class ClaimPaper(msgspec.Struct, frozen=True):
    """A paper (附件) of a claim: of which kind, and its SHA-256 in hex."""

    kind: str
    digest: str


class ClaimLodged(Fact, frozen=True, tag="claim.lodged/1"):
    """A claim was lodged, or lodged anew after a return.

    It starts at the first gate (reading A-22) but for those whose signature is *kept*: what it covered is the same.
    """

    county: str
    claim_no: str
    version: int
    project_no: str
    kind: str
    lines: tuple[Line, ...]
    payee: str
    vouchers: tuple[str, ...]
    terms: ClaimTerms
    papers: tuple[ClaimPaper, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def amount_fen(self) -> int:
        """Return the claim's total, in fen."""
        return sum(line.amount_fen for line in self.lines)


class GatePassed(Fact, frozen=True, tag="claim.gate-passed/1"):
    """A gate (关口) let the claim through."""

    gate: str
    opinion: str


class ClaimReturned(Fact, frozen=True, tag="claim.returned/1"):
    """A gate sent the claim back, with the reason (退回); gates that waited beside it are *withdrawn*."""

    gate: str
    reason: str
    withdrawn: tuple[str, ...] = ()


class ClaimCorrected(Fact, frozen=True, tag="claim.corrected/1"):
    """A claim under way was corrected (更正): what of *version* was changed, and exactly which signatures fell.

    What it says from now on stands whole.
    """

    version: int
    changes: tuple[Change, ...]
    fallen: tuple[Fallen, ...]
    reason: str
    kind: str
    lines: tuple[Line, ...]
    payee: str
    vouchers: tuple[str, ...]
    papers: tuple[ClaimPaper, ...] = ()


class ClaimRejected(Fact, frozen=True, tag="claim.rejected/1"):
    """A gate rejected the claim for good, with the reason (驳回); gates that waited beside it are *withdrawn*."""

    gate: str
    reason: str
    withdrawn: tuple[str, ...] = ()


class ClaimWithdrawn(Fact, frozen=True, tag="claim.withdrawn/1"):
    """Whoever lodged the claim took it back before it was decided (撤回), with the reason."""

    reason: str
    withdrawn: tuple[str, ...] = ()


class ClaimPaperNoted(Fact, frozen=True, tag="claim.paper-noted/1"):
    """A paper was attached to the claim, or replaced (附件): its digest, and exactly which signatures fell."""

    paper: str
    step: str
    digest: str
    changes: tuple[Change, ...] = ()
    fallen: tuple[Fallen, ...] = ()


class PaymentSent(Fact, frozen=True, tag="claim.payment-sent/1"):
    """The payment order went out."""

    attempt: int


class PaymentBounced(Fact, frozen=True, tag="claim.payment-bounced/1"):
    """The bank sent the payment back (退汇)."""

    attempt: int
    reason: str


class PaymentConfirmed(Fact, frozen=True, tag="claim.payment-confirmed/1"):
    """The bank confirmed the payment, by its reference."""

    attempt: int
    bank_ref: str


class PaymentRefunded(Fact, frozen=True, tag="claim.payment-refunded/1"):
    """The payee paid back (退款)."""

    reason: str


class ClaimMoved(Fact, frozen=True, tag="claim.moved/1"):
    """The claim runs under other rules from now on (改按新版本): *terms* are theirs; with the reason."""

    terms: ClaimTerms
    before: PolicyRef
    reason: str


@dataclass(frozen=True)
class Lodge:
    """Lodge a claim; *attached*: by name, its papers with their steps that were there before it."""

    act: Act
    lodged: ClaimLodged
    attached: tuple[tuple[str, Attached], ...] = ()


@dataclass(frozen=True)
class AnswerGate:
    """Answer the open gate. `barred`: persons who prepared the project, and how. `end`: reject it for good."""

    act: Act
    gate: str
    approve: bool
    opinion: str
    barred: dict[str, str]
    end: bool = False


@dataclass(frozen=True)
class SendPayment:
    """Send the payment order."""

    act: Act
    barred: dict[str, str]


@dataclass(frozen=True)
class BouncePayment:
    """Enter that the bank sent it back."""

    act: Act
    reason: str


@dataclass(frozen=True)
class ConfirmPayment:
    """Enter the bank's confirmation."""

    act: Act
    bank_ref: str


@dataclass(frozen=True)
class RefundPayment:
    """Enter a refund."""

    act: Act
    reason: str


@dataclass(frozen=True)
class Move:
    """Move the claim to other rules, with the reason."""

    act: Act
    terms: ClaimTerms
    reason: str


@dataclass(frozen=True)
class Correct:
    """Correct the claim: what it says from now on, with the reason."""

    act: Act
    kind: str
    lines: tuple[Line, ...]
    payee: str
    vouchers: tuple[str, ...]
    papers: tuple[ClaimPaper, ...]
    reason: str


@dataclass(frozen=True)
class Withdraw:
    """Take the claim back, with the reason."""

    act: Act
    reason: str


@dataclass(frozen=True)
class NotePaper:
    """Note a paper by its name, and for which step; with digest "", that it does not stand any more."""

    act: Act
    paper: str
    step: str
    digest: str


ClaimCommand = (
    Lodge
    | AnswerGate
    | SendPayment
    | BouncePayment
    | ConfirmPayment
    | RefundPayment
    | Move
    | Correct
    | Withdraw
    | NotePaper
)


COMMANDS: tuple[type, ...] = ClaimCommand.__args__


FACTS = (
    ClaimLodged,
    GatePassed,
    ClaimReturned,
    PaymentSent,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    ClaimMoved,
    ClaimCorrected,
    ClaimRejected,
    ClaimWithdrawn,
    ClaimPaperNoted,
)
