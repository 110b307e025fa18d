"""Reads the calendar files, one year each as its notice prints it, into one work calendar."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.calendar import REACH_INTO_YEAR_BEFORE, Notice, WorkCalendar
from domain.errors import BadInputError

_SATURDAY = 5
_HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Notice(_Strict):
    number: Annotated[str, Field(min_length=1)]
    issued: date


class _Span(_Strict):
    name: str
    first: date
    last: date
    make_up: list[date] = []

    def days(self) -> Iterator[date]:
        for n in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=n)


class _Year(_Strict):
    year: Annotated[int, Field(ge=1950, le=9998)]
    # The day on which the file last changed: compared as text, so that a correction gets a later revision.
    revision: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(\.\d)?$")]
    notice: _Notice | None = None
    holiday: list[_Span]


def parse_calendar(texts: Mapping[str, str]) -> WorkCalendar:
    """Return the calendar of the files *texts*, by name. Its revision is the years and the newest change.

    Raises:
        BadInputError: If a file is malformed or incomplete, files disagree, or a year is doubled or left out.
    """
    if not texts:
        raise BadInputError("calendars", "no year is given")
    files = {name: _checked_year(name, texts[name]) for name in sorted(texts)}
    years = list(files.values())
    covered = _covered([year.year for year in years])
    _check_days(files)
    spans = [span for year in years for span in year.holiday]
    return WorkCalendar(
        revision=f"{covered[0]}-{covered[-1]}/{max(year.revision for year in years)}",
        years=frozenset(covered),
        holidays=frozenset(day for span in spans for day in span.days()),
        make_up_days=frozenset(day for span in spans for day in span.make_up),
        notices=tuple(Notice(y.year, y.notice.number, y.notice.issued) for y in years if y.notice),
    )


def _covered(years: list[int]) -> list[int]:
    covered = sorted(years)
    for year, following in pairwise(covered):
        if following == year:
            raise BadInputError("calendars", f"{year} is given by two files")
        if following != year + 1:
            # Left out, it would count as not published yet: provisional for ever, and nobody would know why.
            raise BadInputError("calendars", f"{year + 1} is missing between {year} and {following}")
    return covered


def _checked_year(name: str, text: str) -> _Year:
    try:
        year = _Year.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as e:
        raise BadInputError(name, str(e)) from e
    except ValidationError as e:
        # A misspelt key is the cause, the key that is then missing only follows from it.
        first = min(e.errors(include_url=False), key=lambda error: error["type"] != "extra_forbidden")
        place = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{name}: {place}", first["msg"]) from e
    _check_names(name, year)
    for n, span in enumerate(year.holiday):
        _check_span(f"{name}: holiday.{n}", year.year, span)
    return year


def _check_names(name: str, year: _Year) -> None:
    # A year that is half written must not pass for a published one.
    named = "".join(span.name for span in year.holiday)
    if missing := [holiday for holiday in _HOLIDAYS if holiday not in named]:
        raise BadInputError(f"{name}: holiday", f"{year.year} lacks {'、'.join(missing)}")


def _check_span(place: str, year: int, span: _Span) -> None:
    earliest, latest = date(year, 1, 1) - REACH_INTO_YEAR_BEFORE, date(year, 12, 31)
    for field, day in (("first", span.first), ("last", span.last), *(("make_up", d) for d in span.make_up)):
        if not earliest <= day <= latest:
            raise BadInputError(f"{place}.{field}", f"{day} is not within {earliest} to {latest}")
    if span.last < span.first:
        raise BadInputError(f"{place}.last", f"{span.last} is before the first day, {span.first}")
    for day in span.make_up:
        if day.weekday() < _SATURDAY:
            raise BadInputError(f"{place}.make_up", f"{day} is no weekend day: it is worked anyway")


def _check_days(files: Mapping[str, _Year]) -> None:
    # Across files too: a notice may give off the last days of the year before.
    seen: dict[date, str] = {}
    for name, year in files.items():
        for span in year.holiday:
            for day in (*span.days(), *span.make_up):
                if day in seen:
                    reason = f"{day} is in {seen[day]} and again in {span.name}"
                    raise BadInputError(f"{name}: holiday", reason)
                seen[day] = span.name
