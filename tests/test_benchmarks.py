"""How figures are judged, and that a copied year is a year of another county. Nothing here is measured."""

from collections.abc import Callable

import msgspec
import pytest

from benchmarks.__main__ import verdict
from benchmarks.lag import lags_ms
from benchmarks.replay import FLOOR as REPLAY
from benchmarks.side_by_side import Floor, Measured, Row, Table, is_disturbed, markdown, measured, short_rows
from benchmarks.years import copied
from domain.mandate_facts import Appointed
from domain.registry import stored_name
from domain.stored_facts import read_fact
from tests.domain.given import DAY, by
from tests.places import ROOT


def figures(*values: float) -> Callable[[], float]:
    """Return a measure that brings these figures, one a round."""
    left = list(values)
    return lambda: left.pop(0)


def three_rounds(floor: Floor, unit: str = "facts/s") -> Measured:
    base, row = figures(100, 200, 100), figures(60, 100, 45)
    return measured(Table("Replay", unit, Row("by hand", base), (Row("ours", row, floor),)), rounds=3)


def test_a_floor_is_held_against_the_median_of_the_rounds_ratios() -> None:
    found = three_rounds(Floor("at least", 0.5))
    assert found.figures[1].ratios == [0.6, 0.5, 0.45]
    assert found.figures[1].ratio == 0.5
    assert short_rows([found]) == []


def test_the_check_passes_where_floors_are_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict([three_rounds(Floor("at least", 0.5))]) == 0
    assert "every floor is reached" in capsys.readouterr().out


def test_the_check_fails_and_names_the_row_where_a_floor_is_out_of_reach(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict([three_rounds(REPLAY), three_rounds(Floor("at least", 99))]) == 1
    told = capsys.readouterr().err
    assert "Replay: ours: 0.50 (≥ 99; 3 rounds, 0.45-0.60)" in told
    assert told.count("falls short") == 1


def test_a_time_must_be_at_most_its_floor() -> None:
    assert short_rows([three_rounds(Floor("at most", 0.5), "ms")]) == []
    assert len(short_rows([three_rounds(Floor("at most", 0.49), "ms")])) == 1


def test_only_rows_with_a_floor_are_measured_for_a_check() -> None:
    def never() -> float:
        raise AssertionError

    rows = (Row("ours", figures(1, 1), REPLAY), Row("the library's", never))
    found = measured(Table("Replay", "facts/s", Row("by hand", figures(1, 1)), rows), rounds=2, floors_only=True)
    assert [row.name for row in found.figures] == ["by hand", "ours"]


def test_a_round_that_was_disturbed_is_measured_once_more() -> None:
    # In the second round something else kept the machine busy.
    base, row = figures(100, 30, 100, 100), figures(70, 1, 70, 70)
    found = measured(Table("Replay", "facts/s", Row("by hand", base), (Row("ours", row, REPLAY),)), rounds=3)
    assert found.figures[1].ratios == [0.7, 0.7, 0.7]
    assert is_disturbed(2.1, usual=1.0, unit="ms")
    assert not is_disturbed(0.4, usual=1.0, unit="ms")


def test_a_table_shows_figures_ratios_and_floors() -> None:
    shown = markdown(three_rounds(REPLAY))
    assert "| ours | 45 | 60 | 100 | 0.45 / 0.50 / 0.60 | ≥ 0.5 |" in shown


def test_a_fact_is_seen_when_the_views_have_first_come_so_far() -> None:
    appended = {1: 10.0, 2: 10.5, 3: 11.0}
    seen = [(0, 9.0), (1, 10.25), (3, 11.5), (3, 12.0)]
    assert lags_ms(appended, seen) == [250.0, 1000.0, 500.0]


def test_a_copied_fact_is_one_of_another_county_and_can_be_read() -> None:
    fact = Appointed(by("clerk"), "sample", "li", "finance_section", "", DAY, None)
    name = stored_name(Appointed)
    ((stream, version, topic, state),) = copied([("sample/mandates", 7, name, msgspec.json.encode(fact))], "sample", 3)
    assert (stream, version, topic) == ("sample-3/mandates", 7, name)
    assert read_fact(topic, state, stream) == msgspec.structs.replace(fact, county="sample-3")


def test_the_page_says_the_rule_and_the_floors() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert "median of 5 rounds" in page
    assert "≥ 0.7" in page
    assert "≥ 0.5" in page
    assert "≤ 4" in page
