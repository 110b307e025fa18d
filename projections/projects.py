"""View `projects` (项目建设台账): each project with place, unit, money and days, and its steps in order."""

from datetime import date
from typing import Any

from domain.cases import parse_case
from domain.project import PROJECT
from domain.project_facts import (
    AssetNoted,
    ProjectClosed,
    ProjectCorrected,
    ProjectMoved,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectRejected,
    ProjectWithdrawn,
    StepPassed,
    StepReturned,
)
from domain.project_state import BROUGHT, ProjectState
from domain.terms import StepTerm
from projections.batch import Batch
from projections.book import Book, Row
from projections.case_rows import SUMMARIES
from projections.project_tables import DAYS, OF_PROJECT, PROJECTS, SAID, STEPS, TABLES
from projections.view import View

_TURNS = (ProjectRegistered, StepPassed, StepReturned, ProjectRejected, ProjectWithdrawn)
_CHANGES = (ProjectCorrected, ProjectPaperNoted)
_REORDERS = (*_TURNS, *_CHANGES, ProjectMoved, ProjectClosed)


def take(book: Book, batch: Batch) -> None:
    """Note since when each step waited; then write down what each project's own decider says of it."""
    for project in batch.streams():
        state: ProjectState = batch.state(project)
        if state.registered is None:  # A paper may be there before it.
            continue
        facts = [entry.fact for entry in batch.entries_of(project)]
        known = book.get(PROJECTS, project)
        noted = _noted(facts, known)
        if any(isinstance(fact, _REORDERS) for fact in facts):
            steps = _steps(project, state, noted)
            book.replace(STEPS, project, steps)
            started_on = next((step["opened_on"] for step in steps if step["kind"] == "build"), None)
        else:
            started_on = known["started_on"] if known else None
        case = parse_case(project)
        of = {"project": project, "county": case.county, "project_no": case.no, "started_on": started_on}
        book.put(PROJECTS, {**of, **_said(state), **noted})


VIEW = View("projects", 2, TABLES, frozenset({"project"}), take)


def _noted(facts: list[Any], known: Row | None) -> dict[str, Any]:
    """Return what only the facts tell: since when it stands where it does, and each step waited; its assets."""
    since: date | None = known["stage_since"] if known else None
    passed: dict[str, Any] = dict(known["passed"]) if known else {}
    assets = set(known["assets"]) if known else set()
    because = known["ended_because"] if known else ""
    for fact in facts:
        on = fact.act.occurred_on
        if isinstance(fact, StepPassed):
            days: dict[str, Any] = {"opened_on": (since or on).isoformat(), "passed_on": on.isoformat()}
            who = {"person": fact.act.person, "on_behalf_of": fact.act.on_behalf_of, "by_post": fact.act.post}
            passed[fact.step] = days | who
        if isinstance(fact, _TURNS) or (isinstance(fact, _CHANGES) and fact.fallen) or since is None:
            since = on
        if isinstance(fact, AssetNoted):
            assets.add(fact.asset_no)
        if isinstance(fact, ProjectRejected | ProjectWithdrawn):
            because = fact.reason
    return {"stage_since": since, "passed": passed, "assets": sorted(assets), "ended_because": because}


def _said(state: ProjectState) -> dict[str, Any]:
    registered, checks, days = state.registered, state.checks, state.passed_on
    assert registered is not None
    summary = SUMMARIES["project"](state)
    return {
        **{name: getattr(registered, name) for name in SAID},
        "contractor": state.contractor,
        "target": checks.target.target if checks.target else "",
        "linkage": checks.linkage.mode if checks.linkage else "",
        "households": checks.linkage.households if checks.linkage else 0,
        "declared_fen": state.signed.declared_fen,
        **{name: summary[name] for name in OF_PROJECT},
        "stage": PROJECT.stage(state),
        "closed": PROJECT.closed(state),
        "returns": state.returns,
        "registered_on": registered.act.occurred_on,
        **{column: days.get(kind) for kind, column in DAYS.items()},
        "removed_on": state.entry.removed.act.occurred_on if state.entry.removed else None,
    }


def _steps(project: str, state: ProjectState, noted: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of the project's order, each with who passed it, and since when it waited."""
    assert state.registered is not None
    return [
        {"project": project, "number": number + 1, **_step(state, step, noted, at=number)}
        for number, step in enumerate(state.registered.terms.steps)
    ]


def _step(state: ProjectState, step: StepTerm, noted: dict[str, Any], *, at: int) -> dict[str, Any]:
    row: dict[str, Any] = {"step": step.id, "kind": step.kind, "post": step.post, "clause": step.clause}
    row |= {"person": "", "on_behalf_of": "", "by_post": "", "opened_on": None, "passed_on": None}
    if at == state.at and not state.is_closed:
        return row | {"state": "open", "opened_on": noted["stage_since"]}
    if at >= state.at:
        return row | {"state": "ahead"}
    # One that a move to other rules put before the place of the project may never have been passed.
    passed = noted["passed"].get(step.id, {})
    days = {name: date.fromisoformat(passed[name]) for name in ("opened_on", "passed_on") if passed}
    # What another case brings, nobody passes.
    by = {name: passed[name] for name in ("person", "on_behalf_of", "by_post") if passed and step.kind not in BROUGHT}
    return row | {"state": "passed"} | days | by
