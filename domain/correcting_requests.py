"""Requests to correct a case under way, or to take it back (更正、撤回), with the reason. Kept for ever."""

from typing import Annotated

import msgspec

from domain.bank_facts import Unlike
from domain.claim_facts import ClaimPaper
from domain.request import Request, Said
from domain.rules.result import Basis, Reason
from domain.terms import Line


class CorrectClaim(Request, frozen=True, tag="claim.correct/1"):
    """Correct a claim: what is left out stays as it is."""

    reason: Said
    kind: str = ""
    lines: tuple[Line, ...] = ()
    payee: str = ""
    vouchers: tuple[str, ...] = ()
    papers: tuple[ClaimPaper, ...] = ()


class CorrectPlan(Request, frozen=True, tag="plan.correct/1"):
    """Correct a plan: what is left out stays as it is."""

    reason: Said
    title: str = ""
    lines: tuple[Line, ...] | None = None
    cuts: tuple[Line, ...] | None = None
    under: tuple[str, ...] | None = None
    bases: tuple[Basis, ...] | None = None
    reasons: tuple[Reason, ...] | None = None


class CorrectProject(Request, frozen=True, tag="project.correct/1"):
    """Correct a project: what is left out stays as it is. Its class cannot be another.

    *unlike* is for what is in the bank and stays there: what looks like it now, with the reason why it is another.
    """

    reason: Said
    name: str = ""
    village: str = ""
    township: str = ""
    unit: str = ""
    budget_fen: Annotated[int, msgspec.Meta(ge=0)] = 0
    first_year: int = 0
    last_year: int = 0
    purpose: str = ""
    unlike: tuple[Unlike, ...] = ()


class WithdrawClaim(Request, frozen=True, tag="claim.withdraw/1"):
    """Take a claim back before its money is out."""

    reason: Said


class WithdrawPlan(Request, frozen=True, tag="plan.withdraw/1"):
    """Take a plan back before it is in force."""

    reason: Said


class WithdrawProject(Request, frozen=True, tag="project.withdraw/1"):
    """Take a project back before it is in a plan."""

    reason: Said


CorrectingRequest = CorrectClaim | CorrectPlan | CorrectProject | WithdrawClaim | WithdrawPlan | WithdrawProject
