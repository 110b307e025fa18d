"""Correcting a project, rejecting it, taking it back (更正、驳回、撤回); and the reviews that a return lets stand."""

import msgspec

from domain import duties
from domain.act import Act
from domain.cases import case_id
from domain.content import Attached, with_paper
from domain.cosigning import COSIGN
from domain.project_facts import (
    Answer,
    Correct,
    NotePaper,
    ProjectCorrected,
    ProjectFact,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectRejected,
)
from domain.project_signing import CORRECTED, REVIEWS
from domain.project_state import ProjectState
from domain.signing import (
    CLAUSE,
    CORRECT,
    CannotRejectError,
    EndedError,
    Fallen,
    NothingCorrectedError,
    TooLateToCorrectError,
    WhyMissingError,
)
from domain.terms import StepTerm
from domain.words import Both


def fallen_ahead(state: ProjectState, fallen: tuple[Fallen, ...]) -> tuple[Fallen, ...]:
    """Return, of signatures that would fall, those of steps behind the open one."""
    return tuple(one for one in fallen if one.step.removeprefix(f"{COSIGN}:") in state.signed.ahead)


def reviewed_on(state: ProjectState) -> dict[str, str]:
    """Return whose review of the project stands, each with its step."""
    steps = state.registered.terms.steps if state.registered else ()
    reviews = {step.id for step in steps if step.kind in REVIEWS}
    return {who: step for who, step in state.signed.signatures.hands().items() if step in reviews}


def reviewed_by(state: ProjectState, act: Act) -> tuple[Fallen, ...]:
    """Return the signatures behind the open step that were given by whoever now does a work that they looked at."""
    given = state.signed.signatures.standing()
    return fallen_ahead(state, tuple(one.named for one in given if set(one.act.hands) & set(act.hands)))


def kept_of(state: ProjectState, registered: ProjectRegistered, to: str) -> tuple[str, ...]:
    """Return the reviews between the step *to* that it is sent back to and the open one: they stand for now."""
    steps = registered.terms.steps
    first = next(n for n, step in enumerate(steps) if step.id == to)
    between = (step for step in steps[first + 1 : state.at] if step.kind in REVIEWS)
    return tuple(step.id for step in between if state.signed.signatures.stands(step.id))


def waited_for(state: ProjectState) -> tuple[str, ...]:
    """Return the posts whose co-signature is waited for: it is not wanted any more."""
    return tuple(post for _, post in state.to_cosign)


def reject(state: ProjectState, registered: ProjectRegistered, step: StepTerm, c: Answer) -> ProjectRejected:
    """Return the end of a project at one of its reviews.

    Raises:
        RefusedError: If it is no review, money rests on it, or nobody says why.
    """
    said = {"case": _case(registered), "step": step.id, "clause": step.clause}
    if step.kind not in REVIEWS or "plan" in state.passed_on:
        allowed = ", ".join(one.id for one in registered.terms.steps if one.kind in REVIEWS) or "-"
        raise CannotRejectError(**said, allowed=allowed)
    if not c.opinion.strip():
        raise WhyMissingError(**said)
    return ProjectRejected(c.act, step.id, c.opinion, waited_for(state))


def correct(state: ProjectState, registered: ProjectRegistered, c: Correct) -> ProjectCorrected:
    """Return the correction of a project, with exactly the signatures that fall.

    Raises:
        RefusedError: If it is too late, changes nothing, or is asked by somebody who has decided on it.
    """
    check_under_way(state, registered, CORRECT)
    if registered.terms.separate_duties:
        duties.check(c.act, CORRECT, reviewed_on(state))
    said = {name: getattr(c, name) for name in CORRECTED}
    now = msgspec.structs.replace(registered, **said, budget_fen=c.budget_fen or registered.budget_fen)
    after = state.signed.saying(declared_fen=c.budget_fen)
    if not (changes := state.content().changes(after.content(now))):
        raise NothingCorrectedError(case=_case(registered), clause=CLAUSE)
    fallen = state.signed.fallen_if(after, now)
    return ProjectCorrected(c.act, changes, fallen, c.reason, budget_fen=c.budget_fen, **said)


def check_under_way(state: ProjectState, registered: ProjectRegistered, asked: str) -> None:
    """Check that a project can still be corrected or taken back: by rules that say so, with no money and no contract.

    Raises:
        EndedError: If it was rejected or withdrawn.
        TooLateToCorrectError: If not, with what would do.
    """
    if state.signed.ended:
        raise EndedError(case=_case(registered), stage=state.signed.ended, asked=asked)
    if is_bound(state):
        instead = Both("拟计划调整，或重签合同", "a plan that adjusts it, or a contract signed anew,")
    elif not registered.terms.keeps:
        instead = Both("由审核环节退回", "a review's return")
    else:
        return
    at = state.step.id if state.step else "closed"
    raise TooLateToCorrectError(case=_case(registered), stage=at, asked=asked, instead=instead, clause=CLAUSE)


def is_bound(state: ProjectState) -> bool:
    """Return whether what was decided has had its effect: it is in a plan, has a contract, or is over."""
    return state.is_closed or state.money.allotted > 0 or "plan" in state.passed_on or state.money.contract is not None


def note_paper(state: ProjectState, c: NotePaper) -> tuple[ProjectFact, ...]:
    """Note a paper. What was decided and carried out stays decided: once it has money, nothing falls.

    Raises:
        SamePersonError: If somebody whose review stands changes what a work rests on that was done.
    """
    paper, registered, before = Attached(c.step, c.digest), state.registered, state.signed.papers
    if before.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if registered is None:
        return (ProjectPaperNoted(c.act, c.paper, *paper),)
    if registered.terms.separate_duties and state.work_of(c.paper, paper):
        duties.check(c.act, CORRECT, reviewed_on(state))
    after = state.signed.saying(papers=with_paper(before, c.paper, paper))
    keeps = registered.terms.keeps and not is_bound(state) and not state.signed.ended
    fallen = state.signed.fallen_if(after, registered) if keeps else ()
    return (ProjectPaperNoted(c.act, c.paper, *paper, state.content().changes(after.content(registered)), fallen),)


def _case(registered: ProjectRegistered) -> str:
    return case_id(registered.county, "project", registered.project_no)
