from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]
import holidays
import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from activities.calendars import load_calendars
from domain.calendar import (
    REACH_INTO_YEAR_BEFORE,
    SHANGHAI,
    Due,
    Unit,
    WorkCalendar,
    by_day_of_month,
    day_of,
    due,
    end_of,
    month_last_day,
    start_of,
)
from domain.calendar_files import parse_calendar

FOLDER = Path(__file__).parents[2] / "policies" / "calendars"
CALENDAR = load_calendars(FOLDER)
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")}
# What was known in each year: the files up to it.
PUBLISHED = {
    last: parse_calendar({f"{year}.toml": TEXTS[f"{year}.toml"] for year in range(2021, last + 1)})
    for last in range(2021, 2027)
}
FIRST, LAST = date(2021, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

days = st.dates(FIRST, LAST)
counts = st.integers(1, 60)
year_ends = st.builds(date, st.integers(2021, 2026), st.just(12), st.integers(20, 31))
settled_days = st.dates(FIRST, date(2026, 6, 30))
offsets = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


# The data, against two packages that were written by others.


def test_every_day_of_six_years_agrees_with_chinesecalendar() -> None:
    assert len(ALL_DAYS) == 2191
    wrong = [day for day in ALL_DAYS if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


def test_every_day_of_six_years_agrees_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=range(2020, 2028))
    wrong = [day for day in ALL_DAYS if CALENDAR.is_working(day) != china.is_working_day(day)]
    assert wrong == []


def test_each_year_names_its_notice() -> None:
    assert CALENDAR.years == frozenset(range(2021, 2027))
    assert len(CALENDAR.make_up_days) == 40
    assert [(n.year, n.number, str(n.issued)) for n in CALENDAR.notices] == [
        (2021, "国办发明电〔2020〕27号", "2020-11-25"),
        (2022, "国办发明电〔2021〕11号", "2021-10-25"),
        (2023, "国办发明电〔2022〕16号", "2022-12-08"),
        (2024, "国办发明电〔2023〕7号", "2023-10-25"),
        (2025, "国办发明电〔2024〕12号", "2024-11-12"),
        (2026, "国办发明电〔2025〕7号", "2025-11-04"),
    ]
    assert CALENDAR.revision == "2021-2026/2025-11-04"


# Calendar days (R32, R33, R38).


@given(days, st.integers(1, 4000))
def test_calendar_days_do_not_count_the_trigger_day_and_need_no_calendar(start: date, count: int) -> None:
    answer = due(start, count, "calendar", None)
    assert answer == Due(start + timedelta(days=count), provisional=False, revision="")
    assert answer == due(start, count, "calendar", CALENDAR)


@given(days, st.integers(1, 4000))
def test_a_deadline_lasts_its_whole_number_of_days_and_not_one_day_less(start: date, count: int) -> None:
    """R32: a due date fired 24 h early."""
    after_trigger = end_of(start)
    assert end_of(due(start, count, "calendar", None).on) - after_trigger == timedelta(days=count)


@given(days, counts, st.sampled_from(["calendar", "working"]))
def test_inside_the_last_day_nothing_is_overdue_and_a_moment_later_all_is(start: date, count: int, unit: str) -> None:
    """R33: shown overdue inside the limit."""
    on = due(start, count, "calendar" if unit == "calendar" else "working", CALENDAR).on
    assert day_of(end_of(on) - TICK) == on
    assert day_of(end_of(on)) == on + DAY


@given(days, counts, st.integers(0, 86_399))
def test_the_hour_of_the_trigger_does_not_matter(start: date, count: int, second: int) -> None:
    """R38: wrong when created before or after office hours."""
    moment = start_of(start) + timedelta(seconds=second)
    assert due(day_of(moment), count, "working", CALENDAR) == due(start, count, "working", CALENDAR)


def test_three_days_over_the_national_day_are_not_rolled_over() -> None:
    assert due(date(2022, 9, 30), 3, "calendar", CALENDAR).on == date(2022, 10, 3)


# Working days (R34, R35, R37).


@given(days, counts)
def test_working_days_are_days_and_the_last_one_is_worked(start: date, count: int) -> None:
    """R34: a day on a business calendar became 24 business hours."""
    on = due(start, count, "working", CALENDAR).on
    between = [start + timedelta(days=n) for n in range(1, (on - start).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in between) == count
    assert CALENDAR.is_working(on)


@given(settled_days, counts)
def test_one_working_day_more_is_the_next_working_day(start: date, count: int) -> None:
    one, two = (due(start, n, "working", CALENDAR).on for n in (count, count + 1))
    assert two == due(one, 1, "working", CALENDAR).on


@given(days, days, counts)
def test_a_later_trigger_is_never_due_earlier(one: date, other: date, count: int) -> None:
    early, late = sorted((one, other))
    assert due(early, count, "working", CALENDAR).on <= due(late, count, "working", CALENDAR).on


@given(days, counts)
def test_working_days_are_never_due_before_calendar_days(start: date, count: int) -> None:
    assert due(start, count, "working", CALENDAR).on >= due(start, count, "calendar", None).on


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2022-01-28", 1, "2022-01-29"),  # Friday; the Saturday before the festival is worked
        ("2022-01-28", 3, "2022-02-07"),  # the Saturday, the Sunday, and then all of it is over
        ("2022-01-31", 1, "2022-02-07"),  # triggered inside the festival
        ("2023-01-20", 5, "2023-02-01"),  # 28 and 29 January are worked, 30, 31 and 1 February too
        ("2024-02-09", 1, "2024-02-18"),  # New Year's Eve is no holiday by the notice; then a Sunday
        ("2024-02-08", 1, "2024-02-09"),
        ("2025-01-25", 1, "2025-01-26"),  # a Saturday off, the Sunday worked
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2022-09-30", 3, "2022-10-10"),  # 8 and 9 October are worked
        ("2022-06-17", 1, "2022-06-20"),  # an ordinary week-end
    ],
)
def test_chinese_new_year_swaps_weekends_into_working_days(start: str, count: int, expected: str) -> None:
    """R35, and R34 for the ordinary week-end."""
    answer = due(date.fromisoformat(start), count, "working", CALENDAR)
    assert answer == Due(date.fromisoformat(expected), provisional=False, revision=CALENDAR.revision)


