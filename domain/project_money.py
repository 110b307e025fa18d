"""The money of one project: what plans gave it, what was released, claimed and paid, and the bounds on claims."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.act import Act
from domain.errors import RefusedError
from domain.money import share
from domain.project_facts import (
    AllotmentCut,
    ClaimNoted,
    ClaimUnnoted,
    ContractSigned,
    PaymentNoted,
    PlanIncluded,
    ProjectFact,
    ProjectRegistered,
    RefundNoted,
    ReleaseArrived,
)

AFTER_ACCEPTANCE = ("settlement", "retention")


class OverReleaseError(RefusedError):
    """Claims would exceed what was released to the project."""

    zh = (
        "报账 {claim_no} {asked_fen} 分超过项目 {project_no} 已下达未报的 {left_fen} 分"
        "（已下达 {released_fen}，已报 {claimed_fen}）；最多可报 {left_fen} 分（{clause}）"
    )
    en = (
        "claim {claim_no} of {asked_fen} fen is over what project {project_no} has left: at most {left_fen} fen "
        "(released {released_fen}, claimed {claimed_fen}; {clause})"
    )


class OverContractError(RefusedError):
    """Claims would exceed the contract, or touch the retention money before its time."""

    zh = (
        "报账 {claim_no} 使项目 {project_no} 的报账达到 {total_fen} 分，超过上限 {bound_fen} 分（{what}，{clause}）；"
        "最多可报 {left_fen} 分"
    )
    en = (
        "claim {claim_no} takes project {project_no} to {total_fen} fen, over the bound of {bound_fen} fen "
        "({what}, {clause}); at most {left_fen} fen can be claimed"
    )


class BelowClaimedError(RefusedError):
    """A contract that is signed anew and leaves less than what is claimed already."""

    zh = (
        "项目 {project_no} 的合同价 {amount_fen} 分只能报 {bound_fen} 分（{what}，{clause}），已报 {claimed_fen} 分；"
        "合同价须够已报的金额，或先退回报账"
    )
    en = (
        "project {project_no}: a contract of {amount_fen} fen leaves {bound_fen} fen to claim ({what}, {clause}), "
        "and {claimed_fen} fen are claimed; it must cover them, or claims be returned first"
    )


class TooEarlyError(RefusedError):
    """A claim before the step or the day that it needs."""

    zh = "报账 {claim_no}（{kind}）现在不能受理：须先 {needs}（{clause}）"
    en = "claim {claim_no} ({kind}) comes too early: {needs} first ({clause})"


class OverBudgetError(RefusedError):
    """Plans would give a project more than its declared budget."""

    zh = (
        "计划 {plan_no} 再给项目 {project_no} {asked_fen} 分，加上已安排的 {allotted_fen} 分，"
        "超过申报预算 {budget_fen} 分（{clause}）；最多再安排 {left_fen} 分"
    )
    en = (
        "plan {plan_no} gives project {project_no} {asked_fen} fen beside {allotted_fen} fen of plans in force, over "
        "its declared budget of {budget_fen} fen ({clause}); at most {left_fen} fen more can be planned"
    )


@dataclass
class ClaimsOfProject:
    """Sums in fen, kept as facts come."""

    allotted: int = 0
    released: int = 0
    contract: int | None = None
    claimed: int = 0
    paid: int = 0
    claims: dict[str, tuple[str, int]] = field(default_factory=dict)

    def note(self, fact: ProjectFact) -> None:
        """Fold one fact, in place."""
        match fact:
            case PlanIncluded():
                self.allotted += fact.amount_fen
            case ReleaseArrived():
                self.released += fact.amount_fen
            case AllotmentCut():
                self.allotted -= fact.amount_fen
                self.released -= 0 if fact.unreleased else fact.amount_fen
            case ContractSigned():
                self.contract = fact.amount_fen
            case ClaimNoted():
                self.claims[fact.claim_no] = (fact.kind, fact.amount_fen)
                self.claimed += fact.amount_fen
            case ClaimUnnoted():
                self.claimed -= self.claims.pop(fact.claim_no)[1]
            case PaymentNoted():
                self.paid += self.claims[fact.claim_no][1]
            case RefundNoted():
                amount_fen = self.claims.pop(fact.claim_no)[1]
                self.paid -= amount_fen
                self.claimed -= amount_fen
            case _:
                pass

    def after(self, facts: tuple[ProjectFact, ...]) -> "ClaimsOfProject":
        """Return what the sums are after *facts*, leaving these as they are."""
        trial = copy(self)
        trial.claims = dict(self.claims)
        for fact in facts:
            trial.note(fact)
        return trial

    def completes(self, kind: str) -> bool:
        """Return whether the money alone completes a step of *kind*."""
        match kind:
            case "plan":
                return self.allotted > 0
            case "release":
                return 0 < self.allotted == self.released
            case "payments":
                return 0 < self.allotted == self.paid
            case _:
                return False

    def check_budget(self, registered: ProjectRegistered, plan_no: str, amount_fen: int, act: Act) -> None:
        """Check what one more plan gives against the declared budget.

        Raises:
            OverBudgetError: With the numbers, and what would satisfy the rule.
        """
        left = registered.budget_fen - self.allotted
        if amount_fen > left:
            raise OverBudgetError(
                plan_no=plan_no,
                project_no=registered.project_no,
                asked_fen=amount_fen,
                allotted_fen=self.allotted,
                budget_fen=registered.budget_fen,
                clause=act.clause or "-",
                left_fen=max(0, left),
            )

    def check(
        self,
        registered: ProjectRegistered,
        claim_no: str,
        kind: str,
        amount_fen: int,
        act: Act,
        passed_on: Mapping[str, date],
    ) -> None:
        """Check a new claim against release, contract, retention and acceptance.

        Raises:
            RefusedError: With the numbers, and what would satisfy the rule.
        """
        left = self.released - self.claimed
        if amount_fen > left:
            raise OverReleaseError(
                claim_no=claim_no,
                project_no=registered.project_no,
                asked_fen=amount_fen,
                left_fen=left,
                released_fen=self.released,
                claimed_fen=self.claimed,
                clause=act.clause,
            )
        self._check_time(registered, claim_no, kind, act, passed_on)
        self._check_contract(registered, claim_no, kind, amount_fen)

    def check_contract(self, registered: ProjectRegistered, amount_fen: int, clause: str) -> None:
        """Check that a contract that is signed anew covers what is claimed under the one before.

        Raises:
            BelowClaimedError: If it does not.
        """
        retention = registered.terms.retention
        held_back = share(amount_fen, retention.share_bp) if retention else 0
        of_retention = sum(fen for kind, fen in self.claims.values() if retention and kind == "retention")
        for what, claimed, bound in (
            ("the retention money", of_retention, held_back),
            ("the contract less retention", self.claimed - of_retention, amount_fen - held_back),
        ):
            if claimed > bound:
                raise BelowClaimedError(
                    project_no=registered.project_no,
                    amount_fen=amount_fen,
                    bound_fen=bound,
                    what=what,
                    claimed_fen=claimed,
                    clause=clause,
                )

    def _check_time(
        self, registered: ProjectRegistered, claim_no: str, kind: str, act: Act, passed_on: Mapping[str, date]
    ) -> None:
        kinds = {step.kind: step.clause for step in registered.terms.steps}
        if "contract" in kinds and "contract" not in passed_on:
            raise TooEarlyError(claim_no=claim_no, kind=kind, needs="a signed contract", clause=kinds["contract"])
        if kind in AFTER_ACCEPTANCE and "accept" in kinds and "accept" not in passed_on:
            raise TooEarlyError(claim_no=claim_no, kind=kind, needs="acceptance", clause=kinds["accept"])
        retention = registered.terms.retention
        if kind == "retention" and retention and "accept" in passed_on:
            payable_on = passed_on["accept"] + timedelta(days=retention.hold_days)
            if act.occurred_on < payable_on:
                raise TooEarlyError(claim_no=claim_no, kind=kind, needs=str(payable_on), clause=retention.clause)

    def _check_contract(self, registered: ProjectRegistered, claim_no: str, kind: str, amount_fen: int) -> None:
        if self.contract is None:
            return
        retention, bound, what = registered.terms.retention, self.contract, "the contract"
        clause = next(step.clause for step in registered.terms.steps if step.kind == "contract")
        total = self.claimed + amount_fen
        if retention:
            held_back = share(self.contract, retention.share_bp)
            of_retention = sum(fen for k, fen in self.claims.values() if k == "retention")
            if kind == "retention":
                bound, total, what = held_back, of_retention + amount_fen, "the retention money"
            else:
                bound, total = bound - held_back, total - of_retention
                what = "the contract less retention"
            clause = retention.clause
        if total > bound:
            raise OverContractError(
                claim_no=claim_no,
                project_no=registered.project_no,
                total_fen=total,
                bound_fen=bound,
                left_fen=max(0, bound - total + amount_fen),
                what=what,
                clause=clause,
            )
