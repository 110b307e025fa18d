"""From the words of a command line to a request: which decision, on which open step, with which papers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from domain.bank_facts import EntryAnswer, Unlike
from domain.correcting_requests import WithdrawClaim, WithdrawPlan, WithdrawProject
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.requests import (
    KIND_OF,
    OF_ANY_KIND,
    AgreeSurplus,
    AnswerGate,
    AnswerStep,
    AnyMove,
    AnyRequest,
    ApproveSurplus,
    AttestBan,
    BouncePayment,
    ConfirmPayment,
    CosignPlan,
    CosignStep,
    DecidePlan,
    EnterArrival,
    FileMinutes,
    MoveClaim,
    MoveFund,
    MovePlan,
    MoveProject,
    NotifyDepartment,
    RefundPayment,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    SetLinkage,
    SetTarget,
    from_body,
    name_of,
)
from doors.texts import t


class Word(StrEnum):
    """What can be said about a case."""

    APPROVE = "approve"
    RETURN = "return"
    SEND = "send"
    CONFIRM = "confirm"
    BOUNCE = "bounce"
    REFUND = "refund"
    REPORT = "report"
    NOTIFY = "notify"
    RELEASE = "release"
    MINUTES = "minutes"
    ATTEST = "attest"
    TARGET = "target"
    LINKAGE = "linkage"
    ASK = "ask"
    ARRIVE = "arrive"
    MOVE = "move"
    REJECT = "reject"
    WITHDRAW = "withdraw"


MOVES: dict[str, type[AnyMove]] = {"fund": MoveFund, "plan": MovePlan, "project": MoveProject, "claim": MoveClaim}

WITHDRAWALS: dict[str, type[WithdrawClaim | WithdrawPlan | WithdrawProject]] = {
    "claim": WithdrawClaim,
    "plan": WithdrawPlan,
    "project": WithdrawProject,
}


@dataclass(frozen=True)
class Given:
    """What stands on the command line beside the case."""

    word: Word
    note: str = ""
    to: str = ""
    paper: Path | None = None
    body: Path | None = None
    meeting: str = ""
    present: int = 0
    quorum: int = 0
    department: str = ""
    plan: str = ""
    contractor: str = ""
    amount_fen: int = 0
    bank_ref: str = ""
    occurred_on: date | None = None
    evidence: str = ""
    ban: str = ""
    caught: bool = False
    households: int = 0
    document: str = ""
    item: str = ""
    portions: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    request: str = ""
    fields: tuple[str, ...] = ()
    minutes: str = ""  # The digest of those that are attached.


Seal = Callable[[Any], Any]


def as_it_is(plain: Any) -> Any:
    """Return data as it is: where no name is to be sealed."""
    return plain


def asked_request(kind: str, given: Given, steps: list[str], today: date, seal: Seal = as_it_is) -> AnyRequest:
    """Return the request for a case of *kind* that waits at *steps*; names that are marked in it are sealed by *seal*.

    Raises:
        BadInputError: If the words do not fit the case, or a paper cannot be read.
    """
    if given.word is Word.ASK:
        return _asked(kind, given, seal)
    request = _plain(kind, given, steps) or _check(kind, given) or _answer(kind, given, steps, today)
    if request is None:
        waiting = ", ".join(steps) or "-"
        word = given.word.value
        reason = t(f"{kind} 不能 {word}；现在等待：{waiting}", f"{word} is not for a {kind}; it waits for: {waiting}")
        raise BadInputError("DECISION", reason)
    request = msgspec.structs.replace(request, occurred_on=given.occurred_on, evidence=given.evidence)
    made = seal(plain := msgspec.to_builtins(request))
    return request if made == plain else _from_plain(made)


def _asked(kind: str, given: Given, seal: Seal) -> AnyRequest:
    asked = _named(kind, given, seal) if given.request else _from_text(_text(given.body), seal)
    on, evidence = given.occurred_on or asked.occurred_on, given.evidence or asked.evidence
    return msgspec.structs.replace(asked, occurred_on=on, evidence=evidence)


def _from_text(text: str, seal: Seal) -> AnyRequest:
    try:
        return _from_plain(seal(msgspec.json.decode(text)))
    except (msgspec.DecodeError, RecursionError):
        return from_body(text)  # It says what is wrong.


def _from_plain(plain: Any) -> AnyRequest:
    return from_body(msgspec.json.encode(plain).decode())


def _named(kind: str, given: Given, seal: Seal) -> AnyRequest:
    """Return the request of a name, with its fields given as NAME=VALUE.

    Raises:
        BadInputError: With the names that there are for such a case, or the fields of the one asked for.
    """
    known = {name_of(r): r for r, of in KIND_OF.items() if of in (kind, OF_ANY_KIND)}
    if given.request not in known:
        names = ", ".join(sorted(known)) or "-"
        said = f"{kind} 没有 {given.request}；有：{names}", f"{given.request} is not for a {kind}; there are: {names}"
        raise BadInputError("--request", t(*said))
    own = [field.name for field in msgspec.structs.fields(known[given.request])]
    fields: dict[str, object] = {"type": given.request}
    for part in given.fields:
        name, equals, value = part.partition("=")
        if not equals or name not in own:
            said = f"写成 字段=值；字段有：{', '.join(own)}", f"write FIELD=VALUE; its fields: {', '.join(own)}"
            raise BadInputError(f"--set {part}", t(*said))
        fields[name] = _value(value)
    return _from_plain(seal(fields))


def _value(text: str) -> object:
    """Return a value as JSON has it, or the text where it is none: a number, a list, words."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _plain(kind: str, given: Given, steps: list[str]) -> AnyRequest | None:
    match kind, given.word:
        case "claim", Word.SEND:
            return SendPayment()
        case "claim", Word.CONFIRM:
            return ConfirmPayment(bank_ref=_needed("--bank-ref", given.bank_ref))
        case "claim", Word.BOUNCE:
            return BouncePayment(reason=_needed("--note", given.note))
        case "claim", Word.REFUND:
            return RefundPayment(reason=_needed("--note", given.note))
        case "fund", Word.REPORT:
            return ReportReceipt()
        case "fund", Word.NOTIFY:
            return NotifyDepartment(department=_needed("--department", given.department))
        case "fund", Word.RELEASE:
            return ReleaseMoney(plan_no=_needed("--plan", given.plan))
        case "fund", Word.ARRIVE:
            document, item = _needed("--document", given.document), _needed("--item", given.item)
            return EnterArrival(document_no=document, item_no=item, portions=_portions(given.portions))
        case "plan", Word.MINUTES:
            stage = _after("minutes:", steps)
            return (
                FileMinutes(stage=stage, digest=_needed("--paper", _digest(given.paper) or given.minutes))
                if stage
                else None
            )
        case _, Word.WITHDRAW if kind in WITHDRAWALS:
            return WITHDRAWALS[kind](reason=_needed("--note", given.note))
        case _, Word.MOVE if kind in MOVES:
            return MOVES[kind](reason=_needed("--note", given.note), to=given.to)
        case _:
            return None


