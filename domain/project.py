"""Project (项目): from its first paper to its asset, step by step in its county's order.

Facts and commands stand in `project_facts.py`; the bounds on claims in `project_money.py`; targets, linkages and
attestations in `project_checks.py`.
"""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain import duties
from domain.act import Act, CaseState, Decider, OpenStep, RepeatDiffersError
from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    EntryResult,
    EntryTested,
    EstimateChanged,
    LookedAlike,
    RemoveEntry,
    TakeUpEntry,
    ToldApart,
)
from domain.cases import case_id
from domain.content import Attached, Content, with_paper
from domain.cosigning import COSIGN, Cosigned
from domain.errors import RefusedError
from domain.instrument_facts import CoverLoss, GuaranteeLoan, PartsReported, RecoverLoss, RepayLoan, ReportParts
from domain.moving import MOVE, Place, StepChangedError, check_may_move, named
from domain.project_bank import OF_AN_ENTRY, EntryOfProject
from domain.project_checks import CHECKS, ChecksOfProject
from domain.project_facts import (
    COMMANDS,
    FACTS,
    AllotmentCut,
    Answer,
    AssetNoted,
    Attest,
    ClaimNoted,
    ClaimUnnoted,
    ContractSigned,
    Correct,
    Cosign,
    Cut,
    Include,
    Move,
    NoteAsset,
    NoteClaim,
    NoteClaimAnew,
    NotePaper,
    NotePayment,
    NoteRefund,
    NoteRelease,
    PaymentNoted,
    PlanIncluded,
    ProjectClosed,
    ProjectCommand,
    ProjectCorrected,
    ProjectFact,
    ProjectMoved,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectRejected,
    ProjectWithdrawn,
    RefundNoted,
    Register,
    ReleaseArrived,
    SetLinkage,
    SetTarget,
    StepCosigned,
    StepPassed,
    StepReturned,
    UnnoteClaim,
    Withdraw,
)
from domain.project_loans import LOANS, LoansOfProject
from domain.project_money import ClaimsOfProject
from domain.project_signing import CORRECTED, REVIEWS, SignedOfProject
from domain.signing import (
    CLAUSE,
    CORRECT,
    WITHDRAW,
    CannotRejectError,
    EndedError,
    Fallen,
    NothingCorrectedError,
    TooLateToCorrectError,
    WhyMissingError,
)
from domain.terms import StepTerm
from domain.words import Both

# Steps that no person answers: each is passed by what another case brings about.
BROUGHT = ("plan", "release", "payments")


class NoSuchProjectError(RefusedError):
    """An act on a project that was never registered."""

    zh = "没有项目 {project_no}；先申报或入库"
    en = "no such project: {project_no}; declare it or enter it in the bank first"


class StepOrderError(RefusedError):
    """An answer to a step that is not the open one: a gate holds on every path."""

    zh = "项目 {project_no} 现在的环节是 {open}，不是 {asked}；环节不能跳过（{clause}）"
    en = "project {project_no} is at step {open}, not {asked}; no step can be skipped ({clause})"


class ReturnError(RefusedError):
    """A return to a step that the county's rules do not name, or without a reason."""

    zh = "项目 {project_no} 的 {step} 只能退回到 {allowed}，并须写明原因；要求退回到 {asked}（{clause}）"
    en = "project {project_no}: {step} may only be sent back to {allowed}, with a reason; asked: {asked} ({clause})"


class RecordMissingError(RefusedError):
    """A step whose paper is missing or whose amount is."""

    zh = "项目 {project_no} 的 {step} 须附 {record}（{clause}）"
    en = "project {project_no}: {step} needs its {record} ({clause})"


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


def judge(state: ProjectState, command: ProjectCommand) -> tuple[ProjectFact, ...]:
    """Return the facts of *command*, with the steps that it completes by itself."""
    if isinstance(command, Register):
        return _register(state, command)
    if isinstance(command, NotePaper):
        return _note_paper(state, command)
    if state.registered is None:
        raise NoSuchProjectError(project_no="-")  # The stream knows its number, an empty state does not.
    facts = _judge_act(state, state.registered, command)
    return _with_brought_steps(state, facts)


