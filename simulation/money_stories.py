"""How a sample year's money comes and is planned: arrival, report, notice; draft, decision, minutes, release."""

from datetime import date, timedelta

from domain.fund_facts import PortionReceived
from domain.meeting_facts import Decision
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, ItemSaid, LeaveAgenda
from domain.plan import PLAN
from domain.plan_facts import PlanTerms
from domain.plan_state import MINUTES
from domain.policy import Profile
from domain.requests import (
    CosignPlan,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    NotifyDepartment,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
)
from domain.terms import Line, StageTerm
from simulation.agenda import Dice, Story, paper
from simulation.sample_model import Line as SampleLine
from simulation.sample_model import PlanSample, Receipt
from simulation.stage import Stage

PRESENT, QUORUM = 9, 7
ONE_DAY, TWO_DAYS = timedelta(days=1), timedelta(days=2)
LATE_WITHOUT_LIMIT = timedelta(days=5)


async def receipt_story(stage: Stage, profile: Profile, dice: Dice, receipt: Receipt, *, late: bool) -> Story:
    """Let money arrive; report and notify inside the limit, or, *late*, notify two days after it."""
    rules = profile.receipt
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
    registrar = rules.registrar if rules else None
    await stage.act("fund", receipt.fund_id, arrived, registrar, twice=dice.happens(3))
    assert rules is not None  # Or the engine would have refused it.
    limit = rules.deadline.count if rules.deadline and rules.deadline.count else 3
    asked = (rules.deadline.conditions if rules.deadline else ()) or ("report", "notice")
    yield on + dice.days(1, limit)
    if "report" in asked:
        await stage.act("fund", receipt.fund_id, ReportReceipt(), rules.reporter)
    if "notice" not in asked:
        return
    yield _past_the_limit(stage, receipt, limit) if late else on + dice.days(1, limit)
    notify = NotifyDepartment(department=rules.notify_to or "competent_department")
    await stage.act("fund", receipt.fund_id, notify, rules.notifier)


def _past_the_limit(stage: Stage, receipt: Receipt, limit: int) -> date:
    clock = stage.limit(f"fund-{receipt.fund_id}-arrival")
    return (clock.due_on if clock else receipt.received_on + timedelta(days=limit)) + TWO_DAYS


async def plan_story(
    stage: Stage, profile: Profile, dice: Dice, plan: PlanSample, lines: tuple[SampleLine, ...], *, called: bool
) -> Story:
    """Draft a plan and take it through every body that must approve it; *called*: each to a meeting with an agenda."""
    rules, year = profile.plan, stage.today.year
    yield plan.drafted_on
    wanted = tuple(Line(x.fund_id, x.pool, x.project_no, x.amount_fen) for x in lines if x.plan_no == plan.plan_no)
    under = (plan.under,) if plan.under else ()
    drafted = DraftPlan(year=plan.drafted_on.year, title=plan.title, lines=wanted, under=under)
    await stage.act("plan", plan.plan_no, drafted, rules.drafter if rules else None)
    for post in stage.state(PLAN, plan.plan_no).to_cosign:
        yield stage.today + dice.days(0, 2)
        barred = stage.state(PLAN, plan.plan_no).drafters
        await stage.act("plan", plan.plan_no, CosignPlan(opinion="样例：同意"), post, barred=barred)
    for term in _terms(stage, plan).stages:
        yield stage.today + dice.days(3, 7)
        meeting_no = f"M-{plan.plan_no}-{term.id}"
        if called:
            async for until in _meeting(stage, dice, plan, term, meeting_no):
                yield until
            continue
        decided = DecidePlan(
            stage=term.id,
            meeting_no=meeting_no,
            held_on=stage.today,
            present=PRESENT,
            quorum=QUORUM,
            approve=True,
        )
        drafters = stage.state(PLAN, plan.plan_no).drafters
        await stage.act("plan", plan.plan_no, decided, term.body, barred=drafters)
        if term.record == MINUTES:
            yield stage.today + dice.days(0, 2)
            minutes = FileMinutes(stage=term.id, digest=paper(stage.county, year, "minutes", meeting_no))
            await stage.act("plan", plan.plan_no, minutes, term.body)


async def _meeting(stage: Stage, dice: Dice, plan: PlanSample, term: StageTerm, meeting_no: str) -> Story:
    """Call a body to decide on a plan and one more matter; it reaches the plan only, and files its minutes."""
    drafters = stage.state(PLAN, plan.plan_no).drafters
    agenda = (ItemSaid(plan_no=plan.plan_no, stage=term.id), ItemSaid(words="样例：其他事项"))
    on = stage.today + dice.days(1, 3)
    call = CallMeeting(body=term.body, on=on, agenda=agenda, quorum=QUORUM)
    await stage.act("meeting", meeting_no, call, term.body, barred=drafters)
    yield on
    decided = DecideItems(held_on=stage.today, present=PRESENT, decisions=(Decision("1", approve=True),))
    await stage.act("meeting", meeting_no, decided, term.body, barred=drafters)
    left = LeaveAgenda(items=("2",), reason="样例：时间不够，未及审议")
    await stage.act("meeting", meeting_no, left, term.body, barred=drafters)
    yield stage.today + dice.days(0, 2)
    minutes = FileMeetingMinutes(digest=paper(stage.county, on.year, "minutes", meeting_no))
    await stage.act("meeting", meeting_no, minutes, term.body, barred=drafters)


def _terms(stage: Stage, plan: PlanSample) -> PlanTerms:
    drafted = stage.state(PLAN, plan.plan_no).drafted
    assert drafted is not None
    return drafted.terms


async def release_story(stage: Stage, profile: Profile, dice: Dice, plan: PlanSample, fund_id: str) -> Story:
    """Release one fund's part of a plan: inside the limit, or so late that the whole ladder is climbed.

    There is nothing to release where the plan itself releases the money.
    """
    rules = profile.release
    yield plan.drafted_on
    while not stage.state(PLAN, plan.plan_no).in_force:
        yield stage.today + timedelta(days=1)
    if _terms(stage, plan).at_once:
        return
    limit = rules.deadline.count if rules and rules.deadline and rules.deadline.count else 5
    late = plan.story == "late_release"
    yield _past_the_ladder(stage, plan, fund_id) if late else stage.today + dice.days(1, max(1, limit - 1))
    post = rules.post if rules else None
    await stage.act("fund", fund_id, ReleaseMoney(plan_no=plan.plan_no), post, twice=dice.happens(3))


def _past_the_ladder(stage: Stage, plan: PlanSample, fund_id: str) -> date:
    """Return the day after the last rung of the release's clock; where no days are counted, it is only slow."""
    clock = stage.limit(f"fund-{fund_id}-release-{plan.plan_no}")
    if clock is None:
        return stage.today + LATE_WITHOUT_LIMIT
    return (clock.ladder[-1].on if clock.ladder else clock.due_on) + ONE_DAY
