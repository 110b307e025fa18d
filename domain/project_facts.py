"""What can happen to a project (facts, stored) and what can be asked of it (commands, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    EntryConfirmed,
    EntryRemoved,
    EntryResult,
    EntryTakenUp,
    EntryTested,
    EstimateChanged,
    LookedAlike,
    RemoveEntry,
    TakeUpEntry,
    ToldApart,
)
from domain.content import Attached, Change
from domain.instrument_facts import (
    CoverLoss,
    GuaranteeLoan,
    InstrumentTerm,
    LoanGuaranteed,
    LoanRepaid,
    LossCovered,
    LossRecovered,
    PartsReported,
    RecoverLoss,
    RepayLoan,
    ReportParts,
)
from domain.signing import Fallen
from domain.terms import PolicyRef, RetentionTerm, StepTerm


class ProjectTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a project runs under: its steps in order, and what is held back of its contract.

    Where it *keeps* signatures, it may be corrected, and after a return those stand whose content is the same.
    """

    policy: PolicyRef
    steps: tuple[StepTerm, ...]
    retention: RetentionTerm | None = None
    separate_duties: bool = True
    instrument: InstrumentTerm | None = None
    keeps: bool = False


class ProjectRegistered(Fact, frozen=True, tag="project.registered/1"):
    """A project came into being with its first step: declared (申报), or entered in the bank (入库).

    *first_year* to *last_year*: planned once and built by year (一次性规划、分年度实施); 0 where nothing was said.
    """

    county: str
    project_no: str
    name: str
    village: str
    township: str
    unit: str
    use: str
    budget_fen: int
    terms: ProjectTerms
    first_year: int = 0
    last_year: int = 0
    purpose: str = ""

    def content(self) -> tuple[object, ...]:
        """Return what makes this project what it is, whoever enters it and when."""
        years, instrument = (self.first_year, self.last_year), self.terms.instrument
        own = (*years, instrument.id, instrument.households, instrument.list_digest) if instrument else years
        if self.purpose:
            own = (*own, self.purpose)
        return self.name, self.village, self.township, self.unit, self.use, self.budget_fen, *own


class StepPassed(Fact, frozen=True, tag="project.step-passed/1"):
    """A step was passed. `record` is the SHA-256 of its paper, in hex, where it has one.

    Taken again after a return with another paper, it lets those signatures fall that covered the one before.
    """

    step: str
    opinion: str = ""
    record: str = ""
    fallen: tuple[Fallen, ...] = ()


class StepReturned(Fact, frozen=True, tag="project.step-returned/1"):
    """A step sent the project back to an earlier one, with the reason (退回).

    The reviews between the two that it *keeps* stand while what they covered is the same; the posts whose
    co-signature was waited for are *withdrawn*.
    """

    step: str
    to: str
    reason: str
    keeps: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


class StepCosigned(Fact, frozen=True, tag="project.cosigned/1"):
    """One of the posts that take a step together (会同) signed for itself (会签)."""

    step: str
    opinion: str = ""


class ContractSigned(Fact, frozen=True, tag="project.contract-signed/1"):
    """The contract (合同) was signed, in fen."""

    contractor: str
    amount_fen: int


class PlanIncluded(Fact, frozen=True, tag="project.plan-included/1"):
    """A plan in force gave the project money, in fen."""

    plan_no: str
    amount_fen: int


class ReleaseArrived(Fact, frozen=True, tag="project.release-arrived/1"):
    """A fund released the project's money, in fen."""

    plan_no: str
    fund_no: str
    amount_fen: int


class ClaimNoted(Fact, frozen=True, tag="project.claim-noted/1"):
    """A claim on the project's money was lodged, in fen."""

    claim_no: str
    kind: str
    amount_fen: int


class ClaimUnnoted(Fact, frozen=True, tag="project.claim-unnoted/1"):
    """A claim was returned."""

    claim_no: str


class PaymentNoted(Fact, frozen=True, tag="project.payment-noted/1"):
    """A claim was paid."""

    claim_no: str


class RefundNoted(Fact, frozen=True, tag="project.refund-noted/1"):
    """A payment was paid back."""

    claim_no: str


