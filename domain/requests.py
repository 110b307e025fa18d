"""Requests: what a person can ask for, as it stands in the body of a signed message. These shapes are kept for ever."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, get_args

import msgspec

from domain.bank_facts import EntryAnswer, Unlike
from domain.claim_facts import ClaimPaper
from domain.correcting_requests import CorrectingRequest
from domain.dispatch_requests import DispatchRequest, WatchRequest
from domain.emergency_requests import EmergencyRequest
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.handling_requests import HandlingRequest
from domain.instrument_facts import Part
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, LeaveAgenda, MeetingRequest
from domain.obligation_requests import ObligationRequest
from domain.order_requests import OrderRequest
from domain.outbox_facts import RowRefused
from domain.paper_requests import ATTACH, WITHDRAW_PAPER, AttachPaper, PaperRequest, WithdrawPaper
from domain.people_requests import PeopleRequest
from domain.request import SEEN, Digest, DigestStart, MaybeDigest, Request, Said, Words, says_something
from domain.rules.result import Basis, Reason
from domain.sealed import has_mark
from domain.surplus_facts import SurplusItem
from domain.terms import Line

FiscalYear = Annotated[int, msgspec.Meta(ge=2000, le=2100)]


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
    """A body's decision on the plan, taken in a meeting; where it does not approve, *end* rejects it for good."""

    stage: str
    meeting_no: Words
    held_on: date
    present: int
    quorum: int
    approve: bool
    opinion: str = ""
    end: bool = False


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
    *purpose*: which of the county's permitted uses it serves.
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
    purpose: str = ""


class AnswerStep(Request, frozen=True, tag="project.answer/1"):
    """Answer a project's open step: pass it, or send it back to *return_to*; with *end*, reject it for good.

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
    end: bool = False


class LodgeClaim(Request, frozen=True, tag="claim.lodge/1"):
    """Ask for a payment: lines per portion, payee, the vouchers' digests, and the other papers that the rules name."""

    project_no: str
    kind: str
    lines: tuple[Line, ...]
    payee: str
    vouchers: tuple[str, ...]
    papers: tuple[ClaimPaper, ...] = ()


class AnswerGate(Request, frozen=True, tag="claim.answer/1"):
    """Answer a claim's open gate: let it through, or return it with the reason; with *end*, reject it for good."""

    gate: str
    approve: bool
    opinion: str = ""
    end: bool = False


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


class ExportRows(Request, frozen=True, tag="outbox.export/1"):
    """Send the rows that wait, up to row *last*; `digest` is of what the file holds."""

    last: Annotated[int, msgspec.Meta(ge=1)]
    digest: Digest


class AcknowledgeRows(Request, frozen=True, tag="outbox.acknowledge/1"):
    """A system outside answered to a batch under its own receipt number; the rows it did not take, with reasons."""

    batch: Annotated[int, msgspec.Meta(ge=1)]
    receipt_no: Words
    refused: tuple[RowRefused, ...] = ()


class ReverseRow(Request, frozen=True, tag="outbox.reverse/1"):
    """Take back a row that a system outside took, with the reason; *again* sends it anew."""

    row_no: Annotated[int, msgspec.Meta(ge=1)]
    reason: Words
    again: bool = False


class SendRowAgain(Request, frozen=True, tag="outbox.send-again/1"):
    """Send a row anew that a system outside refused, with what was put right."""

    row_no: Annotated[int, msgspec.Meta(ge=1)]
    note: Words


class EnterDisclosure(Request, frozen=True, tag="disclosure.enter/1"):
    """Enter by hand what is to be public by a rule of disclosure, in words."""

    rule: Words
    words: Words


class PublishDisclosure(Request, frozen=True, tag="disclosure.publish/1"):
    """It was made public at a place; what shows it: a paper's SHA-256 or an address."""

    place: Words
    record: MaybeDigest = ""
    address: str = ""
    corrects: Annotated[int, msgspec.Meta(ge=0)] = 0


class RaiseObjection(Request, frozen=True, tag="disclosure.object/1"):
    """Somebody outside objected to what is public: in words, without a name."""

    words: Words
    record: MaybeDigest = ""


