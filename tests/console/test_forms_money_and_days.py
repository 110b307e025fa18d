from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.forms.days import day_words, read_day, read_moment
from console.forms.faults import UnreadError
from console.forms.money import UNITS, both, read_amount, written
from domain.calendar import WorkCalendar
from domain.requests import NUMBER_MAX
from doors.texts import speaking

FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
FENS = st.integers(0, NUMBER_MAX)
CALENDAR = WorkCalendar(
    "2026-2026/1", frozenset({2026}), frozenset({date(2026, 10, 1), date(2026, 10, 2)}), frozenset({date(2026, 10, 10)})
)


def or_refusal(read: Callable[[str], Any], text: str) -> Any:
    """Return what is read, or the refusal; any other error fails the test."""
    try:
        return read(text)
    except UnreadError as e:
        return e


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12.5万", "yuan", 12_500_000),
        ("12.5万元", "yuan", 12_500_000),
        ("12.5", "wan", 12_500_000),
        ("125,000.00", "yuan", 12_500_000),
        ("125，000", "yuan", 12_500_000),
        ("¥125000", "yuan", 12_500_000),
        ("￥ 125000 元", "wan", 12_500_000),
        ("１２．５", "wan", 12_500_000),
        (" 125 000 元整 ", "yuan", 12_500_000),
        ("1.2亿元", "yuan", 12_000_000_000),
        ("0.01", "yuan", 1),
        ("0.000001", "wan", 1),
        (".5", "yuan", 50),
        ("1.5000000000", "yuan", 150),
        ("0", "yuan", 0),
        ("3 wan", "yuan", 3_000_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, unit: str, fen: int) -> None:
    assert read_amount(text, unit) == fen


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.001", "不足一分"),
        ("0.0000001万", "不足一分"),
        ("-5", "不能为负数"),
        ("－５", "不能为负数"),
        ("(500)", "不能为负数"),
        ("1e5", "科学记数法"),
        ("1.5E+3元", "科学记数法"),
        ("NaN", "不是金额"),
        ("inf", "不是金额"),
        ("12,5", "千位"),
        ("1,2345", "千位"),
        ("十二万", "不是金额"),
        ("=1+1", "不是金额"),
        ("0x10", "不是金额"),
        ("1_000", "不是金额"),
        ("٣", "不是金额"),
        ("²", "不是金额"),
        ("1.", "不是金额"),
        ("", "不是金额"),
        ("9" * 59, "金额过大"),
        ("9" * 5000, "不是金额"),
        ("1000000000000001亿", "金额过大"),
    ],
)
def test_an_amount_that_is_none_is_refused_with_what_would_do(text: str, said: str) -> None:
    with pytest.raises(UnreadError) as refused:
        read_amount(text)
    assert said in refused.value.zh
    assert refused.value.en


@given(FENS, st.sampled_from(UNITS), st.sets(st.sampled_from(["grouped", "wide", "in text"])))
def test_every_amount_is_read_exactly_in_either_unit(
    fen: int,
    unit: str,
    how: set[str],
) -> None:
    value = Decimal(fen) / (100 if unit == "yuan" else 1_000_000)
    text = f"{value:,f}" if "grouped" in how else f"{value:f}"
    text += {"yuan": "元", "wan": "万元"}[unit] if "in text" in how else ""
    asked = ("wan" if unit == "yuan" else "yuan") if "in text" in how else unit  # What stands in the text goes first.
    assert read_amount(text.translate(FULL_WIDTH) if "wide" in how else text, asked) == fen


@given(st.text(max_size=40))
@example("1" + "\u00a0" * 3)
def test_whatever_is_written_is_an_amount_within_bounds_or_refused_in_both_languages(text: str) -> None:
    found = or_refusal(read_amount, text)
    assert found.zh and found.en if isinstance(found, UnreadError) else 0 <= found <= NUMBER_MAX


@given(FENS)
def test_an_amount_is_shown_in_both_units_and_each_reads_back(fen: int) -> None:
    with speaking("zh"):
        in_yuan, in_wan = both(fen).split(" = ")
    assert read_amount(in_yuan) == read_amount(in_wan) == read_amount(written(fen)) == fen


def test_both_units_as_they_are_shown() -> None:
    with speaking("zh"):
        assert both(12_500_000) == "125,000.00 元 = 12.5 万元"
        assert both(100_000_000) == "1,000,000.00 元 = 100 万元"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "2026年11月22号",
        "20261122",
        "２０２６－１１－２２",
        " 2026 年 11 月 22 日 ",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", "2026 年 2 月只有 1 至 28 日"),
        ("2026-13-01", "没有 2026 年 13 月"),
        ("20260001", "没有 2026 年 0 月"),
        ("0000-01-01", "没有 0 年"),
        ("2026-11-00", "只有 1 至 30 日"),
        ("22-11-2026", "不是日期"),
        ("2026年11-22", "不是日期"),
        ("26-1-2", "不是日期"),
        ("明天", "不是日期"),
        ("2" * 4000, "不是日期"),
    ],
)
def test_a_day_that_is_none_is_refused_with_what_would_do(text: str, said: str) -> None:
    with pytest.raises(UnreadError) as refused:
        read_day(text)
    assert said in refused.value.zh
    assert refused.value.en


@given(st.dates())
def test_every_day_is_read_in_each_way_of_writing(day: date) -> None:
    y, m, d = f"{day.year:04}", day.month, day.day
    for text in (f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}"):
        assert read_day(text) == read_day(text.translate(FULL_WIDTH)) == day


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_day_and_a_moment_or_refused(text: str) -> None:
    for read in (read_day, read_moment):
        found = or_refusal(read, text)
        assert not isinstance(found, UnreadError) or (found.zh and found.en)


def test_a_moment_is_in_shanghai() -> None:
    assert read_moment("2026-11-22 17:30").isoformat() == "2026-11-22T17:30:00+08:00"
    assert read_moment("２０２６年１１月２２日　１７：３０").isoformat() == "2026-11-22T17:30:00+08:00"
    with pytest.raises(UnreadError, match="no such time"):
        read_moment("2026-11-22 25:00")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "2026-11-22 星期日（休息日）；距今 5 个工作日"),
        (date(2026, 11, 16), "2026-11-16 星期一（工作日）；距今 1 个工作日"),
        (date(2026, 11, 15), "2026-11-15 星期日（休息日）；就是今天"),
        (date(2026, 10, 1), "2026-10-01 星期四（节假日）；已过 31 个工作日"),
        (date(2026, 10, 10), "2026-10-10 星期六（调休上班）；已过 25 个工作日"),
    ],
)
def test_a_day_is_said_with_how_many_working_days_off_it_is(day: date, said: str) -> None:
    with speaking("zh"):
        assert day_words(day, CALENDAR, date(2026, 11, 15)) == said


def test_a_year_whose_holidays_are_not_known_gives_a_provisional_reading_that_says_so() -> None:
    with speaking("zh"):
        assert "2027 年放假安排不在日历中" in day_words(date(2027, 1, 4), CALENDAR, date(2026, 11, 15))
        assert "（暂定）" in day_words(date(2026, 12, 31), CALENDAR, date(2026, 11, 15))
    with speaking("en"):
        assert "provisional" in day_words(date(2027, 1, 4), CALENDAR, date(2026, 11, 15))


@given(st.dates(), st.dates())
def test_every_day_has_a_reading_in_no_time(day: date, today: date) -> None:
    assert str(day) in day_words(day, CALENDAR, today)
    assert day_words(day, CALENDAR, day + timedelta(days=1) if day < date.max else day)
