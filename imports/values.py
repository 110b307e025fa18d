"""Single values as people write them: amounts to the fen, days, years, words. What could mean two things is refused."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from domain.sealed import has_mark
from imports.faults import Said
from imports.table import Unreadable, Value, is_empty

AMOUNT_FEN_MAX = 10**15  # Ten trillion yuan: no county's; most likely a unit that was mistaken.
TEXT_MAX = 200
FIRST_YEAR = 1949
UNITS = {
    "分": "fen",
    "fen": "fen",
    "元": "yuan",
    "yuan": "yuan",
    "人民币元": "yuan",
    "万元": "wan",
    "万": "wan",
    "wan": "wan",
    "wan yuan": "wan",
}
_FEN = {"fen": 1, "yuan": 100, "wan": 1_000_000}
_UNIT_ZH = {"fen": "分", "yuan": "元", "wan": "万元"}
_WIDE = str.maketrans("０１２３４５６７８９．，－−–／：％（）　￥", "0123456789.,---/:%() ¥")
_WORTH = re.compile(r"¥?\s*(?P<sign>[-(+]?)\s*¥?\s*(?P<digits>[\d,]*\.?\d*)\s*(?P<unit>[^\d\s()]*)\s*\)?\Z", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?\Z", re.ASCII)
_PLAIN = re.compile(r"(\d+(\.\d*)?|\.\d+)\Z", re.ASCII)
_DAYS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?\Z"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: 0{1,2}:00(?::00)?)?\Z"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})\Z"),
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\Z"),
    re.compile(r"(\d{4})(\d{2})(\d{2})\Z"),
)
# Serials of 1954 to 2064; a year such as 2021 is not among them, nor is 20210315.
_SERIALS = range(20_000, 60_000)
_WRITTEN = range(10_000_000, 100_000_000)
_DIGITS_MAX = 40


class NotValueError(ValueError):
    """A cell that is not what its column asks for."""

    def __init__(self, zh: str, en: str) -> None:
        self.said = Said(zh, en)
        super().__init__(en)


def words(value: Value) -> str:
    """Return a cell as words; a whole number is one too, such as a document's.

    Raises:
        NotValueError: If it is something else, too long, or cannot be stored.
    """
    match value:
        case None | Unreadable():
            return ""
        case bool():
            raise NotValueError(f"{value} 不是文字", f"{value} is not words")
        case date():
            raise NotValueError(
                f"这里要文字，表格里却是日期 {value}", f"words are asked for; the cell is a day, {value}"
            )
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value).strip()
    if len(text) > TEXT_MAX:
        raise NotValueError(f"{len(text)} 个字，最多 {TEXT_MAX}", f"{len(text)} characters, at most {TEXT_MAX}")
    if not text.isprintable():
        raise NotValueError(
            f"有不能存储的字符或换行：{text!r}", f"a character that cannot be stored, or a line break: {text!r}"
        )
    if has_mark(text):
        raise NotValueError(f"姓名不在导入中封存：{text!r}", f"a name is sealed in no import: {text!r}")
    return text


def year(value: Value, today: date) -> int:
    """Return a fiscal year, such as 2021 or `2021年`.

    Raises:
        NotValueError: If it is none, or lies after *today*.
    """
    text = words(value).translate(_WIDE).removesuffix("年").strip()
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= today.year):
        reason = (
            f"{text!r} 不是 {FIRST_YEAR} 至 {today.year} 的年度",
            f"{text!r} is no year of {FIRST_YEAR} to {today.year}",
        )
        raise NotValueError(*reason)
    return int(text)


def unit(value: Value) -> str:
    """Return a unit of amounts, or nothing where nothing is said.

    Raises:
        NotValueError: If there is no such unit.
    """
    text = words(value).lower()
    if text and text not in UNITS:
        raise NotValueError(
            f"不认识的金额单位 {text!r}；可用：元、万元、分", f"no such unit: {text!r}; there are: yuan, wan, fen"
        )
    return UNITS.get(text, "")


def amount(value: Value, *units: str) -> int | None:
    """Return an amount in whole fen, or None for an empty cell; *units* are what heading and column state.

    Raises:
        NotValueError: If it is no amount, is not stated to the fen, or its unit is not stated once and for all.
    """
    if is_empty(value) or isinstance(value, Unreadable):
        return None
    number, said = _number(value)
    stated = sorted({name for name in (*units, said) if name}, key=list(_FEN).index)
    if not stated:
        raise NotValueError("没有写明单位（元、万元、分）", "its unit is not stated: yuan, wan or fen")
    if len(stated) > 1:
        zh, en = "、".join(_UNIT_ZH[name] for name in stated), ", ".join(stated)
        raise NotValueError(f"单位前后不一：{zh}", f"its unit is stated in different ways: {en}")
    return _fen(number, stated[0], value)


def day(value: Value, today: date, day_zero: datetime) -> date | None:
    """Return a stated day, or None for an empty cell.

    Raises:
        NotValueError: If it is none, has a time of day, or lies after *today*.
    """
    if is_empty(value) or isinstance(value, Unreadable):
        return None
    found = _day(value, day_zero)
    if found is None:
        reason = f"{value} 不是日期；如 2021-03-15、2021年3月15日", f"{value} is not a day; write 2021-03-15"
        raise NotValueError(*reason)
    if found > today:
        raise NotValueError(f"{found} 晚于今天 {today}", f"{found} lies after today, {today}")
    if found.year < FIRST_YEAR:
        raise NotValueError(f"{found} 早于 {FIRST_YEAR} 年", f"{found} lies before {FIRST_YEAR}")
    return found


def _number(value: Value) -> tuple[Decimal, str]:
    """Return a cell's number, and the unit that stands with it."""
    match value:
        case int() | Decimal() if not isinstance(value, bool):
            return Decimal(value), ""
        case float():
            return Decimal(repr(value)), ""  # The number that was typed, not its nearest binary one.
        case str():
            return _written(value)
    raise NotValueError(f"{value} 不是金额", f"{value} is not an amount")


