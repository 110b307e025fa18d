"""What may be asked of a case now: each step that waits, what answers it, and who may do so or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote

from activities.deciding import PROCESSES
from console.house import House
from console.visitor import Seat
from domain.act import OpenStep
from domain.cases import CaseId, case_id
from domain.claim_state import ClaimState
from domain.dispatch_requests import OpenDispatch
from domain.emergency import CONFIRM
from domain.emergency_requests import ConfirmEmergency
from domain.errors import BadInputError
from domain.handling import HANDLING, handled_case
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, RecallQuestion, UnassignStep
from domain.meeting_requests import CallMeeting, DecideItems
from domain.order import PEOPLE
from domain.order_requests import AppointPerson, OrderRequest, RegisterPersonKey
from domain.people_requests import OpenAbsence
from domain.procedures.askers import Askers, askers
from domain.procedures.candidates import Candidate, of_step
from domain.procedures.entitled import NOT_HANDLED
from domain.registry import BY_KIND
from domain.requests import (
    KIND_OF,
    AcknowledgeRows,
    AgreeSurplus,
    AnnounceMoney,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    BouncePayment,
    CorrectDeviation,
    CosignStep,
    DecidePlan,
    DraftPlan,
    EnterDisclosure,
    ExplainShortfall,
    FileMinutes,
    FindSurplus,
    FormAsset,
    LodgeClaim,
    PublishDisclosure,
    RecordTraining,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    RuleObjection,
    SetMeasures,
    TakeReport,
    answered_step_of,
    name_of,
)

# With what a case of a kind can come into being.
BEGINS: Mapping[str, tuple[type[AnyRequest], ...]] = {
    "fund": (RegisterReceipt, AnnounceMoney),
    "plan": (DraftPlan,),
    "project": (RegisterProject,),
    "claim": (LodgeClaim,),
    "meeting": (CallMeeting, DecideItems),
    "disclosure": (EnterDisclosure,),
    "training": (RecordTraining,),
    "hotline": (TakeReport,),
    "performance": (SetMeasures,),
    "asset": (FormAsset,),
    "surplus": (FindSurplus,),
    "dispatch": (OpenDispatch,),
    "absence": (OpenAbsence,),
    "people": (AppointPerson, RegisterPersonKey),
}
ORDERS: tuple[type[AnyRequest], ...] = get_args(OrderRequest)
# Whose step's id names one of many: how the id begins, and the field that says which.
_NAMED: Mapping[type[AnyRequest], tuple[str, str]] = {
    ReleaseMoney: ("release:", "plan_no"),
    DecidePlan: ("decide:", "stage"),
    FileMinutes: ("minutes:", "stage"),
    CosignStep: ("cosign:", "step"),
    RuleObjection: ("rule:", "number"),
    CorrectDeviation: ("correct:", "number"),
    ExplainShortfall: ("explain:", "duty"),
    AgreeSurplus: ("agree:", "party"),
    AcknowledgeRows: ("acknowledge:", "batch"),
}
# What answers a step where it went wrong: it comes behind what takes the case on, whose button is the first.
_WENT_WRONG = frozenset({BouncePayment})
_IN_ORDER = sorted(KIND_OF.items(), key=lambda of: of[0] in _WENT_WRONG)
_NUMBERED = frozenset({"number", "batch"})
_PUBLISHING = frozenset({"publish", "correct"})


@dataclass(frozen=True)
class Offer:
    """One request that may be asked: for which step, of which post; *fixed* fields are said by the step.

    *waits*: somebody is waited for; else it may be asked at any time. Of a step that waits, *who* may take it.
    """

    case: CaseId
    step: str
    post: str
    request: type[AnyRequest]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = True
    who: tuple[Candidate, ...] = ()

    @property
    def name(self) -> str:
        """Return the request's name, such as claim.answer/1."""
        return name_of(self.request)

    def may(self, seat: Seat) -> bool:
        """Return whether somebody may take the step from a desk."""
        return any(
            (one.person, one.on_behalf_of) == (seat.person, seat.on_behalf_of) and one.why_not is None
            for one in self.who
        )


