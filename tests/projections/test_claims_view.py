"""The claims: what each asks of whom, who answered its gates when, what came of its payment."""

import pytest

from projections.claims_read import ClaimGate, ClaimRow, claim_row, claim_rows
from tests.projections.conftest import Told
from tests.projections.long_story import on
from tests.story import GATES, WAN, day


def claim(told: Told, no: str) -> ClaimRow:
    """One claim of the story."""
    found = claim_row(told.engine, f"sample/claim/{no}")
    assert found is not None
    return found


def states(row: ClaimRow) -> dict[str, str]:
    """The state of each gate of the latest version."""
    return {gate.gate: gate.state for gate in row.of_version}


def test_a_claim_says_what_it_asks_for_whom_and_on_which_portions(told: Told) -> None:
    c2 = claim(told, "C2")
    assert (c2.project_no, c2.kind, c2.payee, c2.vouchers, c2.papers) == ("S01", "progress", "样例·施工方", 1, 0)
    assert [(line.fund_no, line.pool, line.amount_fen) for line in c2.lines] == [
        ("F1", "integrated", 60 * WAN),
        ("F2", "integrated", 43_456_781),
    ]
    assert c2.claimed_fen == c2.approved_fen == c2.paid_fen == c2.live_fen == 103_456_781


def test_each_gate_says_who_answered_and_how_long_it_took(told: Told) -> None:
    c2 = claim(told, "C2")
    first = [gate for gate in c2.gates if gate.version == 1]
    assert [(gate.gate, gate.state, gate.opened_on, gate.answered_on) for gate in first] == [
        ("finance_section", "passed", day(6, 1), day(6, 2)),
        ("payment_centre", "returned", day(6, 2), day(6, 6)),
        ("deputy_director", "ahead", None, None),
    ]
    back = first[1]
    assert (back.person, back.post, back.opinion) == ("p-payment_centre", "payment_centre", "缺发票")
    assert back.days(day(12, 31)) == 4
    assert first[2].days(day(12, 31)) is None
    assert [gate.gate for gate in c2.passed] == list(GATES)


def test_a_returned_claim_keeps_the_gates_of_its_first_version(told: Told) -> None:
    c2 = claim(told, "C2")
    assert (c2.version, c2.returned_times, c2.returned_on, c2.returned_because) == (2, 1, day(6, 6), "缺发票")
    assert (c2.lodged_on, c2.lodged_anew_on) == (day(6, 1), day(6, 8))


def test_a_payment_that_bounced_was_sent_twice(told: Told) -> None:
    c1 = claim(told, "C1")
    assert (c1.sent_times, c1.bounced_times, c1.bounced_on, c1.bounced_because) == (2, 1, day(4, 15), "户名不符")
    assert (c1.sent_on, c1.paid_on, c1.bank_ref) == (day(4, 17), day(4, 17), "bank-C1")
    assert (c1.refunded_on, c1.refunded_because, c1.paid_fen, c1.live_fen) == (on(2, 7), "多付", 0, 0)
    assert (c1.stage, c1.waits_since) == ("refunded", None)


def test_a_correction_opens_the_gate_whose_signature_fell_anew(told: Told) -> None:
    c5 = claim(told, "C5")
    assert (c5.version, c5.corrections, c5.claimed_fen, len(c5.lines)) == (1, 1, 9 * WAN, 2)
    [gate] = c5.open
    assert (gate.gate, gate.opened_on, gate.opened_times, gate.person) == ("finance_section", on(4, 18), 2, "")
    assert states(c5)["payment_centre"] == "ahead"
    assert (c5.waits_since, c5.days_waiting(on(4, 20))) == (on(4, 18), 2)


def test_a_claim_that_is_taken_back_waits_for_nobody(told: Told) -> None:
    c6 = claim(told, "C6")
    assert (c6.stage, c6.closed, c6.ended_on, c6.ended_because) == ("withdrawn", True, on(4, 18), "样例：重复")
    assert (states(c6)["payment_centre"], c6.open, c6.live_fen) == ("withdrawn", (), 0)
    assert (c6.waits_since, c6.days_waiting(on(5, 1))) == (None, None)
    [waited] = [gate for gate in c6.gates if gate.state == "withdrawn"]
    assert waited.days(on(5, 1)) == 2


def test_of_gates_that_wait_together_one_goes_on_waiting_since_both_did(told: Told) -> None:
    c7 = claim(told, "C7")
    assert states(c7) == {"finance_section": "open", "payment_centre": "passed", "deputy_director": "ahead"}
    assert (c7.waits_since, [gate.opened_on for gate in c7.open]) == (on(4, 22), [on(4, 22)])
    c8 = claim(told, "C8")
    assert states(c8) == {"finance_section": "withdrawn", "payment_centre": "returned", "deputy_director": "ahead"}
    assert (c8.stage, c8.waits_since) == ("lodge", on(4, 25))


def test_the_gates_that_wait_are_those_of_the_rules(told: Told) -> None:
    for row in claim_rows(told.engine):
        state = told.state("claim", row.claim_no)
        assert [gate.gate for gate in row.open] == [gate.id for gate in state.open_gates]
        assert all(isinstance(gate, ClaimGate) and gate.person for gate in row.passed)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"project_no": "S03"}, ["C5", "C6", "C7", "C8"]),
        ({"fund_no": "F2"}, ["C2"]),
        ({"fund_no": "F3"}, ["C5"]),
        ({"stage": "refunded"}, ["C1", "C4"]),
        ({"open_only": True}, ["C5", "C7", "C8"]),
        ({"county": "elsewhere"}, []),
    ],
)
def test_claims_are_found_by_project_fund_and_stage(told: Told, asked: dict[str, object], found: list[str]) -> None:
    assert [row.claim_no for row in claim_rows(told.engine, **asked)] == found  # type: ignore[arg-type]
    assert claim_row(told.engine, "sample/claim/none") is None
