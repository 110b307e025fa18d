"""Writes the golden sample of each stored fact that has none yet: `python -m tests.facts.add`.

What is there stays as it is: it is what stores in the field hold.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from domain.registry import DECIDERS, stored_name

FOLDER = Path(__file__).parent


def sample_file(name: str) -> Path:
    """Return where the golden sample of a stored name lies."""
    return FOLDER / f"{name.replace('/', '.')}.json"


def facts() -> Iterator[tuple[str, type]]:
    """Yield every fact that this build stores, by its stored name."""
    for decider in DECIDERS:
        for fact in decider.facts:
            yield stored_name(fact), fact


def filled(kind: Any, field: str) -> Any:
    """Return a value of a type, with every field filled, also those that have a default."""
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            return cls(**{f.name: filled(f.type, f.name) for f in fields})
        case inspect.UnionType(types=types):
            return filled(next(t for t in types if not isinstance(t, inspect.NoneType)), field)
        case inspect.VarTupleType(item_type=item):
            return (filled(item, field),)
        case inspect.TupleType(item_types=items):
            return tuple(filled(item, field) for item in items)
        case inspect.DictType(key_type=key, value_type=value):
            return {filled(key, field): filled(value, field)}
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.BoolType():
            # Not the default, which would be left out.
            return field not in ("separate_duties", "approve")
        case inspect.IntType():
            return 12_345_678_901 if field.endswith("_fen") else 3
        case inspect.FloatType():
            return -3600.5
        case inspect.DateType():
            return date(2022, 3, 10)
        case inspect.DateTimeType():
            return datetime(2022, 3, 10, 12, 30, tzinfo=timezone(timedelta(hours=8)))
        case inspect.StrType():
            return f"样例 {field}"
    raise NotImplementedError(kind)


def main() -> None:
    """Write what is missing."""
    for name, fact in facts():
        file = sample_file(name)
        if not file.exists():
            file.write_bytes(msgspec.json.encode(filled(inspect.type_info(fact), "")))


if __name__ == "__main__":
    main()
