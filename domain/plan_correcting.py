"""What a plan must hold; correcting it and the papers that come to it (更正、附件), with the signatures that fall."""

from collections.abc import Callable

from domain import duties
from domain.act import Act, Fact
from domain.cases import case_id
from domain.content import Attached, Content, with_paper
from domain.contents import of_plan
from domain.cosigning import COSIGN
from domain.errors import RefusedError
from domain.plan_facts import (
    Correct,
    NotePaper,
    PlanCorrected,
    PlanDrafted,
    PlanPaperNoted,
    RulesJudged,
)
from domain.plan_state import PlanState
from domain.rules.result import RuleResult
from domain.signing import (
    CLAUSE,
    CORRECT,
    EndedError,
    NothingCorrectedError,
    Signature,
    TooLateToCorrectError,
)
from domain.words import Both


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


def kept_of(state: PlanState, drafted: PlanDrafted, act: Act) -> tuple[str, ...]:
    """Return the stages and co-signers whose signature covers what it did."""
    kept = state.signed.kept(lambda step: of_plan(drafted, state.papers, step), act)
    return tuple(f"{COSIGN}:{one.act.post}" if one.step == COSIGN else one.step for one in kept)


def check_lines(drafted: PlanDrafted) -> None:
    """Check that a plan has lines, each of them once and above zero.

    Raises:
        PlanLineError: If not.
    """
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


def correct(state: PlanState, drafted: PlanDrafted, c: Correct) -> tuple[Fact, ...]:
    """Return the correction of a plan, with exactly the signatures that fall.

    Raises:
        RefusedError: If it is too late, changes nothing, or is asked by somebody who has decided on it.
    """
    check_under_way(state, drafted, CORRECT)
    if drafted.terms.separate_duties:
        duties.check(c.act, CORRECT, decided_by(state))
    check_lines(c.corrected)
    new = c.corrected
    if not (changes := state.content().changes(of_plan(new, state.papers))):
        raise NothingCorrectedError(case=_case(drafted), clause=CLAUSE)
    said = (new.title, new.lines, new.cuts, new.under, new.bases, new.reasons)
    fallen = tuple(one.named for one in _changed(state, lambda step: of_plan(new, state.papers, step)))
    return (PlanCorrected(c.act, drafted.version, changes, fallen, c.reason, *said), *judged(c.act, c.results))


def decided_by(state: PlanState) -> dict[str, str]:
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
    check_not_ended(state, drafted, asked)
    if state.returned and asked == CORRECT:
        instead = Both("修改后重新拟定", "drafting it anew")
    elif state.in_force:
        instead = Both("另拟计划调整", "another plan that adjusts it")
    elif not drafted.terms.keeps:
        instead = Both("由审批机构退回后重新拟定", "a body's return")
    else:
        return
    raise TooLateToCorrectError(
        case=_case(drafted),
        stage="in force" if state.in_force else state.waits_for,
        asked=asked,
        instead=instead,
        clause=CLAUSE,
    )


def check_not_ended(state: PlanState, drafted: PlanDrafted, asked: str) -> None:
    """Check that a plan was not rejected or taken back.

    Raises:
        EndedError: If it was.
    """
    if state.ended:
        raise EndedError(case=_case(drafted), stage=state.ended, asked=asked)


def note_paper(state: PlanState, c: NotePaper) -> tuple[Fact, ...]:
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


def judged(act: Act, results: tuple[RuleResult, ...]) -> tuple[Fact, ...]:
    """Return the fact of what the rules that compute were judged to be, if there are any."""
    return (RulesJudged(act, results),) if results else ()
