"""What is asked of a week's watch: who looks, who warns, who verifies and deals with it, who reports."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta

from domain.dispatch_refusals import MonthNotBegunError
from domain.dispatch_requests import (
    FindAnomaly,
    ReportWeek,
    SettleAnomaly,
    TakeLook,
    VerifyAnomaly,
    WarnOfAnomaly,
    WatchRequest,
)
from domain.dispatch_terms import OversightTerms
from domain.errors import BadInputError
from domain.ledger import Step
from domain.procedures import clocks
from domain.procedures.asking import Asking, NoRuleStatedError, Rules
from domain.procedures.oversight import check_subject, needs_one_of, terms_of
from domain.procedures.rhythms import DONE
from domain.terms import DeadlineTerm
from domain.watch import (
    DAYS_OF_A_WEEK,
    WATCH,
    WatchState,
    apply,
    ending,
    ladder_of,
    monday_of,
    next_rung,
    on_the_way,
    watchers,
)
from domain.watch_facts import BeginWeek, InWatch, WatchOpened


def ask(asking: Asking, request: WatchRequest) -> Iterator[Step]:
    """Take one act in a week; the first opens it."""
    first = monday_of(asking.case.no)
    before = asking.read(WATCH, asking.own)
    opening = None if before.opened else _opening(asking, first)
    state = before
    if opening is not None:
        state = deepcopy(before)
        apply(state, opening)
    _check_day(asking, first, request)
    _check_post(asking, state, request)
    clause = state.opened.act.clause if state.opened else ""
    yield Step(asking.own, InWatch(asking.act.under(clause), request, opening))
    if opening is not None:
        yield from _report_clock(asking, opening.terms, done=isinstance(request, ReportWeek))
    elif isinstance(request, ReportWeek):
        yield from clocks.meet(asking, _no_of_report(asking), DONE)


def begin(asking: Asking, rules: Rules) -> Iterator[Step]:
    """Begin the week of the case by the county's calendar, with the clock of its report; nothing if it began."""
    if asking.read(WATCH, asking.own).opened is not None:
        return
    opening = _opening_of(asking, rules)
    yield Step(asking.own, BeginWeek(opening.act, opening))
    yield from _report_clock(asking, opening.terms)


def _no_of_report(asking: Asking) -> str:
    return f"watch-{asking.case.no}-report"


def _report_clock(asking: Asking, terms: OversightTerms, *, done: bool = False) -> Iterator[Step]:
    """Start the clock of the week's report (每周汇总): nobody can make it before the week is over, and each has one.

    So it is due when the next week ends.
    """
    routine = terms.routine("report")
    by = routine.by_when if routine else None
    if routine is None or by is None or by.every != "week":
        return
    last = monday_of(asking.case.no) + timedelta(days=DAYS_OF_A_WEEK - 1)
    responsible = by.responsible or routine.post
    term = DeadlineTerm(routine.id, DAYS_OF_A_WEEK, "calendar", responsible, by.clause, (DONE,), by.ladder)
    yield from clocks.start(asking, _no_of_report(asking), term, last, terms.policy, DONE if done else "")


def _opening(asking: Asking, first: date) -> WatchOpened:
    if asking.act.occurred_on < first:
        raise MonthNotBegunError(month=asking.case.no, today=asking.act.occurred_on)
    return _opening_of(asking, asking.rules())


def _opening_of(asking: Asking, rules: Rules) -> WatchOpened:
    terms = terms_of(rules)
    routine = terms.routine("watch")
    if routine is None:
        raise NoRuleStatedError(question="who watches?", key="routines: topic watch")
    return WatchOpened(asking.act.under(routine.clause), asking.case.county, asking.case.no, terms)


def _check_day(asking: Asking, first: date, request: WatchRequest) -> None:
    """Check that what is seen is seen in the week; an anomaly may be dealt with after it."""
    on, last = asking.act.occurred_on, first + timedelta(days=DAYS_OF_A_WEEK - 1)
    if isinstance(request, TakeLook | FindAnomaly) and not first <= on <= last:
        raise BadInputError("occurred_on", f"{on} is not in the week {asking.case.no}, {first} to {last}")


def _check_post(asking: Asking, state: WatchState, request: WatchRequest) -> None:
    terms = state.terms
    ladder = ladder_of(terms)
    end = ending(ladder) if ladder else None
    match request:
        case TakeLook() | FindAnomaly():
            routine = terms.routine("watch")
            assert routine is not None  # Or the week would not have begun.
            needs_one_of(asking, watchers(routine), "watch", routine.clause)
        case WarnOfAnomaly(no=no):
            if (rung := next_rung(state, no)) is not None:
                asking.needs_post(rung.actor, rung.id, rung.clause)
        case VerifyAnomaly() | SettleAnomaly():
            if end is None:
                raise NoRuleStatedError(question="who deals with an anomaly?", key="ladders")
            asking.needs_post(end.actor, end.id, end.clause)
        case ReportWeek():
            report, kept = terms.routine("report"), terms.keeping("watch")
            if report is None:
                raise NoRuleStatedError(question="who reports on the week?", key="routines: topic report")
            asking.needs_post(report.post, report.id, report.clause)
            if kept is not None and kept.keeper:
                asking.needs_post(kept.keeper, kept.id, kept.clause)
    if isinstance(request, FindAnomaly):
        if end is None:
            raise NoRuleStatedError(question="who deals with an anomaly?", key="ladders")
        for rung in (*(on_the_way(ladder) if ladder else ()), end):
            check_subject(asking, rung.subject, request.subject, rung.clause)
