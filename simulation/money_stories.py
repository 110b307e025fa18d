"""How a sample year's money comes and is planned: arrival, report, notice; draft, decision, minutes, release."""

from datetime import timedelta

from domain.fund_facts import PortionReceived
from domain.plan import PLAN
from domain.policy import Profile
from domain.requests import (
    DecidePlan,
    DraftPlan,
    FileMinutes,
    NotifyDepartment,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
)
from domain.terms import Line
from simulation.agenda import Dice, Story, paper
from simulation.sample_model import Line as SampleLine
from simulation.sample_model import PlanSample, Receipt
from simulation.stage import Stage

PRESENT, QUORUM = 9, 7


async def receipt_story(stage: Stage, profile: Profile, dice: Dice, receipt: Receipt, *, late: bool) -> Story:
    """Let money arrive; report and notify inside the limit, or, *late*, notify two days after it."""
    rules = profile.receipt
    assert rules is not None
    on = receipt.received_on
    yield on + dice.days(0, 1)
    portions = tuple(PortionReceived(p.pool, p.amount_fen) for p in receipt.portions)
    arrived = RegisterReceipt(
        occurred_on=on,
        evidence=f"{receipt.document_no} 第{receipt.item_no}项",
        document_no=receipt.document_no,
        item_no=receipt.item_no,
        source=receipt.source,
        tier=receipt.tier,
        fiscal_year=receipt.fiscal_year,
        portions=portions,
    )
    await stage.act("fund", receipt.fund_id, arrived, rules.registrar or "", twice=dice.happens(3))
    limit = rules.deadline.count if rules.deadline and rules.deadline.count else 3
    yield on + dice.days(1, limit)
    await stage.act("fund", receipt.fund_id, ReportReceipt(), rules.reporter or "")
    yield on + (timedelta(days=limit + 2) if late else dice.days(1, limit))
    notify = NotifyDepartment(department=rules.notify_to or "competent_department")
    await stage.act("fund", receipt.fund_id, notify, rules.notifier or "")


async def plan_story(
    stage: Stage, profile: Profile, dice: Dice, plan: PlanSample, lines: tuple[SampleLine, ...]
) -> Story:
    """Draft a plan and take it through every body that must approve it."""
    rules, year = profile.plan, stage.today.year
    assert rules is not None
    yield plan.drafted_on
    wanted = tuple(Line(x.fund_id, x.pool, x.project_no, x.amount_fen) for x in lines if x.plan_no == plan.plan_no)
    drafted = DraftPlan(year=plan.drafted_on.year, title=plan.title, lines=wanted)
    await stage.act("plan", plan.plan_no, drafted, rules.drafter or "")
    for stage_rule in rules.approvals:
        yield stage.today + dice.days(3, 7)
        meeting_no = f"M-{plan.plan_no}-{stage_rule.id}"
        decided = DecidePlan(
            stage=stage_rule.id,
            meeting_no=meeting_no,
            held_on=stage.today,
            present=PRESENT,
            quorum=QUORUM,
            approve=True,
        )
        await stage.act("plan", plan.plan_no, decided, stage_rule.body or "")
        if stage_rule.record == "minutes":
            yield stage.today + dice.days(0, 2)
            minutes = FileMinutes(stage=stage_rule.id, digest=paper(stage.county, year, "minutes", meeting_no))
            await stage.act("plan", plan.plan_no, minutes, stage_rule.body or "")


async def release_story(stage: Stage, profile: Profile, dice: Dice, plan: PlanSample, fund_id: str) -> Story:
    """Release one fund's part of a plan: inside the limit, or so late that the whole ladder is climbed."""
    rules = profile.release
    assert rules is not None
    yield plan.drafted_on
    while not stage.state(PLAN, plan.plan_no).in_force:
        yield stage.today + timedelta(days=1)
    limit = rules.deadline.count if rules.deadline and rules.deadline.count else 5
    yield stage.today + (_past_the_ladder(profile, limit) if plan.story == "late_release" else dice.days(1, limit - 1))
    await stage.act("fund", fund_id, ReleaseMoney(plan_no=plan.plan_no), rules.post or "", twice=dice.happens(3))


def _past_the_ladder(profile: Profile, limit: int) -> timedelta:
    rungs = len(profile.chain.posts) if profile.chain else 0
    return timedelta(days=limit + 2 * rungs)
