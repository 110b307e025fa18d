"""Rules that compute, as a page shows them: asked, found, what was counted, whether it is kept, on what it rests."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from domain.money import wan
from domain.policy import Profile
from domain.rules.result import COUNTED, RuleResult, Unit
from doors.names import COMPARED, Names
from doors.plan_check import RuleChecked
from doors.texts import t
from doors.words import FOUND

_NUMBERS = frozenset({"households", "factor"})
_LOOKS = {"met": "done", "open": "soon", "reason": "soon", "unmet": "refused", "warning": "soon"}
_PERCENT = 100


class _Counted(Protocol):
    """An amount that went into a rule."""

    @property
    def kind(self) -> str:
        """Return its kind."""

    @property
    def amount(self) -> int:
        """Return it, in fen or as its kind counts."""

    @property
    def of(self) -> str:
        """Return what it is of."""


def judged_rows(results: Sequence[RuleResult], names: Names, profile: Profile | None) -> list[dict[str, Any]]:
    """Return the rules of a plan as they were judged; hard or soft by the *profile* that it runs under."""
    return [
        _row(names.rule(one.rule), one, names, _hardness(_hard_of(profile, one.rule)), _counted(one.amounts, names))
        for one in results
    ]


def checked_rows(rules: Sequence[RuleChecked], names: Names) -> list[dict[str, Any]]:
    """Return the rules of a draft as it stands now."""
    return [
        _row(t(one.name.zh, one.name.en), one, names, _hardness(one.hard), _counted(one.amounts, names))
        | {"remedy": t(one.remedy.zh, one.remedy.en) if one.status in ("unmet", "open") else ""}
        for one in rules
    ]


def _row(name: str, one: RuleResult | RuleChecked, names: Names, hardness: str, counted: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "of": names.counted(one.of),
        "asked": f"{COMPARED[one.comparator]} {figure(one.bound, one.unit)}",
        "found": figure(one.value, one.unit),
        "counted": counted,
        "look": _LOOKS[one.status],
        "status": t(*FOUND[one.status]),
        "hard": hardness,
        "clause": one.clause,
        "reason": one.reason,
        "remedy": "",
    }


def figure(value: int, unit: Unit | str) -> str:
    """Return what a rule measures, with its unit: a share in percent, money in 万元, or a number of results."""
    if unit == "fen":
        return t(f"{wan(value)} 万元", f"{wan(value)} wan yuan")
    if unit == "results":
        return t(f"{value} 项评价", f"{value} results")
    return f"{value / _PERCENT:.2f}%"


def _counted(amounts: Iterable[_Counted], names: Names) -> list[str]:
    made = []
    for one in amounts:
        words = COUNTED[one.kind]
        kind, of = t(words.zh, words.en), names.counted(one.of) if one.of else ""
        amount = str(one.amount) if one.kind in _NUMBERS else wan(one.amount)
        made.append(" ".join(part for part in (kind, of, amount) if part))
    return made


def _hard_of(profile: Profile | None, rule: str) -> bool | None:
    """Return whether a rule is hard, by its place in the profile; None where the text says neither."""
    where, _, name = rule.partition(".")
    found = getattr(profile, where, None)
    if isinstance(found, tuple):
        found = next((one for one in found if getattr(one, "id", None) == name.partition(".")[0]), None)
    return getattr(found, "hard", None)


def _hardness(hard: bool | None) -> str:  # noqa: FBT001 - what a rule says of itself, or does not
    return "" if hard is None else t("必须", "hard") if hard else t("原则上", "soft")
