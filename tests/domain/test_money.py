from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import fen_of_wan, part_bp, percent, share, wan

amounts = st.integers(-(10**17), 10**17)


@pytest.mark.parametrize(
    ("amount_fen", "printed"),
    [
        (0, "0.00"),
        (1, "0.000001"),
        (100, "0.0001"),
        (10_000, "0.01"),
        (1_000_000, "1.00"),
        (128_293_240_000, "128,293.24"),
        (49_469_123_456, "49,469.123456"),
        (-1_500_000, "-1.50"),
    ],
)
def test_fen_are_printed_in_wan_to_the_last_place(amount_fen: int, printed: str) -> None:
    assert wan(amount_fen) == printed
    assert fen_of_wan(printed) == amount_fen


@given(amounts)
def test_printed_amount_is_read_back_to_the_fen(amount_fen: int) -> None:
    assert fen_of_wan(wan(amount_fen)) == amount_fen


@pytest.mark.parametrize("text", ["0.0000001", "1.23456789", "0.00000050"])
def test_part_of_a_fen_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number of fen"):
        fen_of_wan(text)


@pytest.mark.parametrize("text", ["", "abc", "1,2.3.4", "NaN", "Infinity", "一万"])
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="万元"):
        fen_of_wan(text)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (9_336_251, 9_499_547, "98.28%"),
        (2_859_165, 3_329_777, "85.87%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (12_345, 1_000_000, "1.23%"),
        (5, 100_000, "0.01%"),
        (0, 7, "0.00%"),
        (7, 7, "100.00%"),
    ],
)
def test_share_is_rounded_half_up_to_two_places(part: int, whole: int, printed: str) -> None:
    assert percent(part, whole) == printed


def test_share_of_nothing_is_no_figure() -> None:
    assert percent(0, 0) is None
    assert percent(5, 0) is None


@pytest.mark.parametrize(
    ("amount_fen", "basis_points", "held"),
    [(180_000_000, 300, 5_400_000), (50, 100, 1), (49, 100, 0), (1, 5_000, 1), (0, 300, 0), (7, 10_000, 7)],
)
def test_basis_points_of_an_amount_round_half_up(amount_fen: int, basis_points: int, held: int) -> None:
    assert share(amount_fen, basis_points) == held


@given(st.integers(0, 10**17), st.integers(0, 10_000))
def test_share_is_within_half_a_fen_of_exact(amount_fen: int, basis_points: int) -> None:
    exact = Decimal(amount_fen) * basis_points / 10_000
    assert -Decimal("0.5") < share(amount_fen, basis_points) - exact <= Decimal("0.5")
    assert 0 <= share(amount_fen, basis_points) <= amount_fen


@pytest.mark.parametrize(("part", "whole", "points"), [(1, 3, 3333), (2, 3, 6667), (199_999, 200_000, 10_000)])
def test_a_share_in_basis_points_is_rounded_as_the_same_share_in_percent(part: int, whole: int, points: int) -> None:
    assert part_bp(part, whole) == points
    assert percent(part, whole) == f"{points // 100}.{points % 100:02}%"
    assert part_bp(part, 0) is None