class RuleObjection(Request, frozen=True, tag="disclosure.rule/1"):
    """Uphold an objection, so that what is public is corrected, or reject it; with the reason."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    upheld: bool
    reason: Words


class WithdrawDisclosure(Request, frozen=True, tag="disclosure.withdraw/1"):
    """Take an entry back: it is not, or no longer, to be public."""

    reason: Words


class TakeDownDisclosure(Request, frozen=True, tag="disclosure.take-down/1"):
    """Take down what was public for its days."""

    reason: Words


class RecordTraining(Request, frozen=True, tag="training.record/1"):
    """A training was held: by which rule, for which levels and posts, in which form, on what, for how many people."""

    rule: Words
    levels: tuple[str, ...]
    form: Words
    topic: Words
    attended: Annotated[int, msgspec.Meta(ge=1)]
    record: Digest
    posts: tuple[str, ...] = ()
    corrects: str = ""


class TakeReport(Request, frozen=True, tag="hotline.take/1"):
    """Somebody outside reported something: in words, without a name; perhaps about a case."""

    words: Words
    about: str = ""
    record: MaybeDigest = ""


class AnswerReport(Request, frozen=True, tag="hotline.answer/1"):
    """What came of a report: there is something in it, or not."""

    founded: bool
    answer: Words
    record: MaybeDigest = ""


class Helped(msgspec.Struct, frozen=True):
    """How many of a group of the county's were reached: households of a group of people, or villages."""

    group: Said
    count: Annotated[int, msgspec.Meta(ge=0)]


class Aim(msgspec.Struct, frozen=True, omit_defaults=True):
    """A measure in whole numbers of its unit; *of* is the county's own measure that it serves, if any."""

    name: Said
    unit: Said
    value: Annotated[int, msgspec.Meta(ge=0)]
    at_most: bool = False
    of: str = ""


class Came(msgspec.Struct, frozen=True):
    """What a measure came to."""

    measure: Said
    value: Annotated[int, msgspec.Meta(ge=0)]


class SetMeasures(Request, frozen=True, tag="performance.set-measures/1"):
    """Set a project's target in numbers, where it can be measured."""

    measures: Annotated[tuple[Aim, ...], msgspec.Meta(min_length=1)]
    record: MaybeDigest = ""


class MonitorResult(Request, frozen=True, tag="performance.monitor/1"):
    """Enter what monitoring found: values so far, and a deviation in words, if any."""

    year: FiscalYear
    channel: Literal["online", "offline"]
    values: tuple[Came, ...] = ()
    deviation: str = ""
    record: MaybeDigest = ""


class CorrectDeviation(Request, frozen=True, tag="performance.correct/1"):
    """Handle a deviation by its class (分类处置)."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    handling: Said
    words: Said
    record: MaybeDigest = ""


class EvaluateResult(Request, frozen=True, tag="performance.evaluate/1"):
    """Enter a year's evaluation: grade, score of 100 if any, each measure's value, who was reached."""

    year: FiscalYear
    grade: Said
    values: tuple[Came, ...] = ()
    score: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    reached: tuple[Helped, ...] = ()
    record: MaybeDigest = ""


class ExplainShortfall(Request, frozen=True, tag="performance.explain/1"):
    """Say why a result fell short, for the duty (责任) that answers for it."""

    duty: Said
    words: Said
    record: MaybeDigest = ""


class HoldToAccount(Request, frozen=True, tag="performance.account/1"):
    """Hold a post to account for no result (问责)."""

    accountable: Said
    words: Said
    record: MaybeDigest = ""


class ReportDuty(Request, frozen=True, tag="performance.report-duty/1"):
    """Hand in the work that a duty performs for the county, such as a third party's."""

    duty: Said
    words: Said
    record: MaybeDigest = ""


class RecordLinkage(Request, frozen=True, tag="performance.record-linkage/1"):
    """Record what was really done of a project's linkage."""

    modes: Annotated[tuple[Said, ...], msgspec.Meta(min_length=1)]
    reached: Annotated[tuple[Helped, ...], msgspec.Meta(min_length=1)]
    operator: str = ""
    reason: str = ""
    record: MaybeDigest = ""


class ConfirmHousehold(Request, frozen=True, tag="performance.confirm-household/1"):
    """Confirm one household led by an operator; *household* is an opaque number, no name."""

    household: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")]
    group: Said
    operator: Said
    record: Digest


class FindWeakness(Request, frozen=True, tag="performance.find-weakness/1"):
    """Find that the linkage has little effect."""

    words: Said
    record: MaybeDigest = ""


class MendWeakness(Request, frozen=True, tag="performance.mend/1"):
    """Say how it was put right."""

    words: Said
    record: MaybeDigest = ""