def offers(house: House, case: CaseId) -> list[Offer]:
    """Return all that may be asked of a case now: what waits first."""
    if case.kind == HANDLING.kind:
        return list(of_handling(house, case))
    decider = BY_KIND[case.kind]
    state = house.read(decider, case_id(*case))
    if not state.done:
        # Somebody who held a post from the first day on has no record yet, and may be dismissed all the same.
        begins = ORDERS if case.kind == PEOPLE.kind else BEGINS.get(case.kind, ())
        return [Offer(case, "", "", request, waits=False) for request in begins]
    if case.kind not in PROCESSES:
        return []
    waiting, now = decider.open_steps(state), house.now()
    found = []
    for step in waiting:
        who = tuple(of_step(house.read, case, step, now))
        found += [
            Offer(case, step.id, step.post, request, fixed, who=who) for request, fixed in answers(case, step.id, state)
        ]
    open_ids = {step.id for step in waiting}
    for step_id in decider.also_allowed(state):
        if step_id not in open_ids:
            found += [
                Offer(case, step_id, "", request, fixed, waits=False)
                for request, fixed in answers(case, step_id, state)
            ]
    return found


HANDED: tuple[type[AnyRequest], ...] = (AssignStep, UnassignStep, ForwardStep, AdviseStep, RecallQuestion)


def of_handling(house: House, handling: CaseId) -> Iterator[Offer]:
    """Yield what may be asked about who takes each open step of the case that a handling is about.

    Of steps that wait for several posts under one name the post is said behind an @.
    """
    try:
        of = handled_case(handling)
    except BadInputError:
        return
    decider = BY_KIND[of.kind]
    waiting = decider.open_steps(house.ledger.shared(decider, case_id(*of))) if of.kind not in NOT_HANDLED else ()
    ids = [step.id for step in waiting]
    for step in waiting:
        name = step.id if ids.count(step.id) == 1 else f"{step.id}@{step.post}"
        for request in HANDED:
            yield Offer(handling, name, step.post, request, {"step": step.id, "post": step.post}, waits=False)


def answers(case: CaseId, step: str, state: Any) -> Iterator[tuple[type[AnyRequest], Mapping[str, Any]]]:
    """Yield the requests that answer a step of a case, each with the fields that the step says.

    What takes the case on comes first.
    """
    for request, kind in _IN_ORDER:
        if kind != case.kind:
            continue
        if (named := _NAMED.get(request)) is not None:
            prefix, name = named
            if step.startswith(prefix):
                rest = step.removeprefix(prefix)
                yield request, {name: int(rest) if name in _NUMBERED else rest}
        elif request is AnswerStep:
            if not step.startswith("cosign:") and step in _steps(state):
                yield request, {"step": step}
        elif request is AnswerGate:
            if isinstance(state, ClaimState) and step in _gates(state):
                yield request, {"gate": step}
        elif request is ConfirmEmergency:
            if step == CONFIRM and state.opened is not None:
                yield request, {"decision": state.opened.digest}
        elif request is PublishDisclosure:
            if step in _PUBLISHING:
                yield request, {}
        elif request is DecideItems:
            if step == "decide" or step.startswith("decide:"):
                yield request, {}
        elif answered_step_of(request) == step:
            yield request, {}


def _steps(state: Any) -> frozenset[str]:
    return frozenset(step.id for step in state.registered.terms.steps) if state.registered else frozenset()


def _gates(state: ClaimState) -> frozenset[str]:
    return frozenset(gate.id for gate in state.lodged.terms.gates) if state.lodged else frozenset()


def of_name(house: House, case: CaseId, name: str, step: str) -> Offer | None:
    """Return what a form was opened for, if it may be asked still."""
    return next((one for one in offers(house, case) if (one.name, one.step) == (name, step)), None)


def waits_for(offer: Offer, seats: tuple[Seat, ...]) -> OpenStep | None:
    """Return the step that an offer answers, if it is one of somebody's own desks."""
    return OpenStep(offer.step, offer.post) if offer.waits and offer.post in {seat.post for seat in seats} else None


def askers_of(house: House, offer: Offer) -> Askers:
    """Return who may ask for what may be asked at any time, as the case stands."""
    return askers(house.read, offer.case, offer.request, offer.fixed, house.calendar, house.now())


def ask_url(offer: Offer) -> str:
    """Return the address of the form of an offer."""
    step = f"?step={quote(offer.step, safe='')}" if offer.step else ""
    return f"/{case_id(*offer.case)}/ask/{offer.name}{step}"
