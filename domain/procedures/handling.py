"""What is asked of a handling (交办): who takes an open step, a colleague's opinion on it, and when both are over."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from domain.act import OpenStep
from domain.calendar import day_of
from domain.cases import KINDS, CaseId, case_id, kind_of, mandates_stream, parse_case
from domain.errors import BadInputError
from domain.handling import HANDLING, handled_case, handling_stream
from domain.handling_facts import Advise, Assign, EndHandling, Forward, HandlingCommand, Recall, Unassign
from domain.handling_refusals import (
    NoSuchStepError,
    NotACandidateError,
    NotSupervisorError,
    NotYourStepError,
    OwnAssignmentError,
)
from domain.handling_requests import (
    AdviseStep,
    AssignStep,
    ForwardStep,
    HandlingRequest,
    RecallQuestion,
    UnassignStep,
)
from domain.ledger import Step
from domain.mandate import MANDATE
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.procedures.candidates import Candidate, of_step
from domain.procedures.entitled import CLAUSE, NOT_HANDLED
from domain.registry import BY_KIND


def ask(asking: Asking, request: HandlingRequest) -> Iterator[Step]:
    """Hand an open step to one person, ask a colleague about it, answer, or take either back."""
    act = asking.act.under(CLAUSE)
    of = handled_case(asking.case)
    if of.kind in NOT_HANDLED:
        raise BadInputError("case", f"steps of a {of.kind} are not handed on")
    match request:
        case AdviseStep(step=step, opinion=opinion):
            yield Step(asking.own, Advise(act, step, _post_of(asking, request), opinion))
        case RecallQuestion(step=step, reason=reason):
            yield Step(asking.own, Recall(act, step, _post_of(asking, request), reason))
        case _:
            yield Step(asking.own, _of_open_step(asking, of, request))


def _of_open_step(asking: Asking, of: CaseId, request: AssignStep | UnassignStep | ForwardStep) -> HandlingCommand:
    """Return the command about a step that waits, for whoever may give it.

    Raises:
        NoSuchStepError: If it does not wait.
    """
    step, act, case = _open_step(asking, of, request), asking.act.under(CLAUSE), case_id(*of)
    candidates = [*of_step(asking.read, of, step, act.recorded_at)]
    if isinstance(request, ForwardStep):
        _check_own_step(candidates, asking, step)
        _check_colleague(asking, step, request.to)
        return Forward(act, case, step.id, step.post, request.to, request.question)
    check_supervisor(asking, step)
    if isinstance(request, UnassignStep):
        return Unassign(act, step.id, step.post, request.reason)
    if request.to in act.hands:
        raise OwnAssignmentError(person=request.to, step=step.id)
    free = [*of_step(asking.read, of, step, act.recorded_at, assigned=False)]
    _check_candidate(free, step, request.to)
    return Assign(act, case, step.id, step.post, request.to, request.reason)


def _open_step(asking: Asking, of: CaseId, request: AssignStep | UnassignStep | ForwardStep) -> OpenStep:
    """Return the open step that is meant: of several posts' that of the post named, or of whoever takes or has it."""
    decider = BY_KIND[of.kind]
    waiting = decider.open_steps(asking.read(decider, case_id(*of)))
    found = [one for one in waiting if one.id == request.step and request.post in ("", one.post)]
    if not found:
        raise NoSuchStepError(case=case_id(*of), step=request.step, open=", ".join(one.id for one in waiting) or "-")
    match request:
        case AssignStep(to=to):
            now = asking.act.recorded_at
            fits = [s for s in found if to in {one.person for one in of_step(asking.read, of, s, now)}]
        case UnassignStep():
            held = asking.read(HANDLING, asking.own).steps
            fits = [step for step in found if (step.id, step.post) in held]
        case ForwardStep():
            fits = [step for step in found if step.post == asking.act.post]
    return (fits or found)[0]


def _post_of(asking: Asking, request: AdviseStep | RecallQuestion) -> str:
    """Return the post whose step a question is about: the one named, or that on which the asker's question is out."""
    held = {post: one for (step, post), one in asking.read(HANDLING, asking.own).steps.items() if step == request.step}
    own = asking.act.hands
    asked = (post for post, one in held.items() if one.asked and (one.asked in own or one.holder in own))
    return request.post or next(asked, next(iter(held), ""))


