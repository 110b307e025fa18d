"""Procedures (办理程序): which streams one person's request touches, and with which commands. All or none."""

from collections.abc import Iterator

from domain.ledger import Step
from domain.procedures import bans, claims, funds, plans, projects
from domain.procedures.asking import Asking
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    BouncePayment,
    CloseYear,
    ConfirmPayment,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    LodgeClaim,
    NotifyDepartment,
    ReduceAllotment,
    RefundPayment,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    SetLinkage,
    SetTarget,
    WithdrawMoney,
)


def expand(asking: Asking, request: AnyRequest) -> Iterator[Step]:
    """Yield the steps of *request*.

    Raises:
        RefusedError: If the post is the wrong one or a rule says no.
    """
    match request:
        case RegisterReceipt():
            return funds.register(asking, request)
        case ReportReceipt():
            return funds.report(asking)
        case NotifyDepartment():
            return funds.notify(asking, request)
        case ReleaseMoney():
            return funds.release(asking, request)
        case WithdrawMoney():
            return funds.withdraw(asking, request)
        case ReduceAllotment():
            return funds.reduce(asking, request)
        case CloseYear():
            return funds.close_year(asking, request)
        case DraftPlan():
            return plans.draft(asking, request)
        case DecidePlan():
            return plans.decide(asking, request)
        case FileMinutes():
            return plans.file_minutes(asking, request)
        case RegisterProject():
            return projects.register(asking, request)
        case AnswerStep():
            return projects.answer(asking, request)
        case LodgeClaim():
            return claims.lodge(asking, request)
        case AnswerGate():
            return claims.answer(asking, request)
        case SendPayment() | BouncePayment() | ConfirmPayment() | RefundPayment():
            return claims.pay(asking, request)
        case AttestBan() | SetTarget() | SetLinkage():
            return bans.say(asking, request)


__all__ = ["Asking", "expand"]
