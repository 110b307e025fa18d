"""The state of one deadline: its days as they were last counted, whether it stands still, and how it ended."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from domain.act import CaseState, Fact
from domain.calendar import Unit, day_of
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    ObligationDropped,
    ObligationExtended,
    ObligationMet,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
    ObligationWaived,
    Reminded,
    RungClimbed,
)
from domain.recomputing import Change, Count, as_moved


@dataclass
class ObligationState(CaseState):
    """One clock: *opened* with its days as they were last counted; *moves* is how often its due day was moved."""

    opened: ObligationOpened | None = None
    count: Count | None = None
    fulfilled: dict[str, date] = field(default_factory=dict)
    reminded_on: date | None = None
    breached_at: datetime | None = None
    breached_person: str = ""
    rungs: int = 0
    moves: int = 0
    paused_on: date | None = None
    ended: str = ""
    ended_on: date | None = None

    @property
    def breached(self) -> bool:
        """Return whether a breach is on record that stands."""
        return self.breached_at is not None

    def counted_from(self) -> Count:
        """Return what the due day is counted from. A final day is counted from itself: nothing moves it back."""
        assert self.opened is not None
        assert self.count is not None
        return self.count if self.opened.provisional else Count(self.opened.due_on, 0, self.count.unit)

    def days_late(self, today: date) -> int:
        """Return by how many days it is late on a day: 0 in time; a clock that stands still grows no later."""
        assert self.opened is not None
        day = min(today, self.paused_on) if self.paused_on else today
        return max(0, (day - self.opened.due_on).days)


def apply(state: ObligationState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ObligationOpened():
            state.opened = fact
            state.count = Count(fact.trigger_on, fact.count, cast("Unit", fact.unit))
        case ConditionFulfilled():
            state.fulfilled[fact.condition] = fact.act.occurred_on
        case Reminded():
            state.reminded_on = day_of(fact.act.recorded_at)
        case Breached():
            state.breached_at, state.breached_person = fact.act.recorded_at, fact.person
        case RungClimbed():
            state.rungs = fact.rung
        case ObligationMet():
            _end(state, fact, "met late" if fact.days_late else "met")
        case ObligationDropped():
            _end(state, fact, "dropped")
        case ObligationWaived():
            _end(state, fact, "waived")
        case ObligationPaused():
            state.paused_on = fact.since
        case ObligationExtended() | ObligationResumed():
            _apply_granted(state, fact)
        case ObligationRecomputed():
            _apply_recomputed(state, fact)
        case _:
            raise AssertionError(fact)


def _end(state: ObligationState, fact: Fact, how: str) -> None:
    state.ended, state.ended_on = how, day_of(fact.act.recorded_at)


def granted(fact: ObligationExtended | ObligationResumed) -> Change:
    """Return what a person's fact changes in the count of a due day."""
    if isinstance(fact, ObligationResumed):
        return Change(paused=(fact.since, day_of(fact.act.recorded_at)))
    return Change(days=fact.days, until=fact.until)


def _apply_granted(state: ObligationState, fact: ObligationExtended | ObligationResumed) -> None:
    assert state.opened is not None
    state.count = state.counted_from().with_change(granted(fact))
    state.opened = as_moved(state.opened, fact)
    state.moves += 1
    state.paused_on = None


def _apply_recomputed(state: ObligationState, fact: ObligationRecomputed) -> None:
    assert state.opened is not None
    state.opened = as_moved(state.opened, fact)
    state.moves += 1
    if fact.void_breach:
        state.breached_at, state.breached_person, state.rungs = None, "", 0
