"""TOML: a list of `[[row]]` tables whose keys are the columns' ids; amounts are read as they are written."""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.testimony_facts import ROWS_MAX
from imports.faults import Fault, NotReadableError, Said
from imports.table import Line, Table, Unreadable, Value, without_empty

ROW = "row"
INT_BITS_MAX = 64


def read_toml(name: str, content: bytes) -> Table:
    """Return the table in a TOML file; a row's place is its number among the rows.

    Raises:
        NotReadableError: If it is no TOML, or has no rows.
    """
    data = _data(name, content)
    rows = data.get(ROW)
    if set(data) != {ROW} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotReadableError(name, Said(f"须只有 [[{ROW}]] 各表", f"there must be [[{ROW}]] tables and nothing else"))
    if len(rows) > ROWS_MAX:
        said = Said(f"{len(rows)} 行，最多 {ROWS_MAX} 行", f"{len(rows)} rows, at most {ROWS_MAX}; divide the file")
        raise NotReadableError(name, said)
    keys = tuple(dict.fromkeys(key for row in rows for key in row))
    faults: list[Fault] = []
    lines = [
        Line(number, tuple(_value(name, number, key, row.get(key), faults) for key in keys))
        for number, row in enumerate(rows, start=1)
    ]
    full, skipped = without_empty(lines)
    return Table(name, keys, keys, full, tuple(faults), skipped)


def _data(name: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as e:
        raise NotReadableError(name, Said(f"不是 UTF-8（第 {e.start} 字节）", f"not UTF-8 at byte {e.start}")) from e
    except (ValueError, ArithmeticError, RecursionError) as e:
        raise NotReadableError(name, Said(f"不是合法的 TOML：{e}", f"not TOML: {e}")) from e


def _value(name: str, row: int, key: str, value: Any, faults: list[Fault]) -> Value:
    match value:
        case bool():
            pass
        case datetime() if value.tzinfo is not None:
            pass
        case int() if value.bit_length() > INT_BITS_MAX:  # Too long even to be told.
            value = "…"
        case None | str() | int() | Decimal() | date():
            return value
    faults.append(Fault(name, row, key, "", Said(f"{value} 不能作为一格的内容", f"{value} is nothing for a cell")))
    return Unreadable.CELL
