"""Gates that are open together (并行): any order inside a group, none across; one return ends them all."""

from typing import Any

import msgspec
import pytest
from hypothesis import event
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain import claim_facts
from domain.balances import Bucket
from domain.claim import CLAIM, GateOrderError
from domain.claim_correcting import ClaimContentError
from domain.claim_facts import AnswerGate, ClaimLodged, ClaimMoved, ClaimReturned, GatePassed, Lodge, SendPayment
from domain.duties import SamePersonError
from domain.errors import RefusedError
from domain.fund import FUND
from domain.ledger import Ledger
from domain.moving import StepAgainError, StepAheadError
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationDropped
from domain.policy import Policy, parse
from domain.procedures.asking import WrongPostError
from domain.requests import AnswerGate as AnswerGateRequest
from domain.requests import LodgeClaim, MoveClaim
from domain.terms import GateTerm, PolicyRef
from tests.domain.county import ONE_DAY, POLICIES, County, claim, line
from tests.domain.given import REF, WAN, by, fold, given, lodged
from tests.domain.given import line as given_line

ACT = by("zhao")
NEW = PolicyRef("2022.2", "c" * 64, "b" * 64)


def gate(name: str, *, beside: bool = False) -> GateTerm:
    return GateTerm(name, f"post_{name}", "review", f"JS L18 {name}", with_former=beside)


# a, then b and c together, then d.
A, B, C, D = gate("a"), gate("b"), gate("c", beside=True), gate("d")


def lodged_for(*gates: GateTerm) -> ClaimLodged:
    fact = lodged(by("zhao"), given_line(120 * WAN))
    return msgspec.structs.replace(fact, terms=msgspec.structs.replace(fact.terms, gates=gates))


LODGED = lodged_for(A, B, C, D)


def went(*gates: str) -> tuple[Any, ...]:
    """Return the facts of a claim that these gates let through, each by a person of its own."""
    return (LODGED, *(GatePassed(by(f"p-{name}"), name, "") for name in gates))


def passes(name: str, person: str = "wu") -> AnswerGate:
    return AnswerGate(by(person), name, approve=True, opinion="", barred={})


def waits(*facts: Any) -> list[tuple[str, str]]:
    return [(step.id, step.post) for step in CLAIM.open_steps(fold(CLAIM, facts))]


def test_gates_of_a_group_wait_together_and_let_through_in_any_order() -> None:
    assert waits(*went("a")) == [("b", "post_b"), ("c", "post_c")]
    assert CLAIM.stage(fold(CLAIM, went("a"))) == "b + c"
    for first, second in (("b", "c"), ("c", "b")):
        command = passes(first)
        given(*went("a")).when(command).then(GatePassed(command.act, first, ""))
        assert waits(*went("a", first)) == [(second, f"post_{second}")]
        assert waits(*went("a", first, second)) == [("d", "post_d")]


def test_order_between_groups_stays_strict() -> None:
    given(LODGED).when(passes("c")).refuses(GateOrderError, "A01-1", "c", "JS L18")
    given(*went("a")).when(passes("d")).refuses(GateOrderError, "b + c", "d")
    given(*went("a", "c")).when(passes("d")).refuses(GateOrderError, "b", "d")
    given(*went("a", "c")).when(passes("c")).refuses(GateOrderError, "b", "c")
    given(*went("a", "b")).when(SendPayment(by("wu"), {})).refuses(GateOrderError, "c", "send")
    given(*went("a")).when(passes("b + c")).refuses(GateOrderError, "b + c")


def test_nobody_answers_two_gates_of_a_group() -> None:
    given(*went("a", "b")).when(passes("c", "p-b")).refuses(SamePersonError, "p-b", "b", "c", "A-53")
    given(*went("a", "c")).when(passes("b", "p-a")).refuses(SamePersonError, "p-a", "a", "b")


@pytest.mark.parametrize(
    ("before", "withdrawn"),
    [(("a",), ("c",)), (("a", "c"), ())],
    ids=["nobody else answered", "the other let it through"],
)
def test_one_gate_of_a_group_returns_the_claim(before: tuple[str, ...], withdrawn: tuple[str, ...]) -> None:
    """What waited beside it is withdrawn, and the fact names it."""
    command = AnswerGate(by("wu"), "b", approve=False, opinion="发票不符", barred={})
    back = ClaimReturned(command.act, "b", "发票不符", withdrawn)
    given(*went(*before)).when(command).then(back)
    assert waits(*went(*before), back) == [("lodge", "unit")]
    given(*went(*before), back).when(passes("c")).refuses(GateOrderError, "lodge", "c")
    again = msgspec.structs.replace(LODGED, version=2)
    assert waits(*went(*before), back, again) == [("a", "post_a")]
    # What the group said of the first version binds nobody.
    assert waits(*went(*before), back, again, GatePassed(by("x"), "a", "")) == [("b", "post_b"), ("c", "post_c")]


