"""Obligation (限时义务): one deadline as an object that an auditor can read, from its trigger to how it ended."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from domain.act import CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.calendar import WorkCalendar, day_of, end_of, start_of
from domain.errors import RefusedError
from domain.obligation_facts import (
    COMMANDS,
    FACTS,
    Breached,
    ConditionFulfilled,
    Drop,
    Fulfil,
    ObligationDropped,
    ObligationMet,
    ObligationOpened,
    ObligationRecomputed,
    Open,
    Recompute,
    Reminded,
    RungClimbed,
    Tick,
    Told,
)
from domain.recomputing import as_recomputed, counted_again, recomputed

REMIND_AT = time(8)  # Before the office opens: who acts on the day of the reminder acts after it.


class NoSuchObligationError(RefusedError):
    """An act on a deadline that was never opened."""

    zh = "没有这项限时义务；须先有触发它的事项"
    en = "no such obligation; what triggers it must come first"


@dataclass
class ObligationState(CaseState):
    """One clock: *opened* with its days as they were last counted, *recomputed* times."""

    opened: ObligationOpened | None = None
    fulfilled: dict[str, date] = field(default_factory=dict)
    reminded_on: date | None = None
    breached_at: datetime | None = None
    rungs: int = 0
    recomputed: int = 0
    ended: str = ""

    @property
    def breached(self) -> bool:
        """Return whether a breach is on record that stands."""
        return self.breached_at is not None


def judge(state: ObligationState, command: Open | Fulfil | Drop | Tick | Recompute) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Open):
        return _open(state, command)
    if state.opened is None:
        raise NoSuchObligationError
    if state.ended:
        return ()
    match command:
        case Fulfil():
            return _recompute_and_fulfil(state, state.opened, command)
        case Drop(act, reason):
            return (ObligationDropped(act, reason),)
        case Tick():
            return _tick(state, state.opened, command)
        case Recompute(act, calendar):
            again = recomputed(state.opened, state.breached_at, act, calendar)
            return (again,) if again else ()


def _open(state: ObligationState, c: Open) -> tuple[Fact, ...]:
    if state.opened is None:
        begun = ObligationState(opened=c.opened)
        done = _fulfil(begun, c.opened, Fulfil(c.act, c.done, c.answered_for)) if c.done else ()
        return (c.opened, *done)
    before, asked = state.opened.trigger_on, c.opened.trigger_on
    if before != asked:
        raise RepeatDiffersError(key=c.opened.obligation, recorded=before, asked=asked)
    return ()


def _recompute_and_fulfil(state: ObligationState, opened: ObligationOpened, c: Fulfil) -> tuple[Fact, ...]:
    # Somebody may act before the clock has looked at a calendar that came since.
    again = recomputed(opened, state.breached_at, c.act, c.calendar) if c.calendar else None
    if again is None:
        return _fulfil(state, opened, c)
    now = replace(state)
    apply(now, again)
    facts = _fulfil(now, as_recomputed(opened, again), c)
    return (again, *facts) if facts else ()


def _fulfil(state: ObligationState, opened: ObligationOpened, c: Fulfil) -> tuple[Fact, ...]:
    if c.condition in state.fulfilled or c.condition not in opened.conditions:
        return ()
    fulfilled = ConditionFulfilled(c.act, c.condition)
    if set(opened.conditions) - state.fulfilled.keys() - {c.condition}:
        return (fulfilled,)
    # By the day of record: stating an earlier day must not dodge a breach that is on record.
    late = max(0, (day_of(c.act.recorded_at) - opened.due_on).days)
    # Somebody may act after the due day and before the clock looked: the breach is a fact all the same.
    unseen = (Breached(c.act, opened.responsible, c.answered_for),) if late and not state.breached else ()
    return (*unseen, fulfilled, ObligationMet(c.act, late))


def _tick(state: ObligationState, opened: ObligationOpened, c: Tick) -> tuple[Fact, ...]:
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
    """Return the day of a reminder that nobody has had: one of a later day is another, once the day is recomputed."""
    on = opened.remind_on
    return on if on and (state.reminded_on is None or state.reminded_on < on) else None


def is_moved(state: ObligationState, calendar: WorkCalendar) -> bool:
    """Return whether *calendar* would move or settle the due day of a clock that still runs."""
    return state.opened is not None and not state.ended and counted_again(state.opened, calendar) is not None


def _remind_at(day: date) -> datetime:
    return start_of(day) + timedelta(hours=REMIND_AT.hour)


def apply(state: ObligationState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ObligationOpened():
            state.opened = fact
        case ConditionFulfilled():
            state.fulfilled[fact.condition] = fact.act.occurred_on
        case Reminded():
            state.reminded_on = day_of(fact.act.recorded_at)
        case Breached():
            state.breached_at = fact.act.recorded_at
        case RungClimbed():
            state.rungs = fact.rung
        case ObligationMet():
            state.ended = "met late" if fact.days_late else "met"
        case ObligationDropped():
            state.ended = "dropped"
        case ObligationRecomputed():
            _apply_recomputed(state, fact)
        case _:
            raise AssertionError(fact)


def _apply_recomputed(state: ObligationState, fact: ObligationRecomputed) -> None:
    assert state.opened is not None
    state.opened = as_recomputed(state.opened, fact)
    state.recomputed += 1
    if fact.void_breach:
        state.breached_at = None
        state.rungs = 0


def next_moment(state: ObligationState, now: datetime) -> datetime | None:
    """Return when the clock must look again, or None if only people can change anything."""
    opened = state.opened
    if opened is None or state.ended:
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
    """Return where the clock stands: open, overdue, met, met late, dropped."""
    return state.ended or ("overdue" if state.breached else "open")


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
    births=(ObligationOpened,),
    quiet=(ConditionFulfilled,),
)
