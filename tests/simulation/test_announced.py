"""Money announced ahead (提前告知资金) over the turn of a year, on a real server: nothing moves before it is there."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.balances import Bucket
from domain.cases import case_id
from domain.fund import FUND
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.plan import PLAN
from domain.project import PROJECT
from domain.requests import (
    AnnounceMoney,
    AnswerStep,
    AttestBan,
    DecidePlan,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    NotifyDepartment,
    RegisterProject,
    ReleaseMoney,
    ReportReceipt,
    SetLinkage,
    SetTarget,
)
from domain.terms import Line
from simulation.agenda import Story, paper, play
from simulation.samples import load
from simulation.stage import Stage
from simulation.turns import Turns
from simulation.year import open_clock, open_stage
from tests.places import SAMPLE_COUNTY
from worker import build_worker
from workflows.client import RequestRefusedError

QUEUE = "announced"
WAN = 1_000_000
POST = "finance_section"
PAPER = paper("announced")


def arrival(amount_fen: int) -> EnterArrival:
    return EnterArrival(
        occurred_on=date(2023, 1, 16),
        document_no="样例财农〔2023〕3号",
        item_no="1",
        portions=(PortionReceived("integrated", amount_fen),),
    )


async def plan(stage: Stage, no: str, drafted: DraftPlan) -> None:
    """Take a plan to its minutes on file, in a day."""
    held = {"meeting_no": f"M-{no}", "held_on": stage.today, "present": 9, "quorum": 7}
    await stage.act("plan", no, drafted, "rrb")
    decided = DecidePlan(stage="leading_group", approve=True, **held)  # type: ignore[arg-type]
    await stage.act("plan", no, decided, "leading_group")
    await stage.act("plan", no, FileMinutes(stage="leading_group", digest=PAPER), "leading_group")


async def story(stage: Stage, refused: list[str]) -> Story:
    """Announced in November, planned in December, 20 wan too little arrives in January: cut, entered, released."""
    yield date(2022, 11, 20)
    announced = AnnounceMoney(
        document_no="样例财农〔2022〕88号",
        item_no="1",
        source="next_year",
        tier="central",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", 150 * WAN),),
    )
    await stage.act("fund", "F3", announced, POST, twice=True)
    declared = RegisterProject(
        name="样例·渠道",
        village="样例一村",
        township="样例甲乡",
        unit="样例·甲乡",
        use="industry",
        budget_fen=150 * WAN,
    )
    await stage.act("project", "S09", declared, "village_committee")
    await stage.act("project", "S09", SetTarget(target="样例：灌溉面积500亩"), "village_committee")
    await stage.act("project", "S09", SetLinkage(mode="样例：劳务带动", households=12), "village_committee")
    await stage.act("project", "S09", AttestBan(ban="duplicate", clear=True), "field_team")
    for step, post in (("township_review", "township_office"), ("field_survey", "field_team"), ("bank", "rrb")):
        await stage.act("project", "S09", AnswerStep(step=step, approve=True, record=PAPER), post)
    yield date(2022, 12, 20)
    whole = (Line("F3", "integrated", "S09", 150 * WAN),)
    await plan(stage, "P1", DraftPlan(year=2023, title="样例计划", lines=whole))
    yield date(2023, 1, 18)
    for request in (ReleaseMoney(plan_no="P1"), arrival(130 * WAN)):
        with pytest.raises(RequestRefusedError) as caught:
            await stage.act("fund", "F3", request, POST)
        refused.append(caught.value.rule)
    cut = (Line("F3", "integrated", "S09", 20 * WAN),)
    await plan(stage, "P2", DraftPlan(year=2023, title="样例调整", lines=(), cuts=cut, reason="样例：到账低于提前告知"))
    await stage.act("fund", "F3", arrival(130 * WAN), POST, twice=True)
    await stage.act("fund", "F3", ReportReceipt(), POST)
    await stage.act("fund", "F3", NotifyDepartment(department="competent_department"), POST)
    yield date(2023, 1, 30)
    await stage.act("fund", "F3", ReleaseMoney(plan_no="P1"), POST, twice=True)


async def test_announced_money_is_planned_cut_arrives_lower_and_is_released(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    refused: list[str] = []
    with Ledger(f"sqlite:///{tmp_path}/years.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, 0, sandboxed=False):
            clock = await open_clock(skipping, ledger, 2022, lambda _: None)
            turns = Turns()
            stage = await open_stage(clock, ledger, load(SAMPLE_COUNTY), QUEUE, "-", turns)
            await play(clock, [story(stage, refused)], date(2023, 2, 10), turns)
            stage.invariants.check_all()
        # The door's validator refuses nothing here: the money's own rules do, and it is on record.
        assert refused == ["NotArrivedError", "ArrivedLowerError"]
        buckets = stage.state(FUND, "F3").balances.portions["integrated"].buckets
        assert {bucket: fen for bucket, fen in buckets.items() if fen} == {Bucket.CLAIMABLE: 130 * WAN}
        assert PLAN.stage(stage.state(PLAN, "P1")) == PLAN.stage(stage.state(PLAN, "P2")) == "released"
        assert PROJECT.stage(stage.state(PROJECT, "S09")) == "contract"
        arrived = stage.state(OBLIGATION, "fund-F3-arrival")
        assert OBLIGATION.stage(arrived) == "met"
        late = stage.state(OBLIGATION, "fund-F3-release-P1")
        # Its clock ran from the arrival on, and a living timer saw it broken five days later.
        assert late.opened is not None
        assert late.opened.due_on == date(2023, 1, 16) + timedelta(days=5)
        assert (OBLIGATION.stage(late), late.breached) == ("met late", True)
        told = [type(fact).__name__ for fact in ledger.facts(case_id("sample", "fund", "F3"))]
        assert told == [
            *("FundAnnounced", "MoneyAllotted", "MoneyUnallotted", "FundArrived"),
            *("ReceiptReported", "DepartmentNotified", "MoneyReleased"),
        ]
