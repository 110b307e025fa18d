"""What is asked of a month's dispatch: who may, on whom, what the ledger counts beside, and the clocks of its days."""

from collections.abc import Iterator
from copy import deepcopy

import msgspec

from domain.calendar import Unit, due
from domain.dispatch import DISPATCH
from domain.dispatch_facts import DispatchOpened, InDispatch
from domain.dispatch_filing import routine_of
from domain.dispatch_ranking import ranking_term
from domain.dispatch_refusals import MonthNotBegunError
from domain.dispatch_requests import (
    AnswerRectification,
    CloseMonth,
    DispatchRequest,
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
from domain.dispatch_rungs import limited_by, rung_of
from domain.dispatch_state import DispatchState, apply
from domain.dispatch_terms import OversightTerms
from domain.ledger import Step
from domain.periods import Period, month_named
from domain.procedures import clocks, rhythms
from domain.procedures.asking import Asking, NoRuleStatedError, Rules
from domain.procedures.oversight import check_subject, needs_one_of, terms_of
from domain.procedures.spending import paid_by
from domain.terms import DeadlineTerm


def ask(asking: Asking, request: DispatchRequest) -> Iterator[Step]:
    """Take one act on a month; the first opens it and starts the clocks of its days."""
    month = month_named(asking.case.no)
    before = asking.read(DISPATCH, asking.own)
    opening = None if before.opened else _opening(asking, month)
    state = before if opening is None else _begun(before, opening)
    _check_post(asking, state, request)
    _check_subjects(asking, state.terms, request)
    request = _with_counted_limit(asking, state, request)
    computed = None
    if isinstance(request, EnterActuals):
        computed = paid_by(asking.read, asking.case.county, state.terms.task_subject, month.first, month.last)
    command = InDispatch(asking.act.under(state.opened.act.clause if state.opened else ""), request, opening, computed)
    yield Step(asking.own, command)
    after = asking.after(DISPATCH, asking.own, command)
    begun = [] if opening is None else list(rhythms.start(asking, month, after.terms, after))
    yield from begun
    yield from (s for s in rhythms.meet(asking, month, before, after) if s.stream not in {b.stream for b in begun})
    yield from _rectifications(asking, before, after)


def _opening(asking: Asking, month: Period) -> DispatchOpened:
    if asking.act.occurred_on < month.first:
        raise MonthNotBegunError(month=asking.case.no, today=asking.act.occurred_on)
    return opening_of(asking, asking.rules())


def opening_of(asking: Asking, rules: Rules) -> DispatchOpened:
    """Return that the month of the case begins under *rules*."""
    terms = terms_of(rules)
    clause = next((one.clause for one in (terms.routine("dispatch", "task"), *terms.routines) if one), "")
    return DispatchOpened(asking.act.under(clause), asking.case.county, asking.case.no, terms)


def begin(asking: Asking, rules: Rules) -> Iterator[Step]:
    """Begin the month of the case by the county's calendar, with the clocks of its days; nothing if it began."""
    if asking.read(DISPATCH, asking.own).opened is not None:
        return
    opening = opening_of(asking, rules)
    yield Step(asking.own, InDispatch(opening.act, OpenDispatch(), opening))
    yield from rhythms.start(asking, month_named(asking.case.no), opening.terms)


def _begun(state: DispatchState, opening: DispatchOpened) -> DispatchState:
    begun = deepcopy(state)
    apply(begun, opening)
    return begun


def _check_post(asking: Asking, state: DispatchState, request: DispatchRequest) -> None:
    terms = state.terms
    match request:
        case SetMonthPlan() | EnterActuals():
            if (tasks := terms.tasks) is None:
                raise NoRuleStatedError(question="who sets the month's tasks?", key="routines")
            asking.needs_post(tasks.post, "set the month's tasks", tasks.clause)
        case IssueCircular():
            routine = terms.routine("circular")
            actors = [(rung.actor, rung.clause) for _, rung, _ in state.due("circular", asking.act.occurred_on)]
            _needs_each(asking, [*([(routine.post, routine.clause)] if routine else []), *actors], "issue a circular")
        case RankSubjects(ranking=ranking):
            term = ranking_term(state, ranking)
            rungs = [rung for ladder in terms.ladders for rung in ladder.rungs if rung.effect == "rank"]
            _needs_each(asking, [(term.post, term.clause), *((r.actor, r.clause) for r in rungs)], "rank")
        case TakeRung():
            _, rung = rung_of(state, request.ladder, request.rung)
            asking.needs_post(rung.actor, f"{request.ladder}.{request.rung}", rung.clause)
        case AnswerRectification():
            ladder = next((one for one in terms.ladders if one.id == request.ladder), None)
            for rung in (rung for rung in ladder.rungs if rung.effect == "rectify") if ladder else ():
                asking.needs_post(rung.actor, "answer a rectification", rung.clause)
        case HandOverReferral() if state.referral:
            _, rung = rung_of(state, state.referral.ladder, state.referral.rung)
            asking.needs_post(rung.actor, "hand a referral over", rung.clause)
        case DoRoutine():
            routine = routine_of(state, request.routine)
            asking.needs_post(routine.post, routine.id, routine.clause)
        case SignReport():
            kept = terms.keeping("report")
            asking.needs_post(
                kept.keeper if kept else "", "sign the month's report", kept.clause if kept else "records"
            )
        case CloseMonth() if (kept := terms.keeping("dispatch")) is not None:
            asking.needs_post(kept.keeper, "put the month's record on file", kept.clause)
        case CloseMonth() | FindProblem() | OpenDispatch() | HandOverReferral():
            needs_one_of(asking, terms.posts, "take part in a dispatch", "routines")


def _needs_each(asking: Asking, named: list[tuple[str, str]], what: str) -> None:
    """Check the post by every rule that names one: the routine, and the rung that it is."""
    if not any(post for post, _ in named):
        raise NoRuleStatedError(question=f"who: {what}?", key=named[0][1] if named else "routines")
    for post, clause in named:
        if post:
            asking.needs_post(post, what, clause)


def _check_subjects(asking: Asking, terms: OversightTerms, request: DispatchRequest) -> None:
    match request:
        case SetMonthPlan(tasks=tasks):
            routine = terms.tasks
            clause = routine.clause if routine else ""
            if not terms.task_subject:
                raise NoRuleStatedError(question="on whom are the month's tasks set?", key=clause)
            for task in tasks:
                check_subject(asking, terms.task_subject, task.subject, clause)
        case FindProblem(trigger=trigger, subject=subject):
            rungs = [rung for ladder in terms.ladders for rung in ladder.rungs if rung.trigger == trigger]
            for rung in rungs[:1]:
                if rung.subject != "problem":
                    check_subject(asking, rung.subject, subject, rung.clause)
        case DoRoutine(routine=named, subject=subject) if subject:
            routine = next((one for one in terms.routines if one.id == named), None)
            if routine is not None and routine.subject:
                check_subject(asking, routine.subject, subject, routine.clause)


def _with_counted_limit(asking: Asking, state: DispatchState, request: DispatchRequest) -> DispatchRequest:
    """Count the limit of a rectification where the rules count it; else the person sets its day (A-37)."""
    if not isinstance(request, TakeRung):
        return request
    limited = limited_by(*rung_of(state, request.ladder, request.rung))
    limit = limited.limit if limited else None
    if limit is None or limit.kind != "counted":
        return request
    unit: Unit = "working" if limit.unit == "working" else "calendar"
    by = due(asking.act.occurred_on, limit.count, unit, asking.calendar)
    return msgspec.structs.replace(request, rectify_by=by.on)


def _rectifications(asking: Asking, before: DispatchState, after: DispatchState) -> Iterator[Step]:
    """Start the clock of a rectification whose day was set, and end it with its answer."""
    for (ladder, subject), told in after.rectifications.items():
        known = before.rectifications.get((ladder, subject))
        if known is None and told.by is not None:
            rung = next(
                r for one in after.terms.ladders if one.id == ladder for r in one.rungs if r.effect == "rectify"
            )
            responsible = rung.limit.responsible if rung.limit else ""
            days, on = (told.by - asking.act.occurred_on).days, asking.act.occurred_on
            clause = rung.limit.clause if rung.limit else rung.clause
            term = DeadlineTerm("rectify", days, "calendar", responsible, clause, (rhythms.DONE,))
            yield from clocks.start(asking, told.clock, term, on, after.terms.policy)
        elif known is not None and known.is_done != told.is_done and told.clock:
            if told.is_done:
                yield from clocks.meet(asking, told.clock, rhythms.DONE)
            else:
                yield from clocks.drop(asking, told.clock, f"{subject}: not rectified")
