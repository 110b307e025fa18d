"""From a request's shape to the fields of its form: one field of a form for each of the struct's, generically."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from msgspec import inspect

from console.forms.labels import ANSWERS, VALUES, Both, help_for, label
from domain.request import SEEN
from domain.requests import NUMBER_MAX, name_of
from doors.words import KINDS, PARTIES

TEXT_MAX, ROWS_MAX = 4000, 200
BODY_MAX = 100_000  # Characters of a request that stands in another one.
_LONG = frozenset(
    {"absent", "answer", "deviation", "evidence", "ground", "handling", "mode", "note", "opinion", "proposal"}
    | {"question", "reason", "said", "target", "words"}
)
# Texts that the domain lets stand empty, though their shape asks for them: what a county has no word for.
MAY_BE_BLANK = frozenset({"village", "township", "use", "tier"})
# A training may be for posts alone.
MAY_BE_EMPTY = frozenset({"levels"})
# Known to the page, and not for a person to write.
_HIDDEN = frozenset({"seen", "size_bytes", "media_type"})
_HIDDEN_OF = frozenset(
    {("emergency.open/1", "decision"), ("emergency.second-key/1", "decision"), ("outbox.export/1", "digest")}
)
_PAPERS = frozenset({"record", "digest", "list_digest"})
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Choice:
    """A value that may be chosen, and what it is called, in both languages."""

    value: str
    label: Both


@dataclass(frozen=True)
class Field:
    """A field of a form.

    *path* is its name in the submitted form: of a row's field with `*` for the row's number, as `lines.*.pool`.
    *widget* is one of: line, text (many lines), number, quantity, money, day, moment, yesno (two radio buttons), tick
    (a box), choice, paper, papers, list (texts), rows, group, hidden. *least*, *most*: of a number, or how many there
    must be of a list. *whole*: where leaving it out and leaving it empty differ, a tick at `<path>.given` tells them
    apart. *fields* are of a row or a group, *struct* its type. *beside*: it may be filled in, and is not asked for now.
    """

    name: str
    path: str
    widget: str
    required: bool
    label: Both
    help: Both = ("", "")
    options: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    struct: type | None = None
    default: Any = None
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    longest: int = TEXT_MAX
    nullable: bool = False
    folded: bool = False
    beside: bool = False

    def at(self, row: int) -> "Field":
        """Return the field of one row."""
        return replace(self, path=self.path.replace("*", str(row)))


def fields_of(request_type: type) -> tuple[Field, ...]:
    """Return the fields of a request's form, in the order of its struct; when it happened and what shows it last."""
    return _fields_of(request_type)


@cache
def _fields_of(request_type: type) -> tuple[Field, ...]:
    info: Any = inspect.type_info(request_type)
    request = name_of(request_type)
    fields = [_field(request, part, "", "") for part in info.fields]
    general = [one for one in fields if one.folded or one.name == "seen"]
    return tuple([one for one in fields if one not in general] + general)


def _field(request: str, part: Any, prefix: str, rows: str) -> Field:
    name, kind, nullable = part.name, part.type, False
    if isinstance(kind, inspect.UnionType):
        (kind,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
        nullable = True
    made = Field(
        name=name,
        path=f"{prefix}{name}",
        widget="line",
        required=part.required,
        label=label(request, name, rows),
        help=help_for(request, name, rows),
        default=None if part.required else part.default,
        nullable=nullable,
        folded=not rows and name in ("occurred_on", "evidence"),
    )
    return _shaped(request, made, kind)


def _shaped(request: str, field: Field, kind: Any) -> Field:
    match kind:
        case inspect.StrType():
            return _text(request, field, kind)
        case inspect.IntType():
            return _number(field, kind)
        case inspect.BoolType():
            yes, no = ANSWERS.get(field.name, (("是", "yes"), ("否", "no")))
            return replace(
                field, widget="yesno" if field.required else "tick", options=(Choice(YES, yes), Choice(NO, no))
            )
        case inspect.DateType():
            return replace(field, widget="day")
        case inspect.DateTimeType():
            return replace(field, widget="moment")
        case inspect.LiteralType():
            options = tuple(Choice(str(value), _value(str(value))) for value in _in_order(field.name, kind.values))
            return replace(field, widget="choice", options=options)
        case inspect.VarTupleType():
            return _several(request, field, kind)
        case inspect.StructType():
            return replace(
                field, widget="group", struct=kind.cls, fields=_inner(request, kind, f"{field.path}.", field)
            )
    raise TypeError(f"{request} {field.path}: no form for {kind}")


def _in_order(name: str, values: Any) -> list[Any]:
    order = list(PARTIES) if name == "of" else []
    return sorted(values, key=lambda value: (order.index(value) if value in order else 0, value))


def _value(value: str) -> Both:
    return VALUES.get(value) or KINDS.get(value) or PARTIES[value]


def _text(request: str, field: Field, kind: Any) -> Field:
    pattern = "" if kind.pattern in (None, SEEN) else str(kind.pattern)
    required = field.required and field.name not in MAY_BE_BLANK
    widget, longest = "text" if field.name in _LONG else "line", TEXT_MAX
    if field.name in _HIDDEN or (request, field.name) in _HIDDEN_OF:
        widget, longest = "hidden", BODY_MAX
    elif field.name in _PAPERS or field.name == "replaces":
        widget = "paper"
    return replace(field, widget=widget, pattern=pattern, required=required, longest=longest)


def _number(field: Field, kind: Any) -> Field:
    widget = "money" if field.name.endswith("_fen") else "quantity" if field.name == "quantity" else "number"
    least = max(kind.ge if kind.ge is not None else 0, 0)
    most = min(kind.le if kind.le is not None else NUMBER_MAX, NUMBER_MAX)
    return replace(field, widget="hidden" if field.name in _HIDDEN else widget, least=least, most=most)


def _several(request: str, field: Field, kind: Any) -> Field:
    item, most = kind.item_type, ROWS_MAX
    field = replace(field, required=field.required and field.name not in MAY_BE_EMPTY)
    field = replace(field, least=kind.min_length or int(field.required), most=most)
    if isinstance(item, inspect.StructType):
        inner = _inner(request, item, f"{field.path}.*.", field)
        return replace(field, widget="rows", struct=item.cls, fields=inner)
    return replace(field, widget="papers" if field.name == "vouchers" else "list")


def _inner(request: str, kind: Any, prefix: str, outer: Field) -> tuple[Field, ...]:
    return tuple(_field(request, part, prefix, outer.name) for part in kind.fields)
