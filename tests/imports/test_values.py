from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from imports.table import EXCEL_DAY_ZERO
from imports.values import NotValueError, amount, day, unit, words, year
from tests.imports.files import TODAY


@pytest.mark.parametrize(
    ("written", "units", "fen"),
    [
        ("１２３", ("yuan",), 12_300),
        ("１，２３４．５０", ("yuan",), 123_450),
        ("1,234,567.89", ("yuan",), 123_456_789),
        ("¥ 1,200", ("yuan",), 120_000),
        ("￥1200", ("yuan",), 120_000),
        (" 12.3456 ", ("wan",), 12_345_600),
        ("12.5万元", (), 12_500_000),
        ("12.5 万", ("wan",), 12_500_000),
        ("88元", (), 8_800),
        ("7分", (), 7),
        (5, ("fen",), 5),
        (12.34, ("yuan",), 1_234),
        # As Excel itself writes 1.1 and 8.05: the number that was typed counts, not its nearest binary one.
        (float("1.1000000000000001"), ("yuan",), 110),
        (8.05, ("wan",), 8_050_000),
        (Decimal("0.000001"), ("wan",), 1),
        (10_000_000_000_000, ("yuan",), 10**15),
    ],
)
def test_an_amount_is_read_to_the_fen(written: Any, units: tuple[str, ...], fen: int) -> None:
    assert amount(written, *units) == fen


@pytest.mark.parametrize(
    ("written", "units", "reason"),
    [
        (12, (), "its unit is not stated"),
        ("12", ("", ""), "its unit is not stated"),
        ("12元", ("wan",), "stated in different ways: yuan, wan"),
        ("12", ("wan", "fen"), "stated in different ways: fen, wan"),
        ("12千元", (), "no such unit: '千元'"),
        (0, ("yuan",), "above zero"),
        (-1, ("yuan",), "above zero"),
        ("-1,200", ("yuan",), "above zero"),
        ("−5元", (), "above zero"),
        ("(1,200)", ("yuan",), "above zero"),
        ("（1200）", ("yuan",), "above zero"),
        (1.005, ("yuan",), "not a whole number of fen"),
        ("0.0000001", ("wan",), "not a whole number of fen"),
        ("12.00000000000000000000000000000001", ("yuan",), "not a whole number of fen"),
        (Decimal("1e-999999"), ("yuan",), "not a whole number of fen"),
        (0.5, ("fen",), "not a whole number of fen"),
        (float("nan"), ("yuan",), "not a finite number"),
        (float("inf"), ("yuan",), "not a finite number"),
        (Decimal("-Infinity"), ("yuan",), "not a finite number"),
        (Decimal("1e999999"), ("yuan",), "too large"),
        (10**15, ("yuan",), "too large"),
        (10**400, ("fen",), "too large"),
        ("1,23", ("yuan",), "not an amount"),
        ("1e3", ("yuan",), "not an amount"),
        ("12.3.4", ("yuan",), "not an amount"),
        ("约12", ("yuan",), "not an amount"),
        (".", ("yuan",), "not an amount"),
        ("٣", ("yuan",), "not an amount"),
        ("9" * 60, ("yuan",), "not an amount"),
        (True, ("yuan",), "not an amount"),
        (date(2021, 3, 1), ("yuan",), "not an amount"),
    ],
)
def test_what_is_no_amount_to_the_fen_is_refused_by_name(written: Any, units: tuple[str, ...], reason: str) -> None:
    with pytest.raises(NotValueError) as refused:
        amount(written, *units)
    assert reason in refused.value.said.en
    assert refused.value.said.zh


@pytest.mark.parametrize("empty", [None, "", "  ", "　"])
def test_an_empty_amount_is_none_and_not_nought(empty: Any) -> None:
    assert amount(empty, "yuan") is None


@pytest.mark.parametrize(
    "written",
    [
        date(2021, 3, 5),
        datetime(2021, 3, 5),  # noqa: DTZ001 - as spreadsheets have them
        44260,
        44260.0,
        "44260",
        20210305,
        "20210305",
        "2021-03-05",
        "2021-3-5",
        "2021/3/5",
        "2021.3.5",
        "2021年3月5日",
        "2021 年 3 月 5 日",
        "２０２１－０３－０５",
        "２０２１年３月５日",
        "2021-03-05 00:00:00",
    ],
)
def test_a_day_is_read_in_the_forms_that_say_one_day(written: Any) -> None:
    assert day(written, TODAY, EXCEL_DAY_ZERO) == date(2021, 3, 5)


def test_a_serial_is_counted_from_the_workbooks_own_first_day() -> None:
    assert day(44260 - 1462, TODAY, MAC_EPOCH) == date(2021, 3, 5)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("3/5/2021", "not a day"),
        ("5.3.2021", "not a day"),
        ("2021-02-30", "not a day"),
        ("2021年3月", "not a day"),
        ("2021", "not a day"),
        (2021, "not a day"),
        (True, "not a day"),
        (44260.5, "not a day"),
        (float("nan"), "not a day"),
        (datetime(2021, 3, 5, 8, 30), "not a day"),  # noqa: DTZ001 - the same
        ("去年春天", "not a day"),
        (date(2023, 1, 1), "lies after today"),
        ("1021-03-05", "lies before 1949"),
    ],
)
def test_what_is_no_one_day_is_refused_by_name(written: Any, reason: str) -> None:
    with pytest.raises(NotValueError) as refused:
        day(written, TODAY, EXCEL_DAY_ZERO)
    assert reason in refused.value.said.en


@pytest.mark.parametrize("written", [2021, 2021.0, "2021", " 2021年 ", "２０２１"])
def test_a_year_is_read(written: Any) -> None:
    assert year(written, TODAY) == 2021


@pytest.mark.parametrize("written", ["21", "2023", 1948, "二〇二一", "", None, 2021.5, "²⁰²¹"])
def test_what_is_no_year_until_today_is_refused(written: Any) -> None:
    with pytest.raises(NotValueError, match="no year of 1949 to 2022"):
        year(written, TODAY)


def test_words_are_kept_as_they_stand_but_for_the_blanks_around_them() -> None:
    assert words(" 财农〔2021〕1号　") == "财农〔2021〕1号"
    assert words(101) == "101"
    assert words(101.0) == "101"
    assert words(None) == ""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (date(2021, 3, 15), "the cell is a day"),
        ("样" * 201, "at most 200"),
        ("两\n行", "cannot be stored"),
        ("a\x00b", "cannot be stored"),
        ("\ud800", "cannot be stored"),
        (True, "not words"),
        ("付[[h-7:户主某]]", "sealed in no import"),
    ],
)
def test_words_that_cannot_be_kept_are_refused(written: Any, reason: str) -> None:
    with pytest.raises(NotValueError, match=reason):
        words(written)


def test_a_unit_is_known_or_refused() -> None:
    assert (unit("万元"), unit("YUAN"), unit("")) == ("wan", "yuan", "")
    with pytest.raises(NotValueError, match="no such unit"):
        unit("亿元")
