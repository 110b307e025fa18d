"""How money of a sample year moves back or on: refund, reduction, adjustment, withdrawal, announcement, close."""

from datetime import timedelta

from domain.fund import FUND
from domain.fund_facts import PortionReceived
from domain.plan import PLAN
from domain.plan_state import MINUTES
from domain.policy import Profile
from domain.requests import (
    AnnounceMoney,
    CloseYear,
    CosignPlan,
    DecidePlan,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    ReduceAllotment,
    RefundPayment,
    ReleaseMoney,
    WithdrawMoney,
)
from domain.terms import Line
from simulation.agenda import Story, paper
from simulation.money_stories import PRESENT, QUORUM
from simulation.sample_model import Movement
from simulation.stage import Stage

SOON = timedelta(days=2)


async def movement_story(stage: Stage, profile: Profile, number: int, move: Movement) -> Story:
    """Let one movement of `moves.csv` happen on its day."""
    yield move.on
    registrar = profile.receipt.registrar if profile.receipt else None
    drafter = profile.plan.drafter if profile.plan else None
    match move.kind:
        case "refund":
            confirmer = profile.claims.confirmer if profile.claims else None
            await stage.act("claim", move.claim_no, RefundPayment(reason=move.note), confirmer)
        case "reduce":
            lower = ReduceAllotment(
                pool=move.pool, project_no=move.project_no, amount_fen=move.amount_fen, reason=move.note
            )
            await stage.act("fund", move.fund_id, lower, drafter)
        case "withdraw":
            back = WithdrawMoney(pool=move.pool, amount_fen=move.amount_fen, document_no=move.note)
            await stage.act("fund", move.fund_id, back, registrar)
        case "announce":
            await stage.act("fund", move.fund_id, _announcement(profile, move), registrar)
        case "arrive":
            portions = (PortionReceived(move.pool, move.amount_fen),)
            real = EnterArrival(document_no=move.note, item_no="1", portions=portions)
            await stage.act("fund", move.fund_id, real, registrar)
        case "close_year":
            await stage.act("fund", move.fund_id, CloseYear(year=move.on.year), registrar)
        case _:
            async for day in _adjustment(stage, drafter, f"P-{move.on.year}-ADJ{number}", move):
                yield day


def _announcement(profile: Profile, move: Movement) -> AnnounceMoney:
    """Return what announces money of the next fiscal year, of the source that the county's rules announce ahead."""
    source = next((source for source in profile.sources if source.announced_ahead), None)
    return AnnounceMoney(
        document_no=move.note,
        item_no="1",
        source=source.id if source else "-",  # Where the rules announce nothing ahead, it is for the engine to say so.
        tier=(source.tier if source else None) or "",
        fiscal_year=move.on.year + 1,
        portions=(PortionReceived(move.pool, move.amount_fen),),
    )


async def _adjustment(stage: Stage, drafter: str | None, plan_no: str, move: Movement) -> Story:
    """Move money from one project to another, through every body that approves a plan."""
    drafted = DraftPlan(
        year=move.on.year,
        title=f"样例·{move.on.year}年计划调整",
        lines=(Line(move.fund_id, move.pool, move.to_project_no, move.amount_fen),),
        cuts=(Line(move.fund_id, move.pool, move.project_no, move.amount_fen),),
        reason=move.note,
    )
    await stage.act("plan", plan_no, drafted, drafter)
    while True:
        state = stage.state(PLAN, plan_no)
        if state.in_force or state.drafted is None:
            break
        yield stage.today + SOON
        if state.to_cosign:
            cosign = CosignPlan(opinion="样例：同意")
            await stage.act("plan", plan_no, cosign, state.to_cosign[0], barred=state.drafters)
            continue
        term = state.drafted.terms.stages[state.passed]
        meeting_no = f"M-{plan_no}-{term.id}"
        if state.waits_for.startswith(MINUTES):
            minutes = FileMinutes(stage=term.id, digest=paper(stage.county, stage.today.year, "minutes", meeting_no))
            await stage.act("plan", plan_no, minutes, term.body)
            continue
        decided = DecidePlan(
            stage=term.id, meeting_no=meeting_no, held_on=stage.today, present=PRESENT, quorum=QUORUM, approve=True
        )
        await stage.act("plan", plan_no, decided, term.body, barred=state.drafters)
    yield stage.today + SOON
    fund = stage.state(FUND, move.fund_id)
    # Where money comes with its plan there is nothing left to release.
    if plan_no not in fund.released and fund.received is not None:
        await stage.act("fund", move.fund_id, ReleaseMoney(plan_no=plan_no), fund.received.terms.releaser)