def _check_candidate(candidates: Sequence[Candidate], step: OpenStep, person: str) -> None:
    """Check that a person may take a step.

    Raises:
        RefusedError: With the reason why not.
    """
    own = [one for one in candidates if one.person == person]
    if not own:
        known = ", ".join(dict.fromkeys(one.person for one in candidates)) or "-"
        raise NotACandidateError(to=person, post=step.post, step=step.id, candidates=known)
    if (no := own[0].why_not) is not None and all(one.why_not for one in own):
        raise no


def _check_own_step(candidates: Sequence[Candidate], asking: Asking, step: OpenStep) -> None:
    act = asking.act
    asking.needs_post(step.post, step.id, CLAUSE)
    mine = [one for one in candidates if (one.person, one.on_behalf_of) == (act.person, act.on_behalf_of)]
    if not mine:
        raise NotYourStepError(step=step.id, person=act.person, holder=step.post, by="-")
    if (no := mine[0].why_not) is not None:
        raise no


def _check_colleague(asking: Asking, step: OpenStep, to: str) -> None:
    if to in asking.act.hands:
        raise OwnAssignmentError(person=to, step=step.id)
    mandates = asking.read(MANDATE, mandates_stream(asking.case.county))
    mandates.check_known(to, day_of(asking.act.recorded_at))


def check_supervisor(asking: Asking, step: OpenStep) -> None:
    """Check that whoever asks stands above a step's post, or where the county names nobody, beside it in its unit.

    Raises:
        NoRuleStatedError: If the adopted rules do not say who may.
        NotSupervisorError: If it is somebody else.
    """
    rules, act = asking.rules(), asking.act
    rule = rules.engine.handling
    if rule is None:
        raise NoRuleStatedError(question="who may hand a step to one person?", key="engine.handling")
    above = _above(asking, step.post) if rule.by_ladder else ()
    if above:
        allowed, needed = act.post in above, " / ".join(above)
    else:
        today = day_of(act.recorded_at)
        held = asking.read(MANDATE, mandates_stream(asking.case.county)).holders_of(step.post, today)
        units = sorted({one.unit for one in held})
        allowed, needed = rule.by_unit and act.unit in units and act.post != step.post, " / ".join(units) or "-"
    if not allowed:
        who = {"person": act.person, "post": act.post, "unit": act.unit}
        raise NotSupervisorError(**who, of_post=step.post, needed=needed, clause=CLAUSE)


def _above(asking: Asking, post: str) -> tuple[str, ...]:
    """Return the posts of the county's chain of responsibility that stand above a post; of its own unit beside it."""
    profile = asking.rules().profile
    if profile.chain is None:
        return ()
    chain = profile.chain.posts
    if post in chain:
        return chain[chain.index(post) + 1 :]
    units = {one.id: one.unit for one in profile.posts}
    return tuple(one for one in chain if post in units and units.get(one) == units[post])


def ended(asking: Asking, brought: Sequence[tuple[str, Any]]) -> Iterator[Step]:
    """Yield the end of what was handed on of each step that what was *brought* about lets wait no longer.

    A step that did not wait before either is over too: it was handed on while somebody answered it.
    """
    facts: dict[str, list[Any]] = {}
    for stream, fact in brought:
        if kind_of(stream) in KINDS and kind_of(stream) not in NOT_HANDLED:
            facts.setdefault(stream, []).append(fact)
    for stream, of_case in facts.items():
        handling = handling_stream(parse_case(stream))
        held = asking.read(HANDLING, handling).steps
        if not held:
            continue
        decider = BY_KIND[kind_of(stream)]
        state = asking.read(decider, stream)
        before, after = decider.open_steps(state), deepcopy(state)
        for fact in of_case:
            decider.evolve(after, fact)
        waits = set(before) & set(decider.open_steps(after))
        if over := tuple(key for key in held if OpenStep(*key) not in waits):
            yield Step(handling, EndHandling(asking.act.under(CLAUSE), over))
