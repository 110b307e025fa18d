import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.claim import CLAIM, GateOrderError, NoSuchClaimError
from domain.claim_correcting import ClaimContentError
from domain.claim_facts import (
    AnswerGate,
    BouncePayment,
    ClaimCommand,
    ClaimLodged,
    ClaimReturned,
    ConfirmPayment,
    GatePassed,
    Lodge,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
    RefundPayment,
    SendPayment,
)
from domain.duties import PREPARES, SamePersonError
from domain.terms import GateTerm
from tests.domain.given import WAN, by, fold, given, line, lodged

LODGED = lodged(by("zhao"), line(120 * WAN))
PASSED_1 = GatePassed(by("qian"), "section", "")
PASSED_2 = GatePassed(by("sun"), "centre", "")
PASSED_3 = GatePassed(by("li"), "deputy", "")
REVIEWED = (LODGED, PASSED_1, PASSED_2, PASSED_3)
SENT = PaymentSent(by("sun"), 1)
PAID = PaymentConfirmed(by("zhou"), 1, "回单-1")
ACT = by("wu")


def passes(gate: str, person: str = "wu") -> AnswerGate:
    return AnswerGate(by(person), gate, approve=True, opinion="", barred={})


def returns(gate: str, reason: str, person: str = "wu") -> AnswerGate:
    return AnswerGate(by(person), gate, approve=False, opinion=reason, barred={})


def with_gate(name: str) -> ClaimLodged:
    """Return a claim of two gates, of which the first is called *name*."""
    gates = (GateTerm(name, "gate_keeper", "review", "JS L18"), GateTerm("last", "director", "recheck", "JS L18"))
    return msgspec.structs.replace(LODGED, terms=msgspec.structs.replace(LODGED.terms, gates=gates))


def returned(odd: ClaimLodged) -> tuple[ClaimReturned, ClaimLodged]:
    """Return how a claim comes back from its last gate and is lodged anew."""
    return ClaimReturned(by("sun"), "last", "发票不符"), msgspec.structs.replace(odd, act=by("zhao"), version=2)


# Lodging


def test_claim_is_lodged_as_its_first_version() -> None:
    asked = lodged(ACT, line(120 * WAN), version=7)
    given().when(Lodge(ACT, asked)).then(lodged(ACT, line(120 * WAN), version=1))


def test_claim_may_draw_on_two_portions() -> None:
    asked = lodged(ACT, line(100 * WAN), line(20 * WAN, fund_no="F2"))
    given().when(Lodge(ACT, asked)).then(asked)
    assert asked.amount_fen == 120 * WAN


@pytest.mark.parametrize(
    ("asked", "field", "value"),
    [
        (lodged(ACT), "lines", 0),
        (lodged(ACT, line(1), line(2)), "lines", 2),
        (lodged(ACT, line(0)), "amount_fen", 0),
        (lodged(ACT, line(5), line(-3, pool="original_use")), "amount_fen", -3),
        (lodged(ACT, line(5, project_no="A02")), "project_no", "A02"),
        (lodged(ACT, line(5), kind="gift"), "kind", "gift"),
        (lodged(ACT, line(5), payee=" "), "payee", "' '"),
        (lodged(ACT, line(5), vouchers=()), "vouchers", 0),
    ],
    ids=["no line", "portion twice", "nothing", "below zero", "another project", "kind", "payee", "vouchers"],
)
def test_claim_lacking_what_it_must_carry_is_refused(asked: ClaimLodged, field: str, value: object) -> None:
    given().when(Lodge(ACT, asked)).refuses(ClaimContentError, "A01-1", field, value)


def test_claim_under_review_cannot_be_lodged_again() -> None:
    given(LODGED, PASSED_1).when(Lodge(ACT, lodged(ACT, line(5)))).refuses(GateOrderError, "A01-1", "centre", "lodge")


def test_returned_claim_comes_back_as_version_2() -> None:
    back = ClaimReturned(by("sun"), "centre", "发票不符")
    given(LODGED, PASSED_1, back).when(Lodge(ACT, lodged(ACT, line(90 * WAN)))).then(
        lodged(ACT, line(90 * WAN), version=2)
    )


def test_version_2_starts_at_the_first_gate() -> None:
    second = lodged(by("zhao"), line(90 * WAN), version=2)
    facts = (LODGED, PASSED_1, ClaimReturned(by("sun"), "centre", "发票不符"), second)
    assert [(s.id, s.post) for s in CLAIM.open_steps(fold(CLAIM, facts))] == [("section", "finance_section")]
    given(*facts).when(passes("centre")).refuses(GateOrderError, "section", "centre")
    # Who passed a gate of the first version may answer for the second.
    command = passes("section", "qian")
    given(*facts).when(command).then(GatePassed(command.act, "section", ""))


