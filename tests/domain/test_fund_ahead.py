"""Money announced ahead (提前告知资金): planned before it is there, released only when it has arrived."""

import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.balances import Bucket, Portion
from domain.fund import FUND
from domain.fund_facts import (
    Allot,
    AnnouncementRevoked,
    Arrive,
    CloseYear,
    FundArrived,
    FundCommand,
    MoneyAllotted,
    MoneyReleased,
    MoneyUnallotted,
    MoneyWithdrawn,
    Notify,
    PoolArrived,
    PortionReceived,
    ReceiptReported,
    Reduce,
    Release,
    Report,
    Reserve,
    Share,
    Withdraw,
    YearClosed,
)
from domain.fund_refusals import (
    AmountError,
    ArrivalDocumentError,
    ArrivedLowerError,
    EnteredOtherwiseError,
    NotAllottedError,
    NotArrivedError,
    NotAwaitedError,
    PoolUnsaidError,
    SecondTimeError,
    ShortfallError,
    YearOpenError,
)
from tests.domain.given import DAY, WAN, announced, announcement, by, fold, given, receipt, received

ANNOUNCED = announced(announcement(("integrated", 300 * WAN), ("original_use", 50 * WAN)))
SHARES = (Share("integrated", "A01", 200 * WAN), Share("integrated", "A02", 100 * WAN))
ALLOTTED = MoneyAllotted(by("wang"), "P1", SHARES)
ACT = by("li")
AS_ANNOUNCED = (PoolArrived("integrated", 300 * WAN, 300 * WAN), PoolArrived("original_use", 50 * WAN, 50 * WAN))
ARRIVED = FundArrived(by("li"), "财农〔2023〕3号", "2", AS_ANNOUNCED)


def arrive(**pools: int) -> Arrive:
    portions = tuple(PortionReceived(pool, amount_fen) for pool, amount_fen in pools.items())
    return Arrive(ACT, "F1", "财农〔2023〕3号", "2", portions)


def came(integrated_fen: int, original_use_fen: int = 50 * WAN) -> FundArrived:
    pools = (
        PoolArrived("integrated", 300 * WAN, integrated_fen),
        PoolArrived("original_use", 50 * WAN, original_use_fen),
    )
    return FundArrived(ACT, "财农〔2023〕3号", "2", pools)


def portion(*facts: object, pool: str = "integrated") -> Portion:
    made: Portion = fold(FUND, facts).balances.portions[pool]
    made.check()
    return made


# The announcement


def test_announcement_is_entered_with_all_its_portions() -> None:
    entry = announcement(("integrated", 300 * WAN), ("original_use", 50 * WAN))
    given().when(entry).then(announced(entry))
    assert FUND.stage(fold(FUND, (ANNOUNCED,))) == "announced"
    assert [(s.id, s.post) for s in FUND.open_steps(fold(FUND, (ANNOUNCED,)))] == [("arrive", "finance_section")]


def test_announcement_entered_twice_is_one_and_with_another_amount_refused() -> None:
    same = announcement(("integrated", 300 * WAN), ("original_use", 50 * WAN), act=by("sun"))
    given(ANNOUNCED).when(same).then()
    other = announcement(("integrated", 301 * WAN), ("original_use", 50 * WAN))
    given(ANNOUNCED).when(other).refuses(RepeatDiffersError, "财农〔2022〕1号", 300 * WAN, 301 * WAN)


def test_announced_money_is_not_registered_as_received_nor_the_other_way_round() -> None:
    pools = ("integrated", 300 * WAN), ("original_use", 50 * WAN)
    given(ANNOUNCED).when(receipt(*pools)).refuses(EnteredOtherwiseError, "财农〔2022〕1号", "F1", "fund.arrive/1")
    given(received(receipt(*pools))).when(announcement(*pools)).refuses(EnteredOtherwiseError, "财农〔2022〕1号", "F1")


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_announcement_of_nothing_or_less_is_refused(amount_fen: int) -> None:
    given().when(announcement(("integrated", amount_fen))).refuses(AmountError, "integrated", amount_fen)


# Before it is there


def test_announced_money_is_set_aside_by_a_plan() -> None:
    given(ANNOUNCED).when(Allot(ACT, "F1", "P1", SHARES)).then(MoneyAllotted(ACT, "P1", SHARES))
    buckets = portion(ANNOUNCED, ALLOTTED).buckets
    assert (buckets[Bucket.FREE], buckets[Bucket.UNRELEASED]) == (0, 300 * WAN)
    assert FUND.stage(fold(FUND, (ANNOUNCED, ALLOTTED))) == "announced"