class AllotmentCut(Fact, frozen=True, tag="project.allotment-cut/1"):
    """Money was taken back from the project (审减, 调减), in fen: by a lower settlement, or by the plan named.

    It had been released, unless it was announced money that had not arrived: then it is *unreleased*.
    """

    fund_no: str
    amount_fen: int
    plan_no: str = ""
    unreleased: bool = False


class Attested(Fact, frozen=True, tag="project.attested/1"):
    """A post judged whether a ban (负面清单) catches the project: it is clear of it, or not, with the opinion.

    The latest one of a ban holds. `record` is the SHA-256 of its paper, in hex, where it has one.
    """

    ban: str
    clear: bool
    opinion: str = ""
    record: str = ""


class TargetSet(Fact, frozen=True, tag="project.target-set/1"):
    """The project's performance target (绩效目标), in words. The latest one holds."""

    target: str
    record: str = ""


class LinkageSet(Fact, frozen=True, tag="project.linkage-set/1"):
    """The project's benefit linkage (联农带农机制): its mode, and how many households. The latest one holds."""

    mode: str
    households: int
    record: str = ""


class ProjectMoved(Fact, frozen=True, tag="project.moved/1"):
    """The project runs under other rules from now on (改按新版本): *terms* are theirs; with the reason."""

    terms: ProjectTerms
    before: PolicyRef
    reason: str


class AssetNoted(Fact, frozen=True, tag="project.asset-noted/1"):
    """The payments of these claims formed an asset (资产)."""

    asset_no: str
    claims: tuple[str, ...]


class ProjectClosed(Fact, frozen=True, tag="project.closed/1"):
    """The last step of the county's order was passed."""


class ProjectCorrected(Fact, frozen=True, tag="project.corrected/1"):
    """A project under way was corrected (更正): what was changed, and exactly which signatures fell.

    What it says from now on stands whole; `budget_fen` 0 leaves the budget as it is. Its class never changes.
    """

    changes: tuple[Change, ...]
    fallen: tuple[Fallen, ...]
    reason: str
    name: str
    village: str
    township: str
    unit: str
    budget_fen: int = 0
    first_year: int = 0
    last_year: int = 0
    purpose: str = ""


class ProjectRejected(Fact, frozen=True, tag="project.rejected/1"):
    """A step rejected the project for good, with the reason (驳回)."""

    step: str
    reason: str
    withdrawn: tuple[str, ...] = ()


class ProjectWithdrawn(Fact, frozen=True, tag="project.withdrawn/1"):
    """Whoever declared the project took it back before it was in a plan (撤回), with the reason."""

    reason: str
    withdrawn: tuple[str, ...] = ()


class ProjectPaperNoted(Fact, frozen=True, tag="project.paper-noted/1"):
    """A paper was attached to the project, or replaced (附件): its digest, and exactly which signatures fell."""

    paper: str
    step: str
    digest: str
    changes: tuple[Change, ...] = ()
    fallen: tuple[Fallen, ...] = ()


@dataclass(frozen=True)
class Register:
    """Bring a project into being."""

    act: Act
    registered: ProjectRegistered
    opinion: str = ""
    record: str = ""
    tested: tuple[EntryResult, ...] = ()
    told_apart: tuple[LookedAlike, ...] = ()
    attached: tuple[tuple[str, Attached], ...] = ()  # By name, its papers that were there before it.


@dataclass(frozen=True)
class Answer:
    """Answer a step: pass it, or send the project back to *return_to*, or *end* it, for a reason."""

    act: Act
    step: str
    approve: bool
    opinion: str = ""
    record: str = ""
    return_to: str = ""
    contractor: str = ""
    amount_fen: int = 0
    tested: tuple[EntryResult, ...] = ()
    told_apart: tuple[LookedAlike, ...] = ()
    end: bool = False


@dataclass(frozen=True)
class Include:
    """Take a plan's money, and what funds (number, fen) release of it at once."""

    act: Act
    plan_no: str
    amount_fen: int
    released: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Cut:
    """Give money that nobody has claimed back to its funds (number, fen): of those named, *unreleased* money."""

    act: Act
    funds: tuple[tuple[str, int], ...]
    plan_no: str = ""
    unreleased: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteRelease:
    """Note a release."""

    act: Act
    plan_no: str
    fund_no: str
    amount_fen: int