class ClosePerformance(Request, frozen=True, tag="performance.close/1"):
    """Follow the project's results no longer."""

    words: Said


class FormAsset(Request, frozen=True, tag="asset.form/1"):
    """A project formed an asset out of the payments of *claims*: of all that are in no asset yet, if none are named."""

    project_no: Said
    name: Said
    nature: Said
    claims: tuple[Said, ...] = ()
    record: MaybeDigest = ""


class AddPayments(Request, frozen=True, tag="asset.add-payments/1"):
    """Add the payments of claims that were made since."""

    claims: tuple[Said, ...] = ()


class ConfirmTitle(Request, frozen=True, tag="asset.confirm-title/1"):
    """Confirm whose the asset is (确权): the register's or the agreement's number, and its paper."""

    owner: Said
    reference: Said
    record: Digest


class HandOverAsset(Request, frozen=True, tag="asset.hand-over/1"):
    """Hand the asset over, with the receipt."""

    to: Said
    record: Digest


class SetKeeper(Request, frozen=True, tag="asset.set-keeper/1"):
    """Set who keeps the asset up, and how."""

    keeper: Said
    words: Said
    record: MaybeDigest = ""


class LogUpkeep(Request, frozen=True, tag="asset.log-upkeep/1"):
    """Enter what was done for the upkeep."""

    words: Said
    record: MaybeDigest = ""


class EnterIncome(Request, frozen=True, tag="asset.enter-income/1"):
    """Enter income of the asset, in fen."""

    amount_fen: Annotated[int, msgspec.Meta(ge=1)]
    words: Said
    record: MaybeDigest = ""


class ShareIncome(Request, frozen=True, tag="asset.share-income/1"):
    """Distribute income to a permitted use."""

    amount_fen: Annotated[int, msgspec.Meta(ge=1)]
    use: Said
    to: Said
    record: MaybeDigest = ""


class FindIdle(Request, frozen=True, tag="asset.find-weakness/1"):
    """Find that the asset stands idle, or is run at a loss."""

    kind: Literal["idle", "loss"]
    words: Said
    record: MaybeDigest = ""


class MendAsset(Request, frozen=True, tag="asset.mend/1"):
    """Say how it was put right."""

    words: Said
    record: MaybeDigest = ""


class DisposeAsset(Request, frozen=True, tag="asset.dispose/1"):
    """Dispose of the asset: how, for how much, by which decision."""

    words: Said
    amount_fen: Annotated[int, msgspec.Meta(ge=0)]
    record: Digest


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


class CosignStep(Request, frozen=True, tag="project.cosign/1"):
    """Sign, for one's own post, a project's step that is taken together with others (会签)."""

    step: Words
    opinion: str = ""


class CosignPlan(Request, frozen=True, tag="plan.cosign/1"):
    """Sign, for one's own post, the draft of a plan that is drafted together with others (会签)."""

    opinion: str = ""


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
    | ExportRows
    | AcknowledgeRows
    | ReverseRow
    | SendRowAgain
    | EnterDisclosure
    | PublishDisclosure
    | RaiseObjection
    | RuleObjection
    | WithdrawDisclosure
    | TakeDownDisclosure
    | RecordTraining
    | TakeReport
    | AnswerReport
    | SetMeasures
    | MonitorResult
    | CorrectDeviation
    | EvaluateResult
    | ExplainShortfall
    | HoldToAccount
    | ReportDuty
    | RecordLinkage
    | ConfirmHousehold
    | FindWeakness
    | MendWeakness
    | ClosePerformance
    | FormAsset
    | AddPayments
    | ConfirmTitle
    | HandOverAsset
    | SetKeeper
    | LogUpkeep
    | EnterIncome
    | ShareIncome
    | FindIdle
    | MendAsset
    | DisposeAsset
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
    | DispatchRequest
    | WatchRequest
    | CosignStep
    | CosignPlan
    | PeopleRequest
    | ObligationRequest
    | MeetingRequest
    | EmergencyRequest
    | HandlingRequest
    | OrderRequest
    | PaperRequest
    | CorrectingRequest
)


def name_of(request: type) -> str:
    """Return the name and version of a kind of request, such as `fund.register/1`."""
    return str(request.__struct_config__.tag)  # type: ignore[attr-defined]


NUMBER_MAX = 10**15  # In fen ten trillion yuan: more than any county has, less than where a store's integers end.
_DECODER: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
KIND_OF: dict[type, str] = {r: str(r.__struct_config__.tag).split(".")[0] for r in get_args(AnyRequest)}
OF_ANY_KIND = "paper"  # A case of whatever kind has papers.


