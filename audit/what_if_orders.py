"""A project's order of steps held against another county's: what stands here, what is missing there or unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audit.what_if_desk import Desk
from audit.what_if_matching import named
from domain.cases import CaseId, case_id
from domain.plan import PLAN
from domain.project_facts import PlanIncluded, ProjectMoved, ProjectRegistered, StepPassed, StepReturned
from domain.project_state import BROUGHT
from domain.terms import StepTerm
from domain.words import Both


@dataclass
class Orders:
    """What the facts of one project show of its own order."""

    desk: Desk
    case: CaseId
    passed: dict[str, StepPassed]
    ours: tuple[StepTerm, ...]
    shown_by: dict[str, str]

    @property
    def stream(self) -> str:
        """Return the project's stream."""
        return case_id(*self.case)

    def missing(self, step: StepTerm) -> None:
        """Say that a step is missing, who would take it, and what the facts have in its place."""
        there = self.desk.there.profile
        name, who = named(there, "steps", step.id), named(there, "posts", step.post)
        with_ = tuple(named(there, "posts", post) for post in step.together)
        more_zh = "".join(f"，会同{one.zh}" for one in with_) + (f"，附 {step.record}" if step.record else "")
        more_en = "".join(f", with {one.en}" for one in with_) + (f", with its {step.record}" if step.record else "")
        by = Both(f"由{who.zh}办理{more_zh}", f"{who.en} takes it{more_en}")
        if step.kind in BROUGHT:
            by = Both("由相应的计划、拨付或支付完成", "a plan, a release or payments bring it")
        rule = "plan.approvals" if step.kind == "approve" else "project.steps"
        says = Both(f"缺少环节：{name.zh}", f"the step is missing: {name.en}")
        self.desk.add("missing", self.stream, f"{rule}.{step.id}", step.clause, says, has=self._instead(step), wants=by)

    def _instead(self, step: StepTerm) -> Both:
        """Return what the facts have in a step's place: another of its kind; a plan's approval of many projects."""
        if step.kind == "approve":
            plans = list(dict.fromkeys(self._plans()))
            if plans:
                return Both(
                    f"没有逐个项目的决定；随计划整体审批：{'、'.join(plans)}",
                    f"no decision on this project by itself; approved within a plan as a whole: {', '.join(plans)}",
                )
            return Both("没有逐个项目的决定", "no decision on this project by itself")
        like = [
            f"{one.id} {self.passed[one.id].act.occurred_on}"
            for one in self.ours
            if one.kind == step.kind and one.id in self.passed and one.id not in self.shown_by.values()
        ]
        if like:
            return Both(
                f"有同类环节，是否相当无从比较：{'、'.join(like)}", f"of that kind, alike or not: {', '.join(like)}"
            )
        return Both("没有这一环节的事实", "no fact of this step")

    def _plans(self) -> Iterator[str]:
        for event in self.desk.events(self.stream):
            if isinstance(event.fact, PlanIncluded):
                plan = self.desk.ledger.state(PLAN, case_id(self.case.county, "plan", event.fact.plan_no))
                bodies = ", ".join(s.body for s in plan.drafted.terms.stages) if plan.drafted else ""
                yield f"{event.fact.plan_no} ({bodies or '-'}) {event.fact.act.occurred_on}"

    def unknown(self, step: StepTerm) -> None:
        """Say that a step was taken here that is not known there."""
        name, on = named(self.desk.here.profile, "steps", step.id), self.passed[step.id].act.occurred_on
        says = Both(f"那里没有的环节：{name.zh}", f"a step that is not known there: {name.en}")
        has = Both(f"{on} 已办", f"taken on {on}")
        self.desk.add("unknown", self.stream, "project.steps", step.clause, says, has=has, on=on)


def standing(facts: list[Any]) -> tuple[dict[str, StepPassed], tuple[StepTerm, ...]]:
    """Return which passes of steps stand in the end, and every step that the project's rules ever had."""
    known: dict[str, StepTerm] = {}
    order: list[str] = []
    passed: dict[str, StepPassed] = {}
    for fact in facts:
        if isinstance(fact, ProjectRegistered | ProjectMoved):
            order = [step.id for step in fact.terms.steps]
            known |= {step.id: step for step in fact.terms.steps}
        if isinstance(fact, StepReturned):
            back = set(order[order.index(fact.to) :]) - set(fact.keeps)
            passed = {step: one for step, one in passed.items() if step not in back}
        for fell in getattr(fact, "fallen", ()):
            passed.pop(fell.step, None)
        if isinstance(fact, StepPassed):
            passed[fact.step] = fact
    return passed, tuple(known.values())
