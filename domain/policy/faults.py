"""What is wrong in a policy file, all at once, each fault with its line, its key and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from domain.errors import BadInputError
from domain.policy.base import Breach, Loc
from domain.policy.shapes import model_at

_WHAT_A_KEY_IS_FOR = {
    "denominator": ("占比要求必须有分母", "a ratio needs a denominator"),
    "numerator": ("占比要求必须有分子", "a ratio needs a numerator"),
    "source": ("每条规则都要注明出处", "every rule names its source"),
}
_KINDS = {
    "int_type": ("整数", "a whole number"),
    "string_type": ("加引号的文字", "a text in quotes"),
    "bool_type": ("true 或 false", "true or false"),
    "date_type": ("日期", "a date"),
    "tuple_type": ("方括号中的列表", "a list in brackets"),
    "model_type": ("一个表", "a table"),
    "model_attributes_type": ("一个表", "a table"),
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file."""

    file: str
    line: int
    key: str
    zh: str
    en: str

    def text(self, language: str) -> str:
        """Return the fault as one line."""
        key = f" {self.key}:" if self.key else ""
        return f"{self.file}:{self.line}:{key} {self.zh if language.startswith('zh') else self.en}"


class PolicyError(BadInputError):
    """A policy file that cannot be used, with everything that is wrong in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__(self.faults[0].file, f"{len(self.faults)} faults")

    def text(self, language: str) -> str:
        """Return all faults, a line each."""
        return "\n".join(fault.text(language) for fault in self.faults)


def spelled(loc: Loc) -> str:
    """Return a location as people count: `claims.gates.2` is the second gate."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def breaches_in(model: type[BaseModel], details: ErrorDetails) -> tuple[Breach, ...]:
    """Return what pydantic found, with locations and in both languages."""
    loc, context = details["loc"], details.get("ctx", {})
    if details["type"] == "breaches":
        return tuple(Breach((*loc, *at), zh, en) for at, zh, en in context["breaches"])
    return (Breach(loc, *_said(model, details, context)),)


def nearest(word: str, known: Iterable[str]) -> tuple[str, str]:
    """Return a suggestion in both languages, or nothing."""
    if match := get_close_matches(word, list(known), n=1):
        return f"；是不是 {match[0]!r}？", f"; did you mean {match[0]!r}?"
    return "", ""


def _said(model: type[BaseModel], details: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    loc, value = details["loc"], details["input"]
    match details["type"]:
        case "missing":
            zh, en = _WHAT_A_KEY_IS_FOR.get(str(loc[-1]), ("必须填写", "it must be there"))
            said = f"缺少：{zh}", f"is missing: {en}"
        case "extra_forbidden":
            owner = model_at(model, loc[:-1])
            zh, en = nearest(str(loc[-1]), owner.model_fields if owner else ())
            said = f"未知的键{zh}", f"unknown key{en}"
        case "literal_error":
            said = _not_one_of(value, context["expected"].replace(" or ", ", "))
        case "greater_than_equal":
            said = f"{value} 小于 {context['ge']}", f"{value} is not at least {context['ge']}"
        case "less_than_equal":
            said = f"{value} 大于 {context['le']}", f"{value} is not at most {context['le']}"
        case "string_too_short":
            said = "不能为空", "must not be empty"
        case "string_pattern_mismatch":
            said = f"{value!r} 不符合 {context['pattern']}", f"{value!r} does not match {context['pattern']}"
        case kind if kind in _KINDS:
            zh, en = _KINDS[kind]
            said = f"{value!r} 不是{zh}", f"{value!r} is not {en}"
        case _:
            said = details["msg"], details["msg"]
    return said


def _not_one_of(value: object, expected: str) -> tuple[str, str]:
    zh, en = nearest(str(value), expected.replace("'", "").split(", "))
    return f"{value!r} 不在 {expected} 之中{zh}", f"{value!r} is not one of {expected}{en}"
