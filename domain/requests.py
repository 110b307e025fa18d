"""Requests: what a person can ask for, as it stands in the body of a signed message. These shapes are kept for ever."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, get_args

import msgspec

from domain.bank_facts import EntryAnswer, Unlike
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.instrument_facts import Part
from domain.rules.result import Basis, Reason
from domain.surplus_facts import SurplusItem
from domain.terms import Line

Words = Annotated[str, msgspec.Meta(min_length=1)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
MaybeDigest = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")]
DigestStart = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{0,64}\Z")]


class Request(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What every request states: the day on which it happened (the day of record if absent), and its evidence."""

    occurred_on: date | None = None
    evidence: str = ""


class RegisterReceipt(Request, frozen=True, tag="fund.register/1"):
    """Money arrived by a fund document; its portions in fen, by pool."""

    document_no: Words
    item_no: Words
    source: Words
    tier: str
    fiscal_year: int
    portions: tuple[PortionReceived, ...]


class ReportReceipt(Request, frozen=True, tag="fund.report/1"):
    """The arrival was reported to the leading group."""


class NotifyDepartment(Request, frozen=True, tag="fund.notify/1"):
    """The competent department was told in writing."""

    department: Words


class ReleaseMoney(Request, frozen=True, tag="fund.release/1"):
    """Release what a plan in force allotted of this fund."""

    plan_no: Words


class WithdrawMoney(Request, frozen=True, tag="fund.withdraw/1"):
    """The upper level takes free money back."""

    pool: Words
    amount_fen: int
    document_no: Words


class ReduceAllotment(Request, frozen=True, tag="fund.reduce/1"):
    """A settlement came out lower: released money that nobody has claimed is free again, with the reason."""

    pool: Words
    project_no: Words
    amount_fen: int
    reason: Words


class CloseYear(Request, frozen=True, tag="fund.close-year/1"):
    """Close a year: what is left goes on under the fund's first fiscal year."""

    year: int


class DraftPlan(Request, frozen=True, tag="plan.draft/1"):
    """Draft a plan, or draft it anew after a return; *cuts* first take released, unclaimed money back (计划调整).

    *under* names the splits that the plan is under, *bases* what rules compute from, *reasons* why a soft rule is not
    kept.
    """

    year: int
    title: Words
    lines: tuple[Line, ...]
    cuts: tuple[Line, ...] = ()
    reason: str = ""
    under: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    reasons: tuple[Reason, ...] = ()


class DecidePlan(Request, frozen=True, tag="plan.decide/1"):
    """A body's decision on the plan, taken in a meeting."""

    stage: str
    meeting_no: Words
    held_on: date
    present: int
    quorum: int
    approve: bool
    opinion: str = ""


class FileMinutes(Request, frozen=True, tag="plan.file-minutes/1"):
    """File the minutes of the meeting that approved the plan. `digest`: SHA-256 of the paper, in hex."""

    stage: str
    digest: Digest


