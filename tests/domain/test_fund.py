from datetime import timedelta

import pytest

from domain.act import Act, RepeatDiffersError
from domain.balances import Balances, Bucket, ConservationError, Move, Portion
from domain.fund import FUND
from domain.fund_facts import (
    Allot,
    AllotmentReduced,
    Bounce,
    Confirm,
    DepartmentNotified,
    Free,
    FundCommand,
    FundReceived,
    MoneyAllotted,
    MoneyBounced,
    MoneyPaid,
    MoneyRefunded,
    MoneyReleased,
    MoneyReserved,
    MoneySent,
    MoneyWithdrawn,
    Notify,
    ReceiptReported,
    Reduce,
    Refund,
    Release,
    Report,
    ReservationFreed,
    Reserve,
    Send,
    Share,
    Withdraw,
)
from domain.fund_refusals import (
    AmountError,
    NoSuchFundError,
    NotAllottedError,
    NotReservedError,
    SecondTimeError,
    ShortfallError,
)
from domain.fund_state import CLAIM_MOVES
from tests.domain.given import DAY, WAN, by, fold, given, receipt, received

ARRIVED = received(receipt(("integrated", 300 * WAN), ("original_use", 50 * WAN)))
SHARES = (Share("integrated", "A01", 200 * WAN), Share("integrated", "A02", 100 * WAN))
CLAIMED = (Share("integrated", "A01", 120 * WAN),)
REPORTED = ReceiptReported(by("li", DAY + timedelta(days=1)))
NOTIFIED = DepartmentNotified(by("li", DAY + timedelta(days=2)), "competent_department")
ALLOTTED = MoneyAllotted(by("wang"), "P1", SHARES)
RELEASED = MoneyReleased(by("li"), "P1", SHARES, "transfer")
READY = (ARRIVED, ALLOTTED, RELEASED)
RESERVED = MoneyReserved(by("zhao"), "A01-1", 1, CLAIMED)
SENT = MoneySent(by("sun"), "A01-1")
PAID = MoneyPaid(by("zhou"), "A01-1")
ACT = by("li")


# Arrival


def test_receipt_is_entered_with_all_its_portions() -> None:
    register = receipt(("integrated", 300 * WAN), ("original_use", 50 * WAN))
    given().when(register).then(received(register))


def test_same_receipt_entered_twice_is_one_receipt() -> None:
    given(ARRIVED).when(receipt(("integrated", 300 * WAN), ("original_use", 50 * WAN), act=by("sun"))).then()


def test_second_receipt_with_another_amount_is_refused() -> None:
    again = receipt(("integrated", 301 * WAN), ("original_use", 50 * WAN))
    given(ARRIVED).when(again).refuses(RepeatDiffersError, "财农〔2022〕1号", 300 * WAN, 301 * WAN)


def test_another_document_under_the_same_fund_is_refused() -> None:
    again = receipt(("integrated", 300 * WAN), ("original_use", 50 * WAN), document_no="财农〔2022〕9号")
    given(ARRIVED).when(again).refuses(RepeatDiffersError, "财农〔2022〕1号", "财农〔2022〕9号")


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_receipt_of_nothing_or_less_is_refused(amount_fen: int) -> None:
    given().when(receipt(("integrated", 5), ("original_use", amount_fen))).refuses(
        AmountError, "original_use", amount_fen
    )


def test_receipt_without_any_portion_is_refused() -> None:
    given().when(receipt()).refuses(AmountError, "portions", 0)


def test_command_repeated_with_other_content_is_refused() -> None:
    once = by("li", command_id="c-once")
    other = Act(once.command_id, "another digest", *("li", "finance_section", "f", "cli"), DAY, once.recorded_at)
    given(received(receipt(("integrated", 5), act=once))).when(Report(other, "F1")).refuses(
        RepeatDiffersError, "c-once", "digest of c-", "another dige"
    )


def test_arrival_is_reported_to_the_group_once() -> None:
    given(ARRIVED).when(Report(ACT, "F1")).then(ReceiptReported(ACT))
    given(ARRIVED, REPORTED).when(Report(ACT, "F1")).refuses(SecondTimeError, "2022-03-11")


def test_department_is_notified_of_the_arrival_once() -> None:
    given(ARRIVED).when(Notify(ACT, "F1", "rrb")).then(DepartmentNotified(ACT, "rrb"))
    given(ARRIVED, NOTIFIED).when(Notify(ACT, "F1", "rrb")).refuses(SecondTimeError, "2022-03-12")