@dataclass(frozen=True)
class NoteClaim:
    """Note a claim that was lodged."""

    act: Act
    claim_no: str
    kind: str
    amount_fen: int


@dataclass(frozen=True)
class NoteClaimAnew:
    """Note that a claim was corrected: its kind and amount are others."""

    act: Act
    claim_no: str
    kind: str
    amount_fen: int


@dataclass(frozen=True)
class UnnoteClaim:
    """Note a claim that was returned."""

    act: Act
    claim_no: str


@dataclass(frozen=True)
class NotePayment:
    """Note a payment."""

    act: Act
    claim_no: str


@dataclass(frozen=True)
class NoteRefund:
    """Note a refund."""

    act: Act
    claim_no: str


@dataclass(frozen=True)
class Attest:
    """Say whether the project is clear of a ban."""

    act: Act
    ban: str
    clear: bool
    opinion: str = ""
    record: str = ""


@dataclass(frozen=True)
class SetTarget:
    """Set the performance target."""

    act: Act
    target: str
    record: str = ""


@dataclass(frozen=True)
class SetLinkage:
    """Set the benefit linkage."""

    act: Act
    mode: str
    households: int
    record: str = ""


@dataclass(frozen=True)
class Cosign:
    """Sign, for one's own post, a step that is taken together."""

    act: Act
    step: str
    opinion: str = ""


@dataclass(frozen=True)
class NoteAsset:
    """Note the asset that the payments of some claims formed."""

    act: Act
    asset_no: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """Move the project to other rules, with the reason."""

    act: Act
    terms: ProjectTerms
    reason: str


@dataclass(frozen=True)
class Correct:
    """Correct the project: what it says from now on, with the reason; `budget_fen` 0 leaves the budget as it is."""

    act: Act
    name: str
    village: str
    township: str
    unit: str
    budget_fen: int
    first_year: int
    last_year: int
    purpose: str
    reason: str
    told_apart: tuple[LookedAlike, ...] = ()


@dataclass(frozen=True)
class Withdraw:
    """Take the project back, with the reason."""

    act: Act
    reason: str


@dataclass(frozen=True)
class NotePaper:
    """Note a paper by its name, and for which step; with digest "", that it does not stand any more."""

    act: Act
    paper: str
    step: str
    digest: str


ProjectCommand = (
    Register
    | Answer
    | Include
    | Cut
    | NoteRelease
    | NoteClaim
    | UnnoteClaim
    | NotePayment
    | NoteRefund
    | Attest
    | SetTarget
    | SetLinkage
    | Move
    | NoteAsset
    | RemoveEntry
    | TakeUpEntry
    | ChangeEstimate
    | ConfirmEntry
    | GuaranteeLoan
    | RepayLoan
    | CoverLoss
    | RecoverLoss
    | ReportParts
    | Cosign
    | NoteClaimAnew
    | Correct
    | Withdraw
    | NotePaper
)
ProjectFact = (
    ProjectRegistered
    | StepPassed
    | StepReturned
    | ContractSigned
    | PlanIncluded
    | ReleaseArrived
    | ClaimNoted
    | ClaimUnnoted
    | PaymentNoted
    | RefundNoted
    | AllotmentCut
    | ProjectClosed
    | Attested
    | TargetSet
    | LinkageSet
    | ProjectMoved
    | AssetNoted
    | EntryTested
    | ToldApart
    | EntryRemoved
    | EntryTakenUp
    | EstimateChanged
    | EntryConfirmed
    | LoanGuaranteed
    | LoanRepaid
    | LossCovered
    | LossRecovered
    | PartsReported
    | StepCosigned
    | ProjectCorrected
    | ProjectRejected
    | ProjectWithdrawn
    | ProjectPaperNoted
)
COMMANDS: tuple[type, ...] = ProjectCommand.__args__
FACTS: tuple[type, ...] = ProjectFact.__args__
