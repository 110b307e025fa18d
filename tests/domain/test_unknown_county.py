"""A county that is in no file of policies/, asked directly: its own order, two bodies, three gates in working days."""

from datetime import date

import pytest

from domain.claim import CLAIM, GateOrderError
from domain.fund_refusals import NotAllottedError
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.plan import PLAN, PlanStepError
from domain.plan_facts import MinutesBound, PlanInForce, StageDecided
from domain.policy import load
from domain.procedures.asking import WrongPostError
from domain.project import PROJECT, StepOrderError
from domain.project_money import OverContractError, TooEarlyError
from domain.requests import AnswerGate, AnswerStep, DecidePlan, FileMinutes, ReleaseMoney
from tests.domain.county import PAPER
from tests.domain.given import WAN
from tests.domain.walk import A_DAY, FUND_NO, PLAN_NO, PROJECT_NO, Walk
from tests.places import ROOT, UNKNOWN_COUNTY

GATES = (
    ("first_reading", "first_reader"),
    ("second_reading", "second_reader"),
    ("signature", "signing_deputy"),
)


@pytest.fixture
def river(ledger: Ledger) -> Walk:
    return Walk.of(ledger, load(UNKNOWN_COUNTY / "policy.toml"))


@pytest.fixture
def planning(river: Walk) -> Walk:
    """Money has come, and a plan is drafted for the project that is in the bank."""
    river.receive()
    river.register()
    river.go_on("plan")
    river.draft()
    return river


@pytest.fixture
def building(planning: Walk) -> Walk:
    """Both bodies have approved, the money is out, the contract signed."""
    planning.approve()
    planning.go_on("build")
    return planning


def decided(walk: Walk, stage: str) -> DecidePlan:
    return DecidePlan(
        stage=stage, meeting_no=f"M-{stage}", held_on=walk.county.today, present=9, quorum=7, approve=True
    )


def test_no_county_of_the_house_has_its_order_its_form_or_its_bodies() -> None:
    own = load(UNKNOWN_COUNTY / "policy.toml").profile
    assert own.project is not None
    assert own.release is not None
    assert own.plan is not None
    files = [path for path in (ROOT / "policies").glob("*.toml") if path.stem != "engine"]
    assert len(files) >= 6
    for path in files:
        other = load(path).profile
        assert other.county.id != own.county.id
        kinds = [step.kind for step in other.project.steps] if other.project else []
        assert kinds != [step.kind for step in own.project.steps]
        of_plans = [approval.record for approval in other.plan.approvals] if other.plan else []
        assert of_plans != [approval.record for approval in own.plan.approvals]
        gates = [gate.deadline for gate in other.claims.gates] if other.claims else []
        assert not any(deadline and deadline.unit == "working" for deadline in gates)
    sample = load(ROOT / "policies" / "sample.toml").profile
    assert sample.release is not None
    assert sample.release.form != own.release.form


def test_second_body_decides_after_the_firsts_minutes_and_no_money_goes_out_before(planning: Walk) -> None:
    county = planning.county
    release = ReleaseMoney(plan_no=PLAN_NO)
    county.refuses("plan", PLAN_NO, decided(planning, "money"), "money_committee", PlanStepError, "decide:works")
    county.refuses("fund", FUND_NO, release, "treasury", NotAllottedError, PLAN_NO)
    planning.decide("works", "standing_meeting")
    county.refuses("plan", PLAN_NO, decided(planning, "money"), "money_committee", PlanStepError, "minutes:works")
    county.refuses("fund", FUND_NO, release, "treasury", NotAllottedError, PLAN_NO)
    planning.ask("plan", PLAN_NO, FileMinutes(stage="works", digest=PAPER), "standing_meeting")
    # The first body is through with it, the second has not replied.
    county.refuses("fund", FUND_NO, release, "treasury", NotAllottedError, PLAN_NO)
    county.refuses("plan", PLAN_NO, decided(planning, "money"), "standing_meeting", WrongPostError, "money_committee")
    planning.decide("money", "money_committee")
    facts = county.ledger.facts("river/plan/P1")
    order = [fact for fact in facts if isinstance(fact, StageDecided | MinutesBound | PlanInForce)]
    assert [(type(fact).__name__, getattr(fact, "stage", "")) for fact in order] == [
        ("StageDecided", "works"),
        ("MinutesBound", "works"),
        ("StageDecided", "money"),
        ("PlanInForce", ""),
    ]
    assert [fact.act.clause for fact in order] == ["样例河规 §6.1", "样例河规 §6.1", "样例河规 §6.2", "样例河规 §6.2"]
    county.ask("fund", FUND_NO, release, "treasury")
    assert PLAN.stage(county.state(PLAN, PLAN_NO)) == "released"


