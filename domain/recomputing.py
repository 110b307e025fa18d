"""Recomputing (重新计算): a provisional due day counted again, once the calendar knows more of its days."""

from datetime import date, datetime, timedelta

import msgspec

from domain.act import Act
from domain.calendar import REACH_INTO_YEAR_BEFORE, Due, WorkCalendar, day_of, due, end_of, knows_more
from domain.obligation_facts import ObligationOpened, ObligationRecomputed, Rung


def counted_again(opened: ObligationOpened, calendar: WorkCalendar) -> Due | None:
    """Return the due day as *calendar* has it, or None where it changes nothing. A final day is never moved."""
    # An older worker's calendar must not take back what a newer one has told.
    if not opened.provisional or not knows_more(calendar.revision, opened.calendar):
        return None
    counted = due(opened.trigger_on, opened.count, "working", calendar)
    return None if counted.provisional and counted.on == opened.due_on else counted


def recomputed(
    opened: ObligationOpened, breached_at: datetime | None, act: Act, calendar: WorkCalendar
) -> ObligationRecomputed | None:
    """Return the fact that the due day was counted again, or None where that changes nothing."""
    counted = counted_again(opened, calendar)
    if counted is None:
        return None
    moved = counted.on - opened.due_on
    remind = opened.remind_on + moved if opened.remind_on else None
    void = breached_at is not None and breached_at < end_of(counted.on)
    return ObligationRecomputed(
        act=act.under(opened.act.clause),
        calendar=counted.revision,
        due_before=opened.due_on,
        due_on=counted.on,
        provisional=counted.provisional,
        # As at the opening: a reminder on the trigger's own day, or before it, would tell nobody anything.
        remind_on=remind if remind and remind > opened.trigger_on else None,
        ladder=tuple(_later(rung, moved) for rung in opened.ladder),
        notices=_notices(opened.trigger_on, counted.on, calendar),
        void_breach=day_of(breached_at) if breached_at and void else None,
    )


def as_recomputed(opened: ObligationOpened, fact: ObligationRecomputed) -> ObligationOpened:
    """Return a clock as it stands after it was counted again."""
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
