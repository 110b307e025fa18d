"""From a submitted form to the request, forgiving how things are written; all that is wrong is said at once."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from console.forms.answers import Answers, read_answers, written_value
from console.forms.faults import FieldError, FormError
from console.forms.shapes import Field, fields_of
from domain.errors import BadInputError
from domain.requests import AnyRequest, from_body, name_of
from domain.sealed import each_text, with_marks

R = TypeVar("R", bound=AnyRequest)
_WHERE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")
UNKNOWN_MAX = 20  # Fields that a form says it does not know; more are a flood.


def parsed(request_type: type[R], data: Mapping[str, list[str]]) -> R:
    """Return the request that a submitted form is; names in `[[h-7:NAME]]` stay as they are, to be sealed at the door.

    *data* holds each field's values by its path, as `shapes.fields_of` names it; of an amount also its unit at
    `<path>.unit`. Names that begin with `_` are the page's own. A row that says nothing is left out.

    Raises:
        FormError: If it is none, with every field that is wrong.
    """
    answers = Answers(data)
    values = read_answers(fields_of(request_type), answers)
    errors = [*answers.errors, *_unknown(answers.unread())]
    if errors:
        raise FormError(errors)
    request = request_type(**values)
    return _checked(request, answers)


def _unknown(names: Iterable[str]) -> list[FieldError]:
    return [
        FieldError(name[:80], "本表没有这一项", "this form has no such field") for name in list(names)[:UNKNOWN_MAX]
    ]


def _checked(request: R, answers: Answers) -> R:
    """Return a request after the domain's own checks, which a name that is still to be sealed must not fail."""
    plain = msgspec.to_builtins(request)
    bare = each_text(plain, lambda _, text: with_marks(text, lambda reference, _name: reference))
    try:
        checked = from_body(msgspec.json.encode(bare).decode())
    except BadInputError as e:
        raise FormError([_of_domain(e, fields_of(type(request)), answers)]) from e
    assert name_of(type(checked)) == name_of(type(request))
    return request if bare != plain else checked  # type: ignore[return-value]  # of the same kind, since its tag is


def _of_domain(error: BadInputError, fields: tuple[Field, ...], answers: Answers) -> FieldError:
    """Return what the domain says, at the field that it names, else at the form as a whole."""
    reason = str(error.numbers["reason"])
    found = _WHERE.search(reason)
    path = answers.path_of(found["path"]) if found else _path_of(str(error.numbers["place"]), fields)
    zh, _, en = _WHERE.sub("", reason).partition(" / ")
    return FieldError(path, zh if en else f"不符合要求：{zh}", en or zh)


def _path_of(name: str, fields: tuple[Field, ...]) -> str:
    every = [*fields, *(inner for field in fields for inner in field.fields)]
    return next((field.path.replace("*", "0") for field in every if field.name == name), "")


def filled(request: AnyRequest) -> dict[str, list[str]]:
    """Return a request as the data of its form, of which `parsed` makes the same request again."""
    data: dict[str, list[str]] = {}
    _fill(fields_of(type(request)), request, data)
    return data


def _fill(fields: tuple[Field, ...], of: Any, data: dict[str, list[str]], row: int = 0) -> None:
    for field in (one.at(row) for one in fields):
        value = getattr(of, field.name)
        if field.widget == "rows":
            for number, one in enumerate(value or ()):
                _fill(field.fields, one, data, number)
        elif field.widget == "group":
            if value is not None:
                _fill(field.fields, value, data)
        else:
            data.update(written_value(field, value))
        if field.nullable and field.widget in ("rows", "list", "papers") and value is not None:
            data[f"{field.path}.given"] = ["yes"]
