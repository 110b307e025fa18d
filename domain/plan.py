"""Plan (年度项目计划 / 资金使用方案): lines of money for projects, approved whole by each body in order."""

import msgspec

from domain import duties
from domain.act import Act, Decider, Fact, OpenStep
from domain.cases import case_id
from domain.cosigning import COSIGN
from domain.errors import RefusedError
from domain.moving import MOVE, Place, StepLostError, check_may_move, listed, named
from domain.plan_correcting import (
    check_lines,
    check_not_ended,
    check_under_way,
    correct,
    decided_by,
    judged,
    kept_of,
    note_paper,
)
from domain.plan_facts import (
    COMMANDS,
    FACTS,
    BindMinutes,
    Correct,
    Cosign,
    DecideStage,
    Draft,
    FundCut,
    MinutesBound,
    Move,
    NoteCut,
    NotePaper,
    NoteRelease,
    PlanCommand,
    PlanCosigned,
    PlanDrafted,
    PlanInForce,
    PlanMoved,
    PlanRejected,
    PlanReturned,
    PlanWithdrawn,
    ReleaseNoted,
    RulesJudged,
    StageDecided,
    Withdraw,
)
from domain.plan_state import DECIDE, MINUTES, PlanState, apply
from domain.request import says_something
from domain.rules.result import RuleResult
from domain.signing import (
    CORRECT,
    WITHDRAW,
)


class NoSuchPlanError(RefusedError):
    """An act on a plan that was never drafted."""

    zh = "没有计划 {plan_no}；先拟定"
    en = "no such plan: {plan_no}; draft it first"


class PlanStepError(RefusedError):
    """An answer to a step that is not the open one."""

    zh = "计划 {plan_no} 现在等待的是 {open}，不是 {asked}；环节须按顺序（{clause}）"
    en = "plan {plan_no} waits for {open}, not for {asked}; its steps hold in order ({clause})"


class PlanReasonError(RefusedError):
    """A plan that a body sends back without saying why."""

    zh = "计划 {plan_no} 由 {stage} 退回须写明原因：opinion 为空（{clause}）"
    en = "plan {plan_no} is sent back by {stage} without a reason: opinion is empty, it must say why ({clause})"


def judge(state: PlanState, command: PlanCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, NotePaper):
        return note_paper(state, command)
    if isinstance(command, Draft):
        return _draft(state, command)
    if state.drafted is None:
        raise NoSuchPlanError(plan_no="-")  # The stream knows its number, an empty state does not.
    match command:
        case DecideStage():
            return _decide_stage(state, state.drafted, command)
        case BindMinutes(act, stage, meeting_no, digest, results):
            _expect(state, f"{MINUTES}:{stage}")
            bound = MinutesBound(act, stage, meeting_no, digest)
            return (bound, *_in_force_after(state, state.drafted, act, results))
        case Cosign():
            return _cosign(state, state.drafted, command)
        case NoteRelease(act, fund_no):
            return () if fund_no in state.released else (ReleaseNoted(act, fund_no),)
        case NoteCut(act, fund_nos, by_plan_no):
            left = (fund_no for fund_no in fund_nos if fund_no not in state.released)
            return tuple(FundCut(act, fund_no, by_plan_no) for fund_no in left)
        case Move():
            return _move(state, state.drafted, command)
        case Correct():
            return correct(state, state.drafted, command)
        case Withdraw(act, reason):
            check_under_way(state, state.drafted, WITHDRAW)
            return (PlanWithdrawn(act, reason, state.to_cosign),)


def _draft(state: PlanState, c: Draft) -> tuple[Fact, ...]:
    if state.drafted is not None and not state.returned:
        check_not_ended(state, state.drafted, "draft")
        _expect(state, "draft")
    check_lines(c.drafted)
    drafted = msgspec.structs.replace(c.drafted, version=1)
    if state.drafted is not None:
        kept = kept_of(state, drafted, c.act) if drafted.terms.keeps else ()
        drafted = msgspec.structs.replace(drafted, version=state.drafted.version + 1, kept=kept)
    facts = (drafted, *judged(c.act, c.results))
    return facts if drafted.terms.stages or drafted.terms.together else (*facts, PlanInForce(c.act))


def _cosign(state: PlanState, drafted: PlanDrafted, c: Cosign) -> tuple[Fact, ...]:
    case = case_id(drafted.county, "plan", drafted.plan_no)
    state.cosigned.check_may(case, "draft", state.to_cosign, c.act)
    duties.check(c.act, COSIGN, excluded(state, COSIGN))
    cosigned = PlanCosigned(c.act, drafted.version, c.opinion)
    if drafted.terms.stages or len(state.to_cosign) > 1:
        return (cosigned,)
    return (cosigned, *judged(c.act, c.results), PlanInForce(c.act))


