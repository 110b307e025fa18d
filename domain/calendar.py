"""Days in Asia/Shanghai: when a moment's day is, and when a deadline of so many days is due."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
Unit = Literal["calendar", "working"]

_DAY = timedelta(days=1)
_SATURDAY = 5
# A year's notice may move the last days of the year before: 2019's made 29 December 2018 a working Saturday
# and gave the 31st off. None has reached further back, so these days are settled by the next year's notice.
REACH_INTO_YEAR_BEFORE = timedelta(days=3)


class Notice(NamedTuple):
    """The State Council's notice (国务院办公厅关于部分节假日安排的通知) that a year rests on."""

    year: int
    number: str
    issued: date


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: weekends, public holidays (节假日) and make-up working weekends (调休上班日)."""

    revision: str
    years: frozenset[int]
    holidays: frozenset[date]
    make_up_days: frozenset[date]
    notices: tuple[Notice, ...] = ()

    def is_working(self, day: date) -> bool:
        """Say whether *day* is worked: what the notices say, and Monday to Friday where they say nothing."""
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def is_settled(self, day: date) -> bool:
        """Say whether no notice still to come can change *day*."""
        return day.year in self.years and (day + REACH_INTO_YEAR_BEFORE).year in self.years


class Due(NamedTuple):
    """The last day of a deadline (限期), to its end; provisional until the notice of its year is out."""

    on: date
    provisional: bool
    revision: str


def knows_more(revision: str, than: str) -> bool:
    """Say whether a calendar's revision covers all that another does, and more: further years, or a later change.

    Two calendars of which each has something of its own are not compared: of them neither knows more.
    """
    (first, last, changed), (its_first, its_last, its_changed) = _parts(revision), _parts(than)
    return revision != than and first <= its_first and last >= its_last and changed >= its_changed


def _parts(revision: str) -> tuple[str, str, str]:
    years, _, changed = revision.partition("/")
    first, _, last = years.partition("-")
    return first, last, changed


def due(start: date, count: int, unit: Unit, calendar: WorkCalendar | None) -> Due:
    """Return the last of *count* days after *start*, whose own day is not counted (reading A-01).

    Calendar days need no calendar and never roll over to a working day; working days are days, not hours.

    Raises:
        TypeError: If *start* is a moment, whose day depends on the zone: `day_of` tells it.
        ValueError: If the count is below 1 or too large, or working days come without a calendar.
    """
    if isinstance(start, datetime):
        raise TypeError(f"{start.isoformat()} is a moment, not a day")
    if count < 1:
        raise ValueError(f"a deadline of {count} days: at least 1 is needed")
    try:
        if unit == "calendar":
            return Due(start + timedelta(days=count), provisional=False, revision="")
        if calendar is None:
            raise ValueError(f"{count} working days after {start} cannot be counted without a calendar")
        return _due_working(start, count, calendar)
    except OverflowError as e:
        raise ValueError(f"{count} days after {start} lie beyond {date.max}") from e


def _due_working(start: date, count: int, calendar: WorkCalendar) -> Due:
    left, settled = count, True
    for day in _days_after(start):
        settled = settled and calendar.is_settled(day)
        left -= calendar.is_working(day)
        if left == 0:
            return Due(day, not settled, calendar.revision)
    raise AssertionError("days do not end without an OverflowError")


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


class Days(NamedTuple):
    """How many days count in a stretch; provisional until the notice of its years is out."""

    held: int
    provisional: bool


def days_after(first: date, last: date, unit: Unit, calendar: WorkCalendar) -> Days:
    """Return how many days there are after *first*, whose own day is not counted, up to *last*."""
    if unit == "calendar":
        return Days((last - first).days, provisional=False)
    days = [first + _DAY * n for n in range(1, (last - first).days + 1)]
    return Days(sum(map(calendar.is_working, days)), provisional=not all(map(calendar.is_settled, days)))


def day_of(moment: datetime) -> date:
    """Return the day in Asia/Shanghai on which *moment* lies.

    Raises:
        ValueError: If *moment* has no time zone, since then its day is anybody's guess.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Return the first moment of *day*."""
    return datetime.combine(day, time(), SHANGHAI)


def end_of(day: date) -> datetime:
    """Return the moment at which *day* is over: the first that no longer belongs to it."""
    return start_of(day + _DAY)


def month_last_day(year: int, month: int) -> date:
    """Return the last calendar day (月末) of a month (reading A-03)."""
    return date(year, month, monthrange(year, month)[1])


def by_day_of_month(year: int, month: int, day: int) -> date:
    """Return the last day on which something asked "before the 5th" (每月5日前) is in time: that day (A-02).

    Raises:
        ValueError: If the month has no such day.
    """
    last = month_last_day(year, month).day
    if not 1 <= day <= last:
        raise ValueError(f"{year}-{month:02} has days 1 to {last}, not {day}")
    return date(year, month, day)