def _check(kind: str, given: Given) -> AnyRequest | None:
    """Return what is said of a project for its county's checks."""
    record = _digest(given.paper)
    match kind, given.word:
        case "project", Word.ATTEST:
            return AttestBan(
                ban=_needed("--ban", given.ban),
                clear=not given.caught,
                opinion=_needed("--note", given.note) if given.caught else given.note,
                record=record,
            )
        case "project", Word.TARGET:
            return SetTarget(target=_needed("--note", given.note), record=record)
        case "project", Word.LINKAGE:
            if given.households < 1:
                raise BadInputError("--households", t("须为正整数", "at least one"))
            return SetLinkage(mode=_needed("--note", given.note), households=given.households, record=record)
        case _:
            return None


def _answer(kind: str, given: Given, steps: list[str], today: date) -> AnyRequest | None:
    if given.word not in (Word.APPROVE, Word.RETURN, Word.REJECT) or not steps:
        return None
    approve, end = given.word is Word.APPROVE, given.word is Word.REJECT
    if kind == "surplus":
        return None if end else _of_sweep(given, steps[0])
    if kind == "claim":
        return AnswerGate(gate=steps[0], approve=approve, opinion=given.note, end=end)
    if steps[0].startswith("cosign") and approve:
        return _cosigned(steps[0], given.note)
    if kind == "project":
        return AnswerStep(
            step=steps[0],
            approve=approve,
            opinion=given.note,
            record=_digest(given.paper),
            return_to=given.to,
            contractor=given.contractor,
            amount_fen=given.amount_fen,
            tests=tuple(EntryAnswer(test, met=True) for test in given.met),
            unlike=_told_apart(given.unlike),
            end=end,
        )
    if kind == "plan" and (stage := _after("decide:", steps)):
        return DecidePlan(
            stage=stage,
            meeting_no=_needed("--meeting", given.meeting),
            held_on=given.occurred_on or today,
            present=given.present,
            quorum=given.quorum,
            approve=approve,
            opinion=given.note,
            end=end,
        )
    return None


