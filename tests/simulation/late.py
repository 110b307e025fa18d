"""One project of a county's sample year, whose release and payment are late: everything else of the year left out."""

from dataclasses import replace

from temporalio.testing import WorkflowEnvironment

from domain.calendar import day_of
from domain.ledger import Ledger
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    ObligationMet,
    ObligationOpened,
    Reminded,
    RungClimbed,
)
from simulation.sample_model import Samples
from simulation.samples import load
from simulation.year import play_year
from tests.places import ROOT
from worker import build_worker

SAMPLES = ROOT / "samples"
QUEUE = "late"


def one_project(
    folder: str, project: str, plan: str, claim: str, month: int, office: str, gate: tuple[str, str] = ("", "")
) -> Samples:
    """Return a year with one project, its plan released late and its claim late at the first gate with a limit.

    *office* is what its office decides besides, so that a release or a gate has a limit of days; *gate* changes what it
    decided before.
    """
    year = load(SAMPLES / folder)
    before = year.office or ""
    assert gate[0] in before
    lines = tuple(one for one in year.lines if (one.project_no, one.plan_no) == (project, plan))
    funds = {line.fund_id for line in lines}
    return replace(
        year,
        head=year.head.model_copy(update={"dispatched": [month], "watched": [], "granted": False}),
        receipts=tuple(one for one in year.receipts if one.fund_id in funds),
        projects=tuple(replace(one, stop_at_step="") for one in year.projects if one.project_no == project),
        plans=tuple(replace(one, story="late_release") for one in year.plans if one.plan_no == plan),
        lines=lines,
        claims=tuple(
            replace(one, month=month, story="late_gate", stop_at_gate=None)
            for one in year.claims
            if one.claim_no == claim
        ),
        moves=(),
        acts=(),
        office=before.replace(*gate, 1) + office,
    )


async def play(env: WorkflowEnvironment, ledger: Ledger, year: Samples, seed: int) -> None:
    """Play it on a real time-skipping server into a real ledger."""
    async with build_worker(env.client, ledger, QUEUE, sandboxed=False):
        await play_year(env, ledger, [year], seed, task_queue=QUEUE, replay="-")


def told(ledger: Ledger, case: str) -> list[str]:
    """Return the life of a deadline, a line each: the day of record, what happened, and to whom or of what."""
    return [f"{day_of(fact.act.recorded_at):%m-%d} {_said(fact)}" for fact in ledger.facts(case)]


def _said(fact: object) -> str:
    match fact:
        case ObligationOpened():
            return f"due {fact.due_on:%m-%d}, {fact.responsible}"
        case Reminded(post=post, person=person):
            return f"{post} {person} reminded"
        case Breached(post=post, person=person):
            return f"broken by {post} {person}"
        case RungClimbed():
            return " ".join(f"rung {fact.rung}: {fact.post} {fact.person} {fact.effect}".split())
        case ConditionFulfilled(condition=condition):
            return f"{condition} done"
        case ObligationMet(days_late=days_late):
            return f"met {days_late} days late"
    raise AssertionError(fact)
