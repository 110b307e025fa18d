"""How a sample year's claims go through their gates: on time, late, returned, bounced, or left waiting."""

from datetime import date, timedelta

from domain import duties
from domain.claim import CLAIM
from domain.claim_facts import ClaimPaper, ClaimTerms
from domain.policy import Profile
from domain.policy.claims import VOUCHERS
from domain.project import PROJECT
from domain.project_money import AFTER_ACCEPTANCE
from domain.requests import AnswerGate, BouncePayment, ConfirmPayment, LodgeClaim, SendPayment
from domain.terms import GateTerm, Line
from simulation.agenda import Dice, Story, paper
from simulation.check_stories import attest
from simulation.sample_model import Claim
from simulation.stage import Stage

RETURNED_AT = 1  # The gate, counted from 0, at which a "returned" claim is sent back once; the last, if it is earlier.
PAST_THE_LIMIT = timedelta(days=4)  # By so much a late gate is late: past two rungs of the ladder.


async def claim_story(stage: Stage, profile: Profile, dice: Dice, claim: Claim) -> Story:
    """Take a claim from its lodging as far as its sample says."""
    year = stage.today.year
    yield date(year, claim.month, 1) + dice.days(0, 6 if claim.kind != "retention" else 0)
    while not _may_lodge(stage, claim):
        yield stage.today + timedelta(days=1)
    await attest(stage, profile, claim.project_no, "payment")
    await _lodge(stage, profile, claim)
    terms = _terms(stage, claim)
    returned = claim.story != "returned"
    late = _late_gate(terms.gates) if claim.story == "late_gate" else None
    while waiting := stage.state(CLAIM, claim.claim_no).open_gates:
        gate = waiting[0]
        position = terms.gates.index(gate)
        if claim.stop_at_gate == position + 1:
            return
        yield _past_the_limit(stage, claim, gate) if position == late else stage.today + dice.days(0, 1)
        if position == min(RETURNED_AT, len(terms.gates) - 1) and not returned:
            returned = True
            back = AnswerGate(gate=gate.id, approve=False, opinion="样例：发票与合同单位不一致，请更正后重报")
            await stage.act("claim", claim.claim_no, back, gate.post, barred=_hands(stage, claim))
            yield stage.today + dice.days(1, 3)
            await _lodge(stage, profile, claim)
            continue
        passed = AnswerGate(gate=gate.id, approve=True)
        await stage.act("claim", claim.claim_no, passed, gate.post, barred=_hands(stage, claim))
    async for day in _payment(stage, dice, claim):
        yield day


def _terms(stage: Stage, claim: Claim) -> ClaimTerms:
    lodged = stage.state(CLAIM, claim.claim_no).lodged
    assert lodged is not None
    return lodged.terms


async def _payment(stage: Stage, dice: Dice, claim: Claim) -> Story:
    terms, no = _terms(stage, claim), claim.claim_no
    payer, confirmer = terms.payer, terms.confirmer
    barred = _prepared(stage, claim)
    await stage.act("claim", no, SendPayment(), payer, twice=dice.happens(10), barred=barred)
    if claim.story == "bounced":
        yield stage.today + timedelta(days=1)
        await stage.act("claim", no, BouncePayment(reason="样例：收款账户户名不符，银行退汇"), confirmer)
        yield stage.today + timedelta(days=1)
        await stage.act("claim", no, SendPayment(), payer, barred=barred)
    yield stage.today + dice.days(0, 1)
    await stage.act("claim", no, ConfirmPayment(bank_ref=f"样例银行回单-{no}"), confirmer)


def _late_gate(gates: tuple[GateTerm, ...]) -> int:
    """Return the gate that is late: the first with a limit of days, else the first."""
    return next((n for n, gate in enumerate(gates) if gate.deadline), 0)


def _past_the_limit(stage: Stage, claim: Claim, gate: GateTerm) -> date:
    """Return a day after the gate's due day, which a holiday may have moved far from the day of the lodging."""
    lodged = stage.state(CLAIM, claim.claim_no).lodged
    clock = stage.limit(f"claim-{claim.claim_no}-v{lodged.version}-{gate.id}") if lodged else None
    return (clock.due_on if clock else stage.today) + PAST_THE_LIMIT


def _prepared(stage: Stage, claim: Claim) -> set[str]:
    """Return who prepared the claim or its project, and so may decide nothing of it."""
    of_project = duties.prepared(stage.state(PROJECT, claim.project_no).hands)
    return {*of_project, *stage.state(CLAIM, claim.claim_no).prepared}


def _hands(stage: Stage, claim: Claim) -> set[str]:
    """Return who may answer no gate: who prepared, and who answered one already."""
    return _prepared(stage, claim) | set(stage.state(CLAIM, claim.claim_no).hands)


def _may_lodge(stage: Stage, claim: Claim) -> bool:
    """Return whether the unit sees that its claim would be taken: it looks before it asks."""
    project = stage.state(PROJECT, claim.project_no)
    if project.registered is None or project.money.released - project.money.claimed < claim.amount_fen:
        return False
    terms = project.registered.terms
    kinds = {step.kind for step in terms.steps}
    if "contract" in kinds and "contract" not in project.passed_on:
        return False
    if claim.kind in AFTER_ACCEPTANCE and "accept" in kinds:
        accepted_on = project.passed_on.get("accept")
        hold = terms.retention.hold_days if terms.retention and claim.kind == "retention" else 0
        return accepted_on is not None and stage.today >= accepted_on + timedelta(days=hold)
    return True


async def _lodge(stage: Stage, profile: Profile, claim: Claim) -> None:
    version = stage.times.get(f"{stage.case('claim', claim.claim_no)}:lodge", 0) + 1
    kinds = profile.claims.papers if profile.claims else ()
    request = LodgeClaim(
        project_no=claim.project_no,
        kind=claim.kind,
        lines=tuple(Line(p.fund_id, p.pool, claim.project_no, p.amount_fen) for p in claim.portions),
        payee=stage.state(PROJECT, claim.project_no).contractor or f"样例·收款单位（{claim.project_no}）",
        vouchers=(paper(stage.county, claim.claim_no, "voucher", version),),
        papers=tuple(
            ClaimPaper(kind, paper(stage.county, claim.claim_no, kind, version)) for kind in kinds if kind != VOUCHERS
        ),
    )
    await stage.act("claim", claim.claim_no, request, profile.claims.lodger if profile.claims else None)