@pytest.mark.parametrize(
    "command",
    [
        Release(ACT, "F1", "P1", "transfer"),
        Allot(ACT, "F1", "P2", (Share("original_use", "A01", 1),), "reimbursement"),
        Report(ACT, "F1"),
        Notify(ACT, "F1", "rrb"),
        CloseYear(ACT, "F1", 2022),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_needs_the_money_itself_is_refused_until_it_arrives(command: FundCommand) -> None:
    outcome = given(ANNOUNCED, ALLOTTED).when(command)
    outcome.refuses(NotArrivedError, "F1", "财农〔2022〕1号", "fund.arrive/1")
    assert given(ANNOUNCED, ALLOTTED, ARRIVED).when(command).facts


def test_refusal_before_arrival_names_the_clause() -> None:
    release = Release(ACT.under("JS L16"), "F1", "P1", "transfer")
    given(ANNOUNCED, ALLOTTED).when(release).refuses(NotArrivedError, "JS L16")


def test_plan_that_allotted_nothing_is_told_before_the_arrival_is() -> None:
    given(ANNOUNCED).when(Release(ACT, "F1", "P1", "transfer")).refuses(NotAllottedError, "P1")


def test_nothing_of_announced_money_can_be_claimed_or_reduced() -> None:
    share = Share("integrated", "A01", 1)
    given(ANNOUNCED, ALLOTTED).when(Reserve(ACT, "F1", "C1", 1, (share,))).refuses(ShortfallError, "A01", 1, 0)
    given(ANNOUNCED, ALLOTTED).when(Reduce(ACT, "F1", share, "审减")).refuses(ShortfallError, "A01", 1, 0)


def test_who_asks_too_early_is_answered_by_the_rule_and_not_at_the_door() -> None:
    early = {"report", "notify", "release:P1"}
    assert early <= set(FUND.also_allowed(fold(FUND, (ANNOUNCED, ALLOTTED))))
    assert not early & set(FUND.also_allowed(fold(FUND, (ANNOUNCED, ALLOTTED, ARRIVED))))


# A revoked announcement


def test_revoked_announcement_is_no_withdrawal_of_money() -> None:
    revoked = AnnouncementRevoked(ACT, "integrated", 40 * WAN, "退〔1〕")
    given(ANNOUNCED).when(Withdraw(ACT, "F1", "integrated", 40 * WAN, "退〔1〕")).then(revoked)
    left = portion(ANNOUNCED, revoked)
    assert (left.received, left.withdrawn, left.buckets[Bucket.FREE]) == (260 * WAN, 0, 260 * WAN)


def test_planned_part_of_an_announcement_is_not_revoked() -> None:
    given(ANNOUNCED, ALLOTTED).when(Withdraw(ACT, "F1", "integrated", 1, "退〔1〕")).refuses(ShortfallError, 1, 0)


def test_same_revocation_takes_back_once() -> None:
    revoked = AnnouncementRevoked(by("sun"), "integrated", 40 * WAN, "退〔1〕")
    given(ANNOUNCED, revoked).when(Withdraw(ACT, "F1", "integrated", 40 * WAN, "退〔1〕")).then()
    other = Withdraw(ACT, "F1", "integrated", 41 * WAN, "退〔1〕")
    given(ANNOUNCED, revoked).when(other).refuses(RepeatDiffersError, "退〔1〕", 40 * WAN, 41 * WAN)


def test_announcement_revoked_whole_closes_the_fund_and_nothing_arrives() -> None:
    revoked = (
        AnnouncementRevoked(by("li"), "integrated", 300 * WAN, "退〔1〕"),
        AnnouncementRevoked(by("li"), "original_use", 50 * WAN, "退〔1〕"),
    )
    state = fold(FUND, (ANNOUNCED, *revoked))
    assert (FUND.stage(state), FUND.closed(state), FUND.open_steps(state)) == ("closed", True, ())
    given(ANNOUNCED, *revoked).when(arrive(integrated=5)).refuses(NotAwaitedError, "F1", "财农〔2022〕1号")


# The arrival


def test_money_arrives_as_announced() -> None:
    given(ANNOUNCED, ALLOTTED).when(arrive(integrated=300 * WAN, original_use=50 * WAN)).then(came(300 * WAN))
    state = fold(FUND, (ANNOUNCED, ALLOTTED, ARRIVED))
    assert [step.id for step in FUND.open_steps(state)] == ["report", "notify", "release:P1"]
    assert FUND.stage(state) == "planned"
    given(ANNOUNCED, ALLOTTED, ARRIVED).when(Release(ACT, "F1", "P1", "transfer")).then(
        MoneyReleased(ACT, "P1", SHARES, "transfer")
    )


def test_more_than_announced_is_free() -> None:
    given(ANNOUNCED, ALLOTTED).when(arrive(integrated=320 * WAN, original_use=50 * WAN)).then(came(320 * WAN))
    more = portion(ANNOUNCED, ALLOTTED, came(320 * WAN))
    assert (more.received, more.withdrawn, more.buckets[Bucket.FREE]) == (320 * WAN, 0, 20 * WAN)


def test_less_than_announced_is_taken_from_what_is_free() -> None:
    given(ANNOUNCED, ALLOTTED).when(arrive(integrated=300 * WAN, original_use=0)).then(came(300 * WAN, 0))
    less = portion(ANNOUNCED, ALLOTTED, came(300 * WAN, 0), pool="original_use")
    assert (less.received, less.withdrawn, less.buckets[Bucket.FREE]) == (0, 0, 0)


def test_less_than_is_planned_is_refused_with_what_must_be_cut() -> None:
    given(ANNOUNCED, MoneyAllotted(by("wang"), "P1", SHARES[:1])).when(
        arrive(integrated=180 * WAN, original_use=50 * WAN)
    ).refuses(ArrivedLowerError, 300 * WAN, 180 * WAN, 120 * WAN, 100 * WAN, 20 * WAN, "integrated")


def test_pool_that_was_not_announced_may_arrive_too() -> None:
    outcome = given(ANNOUNCED).when(arrive(integrated=300 * WAN, original_use=50 * WAN, other=7))
    (fact,) = outcome.facts
    assert PoolArrived("other", 0, 7) in fact.portions
    assert portion(ANNOUNCED, fact, pool="other").buckets[Bucket.FREE] == 7


def test_arrival_that_is_silent_on_an_announced_pool_is_refused() -> None:
    given(ANNOUNCED).when(arrive(integrated=300 * WAN)).refuses(PoolUnsaidError, "F1", "original_use", 50 * WAN)


def test_pool_whose_announcement_was_revoked_need_not_be_named() -> None:
    revoked = AnnouncementRevoked(by("li"), "original_use", 50 * WAN, "退〔1〕")
    (fact,) = given(ANNOUNCED, revoked).when(arrive(integrated=300 * WAN)).facts
    assert fact.portions == (PoolArrived("integrated", 300 * WAN, 300 * WAN),)
    assert portion(ANNOUNCED, revoked, fact, pool="original_use").received == 0


@pytest.mark.parametrize("pools", [{"integrated": -1, "original_use": 5}, {"integrated": 0, "original_use": 0}, {}])
def test_arrival_of_nothing_or_less_is_refused(pools: dict[str, int]) -> None:
    given(ANNOUNCED).when(arrive(**pools)).refuses(AmountError)


def test_arrival_needs_a_document_of_its_own() -> None:
    same = Arrive(ACT, "F1", " 财农〔2022〕1号", "1 ", (PortionReceived("integrated", 300 * WAN),))
    given(ANNOUNCED).when(same).refuses(ArrivalDocumentError, "F1", "财农〔2022〕1号")


def test_arrival_entered_twice_is_one_and_with_another_amount_refused() -> None:
    given(ANNOUNCED, ARRIVED).when(arrive(original_use=50 * WAN, integrated=300 * WAN)).then()
    given(ANNOUNCED, ARRIVED).when(arrive(integrated=300 * WAN, original_use=51 * WAN)).refuses(
        RepeatDiffersError, "F1", 50 * WAN, 51 * WAN
    )


def test_money_received_at_once_does_not_arrive_again() -> None:
    there = received(receipt(("integrated", 300 * WAN)))
    given(there).when(arrive(integrated=300 * WAN)).refuses(NotAwaitedError, "F1", "财农〔2022〕1号")


def test_what_comes_after_the_arrival_is_as_of_any_money() -> None:
    given(ANNOUNCED, ARRIVED).when(Report(ACT, "F1")).then(ReceiptReported(ACT))
    withdrawn = MoneyWithdrawn(ACT, "original_use", 50 * WAN, "退〔1〕")
    given(ANNOUNCED, ARRIVED).when(Withdraw(ACT, "F1", "original_use", 50 * WAN, "退〔1〕")).then(withdrawn)
    left = portion(ANNOUNCED, ARRIVED, withdrawn, pool="original_use")
    assert (left.received, left.withdrawn) == (50 * WAN, 50 * WAN)


# A plan cut before the money is there


CUT = (Share("integrated", "A02", 60 * WAN),)


def test_cut_of_announced_money_frees_what_is_unreleased() -> None:
    cut = Allot(ACT, "F1", "P2", (), "", CUT)
    unallotted = MoneyUnallotted(ACT, "P1", CUT[0], "P2")
    given(ANNOUNCED, ALLOTTED).when(cut).then(unallotted)
    buckets = portion(ANNOUNCED, ALLOTTED, unallotted).buckets
    assert (buckets[Bucket.FREE], buckets[Bucket.UNRELEASED]) == (60 * WAN, 240 * WAN)
    facts = (ANNOUNCED, ALLOTTED, MoneyUnallotted(by("wang"), "P1", CUT[0], "P2"))
    given(*facts).when(arrive(integrated=240 * WAN, original_use=50 * WAN)).then(came(240 * WAN))
    left = (SHARES[0], Share("integrated", "A02", 40 * WAN))
    arrived = msgspec.structs.replace(came(240 * WAN), act=by("li"))
    given(*facts, arrived).when(Release(ACT, "F1", "P1", "transfer")).then(MoneyReleased(ACT, "P1", left, "transfer"))


def test_cut_takes_from_the_latest_plan_first() -> None:
    later = MoneyAllotted(by("wang"), "P2", (Share("original_use", "A02", 30 * WAN),))
    latest = MoneyAllotted(by("wang"), "P3", (Share("original_use", "A02", 20 * WAN),))
    cut = Share("original_use", "A02", 25 * WAN)
    given(ANNOUNCED, later, latest).when(Allot(ACT, "F1", "P4", (), "", (cut,))).then(
        MoneyUnallotted(ACT, "P3", Share("original_use", "A02", 20 * WAN), "P4"),
        MoneyUnallotted(ACT, "P2", Share("original_use", "A02", 5 * WAN), "P4"),
    )


def test_cut_over_what_a_line_has_is_refused() -> None:
    over = (Share("integrated", "A02", 100 * WAN + 1),)
    given(ANNOUNCED, ALLOTTED).when(Allot(ACT, "F1", "P2", (), "", over)).refuses(
        ShortfallError, "A02", 100 * WAN + 1, 100 * WAN
    )
    twice = (Share("integrated", "A02", 60 * WAN), Share("integrated", "A02", 41 * WAN))
    given(ANNOUNCED, ALLOTTED).when(Allot(ACT, "F1", "P2", (), "", twice)).refuses(ShortfallError, "A02", 40 * WAN)


def test_plan_cut_to_nothing_waits_for_no_release() -> None:
    gone = tuple(MoneyUnallotted(by("wang"), "P1", share, "P2") for share in SHARES)
    facts = (ANNOUNCED, ALLOTTED, *gone, ARRIVED)
    assert [step.id for step in FUND.open_steps(fold(FUND, facts))] == ["report", "notify"]
    assert FUND.stage(fold(FUND, facts)) == "arrived"
    given(*facts).when(Release(ACT, "F1", "P1", "transfer")).refuses(NotAllottedError, "P1", "F1")
    # Its number is used: the same plan is not allotted anew.
    given(*facts).when(Allot(ACT, "F1", "P1", SHARES)).refuses(RepeatDiffersError, "P1")


# Years


def test_years_are_closed_in_order_and_once_they_have_begun() -> None:
    there = received(receipt(("integrated", 5)))
    given(there).when(CloseYear(ACT, "F1", 2021)).refuses(YearOpenError, 2021, 2022)
    given(there).when(CloseYear(ACT, "F1", 2023)).refuses(YearOpenError, 2023, 2022)
    next_year = DAY.replace(year=2023)
    closed = YearClosed(by("li", next_year), 2023, ())
    again = by("li", next_year)
    given(there, closed).when(CloseYear(again, "F1", 2022)).refuses(YearOpenError, 2022, 2024)
    given(there, closed).when(CloseYear(again, "F1", 2023)).refuses(SecondTimeError, next_year)
