"""One change of a key: another value that the policy's own checks let through, else the key taken out."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, get_args, get_origin

from domain.policy import PolicyError, parse
from domain.policy.shapes import refers_to
from tests.spec.keys import Key, PolicyText, literal

_SHORT = 40


class Change(NamedTuple):
    """What was done to a key, and the policy's text with it."""

    how: str
    text: str


def change_of(policy: PolicyText, key: Key) -> Change | None:
    """Return a change of a key, or None where the policy's own checks refuse every one."""
    return next((change for change in _tries(policy, key) if _is_allowed(change.text)), None)


def others(data: dict[str, Any], key: Key) -> Iterator[Any]:
    """Yield other values of a key, of the same kind."""
    match key.value:
        case bool():
            yield not key.value
        case int():
            yield key.value + 1
        case date():
            yield key.value + timedelta(days=1)
        case list() if key.value:
            yield key.value[:-1]
        case str():
            yield from _other_texts(data, key)


def _tries(policy: PolicyText, key: Key) -> Iterator[Change]:
    for value in others(policy.data, key):
        yield Change(f"{_short(key.value)} → {_short(value)}", policy.having(key.at, value))
    if isinstance(key.at[-1], int) or not key.field.is_required():
        yield Change("removed", policy.without(key.at))


def _other_texts(data: dict[str, Any], key: Key) -> Iterator[str]:
    allowed = _ids(data, to) if (to := refers_to(key.field)) else _literals(key.field.annotation)
    if allowed:
        yield from (text for text in allowed if text != key.value)
    else:
        yield f"{key.value}_2" if key.value.isascii() else f"{key.value}（改）"


def _ids(data: dict[str, Any], name: str) -> list[str]:
    found: Any = data
    for part in name.split("."):
        found = found.get(part, [])
    return [item["id"] for item in found]


def _literals(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [value for value in get_args(annotation) if isinstance(value, str)]
    return [value for part in get_args(annotation) for value in _literals(part)]


def _is_allowed(text: str) -> bool:
    try:
        parse(text, "")
    except PolicyError:
        return False
    return True


def _short(value: Any) -> str:
    text = literal(value)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