def test_indicator_waits_for_the_tender_and_the_acceptance_for_the_title(planning: Walk) -> None:
    planning.approve()
    planning.release()
    # The money is out, and the project's own order still holds it at its tender.
    assert planning.county.waits(PROJECT, PROJECT_NO) == [("tender", "works_unit")]
    planning.go_on("title")
    accept = AnswerStep(step="accept", approve=True, record=PAPER)
    planning.county.refuses("project", PROJECT_NO, accept, "quality_station", StepOrderError, "title", "accept")


def test_gates_are_passed_in_order_by_their_own_posts(building: Walk) -> None:
    building.lodge("C1", "progress", 5 * WAN)
    county = building.county
    for n, (gate, post) in enumerate(GATES):
        assert county.waits(CLAIM, "C1") == [(gate, post)]
        for later, its_post in GATES[n + 1 :]:
            answer = AnswerGate(gate=later, approve=True)
            county.refuses("claim", "C1", answer, its_post, GateOrderError, gate, later)
            county.refuses("claim", "C1", AnswerGate(gate=gate, approve=True), its_post, WrongPostError, post)
        building.ask("claim", "C1", AnswerGate(gate=gate, approve=True), post)
    assert county.waits(CLAIM, "C1") == [("send", "paying_desk")]


# 国办发明电〔2023〕7号 for 2024: off from Tuesday 1 to Monday 7 October; Sunday 29 September and Saturday 12 October
# are worked for it. A gate of five working days is due on the last of the days named.
@pytest.mark.parametrize(
    ("lodged_on", "due_on"),
    [
        (date(2024, 9, 27), date(2024, 10, 10)),  # Friday: 29 and 30 September; 8, 9, 10 October.
        (date(2024, 9, 29), date(2024, 10, 11)),  # The worked Sunday: 30 September; 8, 9, 10, 11 October.
        (date(2024, 9, 30), date(2024, 10, 12)),  # The last day before: 8, 9, 10, 11 and the worked Saturday.
        (date(2024, 10, 6), date(2024, 10, 12)),  # Inside the week: the same five days.
        (date(2024, 10, 8), date(2024, 10, 14)),  # The first day after: 9, 10, 11, 12; then Monday the 14th.
    ],
)
def test_a_gates_working_days_count_past_the_holiday_week(building: Walk, lodged_on: date, due_on: date) -> None:
    building.county.today = lodged_on - A_DAY
    building.lodge("C1", "progress", 5 * WAN)
    clock = building.county.clock("claim-C1-v1-first_reading")
    assert (clock.trigger_on, clock.due_on, clock.unit, clock.count) == (lodged_on, due_on, "working", 5)
    assert (clock.provisional, clock.responsible, clock.act.clause) == (False, "first_reader", "样例河规 §9.1")


def test_retention_is_paid_after_the_keepers_receipt_and_closes_the_project(building: Walk) -> None:
    county = building.county
    building.go_on("payments")
    accepted_on = county.state(PROJECT, PROJECT_NO).passed_on["accept"]
    clock = county.clock("project-R01-retention")
    # Held 80 calendar days after the acceptance, then to be paid in 40.
    assert (clock.trigger_on, clock.due_on, clock.responsible) == (
        accepted_on,
        accepted_on + 120 * A_DAY,
        "paying_desk",
    )
    assert county.state(PROJECT, PROJECT_NO).passed_on["keep"] > accepted_on
    # 5 % of 1,000,000 yuan stays behind: 5 wan.
    building.claim("settlement", 90 * WAN)
    with pytest.raises(OverContractError, match="95000001 fen, over the bound of 95000000 fen"):
        building.lodge("C2", "settlement", 5 * WAN + 1)
    with pytest.raises(TooEarlyError, match=str(accepted_on + 80 * A_DAY)):
        building.lodge("C2", "retention", 5 * WAN)
    county.today = accepted_on + 100 * A_DAY
    with pytest.raises(OverContractError, match="5000001 fen, over the bound of 5000000 fen"):
        building.lodge("C2", "retention", 5 * WAN + 1)
    building.claim("settlement", 5 * WAN)
    assert not PROJECT.closed(county.state(PROJECT, PROJECT_NO))
    building.claim("retention", 5 * WAN)
    assert OBLIGATION.stage(county.state(OBLIGATION, "project-R01-retention")) == "met"
    building.check()


def test_its_short_year_runs_to_the_last_fen(river: Walk) -> None:
    river.year()
    assert river.county.clocks() == [
        "fund-F1-arrival",
        "fund-F1-release-P1",
        "project-R01-accept-1",
        "project-R01-retention",
        *(f"claim-{no}-v1-{gate}" for no in ("C1", "C2") for gate, _ in GATES),
    ]