class InstrumentUse(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which instrument of the county's text a project is a use of; for people: their group, and their list."""

    id: Words
    group: str = ""
    households: Annotated[int, msgspec.Meta(ge=0)] = 0
    list_digest: MaybeDigest = ""


class RegisterProject(Request, frozen=True, tag="project.register/1"):
    """Bring a project into being by the first step of its county's order.

    *first_year* to *last_year*: planned once and built by year. *tests* and *unlike*: where it begins in the bank.
    """

    name: Words
    village: str
    township: str
    unit: Words
    use: str
    budget_fen: int
    opinion: str = ""
    record: str = ""
    first_year: int = 0
    last_year: int = 0
    tests: tuple[EntryAnswer, ...] = ()
    unlike: tuple[Unlike, ...] = ()
    instrument: InstrumentUse | None = None


class AnswerStep(Request, frozen=True, tag="project.answer/1"):
    """Answer a project's open step: pass it, or send it back to *return_to*.

    At the bank's step, *tests* attests the entry tests that a person judges; *unlike* names each project that looks
    like this one, with the reason why it is another.
    """

    step: str
    approve: bool
    opinion: str = ""
    record: str = ""
    return_to: str = ""
    contractor: str = ""
    amount_fen: int = 0
    tests: tuple[EntryAnswer, ...] = ()
    unlike: tuple[Unlike, ...] = ()


class LodgeClaim(Request, frozen=True, tag="claim.lodge/1"):
    """Ask for a payment: lines per portion, payee, and the vouchers' digests."""

    project_no: str
    kind: str
    lines: tuple[Line, ...]
    payee: str
    vouchers: tuple[str, ...]


class AnswerGate(Request, frozen=True, tag="claim.answer/1"):
    """Answer a claim's open gate: let it through, or return it with the reason."""

    gate: str
    approve: bool
    opinion: str = ""


class SendPayment(Request, frozen=True, tag="claim.send/1"):
    """Send the payment order."""


class BouncePayment(Request, frozen=True, tag="claim.bounce/1"):
    """The bank sent the payment back."""

    reason: Words


class ConfirmPayment(Request, frozen=True, tag="claim.confirm/1"):
    """The bank confirmed the payment."""

    bank_ref: Words


class RefundPayment(Request, frozen=True, tag="claim.refund/1"):
    """The payee paid back."""

    reason: Words


class AttestBan(Request, frozen=True, tag="project.attest/1"):
    """Say whether a project is clear of a ban of its county's negative list."""

    ban: Words
    clear: bool
    opinion: str = ""
    record: MaybeDigest = ""


class SetTarget(Request, frozen=True, tag="project.set-target/1"):
    """Set a project's performance target, in words."""

    target: Words
    record: MaybeDigest = ""


class SetLinkage(Request, frozen=True, tag="project.set-linkage/1"):
    """Set a project's benefit linkage: its mode in words, and how many households."""

    mode: Words
    households: Annotated[int, msgspec.Meta(ge=1)]
    record: MaybeDigest = ""


class AnnounceMoney(Request, frozen=True, tag="fund.announce/1"):
    """Money was announced by a document before it is there (提前告知资金); its portions in fen, by pool."""

    document_no: Words
    item_no: Words
    source: Words
    tier: str
    fiscal_year: int
    portions: tuple[PortionReceived, ...]


class EnterArrival(Request, frozen=True, tag="fund.arrive/1"):
    """Announced money arrived by its own document; every announced pool is named, with 0 where nothing came."""

    document_no: Words
    item_no: Words
    portions: tuple[PortionReceived, ...]


class Move(Request, frozen=True):
    """Move a case to other rules of its county, with the reason. `to`: how their digest begins; "" is the current."""

    reason: Words
    to: DigestStart = ""


class MoveFund(Move, frozen=True, tag="fund.move/1"):
    """Move a fund to other rules."""


class MovePlan(Move, frozen=True, tag="plan.move/1"):
    """Move a plan to other rules."""


class MoveProject(Move, frozen=True, tag="project.move/1"):
    """Move a project to other rules."""


class MoveClaim(Move, frozen=True, tag="claim.move/1"):
    """Move a claim to other rules."""


class RemoveEntry(Request, frozen=True, tag="project.remove-entry/1"):
    """Take a project out of the bank, with the reason."""

    reason: Words
    record: MaybeDigest = ""


class TakeUpEntry(Request, frozen=True, tag="project.take-up-entry/1"):
    """Take a project that was removed up in the bank again, with the reason."""

    reason: Words
    record: MaybeDigest = ""


class ChangeEstimate(Request, frozen=True, tag="project.change-estimate/1"):
    """Optimise a project in the bank: its estimate is another one, in fen, with the reason."""

    budget_fen: int
    reason: Words
    record: MaybeDigest = ""


class ConfirmEntry(Request, frozen=True, tag="project.confirm-entry/1"):
    """Confirm a bank entry anew: its years count from this one on."""

    opinion: str = ""


class GuaranteeLoan(Request, frozen=True, tag="project.guarantee-loan/1"):
    """A risk fund stands for a loan of an institution outside; `record`: the agreement's digest."""

    loan_no: Words
    institution: Words
    amount_fen: int
    record: Digest


class RepayLoan(Request, frozen=True, tag="project.repay-loan/1"):
    """A guaranteed loan was paid back."""

    loan_no: Words


class CoverLoss(Request, frozen=True, tag="project.cover-loss/1"):
    """The risk fund covers the loss of a loan, in fen."""

    loan_no: Words
    amount_fen: int
    record: Digest


class RecoverLoss(Request, frozen=True, tag="project.recover-loss/1"):
    """Some of a covered loss came back, in fen."""

    loan_no: Words
    amount_fen: int


class ReportParts(Request, frozen=True, tag="project.report-parts/1"):
    """What government, collective, households and society put into a project, as reported, in fen."""

    parts: tuple[Part, ...]
    record: MaybeDigest = ""


class FindSurplus(Request, frozen=True, tag="surplus.find/1"):
    """Hand in the list of what is left over in a year, portion by portion; `record`: its paper's digest."""

    items: tuple[SurplusItem, ...]
    record: MaybeDigest = ""


class AgreeSurplus(Request, frozen=True, tag="surplus.agree/1"):
    """Agree with the list, for *party*."""

    party: Words


class ApproveSurplus(Request, frozen=True, tag="surplus.approve/1"):
    """Approve the list, or send it back with the reason."""

    approve: bool
    opinion: str = ""
    record: MaybeDigest = ""


class MoveSurplus(Request, frozen=True, tag="surplus.move/1"):
    """Say which plan in force moved what was left over."""

    plan_no: Words


AnyMove = MoveFund | MovePlan | MoveProject | MoveClaim
AnyRequest = (
    RegisterReceipt
    | ReportReceipt
    | NotifyDepartment
    | ReleaseMoney
    | WithdrawMoney
    | ReduceAllotment
    | CloseYear
    | DraftPlan
    | DecidePlan
    | FileMinutes
    | RegisterProject
    | AnswerStep
    | LodgeClaim
    | AnswerGate
    | SendPayment
    | BouncePayment
    | ConfirmPayment
    | RefundPayment
    | AttestBan
    | SetTarget
    | SetLinkage
    | AnnounceMoney
    | EnterArrival
    | MoveFund
    | MovePlan
    | MoveProject
    | MoveClaim
    | RemoveEntry
    | TakeUpEntry
    | ChangeEstimate
    | ConfirmEntry
    | GuaranteeLoan
    | RepayLoan
    | CoverLoss
    | RecoverLoss
    | ReportParts
    | FindSurplus
    | AgreeSurplus
    | ApproveSurplus
    | MoveSurplus
)
NUMBER_MAX = 10**15  # In fen ten trillion yuan: more than any county has, less than where a store's integers end.
_DECODER: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
KIND_OF: dict[type, str] = {r: str(r.__struct_config__.tag).split(".")[0] for r in get_args(AnyRequest)}


def to_body(request: AnyRequest) -> str:
    """Return the canonical text of a request: what is signed."""
    return msgspec.json.encode(request, order="sorted").decode()


def from_body(body: str) -> AnyRequest:
    """Return the request that *body* is.

    Raises:
        BadInputError: If it is none, with the field that is wrong.
    """
    try:
        request = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as e:
        raise BadInputError("request", str(e)) from e
    if any(abs(number) > NUMBER_MAX for number in _numbers(msgspec.to_builtins(request))):
        raise BadInputError("request", f"a number is over {NUMBER_MAX}")
    return request


def _numbers(plain: Any) -> Iterator[int]:
    if isinstance(plain, int):
        yield plain
    elif isinstance(plain, dict | list | tuple):
        for part in plain.values() if isinstance(plain, dict) else plain:
            yield from _numbers(part)


# Which open step each kind of request answers; the rest says it itself.
_STEPS: dict[type, str] = {
    RegisterReceipt: "",
    RegisterProject: "",
    AnnounceMoney: "",
    EnterArrival: "arrive",
    ReportReceipt: "report",
    NotifyDepartment: "notify",
    WithdrawMoney: "withdraw",
    ReduceAllotment: "reduce",
    CloseYear: "close-year",
    DraftPlan: "draft",
    LodgeClaim: "lodge",
    SendPayment: "send",
    BouncePayment: "confirm",
    ConfirmPayment: "confirm",
    RefundPayment: "refund",
    AttestBan: "attest",
    SetTarget: "set-target",
    SetLinkage: "set-linkage",
    **dict.fromkeys((MoveFund, MovePlan, MoveProject, MoveClaim), "move"),
    RemoveEntry: "remove-entry",
    TakeUpEntry: "take-up-entry",
    ChangeEstimate: "change-estimate",
    ConfirmEntry: "confirm-entry",
    GuaranteeLoan: "guarantee-loan",
    RepayLoan: "repay-loan",
    CoverLoss: "cover-loss",
    RecoverLoss: "recover-loss",
    ReportParts: "report-parts",
    FindSurplus: "find",
    ApproveSurplus: "approve",
    MoveSurplus: "move",
}


def answered_step(request: AnyRequest) -> str:
    """Return the id of the open step that a request answers, as its case names it."""
    match request:
        case ReleaseMoney(plan_no=plan_no):
            return f"release:{plan_no}"
        case DecidePlan(stage=stage):
            return f"decide:{stage}"
        case FileMinutes(stage=stage):
            return f"minutes:{stage}"
        case AnswerStep(step=step):
            return step
        case AnswerGate(gate=gate):
            return gate
        case AgreeSurplus(party=party):
            return f"agree:{party}"
        case _:
            return _STEPS[type(request)]
