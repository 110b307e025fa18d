"""Periods: the week, month, quarter or year that something recurs in; and when one is over."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import month_last_day
from domain.errors import BadInputError

# How many months each has; a week has none of its own.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True)
class Period:
    """A period with its number (2022-W10, 2022-03, 2022-Q1, 2022), its first and its last day."""

    no: str
    first: date
    last: date


def is_period(every: str) -> bool:
    """Return whether *every* names a period; a day is none, and a batch has no day of the calendar."""
    return every == "week" or every in MONTHS


def period_of(every: str, day: date) -> Period:
    """Return the period of *day*; weeks are those of ISO 8601, from Monday to Sunday.

    Raises:
        KeyError: If *every* names no period.
    """
    if every == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(f"{year:04}-W{week:02}", first, first + _WEEK - _DAY)
    months = MONTHS[every]
    begins = (day.month - 1) // months * months + 1
    first = date(day.year, begins, 1)
    last = month_last_day(day.year, begins + months - 1)
    named = {"month": f"-{begins:02}", "quarter": f"-Q{(begins - 1) // months + 1}", "year": ""}
    return Period(f"{day.year:04}{named[every]}", first, last)


def next_first(every: str, day: date) -> date:
    """Return the first day of a period on *day* or after it."""
    period = period_of(every, day)
    return day if period.first == day else period.last + _DAY


def month_named(no: str) -> Period:
    """Return the month of a case's number, such as 2022-03.

    Raises:
        BadInputError: If it is none.
    """
    found = _MONTH.match(no)
    if found is None or found[1] == "0000":
        raise BadInputError("case", f"{no!r} is no month such as 2022-03")
    return period_of("month", date(int(found[1]), int(found[2]), 1))