@pytest.mark.parametrize(
    "command",
    [
        Report(ACT, "F9"),
        Notify(ACT, "F9", "rrb"),
        Allot(ACT, "F9", "P1", SHARES),
        Release(ACT, "F9", "P1", ""),
        Withdraw(ACT, "F9", "integrated", 1, "d"),
        Reduce(ACT, "F9", SHARES[0], "lower"),
        Reserve(ACT, "F9", "A01-1", 1, CLAIMED),
        Free(ACT, "F9", "A01-1"),
        Send(ACT, "F9", "A01-1"),
        Bounce(ACT, "F9", "A01-1"),
        Confirm(ACT, "F9", "A01-1"),
        Refund(ACT, "F9", "A01-1"),
    ],
    ids=lambda c: type(c).__name__,
)
def test_nothing_moves_in_a_fund_that_never_arrived(command: FundCommand) -> None:
    given().when(command).refuses(NoSuchFundError, "F9")


# Allotment and release


def test_plan_in_force_sets_its_money_aside() -> None:
    given(ARRIVED).when(Allot(ACT, "F1", "P1", SHARES)).then(MoneyAllotted(ACT, "P1", SHARES))


def test_plan_allotted_again_with_the_same_shares_changes_nothing() -> None:
    given(ARRIVED, ALLOTTED).when(Allot(ACT, "F1", "P1", SHARES)).then()


def test_plan_allotted_again_with_other_shares_is_refused() -> None:
    given(ARRIVED, ALLOTTED).when(Allot(ACT, "F1", "P1", SHARES[:1])).refuses(RepeatDiffersError, "P1")


def test_plan_one_fen_over_its_pool_is_refused() -> None:
    over = (SHARES[0], Share("integrated", "A02", 100 * WAN + 1))
    given(ARRIVED).when(Allot(ACT, "F1", "P1", over)).refuses(
        ShortfallError, "F1", "integrated", "A02", 100 * WAN + 1, 100 * WAN
    )


def test_one_pool_never_lends_to_another_pool() -> None:
    over = (Share("original_use", "A01", 50 * WAN + 1),)
    given(ARRIVED).when(Allot(ACT, "F1", "P1", over)).refuses(ShortfallError, "original_use", 50 * WAN + 1, 50 * WAN)


def test_unknown_pool_has_nothing_to_give() -> None:
    given(ARRIVED).when(Allot(ACT, "F1", "P1", (Share("pool9", "A01", 1),))).refuses(ShortfallError, "pool9", 0)


@pytest.mark.parametrize("amount_fen", [0, -5])
def test_share_of_nothing_or_less_is_refused(amount_fen: int) -> None:
    shares = (Share("integrated", "A01", amount_fen),)
    given(ARRIVED).when(Allot(ACT, "F1", "P1", shares)).refuses(AmountError, "A01", amount_fen)
    given(*READY).when(Reserve(ACT, "F1", "A01-1", 1, shares)).refuses(AmountError, "A01", amount_fen)
    given(*READY).when(Reduce(ACT, "F1", shares[0], "lower")).refuses(AmountError, "A01", amount_fen)


def test_release_gives_out_what_the_plan_allotted() -> None:
    given(ARRIVED, ALLOTTED).when(Release(ACT, "F1", "P1", "transfer")).then(
        MoneyReleased(ACT, "P1", SHARES, "transfer")
    )


def test_release_before_any_allotment_is_refused() -> None:
    given(ARRIVED).when(Release(ACT, "F1", "P1", "transfer")).refuses(NotAllottedError, "P1", "F1")


def test_plan_already_released_is_not_released_twice() -> None:
    given(*READY).when(Release(ACT, "F1", "P1", "transfer")).then()


# Claims


def test_claim_holds_money_while_it_is_reviewed() -> None:
    given(*READY).when(Reserve(ACT, "F1", "A01-1", 1, CLAIMED)).then(MoneyReserved(ACT, "A01-1", 1, CLAIMED))


def test_claim_on_unreleased_money_is_refused() -> None:
    given(ARRIVED, ALLOTTED).when(Reserve(ACT, "F1", "A01-1", 1, CLAIMED)).refuses(ShortfallError, 120 * WAN, 0)


def test_claim_cannot_use_another_projects_money() -> None:
    over = (Share("integrated", "A02", 100 * WAN + 1),)
    given(*READY).when(Reserve(ACT, "F1", "A02-1", 1, over)).refuses(ShortfallError, "A02", 100 * WAN + 1, 100 * WAN)


def test_two_claims_share_what_the_line_has() -> None:
    given(*READY, RESERVED).when(Reserve(ACT, "F1", "A01-2", 1, CLAIMED)).refuses(
        ShortfallError, 120 * WAN, 80 * WAN, "A01"
    )


def test_claim_reserving_twice_holds_its_money_once() -> None:
    given(*READY, RESERVED).when(Reserve(ACT, "F1", "A01-1", 1, CLAIMED)).then()


