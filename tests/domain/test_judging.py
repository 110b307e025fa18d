"""Rules judged in a county's ledger: at a plan's draft and again when it takes effect, over the year as it stands."""

import msgspec
import pytest

from domain.cases import year_stream
from domain.fund_facts import PortionReceived
from domain.plan import PLAN
from domain.plan_facts import RulesJudged
from domain.policy import load, parse
from domain.procedures.judging import judge_year
from domain.requests import DraftPlan, FileMinutes, MovePlan, RegisterReceipt
from domain.rules.result import Reason, ReasonMissingError, RuleUnmetError
from domain.yearbook import YEARBOOK
from tests.domain.county import MINUTES, PAPER, POLICIES, PROJECT_REQUEST, County, decision, line
from tests.domain.given import WAN

PROFILE = load(POLICIES / "sample.toml")
RULE = "ratios.industry_share"
SOFT = 'hard = false\nsource = "sample, after JH L5"'


def central(amount_fen: int) -> RegisterReceipt:
    """Return a receipt of central money, of which half is to go to industry."""
    return RegisterReceipt(
        document_no="样例中央文",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", amount_fen),),
    )


@pytest.fixture
def county(sample: County) -> County:
    """100 万 of central money; A01 is an industry project, A02 infrastructure; both are in the bank."""
    sample.ask("fund", "F1", central(100 * WAN), "finance_section")
    sample.banks("A01")
    road = msgspec.structs.replace(PROJECT_REQUEST, name="道路", use="infrastructure")
    sample.ask("project", "A02", road, "village_committee")
    sample.explains("A02")
    sample.passes("A02", "township_review", "township_office")
    sample.passes("A02", "field_survey", "field_team", record=PAPER)
    sample.passes("A02", "bank", "rrb")
    return sample


def plan(*lines_: tuple[str, int], reason: str = "") -> DraftPlan:
    """Return a plan of projects and their wan."""
    reasons = (Reason(RULE, reason),) if reason else ()
    lines = tuple(line(amount * WAN, no) for no, amount in lines_)
    return DraftPlan(year=2023, title="年度计划", lines=lines, reasons=reasons)


def judged(county: County, no: str) -> list[tuple[str, int, str]]:
    """Return what was found of a plan each time: status, basis points, reason."""
    facts = [f for f in county.ledger.facts(f"{county.name}/plan/{no}") if isinstance(f, RulesJudged)]
    return [(r.status, r.value, r.reason) for fact in facts for r in fact.results]


def drafts(county: County, no: str, request: DraftPlan) -> None:
    county.ask("plan", no, request, "rrb", person="p-drafter")


def test_a_plan_is_judged_when_it_is_drafted_and_when_it_takes_effect(county: County) -> None:
    drafts(county, "P1", plan(("A01", 60), ("A02", 40)))
    assert judged(county, "P1") == [("met", 6000, "")]
    county.approves("P1", "M-1")
    county.files("P1")
    assert judged(county, "P1") == [("met", 6000, "")] * 2
    [result] = county.state(PLAN, "P1").results
    assert {(a.kind, a.of, a.amount) for a in result.amounts} == {
        ("planned", "industry/central", 60 * WAN),
        ("received", "central", 100 * WAN),
    }
    assert result.clause == "sample, after JH L5"


def test_a_soft_share_is_open_until_the_money_is_gone_and_then_asks_for_a_reason(county: County) -> None:
    drafts(county, "P1", plan(("A02", 50)))
    assert judged(county, "P1") == [("open", 0, "")]
    without = plan(("A01", 40), ("A02", 60))
    county.refuses("plan", "P2", without, "rrb", ReasonMissingError, "40.00%", RULE, 10 * WAN, person="p-drafter")
    drafts(county, "P2", plan(("A01", 40), ("A02", 60), reason="样例：水毁道路"))
    assert judged(county, "P2") == [("reason", 4000, "样例：水毁道路")]


def test_a_plan_is_judged_by_the_year_as_it_is_when_it_takes_effect(county: County) -> None:
    drafts(county, "P1", plan(("A02", 40)))
    drafts(county, "P2", plan(("A02", 30)))  # Open too: what is drafted holds no money.
    for no in ("P1", "P2"):
        county.approves(no, f"M-{no}")
    county.files("P1")
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    county.refuses("plan", "P2", minutes, "leading_group", ReasonMissingError, "0.00%", 30 * WAN, 20 * WAN, RULE)
    # No dead end: the group sends it back, and it is drafted anew with its reason.
    back = decision("M-P2-2", county.today, approve=False, opinion="样例：占比不足")
    county.ask("plan", "P2", back, "leading_group")
    drafts(county, "P2", plan(("A02", 30), reason="样例：水毁道路"))
    county.approves("P2", "M-P2-3")
    county.files("P2")
    assert judged(county, "P2")[-1] == ("reason", 0, "样例：水毁道路")


