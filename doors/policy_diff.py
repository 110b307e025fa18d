"""What differs between two policies: rule by rule in the field's words, each side with the line that it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from domain.policy import Policy, Profile
from domain.policy.base import Model, Rule
from domain.policy.deadline import Deadline
from doors.policy_phrases import colon, key, origin, title, value
from doors.policy_text import SAID_ELSEWHERE, details, heading, holds_rules
from doors.texts import t

# Lists whose order is a rule of its own.
_IN_ORDER = frozenset({"levels", "approvals", "gates", "steps", "rungs"})
_REST = ("source", "reading", "office")
# What is written in both languages, each pair under the word for it.
_PAIRS = {"": ("名称", "name"), "regime_": ("资金口径", "fund regime"), "proposal_": ("建议", "proposal")}


@dataclass(frozen=True)
class Side:
    """What one policy says: as text, as data, and the rule whose line it rests on."""

    text: str
    value: Any
    rule: Rule | None

    def line(self) -> str:
        """Return the text with its source line, where that is not in it yet."""
        where = origin(self.rule) if self.rule else ""
        return self.text if where in self.text else f"{self.text} {where}"

    def data(self) -> dict[str, Any]:
        """Return the side as JSON has it."""
        return {"value": self.value, "text": self.text, **{name: getattr(self.rule, name, None) for name in _REST}}


@dataclass(frozen=True)
class Difference:
    """One thing on which two policies differ: its keys, the words for them, and the sides; None states no rule."""

    keys: tuple[str, ...]
    words: tuple[str, ...]
    a: Side | None
    b: Side | None


@dataclass(frozen=True)
class _Half:
    """What one policy holds at a place, and the rule that it rests on."""

    profile: Profile
    raw: Any
    rule: Rule | None = None

    def inside(self, name: str) -> "_Half":
        """Return what the key *name* holds; nothing where there is no rule."""
        raw = getattr(self.raw, name) if isinstance(self.raw, Model) else None
        return _Half(self.profile, raw, raw if isinstance(raw, Rule) else self.rule)

    def items(self) -> dict[str, "_Half"]:
        """Return the rules of a list by their ids, or by their numbers where they have none."""
        rules = [rule for rule in self.raw or () if isinstance(rule, Model)]
        named = {str(getattr(rule, "id", n)): rule for n, rule in enumerate(rules, 1)}
        return {name: _Half(self.profile, rule, _rule_of(rule) or self.rule) for name, rule in named.items()}

    def side(self, name: str, model: type[Model]) -> Side | None:
        """Return what is said under the key *name* of a *model*."""
        if self.raw in (None, ()):
            return None
        text = value(self.profile, name, model.model_fields[name], self.raw)
        return Side(text, _plain(self.raw), self.rule)

    def whole(self) -> Side | None:
        """Return a rule as one line; the rules inside it have lines of their own."""
        if not isinstance(self.raw, Model):
            return None
        said = t("；", "; ").join(part for part in (title(self.raw), *details(self.profile, self.raw)) if part)
        return Side(said or t("有规定", "there is a rule"), _plain(self.raw), self.rule)

    def rest(self) -> Side:
        """Return where a rule comes from, as something to be compared itself."""
        return Side(origin(self.rule) if self.rule else "", None, self.rule)


class _Comparison:
    """Walks through two profiles side by side."""

    def __init__(self, a: Profile, b: Profile) -> None:
        # Each county's text has its own lines: which one a rule rests on tells apart only two texts of one county.
        self._sources = a.county.id == b.county.id

    def rule(self, keys: tuple[str, ...], words: tuple[str, ...], a: _Half, b: _Half) -> Iterator[Difference]:
        """Yield what differs between two rules, of which one may be missing, and in the rules inside them."""
        both = isinstance(a.raw, Model) and isinstance(b.raw, Model)
        if both:
            yield from self._names(keys, words, a, b)
        else:
            yield Difference(keys, words, a.whole(), b.whole())
        model = type(a.raw if isinstance(a.raw, Model) else b.raw)
        for name in model.model_fields:
            if name not in SAID_ELSEWHERE and name not in _REST:
                inner = (*keys, name), (*words, key(name)), a.inside(name), b.inside(name)
                yield from self._key(*inner, model, plain=both)

    def _key(
        self,
        keys: tuple[str, ...],
        words: tuple[str, ...],
        a: _Half,
        b: _Half,
        model: type[Model],
        *,
        plain: bool,
    ) -> Iterator[Difference]:
        either = (a.raw, b.raw)
        if any(isinstance(raw, Deadline) for raw in either):
            if self._said(a.raw) != self._said(b.raw):
                yield Difference(keys, words, a.side(keys[-1], model), b.side(keys[-1], model))
        elif any(isinstance(raw, Model) for raw in either):
            yield from self.rule(keys, words, a, b)
        elif any(holds_rules(raw) for raw in either):
            yield from self._list(keys, words, a, b)
        elif plain and a.raw != b.raw:
            yield Difference(keys, words, a.side(keys[-1], model), b.side(keys[-1], model))

    def _list(self, keys: tuple[str, ...], words: tuple[str, ...], a: _Half, b: _Half) -> Iterator[Difference]:
        of_a, of_b = a.items(), b.items()
        if keys[-1] in _IN_ORDER and of_a and of_b and list(of_a) != list(of_b):
            yield Difference(keys, (*words, t("先后", "order")), _order(of_a), _order(of_b))
        for name in dict.fromkeys((*of_a, *of_b)):
            one = of_a.get(name, _Half(a.profile, None)), of_b.get(name, _Half(b.profile, None))
            called = next((title(half.raw) for half in one if half.raw is not None), "") or name
            yield from self.rule((*keys, name), (*words, called), *one)

    def _names(self, keys: tuple[str, ...], words: tuple[str, ...], a: _Half, b: _Half) -> Iterator[Difference]:
        for prefix, word in _PAIRS.items():
            one, two = (tuple(getattr(half.raw, f"{prefix}{of}", None) for of in ("zh", "en")) for half in (a, b))
            if one != two:
                yield Difference((*keys, f"{prefix}zh"), (*words, t(*word)), _pair(one, a.rule), _pair(two, b.rule))
        if self._sources and isinstance(a.raw, Rule) and _rests(a.raw) != _rests(b.raw):
            yield Difference((*keys, "source"), (*words, t("出处", "source")), a.rest(), b.rest())

    def _said(self, rule: Deadline | None) -> Any:
        return rule and rule.model_dump(exclude=set() if self._sources else set(_REST))


def differences(a: Profile, b: Profile) -> list[Difference]:
    """Return what differs, in the order of the profile."""
    return list(_Comparison(a, b).rule((), (), _Half(a, a), _Half(b, b)))


def diff_text(a: Policy, b: Policy) -> Iterator[str]:
    """Yield what differs as lines, part by part."""
    found = differences(a.profile, b.profile)
    yield from (f"{side} {heading(of.profile)} · sha256 {of.digest}" for side, of in (("A", a), ("B", b)))
    if not found:
        yield t("没有差别：规定相同", "no difference: the same rules")
        return
    yield t(f"{len(found)} 处不同", f"differences: {len(found)}")
    for _, part in groupby(found, key=lambda one: one.keys[0]):
        in_part = list(part)
        yield f"\n## {in_part[0].words[0]}"
        for one in in_part:
            yield f"- {' › '.join(one.words[1:] or one.words)}"
            # Two ids or two English names may have one Chinese name.
            alike = one.a and one.b and one.a.text == one.b.text
            yield f"  A{colon()}{_line(one.a, exactly=bool(alike))}"
            yield f"  B{colon()}{_line(one.b, exactly=bool(alike))}"


def diff_data(a: Policy, b: Policy) -> dict[str, Any]:
    """Return what differs as JSON has it: a side of null states no rule."""
    found = differences(a.profile, b.profile)
    parts = [
        {
            "part": part,
            "name": key(part),
            "differences": [
                {
                    "key": ".".join(one.keys),
                    "words": list(one.words),
                    "a": one.a.data() if one.a else None,
                    "b": one.b.data() if one.b else None,
                }
                for one in of_part
            ],
        }
        for part, of_part in groupby(found, key=lambda one: one.keys[0])
    ]
    return {"a": _head(a), "b": _head(b), "same": not found, "count": len(found), "parts": parts}


def _head(policy: Policy) -> dict[str, Any]:
    county = policy.profile.county
    return {
        "county": county.id,
        "version": policy.profile.version,
        "sample": county.sample,
        "digest": policy.digest,
    }


def _line(side: Side | None, *, exactly: bool) -> str:
    if side is None:
        return t("未规定", "no rule stated")
    return f"{side.line()} = {side.value}" if exactly and side.value is not None else side.line()


def _rule_of(raw: object) -> Rule | None:
    return raw if isinstance(raw, Rule) else None


def _rests(rule: Rule) -> tuple[str | None, ...]:
    return rule.source, rule.reading, rule.office


def _order(items: dict[str, _Half]) -> Side:
    names = [title(half.raw) or name for name, half in items.items()]
    return Side(" → ".join(names), list(items), None)


def _pair(pair: tuple[str | None, ...], rule: Rule | None) -> Side | None:
    zh, en = pair
    return Side(t(zh, en or zh), {"zh": zh, "en": en}, rule) if zh else None


def _plain(raw: Any) -> Any:
    match raw:
        case Model():
            return raw.model_dump(mode="json", exclude_none=True)
        case tuple():
            return [_plain(item) for item in raw]
        case date():
            return raw.isoformat()
    return raw