def test_claim_reserving_another_amount_meanwhile_is_refused() -> None:
    other = (Share("integrated", "A01", 10 * WAN),)
    given(*READY, RESERVED).when(Reserve(ACT, "F1", "A01-1", 1, other)).refuses(RepeatDiffersError, "A01-1", 10 * WAN)


def test_returned_claim_gives_its_money_back() -> None:
    given(*READY, RESERVED).when(Free(ACT, "F1", "A01-1")).then(ReservationFreed(ACT, "A01-1"))


def test_returned_claim_may_reserve_another_amount() -> None:
    freed, lower = ReservationFreed(by("li"), "A01-1"), (Share("integrated", "A01", 90 * WAN),)
    given(*READY, RESERVED, freed).when(Reserve(ACT, "F1", "A01-1", 2, lower)).then(
        MoneyReserved(ACT, "A01-1", 2, lower)
    )


def test_payment_is_sent_and_confirmed_in_turn() -> None:
    given(*READY, RESERVED).when(Send(ACT, "F1", "A01-1")).then(MoneySent(ACT, "A01-1"))
    given(*READY, RESERVED, SENT).when(Confirm(ACT, "F1", "A01-1")).then(MoneyPaid(ACT, "A01-1"))


def test_bounced_payment_is_reserved_again_for_another_try() -> None:
    bounced = MoneyBounced(by("zhou"), "A01-1")
    given(*READY, RESERVED, SENT).when(Bounce(ACT, "F1", "A01-1")).then(MoneyBounced(ACT, "A01-1"))
    given(*READY, RESERVED, SENT, bounced).when(Send(ACT, "F1", "A01-1")).then(MoneySent(ACT, "A01-1"))


def test_refunded_payment_can_be_claimed_anew() -> None:
    refunded = MoneyRefunded(by("zhou"), "A01-1")
    given(*READY, RESERVED, SENT, PAID).when(Refund(ACT, "F1", "A01-1")).then(MoneyRefunded(ACT, "A01-1"))
    given(*READY, RESERVED, SENT, PAID, refunded).when(Reserve(ACT, "F1", "A01-2", 1, SHARES[:1])).then(
        MoneyReserved(ACT, "A01-2", 1, SHARES[:1])
    )


@pytest.mark.parametrize(
    ("facts", "command", "state"),
    [
        ((), Send(ACT, "F1", "A01-1"), "not reserved"),
        ((), Free(ACT, "F1", "A01-1"), "not reserved"),
        ((RESERVED,), Confirm(ACT, "F1", "A01-1"), "reserved"),
        ((RESERVED,), Bounce(ACT, "F1", "A01-1"), "reserved"),
        ((RESERVED, SENT), Free(ACT, "F1", "A01-1"), "sent"),
        ((RESERVED, SENT), Send(ACT, "F1", "A01-1"), "sent"),
        ((RESERVED, SENT), Refund(ACT, "F1", "A01-1"), "sent"),
        ((RESERVED, SENT, PAID), Bounce(ACT, "F1", "A01-1"), "paid"),
        ((RESERVED, SENT, PAID), Confirm(ACT, "F1", "A01-1"), "paid"),
    ],
)
def test_payment_step_out_of_turn_is_refused(
    facts: tuple[object, ...], command: Send | Free | Confirm | Bounce | Refund, state: str
) -> None:
    given(*READY, *facts).when(command).refuses(NotReservedError, "A01-1", state)


# Back to the upper level, and lower settlements


def test_free_money_goes_back_to_the_upper_level() -> None:
    given(ARRIVED).when(Withdraw(ACT, "F1", "original_use", 50 * WAN, "退〔1〕")).then(
        MoneyWithdrawn(ACT, "original_use", 50 * WAN, "退〔1〕")
    )


def test_allotted_money_cannot_be_withdrawn() -> None:
    given(ARRIVED, ALLOTTED).when(Withdraw(ACT, "F1", "integrated", 1, "退〔1〕")).refuses(
        ShortfallError, "integrated", 0
    )


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_withdrawal_of_nothing_or_less_is_refused(amount_fen: int) -> None:
    given(ARRIVED).when(Withdraw(ACT, "F1", "integrated", amount_fen, "退〔1〕")).refuses(AmountError, amount_fen)


def test_same_withdrawal_document_takes_money_back_once() -> None:
    withdrawn = MoneyWithdrawn(by("li"), "integrated", 10 * WAN, "退〔1〕")
    given(ARRIVED, withdrawn).when(Withdraw(ACT, "F1", "integrated", 10 * WAN, "退〔1〕")).then()


