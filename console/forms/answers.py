"""What was filled in, read field by field: each value as its type, or an error beside it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from console.forms.characters import BLANKS, half_width, seen_text
from console.forms.days import read_day, read_moment, written_moment
from console.forms.faults import FieldError, UnreadError
from console.forms.money import UNITS, YUAN, read_amount, written
from console.forms.shapes import NO, ROWS_MAX, YES, Field
from domain.money import wan
from domain.request import says_something
from domain.sealed import with_marks

_HAS_UNIT = re.compile(r"[元万亿¥]|yuan|wan|rmb|cny", re.IGNORECASE)


class Answers:
    """A submitted form while it is read: which fields were asked for, what was wrong, which row stood where."""

    def __init__(self, data: Mapping[str, list[str]]) -> None:
        self.data = data
        self.errors: list[FieldError] = []
        self.rows: dict[str, list[int]] = {}
        self._read: set[str] = set()

    def wrong(self, path: str, zh: str, en: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append(FieldError(path, zh, en))

    def all(self, path: str) -> list[str]:
        """Return every value of a field."""
        self._read.add(path)
        return list(self.data.get(path, ()))

    def one(self, path: str) -> str:
        """Return the one value of a field, "" where there is none.

        Raises:
            UnreadError: If there are several.
        """
        values = self.all(path)
        if len(values) > 1:
            raise UnreadError("这一项填了不止一次", "this was filled in more than once")
        return values[0] if values else ""

    def says(self, path: str) -> bool:
        """Tell whether anything stands in a field that a person could mean."""
        return any(value.strip(BLANKS) for value in self.all(path))

    def unread(self) -> Iterator[str]:
        """Yield the names that no field asked for, but those that are the page's own."""
        return (name for name in self.data if name not in self._read and not name.startswith("_"))

    def numbers(self, path: str) -> list[int]:
        """Return the numbers of the rows of a field, in order; a row's number need not follow the one before."""
        within = re.compile(rf"{re.escape(path)}\.(0|[1-9][0-9]{{0,5}})\.")
        found = {int(at[1]) for name in self.data if (at := within.match(name))}
        return sorted(found)

    def path_of(self, place: str) -> str:
        """Return the path of a place such as `lines[1].pool` in a request: by the number that its row has here."""
        head, bracket, rest = place.partition("[")
        number, _, tail = rest.partition("]")
        if not bracket:
            return place
        rows = self.rows.get(head, [])
        if number.isdecimal() and int(number) < len(rows):
            return f"{head}.{rows[int(number)]}{tail}"
        return head


def read_answers(fields: tuple[Field, ...], answers: Answers) -> dict[str, Any]:
    """Return the values of fields by name; of one that is wrong none, and what is wrong with it is noted."""
    values = {}
    for field in fields:
        try:
            values[field.name] = _READERS.get(field.widget, _single)(field, answers)
        except UnreadError as e:
            answers.wrong(field.path, e.zh, e.en)
            values[field.name] = None
    return values


def _single(field: Field, answers: Answers) -> Any:
    beside = _beside(field, answers)
    said, unit = answers.one(field.path), answers.one(beside) if beside.endswith(".unit") else ""
    if not (said.strip(BLANKS) if "\0" in said else says_something(said)):
        return _nothing(field)
    if unit and unit not in UNITS:
        raise UnreadError("金额单位只能是元或万元", "an amount is in yuan or wan")
    return _value(field, said, unit)


def _beside(field: Field, answers: Answers) -> str:
    """Return what is sent beside a field: an amount's unit, or a file, which was taken before this form is read."""
    own = {"money": "unit", "quantity": "unit", "paper": "file", "papers": "file"}.get(field.widget)
    if own is None:
        return ""
    answers.all(f"{field.path}.{own}")
    return f"{field.path}.{own}"


def _nothing(field: Field) -> Any:
    if field.required:
        raise UnreadError(*_ask_for(field))
    if field.name == "seen" or field.default is None:
        return None if field.nullable else field.default or ""
    return field.default


def _ask_for(field: Field) -> tuple[str, str]:
    zh, en = field.label
    return {
        "paper": (f"请选择或上传{zh}", f"choose or upload: {en}"),
        "choice": (f"请选择{zh}", f"choose: {en}"),
        "yesno": (f"请选择{zh}", f"choose: {en}"),
    }.get(field.widget, (f"请填写{zh}", f"fill in: {en}"))


def _value(field: Field, said: str, unit: str) -> Any:
    match field.widget:
        case "money":
            return _within(field, read_amount(said, unit or YUAN))
        case "quantity":
            is_money = unit or _HAS_UNIT.search(half_width(said))
            return read_amount(said, unit or YUAN) if is_money else _within(field, _whole(said))
        case "number":
            return _within(field, _whole(said))
        case "day":
            return read_day(said)
        case "moment":
            return read_moment(said)
        case "choice" if said not in (option.value for option in field.options):
            raise UnreadError("请在所列各项中选择", "choose one of those that are listed")
        case "choice":
            return said
        case "hidden" if field.least is not None:
            return _within(field, _whole(said))
        case _:
            return _text(field, said)


def _whole(said: str) -> int:
    plain = half_width(said).replace(",", "") if re.fullmatch(r"[^,]{1,3}(,[^,]{3})+", half_width(said)) else said
    plain = half_width(plain)
    if re.fullmatch(r"[-−–—][0-9]+", plain):
        raise UnreadError("不能为负数", "a number cannot be below 0")
    if not re.fullmatch(r"[0-9]{1,18}", plain):
        short = plain[:40]
        raise UnreadError(
            f"“{short}”不是整数，请只写数字，如 12", f"“{short}” is not a whole number: write digits only"
        )
    return int(plain)


