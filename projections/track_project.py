"""The track of a project: its steps in the order of the rules that it is pinned to, in whatever rounds and years."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.cases import CaseId, case_id
from domain.cosigning import COSIGN
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import (
    ProjectRegistered,
    ProjectRejected,
    StepCosigned,
    StepPassed,
    StepReturned,
)
from domain.project_state import BROUGHT, ProjectState
from domain.signing import REJECTED
from domain.terms import StepTerm
from projections.plan_lines_read import PlanSum, plans
from projections.track_due import dues, last, running
from projections.track_shape import Answer, CoSigner, Part, Records, SentBack, Stage, State

_ROUND = re.compile(r"(?P<step>.+)_(?P<number>\d+)")


class _Told:
    """What the facts of a project tell and its state does not keep: who passed each step last, and every return."""

    def __init__(self, facts: Sequence[Any], state: ProjectState) -> None:
        """Go through the facts once, in order."""
        self.passed: dict[str, Answer] = {}
        self.signed: dict[tuple[str, str], Answer] = {}
        self.backs: dict[str, list[SentBack]] = {}
        self.sent_last: set[str] = set()  # Steps that sent it back and were not passed since.
        brought = {step.id for step in state.registered.terms.steps if step.kind in BROUGHT} if state.registered else ()
        for fact in facts:
            match fact:
                case StepPassed():
                    answer = Answer.brought if fact.step in brought else Answer.of
                    self.passed[fact.step] = answer(fact.act, *(() if fact.step in brought else (fact.opinion,)))
                    self.sent_last.discard(fact.step)
                case StepCosigned():
                    self.signed[fact.step, fact.act.post] = Answer.of(fact.act, fact.opinion)
                case StepReturned():
                    self._back(fact.step, SentBack(Answer.of(fact.act, fact.reason), fact.to))
                case ProjectRejected():
                    self._back(fact.step, SentBack(Answer.of(fact.act, fact.reason), ""))
                case _:
                    pass

    def _back(self, step: str, sent: SentBack) -> None:
        self.backs.setdefault(step, []).append(sent)
        self.sent_last.add(step)


def of_project(records: Records, case: CaseId, today: date) -> tuple[Stage, ...]:
    """Return the stages of a project.

    Raises:
        NoSuchProjectError: If it was never registered.
    """
    own = case_id(*case)
    state = records.read(PROJECT, own)
    if (registered := state.registered) is None:
        raise NoSuchProjectError(project_no=case.no)
    told = _Told(records.facts(own), state)
    steps = registered.terms.steps
    clocks = dues(records.engine, own, (step.id for step in steps), today)
    given = _plans(records, case, steps)
    stages = []
    for at, step in enumerate(steps):
        how = _state(state, told, step, at)
        open_ = _open(state, step)
        of_step = clocks.get(step.id, ())
        number, rounds = _round(step.id, steps)
        stages.append(
            Stage(
                id=step.id,
                kind=step.kind,
                state=how,
                post=step.post,
                clause=step.clause,
                round=number,
                rounds=rounds,
                open=open_,
                answer=told.passed.get(step.id) if how == "done" or (open_ and at < state.at) else None,
                backs=tuple(told.backs.get(step.id, ())),
                together=_together(state, told, step),
                returns_to=step.returns_to,
                record=step.record,
                papers=step.papers,
                term=step.deadline,
                due=running(of_step) if how == "current" else last(of_step) if how == "done" else None,
                **_money(state, registered, step, given),
            )
        )
    return tuple(stages)


def _state(state: ProjectState, told: _Told, step: StepTerm, at: int) -> State:
    if at < state.at:
        if any(of.id == step.id for of, _ in state.to_cosign):
            return "current"  # Its paper passed the first step; those who take it together still sign.
        # One that a move to other rules put before the place of the project was never taken.
        return "done" if step.id in told.passed else "skipped"
    if step.id in state.signed.ahead:
        return "done"
    if state.is_closed:
        return "returned" if state.signed.ended == REJECTED and step.id in told.sent_last else "skipped"
    if at == state.at:
        return "current"
    return "returned" if step.id in told.sent_last else "to_come"


def _open(state: ProjectState, step: StepTerm) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o.id for o in PROJECT.open_steps(state) if o.id in (step.id, f"{COSIGN}:{step.id}")))


def _together(state: ProjectState, told: _Told, step: StepTerm) -> tuple[CoSigner, ...]:
    stand = state.cosigned.by.get(step.id, {})
    return tuple(CoSigner(post, told.signed.get((step.id, post)) if post in stand else None) for post in step.together)


def _round(step: str, steps: Sequence[StepTerm]) -> tuple[int, int]:
    """Return which round a step is of, and how many there are: the last round has the step's own name."""
    ids = {one.id for one in steps}
    found = _ROUND.fullmatch(step)
    name = found["step"] if found and found["step"] in ids else step
    earlier = [one for one in ids if (m := _ROUND.fullmatch(one)) and m["step"] == name]
    if not earlier:
        return 0, 0
    return int(found["number"]) if found and name != step else len(earlier) + 1, len(earlier) + 1


def _plans(records: Records, case: CaseId, steps: Sequence[StepTerm]) -> list[PlanSum]:
    if not any(step.kind in BROUGHT for step in steps):
        return []
    return plans(records.engine, case.county, project_no=case.no, cut=False)


def _money(
    state: ProjectState, registered: ProjectRegistered, step: StepTerm, given: Sequence[PlanSum]
) -> dict[str, Any]:
    """Return what a step of money has of it: planned of the budget, released of the plan, paid of the release."""
    money = state.money
    match step.kind:
        case "plan":
            made = [Part(p.plan, p.plan_no, p.amount_fen, _in_force(p), p.year, p.in_force_on) for p in given]
            years = range(registered.first_year, registered.last_year + 1) if registered.last_year else ()
            planned = {part.year for part in made}
            unplanned = [Part("", "", 0, year=year) for year in years if len(years) > 1 and year not in planned]
            parts = tuple(sorted((*made, *unplanned), key=lambda part: (part.year, part.no)))
            return {"done_fen": money.allotted, "of_fen": registered.budget_fen, "parts": parts}
        case "release":
            parts = tuple(
                Part(p.plan, p.plan_no, p.allotted_fen, p.released_fen, p.year) for p in given if _in_force(p)
            )
            return {"done_fen": money.released, "of_fen": money.allotted, "parts": parts}
        case "payments":
            return {"done_fen": money.paid, "of_fen": money.released}
        case _:
            return {}


def _in_force(plan: PlanSum) -> int:
    return plan.allotted_fen if plan.in_force_on else 0
