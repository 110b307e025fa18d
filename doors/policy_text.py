"""A whole policy as text: every rule that it holds, each with its source, and what its text leaves open."""

from collections.abc import Iterator

from domain.policy import Policy, Profile, not_set
from domain.policy.base import Model, Rule
from domain.policy.deadline import Deadline
from doors.policy_lifecycle import drawn
from doors.policy_phrases import colon, key, origin, title, value
from doors.texts import t

_NAMES = frozenset({"id", "zh", "en", "regime_zh", "regime_en", "proposal_zh", "proposal_en"})
SAID_ELSEWHERE = _NAMES | {"source", "reading"}


def heading(profile: Profile) -> str:
    """Return the county, its year and version, and whether it is a sample."""
    county = profile.county
    year = f" {county.year}" if county.year else ""
    sample = t("【样例，虚构】", " [SAMPLE, made up]") if county.sample else ""
    return f"{t(county.zh, county.en)}{year} · {key('version')} {profile.version}{sample}"


def policy_text(policy: Policy) -> Iterator[str]:
    """Yield the lines of a whole policy."""
    profile = policy.profile
    yield heading(profile)
    yield f"{t(profile.county.regime_zh, profile.county.regime_en)} · sha256 {policy.digest}"
    yield from drawn(profile)
    for name in type(profile).model_fields:
        held = getattr(profile, name)
        if name != "version" and held not in (None, ()):
            yield f"\n## {key(name)}"
            yield from _rules(profile, held, 0)
    yield from gaps_text(profile)
    if profile.county.sample:
        yield f"\n{heading(profile)}"


def gaps_text(profile: Profile) -> Iterator[str]:
    """Yield what the text leaves open."""
    gaps = not_set(profile)
    yield f"\n## 未规定 / no rule stated ({len(gaps)})"
    for gap in gaps:
        yield f"- {gap}（{key(gap.rpartition('.')[2])}）"


def _rules(profile: Profile, held: object, depth: int) -> Iterator[str]:
    for rule in held if isinstance(held, tuple) else (held,):
        if isinstance(rule, Model):
            yield from _rule(profile, rule, depth)


def _rule(profile: Profile, rule: Model, depth: int) -> Iterator[str]:
    indent = "  " * depth
    heads = [title(rule), *details(profile, rule)]
    said = t("；", "; ").join(part for part in heads if part)
    where = origin(rule) if isinstance(rule, Rule) else ""
    yield f"{indent}- {' '.join(part for part in (said, where) if part)}"
    for name, field in type(rule).model_fields.items():
        inner = getattr(rule, name)
        if isinstance(inner, Deadline):
            yield f"{indent}  · {key(name)}{colon()}{value(profile, name, field, inner)}"
        elif holds_rules(inner):
            yield f"{indent}  · {key(name)}{colon()}"
            yield from _rules(profile, inner, depth + 2)


def details(profile: Profile, rule: Model) -> Iterator[str]:
    """Yield the plain keys of a rule that are set, each with its value; its name and source are said elsewhere."""
    for name, field in type(rule).model_fields.items():
        raw = getattr(rule, name)
        if name in SAID_ELSEWHERE or raw in (None, ()) or raw is False or holds_rules(raw):
            continue
        yield f"{key(name)}{colon()}{value(profile, name, field, raw)}"
    if regime := getattr(rule, "proposal_zh", None):
        yield f"{key('proposal')}{colon()}{t(regime, getattr(rule, 'proposal_en', None) or regime)}"


def holds_rules(raw: object) -> bool:
    """Return whether a key holds rules of its own."""
    return isinstance(raw, Model) or (isinstance(raw, tuple) and any(isinstance(item, Model) for item in raw))
