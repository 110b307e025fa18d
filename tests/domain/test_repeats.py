"""A command asked again later, when others have gone on: it already took effect, whatever came after it."""

import msgspec
import pytest

from domain.act import Act, RepeatDiffersError
from domain.project import PROJECT
from domain.requests import AnswerGate, AnyRequest, SendPayment, to_body
from tests.domain.county import GATES, ONE_DAY, County, claim, decision, line
from tests.domain.given import WAN


def first(county: County, kind: str, no: str, request: AnyRequest, post: str) -> Act:
    """Ask once, and return the act, to ask it again."""
    act = county.act(to_body(request), post)
    assert county.run(kind, no, request, act)
    return act


def test_approval_that_arrives_again_after_the_minutes_gives_money_once(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    approval = decision("M-1", sample.today)
    act = first(sample, "plan", "P1", approval, "leading_group")
    sample.files("P1")
    assert sample.run("plan", "P1", approval, act) == []
    assert sample.state(PROJECT, "A01").money.allotted == 200 * WAN


@pytest.mark.parametrize("days", [0, 1])
def test_gate_answer_that_arrives_again_after_the_next_gate_changes_nothing(building: County, days: int) -> None:
    building.lodges("C1", line(5))
    answer = AnswerGate(gate=GATES[0], approve=True)
    act = first(building, "claim", "C1", answer, GATES[0])
    building.today += days * ONE_DAY
    building.clears("C1", GATES[1])
    assert building.run("claim", "C1", answer, act) == []


def test_gate_answer_that_arrives_again_after_a_return_gives_nothing_back_twice(building: County) -> None:
    building.lodges("C1", line(5))
    answer = AnswerGate(gate=GATES[0], approve=True)
    act = first(building, "claim", "C1", answer, GATES[0])
    building.ask("claim", "C1", AnswerGate(gate=GATES[1], approve=False, opinion="不符"), GATES[1])
    assert building.run("claim", "C1", answer, act) == []


def test_command_id_that_took_effect_elsewhere_is_refused_whole(building: County) -> None:
    # The two bodies are the same to the byte: only the cases differ.
    for no in ("C1", "C2"):
        building.lodges(no, line(5))
        building.clears(no, *GATES)
    act = first(building, "claim", "C1", SendPayment(), "payment_centre")
    before = len(list(building.ledger.log()))
    with pytest.raises(RepeatDiffersError, match=act.command_id):
        building.run("claim", "C2", SendPayment(), act)
    assert len(list(building.ledger.log())) == before


def test_claim_lodged_under_the_command_id_of_another_is_refused(building: County) -> None:
    asked = claim(line(5))
    act = building.act(to_body(asked), "implementing_unit")
    assert building.run("claim", "C1", asked, act)

    with pytest.raises(RepeatDiffersError):
        building.run("claim", "C2", asked, act)
    assert building.ledger.facts("sample/claim/C2") == []


def test_same_command_id_with_another_body_is_refused_before_any_other_rule(building: County) -> None:
    building.lodges("C1", line(5))
    act = first(building, "claim", "C1", AnswerGate(gate=GATES[0], approve=True), GATES[0])
    other = AnswerGate(gate="no such gate", approve=True)
    asked = msgspec.structs.replace(act, digest=building.act(to_body(other), GATES[0]).digest)
    with pytest.raises(RepeatDiffersError, match=act.command_id):
        building.run("claim", "C1", other, asked)
