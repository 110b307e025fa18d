"""Amounts as people write them, in 元 or 万元, to whole fen: exact, or refused with words."""

import re

from console.forms.characters import half_width
from console.forms.faults import UnreadError
from domain.money import FEN_PER_WAN, wan, yuan
from domain.requests import NUMBER_MAX
from doors.texts import t

YUAN, WAN = "yuan", "wan"
UNITS = (YUAN, WAN)
_LONGEST = 60  # Characters: no amount has more.
# How many places of a unit are a fen.
_PLACES = {"元": 2, "万": 6, "亿": 10, YUAN: 2, WAN: 6}
_AMOUNT = re.compile(
    r"(?:¥|RMB|CNY|人民币)? *(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+|(?=\.))(?:\.(?P<part>[0-9]+))?"
    r" *(?:(?P<unit>[万亿]|元|yuan|wan)元?整?)?",
    re.IGNORECASE,
)


def read_amount(text: str, unit: str = YUAN) -> int:
    """Return the fen of an amount such as `125,000.00`, `12.5万元` or `¥１２５０００`; without a unit it is in *unit*.

    Raises:
        UnreadError: If it is none, not a whole number of fen, below 0, or more than any county has.
    """
    plain = half_width(text)
    found = _AMOUNT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise _unread(plain)
    places = _PLACES[(found["unit"] or unit).lower()]
    whole, part = re.sub("[, ]", "", found["whole"]), (found["part"] or "").rstrip("0")
    if len(part) > places:
        raise UnreadError(
            f"“{_short(plain)}”不足一分：金额精确到分，请写到分为止",
            f"“{_short(plain)}” is not a whole number of fen: write it to the fen, no further",
        )
    fen = int((whole or "0") + part.ljust(places, "0"))
    if fen > NUMBER_MAX:
        raise UnreadError(
            f"金额过大：最多 {wan(NUMBER_MAX)} 万元", f"too large: {wan(NUMBER_MAX)} 万元 (10,000 yuan) at most"
        )
    return fen


def _unread(plain: str) -> UnreadError:
    short = _short(plain)
    if re.match(r"(?:¥ *)?[-−–—(]", plain):
        return UnreadError("金额不能为负数", "an amount cannot be below 0")
    if re.fullmatch(r"[0-9.,]+e[-+]?[0-9]+.*", plain, re.IGNORECASE):
        return UnreadError(
            f"“{short}”是科学记数法，请写出全部数字，如 125000 或 12.5 万元",
            f"“{short}” has an exponent: write all the digits, such as 125000",
        )
    if "," in plain and re.fullmatch(r"[0-9,]+(?:\.[0-9]*)?\D*", plain):
        return UnreadError(
            f"“{short}”的分节号不在千位上，请写成 125,000.00 或 125000",
            f"the commas of “{short}” do not stand at the thousands: write 125,000.00 or 125000",
        )
    return UnreadError(
        f"“{short}”不是金额，请写成 125,000.00、125000 元或 12.5 万元",
        f"“{short}” is not an amount: write 125,000.00 or 12.5万元",
    )


def _short(plain: str) -> str:
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def both(fen: int) -> str:
    """Return an amount in both units, such as `125,000.00 元 = 12.5 万元`."""
    in_wan = f"{fen // FEN_PER_WAN:,}" if fen % FEN_PER_WAN == 0 else wan(fen).rstrip("0")
    return t(f"{yuan(fen):,} 元 = {in_wan} 万元", f"{yuan(fen):,} yuan = {in_wan} × 10,000 yuan (万元)")


def written(fen: int) -> str:
    """Return an amount in yuan as a field holds it: `125000.00`."""
    return f"{yuan(fen)}"
