"""What holds a project up in other cases: a plan that is not in force, money not released, claims not paid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.fund import FUND
from domain.plan import PLAN
from domain.policy import Profile
from domain.project import PROJECT
from projections.cases import claims_of
from projections.plan_lines_read import plan_lines
from projections.track_shape import Records
from projections.tracks import pinned


@dataclass(frozen=True)
class HeldUp:
    """What a step waits for in another case: its open step and post, and the money in fen that hangs on it.

    No case where it has not begun: a plan that nobody drafted, a claim that nobody lodged.
    """

    case: str
    step: str
    post: str
    amount_fen: int | None = None


def _profile(records: Records, case: CaseId) -> Profile:
    rules = pinned(records.read, case)
    assert rules is not None  # Its track was told.
    return rules.profile


def _of_plan(records: Records, case: CaseId) -> Iterator[HeldUp]:
    """Yield the plans under way that would give a project money, each with what it waits for; else the drafting."""
    under_way = [
        line
        for line in plan_lines(records.engine, case.county, project_no=case.no, cut=False)
        if line.in_force_on is None and not line.closed
    ]
    sums: dict[str, int] = {}
    for line in under_way:
        sums[line.plan] = sums.get(line.plan, 0) + line.amount_fen
    for plan, amount_fen in sums.items():
        for step in PLAN.open_steps(records.read(PLAN, plan)):
            yield HeldUp(plan, step.id, step.post, amount_fen)
    if not sums:
        rule = _profile(records, case).plan
        yield HeldUp("", "draft", (rule.drafter if rule else "") or "")


def _of_release(records: Records, case: CaseId) -> Iterator[HeldUp]:
    """Yield the funds whose money is allotted to a project and not released."""
    sums: dict[tuple[str, str], int] = {}
    for line in plan_lines(records.engine, case.county, project_no=case.no, cut=False, in_force=True):
        if waits := line.allotted_fen - line.released_fen:
            key = case_id(case.county, "fund", line.fund_no), f"release:{line.plan_no}"
            sums[key] = sums.get(key, 0) + waits
    for (fund, release), waits in sums.items():
        for step in FUND.open_steps(records.read(FUND, fund)):
            if step.id in (release, "arrive"):
                yield HeldUp(fund, step.id, step.post, waits)


def _of_payments(records: Records, case: CaseId) -> Iterator[HeldUp]:
    """Yield the claims of a project that are under way, and the lodging of what nobody has claimed."""
    for row in claims_of(records.engine, case_id(*case)):
        if not row.closed:
            for step in CLAIM.open_steps(records.read(CLAIM, row.case)):
                yield HeldUp(row.case, step.id, step.post, row.money.get("claimed_fen"))
    money = records.read(PROJECT, case_id(*case)).money
    if (left := money.released - money.claimed) > 0:
        rule = _profile(records, case).claims
        yield HeldUp("", "lodge", (rule.lodger if rule else "") or "", left)


_KINDS: dict[str, Callable[[Records, CaseId], Iterator[HeldUp]]] = {
    "plan": _of_plan,
    "release": _of_release,
    "payments": _of_payments,
}


def held_up_by(records: Records, case: CaseId, kind: str) -> Iterator[HeldUp]:
    """Yield what a project's step of *kind*, which nobody answers, waits for in other cases."""
    return _KINDS[kind](records, case)