def _decide_stage(state: PlanState, drafted: PlanDrafted, c: DecideStage) -> tuple[Fact, ...]:
    if state.to_cosign:
        case = case_id(drafted.county, "plan", drafted.plan_no)
        state.cosigned.check_all(case, "draft", drafted.terms.together, drafted.act.clause)
    if c.approve or c.stage != _may_take_back(state):
        _expect(state, f"{DECIDE}:{c.stage}")
    duties.check(c.act, "approve", excluded(state, DECIDE))
    if not c.approve:
        if not says_something(c.opinion):
            raise PlanReasonError(plan_no=drafted.plan_no, stage=c.stage, clause=_clause(state, drafted))
        if c.end:
            return (PlanRejected(c.act, c.stage, c.meeting_no, c.opinion),)
        return (PlanReturned(c.act, c.stage, c.meeting_no, c.opinion),)
    decided = StageDecided(c.act, c.stage, c.meeting_no, c.opinion)
    if drafted.terms.stages[state.passed].record == MINUTES:
        return (decided,)
    return (decided, *_in_force_after(state, drafted, c.act, c.results))


def excluded(state: PlanState, step: str) -> dict[str, str]:
    """Return who may not take an open step, each with what was done before: whoever drafted approves nothing."""
    if state.drafted is None or not state.drafted.terms.separate_duties:
        return {}
    match step.partition(":")[0]:
        case "decide":
            return dict.fromkeys(state.drafters, "draft")
        case "cosign":
            # Whose decision on the draft stands does not prepare it: a correction may ask for co-signatures again.
            return dict.fromkeys(state.drafted.act.hands, "draft") | state.cosigned.hands("draft") | decided_by(state)
        case _:
            return {}


def _may_take_back(state: PlanState) -> str:
    """Return the stage whose body may still send the plan back: approved, its minutes not on file.

    What it approved may have become impossible since: its money went elsewhere, or a rule would now be broken.
    """
    drafted = state.drafted
    return drafted.terms.stages[state.passed].id if drafted and state.awaits_minutes and not state.returned else ""


def _move(state: PlanState, drafted: PlanDrafted, c: Move) -> tuple[Fact, ...]:
    before, to = drafted.terms, c.terms.policy
    case = case_id(drafted.county, "plan", drafted.plan_no)
    check_may_move(case, before.policy, to, stage(state) if closed(state) else "")
    if not state.returned:  # Drafted anew, it begins at the first body anyway.
        ids = [term.id for term in before.stages]
        passed = {*ids[: state.passed], *state.left_behind, *state.ahead}
        place = Place(case, before.stages, passed, ids[state.passed :][:1], state.waits_for)
        place.check_kept(to, [(term,) for term in c.terms.stages])
    if state.in_force and c.terms.at_once:
        old, new = listed(before.stages), listed(c.terms.stages)
        raise StepLostError(case=case, open="release", version=named(to), old=f"{old}, release", new=new)
    return (PlanMoved(c.act, c.terms, before.policy, c.reason),)


def _in_force_after(
    state: PlanState, drafted: PlanDrafted, act: Act, results: tuple[RuleResult, ...]
) -> tuple[Fact, ...]:
    last = state.next_open == len(drafted.terms.stages)
    return (*judged(act, results), PlanInForce(act)) if last else ()


def _expect(state: PlanState, step: str) -> None:
    if state.waits_for != step:
        assert state.drafted is not None
        clause = _clause(state, state.drafted)
        raise PlanStepError(plan_no=state.drafted.plan_no, open=state.waits_for, asked=step, clause=clause)


def _clause(state: PlanState, drafted: PlanDrafted) -> str:
    """Return what the open step rests on: its body's line, or that of plans."""
    stages, with_a_body = drafted.terms.stages, not (state.returned or state.to_cosign)
    return stages[state.passed].clause if with_a_body and state.passed < len(stages) else drafted.act.clause


def open_steps(state: PlanState) -> tuple[OpenStep, ...]:
    """Return the step that waits; the release waits in each fund's own case."""
    if state.drafted is None or state.ended or state.waits_for == "release":
        return ()
    terms = state.drafted.terms
    if state.returned:
        return (OpenStep("draft", terms.drafter),)
    if state.to_cosign:
        return tuple(OpenStep(COSIGN, post) for post in state.to_cosign)
    return (OpenStep(state.waits_for, terms.stages[state.passed].body),)


def stage(state: PlanState) -> str:
    """Return where the plan stands: its open step, in force, or released; or that it was rejected or withdrawn."""
    if state.ended:
        return state.ended
    return "released" if closed(state) else "in force" if state.in_force else state.waits_for


def closed(state: PlanState) -> bool:
    """Return whether every fund that the plan draws on has released its money, or it was rejected or withdrawn."""
    drafted = state.drafted
    if state.ended:
        return True
    if drafted is None or not state.in_force:
        return False
    return drafted.terms.at_once or {line.fund_no for line in drafted.lines} <= state.released


def also_allowed(state: PlanState) -> tuple[str, ...]:
    """Return the decision that a body may still take back before its minutes are on file; the move if not over.

    A correction too, though it is refused once the plan is in force: with what would do, and on record.
    """
    if state.drafted is None or state.ended:
        return ()
    taken_back = (f"{DECIDE}:{stage_}",) if (stage_ := _may_take_back(state)) else ()
    return (*taken_back, *(() if closed(state) else (MOVE,)), CORRECT, WITHDRAW)


PLAN = Decider(
    "plan",
    PlanState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    closed,
    also_allowed,
    quiet=(ReleaseNoted, FundCut, RulesJudged),
    excluded=excluded,
)