def _written(value: str) -> tuple[Decimal, str]:
    text = value.translate(_WIDE).strip()
    found = _WORTH.match(text) if len(text) <= _DIGITS_MAX else None
    if found is None or not (_PLAIN.match(found["digits"]) or _THOUSANDS.match(found["digits"])):
        raise NotValueError(f"{value[:_DIGITS_MAX]!r} 不是金额", f"{value[:_DIGITS_MAX]!r} is not an amount")
    try:
        number = Decimal(found["digits"].replace(",", ""))
    except InvalidOperation as e:
        raise NotValueError(f"{value!r} 不是金额", f"{value!r} is not an amount") from e
    return (-number if found["sign"] in ("-", "(") else number), unit(found["unit"])


def _fen(number: Decimal, of_unit: str, value: Value) -> int:
    shown = str(value)[:_DIGITS_MAX]
    if not number.is_finite():
        raise NotValueError(f"{shown} 不是有限的数", f"{shown} is not a finite number")
    if number <= 0:
        reason = (
            f"{shown} 须大于零；退款、冲销不能以负数导入",
            f"{shown} must be above zero; what goes back is no negative amount",
        )
        raise NotValueError(*reason)
    if number > AMOUNT_FEN_MAX:
        raise NotValueError(f"{shown} 过大，请核对单位", f"{shown} is too large; is the unit right?")
    # Exactly: Decimal's own product would round a number with more digits than it keeps.
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # It is finite.
    fen = Fraction(number) * _FEN[of_unit] if exponent >= -_DIGITS_MAX else Fraction(1, 2)
    if fen.denominator != 1:
        raise NotValueError(f"{shown}{_UNIT_ZH[of_unit]} 不是整数分", f"{shown} {of_unit} is not a whole number of fen")
    if fen > AMOUNT_FEN_MAX:
        raise NotValueError(f"{shown} 过大，请核对单位", f"{shown} is too large; is the unit right?")
    return int(fen)


def _day(value: Value, day_zero: datetime) -> date | None:
    match value:
        case datetime():
            return value.date() if value.time() == datetime.min.time() else None
        case date():
            return value
        case bool():
            return None
        case int():
            return _counted(value, day_zero)
        case float() if value.is_integer():
            return _counted(int(value), day_zero)
        case str():
            return _spelled(value.translate(_WIDE).strip(), day_zero)
    return None


def _counted(number: int, day_zero: datetime) -> date | None:
    if number in _SERIALS:
        return (day_zero + timedelta(days=number)).date()
    return _spelled(str(number), day_zero) if number in _WRITTEN else None


def _spelled(text: str, day_zero: datetime) -> date | None:
    if text.isascii() and text.isdecimal() and len(text) == len("44270"):
        return _counted(int(text), day_zero)
    for form in _DAYS:
        if found := form.match(text):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                return None
    return None
