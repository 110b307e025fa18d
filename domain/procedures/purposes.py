"""Which permitted use (用途) a project serves: one of its county's list, of its class, from the money meant for it."""

from collections.abc import Iterable

from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.policy import Profile
from domain.policy.money import PermittedUse
from domain.procedures.asking import Asking
from domain.project import PROJECT
from domain.terms import Line


class PurposeClassError(RefusedError):
    """A project of another class than its permitted use."""

    zh = "用途 {purpose} 属资金类别 {of_class}（{clause}），项目填的类别是 {asked}；两者须一致"
    en = "the use {purpose} is of the class {of_class} ({clause}), the project says {asked}: they must be the same"


class PurposeMoneyError(RefusedError):
    """Money that is not meant for what a project serves."""

    zh = (
        "项目 {project_no} 的用途 {purpose} 只能用 {meant} 的资金（{clause}）；"
        "资金 {fund_no} 来源 {source}、层级 {tier}，须改用其他资金"
    )
    en = (
        "project {project_no} serves {purpose}, which only money of {meant} may ({clause}); "
        "fund {fund_no} is of {source}, tier {tier}: take other money"
    )


def check_class(profile: Profile, purpose: str, use: str) -> None:
    """Check what a project says that it serves; where it says nothing there is nothing to check.

    Raises:
        BadInputError: If it is no permitted use of the county's text, with those that there are.
        PurposeClassError: If it is one of another class.
    """
    if not purpose:
        return
    rule = _rule(profile, purpose)
    if rule is None:
        raise BadInputError("purpose", f"{purpose!r} is not one of {', '.join(one.id for one in profile.uses) or '-'}")
    if rule.of_class and rule.of_class != use:
        raise PurposeClassError(purpose=purpose, of_class=rule.of_class, clause=rule.clause, asked=use)


def check_money(asking: Asking, profile: Profile, lines: Iterable[Line]) -> None:
    """Check that each line's money is meant for what its project serves.

    Raises:
        PurposeMoneyError: If a source or tier is not.
    """
    tiers = {source.id: source.tier or "" for source in profile.sources}
    for line in lines:
        registered = asking.read(PROJECT, asking.stream("project", line.project_no)).registered
        rule = _rule(profile, registered.purpose) if registered else None
        received = asking.read(FUND, asking.stream("fund", line.fund_no)).received
        if rule is None or received is None:
            continue
        tier = received.tier or tiers.get(received.source, "")
        if (rule.sources and received.source not in rule.sources) or (rule.tiers and tier not in rule.tiers):
            meant = " / ".join((*rule.sources, *rule.tiers))
            said = {"purpose": rule.id, "meant": meant, "clause": rule.clause, "tier": tier or "-"}
            raise PurposeMoneyError(project_no=line.project_no, fund_no=line.fund_no, source=received.source, **said)


def _rule(profile: Profile, purpose: str) -> PermittedUse | None:
    return next((one for one in profile.uses if one.id == purpose), None)