def _within(field: Field, number: int) -> int:
    least, most = field.least or 0, field.most
    shown = wan if field.widget == "money" else str
    zh, en = ("万元", " 万元") if field.widget == "money" else ("", "")
    if number < least:
        if field.widget == "money":
            raise UnreadError("金额应大于 0", "the amount must be above 0")
        raise UnreadError(f"至少为 {least}", f"at least {least}")
    if most is not None and number > most:
        raise UnreadError(f"最多为 {shown(most)}{zh}", f"at most {shown(most)}{en}")
    return number


def _text(field: Field, said: str) -> str:
    if len(said) > 4 * field.longest:  # Before anything looks at each character.
        raise _too_long(field, len(said))
    plain = seen_text(said, many_lines=field.widget in ("text", "hidden"))
    if len(plain) > field.longest:
        raise _too_long(field, len(plain))
    bare = with_marks(plain, lambda reference, _: reference)  # A name that is still to be sealed becomes its reference.
    if not field.pattern or re.search(field.pattern, bare):
        return plain
    if re.search(field.pattern, plain.lower()) and "0-9a-f" in field.pattern:
        return plain.lower()
    raise UnreadError(*_pattern_words(field))


def _too_long(field: Field, length: int) -> UnreadError:
    most = field.longest
    return UnreadError(
        f"共 {length} 个字符，最多 {most} 个，请缩短或作为附件上传",
        f"{length} characters, {most} at most: shorten it, or attach it as a paper",
    )


def _pattern_words(field: Field) -> tuple[str, str]:
    if field.widget == "paper":
        return "请从本案附件中选择，或上传文件", "choose one of the case's papers, or upload a file"
    return {
        "household": (
            "编号由字母、数字、点、横线组成，最多 40 位，不能是姓名",
            "a number of letters, digits, dots and dashes, 40 at most; no name",
        ),
        "public_key": ("公钥为 64 位十六进制数", "a public key is 64 hexadecimal digits"),
        "paper": (
            "附件种类不能有空格、斜线和 #，最多 60 字；多份写作“种类#2”",
            "no blanks, slashes or #, 60 characters at most; a second one is written KIND#2",
        ),
        "step": ("环节名不能有空格和斜线，最多 200 字", "no blanks or slashes, 200 characters at most"),
    }.get(field.name, ("应为摘要的十六进制数（最多 64 位）", "the hexadecimal digits of a digest, 64 at most"))


def _yes_no(field: Field, answers: Answers) -> bool:
    said = half_width(answers.one(field.path)).lower()
    if not said:
        if field.required:
            raise UnreadError(*_ask_for(field))
        return bool(field.default)
    if said not in (YES, NO):
        raise UnreadError("请在所列各项中选择", "choose one of those that are listed")
    return said == YES


def _list(field: Field, answers: Answers) -> tuple[str, ...] | None:
    said = answers.all(field.path)
    _beside(field, answers)
    given = _given(field, answers)
    if len(said) > ROWS_MAX:
        raise _too_many(len(said))
    values = tuple(_text(field, value) for value in said if value.strip(BLANKS))
    if not values and field.required:
        raise UnreadError(*_ask_for(field))
    return values if values or given or not field.nullable else None


def _given(field: Field, answers: Answers) -> bool:
    return field.nullable and answers.one(f"{field.path}.given") == YES


def _too_many(number: int) -> UnreadError:
    return UnreadError(
        f"共 {number} 行，一次最多 {ROWS_MAX} 行，请分次办理",
        f"{number} rows, {ROWS_MAX} at most: hand them in by parts",
    )


def _rows(field: Field, answers: Answers) -> tuple[Any, ...] | None:
    numbers = answers.numbers(field.path)
    given = _given(field, answers)
    said = [number for number in numbers if _says(field, answers, number)]
    if len(said) > ROWS_MAX:
        for number in said:  # Known, though nothing of them is read.
            _says(field, answers, number)
        raise _too_many(len(said))
    answers.rows[field.name] = said
    made = [read_answers(tuple(one.at(number) for one in field.fields), answers) for number in said]
    if len(made) < (field.least or 0):
        raise UnreadError(f"请至少填写一行{field.label[0]}", f"fill in at least one row: {field.label[1]}")
    assert field.struct is not None
    rows = tuple(field.struct(**values) for values in made)
    return rows if rows or given or not field.nullable else None


def _says(field: Field, answers: Answers, number: int) -> bool:
    """Tell whether a row says anything: an amount's unit alone, which is always chosen, says nothing."""
    inner = [one.at(number) for one in field.fields]
    for one in inner:
        _beside(one, answers)
    said = [answers.says(one.path) for one in inner]  # Each is asked for, so that all are known.
    return any(said)


def _group(field: Field, answers: Answers) -> Any:
    assert field.struct is not None
    if not _says(field, answers, 0):
        return _nothing(field)
    return field.struct(**read_answers(field.fields, answers))


_READERS = {
    "yesno": _yes_no,
    "tick": _yes_no,
    "list": _list,
    "papers": _list,
    "rows": _rows,
    "group": _group,
}


def written_value(field: Field, value: Any) -> dict[str, list[str]]:
    """Return a value as the data of its field: nothing where it is what an empty field stands for."""
    if value is None or (field.widget == "tick" and value is False):
        return {}
    match field.widget:
        case "money":
            return {field.path: [written(value)], f"{field.path}.unit": [YUAN]}
        case "yesno" | "tick":
            return {field.path: [YES if value else NO]}
        case "moment":
            return {field.path: [written_moment(value)]}
        case "list" | "papers":
            return {field.path: list(value)}
        case _:
            return {field.path: [str(value)]}
