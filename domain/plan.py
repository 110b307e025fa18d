"""Plan (年度项目计划 / 资金使用方案): lines of money for projects, approved whole by each body in order."""

from dataclasses import dataclass, field

import msgspec

from domain import duties
from domain.act import Act, CaseState, Decider, Fact, OpenStep
from domain.cases import case_id
from domain.cosigning import COSIGN, Cosigned
from domain.errors import RefusedError
from domain.moving import MOVE, Place, StepLostError, check_may_move, listed, named
from domain.plan_facts import (
    COMMANDS,
    FACTS,
    BindMinutes,
    Cosign,
    DecideStage,
    Draft,
    FundCut,
    MinutesBound,
    Move,
    NoteCut,
    NoteRelease,
    PlanCommand,
    PlanCosigned,
    PlanDrafted,
    PlanInForce,
    PlanMoved,
    PlanReturned,
    ReleaseNoted,
    RulesJudged,
    StageDecided,
)
from domain.rules.result import RuleResult

MINUTES = "minutes"
DECIDE = "decide"


class NoSuchPlanError(RefusedError):
    """An act on a plan that was never drafted."""

    zh = "没有计划 {plan_no}；先拟定"
    en = "no such plan: {plan_no}; draft it first"


class PlanStepError(RefusedError):
    """An answer to a step that is not the open one."""

    zh = "计划 {plan_no} 现在等待的是 {open}，不是 {asked}；环节须按顺序（{clause}）"
    en = "plan {plan_no} waits for {open}, not for {asked}; its steps hold in order ({clause})"


class PlanLineError(RefusedError):
    """A plan without lines, or with a line that is no amount or stands twice."""

    zh = (
        "计划 {plan_no} 的明细有误：{line}：{amount_fen} 分；须每个项目每个资金池一行，金额大于零，"
        "同一项目不同时增减（引擎规则）"
    )
    en = (
        "plan {plan_no} has a wrong line: {line}: {amount_fen} fen; it must have one line a project and pool, "
        "above zero, and no project both given and cut (the engine's rule)"
    )


class PlanReasonError(RefusedError):
    """A plan that a body sends back without saying why."""

    zh = "计划 {plan_no} 由 {stage} 退回须写明原因：opinion 为空（{clause}）"
    en = "plan {plan_no} is sent back by {stage} without a reason: opinion is empty, it must say why ({clause})"


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

    @property
    def to_cosign(self) -> tuple[str, ...]:
        """Return the posts whose co-signature is waited for: without them the draft reaches no body."""
        if self.drafted is None or self.returned or self.in_force or self.passed or self.awaits_minutes:
            return ()
        return self.cosigned.missing("draft", self.drafted.terms.together)

    @property
    def waits_for(self) -> str:
        """Return the id of the open step."""
        if self.drafted is None or self.returned:
            return "draft"
        if self.to_cosign:
            return COSIGN
        if self.in_force or self.passed == len(self.drafted.terms.stages):  # Or about to be, by the next fact.
            return "release"
        stage = self.drafted.terms.stages[self.passed].id
        return f"{MINUTES}:{stage}" if self.awaits_minutes else f"{DECIDE}:{stage}"