def test_history_from_before_there_were_groups_folds_as_it_did() -> None:
    strict = lodged_for(A, B, msgspec.structs.replace(C, with_former=False), D)
    assert b"with_former" not in msgspec.json.encode(strict)
    state = fold(CLAIM, (strict, *went("a")[1:]))
    assert (state.passed, CLAIM.stage(state)) == (1, "b")
    given(strict, *went("a")[1:]).when(passes("c")).refuses(GateOrderError, "b", "c")


BESIDE = st.lists(st.booleans(), min_size=1, max_size=6)


@any_of(BESIDE, st.data())
def test_any_order_inside_a_group_and_none_across(beside: list[bool], data: st.DataObject) -> None:
    gates = tuple(gate(f"g{n}", beside=together) for n, together in enumerate(beside))
    # By the flags alone: a gate's row is how many gates up to it stand behind the one before.
    row = {one.id: sum(not flag for flag in beside[1 : n + 1]) for n, one in enumerate(gates)}
    state, done = fold(CLAIM, (lodged_for(*gates),)), set[str]()
    asked = data.draw(st.lists(st.sampled_from(sorted(row)), max_size=25))
    for n, name in enumerate([*asked, *sorted(row, key=row.__getitem__)]):
        may = name not in done and all(other in done for other in row if row[other] < row[name])
        try:
            facts = CLAIM.decide(state, passes(name, f"p{n}"))
        except RefusedError:
            assert not may, name
            continue
        assert may, name
        for fact in facts:
            state = CLAIM.evolve(state, fact)
        done.add(name)
        left = [row[other] for other in row if other not in done]
        waiting = {step.id for step in CLAIM.open_steps(state)}
        assert waiting == ({o for o in row if o not in done and row[o] == min(left)} if left else {"send"})
    event(f"{max(row.values()) + 1} rows of {len(gates)} gates")
    assert done == set(row)
    assert CLAIM.stage(state) == "send"


# Moves


def moves(*gates: GateTerm) -> claim_facts.Move:
    return claim_facts.Move(ACT, msgspec.structs.replace(LODGED.terms, policy=NEW, gates=gates), "新办法")


def test_half_a_group_is_carried_over_to_other_rules() -> None:
    e = gate("e", beside=True)
    command = moves(A, B, C, e, D)
    moved = ClaimMoved(ACT, command.terms, REF, "新办法")
    given(*went("a", "c")).when(command).then(moved)
    assert waits(*went("a", "c"), moved) == [("b", "post_b"), ("e", "post_e")]


def test_group_is_not_taken_apart_while_it_waits() -> None:
    apart = msgspec.structs.replace(C, with_former=False)
    given(*went("a")).when(moves(A, B, apart, D)).refuses(StepAheadError, "b, c", "b", "JS L18 b")
    given(*went("a", "c")).when(moves(A, B, apart, D)).refuses(StepAgainError, "b", "c", "JS L18 c")
    command = moves(A, B, apart, D)
    given(*went("a", "b")).when(command).then(ClaimMoved(ACT, command.terms, REF, "新办法"))


# Asked of a county whose second gate is open together with the first, and the third stands alone

TEXT = (POLICIES / "sample.toml").read_text(encoding="utf-8")
SECOND, THIRD = (f'post = "{post}"\nkind = "{kind}"\n' for post, kind in (
    ("payment_centre", "review"),
    ("deputy_director", "recheck"),
))  # fmt: skip


def beside(*heads: str, version: str = "2023.2") -> Policy:
    """Return the sample county's rules with these gates open together with the ones before them."""
    text = TEXT.replace('version = "2023.1"', f'version = "{version}"')
    for head in heads:
        assert text.count(head) == 1
        text = text.replace(head, f"{head}with_former = true\n")
    return parse(text, "with groups")


def answers(name: str, *, approve: bool = True) -> AnswerGateRequest:
    return AnswerGateRequest(gate=name, approve=approve, opinion="" if approve else "发票不符")


FIRST_CLOCK, SECOND_CLOCK = "claim-A01-1-v1-finance_section", "claim-A01-1-v1-payment_centre"


@pytest.fixture
def grouped(building: County) -> County:
    building.adopt(beside(SECOND))
    building.lodges("A01-1", line(50 * WAN))
    return building


