"""Steps handed on, asked about and answered by anybody in any order: who answers may, and is the one who has it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.act import Decider
from domain.cases import case_id, mandates_stream, parse_case
from domain.claim_facts import GatePassed
from domain.errors import RefusedError
from domain.handling import HANDLING, HandlingState
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, RecallQuestion, UnassignStep
from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import Appoint, Appointed
from domain.policy import load
from domain.procedures import Asking, expand
from domain.procedures.candidates import candidates
from domain.registry import DECIDER_OF
from domain.requests import AnswerGate, AnyRequest, to_body
from tests.domain.county import CALENDAR, DAY, GATES, POLICIES, County, contract, line
from tests.domain.given import WAN, noon

CASE, HANDLED = "sample/claim/C1", "sample/handling/claim-C1"
PEOPLE = ("li", "wu", "wang", "zhao")
POSTS = (*GATES, "director")


@pytest.fixture(scope="module")
def county() -> Iterator[County]:
    """A claim at its first gate; four people, each of whom holds the post of every gate and of the head."""
    with Ledger("sqlite://") as ledger:
        made = County(ledger, "sample")
        made.adopt(load(POLICIES / "sample.toml"))
        for n, person in enumerate(PEOPLE * len(POSTS)):
            post = POSTS[n // len(PEOPLE)]
            act = made.act(f"{person} {post}", "opener")
            held = Appointed(act, "sample", person, post, "finance_bureau", DAY, None)
            ledger.execute(Step(mandates_stream("sample"), Appoint(act, held)))
        made.receives()
        made.banks("A01")
        made.plans("P1", line(200 * WAN))
        made.releases("F1", "P1")
        made.ask("project", "A01", contract(180 * WAN), "implementing_unit")
        made.lodges("C1", line(100 * WAN))
        yield made


class Life:
    """The county's states, and what is asked of them: nothing is stored."""

    def __init__(self, county: County) -> None:
        self.county, self.changed = county, dict[str, Any]()

    def read(self, decider: Decider[Any], stream: str) -> Any:
        """Return the state of a stream as it is by now."""
        return self.changed[stream] if stream in self.changed else self.county.ledger.state(decider, stream)

    def ask(self, case: str, request: AnyRequest, post: str, person: str) -> list[Any]:
        """Let somebody ask; return the facts, all or none."""
        act = msgspec.structs.replace(self.county.act(to_body(request), post, person), unit="finance_bureau")
        after, facts = dict(self.changed), []
        for step in expand(Asking(act, parse_case(case), self.read, CALENDAR), request):
            decider = DECIDER_OF[type(step.command)]
            state = deepcopy(self.read(decider, step.stream))
            for fact in decider.decide(state, step.command):
                facts.append(fact)
                decider.evolve(state, fact)
            after[step.stream] = state
        self.changed = after
        return facts


def requests(gate: str, to: str) -> list[tuple[str, AnyRequest]]:
    return [
        (CASE, AnswerGate(gate=gate, approve=True)),
        (CASE, AnswerGate(gate=gate, approve=True)),
        (HANDLED, AssignStep(step=gate, to=to, reason="样例")),
        (HANDLED, UnassignStep(step=gate, reason="样例")),
        (HANDLED, ForwardStep(step=gate, to=to, question="样例")),
        (HANDLED, AdviseStep(step=gate, opinion="样例")),
        (HANDLED, RecallQuestion(step=gate, reason="样例")),
    ]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(
    asked=st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.booleans()), max_size=20
    )
)
def test_who_answers_has_the_step_and_has_advised_nobody(
    county: County, asked: list[tuple[int, str, str, bool]]
) -> None:
    life, hands, advised = Life(county), set[str](), set[str]()
    for number, person, to, heads in asked:
        steps = {one.step for one in candidates(life.read, parse_case(case_id("sample", "claim", "C1")), noon(DAY))}
        gate = next((gate for gate in GATES if gate in steps), GATES[0])
        case, request = requests(gate, to)[number]
        before: HandlingState = deepcopy(life.read(HANDLING, HANDLED))
        post = "director" if heads and case == HANDLED else gate
        try:
            facts = life.ask(case, request, post, person)
        except RefusedError:
            continue
        if isinstance(request, AdviseStep):
            advised.add(person)
        held = before.steps.get((gate, gate))
        if any(isinstance(fact, GatePassed) for fact in facts):
            event(f"passed, {'handed on' if held else 'free'}")
            assert person not in hands | advised
            assert held is None or (held.holder, held.asked) == (person, "")
            assert (gate, gate) not in life.read(HANDLING, HANDLED).steps
            hands.add(person)
        assert set(life.read(HANDLING, HANDLED).steps) <= {(gate, gate)}
    assert life.read(MANDATE, mandates_stream("sample")).held
