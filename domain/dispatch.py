"""Dispatch (调度): a county's month of tasks and figures, and how each ladder's rungs are climbed on whom falls short.

Facts stand in `dispatch_facts.py`, the fold in `dispatch_state.py`, what each act brings about in `dispatch_tasks.py`,
`dispatch_rungs.py`, `dispatch_ranking.py` and `dispatch_filing.py`.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date

from domain.act import Decider, Fact, OpenStep
from domain.dispatch_facts import FACTS, DispatchOpened, InDispatch
from domain.dispatch_filing import close, do_routine, sign
from domain.dispatch_ranking import rank
from domain.dispatch_refusals import MonthClosedError, NoSuchDispatchError
from domain.dispatch_requests import (
    AnswerRectification,
    CloseMonth,
    DoRoutine,
    EnterActuals,
    FindProblem,
    HandOverReferral,
    IssueCircular,
    OpenDispatch,
    RankSubjects,
    SetMonthPlan,
    SignReport,
    TakeRung,
)
from domain.dispatch_rungs import WAYS, answer, circular, hand_over, rung_of, take_rung, with_draft
from domain.dispatch_said import month_of
from domain.dispatch_state import DispatchState, apply
from domain.dispatch_tasks import enter_actuals, find_problem, set_plan
from domain.dispatch_terms import family


def judge(state: DispatchState, command: InDispatch) -> tuple[Fact, ...]:
    """Return the facts of *command*: the first act on a month opens it.

    Raises:
        RefusedError: If the month is closed, or a rule says no.
    """
    if state.opened is not None:
        return _judge(state, command)
    if command.opening is None:
        raise NoSuchDispatchError(month="-")
    begun = deepcopy(state)
    apply(begun, command.opening)
    return (command.opening, *_judge(begun, replace(command, opening=None)))


def _judge(state: DispatchState, command: InDispatch) -> tuple[Fact, ...]:
    act, request = command.act, command.request
    if state.closed is not None:
        raise MonthClosedError(month=month_of(state), clause=state.closed.act.clause)
    match request:
        case OpenDispatch():
            return ()
        case SetMonthPlan():
            return set_plan(state, act, request)
        case EnterActuals():
            return with_draft(state, act, enter_actuals(state, act, request, command.computed or {}))
        case FindProblem():
            return find_problem(state, act, request)
        case IssueCircular():
            return with_draft(state, act, circular(state, act, request))
        case RankSubjects(ranking=ranking):
            return rank(state, act, ranking)
        case TakeRung():
            return take_rung(state, act, request)
        case AnswerRectification():
            return answer(state, act, request)
        case HandOverReferral():
            return hand_over(state, act, request)
        case DoRoutine():
            return do_routine(state, act, request)
        case SignReport():
            return sign(state, act, request)
        case CloseMonth():
            return close(state, act, request)


def open_steps(state: DispatchState) -> tuple[OpenStep, ...]:
    """Return what is waited for: the plan, the figures, each rung that is due, the hand-over, the answers."""
    if state.opened is None or state.closed is not None:
        return ()
    steps: dict[str, OpenStep] = {}
    for step in _waiting(state):
        steps.setdefault(step.id, step)
    return tuple(steps.values())


def _waiting(state: DispatchState) -> Iterator[OpenStep]:
    terms = state.terms
    tasks = terms.tasks
    if (
        tasks is not None
        and (tasks.topic == "task" or state.tasks)
        and not (state.tasks and not state.waits_for_figures)
    ):
        yield OpenStep("enter-actuals" if state.tasks else "set-plan", tasks.post)
    if state.referral and state.handed_over is None:
        yield OpenStep("hand-over", rung_of(state, state.referral.ladder, state.referral.rung)[1].actor)
    yield from _of_all(state)
    for ladder, rung, subject in state.due("", date.max):
        way = WAYS.get(rung.effect, "").partition(".")[2]
        # That a limit will have passed by then says nothing of today.
        told = state.rectifications.get((ladder.id, subject))
        if rung.effect != "referral" and not (rung.trigger == "not_rectified" and told and told.is_done is None):
            yield OpenStep(way or f"take-rung:{ladder.id}.{rung.id}:{subject}", rung.actor)
    for (ladder_id, subject), told in state.rectifications.items():
        if told.is_done is None:
            rungs = (rung for ladder in terms.ladders if ladder.id == ladder_id for rung in ladder.rungs)
            by = next(rung.actor for rung in rungs if rung.effect == "rectify")
            yield OpenStep(f"answer-rectification:{subject}", by)


def _of_all(state: DispatchState) -> Iterator[OpenStep]:
    """Yield what all subjects together wait for once their figures are in: the month's circular, the rankings."""
    terms = state.terms
    if not state.tasks or state.waits_for_figures:
        return
    routine = terms.routine("circular")
    if routine and routine.by_when and routine.by_when.every == "month" and not state.circulars:
        yield OpenStep("circular", routine.post)
    for ranking in terms.rankings:
        if ranking.id not in state.rankings and family(ranking.subject) == family(terms.task_subject):
            yield OpenStep("rank", ranking.post)


def stage(state: DispatchState) -> str:
    """Return where a month stands: begun, tasks set, figures in, closed."""
    if state.closed is not None:
        return "closed"
    if not state.tasks:
        return "begun"
    return "tasked" if state.waits_for_figures else "counted"


def also_allowed(state: DispatchState) -> tuple[str, ...]:
    """Return every request: what a rule forbids is refused by it, with its clause."""
    return ASKED if state.opened else ()


ASKED = (
    "open",
    "set-plan",
    "enter-actuals",
    "find-problem",
    "circular",
    "rank",
    "take-rung",
    "answer-rectification",
    "hand-over",
    "do-routine",
    "sign",
    "close",
)
DISPATCH = Decider(
    "dispatch",
    DispatchState,
    judge,
    apply,
    (InDispatch,),
    FACTS,
    open_steps,
    stage,
    lambda s: s.closed is not None,
    also_allowed,
    births=(DispatchOpened,),
)