def _register(state: ProjectState, c: Register) -> tuple[ProjectFact, ...]:
    if state.registered is not None:
        recorded, asked = state.registered.content(), c.registered.content()
        if recorded != asked:
            raise RepeatDiffersError(key=f"project {c.registered.project_no}", recorded=recorded, asked=asked)
        return ()
    first = c.registered.terms.steps[0]
    _check_record(c.registered.project_no, first, c.record)
    attached = tuple(ProjectPaperNoted(c.act, name, paper.step, paper.digest) for name, paper in c.attached)
    entered = _entered(c.act, c.tested, c.told_apart)
    return (c.registered, *attached, *entered, StepPassed(c.act, first.id, c.opinion, c.record))


def _entered(act: Act, tested: tuple[EntryResult, ...], told_apart: tuple[LookedAlike, ...]) -> tuple[ProjectFact, ...]:
    """Return what was found and said of a project that enters the bank."""
    results = (EntryTested(act, tested),) if tested else ()
    return (*results, ToldApart(act, told_apart)) if told_apart else results


def _judge_act(state: ProjectState, registered: ProjectRegistered, command: ProjectCommand) -> tuple[ProjectFact, ...]:
    match command:
        case Answer():
            return _answer(state, registered, command)
        case Include(act, plan_no, amount_fen, released):
            # A project that has its money may be given more by an adjustment of the plan (调增).
            if "plan" not in state.passed_on or state.is_closed:
                _expect(state, registered, "plan")
            state.money.check_budget(registered, plan_no, amount_fen, command.act)
            arrived = tuple(ReleaseArrived(act, plan_no, fund_no, fen) for fund_no, fen in released)
            return (PlanIncluded(act, plan_no, amount_fen), *arrived)
        case Cut(act, funds, plan_no, unreleased):
            return tuple(AllotmentCut(act, no, fen, plan_no, no in unreleased) for no, fen in funds)
        case NoteRelease(act, plan_no, fund_no, amount_fen):
            return (ReleaseArrived(act, plan_no, fund_no, amount_fen),)
        case NoteClaim(act, claim_no, kind, amount_fen):
            state.money.check(registered, claim_no, kind, amount_fen, act, state.passed_on)
            return (ClaimNoted(act, claim_no, kind, amount_fen),)
        case NoteClaimAnew(act, claim_no, kind, amount_fen):
            unnoted = ClaimUnnoted(act, claim_no)
            money = state.money.after((unnoted,))
            money.check(registered, claim_no, kind, amount_fen, act, state.passed_on)
            return (unnoted, ClaimNoted(act, claim_no, kind, amount_fen))
        case UnnoteClaim(act, claim_no):
            return (ClaimUnnoted(act, claim_no),)
        case NotePayment(act, claim_no):
            return (PaymentNoted(act, claim_no),)
        case NoteRefund(act, claim_no):
            return (RefundNoted(act, claim_no),)
        case NoteAsset(act, asset_no, claims):
            return (AssetNoted(act, asset_no, claims),)
        case Attest() | SetTarget() | SetLinkage():
            return state.checks.judge(registered.project_no, command, closed=state.is_closed)
        case RemoveEntry() | TakeUpEntry() | ChangeEstimate() | ConfirmEntry():
            stands = "closed" if state.is_closed else "planned" if "plan" in state.passed_on else "waiting"
            return state.entry.judge(
                registered.project_no,
                command,
                estimate_fen=registered.budget_fen,
                allotted_fen=state.money.allotted,
                state=stands,
            )
        case GuaranteeLoan() | RepayLoan() | CoverLoss() | RecoverLoss():
            return state.loans.judge(registered.project_no, state.money.paid, command)
        case Cosign():
            return (_cosign(state, registered, command),)
        case ReportParts(act, parts, record):
            return (PartsReported(act, parts, record),)
        case Move():
            return (_move(state, registered, command),)
        case Correct():
            return (_correct(state, registered, command),)
        case Withdraw(act, reason):
            check_under_way(state, registered, WITHDRAW)
            return (ProjectWithdrawn(act, reason, _waited_for(state)),)
        case _:
            raise AssertionError(command)


