"""Procedures (办理程序): which streams one person's request touches, and with which commands. All or none."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

from domain.dispatch_requests import DispatchRequest, WatchRequest
from domain.ledger import Step
from domain.procedures import arrivals, bans, claims, dispatch, funds, moving, plans, projects, watch
from domain.procedures.asking import Asking
from domain.procedures.consequences import following
from domain.registry import DECIDER_OF
from domain.requests import (
    AnnounceMoney,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    BouncePayment,
    CloseYear,
    ConfirmPayment,
    DecidePlan,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    LodgeClaim,
    MoveClaim,
    MoveFund,
    MovePlan,
    MoveProject,
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

_BY_REQUEST: dict[type, Callable[[Asking, Any], Iterator[Step]]] = {
    RegisterReceipt: funds.register,
    ReportReceipt: funds.report,
    NotifyDepartment: funds.notify,
    ReleaseMoney: funds.release,
    WithdrawMoney: funds.withdraw,
    ReduceAllotment: funds.reduce,
    CloseYear: funds.close_year,
    DraftPlan: plans.draft,
    DecidePlan: plans.decide,
    FileMinutes: plans.file_minutes,
    RegisterProject: projects.register,
    AnswerStep: projects.answer,
    LodgeClaim: claims.lodge,
    AnswerGate: claims.answer,
    **dict.fromkeys((SendPayment, BouncePayment, ConfirmPayment, RefundPayment), claims.pay),
    **dict.fromkeys((AttestBan, SetTarget, SetLinkage), bans.say),
    AnnounceMoney: arrivals.announce,
    EnterArrival: arrivals.arrive,
    **dict.fromkeys((MoveFund, MovePlan, MoveProject, MoveClaim), moving.move),
    **dict.fromkeys(get_args(DispatchRequest), dispatch.ask),
    **dict.fromkeys(get_args(WatchRequest), watch.ask),
}


def expand(asking: Asking, request: AnyRequest) -> Iterator[Step]:
    """Yield the steps of *request*, or none if its command took effect already, whatever came after it.

    Raises:
        RefusedError: If the post is the wrong one or a rule says no.
    """
    # Asked before anything else: a procedure looks at what its cases are now, and a repeat that comes late
    # would open the next gate's clock, or bring a plan's money to a project once more.
    if not asking.took_effect():
        for step in _BY_REQUEST[type(request)](asking, request):
            yield from _with_consequences(asking, step)


def _with_consequences(asking: Asking, step: Step) -> Iterator[Step]:
    """Yield *step*, then what follows from its facts, and from theirs."""
    decider = DECIDER_OF[type(step.command)]
    asking.check_untouched(step.stream, decider)
    # Judged before the next is asked for: what a claim refuses must not be noted in its project first.
    facts = decider.decide(asking.read(decider, step.stream), step.command)
    yield step
    for fact in facts:
        for follows in following(asking, step.stream, fact):
            yield from _with_consequences(asking, follows)


__all__ = ["Asking", "expand"]