def test_a_hard_share_refuses_at_draft_whatever_reason_is_given(county: County) -> None:
    text = PROFILE.text.replace(SOFT, SOFT.replace("false", "true"))
    assert text != PROFILE.text
    county.adopt(parse(text.replace('version = "2023.1"', 'version = "2023.2"'), "hard.toml"))
    county.refuses(
        "plan",
        "P1",
        plan(("A01", 49), ("A02", 51), reason="样例"),
        "rrb",
        RuleUnmetError,
        "49.00%",
        "50.00%",
        1 * WAN,
        "sample, after JH L5",
        person="p-drafter",
    )
    drafts(county, "P1", plan(("A01", 50), ("A02", 50)))
    assert judged(county, "P1") == [("met", 5000, "")]


@pytest.fixture
def harder(county: County) -> County:
    """P1 of 60 万 for a road and its reason, drafted before the county adopts the share as a hard one."""
    drafts(county, "P1", plan(("A01", 40), ("A02", 60), reason="样例：水毁道路"))
    text = PROFILE.text.replace(SOFT, SOFT.replace("false", "true")).replace('version = "2023.1"', 'version = "2023.2"')
    county.adopt(parse(text, "hard.toml"))
    return county


def test_a_plan_is_judged_by_the_rules_that_it_was_moved_to(harder: County) -> None:
    harder.ask("plan", "P1", MovePlan(reason="样例：占比改为硬性"), "rrb", person="p-drafter")
    harder.approves("P1", "M-1")
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    harder.refuses("plan", "P1", minutes, "leading_group", RuleUnmetError, "40.00%", "50.00%", "JH L5")
    # No dead end: sent back, it is drafted anew under the rules that it was moved to.
    back = decision("M-2", harder.today, approve=False, opinion="样例：占比不足")
    harder.ask("plan", "P1", back, "leading_group")
    again = plan(("A01", 40), ("A02", 60), reason="样例：水毁道路")
    harder.refuses("plan", "P1", again, "rrb", RuleUnmetError, "40.00%", "50.00%", person="p-drafter")
    drafts(harder, "P1", plan(("A01", 50), ("A02", 50)))
    harder.approves("P1", "M-3")
    harder.files("P1")
    assert judged(harder, "P1")[-1] == ("met", 5000, "")


def test_a_plan_that_is_not_moved_is_drafted_anew_and_judged_by_its_own_rules(harder: County) -> None:
    harder.ask("plan", "P1", decision("M-1", harder.today, approve=False, opinion="样例：再议"), "leading_group")
    drafts(harder, "P1", plan(("A01", 40), ("A02", 60), reason="样例：水毁道路"))
    harder.approves("P1", "M-2")
    harder.files("P1")
    assert judged(harder, "P1")[-1] == ("reason", 4000, "样例：水毁道路")


def test_an_adjustment_is_judged_by_what_it_leaves(county: County) -> None:
    county.plans("P1", line(60 * WAN, "A01"), line(40 * WAN, "A02"))
    county.releases("F1", "P1")
    cut = msgspec.structs.replace(plan(("A02", 20)), cuts=(line(20 * WAN, "A01"),), reason="样例：用地未落实")
    county.refuses("plan", "P2", cut, "rrb", ReasonMissingError, "40.00%", 10 * WAN, person="p-drafter")


def test_the_years_book_holds_its_funds_plans_and_bank_entries(county: County) -> None:
    county.plans("P1", line(60 * WAN, "A01"))
    book = county.ledger.state(YEARBOOK, year_stream("sample", 2023))
    assert (book.funds, book.plans, book.banked) == (["F1"], ["P1"], ["A01", "A02"])


def test_a_years_rules_are_told_with_every_amount(county: County) -> None:
    assert [(r.rule, r.status, r.value) for r in judge_year(county.ledger.state, PROFILE.profile, "sample", 2023)] == [
        (RULE, "open", 0)
    ]
    county.plans("P1", line(30 * WAN, "A01"), line(40 * WAN, "A02"))
    [result] = judge_year(county.ledger.state, PROFILE.profile, "sample", 2023)
    assert (result.status, result.value, result.bound) == ("open", 3000, 5000)
    assert {(a.kind, a.amount) for a in result.amounts} == {
        ("planned", 30 * WAN),
        ("received", 100 * WAN),
        ("free", 30 * WAN),
    }
    assert judge_year(county.ledger.state, PROFILE.profile, "sample", 2022) == ()