# Gates


def test_gates_let_a_claim_through_in_order() -> None:
    command = passes("section")
    given(LODGED).when(command).then(GatePassed(command.act, "section", ""))
    given(LODGED).when(passes("deputy")).refuses(GateOrderError, "A01-1", "section", "deputy", "JS L18")


def test_gate_answered_once_is_not_answered_again() -> None:
    given(LODGED, PASSED_1).when(passes("section")).refuses(GateOrderError, "centre", "section")


def test_gate_sends_a_claim_back_with_its_reason() -> None:
    command = returns("centre", "发票不符")
    given(LODGED, PASSED_1).when(command).then(ClaimReturned(command.act, "centre", "发票不符"))


@pytest.mark.parametrize("reason", ["", "  "])
def test_claim_sent_back_without_a_reason_is_refused(reason: str) -> None:
    given(LODGED).when(returns("section", reason)).refuses(ClaimContentError, "A01-1", "opinion")


def test_nobody_answers_two_gates_of_one_claim() -> None:
    given(LODGED, PASSED_1).when(passes("centre", "qian")).refuses(SamePersonError, "qian", "section", "centre")


def test_lodger_answers_no_gate_of_the_claim() -> None:
    given(LODGED).when(passes("section", "zhao")).refuses(SamePersonError, "zhao", "lodge", "section")


def test_earlier_lodger_stays_barred_from_the_gates() -> None:
    back = ClaimReturned(by("qian"), "section", "发票不符")
    second = lodged(by("feng"), line(90 * WAN), version=2)
    given(LODGED, back, second).when(passes("section", "zhao")).refuses(SamePersonError, "zhao", "lodge")


def test_who_declared_the_project_answers_no_gate() -> None:
    command = AnswerGate(ACT, "section", approve=True, opinion="", barred={"wu": "declare"})
    given(LODGED).when(command).refuses(SamePersonError, "wu", "declare", "A-53")


def test_duties_are_not_separated_where_switched_off() -> None:
    loose = lodged(by("zhao"), line(5), separate=False)
    command = passes("section", "zhao")
    given(loose).when(command).then(GatePassed(command.act, "section", ""))


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ((LODGED, ClaimReturned(by("q"), "section", "不符")), "lodge"),
        (REVIEWED, "send"),
        ((*REVIEWED, SENT), "confirm"),
        ((*REVIEWED, SENT, PAID), "paid"),
    ],
)
@pytest.mark.parametrize("approve", [True, False])
def test_step_that_is_no_gate_takes_no_answer(facts: tuple[object, ...], step: str, *, approve: bool) -> None:
    command = AnswerGate(ACT, step, approve=approve, opinion="不是关口", barred={})
    given(*facts).when(command).refuses(GateOrderError, "A01-1", step)


def test_gate_named_like_the_payment_is_still_a_gate() -> None:
    gates = (GateTerm("send", "finance_section", "review", "JS L18"),)
    terms = msgspec.structs.replace(LODGED.terms, gates=gates)
    odd = msgspec.structs.replace(LODGED, terms=terms)
    given(odd).when(SendPayment(ACT, {})).refuses(GateOrderError, "A01-1", "send")
    command = passes("send")
    given(odd).when(command).then(GatePassed(command.act, "send", ""))


@pytest.mark.parametrize("duty", sorted(PREPARES))
def test_gate_named_like_a_duty_makes_nobody_a_preparer(duty: str) -> None:
    odd, passed = with_gate(duty), GatePassed(by("wu"), duty, "")
    given(odd, passed, GatePassed(by("sun"), "last", "")).when(SendPayment(ACT, {})).then(PaymentSent(ACT, 1))
    # Version 2 is reviewed afresh: who answered the gate before may answer it again, and still not lodge and answer.
    story = (odd, passed, *returned(odd))
    command = passes(duty)
    given(*story).when(command).then(GatePassed(command.act, duty, ""))
    given(*story).when(passes(duty, "zhao")).refuses(SamePersonError, "zhao", "lodge", duty)


@pytest.mark.parametrize("name", ["lodge", "send", "confirm"])
def test_gate_named_like_another_step_waits_for_its_own_post(name: str) -> None:
    odd = with_gate(name)
    assert [(s.id, s.post) for s in CLAIM.open_steps(fold(CLAIM, (odd,)))] == [(name, "gate_keeper")]


# Payment