def test_each_deadline_may_have_a_calendar_of_its_own() -> None:
    """R37."""
    plain = WorkCalendar("plain", frozenset({2022}), frozenset(), frozenset())
    assert due(date(2022, 9, 30), 1, "working", plain) == Due(date(2022, 10, 3), provisional=False, revision="plain")
    assert due(date(2022, 9, 30), 1, "working", CALENDAR).on == date(2022, 10, 8)


# Round a holiday, from either side (R35, R38).


def last_worked(day: date) -> date:
    while not CALENDAR.is_working(day):
        day -= DAY
    return day


@given(days.filter(lambda day: not CALENDAR.is_working(day)), counts)
def test_a_trigger_on_a_day_off_counts_from_the_last_day_that_was_worked(start: date, count: int) -> None:
    assert due(start, count, "working", CALENDAR).on == due(last_worked(start), count, "working", CALENDAR).on


@given(days.filter(CALENDAR.is_working))
def test_a_trigger_on_the_eve_of_a_worked_day_leaves_that_day(day: date) -> None:
    """R35: the Saturdays and Sundays that are worked are among them."""
    assert due(day - DAY, 1, "working", CALENDAR).on == day


@given(days, counts, st.sampled_from(["calendar", "working"]), offsets)
def test_a_moment_before_midnight_counts_from_that_day_and_midnight_from_the_next(
    day: date, count: int, unit: Unit, zone: timezone
) -> None:
    """R38, wherever the moment was written down."""
    before, after = ((end_of(day) - TICK).astimezone(zone), end_of(day).astimezone(zone))
    assert due(day_of(before), count, unit, CALENDAR) == due(day, count, unit, CALENDAR)
    assert due(day_of(after), count, unit, CALENDAR) == due(day + DAY, count, unit, CALENDAR)


# A year that is not published yet (R36).


@given(st.one_of(days, year_ends), counts, st.integers(2021, 2026))
def test_a_day_that_is_called_final_is_what_it_stays_when_more_is_published(start: date, count: int, last: int) -> None:
    """R36: a guess looks like one, and nothing else does."""
    answer = due(start, count, "working", PUBLISHED[last])
    assert answer.provisional or answer.on == due(start, count, "working", CALENDAR).on


