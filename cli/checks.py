"""A project's checks as people read them: target, linkage, and each bar of the rules that it began under."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from cli.tables import pairs, table
from domain.ledger import Read
from domain.policy import Profile
from domain.policy.bars import Bar, bars
from domain.procedures.asking import rules_of
from domain.procedures.bans import refused_by
from domain.project import PROJECT
from domain.project_facts import Attested, LinkageSet, TargetSet
from domain.project_state import ProjectState
from doors.names import Names
from doors.policy_phrases import word
from doors.texts import t

STATES = {
    "met": ("符合", "met"),
    "not met": ("不符合", "not met"),
    "clear": ("已认定：无此情形", "attested: clear of it"),
    "caught": ("已认定：有此情形", "attested: caught by it"),
    "waits": ("未认定", "not attested yet"),
    "nobody named": ("由谁认定：未规定", "no rule stated: who attests it"),
    "nothing named": ("查什么：未规定", "no rule stated: what is looked at"),
}


@dataclass(frozen=True)
class Check:
    """One bar, and how the project stands to it. Nothing in *before*: no point is set, and it bars nothing."""

    ban: str
    zh: str
    en: str
    before: tuple[str, ...]
    attested_by: str
    state: str
    said: dict[str, Any] | None
    clause: str


def checks(read: Read, county: str, project: str) -> tuple[ProjectState, list[Check]]:
    """Return a project's state, and its checks by the rules that it began under."""
    state = read(PROJECT, project)
    assert state.registered is not None
    profile = rules_of(read, county, state.registered.terms.policy).profile
    return state, [_check(bar, state, profile, project) for bar in bars(profile)]


def _check(bar: Bar, state: ProjectState, profile: Profile, project: str) -> Check:
    said = state.checks.attested.get(bar.id) if bar.when == "attested" else None
    if said is not None:
        stands = "clear" if said.clear else "caught"
    elif bar.when == "attested":
        stands = "waits" if bar.attested_by else "nobody named"
    elif bar.when == "unstated":
        stands = "nothing named"
    else:
        stands = "not met" if refused_by(bar, state, profile, project) else "met"
    return Check(bar.id, bar.zh, bar.en, bar.at, bar.attested_by or "", stands, _who_said(said), bar.clause)


def plain(state: ProjectState) -> dict[str, Any]:
    """Return target and linkage as plain data, for JSON."""
    return {"target": _who_said(state.checks.target), "linkage": _who_said(state.checks.linkage)}


def _who_said(fact: Attested | TargetSet | LinkageSet | None) -> dict[str, Any] | None:
    """Return what a fact says, with who said it and when."""
    if fact is None:
        return None
    said = {name: getattr(fact, name) for name in fact.__struct_fields__ if name != "act"}
    return {**said, "post": fact.act.post, "person": fact.act.person, "on": fact.act.occurred_on}


def set_lines(state: ProjectState) -> Iterator[str]:
    """Yield the target and the linkage, a line each."""
    target, linkage = state.checks.target, state.checks.linkage
    rows = [(t("绩效目标", "target"), target.target)] if target else []
    if linkage:
        households = t(f"{linkage.households} 户", f"{linkage.households} households")
        rows.append((t("联农带农机制", "benefit linkage"), t("，", ", ").join((linkage.mode, households))))
    return pairs(rows)


def checks_table(found: list[Check], names: Names) -> Table:
    """Return the bars: what each wants, before which point, who attests it, and how the project stands."""
    made = table(
        t("核查", "check"),
        t("把关环节", "before"),
        t("由谁认定", "attested by"),
        t("结果", "stands"),
        t("依据", "rests on"),
    )
    for one in found:
        before = t("、", ", ").join(word(point) for point in one.before) or t("未规定环节", "no point set")
        post = names.named("post", one.attested_by) if one.attested_by else "-"
        opinion = str(one.said["opinion"]) if one.said else ""
        stands = t("：", ": ").join(part for part in (t(*STATES[one.state]), opinion) if part)
        made.add_row(t(one.zh, one.en), before, post, stands, one.clause)
    return made
