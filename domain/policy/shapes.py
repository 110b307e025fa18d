"""The profile's shape, read from its models: which model stands where, which ids refer to which list."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.policy.base import Loc, Model, Refers

Raw = dict[str, Any]


def model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """Return the model whose table stands at *loc*."""
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = field and model_in(field)
        if not inner:
            return None
        model = inner
    return model


def model_in(field: FieldInfo) -> type[Model] | None:
    """Return the model that *field* holds, alone or in a list."""
    for part in _parts(field.annotation):
        if isinstance(part, type) and issubclass(part, Model):
            return part
    return None


def refers_to(field: FieldInfo) -> str | None:
    """Return the list that *field*'s ids refer to."""
    for part in (*field.metadata, *_parts(field.annotation)):
        if isinstance(part, Refers):
            return part.to
    return None


def walk(model: type[BaseModel], raw: object, at: Loc = ()) -> Iterator[tuple[Loc, FieldInfo, Any]]:
    """Yield every key that is set, as far as *raw* has the model's shape; the rest is reported elsewhere."""
    if not isinstance(raw, dict):
        return
    for name, field in model.model_fields.items():
        if name not in raw:
            continue
        yield (*at, name), field, raw[name]
        if inner := model_in(field):
            value = raw[name]
            if isinstance(value, tuple | list):
                for n, item in enumerate(value):
                    yield from walk(inner, item, (*at, name, n))
            else:
                yield from walk(inner, value, (*at, name))


def tables(raw: object, key: str) -> tuple[Raw, ...]:
    """Return the tables in the list *key* of *raw*; none where it is no list."""
    items = raw.get(key) if isinstance(raw, dict) else None
    return tuple(item for item in items if isinstance(item, dict)) if isinstance(items, tuple) else ()


def value_at(raw: object, loc: Loc) -> object:
    """Return what stands at *loc*, or None."""
    for part in loc:
        if isinstance(raw, dict):
            raw = raw.get(str(part))
        else:
            raw = raw[part] if isinstance(raw, tuple) and isinstance(part, int) and part < len(raw) else None
    return raw


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _parts(part)
