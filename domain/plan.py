"""Plan (年度项目计划 / 资金使用方案): lines of money for projects, approved whole by each body in order."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from domain import duties
from domain.act import Act, CaseState, Decider, Fact, OpenStep
from domain.cases import case_id
from domain.content import Attached, Content, with_paper
from domain.contents import of_plan
from domain.cosigning import COSIGN, Cosigned
from domain.errors import RefusedError
from domain.moving import MOVE, Place, StepLostError, check_may_move, listed, named
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
    Withdraw,
)
from domain.rules.result import RuleResult
from domain.signing import (
    CLAUSE,
    CORRECT,
    REJECTED,
    WITHDRAW,
    WITHDRAWN,
    EndedError,
    NothingCorrectedError,
    Signature,
    Signatures,
    TooLateToCorrectError,
)
from domain.words import Both

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


def judge(state: PlanState, command: PlanCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, NotePaper):
        return _note_paper(state, command)
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
            return _correct(state, state.drafted, command)
        case Withdraw(act, reason):
            check_under_way(state, state.drafted, WITHDRAW)
            return (PlanWithdrawn(act, reason, state.to_cosign),)


def _draft(state: PlanState, c: Draft) -> tuple[Fact, ...]:
    if state.drafted is not None and not state.returned:
        _check_not_ended(state, state.drafted, "draft")
        _expect(state, "draft")
    _check_lines(c.drafted)
    drafted = msgspec.structs.replace(c.drafted, version=1)
    if state.drafted is not None:
        kept = _kept(state, drafted, c.act) if drafted.terms.keeps else ()
        drafted = msgspec.structs.replace(drafted, version=state.drafted.version + 1, kept=kept)
    judged = (drafted, *_judged(c.act, c.results))
    return judged if drafted.terms.stages or drafted.terms.together else (*judged, PlanInForce(c.act))


def _kept(state: PlanState, drafted: PlanDrafted, act: Act) -> tuple[str, ...]:
    """Return the stages and co-signers whose signature covers what it did."""
    kept = state.signed.kept(lambda step: of_plan(drafted, state.papers, step), act)
    return tuple(f"{COSIGN}:{one.act.post}" if one.step == COSIGN else one.step for one in kept)


def _check_lines(drafted: PlanDrafted) -> None:
    seen: set[tuple[str, str, str]] = set()
    given = {line.project_no for line in drafted.lines}
    for line in (*drafted.lines, *drafted.cuts):
        key = (line.fund_no, line.pool, line.project_no)
        wrong = line.amount_fen <= 0 or key in seen
        # A project is given money or cut, not both: the difference says it.
        if wrong or (line in drafted.cuts and line.project_no in given):
            raise PlanLineError(plan_no=drafted.plan_no, line=" ".join(key), amount_fen=line.amount_fen)
        seen.add(key)
    if not drafted.lines and not drafted.cuts:
        raise PlanLineError(plan_no=drafted.plan_no, line="-", amount_fen=0)


def _correct(state: PlanState, drafted: PlanDrafted, c: Correct) -> tuple[Fact, ...]:
    check_under_way(state, drafted, CORRECT)
    if drafted.terms.separate_duties:
        duties.check(c.act, CORRECT, _decided_by(state))
    _check_lines(c.corrected)
    new = c.corrected
    if not (changes := state.content().changes(of_plan(new, state.papers))):
        raise NothingCorrectedError(case=_case(drafted), clause=CLAUSE)
    said = (new.title, new.lines, new.cuts, new.under, new.bases, new.reasons)
    fallen = tuple(one.named for one in _changed(state, lambda step: of_plan(new, state.papers, step)))
    return (PlanCorrected(c.act, drafted.version, changes, fallen, c.reason, *said), *_judged(c.act, c.results))


def _decided_by(state: PlanState) -> dict[str, str]:
    """Return who has decided on the draft as it is: who signed it beside the drafter has prepared it too."""
    decided = [*state.signed.standing(), *((state.decided,) if state.decided else ())]
    return {person: one.step for one in decided if one.step != COSIGN for person in one.act.hands}


def _changed(state: PlanState, now: Callable[[str], Content]) -> tuple[Signature, ...]:
    """Return what falls if the plan says *now*; a decision without its minutes also if a stage before it is open."""
    fallen, decided = state.signed.changed(now), state.decided
    if decided and (decided.changes(now(decided.step)) or any(one.step != COSIGN for one in fallen)):
        return (*fallen, decided)
    return fallen


def check_under_way(state: PlanState, drafted: PlanDrafted, asked: str) -> None:
    """Check that a plan can still be corrected or taken back: drafted, by rules that say so, and not in force.

    Raises:
        EndedError: If it was rejected or withdrawn.
        TooLateToCorrectError: If not, with what would do.
    """
    _check_not_ended(state, drafted, asked)
    if state.returned and asked == CORRECT:
        instead = Both("修改后重新拟定", "drafting it anew")
    elif state.in_force:
        instead = Both("另拟计划调整", "another plan that adjusts it")
    elif not drafted.terms.keeps:
        instead = Both("由审批机构退回后重新拟定", "a body's return")
    else:
        return
    raise TooLateToCorrectError(case=_case(drafted), stage=stage(state), asked=asked, instead=instead, clause=CLAUSE)


def _check_not_ended(state: PlanState, drafted: PlanDrafted, asked: str) -> None:
    if state.ended:
        raise EndedError(case=_case(drafted), stage=state.ended, asked=asked)


def _note_paper(state: PlanState, c: NotePaper) -> tuple[Fact, ...]:
    """Note a paper. What was decided and carried out stays decided: once the plan is in force, nothing falls."""
    paper, drafted = Attached(c.step, c.digest), state.drafted
    if state.papers.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if drafted is None:
        return (PlanPaperNoted(c.act, c.paper, *paper),)
    attached = with_paper(state.papers, c.paper, paper)
    done = state.in_force or state.ended or not drafted.terms.keeps
    fallen = () if done else _changed(state, lambda step: of_plan(drafted, attached, step))
    changes = state.content().changes(of_plan(drafted, attached))
    return (PlanPaperNoted(c.act, c.paper, *paper, changes, tuple(one.named for one in fallen)),)


def _case(drafted: PlanDrafted) -> str:
    return case_id(drafted.county, "plan", drafted.plan_no)


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
    stages = state.drafted.terms.stages if state.drafted else ()
    state.signed.note(state.content(step) for step in ("", COSIGN, *(term.id for term in stages)))


def _fell(state: PlanState, fact: PlanCorrected | PlanPaperNoted) -> None:
    """Let the signatures fall that *fact* names: the plan waits at the first of their stages."""
    _note(state)
    if state.drafted is None or not fact.fallen:
        return
    ids = [term.id for term in state.drafted.terms.stages]
    fell, open_before = {one.step for one in fact.fallen}, ids[state.passed : state.passed + 1]
    state.signed.fall_named(fact.fallen, fact.act)
    if state.decided and state.decided.named in fact.fallen:
        state.decided, state.awaits_minutes = None, ""
    cosigners = {one.post for one in fact.fallen if one.step == COSIGN}
    state.cosigned = Cosigned(
        {"draft": {p: hands for p, hands in state.cosigned.by.get("draft", {}).items() if p not in cosigners}}
    )
    state.cosign_again |= cosigners
    _place(state, {*ids[: state.passed], *state.ahead} - fell)
    for stage_ in (
        {*fell, *open_before} - {COSIGN} - (set(open_before) & set(ids[state.passed : state.passed + 1]) - fell)
    ):
        state.reopened[stage_] = state.reopened.get(stage_, 0) + 1


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
