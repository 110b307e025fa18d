"""A form as a page shows it: each field with what was filled in, what is wrong with it, and what may be chosen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from console.forms.calling import called
from console.forms.days import day_words, read_day
from console.forms.faults import FieldError, UnreadError
from console.forms.labels import Both
from console.forms.money import YUAN, both, read_amount
from console.forms.offering import Options
from console.forms.shapes import Choice, Field
from domain.calendar import WorkCalendar

SPARE_ROWS = 2
BOXES_MAX = 30  # As many boxes to tick; of more there are lines to write in.


@dataclass(frozen=True)
class Shown:
    """A field as it is shown. *note*: the amount in both units, or the day's reading by the working calendar."""

    field: Field
    values: tuple[str, ...] = ()
    unit: str = ""
    errors: tuple[FieldError, ...] = ()
    options: Options | None = None
    note: str = ""
    given: bool = False
    inner: tuple["Shown", ...] = ()
    rows: tuple[tuple[int, tuple["Shown", ...]], ...] = ()
    blank: tuple["Shown", ...] = ()  # A row that the script copies.
    warning: str = ""  # What filling it in brings with it.

    @property
    def value(self) -> str:
        """Return the one value."""
        return self.values[0] if self.values else ""

    @property
    def path(self) -> str:
        """Return the name of the field in the form."""
        return self.field.path

    @property
    def element(self) -> str:
        """Return the id of its input; of an error's link too."""
        return element(self.field.path)

    @property
    def described(self) -> str:
        """Return the ids of what describes it: its help, its note, its error."""
        parts = (
            ("help", self.field.help[0]),
            ("more", self.is_cut),
            ("note", self.field.widget in ("money", "quantity", "day")),
            ("warning", self.warning),
        )
        ids = [f"{self.element}-{name}" for name, there in parts if there]
        return " ".join([*ids, *([f"{self.element}-error"] if self.errors else ())])

    @property
    def offered(self) -> tuple[Choice, ...]:
        """Return what may be chosen, with what was filled in even where it is not among it: nothing is lost."""
        choices = self.options.choices if self.options else self.field.options
        known = {choice.value for choice in choices}
        return (*choices, *(Choice(value, (value, value)) for value in self.values if value and value not in known))

    @property
    def lines(self) -> tuple[Both, ...]:
        """Return what was filled in as it stands in lines: by its name where it has one."""
        names = called(self.options) if self.options else {}
        return tuple(names.get(value, (value, value)) for value in self.values)

    @property
    def line_choices(self) -> tuple[tuple[Both, Both], ...]:
        """Return what is offered for a line: how it stands there, and what it is called."""
        names = called(self.options) if self.options else {}
        found = self.options.choices if self.options else ()
        return tuple((names.get(one.value, (one.value, one.value)), one.label) for one in found)

    @property
    def is_cut(self) -> bool:
        """Tell whether there is more to choose from than is offered, and any of it may be typed."""
        return self.options is not None and self.options.cut and not self.is_select

    @property
    def is_select(self) -> bool:
        """Tell whether one of what is offered must be chosen."""
        return self.field.widget in ("choice", "paper") or (self.options is not None and self.options.closed)

    @property
    def as_boxes(self) -> bool:
        """Tell whether a list is shown as boxes to tick."""
        return self.is_select and len(self.offered) <= BOXES_MAX

    @property
    def is_filled(self) -> bool:
        """Tell whether anything was filled in, in it or within it."""
        inner = [*self.inner, *(one for _, row in self.rows for one in row)]
        return any(self.values) or any(one.is_filled for one in inner)

    @property
    def is_wrong(self) -> bool:
        """Tell whether anything is wrong with it, or within it."""
        inner = [*self.inner, *(one for _, row in self.rows for one in row)]
        return bool(self.errors) or any(one.is_wrong for one in inner)


def element(path: str) -> str:
    """Return the id of the field at a path; of the copied row's it has an N for the number."""
    return "f-" + path.replace(".", "-").replace("*", "N")


@dataclass(frozen=True)
class Filled:
    """What a form is shown with: what was filled in, what is wrong, what may be chosen, and the days' calendar."""

    data: Mapping[str, list[str]] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    choices: Mapping[str, Options] = field(default_factory=dict)
    calendar: WorkCalendar | None = None
    today: date | None = None
    spare: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)


def shown(fields: Iterable[Field], by: Filled) -> tuple[Shown, ...]:
    """Return the fields of a form as a page shows them."""
    return tuple(_shown(one, by, one.path) for one in fields)


class Listed(NamedTuple):
    """An error in the list above a form: its field, with the row; the name that was sent where there is no field."""

    element: str
    label: Both
    words: str
    place: str


def listed(fields: Iterable[Field], errors: Iterable[FieldError]) -> tuple[Listed, ...]:
    """Return the errors as the list above the form has them."""
    known = {one.path: one for field in fields for one in (field, *field.fields)}
    return tuple(_listed(known, error) for error in errors)


def _listed(known: Mapping[str, Field], error: FieldError) -> Listed:
    head, _, rest = error.path.partition(".")
    number, _, tail = rest.partition(".")
    inner = known.get(f"{head}.*.{tail}") if number.isdecimal() else None
    if inner is not None:
        (zh, en), (of_zh, of_en), row = inner.label, known[head].label, int(number) + 1
        label = (f"{of_zh}第 {row} 行{zh}", f"{of_en}, row {row}: {en}")
        return Listed(element(error.path), label, error.words, error.path)
    field = known.get(error.path)
    if field is None:
        return Listed("", ("", ""), error.words, error.path)
    return Listed(element(error.path), field.label, error.words, error.path)


def _shown(one: Field, by: Filled, pattern: str) -> Shown:
    made = Shown(
        field=one,
        values=tuple(by.data.get(one.path, ())),
        unit=next(iter(by.data.get(f"{one.path}.unit", ())), ""),
        errors=tuple(error for error in by.errors if error.path == one.path),
        options=by.choices.get(pattern),
        note=_note(one, by),
        given=bool(by.data.get(f"{one.path}.given")),
        inner=tuple(_shown(inner, by, inner.path) for inner in one.fields) if one.widget == "group" else (),
        warning=by.warnings.get(one.path, ""),
    )
    return _with_rows(made, by) if one.widget == "rows" else made


def _with_rows(made: Shown, by: Filled) -> Shown:
    one = made.field
    within = re.compile(rf"{re.escape(one.path)}\.([0-9]{{1,6}})\.")
    found = {int(at[1]) for name in by.data if (at := within.match(name))}
    first = max(found, default=-1) + 1
    numbers = [*sorted(found), *range(first, first + by.spare.get(one.path, SPARE_ROWS))]
    rows = tuple((n, tuple(_shown(inner.at(n), by, inner.path) for inner in one.fields)) for n in numbers)
    blank = tuple(Shown(inner, options=by.choices.get(inner.path)) for inner in one.fields)
    return Shown(one, errors=made.errors, given=made.given, rows=rows, blank=blank)


def _note(one: Field, by: Filled) -> str:
    said = next(iter(by.data.get(one.path, ())), "")
    try:
        if one.widget == "money" and said:
            return both(read_amount(said, next(iter(by.data.get(f"{one.path}.unit", ())), "") or YUAN))
        if one.widget == "day" and said and by.calendar and by.today:
            return day_words(read_day(said), by.calendar, by.today)
    except (UnreadError, KeyError):  # What is wrong with it is said beside it.
        return ""
    return ""