def test_clocks_of_a_group_start_together_and_each_is_met_by_its_own_gate(grouped: County) -> None:
    for no in (FIRST_CLOCK, SECOND_CLOCK):
        clock = grouped.clock(no)
        assert (clock.trigger_on, clock.due_on) == (grouped.today, grouped.today + 3 * ONE_DAY)
    grouped.today += ONE_DAY
    grouped.clears("A01-1", "payment_centre")
    assert OBLIGATION.stage(grouped.state(OBLIGATION, SECOND_CLOCK)) == "met"
    assert OBLIGATION.stage(grouped.state(OBLIGATION, FIRST_CLOCK)) == "open"
    assert "claim-A01-1-v1-deputy_director" not in grouped.clocks()
    grouped.today += ONE_DAY
    grouped.clears("A01-1", "finance_section")
    assert grouped.clock("claim-A01-1-v1-deputy_director").trigger_on == grouped.today
    grouped.clears("A01-1", "deputy_director")
    grouped.pays("A01-1")
    assert CLAIM.closed(grouped.state(CLAIM, "A01-1"))


def test_each_gate_of_a_group_is_for_its_own_post(grouped: County) -> None:
    for name, other in (("finance_section", "payment_centre"), ("payment_centre", "finance_section")):
        grouped.refuses("claim", "A01-1", answers(name), other, WrongPostError, name, other)
    deputy = answers("deputy_director")
    grouped.refuses("claim", "A01-1", deputy, "deputy_director", GateOrderError, "finance_section + payment_centre")


def test_return_by_one_gate_drops_the_clock_of_the_other_and_gives_the_money_back(grouped: County) -> None:
    grouped.today += ONE_DAY
    grouped.ask("claim", "A01-1", answers("payment_centre", approve=False), "payment_centre")
    assert OBLIGATION.stage(grouped.state(OBLIGATION, SECOND_CLOCK)) == "met"
    assert OBLIGATION.stage(grouped.state(OBLIGATION, FIRST_CLOCK)) == "dropped"
    dropped = grouped.ledger.facts(f"sample/obligation/{FIRST_CLOCK}")[-1]
    assert isinstance(dropped, ObligationDropped)
    assert dropped.reason == "payment_centre: 发票不符"
    assert dropped.act.clause == "sample, days made up"
    assert grouped.state(FUND, "F1").holds["A01-1"].bucket is Bucket.CLAIMABLE
    grouped.lodges("A01-1", line(40 * WAN))
    for name in ("finance_section", "payment_centre"):
        assert grouped.clock(f"claim-A01-1-v2-{name}").trigger_on == grouped.today


def test_return_after_the_other_let_it_through_drops_nothing(grouped: County) -> None:
    grouped.clears("A01-1", "finance_section")
    recorded = grouped.ask("claim", "A01-1", answers("payment_centre", approve=False), "payment_centre")
    assert not any(isinstance(r.fact, ObligationDropped) for r in recorded)
    assert OBLIGATION.stage(grouped.state(OBLIGATION, FIRST_CLOCK)) == "met"


def test_move_that_opens_one_more_gate_starts_its_clock(building: County) -> None:
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", "finance_section")
    running = building.clock(SECOND_CLOCK)
    building.today += ONE_DAY
    building.adopt(beside(THIRD))
    building.ask("claim", "A01-1", MoveClaim(reason="新办法"), "implementing_unit")
    assert building.waits(CLAIM, "A01-1") == [
        ("payment_centre", "payment_centre"),
        ("deputy_director", "deputy_director"),
    ]
    assert building.clock(SECOND_CLOCK) == running
    assert building.clock("claim-A01-1-v1-deputy_director").trigger_on == building.today
    building.clears("A01-1", "deputy_director", "payment_centre")
    building.pays("A01-1")


def test_rules_without_the_key_read_as_before(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    county.adopt(parse(TEXT, "as ever"))
    profile = parse(TEXT, "as ever").profile
    assert profile.claims is not None
    assert not any(one.with_former for one in profile.claims.gates)


# No claim goes on without its vouchers (R64)


@pytest.mark.parametrize("vouchers", [(), ("",), ("c" * 64, " ")], ids=["none", "an empty one", "one is blank"])
def test_no_version_of_a_claim_goes_without_vouchers(grouped: County, vouchers: tuple[str, ...]) -> None:
    bare: LodgeClaim = msgspec.structs.replace(claim(line(5)), vouchers=vouchers)
    grouped.refuses("claim", "A01-2", bare, "implementing_unit", ClaimContentError, "vouchers")
    grouped.ask("claim", "A01-1", answers("payment_centre", approve=False), "payment_centre")
    grouped.refuses("claim", "A01-1", bare, "implementing_unit", ClaimContentError, "vouchers")
    returned = (LODGED, ClaimReturned(by("q"), "a", "不符"))
    again = msgspec.structs.replace(LODGED, vouchers=vouchers)
    given(*returned).when(Lodge(by("zhao"), again)).refuses(ClaimContentError, "A01-1", "vouchers")
