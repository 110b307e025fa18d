"""What a row of the inbox says of its case, kind by kind: title, project, amount, and who signs the same thing."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from domain.act import OpenStep
from domain.asset import AssetState
from domain.cases import CaseId, case_id
from domain.claim_state import ClaimState
from domain.cosigning import COSIGN
from domain.disclosure import DisclosureState
from domain.dispatch_state import DispatchState
from domain.emergency import EmergencyState
from domain.fund_state import FundState
from domain.hotline import HotlineState
from domain.meeting import MeetingState
from domain.plan_state import PlanState
from domain.project_state import ProjectState
from domain.surplus import AGREE, SurplusState
from projections.book import Row

_RELEASE = "release:"


class About(NamedTuple):
    """What a case is about, to whoever is waited for."""

    title: str = ""
    project_no: str = ""
    amount_fen: int | None = None


def of_case(case: CaseId, state: Any) -> Row:
    """Return what the rows of a case have in common."""
    about = _ABOUT[case.kind](state) if case.kind in _ABOUT else About()
    project_no = case.no if case.kind in ("project", "performance") else about.project_no
    project = case_id(case.county, "project", project_no) if project_no else ""
    return {"county": case.county, "kind": case.kind, "title": about.title, "project": project}


def of_step(case: CaseId, state: Any, step: OpenStep, waiting: Iterable[OpenStep]) -> Row:
    """Return what the row of one step has of its own: the amount, who signs the same thing, its names in deadlines."""
    about = _ABOUT[case.kind](state) if case.kind in _ABOUT else About()
    amount_fen = about.amount_fen
    if case.kind == "fund" and step.id.startswith(_RELEASE):
        amount_fen = sum(share.amount_fen for share in state.plans[step.id.removeprefix(_RELEASE)])
    signed = list(_SIGNED[case.kind](state, step)) if case.kind in _SIGNED else []
    still = [one.post for one in waiting if one != step and _same(case.kind, one, step)] if case.kind in _SIGNED else []
    names = list(_of_dispatch(state, step)) if case.kind == "dispatch" else []
    return {"amount_fen": amount_fen, "signed": signed, "still": still, "names": names}


def _fund(state: FundState) -> About:
    entered = state.received
    return About(f"{entered.document_no} ({entered.item_no})") if entered else About()


def _plan(state: PlanState) -> About:
    drafted = state.drafted
    return About(drafted.title, "", sum(line.amount_fen for line in drafted.lines)) if drafted else About()


def _project(state: ProjectState) -> About:
    registered = state.registered
    return About(registered.name, "", registered.budget_fen) if registered else About()


def _claim(state: ClaimState) -> About:
    lodged = state.lodged
    return About(lodged.kind, lodged.project_no, lodged.amount_fen) if lodged else About()


def _asset(state: AssetState) -> About:
    return About(state.formed.name, state.formed.project_no) if state.formed else About()


def _meeting(state: MeetingState) -> About:
    items = (f"{one.plan_no} {one.words}".strip() for one in state.open_items)
    return About("; ".join(dict.fromkeys(items)))


def _disclosure(state: DisclosureState) -> About:
    return About(state.arose.words or state.arose.of_stream or state.arose.what) if state.arose else About()


def _hotline(state: HotlineState) -> About:
    return About(state.taken.words) if state.taken else About()


def _emergency(state: EmergencyState) -> About:
    return About(f"{state.opened.case} {state.opened.step}") if state.opened else About()


_ABOUT: dict[str, Callable[[Any], About]] = {
    "fund": _fund,
    "plan": _plan,
    "project": _project,
    "claim": _claim,
    "asset": _asset,
    "meeting": _meeting,
    "disclosure": _disclosure,
    "hotline": _hotline,
    "emergency": _emergency,
}


def _signed_of_project(state: ProjectState, step: OpenStep) -> Iterable[str]:
    return state.cosigned.by.get(step.id.removeprefix(f"{COSIGN}:"), {})


def _signed_of_plan(state: PlanState, _: OpenStep) -> Iterable[str]:
    return state.cosigned.by.get("draft", {})


def _signed_of_claim(state: ClaimState, step: OpenStep) -> Iterable[str]:
    groups = state.lodged.terms.groups if state.lodged and state.open_gates else ()
    group = next((group for group in groups if step.id in {gate.id for gate in group}), ())
    return (gate.post for gate in group if gate.id in state.gates_passed)


def _signed_of_surplus(state: SurplusState, _: OpenStep) -> Iterable[str]:
    return () if state.returned else state.agreed


# Of the kinds in which several sign the same thing: the posts that have.
_SIGNED: dict[str, Callable[[Any, OpenStep], Iterable[str]]] = {
    "project": _signed_of_project,
    "plan": _signed_of_plan,
    "claim": _signed_of_claim,
    "surplus": _signed_of_surplus,
}


def _of_dispatch(state: DispatchState, step: OpenStep) -> Iterable[str]:
    """Yield the words of the county's own by which a deadline's number names a step: a routine, a rectification."""
    terms, (head, _, subject) = state.terms, step.id.partition(":")
    routine = {"set-plan": terms.tasks, "enter-actuals": terms.tasks, "circular": terms.routine("circular")}.get(head)
    if routine is not None:
        yield routine.id
    if head == "answer-rectification":
        yield from (told.clock for (_, of), told in state.rectifications.items() if of == subject and told.clock)


def _same(kind: str, one: OpenStep, other: OpenStep) -> bool:
    """Return whether two open steps of a case sign the same thing: gates that wait together, parties to a list."""
    if kind == "project":
        return one.id.removeprefix(f"{COSIGN}:") == other.id.removeprefix(f"{COSIGN}:")
    return kind == "claim" or one.id == other.id or (one.id.startswith(AGREE) and other.id.startswith(AGREE))
