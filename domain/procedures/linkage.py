"""What is asked of a project's linkage (联农带农): what was really done, each household, what is weak."""

from collections.abc import Callable, Iterator
from typing import Any

from domain.act import Act
from domain.ledger import Step
from domain.performance_facts import (
    HouseholdConfirmed,
    LinkageRecorded,
    PerformanceFact,
    Reached,
    WeaknessFound,
    WeaknessMended,
)
from domain.performance_refusals import ModeError, NotABeneficiaryError, OperatorMissingError, OutOfOrderError
from domain.policy import Profile
from domain.policy.results import Linkage
from domain.policy.watch import Rung
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.procedures.awards import award_of
from domain.procedures.bans import linkage_setter
from domain.procedures.beneficiaries import order_of, reached
from domain.procedures.performance import About, about, enter
from domain.procedures.third_parties import check_third_party
from domain.project_facts import ProjectRegistered
from domain.requests import ConfirmHousehold, FindWeakness, MendWeakness, RecordLinkage
from domain.words import Both

HALVES = " / "  # Between the Chinese and the English of a text that is no rule of its own.


def record(asking: Asking, request: Any) -> Iterator[Step]:
    """Enter what a request says of a project's linkage."""
    asked = about(asking, asking.case.no)
    yield from enter(asked, _FACT_OF[type(request)](asked, request))


def rule_on(profile: Profile, topic: str, question: str) -> Linkage:
    """Return the county's rule on a topic of linkage.

    Raises:
        NoRuleStatedError: If its text has none.
    """
    found = next((rule for rule in profile.linkage if rule.topic == topic), None)
    if found is None:
        raise NoRuleStatedError(question=question, key=f"linkage.{topic}")
    return found


def whose(subject: str | None, registered: ProjectRegistered, operator: str, key: str) -> str:
    """Return who a linkage counts for, by its rule's subject; "" where the text names none.

    Raises:
        NoRuleStatedError: If the engine cannot tell who that is.
    """
    known = {
        "project": registered.project_no,
        "township": registered.township,
        "unit": registered.unit,
        "operator": operator,
    }
    if subject and subject not in known:
        raise NoRuleStatedError(question="whom does the linkage count for?", key=key)
    return known[subject] if subject else ""


def _recorded(asked: About, request: RecordLinkage) -> PerformanceFact:
    profile = asked.profile
    rule = rule_on(profile, "standing", "is there a benefit linkage?")
    post = rule.post or linkage_setter(profile, asked.registered)[0]
    act = asked.by(post, "record a linkage", rule.clause)
    check_third_party(profile, act, "record a linkage", request.record, rule.clause)
    named = next((r for r in profile.linkage if r.subject == "operator"), None)
    if named is not None and not request.operator.strip():
        raise OperatorMissingError(project_no=asked.registered.project_no, clause=named.clause)
    groups = reached(profile, request.reached, rule.clause, of=rule.groups or order_of(profile) or _people(profile))
    _check_people(profile, groups, rule.clause)
    _check_order(asked, groups, request.reason)
    of = whose(rule.subject, asked.registered, request.operator, f"linkage.{rule.id}.subject")
    modes = _modes(profile, request.modes)
    said = (request.operator, rule.subject or "", of, request.reason, request.record)
    return LinkageRecorded(act, modes, groups, *said)


def _people(profile: Profile) -> tuple[str, ...]:
    return tuple(group.id for group in profile.groups if group.of == "people")


def _check_people(profile: Profile, groups: tuple[Reached, ...], clause: str) -> None:
    people = _people(profile)
    for one in groups:
        if one.group not in people:
            raise NotABeneficiaryError(group=one.group, known=", ".join(people) or "-", clause=clause)


