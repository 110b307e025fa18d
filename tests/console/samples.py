"""A request of every type with something in each field, as a call says it and as a form does."""

from collections.abc import Iterator
from typing import Any

from console.forms.shapes import Field, fields_of
from domain.requests import name_of

DIGEST = "0123456789abcdef" * 4


def plain_of(request_type: type) -> dict[str, Any]:
    """Return a request as a call has it."""
    wanted = [one for one in fields_of(request_type) if not one.nullable and one.name != "seen"]
    return {"type": name_of(request_type), **{one.name: _plain(one) for one in wanted}}


def _plain(field: Field) -> Any:
    match field.widget:
        case "rows":
            return [{one.name: _plain(one) for one in field.fields if not one.nullable}]
        case "group":
            return {one.name: _plain(one) for one in field.fields if not one.nullable}
        case "list" | "papers":
            return [DIGEST if field.widget == "papers" else "样例"]
        case "yesno" | "tick":
            return True
        case "money" | "number" | "quantity":
            return max(field.least or 0, 1)
        case "hidden" if field.least is not None:
            return 1
        case "day":
            return "2022-06-01"
        case "moment":
            return "2022-06-01T09:00:00+08:00"
        case "choice":
            return field.options[0].value
        case "paper":
            return DIGEST
    return DIGEST if field.pattern else "样例"


def form_of(request_type: type) -> dict[str, str]:
    """Return a request as its form has it, by the paths of its fields."""
    return dict(_form(fields_of(request_type)))


def _form(fields: tuple[Field, ...]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if field.widget in ("rows", "group"):
            yield from _form(tuple(one.at(0) for one in field.fields))
            continue
        plain = _plain(field)
        said = "yes" if plain is True else str(plain[0] if isinstance(plain, list) else plain)
        yield field.path, said if field.name != "seen" else ""
