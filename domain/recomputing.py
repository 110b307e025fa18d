"""Counting a due day anew: on a calendar that knows more (重新计算), and with what was granted since (延期、暂停)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from domain.act import Act
from domain.calendar import (
    REACH_INTO_YEAR_BEFORE,
    Due,
    Unit,
    WorkCalendar,
    day_of,
    days_after,
    due,
    end_of,
    knows_more,
)
from domain.obligation_facts import (
    ObligationExtended,
    ObligationOpened,
    ObligationRecomputed,
    ObligationResumed,
    Rung,
)


@dataclass(frozen=True)
class Change:
    """What a person granted: *days* more, a day *until* which it is in time at least, or a pause from day to day."""

    days: int = 0
    until: date | None = None
    paused: tuple[date, date] | None = None


@dataclass(frozen=True)
class Count:
    """What a due day is counted from: so many days after a day (0: that day itself), and what was granted since."""

    start: date
    days: int
    unit: Unit
    changes: tuple[Change, ...] = ()

    def with_change(self, change: Change) -> "Count":
        """Return the count with one more change."""
        return replace(self, changes=(*self.changes, change))

    def due(self, calendar: WorkCalendar) -> Due:
        """Return the due day on *calendar*."""
        revision = calendar.revision if self.unit == "working" else ""
        at = self._after(Due(self.start, provisional=False, revision=revision), self.days, calendar)
        for change in self.changes:
            at = self._changed(at, change, calendar)
        return at

    def _after(self, at: Due, days: int, calendar: WorkCalendar) -> Due:
        if days == 0:
            return at
        later = due(at.on, days, self.unit, calendar)
        return later._replace(provisional=at.provisional or later.provisional)

    def _changed(self, at: Due, change: Change, calendar: WorkCalendar) -> Due:
        if change.until is not None:
            return at._replace(on=max(at.on, change.until))
        if change.paused is None:
            return self._after(at, change.days, calendar)
        first, last = change.paused
        between = days_after(first, last, self.unit, calendar)
        later = self._after(at, between.held, calendar)
        # What was due on the very day of the pause is due on the day of its end.
        on = max(later.on, last) if at.on >= first else later.on
        return later._replace(on=on, provisional=later.provisional or between.provisional)


def counted_again(opened: ObligationOpened, count: Count, calendar: WorkCalendar) -> Due | None:
    """Return the due day as *calendar* has it, or None where it changes nothing. A final day is never moved."""
    # An older worker's calendar must not take back what a newer one has told.
    if not opened.provisional or not knows_more(calendar.revision, opened.calendar):
        return None
    counted = count.due(calendar)
    return None if counted.provisional and counted.on == opened.due_on else counted


def recomputed(
    opened: ObligationOpened, count: Count, breached_at: datetime | None, act: Act, calendar: WorkCalendar
) -> ObligationRecomputed | None:
    """Return the fact that the due day was counted again, or None where that changes nothing."""
    counted = counted_again(opened, count, calendar)
    if counted is None:
        return None
    void = breached_at is not None and breached_at < end_of(counted.on)
    return ObligationRecomputed(
        act=act.under(opened.act.clause),
        **moved_to(opened, counted),
        notices=_notices(opened.trigger_on, counted.on, calendar),
        void_breach=day_of(breached_at) if breached_at and void else None,
    )


def moved_to(opened: ObligationOpened, counted: Due) -> dict[str, Any]:
    """Return the days of a fact by which a clock is due on another day: its reminder and every rung move as far."""
    moved = counted.on - opened.due_on
    remind = opened.remind_on + moved if opened.remind_on else None
    return {
        "calendar": counted.revision,
        "due_before": opened.due_on,
        "due_on": counted.on,
        "provisional": counted.provisional,
        # As at the opening: a reminder on the trigger's own day, or before it, would tell nobody anything.
        "remind_on": remind if remind and remind > opened.trigger_on else None,
        "ladder": tuple(_later(rung, moved) for rung in opened.ladder),
    }


def as_moved(
    opened: ObligationOpened, fact: ObligationRecomputed | ObligationExtended | ObligationResumed
) -> ObligationOpened:
    """Return a clock as it stands after its due day moved."""
    return msgspec.structs.replace(
        opened,
        calendar=fact.calendar,
        due_on=fact.due_on,
        provisional=fact.provisional,
        remind_on=fact.remind_on,
        ladder=fact.ladder,
    )


def _later(rung: Rung, by: timedelta) -> Rung:
    return msgspec.structs.replace(rung, on=rung.on + by)


def _notices(first: date, last: date, calendar: WorkCalendar) -> tuple[str, ...]:
    settled_by = (last + REACH_INTO_YEAR_BEFORE).year
    return tuple(notice.number for notice in calendar.notices if first.year <= notice.year <= settled_by)
