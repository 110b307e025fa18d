"""The JSON API: asking something of a case. What is sent is read as the engine reads it, and signed at this door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from console.access import HouseHere, OfCounty
from console.acting import Asked, ask, command_id, foreseen, seat_of, signed
from console.api.addresses import County, Kind, No
from console.api.case_data import case_of
from console.api.models import AnswerOut
from console.api.problems import WRITES
from console.errors import HereError, NotHereError, TooLargeError, problem_of
from console.forms.shapes import BODY_MAX, TEXT_MAX
from console.house import House
from console.nonces import fresh
from console.offers import BEGINS
from console.own_files import check_own
from console.uploads import Uploads
from console.visitor import Visitor
from domain.act import RepeatDiffersError
from domain.cases import CaseId, case_id
from domain.errors import BadInputError, BridgefundError
from domain.paper_requests import AttachPaper
from domain.procedures.papers import asked_of
from domain.registry import BY_KIND
from domain.rehearsing import Rehearsal
from domain.requests import KIND_OF, OF_ANY_KIND, AnyRequest, from_body, name_of, to_body
from domain.sealed import each_text
from doors.rehearsed import DONE, REFUSED, WOULD
from doors.texts import t

router = APIRouter(prefix="/api", tags=["asking"], responses=WRITES)
ASKED = "Asked"  # The schema of what is sent.
JSON = "application/json"
REQUEST_MOST = 256 << 10  # What crosses the wire to a workflow is bounded.
OWN_ID = r"^[A-Za-z0-9._-]{8,64}$"
_OwnId = Annotated[str, msgspec.Meta(pattern=r"\A([A-Za-z0-9._-]{8,64})?\Z")]
_STEP = "api"  # In a command's id the place of the step: one id of a client's own is of one request, whatever it asks.
_DryRun = Annotated[bool, Query(description="只看会怎样，不记账 / only tell what would come of it")]


class NotJsonError(HereError):
    """What was sent is not said to be JSON."""

    status = 415
    zh = "须以 content-type: application/json 提交"
    en = "send it with content-type: application/json"


class _Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body: the request itself is read by the engine's own reading."""

    request: msgspec.Raw
    post: str
    on_behalf_of: str = ""
    command_id: _OwnId = ""
    seen: str = ""


@dataclass(frozen=True)
class _Wanted:
    asked: Asked
    done: bool  # It took effect when it was sent before.


@router.post(
    "/{county}/{kind}/{no}/requests",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{ASKED}"}}},
        }
    },
)
async def send(
    request: Request,
    house: HouseHere,
    visitor: OfCounty,
    county: County,
    kind: Kind,
    no: No,
    dry_run: _DryRun = False,  # noqa: FBT002 - a query's
) -> AnswerOut:
    """办理 / Ask something of a case: it is signed here and sent; or only what would come of it.

    A repeat with the same `command_id` and body is answered the same and stores nothing; with another body it is
    refused. A decision is on what the case says: `seen` names that, and without it what the case says now is meant.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise NotJsonError
    case, body = CaseId(county, kind, no), await request.body()
    wanted = await run_in_threadpool(_wanted, house, visitor, case, body)
    if dry_run:
        no_ = await run_in_threadpool(foreseen, house, wanted.asked)
        return await run_in_threadpool(_answer, house, case, wanted.asked, REFUSED if no_ else WOULD, no_)
    if not wanted.done:
        await ask(house, wanted.asked)
    return await run_in_threadpool(_answer, house, case, wanted.asked, DONE)


def _wanted(house: House, visitor: Visitor, case: CaseId, body: bytes) -> _Wanted:
    """Return what is asked for.

    Raises:
        BadInputError: If it is none, or not for such a case, or names a file of others.
        NotHereError: If there is no such case, and the request does not begin one.
        NotYourSeatError: If it names a post that is not the visitor's.
        RepeatDiffersError: If its id stands for something else.
    """
    sent = _read(body)
    request = from_body(bytes(sent.request).decode())
    _check_fields(request, msgspec.json.decode(sent.request))
    if sent.seen:
        request = from_body(to_body(msgspec.structs.replace(request, seen=sent.seen)))
    check_own(Uploads(house, visitor, case), request)
    seat = seat_of(visitor, case.county, f"{sent.post}@{sent.on_behalf_of}" if sent.on_behalf_of else sent.post)
    if KIND_OF[type(request)] not in (case.kind, OF_ANY_KIND):
        name = name_of(type(request))
        raise BadInputError("request", t(f"{name} 不能用于这类案件", f"{name} is not for a {case.kind}"))
    if not _there_or_begun(house, case, request):
        raise NotHereError
    nonce = sent.command_id or fresh()
    asked = Asked(case_id(*case), request, seat, command_id(case_id(*case), _STEP, seat, nonce))
    return _Wanted(asked, _done_before(house, case, asked))


def _read(body: bytes) -> _Sent:
    if len(body) > REQUEST_MOST:
        raise TooLargeError(most=f"{REQUEST_MOST >> 10} KiB")
    try:
        sent = msgspec.json.decode(body.decode(), type=_Sent)
        plain = msgspec.json.decode(sent.request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        raise BadInputError("body", str(e)) from e
    each_text(plain, _check_text)
    return sent


def _check_text(field: str, text: str) -> str:
    """Check that a text is none that no store takes, and no longer than one of a form."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadInputError(field, t("含有不能保存的字符", "a character of it cannot be stored"))
    if len(text) > (BODY_MAX if field == "decision" else TEXT_MAX):
        raise BadInputError(field, t(f"最多 {TEXT_MAX} 字", f"of {TEXT_MAX} characters at most"))
    return text


def _check_fields(request: AnyRequest, plain: Mapping[str, Any]) -> None:
    """Check that every field is one that its type has: what is misspelt would be left out unsaid."""
    known = {"type", *(one.name for one in msgspec.structs.fields(request))}
    if strange := sorted(set(plain) - known):
        raise BadInputError(strange[0][:100], t("没有这一项", "there is no such field"))


def _there_or_begun(house: House, case: CaseId, request: AnyRequest) -> bool:
    """Return whether there is a case, or may come to be: no process is begun for one that never was."""
    begins = (*BEGINS.get(case.kind, ()), AttachPaper)
    return isinstance(request, begins) or bool(house.read(BY_KIND[case.kind], case_id(*case)).done)


def _done_before(house: House, case: CaseId, asked: Asked) -> bool:
    """Return whether a request took effect when it was sent before.

    Its case may be over by now: its workflow would say that nothing waits.

    Raises:
        RepeatDiffersError: If something else did under its id.
    """
    done: str | None = house.read(*asked_of(case, asked.request)).done.get(asked.command_id)
    if done is None:
        return False
    again = signed(house, asked, Rehearsal(house.ledger))
    if again.digest != done:
        raise RepeatDiffersError(key=asked.command_id, recorded=done[:12], asked=again.digest[:12])
    return True


def _answer(house: House, case: CaseId, asked: Asked, outcome: str, error: BridgefundError | None = None) -> AnswerOut:
    told = problem_of(error) if error else None
    house.fresh()
    there = bool(house.read(BY_KIND[case.kind], case_id(*case)).done)
    return AnswerOut(
        outcome=outcome,
        command_id=asked.command_id,
        rule=told.kind if told else "",
        zh=told.zh if told else "",
        en=told.en if told else "",
        case=case_of(house, case) if there else None,
    )
