"""A plan folded: its latest draft, how far it is, and the signatures that stand over it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from domain.act import CaseState, Fact
from domain.content import Attached, Content, with_paper
from domain.contents import of_plan
from domain.cosigning import COSIGN, Cosigned
from domain.plan_facts import (
    FundCut,
    MinutesBound,
    PlanCorrected,
    PlanCosigned,
    PlanDrafted,
    PlanInForce,
    PlanMoved,
    PlanPaperNoted,
    PlanRejected,
    PlanReturned,
    PlanWithdrawn,
    ReleaseNoted,
    RulesJudged,
    StageDecided,
)
from domain.rules.result import RuleResult
from domain.signing import (
    REJECTED,
    WITHDRAWN,
    Signature,
    Signatures,
)

MINUTES = "minutes"


DECIDE = "decide"


@dataclass
class PlanState(CaseState):
    """One plan: its latest draft, and how far it is."""

    drafted: PlanDrafted | None = None
    returned: bool = False
    passed: int = 0
    awaits_minutes: str = ""  # The meeting whose minutes the open stage still needs.
    drafters: set[str] = field(default_factory=set)
    in_force: bool = False
    cosigned: Cosigned = field(default_factory=Cosigned)
    released: set[str] = field(default_factory=set)  # Funds that have nothing more to release by this plan.
    results: tuple[RuleResult, ...] = ()
    left_behind: set[str] = field(default_factory=set)  # Stages that were passed, and are not in the order moved to.
    signed: Signatures = field(default_factory=Signatures)
    # What the open stage has decided, while its minutes are not on file: no signature yet.
    decided: Signature | None = None
    ahead: set[str] = field(default_factory=set)  # Stages behind the open one whose signature stands.
    papers: dict[str, Attached] = field(default_factory=dict)  # Attached, by name.
    reopened: dict[str, int] = field(default_factory=dict)  # How often a stage of this version was opened anew.
    cosign_again: set[str] = field(default_factory=set)  # Posts whose co-signature fell by a correction.
    ended: str = ""  # Rejected, withdrawn.

    def content(self, step: str = "") -> Content:
        """Return what it says to whoever signs a stage, or co-signs."""
        return of_plan(self.drafted, self.papers, step) if self.drafted else Content()

    def earlier(self, step: str) -> Iterator[Content]:
        """Yield what it has ever said to whoever signs a step."""
        for said in self.signed.said:
            drafted, papers = said.parts
            yield of_plan(drafted, papers, step)

    @property
    def next_open(self) -> int:
        """Return the place of the stage that is open once the open one is passed."""
        stages, place = self.drafted.terms.stages if self.drafted else (), self.passed + 1
        while place < len(stages) and stages[place].id in self.ahead:
            place += 1
        return place

    @property
    def to_cosign(self) -> tuple[str, ...]:
        """Return the posts whose co-signature is waited for: without them the draft reaches no body."""
        if self.drafted is None or self.returned or self.in_force or self.ended:
            return ()
        missing = self.cosigned.missing("draft", self.drafted.terms.together)
        if self.passed or self.awaits_minutes:  # The rules that it was moved to may ask for more than began it.
            return tuple(post for post in missing if post in self.cosign_again)
        return missing

    @property
    def waits_for(self) -> str:
        """Return the id of the open step."""
        if self.ended:
            return self.ended
        if self.drafted is None or self.returned:
            return "draft"
        if self.to_cosign:
            return COSIGN
        if self.in_force or self.passed == len(self.drafted.terms.stages):  # Or about to be, by the next fact.
            return "release"
        stage = self.drafted.terms.stages[self.passed].id
        return f"{MINUTES}:{stage}" if self.awaits_minutes else f"{DECIDE}:{stage}"


def apply(state: PlanState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case PlanDrafted():
            _draft_anew(state, fact)
        case PlanCosigned():
            state.cosigned.note("draft", fact.act)
            state.drafters.update(fact.act.hands)
            state.cosign_again.discard(fact.act.post)
            state.signed.sign(Signature(COSIGN, fact.act, state.content(COSIGN)))
        case StageDecided():
            assert state.drafted is not None
            term = state.drafted.terms.stages[state.passed]
            state.decided = Signature(term.id, fact.act, state.content(term.id), term.covers)
            state.awaits_minutes = fact.meeting_no if term.record == MINUTES else ""
            if not state.awaits_minutes:
                _pass(state)
        case MinutesBound():
            state.awaits_minutes = ""
            _pass(state)
        case PlanReturned():
            state.returned, state.awaits_minutes, state.decided = True, "", None
        case PlanCorrected():
            _corrected(state, fact)
        case PlanPaperNoted():
            state.papers = with_paper(state.papers, fact.paper, Attached(fact.step, fact.digest))
            _fell(state, fact)
        case PlanRejected():
            state.ended, state.awaits_minutes = REJECTED, ""
        case PlanWithdrawn():
            state.ended, state.awaits_minutes = WITHDRAWN, ""
        case PlanInForce():
            state.in_force = True
        case RulesJudged():
            state.results = fact.results
        case ReleaseNoted() | FundCut():
            state.released.add(fact.fund_no)
        case PlanMoved():
            assert state.drafted is not None
            passed = {term.id for term in state.drafted.terms.stages[: state.passed]} | state.left_behind | state.ahead
            state.passed = sum(term.id in passed for term in fact.terms.stages)
            state.left_behind = passed - {term.id for term in fact.terms.stages}
            state.ahead = set()
            state.drafted = msgspec.structs.replace(state.drafted, terms=fact.terms)
        case _:
            raise AssertionError(fact)


def _draft_anew(state: PlanState, fact: PlanDrafted) -> None:
    state.drafted, state.returned, state.awaits_minutes, state.decided = fact, False, "", None
    state.drafters.update(fact.act.hands)
    state.left_behind, state.reopened, state.cosign_again = set(), {}, set()
    posts = {head: post for head in fact.kept if (post := head.removeprefix(f"{COSIGN}:")) != head}
    cosigned = state.cosigned.by.get("draft", {})
    state.cosigned = Cosigned({"draft": {post: cosigned[post] for post in posts.values()}} if posts else {})
    for one in state.signed.standing():
        if (f"{COSIGN}:{one.act.post}" if one.step == COSIGN else one.step) not in fact.kept:
            state.signed.fall([one.step], fact.act, post=one.act.post)
    _place(state, set(fact.kept))
    _note(state)


def _place(state: PlanState, passed: set[str]) -> None:
    """Stand at the first stage that was not *passed*; those behind it that were stand."""
    ids = [term.id for term in state.drafted.terms.stages] if state.drafted else []
    state.passed = next((n for n, id_ in enumerate(ids) if id_ not in passed), len(ids))
    state.ahead = passed & set(ids[state.passed :])


def _pass(state: PlanState) -> None:
    if state.decided:
        state.signed.sign(state.decided)
    state.decided = None
    state.passed = state.next_open
    ids = [term.id for term in state.drafted.terms.stages] if state.drafted else []
    state.ahead &= set(ids[state.passed :])


def _corrected(state: PlanState, fact: PlanCorrected) -> None:
    assert state.drafted is not None
    names = ("title", "lines", "cuts", "under", "bases", "reasons")
    state.drafted = msgspec.structs.replace(state.drafted, **{name: getattr(fact, name) for name in names})
    state.drafters.update(fact.act.hands)
    _fell(state, fact)


def _note(state: PlanState) -> None:
    if state.drafted:
        state.signed.note(state.drafted, state.papers)


def _fell(state: PlanState, fact: PlanCorrected | PlanPaperNoted) -> None:
    """Let the signatures fall that *fact* names: the plan waits at the first of their stages."""
    _note(state)
    if state.drafted is None or not fact.fallen:
        return
    ids = [term.id for term in state.drafted.terms.stages]
    waited_for, open_before = state.waits_for, ids[state.passed : state.passed + 1]
    fell = {one.step for one in fact.fallen}
    state.signed.fall_named(fact.fallen, fact.act)
    if state.decided and state.decided.named in fact.fallen:
        state.decided, state.awaits_minutes = None, ""
    cosigners = {one.post for one in fact.fallen if one.step == COSIGN}
    state.cosigned = Cosigned(
        {"draft": {p: hands for p, hands in state.cosigned.by.get("draft", {}).items() if p not in cosigners}}
    )
    state.cosign_again |= cosigners
    _place(state, {*ids[: state.passed], *state.ahead} - fell)
    # A stage that waits no more, for an earlier one or for who co-signs, has a clock of its own once it waits again.
    left = open_before if state.waits_for != waited_for else []
    for stage_ in {*fell, *left} - {COSIGN}:
        state.reopened[stage_] = state.reopened.get(stage_, 0) + 1
