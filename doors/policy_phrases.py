"""Rules of a policy as phrases: deadlines, names, amounts, and where each rule comes from."""

import re
from datetime import date

from pydantic.fields import FieldInfo

from domain.money import wan
from domain.policy.base import Model, Rule
from domain.policy.deadline import Deadline
from domain.policy.profile import Profile
from domain.policy.shapes import refers_to
from doors.policy_keys import KEYS
from doors.policy_values import VALUES
from doors.texts import t

_MARKS = re.compile(r"((?:A-\d+(?:, A-\d+)*: )?)(.*)", re.DOTALL)


def key(name: str) -> str:
    """Return a key in the field's words."""
    return t(*KEYS.get(name, (name, name)))


def colon() -> str:
    """Return what stands between a key and its value."""
    return t("：", ": ")


def word(value: str) -> str:
    """Return a value in the field's words."""
    return t(*VALUES.get(value, (value, value)))


def both(text: str) -> str:
    """Return the half of a `中文 / English` text that is asked for, or all of it if it has no halves."""
    zh, _, en = text.partition(" / ")
    return t(zh, en or zh)


def origin(rule: Rule) -> str:
    """Return where *rule* comes from, and what in it is our reading."""
    if not (said := reading(rule)):
        return f"〔{rule.clause}〕"
    return f"〔{rule.clause}{t('；我方解读 ', '; our reading ')}{said}〕"


def reading(rule: Rule) -> str:
    """Return what in *rule* is our reading, with its number, or nothing."""
    if rule.reading is None:
        return ""
    # The numbers of the readings stand before both halves.
    match = _MARKS.match(rule.reading)
    assert match  # It matches any text.
    marks, said = match.groups()
    return f"{marks}{both(said)}"


def named(profile: Profile, to: str, name: str) -> str:
    """Return the name of what *name* is the id of, in the list *to*."""
    found: object = profile
    for part in to.split("."):
        found = getattr(found, part)
    assert isinstance(found, tuple)
    return next((t(item.zh, item.en) for item in found if item.id == name), name)


def value(profile: Profile, name: str, field: FieldInfo, raw: object) -> str:
    """Return the value of a key as people read it."""
    if isinstance(raw, Deadline):
        return f"{deadline(profile, raw)} {origin(raw)}"
    if isinstance(raw, tuple):
        return t("、", ", ").join(value(profile, name, field, item) for item in raw)
    if isinstance(raw, str) and (to := "project.steps" if name == "returns_to" else refers_to(field)):
        return named(profile, to, raw)
    return _plain(name, raw)


def _plain(name: str, raw: object) -> str:
    match raw:
        case bool():
            return t("是", "yes") if raw else t("否", "no")
        case int() if name.endswith("_fen"):
            return t(f"{wan(raw)} 万元", f"{wan(raw)} wan yuan")
        case int() if name == "bp" or name.endswith("_bp"):
            return f"{raw // 100}.{raw % 100:02}%"
        case str():
            return word(raw) if raw in VALUES else both(raw)
        case date():
            return raw.isoformat()
    return str(raw)


def deadline(profile: Profile, rule: Deadline) -> str:
    """Return a deadline as a phrase."""
    parts = [_when(rule)]
    if rule.conditions:
        acts = t("、", ", ").join(word(act) for act in rule.conditions)
        parts.append(t(f"同一时限内须办：{acts}", f"in the same limit: {acts}"))
    if rule.responsible:
        who = named(profile, "posts", rule.responsible)
        parts.append(t(f"责任：{who}", f"responsible: {who}"))
    if rule.ladder:
        parts.append(t("逾期：", "when broken: ") + named(profile, "ladders", rule.ladder))
    return t("；", "; ").join(parts)


def _when(rule: Deadline) -> str:
    start = word(rule.start) if rule.start else ""
    match rule.kind:
        case "counted":
            unit = word(rule.unit or "")
            return t(f"{rule.count} 个{unit}内，自{start}起", f"within {rule.count} {unit} of {start}")
        case "prompt":
            return t("及时（未写天数，不计时）", "promptly (no number of days, no timer)")
        case "limit_unstated":
            return t("限时（未写天数，不计时）", "within a limit (no number of days, no timer)")
    return _rhythm(rule)


def _rhythm(rule: Deadline) -> str:
    every = word(rule.every or "")
    said = t(f"每{every}", f"every {every}")
    if rule.times:
        said += t(f" {rule.times} 次", f", {rule.times} times")
    if rule.by_day:
        said += t(f" {rule.by_day} 日前", f" by day {rule.by_day}")
    if rule.month_end:
        said += t("末", ", on its last day")
    return said


def title(rule: Model) -> str:
    """Return the name of a rule, or nothing if it has none."""
    zh, en = getattr(rule, "zh", ""), getattr(rule, "en", "")
    return t(zh, en)