@given(st.dates(date(2027, 1, 1), date(2040, 1, 1)), counts)
def test_an_unpublished_year_counts_monday_to_friday_and_says_so(start: date, count: int) -> None:
    """R36: next year raises an error until the State Council's notice is out."""
    answer = due(start, count, "working", CALENDAR)
    between = [start + timedelta(days=n) for n in range(1, (answer.on - start).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == count
    assert answer.provisional
    assert answer.revision == CALENDAR.revision


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-12-25", 2, "2026-12-29"),  # the next notice may still swap it
        ("2026-12-31", 1, "2027-01-01"),
        ("2020-12-30", 1, "2020-12-31"),  # before the first file there is no file either
    ],
)
def test_a_count_that_reaches_an_unsettled_day_is_provisional(start: str, count: int, expected: str) -> None:
    answer = due(date.fromisoformat(start), count, "working", CALENDAR)
    assert answer == Due(date.fromisoformat(expected), provisional=True, revision=CALENDAR.revision)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-12-25", 1, "2026-12-28"),
        ("2025-12-30", 2, "2026-01-04"),  # over the turn of two published years
        ("2020-12-31", 1, "2021-01-04"),
    ],
)
def test_a_count_within_published_years_is_final(start: str, count: int, expected: str) -> None:
    answer = due(date.fromisoformat(start), count, "working", CALENDAR)
    assert answer == Due(date.fromisoformat(expected), provisional=False, revision=CALENDAR.revision)


def test_no_notice_has_ever_reached_further_into_the_year_before() -> None:
    moved = [day for day in (*constants.holidays, *constants.workdays) if day.month == 12]
    assert min(day.day for day in moved) == 31 - REACH_INTO_YEAR_BEFORE.days + 1
    assert CALENDAR.is_settled(date(2026, 12, 28))
    assert not CALENDAR.is_settled(date(2026, 12, 29))


# Edges.


@pytest.mark.parametrize("unit", ["calendar", "working"])
@pytest.mark.parametrize("count", [0, -1, 10**7, 10**12])
def test_a_count_that_is_no_deadline_is_refused_with_its_number(unit: str, count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        due(FIRST, count, "calendar" if unit == "calendar" else "working", CALENDAR)


def test_working_days_without_a_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="5 working days after 2021-01-01"):
        due(FIRST, 5, "working", None)


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError, match="is a moment, not a day"):
        due(datetime(2022, 1, 1, 18, tzinfo=UTC), 1, "calendar", None)


def test_a_long_count_looks_at_each_day_once() -> None:
    looked: list[date] = []

    class Watched(WorkCalendar):
        def is_working(self, day: date) -> bool:
            looked.append(day)
            return super().is_working(day)

    watched = Watched(CALENDAR.revision, CALENDAR.years, CALENDAR.holidays, CALENDAR.make_up_days)
    end = due(FIRST, 100_000, "working", watched)
    assert looked == [FIRST + n * DAY for n in range(1, (end.on - FIRST).days + 1)]


# Moments and days.


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), offsets)  # noqa: DTZ001
def test_a_moment_lies_in_its_shanghai_day_wherever_it_was_written(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    day = day_of(aware)
    assert start_of(day) <= aware < end_of(day)


def test_the_day_begins_at_16_utc_of_the_day_before() -> None:
    assert day_of(datetime(2022, 3, 1, 16, tzinfo=UTC)) == date(2022, 3, 2)
    assert day_of(datetime(2022, 3, 1, 16, tzinfo=UTC) - TICK) == date(2022, 3, 1)
    assert start_of(date(2022, 3, 2)) == datetime(2022, 3, 1, 16, tzinfo=UTC)
    assert start_of(date(2022, 3, 2)).tzinfo is SHANGHAI


def test_a_moment_without_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="2022-03-01T16:00:00 has no time zone"):
        day_of(datetime(2022, 3, 1, 16))  # noqa: DTZ001


@given(days)
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    assert end_of(day) == start_of(day + DAY)
    assert end_of(day) - start_of(day) == DAY


@given(days)
def test_the_last_day_of_a_month_is_followed_by_the_first(day: date) -> None:
    last = month_last_day(day.year, day.month)
    assert (last.year, last.month) == (day.year, day.month)
    assert (last + DAY).day == 1


def test_before_the_fifth_includes_the_fifth() -> None:
    assert by_day_of_month(2022, 5, 5) == date(2022, 5, 5)
    with pytest.raises(ValueError, match="2022-02 has days 1 to 28, not 30"):
        by_day_of_month(2022, 2, 30)
