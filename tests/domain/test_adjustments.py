"""Money that moves back or on: a lower settlement, a plan that is adjusted, a year that is closed."""

from datetime import date, timedelta

from domain.balances import Bucket
from domain.cases import mandates_stream
from domain.claim import CLAIM
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_refusals import SecondTimeError, ShortfallError, YearOpenError
from domain.ledger import Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation_facts import Breached, ObligationMet
from domain.plan import PLAN
from domain.plan_correcting import PlanLineError
from domain.project import PROJECT
from domain.project_money import OverReleaseError
from domain.requests import CloseYear, DraftPlan, ReduceAllotment, RefundPayment, SendPayment
from domain.terms import Line
from tests.domain.county import DAY, GATES, County, claim, line
from tests.domain.given import WAN


def bucket(county: County, where: Bucket) -> int:
    """Return what fund F1 has in a bucket, in wan."""
    buckets: dict[Bucket, int] = county.state(FUND, "F1").balances.portions["integrated"].buckets
    return buckets[where] // WAN


def adjustment(*lines: Line, cuts: tuple[Line, ...], reason: str = "样例：一村用地未落实") -> DraftPlan:
    return DraftPlan(year=2023, title="调整", lines=lines, cuts=cuts, reason=reason)


def test_lower_settlement_frees_what_nobody_claimed(building: County) -> None:
    lower = ReduceAllotment(pool="integrated", project_no="A01", amount_fen=20 * WAN, reason="结算审减")
    building.ask("fund", "F1", lower, "rrb")
    assert (bucket(building, Bucket.FREE), bucket(building, Bucket.CLAIMABLE)) == (120, 180)
    money = building.state(PROJECT, "A01").money
    assert (money.allotted, money.released) == (180 * WAN, 180 * WAN)


def test_reduction_below_what_is_claimed_is_refused(building: County) -> None:
    building.lodges("C1", line(150 * WAN))
    lower = ReduceAllotment(pool="integrated", project_no="A01", amount_fen=60 * WAN, reason="结算审减")
    building.refuses("fund", "F1", lower, "rrb", ShortfallError, 60 * WAN, 50 * WAN)


def test_adjusted_plan_moves_money_by_the_same_approvals(building: County) -> None:
    building.banks("A02")
    building.ask("plan", "P2", adjustment(line(50 * WAN, "A02"), cuts=(line(50 * WAN),)), "rrb", person="p-drafter")
    assert bucket(building, Bucket.CLAIMABLE) == 200, "a draft moves nothing"
    building.approves("P2", "M-P2")
    building.files("P2")
    assert (bucket(building, Bucket.CLAIMABLE), bucket(building, Bucket.UNRELEASED)) == (150, 50)
    building.releases("F1", "P2")
    assert building.state(PROJECT, "A02").money.released == 50 * WAN
    assert building.state(PLAN, "P2").released == {"F1"}
    building.refuses("claim", "C1", claim(line(151 * WAN)), "implementing_unit", OverReleaseError, 151 * WAN, 150 * WAN)


def test_adjustment_may_only_cut_and_its_money_is_free(building: County) -> None:
    building.ask("plan", "P2", adjustment(cuts=(line(30 * WAN),)), "rrb", person="p-drafter")
    building.approves("P2", "M-P2")
    building.files("P2")
    assert (bucket(building, Bucket.FREE), bucket(building, Bucket.CLAIMABLE)) == (130, 170)
    assert building.state(PLAN, "P2").in_force


def test_project_that_has_its_money_may_be_given_more(building: County) -> None:
    building.plans("P2", line(40 * WAN))
    building.releases("F1", "P2")
    money = building.state(PROJECT, "A01").money
    assert (money.allotted, money.released) == (240 * WAN, 240 * WAN)
    assert building.state(PROJECT, "A01").step.id == "build"


def test_cut_needs_a_reason_and_money_that_is_there(building: County) -> None:
    building.refuses("plan", "P2", adjustment(cuts=(line(30 * WAN),), reason=" "), "rrb", BadInputError, "reason")
    building.refuses("plan", "P2", adjustment(cuts=(line(201 * WAN),)), "rrb", ShortfallError, 201 * WAN, 200 * WAN)


def test_project_is_not_given_and_cut_by_one_plan(building: County) -> None:
    both = adjustment(line(10 * WAN), cuts=(line(20 * WAN),))
    building.refuses("plan", "P2", both, "rrb", PlanLineError, "A01")


def test_year_is_closed_with_every_fen_accounted_for(building: County) -> None:
    building.lodges("C1", line(50 * WAN))
    building.ask("fund", "F1", CloseYear(year=2023), "finance_section")
    (closed,) = [e.fact for e in building.ledger.log() if type(e.fact).__name__ == "YearClosed"]
    (carried,) = closed.carried
    left = (carried.free_fen, carried.unreleased_fen, carried.claimable_fen, carried.reserved_fen)
    assert left == (100 * WAN, 0, 150 * WAN, 50 * WAN)
    building.refuses("fund", "F1", CloseYear(year=2023), "finance_section", SecondTimeError, DAY)


def test_year_with_money_on_its_way_is_not_closed(building: County) -> None:
    building.lodges("C1", line(50 * WAN))
    building.clears("C1", *GATES)
    building.ask("claim", "C1", SendPayment(), "payment_centre")
    building.refuses("fund", "F1", CloseYear(year=2023), "finance_section", YearOpenError, 50 * WAN, 2023)


def test_year_before_the_funds_own_is_not_closed(building: County) -> None:
    building.refuses("fund", "F1", CloseYear(year=2022), "finance_section", YearOpenError, 2022, 2023)


def test_year_that_has_not_begun_is_not_closed(building: County) -> None:
    # What moves until then would be in no close: a year is closed once.
    building.refuses("fund", "F1", CloseYear(year=2024), "finance_section", YearOpenError, 2024, 2023)
    building.today = date(2024, 1, 1)
    building.ask("fund", "F1", CloseYear(year=2024), "finance_section")


def test_year_is_not_closed_after_a_later_one(building: County) -> None:
    building.today = date(2024, 3, 1)
    building.ask("fund", "F1", CloseYear(year=2024), "finance_section")
    # It would say of 2023 what is left in 2024.
    building.refuses("fund", "F1", CloseYear(year=2023), "finance_section", YearOpenError, 2023, 2025)


def test_refunded_money_can_be_claimed_again(building: County) -> None:
    building.lodges("C1", line(50 * WAN))
    building.clears("C1", *GATES)
    building.pays("C1")
    building.ask("claim", "C1", RefundPayment(reason="多付退回"), "treasury_officer")
    assert (bucket(building, Bucket.PAID), bucket(building, Bucket.CLAIMABLE)) == (0, 200)
    assert building.state(CLAIM, "C1").refunded
    building.lodges("C2", line(150 * WAN))


def test_late_answer_that_no_clock_saw_names_who_answered_for_it(planned: County) -> None:
    act = planned.act("appoint", "opener")
    held = Appointed(act, "sample", "p-117", "finance_section", "finance_bureau", DAY, None)
    planned.ledger.execute(Step(mandates_stream("sample"), Appoint(act, held)))
    planned.today = DAY + timedelta(days=9)
    planned.releases("F1", "P1")
    facts = planned.ledger.facts("sample/obligation/fund-F1-release-P1")
    (breach,) = [fact for fact in facts if isinstance(fact, Breached)]
    (met,) = [fact for fact in facts if isinstance(fact, ObligationMet)]
    assert (breach.post, breach.person, met.days_late) == ("finance_section", "p-117", 4)
