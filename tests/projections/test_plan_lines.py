"""The plans' lines: what each gives or takes, how far its plan is, and what became of its money."""

import pytest

from projections.plan_lines_read import PlanLine, plan_lines, plans
from tests.projections.conftest import Told
from tests.projections.long_story import on
from tests.story import WAN, day


def of(told: Told, plan_no: str) -> list[PlanLine]:
    """The lines of a plan."""
    return plan_lines(told.engine, plan=f"sample/plan/{plan_no}")


def test_a_line_says_portion_project_amount_version_and_since_when_it_is_in_force(told: Told) -> None:
    first, second = of(told, "P1")
    assert (first.version, first.corrections, first.stage) == (2, 0, "released")
    assert (first.drafted_on, first.in_force_on) == (day(3, 21), day(3, 29))
    assert (first.fund_no, first.pool, first.project_no, first.amount_fen) == ("F1", "integrated", "S01", 188 * WAN)
    assert (second.fund_no, second.amount_fen, second.number) == ("F2", 80 * WAN, 2)
    assert {line.change for line in (first, second)} == {""}


def test_a_line_knows_what_of_it_is_released_claimed_and_paid(told: Told) -> None:
    money = [(line.released_fen, line.claimed_fen, line.paid_fen) for line in of(told, "P1")]
    assert money == [(188 * WAN, 90 * WAN, 90 * WAN), (80 * WAN, 43_456_781, 43_456_781)]
    assert [(line.claimed_fen, line.paid_fen) for line in of(told, "P5") if not line.cut] == [
        (7 * WAN, 0),
        (3 * WAN, 0),
    ]


def test_an_adjustment_moves_drops_and_adds(told: Told) -> None:
    moved, added, cut = of(told, "P5")
    assert (moved.project_no, moved.change, moved.cut) == ("S03", "move", False)
    assert (added.fund_no, added.change) == ("F3", "add")
    assert (cut.project_no, cut.change, cut.cut, cut.amount_fen, cut.allotted_fen) == ("S02", "move", True, 20 * WAN, 0)
    [dropped] = of(told, "P4")
    assert (dropped.change, dropped.amount_fen, dropped.reason) == ("drop", 5 * WAN, "样例：调整")


def test_what_was_cut_of_a_line_is_told_with_it(told: Told) -> None:
    [p2] = of(told, "P2")
    # A later plan took 20 wan, a settlement 3.
    assert (p2.amount_fen, p2.allotted_fen, p2.released_fen, p2.cut_fen) == (50 * WAN, 27 * WAN, 27 * WAN, 23 * WAN)
    [p3] = of(told, "P3")
    assert (p3.amount_fen, p3.allotted_fen, p3.cut_fen) == (30 * WAN, 25 * WAN, 5 * WAN)  # Before it arrived.


def test_a_corrected_plan_has_the_lines_that_it_says_now_and_no_money_before_it_is_in_force(told: Told) -> None:
    [line] = of(told, "P6")
    assert (line.corrections, line.amount_fen, line.stage, line.in_force_on) == (1, 6 * WAN, "withdrawn", None)
    assert (line.allotted_fen, line.released_fen, line.cut_fen) == (0, 0, 0)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"county": "sample", "in_force": True}, ["P1", "P1", "P2", "P3", "P4", "P5", "P5", "P5"]),
        ({"year": 2023}, ["P1", "P1"]),
        ({"project_no": "S02", "cut": False}, ["P2", "P3"]),
        ({"fund_no": "F4"}, ["P3", "P4"]),
        ({"county": "elsewhere"}, []),
    ],
)
def test_lines_are_found_by_year_fund_and_project(told: Told, asked: dict[str, object], found: list[str]) -> None:
    assert [line.plan_no for line in plan_lines(told.engine, **asked)] == found  # type: ignore[arg-type]


def test_a_plan_sums_its_lines_and_its_cuts(told: Told) -> None:
    found = {plan.plan_no: plan for plan in plans(told.engine, "sample")}
    p5 = found["P5"]
    assert (p5.lines, p5.amount_fen, p5.cuts_fen, p5.allotted_fen, p5.claimed_fen) == (
        3,
        30 * WAN,
        20 * WAN,
        30 * WAN,
        10 * WAN,
    )
    assert (p5.adjusts, found["P1"].adjusts, p5.in_force_on) == (True, False, on(4, 1))
    assert found["P1"].paid_fen == 90 * WAN + 43_456_781
