"""Handling (交办): which holder of a post takes an open step of a case, whose opinion is asked for first (征求意见).

A stream beside each case that it is about. It decides nothing: it says who is waited for, and by whose word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from domain.act import Act, CaseState, Decider, Fact
from domain.cases import CaseId, case_id, parse_case
from domain.errors import BadInputError
from domain.handling_facts import (
    Advise,
    Assign,
    EndHandling,
    Forward,
    HandlingCommand,
    HandlingEnded,
    Key,
    OpinionGiven,
    QuestionRecalled,
    Recall,
    StepAssigned,
    StepForwarded,
    StepUnassigned,
    Unassign,
)
from domain.handling_refusals import (
    NotAskedError,
    NotAssignedError,
    NotYourStepError,
    OpinionAwaitedError,
    SameHandlerError,
)

ADVISE = "advise"


def handling_stream(case: CaseId) -> str:
    """Return the stream that says who takes the steps of a case."""
    return case_id(case.county, "handling", f"{case.kind}-{case.no}")


def handled_case(handling: CaseId) -> CaseId:
    """Return the case that a handling is about.

    Raises:
        BadInputError: If there is no such kind of case.
    """
    kind, dash, no = handling.no.partition("-")
    if not dash:
        raise BadInputError("case", f"{handling.no!r} is not <kind>-<no> of a case, such as claim-C1")
    return parse_case(f"{handling.county}/{kind}/{no}")


@dataclass(frozen=True)
class Handled:
    """An open step that somebody has: who (`holder`), by whose word, and whose opinion is waited for (`asked`)."""

    post: str
    holder: str
    by: str
    assigned: bool = False
    asked: str = ""
    advised: tuple[str, ...] = ()


@dataclass
class HandlingState(CaseState):
    """Who has which steps of one case, and who ever gave an opinion in it."""

    of_case: str = ""
    steps: dict[Key, Handled] = field(default_factory=dict)
    advised: dict[str, str] = field(default_factory=dict)
    questions: int = 0


HANDLING_FACTS = (StepAssigned, StepUnassigned, StepForwarded, OpinionGiven, QuestionRecalled, HandlingEnded)


def judge(state: HandlingState, command: HandlingCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    act = command.act
    if isinstance(command, EndHandling):
        return _ended(state, act, command.steps)
    held = state.steps.get((command.step, command.post))
    match command:
        case Assign(_, of_case, step, post, to, reason):
            before = held.holder if held else ""
            if held and held.assigned and before == to:
                raise SameHandlerError(step=step, person=to, by=held.by)
            return (StepAssigned(act, parse_case(of_case).county, of_case, step, post, to, reason, before),)
        case Unassign(_, step, _, reason):
            if held is None:
                raise NotAssignedError(step=step)
            return (StepUnassigned(act, step, held.post, held.holder, reason),)
        case Forward():
            return (_forwarded(state, command, held),)
        case Advise(_, step, post, opinion):
            if held is None or held.asked not in act.hands:
                raise NotAskedError(step=step, person=act.person, asked=(held.asked if held else "") or "-")
            return (OpinionGiven(act, state.of_case, step, post, held.holder, opinion, state.questions),)
        case Recall(_, step, post, reason):
            if held is None or not held.asked:
                raise NotAskedError(step=step, person=act.person, asked="-")
            if held.holder not in act.hands:
                raise NotYourStepError(step=step, person=act.person, holder=held.holder, by=held.by)
            return (QuestionRecalled(act, step, post, held.asked, reason, state.questions),)


def _forwarded(state: HandlingState, c: Forward, held: Handled | None) -> StepForwarded:
    if held and held.asked:
        # No chain: whoever is asked answers, or the question is taken back.
        raise OpinionAwaitedError(step=c.step, holder=held.holder, asked=held.asked)
    holder = c.act.on_behalf_of or c.act.person
    if held and held.holder in c.act.hands:
        holder = held.holder
    county = parse_case(c.of_case).county
    return StepForwarded(c.act, county, c.of_case, c.step, c.post, holder, c.to, c.question, state.questions + 1)


def _ended(state: HandlingState, act: Act, steps: Iterable[Key]) -> tuple[Fact, ...]:
    held = ((key, state.steps[key]) for key in steps if key in state.steps)
    return tuple(HandlingEnded(act, state.of_case, *key, one.holder, one.advised) for key, one in held)


def apply(state: HandlingState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, HANDLING_FACTS), fact
    key = (fact.step, fact.post)
    match fact:
        case StepAssigned():
            state.of_case = fact.of_case
            advised = state.steps[key].advised if key in state.steps else ()
            state.steps[key] = Handled(fact.post, fact.to, fact.act.person, assigned=True, advised=advised)
        case StepUnassigned() | HandlingEnded():
            state.steps.pop(key)
        case StepForwarded():
            state.of_case, state.questions = fact.of_case, fact.number
            held = state.steps.get(key)
            if held is None or held.holder != fact.holder:  # Whoever had it before holds its post no more.
                held = Handled(fact.post, fact.holder, fact.act.person)
            state.steps[key] = replace(held, asked=fact.to)
        case OpinionGiven():
            held = state.steps[key]
            state.steps[key] = replace(held, asked="", advised=(*held.advised, fact.act.person))
            state.advised |= dict.fromkeys(fact.act.hands, ADVISE)
        case QuestionRecalled():
            state.steps[key] = replace(state.steps[key], asked="")


def _stage(state: HandlingState) -> str:
    if any(held.asked for held in state.steps.values()):
        return "advised on"
    return "assigned" if state.steps else "handled" if state.of_case else ""


HANDLING = Decider(
    "handling",
    HandlingState,
    judge,
    apply,
    (Assign, Unassign, Forward, Advise, Recall, EndHandling),
    HANDLING_FACTS,
    stage=_stage,
    closed=lambda s: not s.steps,
    # All of them: a step may be handed on again after the last one ended.
    also_allowed=lambda _: ("assign", "unassign", "forward", ADVISE, "recall"),
)
