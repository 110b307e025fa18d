"""A project folded: its open step, whose hands it went through, what returns and corrections left standing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain import duties
from domain.act import Act, CaseState
from domain.bank_facts import (
    EstimateChanged,
)
from domain.content import Attached, Content, with_paper
from domain.cosigning import COSIGN, Cosigned
from domain.instrument_facts import PartsReported
from domain.project_bank import EntryOfProject
from domain.project_checks import ChecksOfProject
from domain.project_facts import (
    AssetNoted,
    ContractSigned,
    ProjectClosed,
    ProjectCorrected,
    ProjectFact,
    ProjectMoved,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectRejected,
    ProjectWithdrawn,
    RefundNoted,
    StepCosigned,
    StepPassed,
    StepReturned,
)
from domain.project_loans import LoansOfProject
from domain.project_money import ClaimsOfProject
from domain.project_signing import CORRECTED, SignedOfProject
from domain.terms import StepTerm

# Steps that no person answers: each is passed by what another case brings about.
BROUGHT = ("plan", "release", "payments")


@dataclass
class ProjectState(CaseState):
    """One project: the open step, who did what, its contract, and its money."""

    registered: ProjectRegistered | None = None
    at: int = 0
    returns: int = 0
    contractor: str = ""
    hands: dict[str, str] = field(default_factory=dict)  # Each person's first duty; preparing outweighs deciding.
    passed_on: dict[str, date] = field(default_factory=dict)
    money: ClaimsOfProject = field(default_factory=ClaimsOfProject)
    checks: ChecksOfProject = field(default_factory=ChecksOfProject)
    entry: EntryOfProject = field(default_factory=EntryOfProject)
    loans: LoansOfProject = field(default_factory=LoansOfProject)
    parts: PartsReported | None = None
    is_closed: bool = False
    cosigned: Cosigned = field(default_factory=Cosigned)
    left_behind: set[str] = field(default_factory=set)  # Steps that were passed, and are not in the order moved to.
    claims_in_assets: dict[str, str] = field(default_factory=dict)  # Whose payments formed which asset.
    signed: SignedOfProject = field(default_factory=SignedOfProject)

    def content(self, step: str = "") -> Content:
        """Return what it says to whoever signs a step."""
        return self.signed.content(self.registered, step)

    def earlier(self, step: str) -> Iterator[Content]:
        """Yield what it has ever said to whoever signs a step."""
        for said in self.signed.signatures.said:
            registered, saying = said.parts
            yield saying.content(registered, step)

    @property
    def step(self) -> StepTerm | None:
        """Return the open step, or None after the last."""
        steps = self.registered.terms.steps if self.registered and not self.signed.ended else ()
        return steps[self.at] if self.at < len(steps) else None

    @property
    def to_cosign(self) -> tuple[tuple[StepTerm, str], ...]:
        """Return whose co-signature is waited for: of the open step, or still of the first, which its paper passed."""
        if self.registered is None or self.is_closed:
            return ()
        steps, again = self.registered.terms.steps, self.signed.cosign_again
        waits = steps[0 if self.at == 1 else self.at : self.at + 1]
        return tuple(
            (step, post)
            for step in steps[: self.at + 1]
            for post in self.cosigned.missing(step.id, step.together)
            if step in waits or (step.id, post) in again
        )

    def work_of(self, name: str, paper: Attached) -> str:
        """Return the kind of the work that was done and that a paper is for, or took the place of one for; or ""."""
        before = self.signed.papers.get(name)
        of = {paper.step, before.step if before else ""}
        done = self.registered.terms.steps[: self.at] if self.registered else ()
        return next((step.kind for step in done if step.id in of and step.kind in duties.PREPARES), "")


def skip(steps: tuple[StepTerm, ...], at: int, ahead: set[str]) -> int:
    """Return the place of the next step that is to be taken: those whose signature stands are not taken again."""
    while at < len(steps) and steps[at].id in ahead:
        at += 1
    return at


def apply(state: ProjectState, fact: ProjectFact) -> None:
    """Fold one fact into the state."""
    state.money.note(fact)
    state.checks.note(fact)
    state.entry.note(fact)
    state.loans.note(fact)
    match fact:
        case ProjectRegistered():
            state.registered, state.signed.declared_fen = fact, fact.budget_fen
        case StepPassed():
            _passed(state, fact)
        case StepCosigned():
            assert state.registered is not None
            state.signed.note(state.registered, fact, None)
            state.cosigned.note(fact.step, fact.act)
            kind = next(step.kind for step in state.registered.terms.steps if step.id == fact.step)
            _note_hands(state, fact.act, kind)
        case StepReturned():
            assert state.registered is not None
            _go_back(state, state.registered.terms.steps, fact)
        case ContractSigned():
            assert state.registered is not None
            state.signed.note(state.registered, fact, None)
            state.contractor = fact.contractor
        case ProjectPaperNoted() if state.registered is None:
            state.signed.papers = with_paper(state.signed.papers, fact.paper, Attached(fact.step, fact.digest))
        case ProjectCorrected() | ProjectPaperNoted():
            _corrected(state, fact)
        case ProjectRejected() | ProjectWithdrawn():
            assert state.registered is not None
            state.signed.note(state.registered, fact, None)
            state.is_closed = True
        case EstimateChanged():
            assert state.registered is not None
            state.registered = msgspec.structs.replace(state.registered, budget_fen=fact.budget_fen)
        case PartsReported():
            state.parts = fact
        case ProjectClosed():
            state.is_closed = True
        case AssetNoted(asset_no=asset_no, claims=claims):
            state.claims_in_assets.update(dict.fromkeys(claims, asset_no))
        case RefundNoted(claim_no=claim_no):
            state.claims_in_assets.pop(claim_no, None)
        case ProjectMoved():
            _moved(state, fact)
        case _:
            pass


def _passed(state: ProjectState, fact: StepPassed) -> None:
    step = state.step
    assert step is not None
    assert state.registered is not None
    state.signed.note(state.registered, fact, None if step.kind in BROUGHT else step)
    if step.kind not in BROUGHT:
        _note_hands(state, fact.act, step.kind)
    state.passed_on[step.kind] = fact.act.occurred_on
    if step.kind == "bank":
        state.entry.entered_year = fact.act.occurred_on.year
    _go_on(state, state.registered.terms.steps)


def _moved(state: ProjectState, fact: ProjectMoved) -> None:
    assert state.registered is not None
    passed = {step.id for step in state.registered.terms.steps[: state.at]} | state.left_behind | state.signed.ahead
    state.signed.ahead = set()
    state.at = sum(step.id in passed for step in fact.terms.steps)
    state.left_behind = passed - {step.id for step in fact.terms.steps}
    state.registered = msgspec.structs.replace(state.registered, terms=fact.terms)


def _go_on(state: ProjectState, steps: tuple[StepTerm, ...]) -> None:
    """Stand at the next step that is to be taken; those that stand are passed, on their own day."""
    after = skip(steps, state.at + 1, state.signed.ahead)
    for step in steps[state.at + 1 : after]:
        state.passed_on[step.kind] = state.signed.days[step.id]
        state.signed.ahead.discard(step.id)
    state.at = after


def _go_back(state: ProjectState, steps: tuple[StepTerm, ...], fact: StepReturned) -> None:
    state.returns += 1
    state.left_behind = set()  # What follows the step that it was sent back to is done anew.
    state.at = next(n for n, step in enumerate(steps) if step.id == fact.to)
    state.cosigned.void(step.id for step in steps[state.at :] if step.id not in fact.keeps)
    state.signed.back(steps, state.at, fact.keeps, fact.act)
    _unpass(state, steps)


def _unpass(state: ProjectState, steps: tuple[StepTerm, ...]) -> None:
    # An acceptance that is to be done again bears no settlement; what came before stands.
    for kind in {step.kind for step in steps[state.at :]} - {step.kind for step in steps[: state.at]}:
        state.passed_on.pop(kind, None)


def _corrected(state: ProjectState, fact: ProjectCorrected | ProjectPaperNoted) -> None:
    """Let the signatures fall that *fact* names: the project waits at the first of their steps; the others stand."""
    assert state.registered is not None
    if isinstance(fact, ProjectCorrected):
        said = {name: getattr(fact, name) for name in CORRECTED}
        budget_fen = fact.budget_fen or state.registered.budget_fen
        state.registered = msgspec.structs.replace(state.registered, **said, budget_fen=budget_fen)
        _note_hands(state, fact.act, "declare")
    elif work := state.work_of(fact.paper, Attached(fact.step, fact.digest)):
        _note_hands(state, fact.act, work)
    steps, fell = state.registered.terms.steps, {one.step for one in fact.fallen}
    passed = {step.id for step in steps[: state.at]} | state.signed.ahead
    state.signed.note(state.registered, fact, None)
    for one in fact.fallen:
        if (step_ := one.step.removeprefix(f"{COSIGN}:")) != one.step:
            state.cosigned.by.get(step_, {}).pop(one.post, None)
    at = next((n for n, step in enumerate(steps) if step.id in fell), state.at)
    if at < state.at:
        state.returns, state.at = state.returns + 1, at
        state.signed.ahead = (passed - fell) & {step.id for step in steps[at:]}
        _unpass(state, steps)


def _note_hands(state: ProjectState, act: Act, kind: str) -> None:
    for person in act.hands:
        before = state.hands.get(person)
        if before is None or (before not in duties.PREPARES and kind in duties.PREPARES):
            state.hands[person] = kind
