"""Project (项目): from its first paper to its asset, step by step in its county's order.

Facts and commands stand in `project_facts.py`; the bounds on claims in `project_money.py`; targets, linkages and
attestations in `project_checks.py`.
"""

from domain import duties
from domain.act import Act, Decider, OpenStep, RepeatDiffersError
from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    EntryResult,
    EntryTested,
    LookedAlike,
    RemoveEntry,
    TakeUpEntry,
    ToldApart,
)
from domain.cases import case_id
from domain.cosigning import COSIGN
from domain.errors import RefusedError
from domain.instrument_facts import CoverLoss, GuaranteeLoan, PartsReported, RecoverLoss, RepayLoan, ReportParts
from domain.moving import MOVE, Place, StepChangedError, check_may_move, named
from domain.project_bank import OF_AN_ENTRY
from domain.project_checks import CHECKS
from domain.project_correcting import (
    check_under_way,
    correct,
    fallen_ahead,
    kept_of,
    note_paper,
    reject,
    reviewed_by,
    reviewed_on,
    waited_for,
)
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
from domain.project_loans import LOANS
from domain.project_state import BROUGHT, ProjectState, apply, skip
from domain.request import says_something
from domain.signing import (
    CORRECT,
    WITHDRAW,
)
from domain.terms import StepTerm


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


def judge(state: ProjectState, command: ProjectCommand) -> tuple[ProjectFact, ...]:
    """Return the facts of *command*, with the steps that it completes by itself."""
    if isinstance(command, Register):
        return _register(state, command)
    if isinstance(command, NotePaper):
        return note_paper(state, command)
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
        case NoteClaimAnew():
            return _note_anew(state, registered, command)
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
        case Correct(told_apart=told_apart):
            return (correct(state, registered, command), *_entered(command.act, (), told_apart))
        case ReportParts(act, parts, record):
            return (PartsReported(act, parts, record),)
        case _:
            return (_change(state, registered, command),)


def _note_anew(state: ProjectState, registered: ProjectRegistered, c: NoteClaimAnew) -> tuple[ProjectFact, ...]:
    """Note what a claim was corrected to, within the same bounds as when it was lodged."""
    unnoted = ClaimUnnoted(c.act, c.claim_no)
    money = state.money.after((unnoted,))
    money.check(registered, c.claim_no, c.kind, c.amount_fen, c.act, state.passed_on)
    return (unnoted, ClaimNoted(c.act, c.claim_no, c.kind, c.amount_fen))


def _change(state: ProjectState, registered: ProjectRegistered, command: ProjectCommand) -> ProjectFact:
    """Return what changes the project itself: other rules, its withdrawal."""
    match command:
        case Move():
            return _move(state, registered, command)
        case Withdraw(act, reason):
            check_under_way(state, registered, WITHDRAW)
            return ProjectWithdrawn(act, reason, waited_for(state))
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
        return (reject(state, registered, step, c),)
    if not c.approve:
        if c.return_to not in step.returns_to or not says_something(c.opinion):
            allowed = ", ".join(step.returns_to) or "-"
            asked = c.return_to or "-"
            raise ReturnError(project_no=no, step=step.id, allowed=allowed, asked=asked, clause=step.clause)
        keeps = kept_of(state, registered, c.return_to) if registered.terms.keeps else ()
        return (StepReturned(c.act, step.id, c.return_to, c.opinion, keeps, waited_for(state)),)
    _check_cosigned(state, registered)
    _check_record(no, step, c.record)
    if step.kind == "confirm":
        state.loans.check_ended(no, step.clause)
    contract = (c.contractor, c.amount_fen) if step.kind == "contract" else None
    after = state.signed.saying(records={step.id: c.record}, contract=contract)
    fallen = fallen_ahead(state, state.signed.fallen_if(after, registered))
    if step.kind in duties.PREPARES:
        fallen = tuple(dict.fromkeys((*fallen, *reviewed_by(state, c.act))))
    passed = StepPassed(c.act, step.id, c.opinion, c.record, fallen)
    if step.kind != "contract":
        return (*_entered(c.act, c.tested, c.told_apart), passed)
    if c.amount_fen <= 0 or not c.contractor:
        raise RecordMissingError(project_no=no, step=step.id, record="contractor, amount_fen > 0", clause=step.clause)
    state.money.check_contract(registered, c.amount_fen, step.clause)
    return (ContractSigned(c.act, c.contractor, c.amount_fen), passed)


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
    if waited_for != name and step.kind in duties.PREPARES:
        found |= reviewed_on(state)  # Who co-signs a work anew prepares it.
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
            at = skip(steps, at + 1, ahead)
    while at < len(steps) and money.completes(steps[at].kind):
        added.append(StepPassed(act.under(steps[at].clause), steps[at].id))
        at = skip(steps, at + 1, ahead)
    if at == len(steps) and not state.is_closed:
        added.append(ProjectClosed(act))
    return (*facts, *added)


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