def _cosigned(step: str, note: str) -> AnyRequest:
    """Return the co-signature of what is done together: of a project's step, or of a plan."""
    _, _, of = step.partition(":")
    return CosignStep(step=of, opinion=note) if of else CosignPlan(opinion=note)


def _of_sweep(given: Given, step: str) -> AnyRequest | None:
    """Return the answer to a sweep's open step: of one who agrees, or of the body."""
    approve = given.word is Word.APPROVE
    if step.startswith("agree:") and approve:
        return AgreeSurplus(party=step.removeprefix("agree:"))
    if step == "approve":
        return ApproveSurplus(approve=approve, opinion=given.note, record=_digest(given.paper))
    return None


def _told_apart(given: tuple[str, ...]) -> tuple[Unlike, ...]:
    """Return what looks alike and is not the same, given as NO=REASON."""
    parts = [part.partition("=") for part in given]
    for no, _, reason in parts:
        if not no.strip() or not reason.strip():
            raise BadInputError("--unlike", t("写成 项目编号=理由", "write NO=REASON"))
    return tuple(Unlike(no, reason) for no, _, reason in parts)


def _portions(given: tuple[str, ...]) -> tuple[PortionReceived, ...]:
    """Return what came of each pool, given as POOL=FEN."""
    _needed("--portion", " ".join(given))
    parts = [part.partition("=") for part in given]
    for pool, _, amount_fen in parts:
        if not pool or not (amount_fen.isascii() and amount_fen.isdigit()):
            reason = t("写成 资金池=分，如 integrated=30000000000", "write POOL=FEN, such as integrated=30000000000")
            raise BadInputError("--portion", reason)
    return tuple(PortionReceived(pool, int(amount_fen)) for pool, _, amount_fen in parts)


def _after(prefix: str, steps: list[str]) -> str:
    return next((step.removeprefix(prefix) for step in steps if step.startswith(prefix)), "")


def _needed(flag: str, value: str) -> str:
    if not value.strip():
        raise BadInputError(flag, t("这一决定必须填写", "this decision needs it"))
    return value


def _digest(paper: Path | None) -> str:
    if paper is None:
        return ""
    try:
        with paper.open("rb") as stream:
            digest = sha256()
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as e:
        raise BadInputError(f"--paper {paper}", str(e.strerror)) from e
    return digest.hexdigest()


def _text(body: Path | None) -> str:
    if body is None:
        said = (
            "ask 须给出 --request 名称，或 --body 请求的 JSON 文件",
            "ask needs --request NAME, or --body FILE with the request in JSON",
        )
        raise BadInputError("--body", t(*said))
    try:
        return body.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise BadInputError(f"--body {body}", str(e)) from e
