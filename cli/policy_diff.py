"""What differs between two policies: rule by rule in the field's words, each side with the line that it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cli.policy_phrases import key, origin, title, value
from cli.policy_text import SAID_ELSEWHERE, details, heading, holds_rules
from cli.texts import t
from domain.policy import Policy, Profile
from domain.policy.base import Model, Rule
from domain.policy.deadline import Deadline

# Lists whose order is a rule of its own.
_IN_ORDER = frozenset({"levels", "approvals", "gates", "steps", "rungs"})
_REST = ("source", "reading", "office")
_NAMES = {"": "name", "regime_": "regime", "proposal_": "proposal"}


@dataclass(frozen=True)
class Side:
    """What one policy says: as text, as data, and the rule with the line that it rests on."""

    text: str
    value: Any
    rule: Rule | None

    def line(self) -> str:
        """Return the text with its source line, where that is not in it yet."""
        where = origin(self.rule) if self.rule else ""
        return self.text if where in self.text else f"{self.text} {where}"

    def data(self) -> dict[str, Any]:
        """Return the side as JSON has it."""
        rests = {name: getattr(self.rule, name) for name in _REST} if self.rule else dict.fromkeys(_REST)
        return {"value": self.value, "text": self.text, **rests}


@dataclass(frozen=True)
class Difference:
    """One key on which two policies differ. A side of None states no rule."""

    key: tuple[str, ...]
    words: tuple[str, ...]
    a: Side | None
    b: Side | None


@dataclass(frozen=True)
class _Half:
    """One policy's part of what is compared: a value, and the rule around it."""

    profile: Profile
    raw: Any
    rule: Rule | None

    def inside(self, name: str) -> "_Half":
        """Return what the key *name* holds, nothing where there is no rule."""
        if not isinstance(self.raw, Model):
            return _Half(self.profile, None, self.rule)
        rule = self.raw if isinstance(self.raw, Rule) else self.rule
        return _Half(self.profile, getattr(self.raw, name), rule)

    def item(self, at: str) -> "_Half":
        return _Half(self.profile, _items(self.raw).get(at), self.rule)

    def side(self, name: str, around: type[Model]) -> Side | None:
        """Return what is said under *name*, a field of *around*."""
        if self.raw is None or self.raw == ():
            return None
        rule = self.raw if isinstance(self.raw, Rule) else self.rule
        return Side(value(self.profile, name, around.model_fields[name], self.raw), _plain(self.raw), rule)

    def whole(self) -> Side | None:
        """Return a rule as one line; the rules inside it have lines of their own."""
        if not isinstance(self.raw, Model):
            return None
        said = t("；", "; ").join(part for part in (title(self.raw), *details(self.profile, self.raw)) if part)
        rule = self.raw if isinstance(self.raw, Rule) else self.rule
        return Side(said or t("有规定", "there is a rule"), _plain(self.raw), rule)


@dataclass(frozen=True)
class _Place:
    """Where in a policy: as keys and as words."""

    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def to(self, name: str, words: str) -> "_Place":
        return _Place((*self.keys, name), (*self.words, words))


def differences(a: Profile, b: Profile) -> Iterator[Difference]:
    """Yield what differs, in the order of the profile.

    Each county's text has lines of its own: which line a rule rests on is a difference only within one county.
    """
    yield from _rule(_Place(), _Half(a, a, None), _Half(b, b, None), sources=a.county.id == b.county.id)


def _rule(at: _Place, a: _Half, b: _Half, *, sources: bool) -> Iterator[Difference]:
    if not isinstance(a.raw, Model) or not isinstance(b.raw, Model):
        yield Difference(at.keys, at.words, a.whole(), b.whole())
    else:
        yield from _said_of_itself(at, a, b, sources=sources)
    model = type(a.raw if isinstance(a.raw, Model) else b.raw)
    for name in model.model_fields:
        if name not in SAID_ELSEWHERE and name not in _REST:
            yield from _key(at.to(name, key(name)), model, a.inside(name), b.inside(name), sources=sources)


def _key(at: _Place, model: type[Model], a: _Half, b: _Half, *, sources: bool) -> Iterator[Difference]:
    name = at.keys[-1]
    if isinstance(a.raw, Deadline) or isinstance(b.raw, Deadline):
        if _said(a.raw, sources=sources) != _said(b.raw, sources=sources):
            yield Difference(at.keys, at.words, a.side(name, model), b.side(name, model))
    elif isinstance(a.raw, Model) or isinstance(b.raw, Model):
        yield from _rule(at, a, b, sources=sources)
    elif holds_rules(a.raw) or holds_rules(b.raw):
        yield from _list(at, a, b, sources=sources)
    elif a.raw != b.raw and isinstance(around_a := a.rule or b.rule, Rule | None):
        yield from _plain_key(at, model, a, b, alone=around_a is None and len(at.keys) > 1)


def _plain_key(at: _Place, model: type[Model], a: _Half, b: _Half, *, alone: bool) -> Iterator[Difference]:
    del alone
    yield Difference(at.keys, at.words, a.side(at.keys[-1], model), b.side(at.keys[-1], model))
