"""Bars: what keeps a project from the bank, a plan, its start or a payment: bans, entry tests, targets, linkage.

One list out of several parts of a profile, so that what is checked and what is shown are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.policy.base import Named
from domain.policy.money import Ban
from domain.policy.profile import Profile

Point = Literal["bank", "plan", "start", "payment"]
When = Literal["target_missing", "linkage_missing", "class_barred", "outside_bank", "attested", "unstated"]

EVERYWHERE: tuple[Point, ...] = ("bank", "plan", "payment")
# Money is given by a plan: to be kept from the money is to be kept from the plan.
_BEFORE_MONEY: dict[str, Point] = {"money": "plan"}
_ABOUT: dict[str, When] = {"target": "target_missing", "linkage": "linkage_missing"}


@dataclass(frozen=True)
class Bar:
    """One of them: in the text's words, what is looked at, and before what. Nothing in *at*: it bars nothing."""

    id: str
    zh: str
    en: str
    clause: str
    when: When
    at: tuple[Point, ...] = ()
    classes: tuple[str, ...] = ()
    attested_by: str | None = None


def bars(profile: Profile) -> tuple[Bar, ...]:
    """Return all of a county's, in the order of its file: bans first."""
    return tuple(_all(profile))


def _all(profile: Profile) -> Iterator[Bar]:
    entry = _entry(profile)
    for ban in profile.bans:
        yield Bar(
            *(ban.id, ban.zh, ban.en, ban.clause),
            when=_when(ban),
            at=_points(ban, entry),
            classes=ban.barred_classes,
            attested_by=ban.attested_by,
        )
    for test in profile.bank.tests if profile.bank else ():
        # The others are answered by the steps' order, or attested by whoever answers the bank's own step.
        if test.check == "machine" and test.blocks and test.about in _ABOUT:
            yield _of(test, _ABOUT[test.about], entry)
        if test.check == "machine" and test.blocks and test.about == "in_bank":
            yield _of(test, "outside_bank", "plan")
    for hook in profile.performance:
        if hook.phase == "target" and hook.blocks:
            point = _BEFORE_MONEY.get(hook.blocks, hook.blocks)
            yield _of(hook, "target_missing", entry if point == "bank" else point)  # type: ignore[arg-type]
    for rule in profile.linkage:
        if rule.topic == "standing" and rule.effect == "gate":
            yield _of(rule, "linkage_missing", entry)


def _of(rule: Named, when: When, point: Point) -> Bar:
    return Bar(rule.id, rule.zh, rule.en, rule.clause, when, (point,))


def _when(ban: Ban) -> When:
    return "attested" if ban.check == "attested" else ban.when or "unstated"


def _points(ban: Ban, entry: Point) -> tuple[Point, ...]:
    when = _when(ban)
    if when == "unstated":
        return ()
    if ban.at is not None:
        return (entry if ban.at == "bank" else ban.at,)
    points = EVERYWHERE if when != "attested" else ()
    # Before it is in the bank, every project is outside of it.
    return tuple(point for point in points if (when, point) != ("outside_bank", "bank"))


def _entry(profile: Profile) -> Point:
    """Return where bank entry is barred: at the bank's step, or, where a project begins in the bank, at its plan.

    Before its first step there is no project that anybody could attest anything of.
    """
    steps = profile.project.steps if profile.project else ()
    return "bank" if any(step.kind == "bank" for step in steps[1:]) else "plan"
