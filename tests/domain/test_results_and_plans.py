"""What results weigh in a plan: last year's as a basis of this year's, and an award for each household confirmed."""

import msgspec
import pytest

from domain.cases import year_stream
from domain.errors import BadInputError
from domain.fund_facts import FundReceived, MoneyAllotted, PortionReceived, Share
from domain.ledger import Ledger, Step
from domain.plan_facts import RulesJudged
from domain.project_facts import PlanIncluded
from domain.requests import ConfirmHousehold, DraftPlan, EvaluateResult
from domain.rules.result import Amount, Basis, Reason, ReasonMissingError, RuleResult, RuleUnmetError
from domain.terms import Line
from domain.yearbook import EnterFund
from tests.domain.county import PAPER, County, line, receipt
from tests.domain.given import FUND_TERMS, WAN
from tests.domain.results import county_of, declares, passes_until, stored, stores

YEAR = 2023


def money_of_last_year(county: County, *projects: str) -> None:
    """Let a fund of last year have gone to projects."""
    stated = ("样例文〔2022〕1号", "1", "central", "central", YEAR - 1, (PortionReceived("industry", 90 * WAN),))
    received = FundReceived(stored("li"), county.name, "F0", *stated, FUND_TERMS)
    shares = tuple(Share("industry", no, 10 * WAN) for no in projects)
    stores(county, "fund", "F0", received, MoneyAllotted(stored("li"), "P0", shares))
    county.ledger.execute(Step(year_stream(county.name, YEAR - 1), EnterFund(stored("li"), "F0")))


def judged(county: County, request: DraftPlan, post: str) -> list[RuleResult]:
    recorded = county.ask("plan", "P1", request, post)
    return [result for r in recorded if isinstance(r.fact, RulesJudged) for result in r.fact.results]


@pytest.fixture
def guangfeng(ledger: Ledger) -> County:
    """Two projects of a unit that had last year's money, a third of it to be given this year's, one of another unit."""
    county = county_of(ledger, "guangfeng-2021")
    for no in ("A01", "A02", "A03"):
        declares(county, no)
        passes_until(county, "plan", no)
    declares(county, "B01", unit="乙乡人民政府")
    passes_until(county, "plan", "B01")
    money_of_last_year(county, "A01", "A02")
    county.ask("fund", "F1", receipt(600 * WAN, pool="industry", source="bridging"), "finance_bureau")
    return county


def draft(*lines: Line, reasons: tuple[Reason, ...] = ()) -> DraftPlan:
    return DraftPlan(year=YEAR, title="年度计划", lines=lines, reasons=reasons)


@pytest.mark.row("PF-05", "GF")
def test_plan_has_seen_last_years_results_of_each_unit_or_says_why_not(guangfeng: County) -> None:
    plan = draft(line(20 * WAN, "A03", pool="industry"))
    words = ("甲乡人民政府", "A01, A02", YEAR - 1, "performance.next_year", "GF L26")
    guangfeng.refuses("plan", "P1", plan, "plan_clerk", ReasonMissingError, *words)
    for no, score in (("A01", 91), ("A02", None)):
        done = EvaluateResult(year=YEAR - 1, grade="优", score=score)
        guangfeng.ask("performance", no, done, "finance_bureau")
        if no == "A01":
            guangfeng.refuses("plan", "P1", plan, "plan_clerk", ReasonMissingError, "A02", "A01 91")
    (found,) = [r for r in judged(guangfeng, plan, "plan_clerk") if r.rule == "performance.next_year"]
    assert (found.status, found.of, found.bound, found.value) == ("met", "甲乡人民政府", 2, 2)
    # What the evaluation says stands in the plan's own basis.
    assert found.amounts == (Amount("score", 91, "A01"), Amount("score", 0, "A02"))


@pytest.mark.row("PF-05", "GF")
def test_reason_lets_a_plan_pass_without_and_a_unit_without_a_past_needs_none(guangfeng: County) -> None:
    reason = Reason("performance.next_year", "评价正在进行")
    plan = draft(line(20 * WAN, "A03", pool="industry"), line(5 * WAN, "B01", pool="industry"), reasons=(reason,))
    found = [r for r in judged(guangfeng, plan, "plan_clerk") if r.rule == "performance.next_year"]
    assert [(r.of, r.status, r.reason) for r in found] == [("甲乡人民政府", "reason", "评价正在进行")]


@pytest.mark.row("BL-01", "MJ")
def test_award_is_for_households_that_were_confirmed_and_not_awarded_before(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017")
    declares(county)
    passes_until(county, "plan")
    county.ask("fund", "F1", receipt(300 * WAN, pool="poverty", source="central"), "account_keeper")
    award = Basis("instruments.household_award", 2, "A01", record=PAPER)
    plan = DraftPlan(year=YEAR, title="奖励", lines=(line(200_000, pool="poverty"),), bases=(award,))
    said = ("2 households", "0 of A01", "MJ L5")
    county.refuses("plan", "P1", plan, "coordination_planner", BadInputError, *said)
    for number in (1, 2):
        household = ConfirmHousehold(
            household=f"H-{number}", group="poor_households", operator="样例茶叶合作社", record=PAPER
        )
        county.ask("performance", "A01", household, "township")
    more = msgspec.structs.replace(plan, lines=(line(200_001, pool="poverty"),))
    county.refuses("plan", "P1", more, "coordination_planner", RuleUnmetError, 200_000, 200_001)
    (found,) = [r for r in judged(county, plan, "coordination_planner") if r.rule.startswith("instruments")]
    assert (found.status, found.value) == ("met", 200_000)
    # 1,000 yuan each: once a plan gave them, there is nobody left to award.
    stores(county, "project", "A01", PlanIncluded(stored("li"), "P1", 200_000))
    again = msgspec.structs.replace(plan, bases=(Basis("instruments.household_award", 1, "A01", record=PAPER),))
    county.refuses("plan", "P2", again, "coordination_planner", BadInputError, "0 of A01")
