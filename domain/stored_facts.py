"""Stored facts read again: each by the name that it is stored under, in its newest shape."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.errors import UnreadableFactError
from domain.log_reading import Stored
from domain.registry import READERS, stored_name


def read_fact(name: str, state: bytes, place: str) -> Any:
    """Return the fact stored under *name*, upcast to its newest shape.

    Raises:
        UnreadableFactError: If this build does not know the name or cannot read the content.
    """
    if name not in READERS:
        raise UnreadableFactError(place=place, reason=f"{name} is not known to this build")
    try:
        fact = READERS[name].decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise UnreadableFactError(place=place, reason=f"{name}: {e}") from e
    while hasattr(fact, "upcast"):
        fact = fact.upcast()
    return fact


def fact_at(stream: str, version: int, name: str, state: bytes) -> Any:
    """Return the fact stored under *name*, in its newest shape; its place is put into words only if that fails.

    Raises:
        UnreadableFactError: If this build does not know the name or cannot read the content.
    """
    try:
        fact = READERS[name].decode(state)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
        return read_fact(name, state, f"{stream}#{version}")  # Which tells what is wrong with it.
    while hasattr(fact, "upcast"):
        fact = fact.upcast()
    return fact


def in_order(stream: str, stored: Iterable[Stored]) -> Iterator[tuple[int, Any]]:
    """Yield the version and the fact of each of the *stored* of one stream, and keep none.

    Raises:
        UnreadableFactError: If this build does not know a name or cannot read a content.
    """
    for version, name, state in stored:
        yield version, fact_at(stream, version, name, state)


def canonical(fact: Any) -> Mapping[str, Any]:
    """Return a fact as plain data with every moment cut to its business day: the same in every run of a seed."""
    plain: Mapping[str, Any] = {"fact": stored_name(type(fact)), **_plain(fact)}
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        # How far a sample's clock is shifted depends on the day on which it is run, and says nothing of the year.
        names = [n for n in value.__struct_fields__ if n != "shift_s"]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
