"""Clocks of what recurs (定期): each period's deadline of a routine, and the acts of a month's case that meet it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from domain.cases import case_id
from domain.dispatch import DISPATCH
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import ByWhen, OversightTerms, RoutineTerm
from domain.ledger import Read, Step
from domain.periods import MONTHS, Period, is_period, next_first, period_of
from domain.procedures import clocks
from domain.procedures.asking import Asking
from domain.terms import DeadlineTerm

DONE = "done"
# These have a case of their own, the week's.
OF_A_WEEK = ("watch", "report")
_DAY = timedelta(days=1)


def recurring(terms: OversightTerms) -> Iterator[tuple[RoutineTerm, ByWhen]]:
    """Yield what recurs by the calendar and is entered in a month's case, with its rhythm."""
    for routine in terms.routines:
        by = routine.by_when
        if by is not None and is_period(by.every) and routine.topic not in OF_A_WEEK:
            yield routine, by


def condition(number: int) -> str:
    """Return the condition that a routine's act of this number in its period fulfils."""
    return DONE if number == 1 else f"{DONE}:{number}"


def start(asking: Asking, month: Period, terms: OversightTerms, after: DispatchState | None = None) -> Iterator[Step]:
    """Start the clock of each period that begins in *month*, for every routine that recurs by it.

    The very act that opens the month may have done one: *after* is the month's case as it then is.
    """
    for routine, by in recurring(terms):
        for period in _beginning_in(month, by.every):
            done = condition(1) if after and _count(after, routine, by.every, period) else ""
            term = _term(routine, by, period)
            yield from clocks.start(asking, _no(period, routine), term, period.first - _DAY, terms.policy, done)


def _beginning_in(month: Period, every: str) -> Iterator[Period]:
    day = next_first(every, month.first)
    while day <= month.last:
        period = period_of(every, day)
        yield period
        day = period.last + _DAY


def _no(period: Period, routine: RoutineTerm) -> str:
    return f"dispatch-{period.no}-{routine.id}"


def _term(routine: RoutineTerm, by: ByWhen, period: Period) -> DeadlineTerm:
    """Return the period's deadline: up to its day where the rules name one, else until the period is over."""
    whole = (period.last - period.first).days + 1
    days = min(by.by_day, whole) if by.by_day and by.every == "month" else whole
    conditions = tuple(map(condition, range(1, by.times + 1)))
    return DeadlineTerm(routine.id, days, "calendar", by.responsible or routine.post, by.clause, conditions, by.ladder)


def meet(asking: Asking, month: Period, before: DispatchState, after: DispatchState) -> Iterator[Step]:
    """Meet the clock of each routine that the act has done."""
    for routine, by in recurring(after.terms):
        if after.routines[routine.id] > before.routines[routine.id]:
            period = period_of(by.every, asking.act.occurred_on if by.every == "week" else month.first)
            count = _in_period(asking.read, asking.case.county, month, after, routine, by.every, period)
            yield from clocks.meet(asking, _no(period, routine), condition(count))


def _in_period(
    read: Read, county: str, month: Period, after: DispatchState, routine: RoutineTerm, every: str, period: Period
) -> int:
    """Return how often a routine was done in a period: in the cases of all its months."""
    found: Counter[str] = Counter()
    day = period_of("month", period.first).first
    while day <= period.last:
        one = period_of("month", day)
        state = after if one == month else read(DISPATCH, case_id(county, "dispatch", one.no))
        found[one.no] = _count(state, routine, every, period)
        day = one.last + _DAY
    if month.no not in found:  # An act may be entered in the case of another month than its week's.
        found[month.no] = _count(after, routine, every, period)
    return found.total()


def _count(state: DispatchState, routine: RoutineTerm, every: str, period: Period) -> int:
    if every in MONTHS:
        return state.routines[routine.id]
    return sum(named == routine.id and _lies_in(on, period) for named, on in state.done_on)


def _lies_in(day: date, period: Period) -> bool:
    return period.first <= day <= period.last
