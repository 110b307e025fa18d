"""Who may ask for something that nobody is waited for (该谁提出): the rule that refuses every other post names its own.

The request is tried with the least that it could say and by no post at all. What is refused for what it says, and not
for who asks, tells nothing of posts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from domain.act import Act
from domain.calendar import WorkCalendar, day_of
from domain.cases import CaseId
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.ledger import Read
from domain.procedures import begun
from domain.procedures.asking import Asking, NoRuleStatedError, WrongPostError
from domain.requests import AnyRequest, from_body, name_of

_AT_LEAST = ("x", "2022", "0" * 64)  # Of these one fits whatever pattern a field has.
_SEVERAL = re.compile(r" / |, ")  # How a refusal names several posts.


@dataclass(frozen=True)
class Askers:
    """The posts that may ask, none where no rule was met that names any; or why nobody may."""

    posts: tuple[str, ...] = ()
    why_nobody: BridgefundError | None = None


def askers(
    read: Read,
    case: CaseId,
    request_type: type[AnyRequest],
    fixed: Mapping[str, Any],
    calendar: WorkCalendar,
    now: datetime,
) -> Askers:
    """Return who may ask for something of a case as it stands; *fixed* fields are said already."""
    asked = f"who may ask {name_of(request_type)}?"
    act = Act(asked, asked, "", "", "", "question", day_of(now), now)
    try:
        request = _least(request_type, fixed, now)
        next(iter(begun(Asking(act, case, read, calendar), request)), None)
    except WrongPostError as no:
        return Askers(tuple(_SEVERAL.split(str(no.numbers["needed"]))))
    except NoRuleStatedError as no:
        return Askers(why_nobody=no)
    except BadInputError as no:
        return Askers(why_nobody=no if no.numbers.get("place") == "case" else None)
    except RefusedError:
        return Askers()
    return Askers()


def _least(request_type: type[AnyRequest], fixed: Mapping[str, Any], now: datetime) -> AnyRequest:
    """Return a request that says no more than it must.

    Raises:
        BadInputError: If the least is too little.
    """
    needed = {field.name: _value(field.type, now) for field in _required(request_type)}
    body = {"type": name_of(request_type), **needed, **fixed}
    return from_body(msgspec.json.encode(body).decode())


@cache
def _required(request_type: type[AnyRequest]) -> tuple[inspect.Field, ...]:
    info: Any = inspect.type_info(request_type)
    return tuple(field for field in info.fields if field.required)


def _value(kind: Any, now: datetime) -> Any:
    match kind:
        case inspect.StrType():
            return next((text for text in _AT_LEAST if not kind.pattern or re.search(kind.pattern, text)), "")
        case inspect.IntType():
            return max(kind.ge or 0, 1)
        case inspect.BoolType():
            return True
        case inspect.DateType():
            return day_of(now)
        case inspect.DateTimeType():
            return now
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.VarTupleType():
            return [_value(kind.item_type, now)] * max(kind.min_length or 0, 1)
        case inspect.StructType():
            return {field.name: _value(field.type, now) for field in kind.fields if field.required}
        case inspect.UnionType():
            return _value(kind.types[0], now)
    return None
