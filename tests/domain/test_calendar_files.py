from pathlib import Path

import pytest

from activities.calendars import load_calendars
from domain.calendar_files import parse_calendar
from domain.errors import BadInputError

FOLDER = Path(__file__).parents[2] / "policies" / "calendars"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")}
NOTICE = 'notice = { number = "国办发明电〔2021〕11号", issued = 2021-10-25 }'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "端午节"', 'name = "假"', "2022.toml: holiday: 2022 lacks 端午节"),
        (
            "first = 2022-06-03",
            "frist = 2022-06-03",
            "2022.toml: holiday.4.frist: Extra inputs are not permitted",
        ),
        ("last = 2022-06-05", "last = 2022-06-01", "2022-06-01 is before the first day, 2022-06-03"),
        ("last = 2022-06-05", "last = 2021-06-05", "holiday.4.last: 2021-06-05 is not within 2021-12-29"),
        ("last = 2022-06-05", 'last = "5 June"', "2022.toml: holiday.4.last: Input should be a valid date"),
        ("2022-04-24, ", "2022-04-25, ", "2022-04-25 is no weekend day"),
        ("2022-10-08, ", "2022-10-02, ", "2022-10-02 is in 国庆节 and again in 国庆节"),
        ("last = 2022-01-03", "last = 2022-01-31", "2022-01-31 is in 元旦 and again in 春节"),
        ('revision = "2021-10-25"', 'revision = "first"', "2022.toml: revision: String should match"),
        ("year = 2022", "year = 2021", "holiday.0.first: 2022-01-01 is not within 2020-12-29 to 2021-12-31"),
        ("year = 2022", "year = ", "2022.toml: Invalid value"),
        (NOTICE, "notice = 11", "2022.toml: notice: Input should be a valid dictionary"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(old: str, new: str, message: str) -> None:
    assert old in TEXTS["2022.toml"]
    with pytest.raises(BadInputError) as caught:
        parse_calendar(TEXTS | {"2022.toml": TEXTS["2022.toml"].replace(old, new)})
    assert message in str(caught.value)


def test_a_year_given_twice_is_refused() -> None:
    with pytest.raises(BadInputError, match="2022 is given by two files"):
        parse_calendar({"2022.toml": TEXTS["2022.toml"], "2022-copy.toml": TEXTS["2022.toml"]})


def test_a_year_left_out_between_two_is_refused() -> None:
    with pytest.raises(BadInputError, match="2023 is missing between 2022 and 2024"):
        parse_calendar({name: text for name, text in TEXTS.items() if name != "2023.toml"})


def test_the_notice_may_be_unknown() -> None:
    text = TEXTS["2022.toml"].replace(NOTICE, "")
    assert parse_calendar({"2022.toml": text}).notices == ()


def test_a_correction_gives_a_later_revision() -> None:
    text = TEXTS["2022.toml"].replace('revision = "2021-10-25"', 'revision = "2026-01-05.2"')
    assert parse_calendar(TEXTS | {"2022.toml": text}).revision == "2021-2026/2026-01-05.2"


def test_no_file_is_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no calendar file"):
        load_calendars(tmp_path)
    with pytest.raises(BadInputError, match="no year is given"):
        parse_calendar({})


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "2022.toml").write_bytes("元旦".encode("gbk"))
    with pytest.raises(BadInputError, match=r"2022\.toml: .*utf-8"):
        load_calendars(tmp_path)
