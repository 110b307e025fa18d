"""Nobody checks his own work: ten thousand random lives of a claim, a plan and a project, alone or through deputies."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from domain import duties
from domain.act import Act, Decider
from domain.claim import CLAIM
from domain.claim_facts import AnswerGate, ConfirmPayment, Lodge, SendPayment
from domain.errors import RefusedError
from domain.plan import PLAN
from domain.plan_facts import BindMinutes, Cosign, DecideStage, Draft, PlanTerms
from domain.project import PROJECT
from domain.project_facts import Answer, Register
from domain.project_facts import Cosign as CosignStep
from domain.terms import StepTerm
from tests.domain.given import GATES, MINUTED, REF, by, drafted, line, lodged, registered

LIVES = 10_000
PEOPLE = ("li", "wang", "zhao", "sun")
STEPS = (
    StepTerm("declare", "declare", "village", "L1"),
    StepTerm("review", "review", "town", "L2", returns_to=("declare",)),
    StepTerm("survey", "survey", "team", "L3", returns_to=("declare",), together=("finance",)),
    StepTerm("bank", "bank", "rrb", "L4", returns_to=("declare", "survey")),
    StepTerm("accept", "accept", "dept", "L5", returns_to=("survey",)),
)
Making = Callable[[Act], Any]


def claims(act: Act) -> list[Making]:
    del act
    return [
        lambda a: Lodge(a, lodged(a, line(5))),
        *(lambda a, gate=gate.id: AnswerGate(a, gate, approve=True, opinion="", barred={}) for gate in GATES),
        lambda a: AnswerGate(a, GATES[1].id, approve=False, opinion="不符", barred={}),
        lambda a: SendPayment(a, {}),
        lambda a: ConfirmPayment(a, "回单"),
    ]


def plans(act: Act) -> list[Making]:
    terms = PlanTerms(REF, "rrb", (MINUTED,), together=("finance_section",))
    draft = msgspec.structs.replace(drafted(act, line(5)), terms=terms)
    return [
        lambda a: Draft(a, msgspec.structs.replace(draft, act=a)),
        lambda a: Cosign(a, ""),
        lambda a: DecideStage(a, MINUTED.id, "M-1", approve=True, opinion=""),
        lambda a: DecideStage(a, MINUTED.id, "M-1", approve=False, opinion="偏高"),
        lambda a: BindMinutes(a, MINUTED.id, "M-1", "d" * 64),
    ]


def projects(act: Act) -> list[Making]:
    del act
    return [
        lambda a: Register(a, registered(a, steps=STEPS), "", ""),
        *(lambda a, step=step.id: Answer(a, step, approve=True, opinion="", record="") for step in STEPS),
        *(
            lambda a, step=step.id, to=step.returns_to[-1]: Answer(
                a, step, approve=False, opinion="不符", record="", return_to=to
            )
            for step in STEPS
            if step.returns_to
        ),
        lambda a: CosignStep(msgspec.structs.replace(a, post="finance"), "survey"),
    ]


KINDS: list[tuple[Decider[Any], Callable[[Act], list[Making]]]] = [(CLAIM, claims), (PLAN, plans), (PROJECT, projects)]
# What prepares a case and what decides it, by the name of the fact, and of the step where the fact has one.
PREPARES = {"ClaimLodged", "PlanDrafted", "PlanCosigned", "ProjectRegistered", "StepCosigned"}
DECIDES = {"GatePassed", "ClaimReturned", "PaymentSent", "StageDecided", "PlanReturned"}
KIND_OF_STEP = {step.id: step.kind for step in STEPS}


def prepares(fact: Any) -> bool:
    name = type(fact).__name__
    return name in PREPARES or (name == "StepPassed" and KIND_OF_STEP[fact.step] in duties.PREPARES)


def decides(fact: Any) -> bool:
    name = type(fact).__name__
    return name in DECIDES or (name in ("StepPassed", "StepReturned") and KIND_OF_STEP[fact.step] in duties.DECIDES)


@settings(max_examples=LIVES, deadline=None)
@drawn(
    kind=st.integers(0, len(KINDS) - 1),
    asked=st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(PEOPLE), st.sampled_from(("", *PEOPLE))), min_size=4, max_size=24
    ),
)
def test_no_sequence_lets_anybody_check_his_own_work(kind: int, asked: list[tuple[int, str, str]]) -> None:
    decider, makings = KINDS[kind]
    state = decider.initial()
    prepared: set[str] = set()
    gates: dict[str, str] = {}
    for number, person, principal in asked:
        act = by(person)
        if principal and principal != person:
            act = msgspec.structs.replace(act, on_behalf_of=principal)
        made = makings(act)
        try:
            facts = decider.decide(state, made[number % len(made)](act))
        except RefusedError:
            continue
        for fact in facts:
            hands = {fact.act.person, fact.act.on_behalf_of} - {""}
            if decides(fact):
                assert not hands & prepared, (fact, prepared)
            if prepares(fact):
                prepared |= hands
            if type(fact).__name__ == "ClaimLodged":
                prepared, gates = set(hands), {}  # Lodged anew it begins at the first gate.
            if type(fact).__name__ == "GatePassed":
                assert not hands & gates.keys(), (fact, gates)
                gates |= dict.fromkeys(hands, fact.gate)
            decider.evolve(state, fact)