def to_body(request: AnyRequest) -> str:
    """Return the canonical text of a request: what is signed."""
    try:
        return msgspec.json.encode(request, order="sorted").decode()
    except UnicodeEncodeError as e:
        raise BadInputError("request", f"{e.object[e.start : e.end]!r} 不是文字 / is no text") from e


def from_body(body: str) -> AnyRequest:
    """Return the request that *body* is.

    Raises:
        BadInputError: If it is none, with the field that is wrong.
    """
    try:
        request = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as e:
        # Of the pattern of what is said nobody would read more than that.
        told = str(e).replace(f"`str` matching regex {SEEN!r}", "words, and not only blanks")
        raise BadInputError("request", told) from e
    for at, plain in _leaves(msgspec.to_builtins(request), "request"):
        if isinstance(plain, int) and abs(plain) > NUMBER_MAX:
            raise BadInputError("request", f"a number is over {NUMBER_MAX}")
        # Blanks that are none for Python, of no width; the others each rule looks for itself.
        if isinstance(plain, str) and plain.strip() and not says_something(plain):
            raise BadInputError(at, "只有看不见的字符 / made of characters that nobody can see")
        if isinstance(plain, str) and has_mark(plain):  # A door that seals nothing would write the name down for ever.
            raise BadInputError(at, "[[…]] 须由受理端封存 / a name in [[…]] must be sealed at the door")
    return request


def _leaves(plain: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Yield each number and text, with the field that it stands in."""
    if isinstance(plain, dict | list | tuple):
        for name, part in plain.items() if isinstance(plain, dict) else ((at, one) for one in plain):
            yield from _leaves(part, str(name))
    else:
        yield at, plain


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
    ExportRows: "export",
    AcknowledgeRows: "acknowledge",
    ReverseRow: "reverse",
    SendRowAgain: "send-again",
    EnterDisclosure: "",
    RaiseObjection: "object",
    WithdrawDisclosure: "withdraw",
    TakeDownDisclosure: "take-down",
    RecordTraining: "",
    TakeReport: "",
    AnswerReport: "answer",
    SetMeasures: "set-measures",
    MonitorResult: "monitor",
    EvaluateResult: "evaluate",
    HoldToAccount: "account",
    ReportDuty: "report-duty",
    RecordLinkage: "record-linkage",
    ConfirmHousehold: "confirm-household",
    FindWeakness: "find-weakness",
    MendWeakness: "mend",
    ClosePerformance: "close",
    FormAsset: "",
    AddPayments: "add-payments",
    ConfirmTitle: "title",
    HandOverAsset: "handover",
    SetKeeper: "keep",
    LogUpkeep: "upkeep",
    EnterIncome: "income",
    ShareIncome: "share",
    FindIdle: "find-weakness",
    MendAsset: "mend",
    DisposeAsset: "dispose",
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
    CosignPlan: "cosign",
    # What these cases are asked has the name of the request itself.
    **{
        r: str(r.__struct_config__.tag).partition(".")[2].removesuffix("/1")
        for union in (
            DispatchRequest,
            WatchRequest,
            PeopleRequest,
            ObligationRequest,
            EmergencyRequest,
            HandlingRequest,
            OrderRequest,
            CorrectingRequest,
        )
        for r in get_args(union)
    },
    CallMeeting: "",
    LeaveAgenda: "leave-items",
    FileMeetingMinutes: "minutes",
    AttachPaper: ATTACH,
    WithdrawPaper: WITHDRAW_PAPER,
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
        case CosignStep(step=step):
            return f"cosign:{step}"
        case AnswerGate(gate=gate):
            return gate
        case PublishDisclosure(corrects=corrects):
            return "correct" if corrects else "publish"
        case RuleObjection(number=number):
            return f"rule:{number}"
        case CorrectDeviation(number=number):
            return f"correct:{number}"
        case ExplainShortfall(duty=duty):
            return f"explain:{duty}"
        case DecideItems(decisions=(one,)):
            return f"decide:{one.no}"
        case DecideItems():
            return "decide"
        case AgreeSurplus(party=party):
            return f"agree:{party}"
        case _:
            return _STEPS[type(request)]


def answered_step_of(request: type[AnyRequest]) -> str | None:
    """Return the step that every request of a kind answers; None where each says it itself."""
    return _STEPS.get(request)