def _answer(state: ProjectState, registered: ProjectRegistered, c: Answer) -> tuple[ProjectFact, ...]:
    step, no = state.step, registered.project_no
    if step is None or step.id != c.step or step.kind in BROUGHT:
        raise StepOrderError(
            project_no=no,
            open=step.id if step else "closed",
            asked=c.step,
            clause=(step or registered.terms.steps[-1]).clause,
        )
    duties.check(c.act, step.id, excluded(state, step.id))
    if c.end and not c.approve:
        return (_reject(state, registered, step, c),)
    if not c.approve:
        if c.return_to not in step.returns_to or not c.opinion.strip():
            allowed = ", ".join(step.returns_to) or "-"
            asked = c.return_to or "-"
            raise ReturnError(project_no=no, step=step.id, allowed=allowed, asked=asked, clause=step.clause)
        keeps = _kept(state, registered, c.return_to) if registered.terms.keeps else ()
        return (StepReturned(c.act, step.id, c.return_to, c.opinion, keeps, _waited_for(state)),)
    _check_cosigned(state, registered)
    _check_record(no, step, c.record)
    if step.kind == "confirm":
        state.loans.check_ended(no, step.clause)
    contract = (c.contractor, c.amount_fen) if step.kind == "contract" else None
    after = state.signed.saying(records={step.id: c.record}, contract=contract)
    fallen = _fallen_ahead(state, state.signed.fallen_if(after, registered))
    passed = StepPassed(c.act, step.id, c.opinion, c.record, fallen)
    if step.kind != "contract":
        return (*_entered(c.act, c.tested, c.told_apart), passed)
    if c.amount_fen <= 0 or not c.contractor:
        raise RecordMissingError(project_no=no, step=step.id, record="contractor, amount_fen > 0", clause=step.clause)
    state.money.check_contract(registered, c.amount_fen, step.clause)
    return (ContractSigned(c.act, c.contractor, c.amount_fen), passed)


def _fallen_ahead(state: ProjectState, fallen: tuple[Fallen, ...]) -> tuple[Fallen, ...]:
    return tuple(one for one in fallen if one.step.removeprefix(f"{COSIGN}:") in state.signed.ahead)


def _kept(state: ProjectState, registered: ProjectRegistered, to: str) -> tuple[str, ...]:
    """Return the reviews between the step *to* that it is sent back to and the open one: they stand for now."""
    steps = registered.terms.steps
    first = next(n for n, step in enumerate(steps) if step.id == to)
    between = (step for step in steps[first + 1 : state.at] if step.kind in REVIEWS)
    return tuple(step.id for step in between if state.signed.signatures.stands(step.id))


def _waited_for(state: ProjectState) -> tuple[str, ...]:
    """Return the posts whose co-signature is waited for: it is not wanted any more."""
    return tuple(post for _, post in state.to_cosign)


def _reject(state: ProjectState, registered: ProjectRegistered, step: StepTerm, c: Answer) -> ProjectRejected:
    said = {"case": _case(registered), "step": step.id, "clause": step.clause}
    if step.kind not in REVIEWS or "plan" in state.passed_on:
        allowed = ", ".join(one.id for one in registered.terms.steps if one.kind in REVIEWS) or "-"
        raise CannotRejectError(**said, allowed=allowed)
    if not c.opinion.strip():
        raise WhyMissingError(**said)
    return ProjectRejected(c.act, step.id, c.opinion, _waited_for(state))


