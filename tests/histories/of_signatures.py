"""What becomes of signatures, played to be recorded: corrected under way, rejected for good, taken back."""

import msgspec

from domain.correcting_requests import CorrectClaim, WithdrawPlan, WithdrawProject
from domain.requests import AnswerGate, DraftPlan
from domain.terms import Line
from tests.workflows.office import WAN, Office, decision

UNIT = "implementing_unit"
OF_SIGNATURES = {
    "ClaimReview.corrected": "sample/claim/C1",
    "ClaimReview.rejected": "sample/claim/C2",
    "PlanApproval.rejected": "sample/plan/PL2",
    "PlanApproval.taken_back": "sample/plan/PL3",
    "ProjectLifecycle.taken_back": "sample/project/P2",
}


async def corrected(office: Office) -> None:
    """Correct claim C1 at its second gate, so that it passes the first once more; and have it paid."""
    await office.lodge("C1", 20 * WAN)
    await office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section")
    less = CorrectClaim(reason="样例：多报", lines=(Line("F1", "integrated", "P1", 15 * WAN),))
    await office.ask("claim", "C1", less, UNIT)
    await office.pass_gates("C1")
    await office.pay("C1")


async def ended(office: Office) -> None:
    """End a claim and a plan by a rejection, a plan and a project by taking them back."""
    await office.lodge("C2", 10 * WAN)
    no = AnswerGate(gate="finance_section", approve=False, opinion="样例：不属本项目", end=True)
    await office.ask("claim", "C2", no, "finance_section")
    await office.into_the_bank("P2")
    draft = DraftPlan(year=2022, title="样例计划", lines=(Line("F1", "integrated", "P2", 50 * WAN),))
    await office.ask("plan", "PL2", draft, "rrb")
    against = msgspec.structs.replace(decision("PL2", approve=False), end=True)
    await office.ask("plan", "PL2", against, "leading_group")
    await office.ask("plan", "PL3", draft, "rrb")
    await office.ask("plan", "PL3", WithdrawPlan(reason="样例：资金另有安排"), "rrb")
    await office.ask("project", "P2", WithdrawProject(reason="样例：不再申报"), "village_committee")