def judge(state: PlanState, command: PlanCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
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


def _draft(state: PlanState, c: Draft) -> tuple[Fact, ...]:
    if state.drafted is not None and not state.returned:
        _expect(state, "draft")
    seen: set[tuple[str, str, str]] = set()
    lines = c.drafted.lines
    given = {line.project_no for line in lines}
    for line in (*lines, *c.drafted.cuts):
        key = (line.fund_no, line.pool, line.project_no)
        wrong = line.amount_fen <= 0 or key in seen
        # A project is given money or cut, not both: the difference says it.
        if wrong or (line in c.drafted.cuts and line.project_no in given):
            raise PlanLineError(plan_no=c.drafted.plan_no, line=" ".join(key), amount_fen=line.amount_fen)
        seen.add(key)
    if not lines and not c.drafted.cuts:
        raise PlanLineError(plan_no=c.drafted.plan_no, line="-", amount_fen=0)
    version = state.drafted.version + 1 if state.drafted else 1
    drafted = msgspec.structs.replace(c.drafted, version=version)
    judged = (drafted, *_judged(c.act, c.results))
    return judged if drafted.terms.stages or drafted.terms.together else (*judged, PlanInForce(c.act))


def _cosign(state: PlanState, drafted: PlanDrafted, c: Cosign) -> tuple[Fact, ...]:
    case = case_id(drafted.county, "plan", drafted.plan_no)
    state.cosigned.check_may(case, "draft", state.to_cosign, c.act)
    duties.check(c.act, COSIGN, excluded(state, COSIGN))
    cosigned = PlanCosigned(c.act, drafted.version, c.opinion)
    if drafted.terms.stages or len(state.to_cosign) > 1:
        return (cosigned,)
    return (cosigned, *_judged(c.act, c.results), PlanInForce(c.act))


def _judged(act: Act, results: tuple[RuleResult, ...]) -> tuple[Fact, ...]:
    return (RulesJudged(act, results),) if results else ()


def _decide_stage(state: PlanState, drafted: PlanDrafted, c: DecideStage) -> tuple[Fact, ...]:
    if state.to_cosign:
        case = case_id(drafted.county, "plan", drafted.plan_no)
        state.cosigned.check_all(case, "draft", drafted.terms.together, drafted.act.clause)
    if c.approve or c.stage != _may_take_back(state):
        _expect(state, f"{DECIDE}:{c.stage}")
    duties.check(c.act, "approve", excluded(state, DECIDE))
    if not c.approve:
        if not c.opinion.strip():
            raise PlanReasonError(plan_no=drafted.plan_no, stage=c.stage, clause=_clause(state, drafted))
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
            return dict.fromkeys(state.drafted.act.hands, "draft") | state.cosigned.hands("draft")
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
        passed = {*ids[: state.passed], *state.left_behind}
        place = Place(case, before.stages, passed, ids[state.passed :][:1], state.waits_for)
        place.check_kept(to, [(term,) for term in c.terms.stages])
    if state.in_force and c.terms.at_once:
        old, new = listed(before.stages), listed(c.terms.stages)
        raise StepLostError(case=case, open="release", version=named(to), old=f"{old}, release", new=new)
    return (PlanMoved(c.act, c.terms, before.policy, c.reason),)


def _in_force_after(
    state: PlanState, drafted: PlanDrafted, act: Act, results: tuple[RuleResult, ...]
) -> tuple[Fact, ...]:
    last = state.passed + 1 == len(drafted.terms.stages)
    return (*_judged(act, results), PlanInForce(act)) if last else ()


def _expect(state: PlanState, step: str) -> None:
    if state.waits_for != step:
        assert state.drafted is not None
        clause = _clause(state, state.drafted)
        raise PlanStepError(plan_no=state.drafted.plan_no, open=state.waits_for, asked=step, clause=clause)


def _clause(state: PlanState, drafted: PlanDrafted) -> str:
    """Return what the open step rests on: its body's line, or that of plans."""
    stages, with_a_body = drafted.terms.stages, not (state.returned or state.to_cosign)
    return stages[state.passed].clause if with_a_body and state.passed < len(stages) else drafted.act.clause


def apply(state: PlanState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case PlanDrafted():
            state.drafted, state.returned, state.passed, state.awaits_minutes = fact, False, 0, ""
            state.drafters.update(fact.act.hands)
            state.left_behind = set()
            state.cosigned = Cosigned()
        case PlanCosigned():
            state.cosigned.note("draft", fact.act)
            state.drafters.update(fact.act.hands)
        case StageDecided():
            assert state.drafted is not None
            needs_minutes = state.drafted.terms.stages[state.passed].record == MINUTES
            state.awaits_minutes = fact.meeting_no if needs_minutes else ""
            state.passed += not needs_minutes
        case MinutesBound():
            state.awaits_minutes = ""
            state.passed += 1
        case PlanReturned():
            state.returned, state.awaits_minutes = True, ""
        case PlanInForce():
            state.in_force = True
        case RulesJudged():
            state.results = fact.results
        case ReleaseNoted() | FundCut():
            state.released.add(fact.fund_no)
        case PlanMoved():
            assert state.drafted is not None
            passed = {term.id for term in state.drafted.terms.stages[: state.passed]} | state.left_behind
            state.passed = sum(term.id in passed for term in fact.terms.stages)
            state.left_behind = passed - {term.id for term in fact.terms.stages}
            state.drafted = msgspec.structs.replace(state.drafted, terms=fact.terms)
        case _:
            raise AssertionError(fact)


def open_steps(state: PlanState) -> tuple[OpenStep, ...]:
    """Return the step that waits; the release waits in each fund's own case."""
    if state.drafted is None or state.waits_for == "release":
        return ()
    terms = state.drafted.terms
    if state.returned:
        return (OpenStep("draft", terms.drafter),)
    if state.to_cosign:
        return tuple(OpenStep(COSIGN, post) for post in state.to_cosign)
    return (OpenStep(state.waits_for, terms.stages[state.passed].body),)


def stage(state: PlanState) -> str:
    """Return where the plan stands: its open step, in force, or released."""
    return "released" if closed(state) else "in force" if state.in_force else state.waits_for


def closed(state: PlanState) -> bool:
    """Return whether every fund that the plan draws on has released its money."""
    drafted = state.drafted
    if drafted is None or not state.in_force:
        return False
    return drafted.terms.at_once or {line.fund_no for line in drafted.lines} <= state.released


def also_allowed(state: PlanState) -> tuple[str, ...]:
    """Return the decision that a body may still take back before its minutes are on file; the move if not over."""
    taken_back = (f"{DECIDE}:{stage_}",) if (stage_ := _may_take_back(state)) else ()
    return taken_back if state.drafted is None or closed(state) else (*taken_back, MOVE)


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
