"""Obligation (限时义务): one deadline as an object that an auditor can read, from its trigger to how it ended.

Its state stands in `obligation_state.py`, what people may grant in `obligation_granting.py`, how its day is counted in
`recomputing.py`.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.act import Decider, Fact, OpenStep, RepeatDiffersError
from domain.calendar import WorkCalendar, day_of, end_of, start_of
from domain.obligation_facts import (
    COMMANDS,
    FACTS,
    Breached,
    ConditionFulfilled,
    Drop,
    Fulfil,
    Granted,
    ObligationCommand,
    ObligationDropped,
    ObligationMet,
    ObligationOpened,
    Open,
    Recompute,
    Reminded,
    RungClimbed,
    Tick,
    Told,
    Waive,
)
from domain.obligation_granting import STEPS, grant, refuse_ended
from domain.obligation_refusals import NoSuchObligationError
from domain.obligation_state import ObligationState, apply
from domain.recomputing import counted_again, recomputed

REMIND_AT = time(8)  # Before the office opens: who acts on the day of the reminder acts after it.


def judge(state: ObligationState, command: ObligationCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Open):
        return _open(state, command)
    if (opened := state.opened) is None:
        raise NoSuchObligationError(obligation="-")  # The stream knows its number, an empty state does not.
    if state.ended:
        if isinstance(command, Granted):
            refuse_ended(state, opened, command)
        return ()
    match command:
        case Tick():
            return _tick(state, opened, command)
        case Recompute(act, calendar):
            again = recomputed(opened, state.counted_from(), state.breached_at, act, calendar)
            return (again,) if again else ()
        case _:
            return _once_counted(state, opened, command)


def _open(state: ObligationState, c: Open) -> tuple[Fact, ...]:
    if state.opened is None:
        begun = ObligationState()
        apply(begun, c.opened)
        done = _fulfil(begun, c.opened, Fulfil(c.act, c.done, c.answered_for)) if c.done else ()
        return (c.opened, *done)
    before, asked = state.opened.trigger_on, c.opened.trigger_on
    if before != asked:
        raise RepeatDiffersError(key=c.opened.obligation, recorded=before, asked=asked)
    return ()


def _once_counted(state: ObligationState, opened: ObligationOpened, c: Fulfil | Drop | Granted) -> tuple[Fact, ...]:
    # Somebody may act before the clock has looked at a calendar that came since.
    again = recomputed(opened, state.counted_from(), state.breached_at, c.act, c.calendar) if c.calendar else None
    if again is None:
        return _act(state, opened, c)
    now = replace(state)
    apply(now, again)
    assert now.opened is not None
    facts = _act(now, now.opened, c)
    return (again, *facts) if facts else ()


def _act(state: ObligationState, opened: ObligationOpened, c: Fulfil | Drop | Granted) -> tuple[Fact, ...]:
    match c:
        case Fulfil():
            return _fulfil(state, opened, c)
        case Drop(act, reason):
            return (*_unseen(state, opened, c), ObligationDropped(act, reason))
        case Waive():
            return (*_unseen(state, opened, c), *grant(state, opened, c))
        case _:
            return grant(state, opened, c)


def _fulfil(state: ObligationState, opened: ObligationOpened, c: Fulfil) -> tuple[Fact, ...]:
    if c.condition in state.fulfilled or c.condition not in opened.conditions:
        return ()
    fulfilled = ConditionFulfilled(c.act, c.condition)
    if set(opened.conditions) - state.fulfilled.keys() - {c.condition}:
        return (fulfilled,)
    # By the day of record: stating an earlier day must not dodge a breach that is on record.
    late = state.days_late(day_of(c.act.recorded_at))
    return (*_unseen(state, opened, c), fulfilled, ObligationMet(c.act, late))


def _unseen(state: ObligationState, opened: ObligationOpened, c: Fulfil | Drop | Waive) -> tuple[Fact, ...]:
    # Somebody may act after the due day and before the clock looked: the breach is a fact all the same.
    if state.breached or not state.days_late(day_of(c.act.recorded_at)):
        return ()
    # Who grants acts by another clause than the one that is broken.
    act = c.act.under(opened.act.clause) if isinstance(c, Waive) else c.act
    return (Breached(act, opened.responsible, c.answered_for),)


def _tick(state: ObligationState, opened: ObligationOpened, c: Tick) -> tuple[Fact, ...]:
    if state.paused_on is not None:
        return ()
    facts: list[Fact] = []
    now = c.act.recorded_at

    def holder(post: str) -> str:
        return c.holders.get(post, "")

    remind = _to_remind(state, opened)
    if remind and _remind_at(remind) <= now < end_of(opened.due_on):
        facts.append(Reminded(c.act, opened.responsible, holder(opened.responsible)))
    if not state.breached and now >= end_of(opened.due_on):
        facts.append(Breached(c.act, opened.responsible, c.answered_for or holder(opened.responsible)))
    for number, rung in enumerate(opened.ladder[state.rungs :], start=state.rungs + 1):
        if now >= start_of(rung.on):
            escalate = c.act.under(rung.clause or opened.ladder_clause)
            also = tuple(Told(post, holder(post)) for post in rung.also)
            facts.append(RungClimbed(escalate, number, rung.post, holder(rung.post), rung.effect, rung.actor, also))
    return tuple(facts)


def _to_remind(state: ObligationState, opened: ObligationOpened) -> date | None:
    """Return the day of a reminder that nobody has had: one of a later day is another, once the day has moved."""
    on = opened.remind_on
    return on if on and (state.reminded_on is None or state.reminded_on < on) else None


def is_moved(state: ObligationState, calendar: WorkCalendar) -> bool:
    """Return whether *calendar* would move or settle the due day of a clock that is not over."""
    if state.opened is None or state.ended:
        return False
    return counted_again(state.opened, state.counted_from(), calendar) is not None


def _remind_at(day: date) -> datetime:
    return start_of(day) + timedelta(hours=REMIND_AT.hour)


def next_moment(state: ObligationState, now: datetime) -> datetime | None:
    """Return when the clock must look again, or None if only people can change anything."""
    opened = state.opened
    if opened is None or state.ended or state.paused_on is not None:
        return None
    remind = _to_remind(state, opened)
    if remind and now < end_of(opened.due_on):
        return _remind_at(remind)
    if not state.breached:
        return end_of(opened.due_on)
    return start_of(opened.ladder[state.rungs].on) if state.rungs < len(opened.ladder) else None


def open_steps(state: ObligationState) -> tuple[OpenStep, ...]:
    """Return the conditions that are still waited for."""
    if state.opened is None or state.ended:
        return ()
    return tuple(OpenStep(c, state.opened.responsible) for c in state.opened.conditions if c not in state.fulfilled)


def stage(state: ObligationState) -> str:
    """Return where the clock stands: open, paused, overdue, met, met late, dropped, waived."""
    return state.ended or ("overdue" if state.breached else "paused" if state.paused_on else "open")


def also_allowed(state: ObligationState) -> tuple[str, ...]:
    """Return what may be granted while it is not over."""
    return () if state.opened is None or state.ended else STEPS


OBLIGATION = Decider(
    "obligation",
    ObligationState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    lambda s: bool(s.ended),
    also_allowed,
    births=(ObligationOpened,),
    quiet=(ConditionFulfilled,),
)
