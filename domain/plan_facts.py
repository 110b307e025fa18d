"""What can happen to a plan (facts, stored) and what can be asked of it (commands, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.content import Change
from domain.rules.result import Basis, Reason, RuleResult
from domain.signing import Fallen
from domain.terms import Line, PolicyRef, StageTerm


class PlanTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a plan runs under: every body that must approve it, in order.

    A plan without stages takes effect when it is drafted: its projects were approved one by one. `at_once`: its
    money is released with it, as where units pay first and are reimbursed (报账制). The posts *together* co-sign
    the draft (会同). Where it *keeps* signatures, it may be corrected, and drafted anew those stand whose content is
    the same.
    """

    policy: PolicyRef
    drafter: str
    stages: tuple[StageTerm, ...]
    separate_duties: bool = True
    at_once: bool = False
    together: tuple[str, ...] = ()
    keeps: bool = False


class PlanDrafted(Fact, frozen=True, tag="plan.drafted/1"):
    """A plan was drafted (拟定), or drafted anew after a return; with *cuts* it adjusts earlier ones (计划调整).

    The signatures that are *kept*, of stages or `cosign:` a post, covered what is the same still.
    """

    county: str
    plan_no: str
    version: int
    year: int
    title: str
    lines: tuple[Line, ...]
    terms: PlanTerms
    cuts: tuple[Line, ...] = ()
    reason: str = ""
    under: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    reasons: tuple[Reason, ...] = ()
    kept: tuple[str, ...] = ()


class RulesJudged(Fact, frozen=True, tag="plan.rules-judged/1"):
    """The rules that compute (按数据核定) were judged, when the plan was drafted and again when it took effect."""

    results: tuple[RuleResult, ...]


class PlanCosigned(Fact, frozen=True, tag="plan.cosigned/1"):
    """One of the posts that draft a plan together (会同) signed this draft for itself (会签)."""

    version: int
    opinion: str = ""


class StageDecided(Fact, frozen=True, tag="plan.decided/1"):
    """A body approved the plan (审批)."""

    stage: str
    meeting_no: str
    opinion: str


class PlanReturned(Fact, frozen=True, tag="plan.returned/1"):
    """A body sent the plan back, with its opinion."""

    stage: str
    meeting_no: str
    opinion: str


class MinutesBound(Fact, frozen=True, tag="plan.minutes-bound/1"):
    """The minutes on file became the plan's basis. `digest` is their SHA-256, in hex."""

    stage: str
    meeting_no: str
    digest: str


class PlanInForce(Fact, frozen=True, tag="plan.in-force/1"):
    """Every body has approved, and what must be on file is: money may be released."""


class ReleaseNoted(Fact, frozen=True, tag="plan.release-noted/1"):
    """One fund released the plan's money."""

    fund_no: str


class FundCut(Fact, frozen=True, tag="plan.fund-cut/1"):
    """Of one fund's announced money nothing is left to this plan: a later plan cut it before it arrived (调减)."""

    fund_no: str
    by_plan_no: str


class PlanMoved(Fact, frozen=True, tag="plan.moved/1"):
    """The plan runs under other rules from now on (改按新版本): *terms* are theirs; with the reason."""

    terms: PlanTerms
    before: PolicyRef
    reason: str


class PlanCorrected(Fact, frozen=True, tag="plan.corrected/1"):
    """A plan under way was corrected (更正): what of *version* was changed, and exactly which signatures fell.

    What it says from now on stands whole.
    """

    version: int
    changes: tuple[Change, ...]
    fallen: tuple[Fallen, ...]
    reason: str
    title: str
    lines: tuple[Line, ...]
    cuts: tuple[Line, ...] = ()
    under: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    reasons: tuple[Reason, ...] = ()


class PlanRejected(Fact, frozen=True, tag="plan.rejected/1"):
    """A body rejected the plan for good (否决), with its opinion."""

    stage: str
    meeting_no: str
    opinion: str


class PlanWithdrawn(Fact, frozen=True, tag="plan.withdrawn/1"):
    """Whoever drafted the plan took it back before it was decided (撤回), with the reason."""

    reason: str
    withdrawn: tuple[str, ...] = ()


class PlanPaperNoted(Fact, frozen=True, tag="plan.paper-noted/1"):
    """A paper was attached to the plan, or replaced (附件): its digest, and exactly which signatures fell."""

    paper: str
    step: str
    digest: str
    changes: tuple[Change, ...] = ()
    fallen: tuple[Fallen, ...] = ()


@dataclass(frozen=True)
class Draft:
    """Draft a plan."""

    act: Act
    drafted: PlanDrafted
    results: tuple[RuleResult, ...] = ()


@dataclass(frozen=True)
class Cosign:
    """Sign the draft, for one's own post."""

    act: Act
    opinion: str = ""
    results: tuple[RuleResult, ...] = ()


@dataclass(frozen=True)
class DecideStage:
    """Enter a body's answer. `end`: it rejects the plan for good."""

    act: Act
    stage: str
    meeting_no: str
    approve: bool
    opinion: str
    results: tuple[RuleResult, ...] = ()
    end: bool = False


@dataclass(frozen=True)
class BindMinutes:
    """Base the plan on minutes on file."""

    act: Act
    stage: str
    meeting_no: str
    digest: str
    results: tuple[RuleResult, ...] = ()


@dataclass(frozen=True)
class NoteRelease:
    """Note that a fund released this plan's money."""

    act: Act
    fund_no: str


@dataclass(frozen=True)
class NoteCut:
    """Note that a later plan left this one nothing of some funds."""

    act: Act
    fund_nos: tuple[str, ...]
    by_plan_no: str


@dataclass(frozen=True)
class Move:
    """Move the plan to other rules, with the reason."""

    act: Act
    terms: PlanTerms
    reason: str


@dataclass(frozen=True)
class Correct:
    """Correct the plan: what it says from now on, with the reason."""

    act: Act
    corrected: PlanDrafted
    reason: str
    results: tuple[RuleResult, ...] = ()


@dataclass(frozen=True)
class Withdraw:
    """Take the plan back, with the reason."""

    act: Act
    reason: str


@dataclass(frozen=True)
class NotePaper:
    """Note a paper by its name, and for which step; with digest "", that it does not stand any more."""

    act: Act
    paper: str
    step: str
    digest: str


PlanCommand = Draft | DecideStage | BindMinutes | NoteRelease | NoteCut | Move | Cosign | Correct | Withdraw | NotePaper
COMMANDS: tuple[type, ...] = PlanCommand.__args__


FACTS = (
    PlanDrafted,
    StageDecided,
    PlanReturned,
    MinutesBound,
    PlanInForce,
    ReleaseNoted,
    RulesJudged,
    FundCut,
    PlanMoved,
    PlanCosigned,
    PlanCorrected,
    PlanRejected,
    PlanWithdrawn,
    PlanPaperNoted,
)