def _correct(state: ProjectState, registered: ProjectRegistered, c: Correct) -> ProjectCorrected:
    check_under_way(state, registered, CORRECT)
    if registered.terms.separate_duties:
        kinds = {step.id: step.kind for step in registered.terms.steps}
        decided = state.signed.signatures.hands().items()
        duties.check(c.act, CORRECT, {who: step for who, step in decided if kinds.get(step) in REVIEWS})
    said = {name: getattr(c, name) for name in CORRECTED}
    now = msgspec.structs.replace(registered, **said, budget_fen=c.budget_fen or registered.budget_fen)
    after = state.signed.saying(declared_fen=c.budget_fen)
    if not (changes := state.content().changes(after.content(now))):
        raise NothingCorrectedError(case=_case(registered), clause=CLAUSE)
    fallen = state.signed.fallen_if(after, now)
    return ProjectCorrected(c.act, changes, fallen, c.reason, budget_fen=c.budget_fen, **said)


def check_under_way(state: ProjectState, registered: ProjectRegistered, asked: str) -> None:
    """Check that a project can still be corrected or taken back: by rules that say so, with no money and no contract.

    Raises:
        EndedError: If it was rejected or withdrawn.
        TooLateToCorrectError: If not, with what would do.
    """
    if state.signed.ended:
        raise EndedError(case=_case(registered), stage=state.signed.ended, asked=asked)
    if is_bound(state):
        instead = Both("拟计划调整，或重签合同", "a plan that adjusts it, or a contract signed anew,")
    elif not registered.terms.keeps:
        instead = Both("由审核环节退回", "a review's return")
    else:
        return
    at = state.step.id if state.step else "closed"
    raise TooLateToCorrectError(case=_case(registered), stage=at, asked=asked, instead=instead, clause=CLAUSE)


def is_bound(state: ProjectState) -> bool:
    """Return whether what was decided has had its effect: it is in a plan, has a contract, or is over."""
    return state.is_closed or state.money.allotted > 0 or "plan" in state.passed_on or state.money.contract is not None


def _note_paper(state: ProjectState, c: NotePaper) -> tuple[ProjectFact, ...]:
    """Note a paper. What was decided and carried out stays decided: once it has money, nothing falls."""
    paper, registered, before = Attached(c.step, c.digest), state.registered, state.signed.papers
    if before.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if registered is None:
        return (ProjectPaperNoted(c.act, c.paper, *paper),)
    after = state.signed.saying(papers=with_paper(before, c.paper, paper))
    keeps = registered.terms.keeps and not is_bound(state) and not state.signed.ended
    fallen = state.signed.fallen_if(after, registered) if keeps else ()
    return (ProjectPaperNoted(c.act, c.paper, *paper, state.content().changes(after.content(registered)), fallen),)


def _case(registered: ProjectRegistered) -> str:
    return case_id(registered.county, "project", registered.project_no)


def _check_cosigned(state: ProjectState, registered: ProjectRegistered) -> None:
    case = case_id(registered.county, "project", registered.project_no)
    for step, _ in state.to_cosign:
        state.cosigned.check_all(case, step.id, step.together, step.clause)


def _cosign(state: ProjectState, registered: ProjectRegistered, c: Cosign) -> StepCosigned:
    case = case_id(registered.county, "project", registered.project_no)
    together = tuple(post for step, post in state.to_cosign if step.id == c.step)
    state.cosigned.check_may(case, c.step, together, c.act)
    duties.check(c.act, f"{COSIGN}:{c.step}", excluded(state, f"{COSIGN}:{c.step}"))
    return StepCosigned(c.act, c.step, c.opinion)


def excluded(state: ProjectState, waited_for: str) -> dict[str, str]:
    """Return who may not take an open step, or co-sign it, each with what was done before."""
    if state.registered is None or not state.registered.terms.separate_duties:
        return {}
    name = waited_for.removeprefix(f"{COSIGN}:")
    step = next((step for step in state.registered.terms.steps if step.id == name), None)
    if step is None:
        return {}
    found = state.cosigned.hands(step.id)
    if step != state.step:  # The first, which its own paper passed.
        found |= dict.fromkeys(state.registered.act.hands, step.id)
    return found | (duties.prepared(state.hands) if step.kind in duties.DECIDES else {})


