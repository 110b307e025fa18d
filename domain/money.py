"""Money in whole fen (分), and how people read it."""

from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN
BASIS_POINTS = 10_000


def wan(amount_fen: int) -> str:
    """Return *amount_fen* in 万元, with all the places it needs and at least two: exact, never rounded."""
    whole = f"{Decimal(amount_fen) / FEN_PER_WAN:,.6f}"
    head, _, places = whole.partition(".")
    return f"{head}.{places.rstrip('0').ljust(2, '0')}"


def yuan(amount_fen: int) -> Decimal:
    """Return *amount_fen* in yuan, exact."""
    return (Decimal(amount_fen) / FEN_PER_YUAN).quantize(Decimal("0.01"))


def fen_of_wan(text: str) -> int:
    """Return the fen of a printed amount in 万元 such as `35,658.94`.

    Raises:
        ValueError: If the amount is not a whole number of fen.
    """
    try:
        fen = Decimal(text.replace(",", "").strip()) * FEN_PER_WAN
        if fen == fen.to_integral_value():
            return int(fen)
    except ArithmeticError as e:
        raise ValueError(f"{text!r} is not an amount in 万元") from e
    raise ValueError(f"{text} 万元 is not a whole number of fen")


def percent(part_fen: int, whole_fen: int) -> str | None:
    """Return a share in percent, rounded half up to two places (reading A-07), or None of nothing."""
    if whole_fen == 0:
        return None
    share = Decimal(part_fen) * 100 / Decimal(whole_fen)
    return f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def part_bp(part_fen: int, whole_fen: int) -> int | None:
    """Return a share in basis points, rounded half up as `percent` is, or None of nothing."""
    return None if whole_fen == 0 else (part_fen * BASIS_POINTS * 2 + whole_fen) // (2 * whole_fen)


def share(amount_fen: int, basis_points: int) -> int:
    """Return *basis_points* of *amount_fen* in whole fen, half up."""
    return (amount_fen * basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)
