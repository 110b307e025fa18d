"""An office decision (办理规定): a dated file that fills what a county's text leaves open, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from domain.policy.base import Breach, Id, Loc, Model, Text
from domain.policy.checks import cross_check
from domain.policy.faults import Fault, PolicyError, spelled
from domain.policy.lines import Lines
from domain.policy.profile import Profile
from domain.policy.reading import Check, Policy, as_data, digest_of_text, model_of, no_more, parse


class Decided(Model):
    """The head of the file: whose office decided, under which number, on which day, and where it is written."""

    county: Id
    no: Text
    date: date
    source: Text
    sample: bool = False

    @property
    def label(self) -> str:
        """Return how a rule that rests on this decision names it."""
        return f"office decision {self.no} of {self.date}"


@dataclass(frozen=True)
class Office:
    """One office decision, with its text and digest."""

    decided: Decided
    fills: dict[str, Any]
    text: str
    name: str
    digest: str


def parse_office(text: str, name: str) -> Office:
    """Return the office decision in *text*.

    Raises:
        PolicyError: If its head is wrong, or it fills nothing.
    """
    data = as_data(text, name)
    lines = Lines(text)
    for key in (key for key in data if key not in ("decision", "profile")):
        raise PolicyError([Fault(name, lines.of((key,)), key, "只有 decision 与 profile", "only decision and profile")])
    decided = model_of(Decided, data.get("decision", {}), text, name, at=("decision",))
    if not data.get("profile"):
        raise PolicyError([Fault(name, 1, "profile", "没有填补任何内容", "it fills nothing")])
    return Office(decided, data["profile"], text, name, digest_of_text(text))


def with_office(policy: Policy, offices: tuple[Office, ...], *, check: Check = cross_check) -> Profile:
    """Return the county's profile with what the office decisions fill, in the order of their adoption.

    Raises:
        PolicyError: If one is another county's, or touches what the text says.
    """
    profile, data = policy.profile, as_data(policy.text, "policy")
    for office in offices:
        county = data["county"]["id"]
        if office.decided.county != county:
            said = office.decided.county
            raise PolicyError([_fault(office, ("decision", "county"), f"是 {said} 的，不是 {county} 的", f"of {said}")])
        breaches = list(_fill(data, office.fills, (), office.decided.label))
        if breaches:
            raise PolicyError(_fault(office, ("profile", *b.at), b.zh, b.en) for b in breaches)
        profile = model_of(Profile, data, office.text, office.name, check, at=("profile",))
        data = profile.model_dump(exclude_none=True)
    return profile


@lru_cache(maxsize=64)
def adopted(profile_text: str, office_texts: tuple[str, ...]) -> Profile:
    """Return the profile that a county adopted: its text with the office decisions that fill it.

    What fits together was checked when it was adopted. A check that came later must not stop the cases under it.
    """
    offices = tuple(parse_office(text, "adopted office decision") for text in office_texts)
    return with_office(parse(profile_text, "adopted policy", check=no_more), offices, check=no_more)


def _fault(office: Office, at: Loc, zh: str, en: str) -> Fault:
    return Fault(office.name, Lines(office.text).of(at), spelled(at), zh, en)


def _fill(base: dict[str, Any], extra: dict[str, Any], at: Loc, label: str) -> Iterator[Breach]:
    """Fill *base* in place; yield what the text already says otherwise."""
    for key, value in extra.items():
        here = (*at, key)
        said = base.get(key)
        if said is None or said == ():
            base[key] = _new(value, label)
            if "source" in base:
                base["office"] = label
        elif isinstance(said, dict) and isinstance(value, dict):
            yield from _fill(said, value, here, label)
        elif isinstance(said, list | tuple) and isinstance(value, dict):
            base[key] = list(said)
            yield from _fill_named(base[key], value, here, label)
        elif said != value:
            yield Breach(
                here, f"原文已规定 {said!r}，不能改为 {value!r}", f"the text says {said!r}; it cannot be {value!r}"
            )


def _fill_named(items: list[Any], extra: dict[str, Any], at: Loc, label: str) -> Iterator[Breach]:
    """Fill a list of named rules; a name that is not there is added at its end."""
    by_id = {item["id"]: item for item in items if isinstance(item, dict) and "id" in item}
    for name, value in extra.items():
        if name in by_id:
            yield from _fill(by_id[name], value, (*at, name), label)
        else:
            items.append(_new({"id": name, **value}, label))


def _new(value: Any, label: str) -> Any:
    """Return a value of the decision's own; a table of it rests on the decision where it names no other source."""
    if isinstance(value, dict):
        filled = {key: _new(item, label) for key, item in value.items()}
        return filled if "source" in filled else {"source": label, **filled}
    if isinstance(value, list | tuple):
        return [_new(item, label) for item in value]
    return value
