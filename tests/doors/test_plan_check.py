"""A plan checked while it is drafted: rules kept or missed, portions left, and the refusal, before anything is sent."""

from collections.abc import Iterator

import msgspec
import pytest

from domain.cases import CaseId
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.policy import load, parse
from domain.requests import DraftPlan, RegisterReceipt
from domain.rules.result import Reason, RuleUnmetError
from domain.terms import Line
from doors.plan_check import PlanChecked, check_plan
from tests.domain.county import CALENDAR, PAPER, POLICIES, PROJECT_REQUEST, County, line
from tests.domain.given import WAN, noon

RULE = "ratios.industry_share"
HARD, SOFT = 'hard = true\nsource = "sample, after JH L5"', 'hard = false\nsource = "sample, after JH L5"'


def told(ledger: Ledger, *, soft: bool = False) -> County:
    """100 万 of central money, half of it for industry; A01 is industry, A02 infrastructure; both are in the bank."""
    county = County(ledger, "sample")
    policy = load(POLICIES / "sample.toml")
    if not soft:
        assert SOFT in policy.text
        policy = parse(policy.text.replace(SOFT, HARD), "样例·硬性")
    county.adopt(policy)
    receipt = RegisterReceipt(
        document_no="样例中央文",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", 100 * WAN),),
    )
    county.ask("fund", "F1", receipt, "finance_section")
    county.banks("A01")
    road = msgspec.structs.replace(PROJECT_REQUEST, name="道路", use="infrastructure", village="二村")
    county.ask("project", "A02", road, "village_committee")
    county.explains("A02")
    county.passes("A02", "township_review", "township_office")
    county.passes("A02", "field_survey", "field_team", record=PAPER)
    county.passes("A02", "bank", "rrb")
    return county


@pytest.fixture
def county() -> Iterator[County]:
    with Ledger("sqlite://") as ledger:
        yield told(ledger)


def check(county: County, *lines: Line, reasons: tuple[Reason, ...] = (), post: str = "rrb") -> PlanChecked:
    """Check lines that nobody has sent; nothing of it is stored."""
    request = DraftPlan(year=2023, title="年度计划", lines=lines, reasons=reasons)
    before = len(list(county.ledger.log()))
    case, by = CaseId(county.name, "plan", "P1"), ("p-drafter", post, "样例·单位")
    found = check_plan(county.ledger, CALENDAR, case, request, by, noon(county.today))
    assert len(list(county.ledger.log())) == before
    return found


def test_a_share_that_is_kept_is_told_with_what_was_counted(county: County) -> None:
    found = check(county, line(60 * WAN, "A01"), line(40 * WAN, "A02"))
    [rule] = [one for one in found.rules if one.rule == RULE]
    assert (rule.status, rule.kept, rule.hard, rule.comparator, rule.bound, rule.value, rule.unit) == (
        "met",
        True,
        True,
        "at_least",
        5000,
        6000,
        "bp",
    )
    assert {(one.kind, one.amount) for one in rule.amounts} == {("planned", 60 * WAN), ("received", 100 * WAN)}
    assert rule.clause == "sample, after JH L5"
    assert rule.name.zh
    assert found.refused is None
    [portion] = found.portions
    assert (portion.free_fen, portion.taken_fen, portion.left_fen) == (100 * WAN, 100 * WAN, 0)


def test_a_hard_share_that_is_missed_is_told_and_refused_as_it_would_be_when_sent(county: County) -> None:
    lines = line(40 * WAN, "A01"), line(60 * WAN, "A02")
    found = check(county, *lines)
    [rule] = [one for one in found.rules if one.rule == RULE]
    assert (rule.status, rule.kept, rule.value) == ("unmet", False, 4000)
    assert isinstance(found.refused, RuleUnmetError)
    request = DraftPlan(year=2023, title="年度计划", lines=lines)
    county.refuses("plan", "P1", request, "rrb", type(found.refused), "40.00%", "50.00%", person="p-drafter")
    assert "50.00%" in found.refused.text("zh")


def test_a_share_that_free_money_can_still_meet_is_open(county: County) -> None:
    found = check(county, line(40 * WAN, "A02"))
    [rule] = [one for one in found.rules if one.rule == RULE]
    assert (rule.status, rule.kept, rule.value) == ("open", True, 0)
    assert found.refused is None
    assert found.portions[0].left_fen == 60 * WAN


def test_a_soft_share_asks_for_a_reason_and_takes_one() -> None:
    with Ledger("sqlite://") as ledger:
        county = told(ledger, soft=True)
        lines = line(40 * WAN, "A01"), line(60 * WAN, "A02")
        without = check(county, *lines)
        [rule] = [one for one in without.rules if one.rule == RULE]
        assert (rule.status, rule.kept, rule.hard) == ("unmet", False, False)
        assert type(without.refused).__name__ == "ReasonMissingError"
        reasoned = check(county, *lines, reasons=(Reason(RULE, "样例：当年道路先行"),))
        [rule] = [one for one in reasoned.rules if one.rule == RULE]
        assert (rule.status, rule.kept, rule.reason) == ("reason", True, "样例：当年道路先行")
        assert reasoned.refused is None


def test_more_than_a_portion_has_is_told_beside_the_rules(county: County) -> None:
    found = check(county, line(130 * WAN, "A01"))
    assert found.portions[0].left_fen == -30 * WAN
    assert type(found.refused).__name__ == "ShortfallError"
    assert [one.status for one in found.rules if one.rule == RULE] == ["met"]


@pytest.mark.parametrize(
    "bad",
    [
        line(10 * WAN, "A99"),
        line(10 * WAN, "A01", fund_no="F9"),
        line(10 * WAN, "A01", pool="no_such"),
        line(10 * WAN, "'; DROP TABLE"),
        line(10 * WAN, "A01", fund_no="../F1"),
        line(0, "A01"),
        line(-5, "A01"),
        line(10**30, "A01"),
    ],
)
def test_half_typed_lines_are_refused_in_words_and_the_rest_is_still_counted(county: County, bad: Line) -> None:
    found = check(county, line(60 * WAN, "A02"), bad)
    assert found.refused is not None
    assert found.refused.text("zh")
    assert [one.rule for one in found.rules if one.rule == RULE] == [RULE]


def test_no_lines_yet_and_the_wrong_post_are_refused_in_words(county: County) -> None:
    assert type(check(county).refused).__name__ == "PlanLineError"
    assert type(check(county, line(60 * WAN), post="director").refused).__name__ == "WrongPostError"