def test_same_withdrawal_document_with_another_amount_is_refused() -> None:
    withdrawn = MoneyWithdrawn(by("li"), "integrated", 10 * WAN, "退〔1〕")
    given(ARRIVED, withdrawn).when(Withdraw(ACT, "F1", "integrated", 11 * WAN, "退〔1〕")).refuses(
        RepeatDiffersError, "退〔1〕", 10 * WAN, 11 * WAN
    )


def test_lower_settlement_makes_the_difference_free() -> None:
    share = Share("integrated", "A02", 3 * WAN)
    given(*READY).when(Reduce(ACT, "F1", share, "审减")).then(AllotmentReduced(ACT, share, "审减"))
    state = fold(FUND, (*READY, AllotmentReduced(ACT, share, "审减")))
    assert state.balances.portions["integrated"].buckets[Bucket.FREE] == 3 * WAN
    assert state.balances.lines["integrated", "A02"][Bucket.CLAIMABLE] == 97 * WAN


def test_settlement_cannot_free_what_was_claimed() -> None:
    share = Share("integrated", "A01", 80 * WAN + 1)
    given(*READY, RESERVED).when(Reduce(ACT, "F1", share, "审减")).refuses(ShortfallError, 80 * WAN + 1, 80 * WAN)


# What waits, and where the fund stands


def test_fund_waits_for_report_notice_and_release() -> None:
    waits = [(s.id, s.post) for s in FUND.open_steps(fold(FUND, (ARRIVED, ALLOTTED)))]
    assert waits == [
        ("report", "finance_section"),
        ("notify", "finance_section"),
        ("release:P1", "finance_section"),
    ]
    assert FUND.open_steps(fold(FUND, (*READY, REPORTED, NOTIFIED))) == ()
    assert FUND.open_steps(fold(FUND, ())) == ()


def test_fund_stands_where_its_facts_took_it() -> None:
    facts: list[object] = []
    stages = []
    for fact in (ARRIVED, ALLOTTED, RELEASED):
        facts.append(fact)
        stages.append(FUND.stage(fold(FUND, tuple(facts))))
    assert stages == ["arrived", "planned", "released"]


def test_fund_closes_with_its_last_fen_paid() -> None:
    small: FundReceived = received(receipt(("integrated", 120 * WAN)))
    facts = (
        small,
        MoneyAllotted(by("w"), "P1", CLAIMED),
        MoneyReleased(by("l"), "P1", CLAIMED, "transfer"),
        RESERVED,
        SENT,
        PAID,
    )
    assert not FUND.closed(fold(FUND, facts))  # Nobody reported it yet.
    assert FUND.closed(fold(FUND, (*facts, REPORTED, NOTIFIED)))
    assert FUND.stage(fold(FUND, (*facts, REPORTED, NOTIFIED))) == "closed"
    refunded = MoneyRefunded(by("z"), "A01-1")
    assert not FUND.closed(fold(FUND, (*facts, REPORTED, NOTIFIED, refunded)))


# Conservation itself


def test_broken_equation_stops_before_it_is_stored() -> None:
    broken = Portion(received=10, allotted=3)
    with pytest.raises(ConservationError, match=r"received - withdrawn = free \+ allotted, 10 against 3 fen"):
        broken.check()


def test_bucket_below_zero_breaks_conservation() -> None:
    portion = Portion()
    portion.shift(Move("integrated", "", Bucket.FREE, Bucket.UNRELEASED, 1))
    with pytest.raises(ConservationError, match="nothing below zero"):
        portion.check()


def test_moves_are_tried_without_touching_the_balances() -> None:
    balances = Balances()
    balances.move((Move("integrated", "", None, Bucket.FREE, 10),))
    tried = (Move("integrated", "A01", Bucket.FREE, Bucket.UNRELEASED, 10),)
    balances.check("F1", tried, ShortfallError, "JS L15")
    balances.check("F1", tried, ShortfallError, "JS L15")
    assert balances.lines == {}
    assert balances.portions["integrated"].buckets[Bucket.FREE] == 10


# Folding


def test_money_that_is_released_is_carried_on_as_every_other_money_is_moved() -> None:
    """The quick way by which long streams are folded comes to the same as the general one."""
    shares = (Share("integrated", "A01", 7), Share("integrated", "A02", 5))
    for start, end in [(Bucket.CLAIMABLE, Bucket.RESERVED), *CLAIM_MOVES.values()]:
        carried, moved = Balances(), Balances()
        for balances in (carried, moved):
            balances.move((Move("integrated", "", None, Bucket.FREE, 100),))
            balances.move(tuple(Move("integrated", s.project_no, Bucket.FREE, start, 10) for s in shares))
        carried.carry(shares, start, end)
        moved.move(tuple(Move(s.pool, s.project_no, start, end, s.amount_fen) for s in shares))
        assert carried == moved
        for portion in carried.portions.values():
            portion.check()