def _check_order(asked: About, groups: tuple[Reached, ...], reason: str) -> None:
    """A later group comes after the earlier ones: each was reached, or somebody said that there is none of it."""
    rule = next((r for r in asked.profile.linkage if r.topic == "order" and r.ordered), None)
    if rule is None:
        return
    before = [one for linked in asked.state.linked for one in linked.reached]
    named = {one.group for one in before} | {one.group for one in groups if one.count or reason.strip()}
    for one in (one for one in groups if one.count and one.rank):
        for earlier in rule.groups[: one.rank - 1]:
            if earlier not in named:
                raise OutOfOrderError(
                    group=_named(asked.profile, one.group), before=_named(asked.profile, earlier), clause=rule.clause
                )


def _named(profile: Profile, group: str) -> Both:
    found = next(g for g in profile.groups if g.id == group)
    return Both(f"{found.zh}（{group}）", f"{found.en} ({group})")


def _modes(profile: Profile, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the modes in the text's own words, where it names any."""
    rule = next((rule for rule in profile.linkage if rule.topic == "modes" and rule.modes), None)
    if rule is None:
        return given
    known = {half: mode for mode in rule.modes for half in (mode, *mode.split(HALVES))}
    for mode in given:
        if mode not in known:
            raise ModeError(mode=mode, known="; ".join(rule.modes), clause=rule.clause)
    return tuple(known[mode] for mode in given)


def _confirmed(asked: About, request: ConfirmHousehold) -> PerformanceFact:
    rule = rule_on(asked.profile, "standing", "is there a benefit linkage?")
    award = award_of(asked.profile)
    if award is None:
        raise NoRuleStatedError(question="is each household led awarded?", key="linkage.standing.effect")
    act = asked.by(award.confirmed_by, "confirm a household", award.clause)
    for groups, clause in ((rule.groups, rule.clause), (award.groups, award.clause)):
        if request.group not in groups:
            raise NotABeneficiaryError(group=request.group, known=", ".join(groups) or "-", clause=clause)
    return HouseholdConfirmed(act, request.household, request.group, request.operator, award.id, request.record)


def found_by(asking: Asking, profile: Profile, rule: Linkage) -> Act:
    """Return the act of who finds a weakness: the rule's post, else one that joins the inspection of the same subject.

    Raises:
        NoRuleStatedError: If the county's text names nobody.
        WrongPostError: If it names others.
    """
    routines = (r for r in profile.routines if r.topic == "inspection" and r.subject == rule.subject)
    joins = [rule.post] if rule.post else [post for routine in routines for post in routine.together_with]
    post = asking.act.post if asking.act.post in joins else next(iter(joins), None)
    asking.needs_post(post, "find a weakness", rule.clause)
    return asking.act.under(rule.clause)


def weak_rung(profile: Profile) -> Rung | None:
    """Return what the county's ladders say of a weak linkage, an idle asset or a loss."""
    return next((rung for ladder in profile.ladders for rung in ladder.rungs if rung.trigger == "weak_effect"), None)


def _weak(asked: About, request: FindWeakness) -> PerformanceFact:
    rule = rule_on(asked.profile, "weak", "what follows a weak linkage?")
    act = found_by(asked.asking, asked.profile, rule)
    operator = asked.state.linked[-1].operator if asked.state.linked else ""
    key = f"linkage.{rule.id}.subject"
    of = whose(rule.subject, asked.registered, operator, key)
    rung = weak_rung(asked.profile)
    effect_on = whose(rung.subject, asked.registered, operator, f"ladders.{rung.id}") if rung else ""
    effect = rung.effect if rung else ""
    return WeaknessFound(act, request.words, rule.subject or "", of, effect, effect_on, request.record)


def _mended(asked: About, request: MendWeakness) -> PerformanceFact:
    rule = rule_on(asked.profile, "operator", "who must deliver the linkage?")
    act = asked.by(rule.post, "mend a weakness", rule.clause)
    check_third_party(asked.profile, act, "mend a weakness", request.record, rule.clause)
    return WeaknessMended(act, request.words, request.record)


_FACT_OF: dict[type, Callable[[About, Any], PerformanceFact]] = {
    RecordLinkage: _recorded,
    ConfirmHousehold: _confirmed,
    FindWeakness: _weak,
    MendWeakness: _mended,
}
