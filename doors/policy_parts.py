"""A policy part by part, for a page: each rule in words with its source and reading, and what its text leaves open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.policy import EngineRules, Profile, not_set
from domain.policy.base import Model, Rule
from domain.policy.deadline import Deadline
from domain.policy.office import Office, with_office
from domain.policy.reading import Policy, no_more
from doors.policy_phrases import colon, deadline, key, reading, title, value
from doors.policy_text import details, holds_rules
from doors.texts import t

# Who acts: what is asked where the text names nobody.
WHO = frozenset(
    {"actor", "attested_by", "auditor", "body", "confirmer", "drafter", "keeper", "lodger", "notifier", "payer", "post"}
    | {"registrar", "reporter", "chain", "granting"}
)
ENGINE = {
    "breach": ("时限逾期后的处理", "what follows a broken deadline"),
    "duties": ("职责分离", "separation of duties"),
    "granting": ("时限的延期、暂停、免除", "more time, pauses and waivers"),
    "absence": ("外出和代理", "absences and deputies"),
    "bulk": ("批量办理", "decisions in bulk"),
    "emergency": ("应急决定", "emergency decisions"),
    "handling": ("改派和征求意见", "handing a step on"),
    "people": ("任免和密钥", "appointments and keys"),
    "granted": ("任命者与被任命者分开", "who grants and who is granted stay apart"),
    "units": ("按项目所属单位办理", "the project's own unit acts"),
    "files": ("附件的类型和大小", "types and sizes of papers"),
    "signatures": ("签名及于哪些内容", "what a signature covers"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule in words: how deep it stands, under which key where it has one, its source, and our reading of it."""

    depth: int
    under: str
    said: str
    source: str
    reading: str
    office: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a policy."""

    id: str
    name: str
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True)
class Gap:
    """What a text leaves open: where in words, what is asked, and the office decision that fills it, with its words."""

    key: str
    where: str
    asks_who: bool
    fill: str = ""
    decided_no: str = ""
    decided_on: str = ""
    decided_source: str = ""


def decided(label: str, offices: tuple[Office, ...]) -> str:
    """Return a source with the office decisions that it names said in words."""
    for office in offices:
        said = office.decided
        words = t(f"办理规定 {said.no}（{said.date}）", f"office decision {said.no} ({said.date})")
        label = label.replace(said.label, words)
    return label


def parts(profile: Profile) -> Iterator[Part]:
    """Yield every part that holds a rule, in the profile's order."""
    for name in type(profile).model_fields:
        held = getattr(profile, name)
        if rows := tuple(_rows(profile, held, 0, "")):
            yield Part(name, key(name), rows)


def engine_rows(rules: EngineRules) -> Iterator[RuleRow]:
    """Yield the engine's own rules, which no county's text states."""
    for name in type(rules).model_fields:
        if isinstance(rule := getattr(rules, name), Rule):
            yield RuleRow(0, t(*ENGINE.get(name, (name, name))), "", rule.source, reading(rule))


def _rows(profile: Profile, held: object, depth: int, under: str) -> Iterator[RuleRow]:
    for rule in held if isinstance(held, tuple) else (held,):
        if isinstance(rule, Deadline):
            yield _row(depth, under, deadline(profile, rule), rule)
        elif isinstance(rule, Model):
            said = t("；", "; ").join(part for part in (title(rule), *details(profile, rule)) if part)
            inner = list(_inner(profile, rule, depth))
            if said or inner:
                yield _row(depth, under, said, rule)
            yield from inner


def _inner(profile: Profile, rule: Model, depth: int) -> Iterator[RuleRow]:
    for name in type(rule).model_fields:
        if holds_rules(held := getattr(rule, name)):
            yield from _rows(profile, held, depth + 1, key(name))


def _row(depth: int, under: str, said: str, rule: Model) -> RuleRow:
    if not isinstance(rule, Rule):
        return RuleRow(depth, under, said, "", "")
    return RuleRow(depth, under, said, rule.source, reading(rule), rule.office or "")


def gaps(policy: Policy, offices: tuple[Office, ...]) -> list[Gap]:
    """Return what a county's text leaves open, each with the office decision of *offices* that fills it."""
    found: dict[str, tuple[Office, Profile]] = {}
    left = not_set(policy.profile)
    for n, office in enumerate(offices, 1):
        after = with_office(policy, offices[:n], check=no_more)
        still = set(not_set(after))
        found |= {gap: (office, after) for gap in left if gap not in still and gap not in found}
    return [_gap(policy.profile, gap, found.get(gap)) for gap in left]


def _gap(profile: Profile, gap: str, filled: tuple[Office, Profile] | None) -> Gap:
    where, name = _where(profile, gap), gap.rpartition(".")[2]
    if filled is None:
        return Gap(gap, where, name in WHO)
    office, after = filled
    said = office.decided
    return Gap(gap, where, name in WHO, _filled(after, gap), said.no, said.date.isoformat(), _half(said.source))


def _where(profile: Profile, gap: str) -> str:
    """Return the way to a key in words, rules of a list by their names."""
    held: Any = profile
    words = []
    for name in gap.split("."):
        found = _inside(held, name)
        words.append((title(found) if isinstance(held, tuple) and isinstance(found, Model) else "") or key(name))
        held = found
    return " › ".join(words)


def _inside(held: Any, name: str) -> Any:
    if isinstance(held, tuple):
        named = (one for n, one in enumerate(held) if str(getattr(one, "id", n)) == name)
        return next(named, None)
    return getattr(held, name, None)


def _filled(profile: Profile, gap: str) -> str:
    held: Any = profile
    *way, name = gap.split(".")
    for one in way:
        held = _inside(held, one)
    raw = _inside(held, name)
    if isinstance(raw, Deadline):
        return deadline(profile, raw)
    if holds_rules(raw):
        rows = _rows(profile, raw, 0, "")
        return t("；", "; ").join(f"{row.under}{colon() if row.under else ''}{row.said}" for row in rows if row.said)
    return value(profile, name, type(held).model_fields[name], raw) if isinstance(held, Model) and raw else ""


def _half(text: str) -> str:
    zh, _, en = text.partition(" / ")
    return t(zh, en or zh)
