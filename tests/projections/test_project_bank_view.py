"""The project bank: what entered, by which tests, what it was told apart from, and what became of the entry."""

from datetime import date

from projections.project_bank_read import Entry, entries
from tests.projections.conftest import Told
from tests.projections.long_story import on
from tests.story import WAN, day


def entry(told: Told, no: str) -> Entry:
    """One entry of the story."""
    [found] = entries(told.engine, project=f"sample/project/{no}")
    return found


def test_an_entry_says_where_it_is_for_which_years_and_at_what_estimate(told: Told) -> None:
    s01, s03 = entry(told, "S01"), entry(told, "S03")
    assert (s01.name, s01.township, s01.village, s01.listed_on) == (
        "样例·食用菌大棚",
        "样例甲乡",
        "样例一村",
        day(3, 10),
    )
    assert (s01.first_year, s01.last_year, s01.entered_year) == (2023, 2024, 2023)
    assert (s03.estimate_fen, s03.entered_year, s03.use) == (55 * WAN, 2024, "infrastructure")


def test_the_entry_tests_say_what_was_found(told: Told) -> None:
    tests = entry(told, "S01").tests
    assert [(test.test, test.check, test.status, test.blocks) for test in tests] == [
        ("reviews", "machine", "met", True),
        ("linkage", "machine", "met", True),
    ]
    assert {test.tested_on for test in tests} == {day(3, 10)}


def test_what_looked_alike_is_named_with_the_reason_why_it_is_another(told: Told) -> None:
    [alike] = entry(told, "S04").alike
    assert (alike.other, alike.name, alike.reason) == ("S03", "样例·蓄水池", "样例：在村西，不在村东")
    assert alike.told_on == on(3, 19)
    assert entry(told, "S03").alike == ()


def test_changes_of_an_entry_stand_in_their_order(told: Told) -> None:
    s03 = entry(told, "S03")
    assert [(one.what, one.occurred_on, one.reason) for one in s03.changes] == [
        ("listed", on(3, 8), ""),
        ("estimate", on(3, 11), "样例：优化线路"),
        ("removed", on(3, 12), "样例：暂缓"),
        ("taken up", on(3, 18), "样例：重新列入"),
    ]
    estimate = s03.changes[1]
    assert (estimate.before_fen, estimate.budget_fen, estimate.post) == (60 * WAN, 55 * WAN, "rrb")
    assert s03.removed_on is None


def test_a_confirmed_entry_counts_its_years_anew(told: Told) -> None:
    s03, s04 = entry(told, "S03"), entry(told, "S04")
    assert (s03.confirmed_year, s03.listed_until(2), s03.listed_until(None)) == (0, 2025, None)
    assert (s04.entered_year, s04.confirmed_year, s04.listed_until(2)) == (2024, 2025, 2026)
    assert [(one.what, one.year, one.reason) for one in s04.changes][1:] == [("confirmed", 2025, "样例：仍需建设")]


def test_an_entry_stands_by_what_came_of_it() -> None:
    waits = {"project": "x/project/A", "county": "x", "project_no": "A", "planned": False, "closed": False}
    blank = dict.fromkeys(Entry.__dataclass_fields__, "")

    def stands(until: int | None, year: int, **said: object) -> str:
        return Entry(**{**blank, **waits, "removed_on": None, **said}).state(until, year)  # type: ignore[arg-type]

    assert [stands(until, 2025) for until in (None, 2025, 2024)] == ["listed", "listed", "lapsed"]
    assert stands(2024, 2025, removed_on=date(2024, 3, 1)) == "removed"
    assert stands(2024, 2025, planned=True, removed_on=date(2024, 3, 1)) == "planned"
    assert stands(2024, 2025, planned=True, closed=True) == "closed"


def test_entries_are_found_by_county_place_and_class(told: Told) -> None:
    assert [one.project_no for one in entries(told.engine, "sample")] == ["S01", "S02", "S03", "S04"]
    assert [one.project_no for one in entries(told.engine, use="infrastructure")] == ["S03", "S04"]
    assert entries(told.engine, "elsewhere") == []
    assert entries(told.engine, township="别处") == []
