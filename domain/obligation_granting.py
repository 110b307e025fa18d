"""What a person may grant of a deadline: more time (延期), a pause (暂停) and its end (恢复), a waiver (免除)."""

from datetime import date
from typing import Any, NoReturn

from domain.act import Fact
from domain.calendar import day_of, days_after, end_of
from domain.errors import BadInputError
from domain.obligation_facts import (
    Extend,
    Granted,
    ObligationExtended,
    ObligationOpened,
    ObligationPaused,
    ObligationResumed,
    ObligationWaived,
    Pause,
    Resume,
)
from domain.obligation_refusals import (
    BrokenClockError,
    ClockEndedError,
    NotLaterError,
    RunsAlreadyError,
    StandsStillError,
)
from domain.obligation_state import ObligationState
from domain.recomputing import Change, moved_to
from domain.words import Both

LAST_YEAR = 2100  # As for a fiscal year.
STEPS = ("extend", "pause", "resume", "waive")
_ENDED = {
    "met": Both("按时办结", "met"),
    "met late": Both("逾期办结", "met late"),
    "dropped": Both("已撤销", "dropped"),
    "waived": Both("已免除", "waived"),
}


def refuse_ended(state: ObligationState, opened: ObligationOpened, c: Granted) -> NoReturn:
    """Refuse a change of what is over.

    Raises:
        ClockEndedError: Always.
    """
    raise ClockEndedError(obligation=opened.obligation, on=state.ended_on, how=_ENDED[state.ended], what=_what(c))


def grant(state: ObligationState, opened: ObligationOpened, c: Granted) -> tuple[Fact, ...]:
    """Return the facts of what a person grants; a breach that nobody saw yet is `judge`'s.

    Raises:
        RefusedError: If the clock is broken, stands still or does not, or would not be due later.
    """
    match c:
        case Extend():
            return (_extended(state, opened, c),)
        case Pause():
            _check_runs_in_time(state, opened, c)
            return (ObligationPaused(**_said(opened, c), since=day_of(c.act.recorded_at)),)
        case Resume():
            return (_resumed(state, opened, c),)
    return (ObligationWaived(**_said(opened, c)),)


def _what(c: Granted) -> str:
    return f"{type(c).__name__.lower()} a deadline"


def _said(opened: ObligationOpened, c: Granted) -> dict[str, Any]:
    return {"act": c.act, "post": opened.responsible, "person": c.person, "reason": c.reason, "record": c.record}


def _check_runs_in_time(state: ObligationState, opened: ObligationOpened, c: Extend | Pause) -> None:
    said = {"obligation": opened.obligation, "what": _what(c)}
    if state.breached or (state.paused_on is None and c.act.recorded_at >= end_of(opened.due_on)):
        raise BrokenClockError(**said, due_on=opened.due_on, today=day_of(c.act.recorded_at))
    if state.paused_on is not None:
        raise StandsStillError(**said, since=state.paused_on)


def _extended(state: ObligationState, opened: ObligationOpened, c: Extend) -> ObligationExtended:
    _check_runs_in_time(state, opened, c)
    counted = state.counted_from().with_change(Change(days=c.days, until=c.until)).due(c.calendar)
    if counted.on <= opened.due_on:
        raise NotLaterError(obligation=opened.obligation, due_on=opened.due_on, asked=c.until or counted.on)
    check_last_year(counted.on)
    said, days = _said(opened, c), moved_to(opened, counted)
    return ObligationExtended(**said, **days, days=c.days, until=c.until)


def _resumed(state: ObligationState, opened: ObligationOpened, c: Resume) -> ObligationResumed:
    since, today = state.paused_on, day_of(c.act.recorded_at)
    if since is None:
        raise RunsAlreadyError(obligation=opened.obligation, due_on=opened.due_on)
    count = state.counted_from()
    counted = count.with_change(Change(paused=(since, today))).due(c.calendar)
    held = days_after(since, today, count.unit, c.calendar).held
    return ObligationResumed(**_said(opened, c), **moved_to(opened, counted), since=since, days=held)


def check_last_year(day: date) -> None:
    """Check that a day lies where a deadline may.

    Raises:
        BadInputError: If it does not.
    """
    if day.year > LAST_YEAR:
        raise BadInputError("due_on", f"{day} lies after {LAST_YEAR}")
