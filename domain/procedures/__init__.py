"""Procedures (办理程序): which streams one person's request touches, and with which commands. All or none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast, get_args

from domain.act import CaseState, Decider
from domain.cases import county_stream
from domain.correcting_requests import (
    CorrectClaim,
    CorrectPlan,
    CorrectProject,
    WithdrawClaim,
    WithdrawPlan,
    WithdrawProject,
)
from domain.county import COUNTY, AdoptPolicy, PolicyAdopted
from domain.dispatch_requests import DispatchRequest, WatchRequest
from domain.emergency_requests import ConfirmEmergency, EmergencyRequest
from domain.handling_requests import HandlingRequest
from domain.ledger import THEN, Step
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, LeaveAgenda
from domain.obligation_requests import ObligationRequest
from domain.order_requests import OrderRequest
from domain.paper_requests import PaperRequest
from domain.people_requests import PeopleRequest
from domain.procedures import (
    absences,
    arrivals,
    assets,
    bank,
    bans,
    claims,
    disclosures,
    dispatch,
    emergencies,
    entitled,
    funds,
    handling,
    hotline,
    instruments,
    linkage,
    meetings,
    moving,
    obligations,
    orders,
    outboxes,
    papers,
    performance,
    plans,
    projects,
    recurring,
    signatures,
    surplus,
    trainings,
    watch,
)
from domain.procedures.asking import Asking
from domain.procedures.consequences import following, gathered
from domain.registry import DECIDER_OF
from domain.requests import (
    AcknowledgeRows,
    AddPayments,
    AgreeSurplus,
    AnnounceMoney,
    AnswerGate,
    AnswerReport,
    AnswerStep,
    AnyRequest,
    ApproveSurplus,
    AttestBan,
    BouncePayment,
    ChangeEstimate,
    ClosePerformance,
    CloseYear,
    ConfirmEntry,
    ConfirmHousehold,
    ConfirmPayment,
    ConfirmTitle,
    CorrectDeviation,
    CosignPlan,
    CosignStep,
    CoverLoss,
    DecidePlan,
    DisposeAsset,
    DraftPlan,
    EnterArrival,
    EnterDisclosure,
    EnterIncome,
    EvaluateResult,
    ExplainShortfall,
    ExportRows,
    FileMinutes,
    FindIdle,
    FindSurplus,
    FindWeakness,
    FormAsset,
    GuaranteeLoan,
    HandOverAsset,
    HoldToAccount,
    LodgeClaim,
    LogUpkeep,
    MendAsset,
    MendWeakness,
    MonitorResult,
    MoveClaim,
    MoveFund,
    MovePlan,
    MoveProject,
    MoveSurplus,
    NotifyDepartment,
    PublishDisclosure,
    RaiseObjection,
    RecordLinkage,
    RecordTraining,
    RecoverLoss,
    ReduceAllotment,
    RefundPayment,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    RemoveEntry,
    RepayLoan,
    ReportDuty,
    ReportParts,
    ReportReceipt,
    ReverseRow,
    RuleObjection,
    SendPayment,
    SendRowAgain,
    SetKeeper,
    SetLinkage,
    SetMeasures,
    SetTarget,
    ShareIncome,
    TakeDownDisclosure,
    TakeReport,
    TakeUpEntry,
    WithdrawDisclosure,
    WithdrawMoney,
)

S = TypeVar("S", bound=CaseState)

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
    ExportRows: outboxes.export,
    AcknowledgeRows: outboxes.acknowledge,
    ReverseRow: outboxes.reverse,
    SendRowAgain: outboxes.send_again,
    EnterDisclosure: disclosures.enter,
    PublishDisclosure: disclosures.publish,
    RaiseObjection: disclosures.raise_objection,
    RuleObjection: disclosures.rule_objection,
    WithdrawDisclosure: disclosures.withdraw,
    TakeDownDisclosure: disclosures.take_down,
    RecordTraining: trainings.record,
    TakeReport: hotline.take,
    AnswerReport: hotline.answer,
    **dict.fromkeys(
        (
            SetMeasures,
            MonitorResult,
            CorrectDeviation,
            EvaluateResult,
            ExplainShortfall,
            HoldToAccount,
            ReportDuty,
            ClosePerformance,
        ),
        performance.record,
    ),
    **dict.fromkeys((RecordLinkage, ConfirmHousehold, FindWeakness, MendWeakness), linkage.record),
    FormAsset: assets.form,
    **dict.fromkeys(
        (
            AddPayments,
            ConfirmTitle,
            HandOverAsset,
            SetKeeper,
            LogUpkeep,
            EnterIncome,
            ShareIncome,
            FindIdle,
            MendAsset,
            DisposeAsset,
        ),
        assets.record,
    ),
    **dict.fromkeys((RemoveEntry, TakeUpEntry, ChangeEstimate, ConfirmEntry), bank.change),
    **dict.fromkeys((GuaranteeLoan, RepayLoan, CoverLoss, RecoverLoss), instruments.loans),
    ReportParts: instruments.report_parts,
    FindSurplus: surplus.find,
    AgreeSurplus: surplus.agree,
    ApproveSurplus: surplus.approve,
    MoveSurplus: surplus.move,
    CosignStep: projects.cosign,
    CosignPlan: plans.cosign,
    **dict.fromkeys(get_args(DispatchRequest), dispatch.ask),
    **dict.fromkeys(get_args(WatchRequest), watch.ask),
    **dict.fromkeys(get_args(PeopleRequest), absences.ask),
    **dict.fromkeys(get_args(ObligationRequest), obligations.grant),
    CallMeeting: meetings.call,
    DecideItems: meetings.decide,
    LeaveAgenda: meetings.leave,
    FileMeetingMinutes: meetings.file_minutes,
    **dict.fromkeys(get_args(EmergencyRequest), emergencies.ask),
    **dict.fromkeys(get_args(HandlingRequest), handling.ask),
    **dict.fromkeys(get_args(OrderRequest), orders.ask),
    **dict.fromkeys(get_args(PaperRequest), papers.ask),
    CorrectClaim: claims.correct,
    CorrectPlan: plans.correct,
    CorrectProject: projects.correct,
    WithdrawClaim: claims.withdraw,
    WithdrawPlan: plans.withdraw,
    WithdrawProject: projects.withdraw,
}


def begun(asking: Asking, request: AnyRequest) -> Iterator[Step]:
    """Yield the steps of *request* alone, whose post is asked first; nothing of them is to be kept.

    Raises:
        RefusedError: If the post is the wrong one or a rule says no.
    """
    yield from _BY_REQUEST[type(request)](asking, request)


def expand(asking: Asking, request: AnyRequest) -> Iterator[Step]:
    """Yield the steps of *request*, or none if its command took effect already, whatever came after it.

    Raises:
        RefusedError: If the post is the wrong one or a rule says no.
    """
    # Asked before anything else: a procedure looks at what its cases are now, and a repeat that comes late
    # would open the next gate's clock, or bring a plan's money to a project once more.
    if asking.took_effect(*papers.asked_of(asking.case, request)):
        return
    absences.check_deputy(asking, request)
    entitled.check(asking, request)
    asking = signatures.bound(asking, request, request.seen)
    # Taken before the first step: what a meeting decides is not decided yet.
    parts = list(_parts(asking, request))
    yield from _whole(asking, _BY_REQUEST[type(request)](asking, request))
    for part, decided, steps in parts:
        absences.check_deputy(part, decided)
        entitled.check(part, decided)
        yield THEN
        yield from _whole(part, steps)


def _parts(asking: Asking, request: AnyRequest) -> Iterator[tuple[Asking, AnyRequest, Iterator[Step]]]:
    """Yield the other cases that a request decides on, each with what is asked of it: as if it were asked by itself."""
    if isinstance(request, DecideItems | FileMeetingMinutes):
        for part, steps in meetings.reached(asking, request):
            yield part, request, steps
    elif isinstance(request, ConfirmEmergency):
        for part, decision in emergencies.reached(asking):
            own = signatures.bound(part, decision, decision.seen)
            yield own, decision, _BY_REQUEST[type(decision)](own, decision)


def _whole(asking: Asking, steps: Iterator[Step]) -> Iterator[Step]:
    brought: list[tuple[str, Any]] = []
    for step in steps:
        yield from _with_consequences(asking, step, brought)
    yield from gathered(asking, brought)


def adopt(asking: Asking, adopted: PolicyAdopted) -> Iterator[Step]:
    """Yield the steps by which a county adopts rules, for what follows from that too: by the rules that it adopts."""
    own, command = county_stream(adopted.county), AdoptPolicy(adopted.act, adopted)
    after = asking.after(COUNTY, own, command)

    def read(decider: Decider[S], stream: str) -> S:
        return cast("S", after) if stream == own else asking.read(decider, stream)

    now = replace(asking, read=read)
    yield Step(own, command)
    brought: list[tuple[str, Any]] = [(own, fact) for fact in COUNTY.decide(asking.read(COUNTY, own), command)]
    for _, fact in tuple(brought):
        for follows in following(now, own, fact):
            yield from _with_consequences(now, follows, brought)
    yield from gathered(now, brought)


def come(asking: Asking) -> Iterator[Step]:
    """Yield the steps by which a day of the county's calendar comes, by the engine's clock."""
    yield from _whole(asking, recurring.come(asking))


def end_absence(asking: Asking) -> Iterator[Step]:
    """Yield the steps by which an absence whose days are over ends, by the engine's clock."""
    yield from _whole(asking, absences.over(asking))


def expire_emergency(asking: Asking) -> Iterator[Step]:
    """Yield the steps by which an emergency decision that nobody confirmed expires, by the engine's clock."""
    yield from _whole(asking, emergencies.over(asking))


def _with_consequences(asking: Asking, step: Step, brought: list[tuple[str, Any]]) -> Iterator[Step]:
    """Yield *step*, then what follows from its facts, and from theirs; note all that is *brought* about."""
    decider = DECIDER_OF[type(step.command)]
    asking.check_untouched(step.stream, decider)
    # Judged before the next is asked for: what a claim refuses must not be noted in its project first.
    facts = decider.decide(asking.read(decider, step.stream), step.command)
    yield step
    brought += ((step.stream, fact) for fact in facts)
    for fact in facts:
        for follows in following(asking, step.stream, fact):
            yield from _with_consequences(asking, follows, brought)


__all__ = ["Asking", "adopt", "begun", "come", "end_absence", "expand", "expire_emergency"]