def test_payment_goes_out_after_the_last_gate() -> None:
    given(*REVIEWED).when(SendPayment(ACT, {})).then(PaymentSent(ACT, 1))
    given(*REVIEWED[:-1]).when(SendPayment(ACT, {})).refuses(GateOrderError, "deputy", "send")


def test_who_lodged_or_prepared_sends_no_payment() -> None:
    given(*REVIEWED).when(SendPayment(by("zhao"), {})).refuses(SamePersonError, "zhao", "lodge", "send")
    given(*REVIEWED).when(SendPayment(ACT, {"wu": "declare"})).refuses(SamePersonError, "wu", "declare", "send")


def test_gate_that_is_also_the_payer_may_send() -> None:
    act = by("sun")
    given(*REVIEWED).when(SendPayment(act, {})).then(PaymentSent(act, 1))


def test_bounced_payment_is_sent_a_second_time() -> None:
    bounced = PaymentBounced(ACT, 1, "户名不符")
    given(*REVIEWED, SENT).when(BouncePayment(ACT, "户名不符")).then(bounced)
    again = by("sun")
    given(*REVIEWED, SENT, bounced).when(SendPayment(again, {})).then(PaymentSent(again, 2))
    given(*REVIEWED, SENT, bounced).when(ConfirmPayment(again, "回单-1")).refuses(GateOrderError, "send", "confirm")


def test_payment_is_confirmed_by_its_bank_reference() -> None:
    given(*REVIEWED, SENT).when(ConfirmPayment(ACT, "回单-1")).then(PaymentConfirmed(ACT, 1, "回单-1"))


def test_same_confirmation_twice_is_one_payment() -> None:
    given(*REVIEWED, SENT, PAID).when(ConfirmPayment(ACT, "回单-1")).then()


def test_second_confirmation_by_another_reference_is_refused() -> None:
    given(*REVIEWED, SENT, PAID).when(ConfirmPayment(ACT, "回单-2")).refuses(RepeatDiffersError, "回单-1", "回单-2")


def test_paid_claim_is_neither_sent_nor_bounced() -> None:
    given(*REVIEWED, SENT, PAID).when(SendPayment(ACT, {})).refuses(GateOrderError, "paid", "send")
    given(*REVIEWED, SENT, PAID).when(BouncePayment(ACT, "x")).refuses(GateOrderError, "paid", "confirm")


def test_payee_pays_back_once_and_nothing_follows() -> None:
    refunded = PaymentRefunded(ACT, "多付")
    given(*REVIEWED, SENT, PAID).when(RefundPayment(ACT, "多付")).then(refunded)
    again = by("zhou")
    given(*REVIEWED, SENT, PAID, refunded).when(RefundPayment(again, "多付")).refuses(
        GateOrderError, "refunded", "paid"
    )
    given(*REVIEWED, SENT, PAID, refunded).when(ConfirmPayment(again, "回单-1")).refuses(GateOrderError, "refunded")
    given(*REVIEWED, SENT).when(RefundPayment(ACT, "多付")).refuses(GateOrderError, "confirm", "paid")


@pytest.mark.parametrize(
    "command",
    [
        passes("section"),
        SendPayment(ACT, {}),
        BouncePayment(ACT, "x"),
        ConfirmPayment(ACT, "r"),
        RefundPayment(ACT, "x"),
    ],
    ids=lambda c: type(c).__name__,
)
def test_nothing_happens_to_a_claim_never_lodged(command: ClaimCommand) -> None:
    given().when(command).refuses(NoSuchClaimError)


def test_claim_waits_for_one_step_after_the_other() -> None:
    story = (*REVIEWED, SENT, PAID, PaymentRefunded(by("z"), "多付"))
    states = [fold(CLAIM, story[:n]) for n in range(len(story) + 1)]
    assert [CLAIM.stage(s) for s in states] == [
        "lodge",
        "section",
        "centre",
        "deputy",
        "send",
        "confirm",
        "paid",
        "refunded",
    ]
    assert [s.post for state in states for s in CLAIM.open_steps(state)] == [
        "finance_section",
        "payment_centre",
        "deputy_director",
        "payment_centre",
        "treasury_officer",
    ]
    assert [CLAIM.closed(s) for s in states] == [False] * 6 + [True] * 2
    assert [CLAIM.also_allowed(s) for s in states] == [
        (),
        *[("move", "correct", "withdraw")] * 5,
        ("refund", "correct", "withdraw"),
        ("correct", "withdraw"),
    ]


def test_returned_claim_waits_for_its_lodger() -> None:
    state = fold(CLAIM, (LODGED, ClaimReturned(by("q"), "section", "不符")))
    assert [(s.id, s.post) for s in CLAIM.open_steps(state)] == [("lodge", "unit")]