def _move(state: ProjectState, registered: ProjectRegistered, c: Move) -> ProjectMoved:
    before, to = registered.terms, c.terms.policy
    case = case_id(registered.county, "project", registered.project_no)
    check_may_move(case, before.policy, to, "closed" if state.is_closed else "")
    kinds = {step.id: step.kind for step in before.steps}
    for step in c.terms.steps:
        if (kind := kinds.get(step.id, step.kind)) != step.kind:
            other = {"kind": kind, "other": step.kind, "clause": step.clause}
            raise StepChangedError(case=case, step=step.id, version=named(to), **other)
    ids = [step.id for step in before.steps]
    passed = {*ids[: state.at], *state.left_behind, *state.signed.ahead}
    place = Place(case, before.steps, passed, ids[state.at :][:1], "closed")
    place.check_kept(to, [(step,) for step in c.terms.steps])
    return ProjectMoved(c.act, c.terms, before.policy, c.reason)


def _check_record(no: str, step: StepTerm, record: str) -> None:
    if step.record and not record:
        raise RecordMissingError(project_no=no, step=step.id, record=step.record, clause=step.clause)


def _expect(state: ProjectState, registered: ProjectRegistered, kind: str) -> None:
    step = state.step
    _check_cosigned(state, registered)
    if step is None or step.kind != kind:
        clause = (step or registered.terms.steps[-1]).clause
        open_step = step.id if step else "closed"
        raise StepOrderError(project_no=registered.project_no, open=open_step, asked=kind, clause=clause)


def _with_brought_steps(state: ProjectState, facts: tuple[ProjectFact, ...]) -> tuple[ProjectFact, ...]:
    """Add the steps that *facts* complete by themselves, and the close after the last step."""
    if not facts or state.registered is None:
        return facts
    steps, at, money = state.registered.terms.steps, state.at, state.money.after(facts)
    added: list[ProjectFact] = []
    act, ahead = facts[-1].act, set(state.signed.ahead)
    for fact in facts:
        if isinstance(fact, StepReturned | ProjectCorrected | ProjectPaperNoted | ProjectRejected | ProjectWithdrawn):
            return facts
        if isinstance(fact, StepPassed):
            ahead -= {one.step for one in fact.fallen}
            at = _skip(steps, at + 1, ahead)
    while at < len(steps) and money.completes(steps[at].kind):
        added.append(StepPassed(act.under(steps[at].clause), steps[at].id))
        at = _skip(steps, at + 1, ahead)
    if at == len(steps) and not state.is_closed:
        added.append(ProjectClosed(act))
    return (*facts, *added)


def _skip(steps: tuple[StepTerm, ...], at: int, ahead: set[str]) -> int:
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
            assert state.registered is not None
            passed = {step.id for step in state.registered.terms.steps[: state.at]} | state.left_behind
            passed |= state.signed.ahead
            state.signed.ahead = set()
            state.at = sum(step.id in passed for step in fact.terms.steps)
            state.left_behind = passed - {step.id for step in fact.terms.steps}
            state.registered = msgspec.structs.replace(state.registered, terms=fact.terms)
        case _:
            pass


def _go_on(state: ProjectState, steps: tuple[StepTerm, ...]) -> None:
    """Stand at the next step that is to be taken; those that stand are passed, on their own day."""
    after = _skip(steps, state.at + 1, state.signed.ahead)
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


def open_steps(state: ProjectState) -> tuple[OpenStep, ...]:
    """Return the step that waits for a person, and the co-signatures that are waited for."""
    step = state.step
    own = () if step is None or step.kind in BROUGHT else (OpenStep(step.id, step.post),)
    return (*own, *(OpenStep(f"{COSIGN}:{of.id}", post) for of, post in state.to_cosign))


PROJECT = Decider(
    "project",
    ProjectState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    lambda s: s.signed.ended or (s.step.id if s.step else "closed"),
    lambda s: s.is_closed,
    lambda s: () if s.registered is None or s.is_closed else (*CHECKS, MOVE, *OF_AN_ENTRY, *LOANS, CORRECT, WITHDRAW),
    excluded=excluded,
    quiet=(ReleaseArrived, ClaimNoted, ClaimUnnoted, PaymentNoted, RefundNoted, AssetNoted),
)
