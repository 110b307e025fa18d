"""Days to approve a plan (审批时限): each body's clock runs from the moment at which the plan reaches it."""

from datetime import date

import pytest

from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.plan import PLAN
from domain.policy import parse
from domain.requests import DecidePlan, MovePlan
from tests.domain.county import ONE_DAY, POLICIES, County, decision, line
from tests.domain.given import WAN

FIRST = """[plan.approvals.deadline]
id = "approve_first"
kind = "counted"
count = 3
unit = "calendar"
start = "step_open"
responsible = "rrb"
source = "made up, first"

"""
SECOND = """[[plan.approvals]]
id = "money"
zh = "样例·资金审批"
en = "sample: the money"
body = "finance_bureau"
subject = "money"
record = "reply"
source = "made up"

[plan.approvals.deadline]
id = "approve_money"
kind = "counted"
count = 2
unit = "working"
start = "step_open"
source = "made up, second"

"""
MINUTES_FILED = 'start = "minutes_filed"'


@pytest.fixture
def county(ledger: Ledger) -> County:
    """The sample county with two bodies: the first with minutes and three days, the second with two working days."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    assert text.count("[release]\n") == text.count(MINUTES_FILED) == 1
    text = text.replace("[release]\n", f"{FIRST}{SECOND}[release]\n").replace(MINUTES_FILED, 'start = "money_approved"')
    made = County(ledger, "sample")
    made.adopt(parse(text, "two bodies with days"))
    made.receives()
    made.banks("A01")
    return made


def money(county: County, *, approve: bool = True) -> DecidePlan:
    return DecidePlan(
        stage="money",
        meeting_no="M-money",
        held_on=county.today,
        present=9,
        quorum=7,
        approve=approve,
        opinion="" if approve else "不同意",
    )


def stages(county: County) -> dict[str, str]:
    clocks = [no for no in county.clocks() if no.startswith("plan-")]
    return {no: OBLIGATION.stage(county.state(OBLIGATION, no)) for no in clocks}


def test_each_body_has_its_days_from_the_moment_the_plan_reaches_it(county: County) -> None:
    drafted_on = county.today
    county.drafts("P1", line(250 * WAN))
    clock = county.clock("plan-P1-v1-leading_group")
    assert (clock.case, clock.conditions, clock.act.clause) == ("sample/plan/P1", ("answer",), "made up, first")
    assert (clock.trigger_on, clock.due_on, clock.responsible) == (drafted_on, drafted_on + 3 * ONE_DAY, "rrb")
    assert stages(county) == {"plan-P1-v1-leading_group": "open"}
    county.today += ONE_DAY
    county.approves("P1", "M-1")
    # The body has decided; the plan is with the next one only when the minutes are on file.
    assert stages(county) == {"plan-P1-v1-leading_group": "met"}
    county.today += ONE_DAY
    county.files("P1")
    second = county.clock("plan-P1-v1-money")
    assert (second.trigger_on, second.unit, second.responsible) == (county.today, "working", "finance_bureau")
    county.ask("plan", "P1", money(county), "finance_bureau")
    assert stages(county) == {"plan-P1-v1-leading_group": "met", "plan-P1-v1-money": "met"}
    assert PLAN.stage(county.state(PLAN, "P1")) == "in force"
    assert county.clock("fund-F1-release-P1").trigger_on == county.today


def test_sending_a_plan_back_is_an_answer_and_its_next_draft_has_days_of_its_own(county: County) -> None:
    county.drafts("P1", line(250 * WAN))
    county.ask("plan", "P1", decision("M-1", county.today, approve=False, opinion="不同意"), "leading_group")
    assert stages(county) == {"plan-P1-v1-leading_group": "met"}
    county.today = date(2023, 11, 1)
    county.drafts("P1", line(240 * WAN))
    assert stages(county) == {"plan-P1-v1-leading_group": "met", "plan-P1-v2-leading_group": "open"}
    assert county.clock("plan-P1-v2-leading_group").trigger_on == county.today
    county.approves("P1", "M-2")
    county.files("P1")
    county.ask("plan", "P1", money(county, approve=False), "finance_bureau")
    assert set(stages(county).values()) == {"met"}
    assert PLAN.stage(county.state(PLAN, "P1")) == "draft"


def test_a_decision_taken_back_before_its_minutes_was_an_answer_all_the_same(county: County) -> None:
    county.drafts("P1", line(250 * WAN))
    county.approves("P1", "M-1")
    county.ask("plan", "P1", decision("M-2", county.today, approve=False, opinion="资金另有安排"), "leading_group")
    assert stages(county) == {"plan-P1-v1-leading_group": "met"}


def test_a_body_that_decides_too_late_has_broken_its_days(county: County) -> None:
    county.drafts("P1", line(250 * WAN))
    county.today += 5 * ONE_DAY
    county.approves("P1", "M-1")
    assert stages(county) == {"plan-P1-v1-leading_group": "met late"}


def test_where_no_days_are_set_no_clock_runs(ledger: Ledger) -> None:
    plain = County(ledger, "sample")
    plain.adopt(parse((POLICIES / "sample.toml").read_text(encoding="utf-8"), "sample"))
    plain.receives()
    plain.banks("A01")
    plain.plans("P1", line(250 * WAN))
    assert stages(plain) == {}


def test_a_plan_moved_to_rules_without_days_still_meets_the_clock_that_runs(county: County) -> None:
    county.drafts("P1", line(250 * WAN))
    running = county.clock("plan-P1-v1-leading_group")
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    county.adopt(parse(text.replace('version = "2023.1"', 'version = "2023.2"'), "without days"))
    county.ask("plan", "P1", MovePlan(reason="样例：改按新版本"), "rrb")
    assert county.clock("plan-P1-v1-leading_group") == running
    county.approves("P1", "M-1")
    assert stages(county) == {"plan-P1-v1-leading_group": "met"}
