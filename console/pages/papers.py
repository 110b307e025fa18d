"""Pages: a case's papers (附件): attach one, take one back, and hand over its file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Query, Request
from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response, StreamingResponse

from console import nonces
from console.access import HouseHere, OfCounty
from console.acting import Asked, ask, command_id, foreseen, seat_of
from console.errors import UNPROCESSABLE, NotHereError, status_of
from console.falling import fall_with_a_paper, warning_of
from console.house import House
from console.named_files import Opened, opened
from console.pages.cases import case_page
from console.paper_rows import INLINE, Tried, named, paper_meant
from console.rendering import see
from console.uploads import file_rule, status_of_file
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.errors import BadInputError, BridgefundError
from domain.paper_requests import ATTACH, WITHDRAW_PAPER, AttachPaper, PaperRequest, WithdrawPaper
from domain.papers import PaperAttached
from domain.registry import BY_KIND
from domain.requests import from_body, to_body
from doors.case_papers import CasePapers
from doors.names import Names
from doors.paper_files import checked, file_store, measured, stored
from doors.texts import t
from doors.vault import sealed_request
from doors.waiting import why_not_text
from files.store import CHUNK_BYTES

router = APIRouter()
_FIELD_MOST = 500
_PAPER = re.compile(r"[^\s/\\#\x00-\x1f\x7f]{1,60}(#[1-9][0-9]{0,3})?")
_NO_DIGEST = "0" * 64
_ANY_PAPER = "paper"
_Step = Annotated[str, Query(max_length=200)]
# Whatever a file may hold, it is no page of ours: it runs no script, and nothing from here is fetched for it.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@dataclass(frozen=True)
class _Filled:
    """The form as it came in."""

    paper: str
    step: str
    reason: str
    digest: str
    seat: str
    nonce: str
    file: UploadFile | None


@router.post("/{county}/{kind}/{no}/papers")
async def attach(request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str) -> Response:
    """Attach a paper, or put a new version in the place of one that stands."""
    case = _case(county, kind, no)
    filled = _filled(await request.form())
    try:
        asked = await run_in_threadpool(_to_attach, house, visitor, case, filled)
        await ask(house, asked)
    except BridgefundError as error:
        return await run_in_threadpool(_refused, request, house, visitor, case, filled, error)
    return see(f"/{case_id(*case)}#papers", "done")


@router.post("/{county}/{kind}/{no}/papers/withdraw")
async def withdraw(request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str) -> Response:
    """Take a paper back that was attached in error."""
    case = _case(county, kind, no)
    filled = _filled(await request.form())
    try:
        asked = await run_in_threadpool(_to_withdraw, house, visitor, case, filled)
        await ask(house, asked)
    except BridgefundError as error:
        return await run_in_threadpool(_refused, request, house, visitor, case, filled, error)
    return see(f"/{case_id(*case)}#papers", "done")


@router.get("/{county}/{kind}/{no}/falls")
def falls(house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, step: _Step = "") -> Response:
    """Say whose signatures a further paper of a step makes fall; nothing where none does."""
    case = _case(county, kind, no)
    of_step = CasePapers.of(house.ledger, case_id(*case)).steps().get(step)
    if of_step is None:
        raise NotHereError
    paper = next(iter(of_step.needs), _ANY_PAPER)
    # From a desk that may not attach it nothing falls.
    fallen = [fall_with_a_paper(house, case, step, paper, seat) for seat in visitor.seats_in(county)]
    return HTMLResponse(str(escape(warning_of(max(fallen, key=len), house.names(county)))))


@router.get("/{county}/{kind}/{no}/papers/{digest}")
def fetch(house: HouseHere, _: OfCounty, county: str, kind: str, no: str, digest: str, inline: str = "") -> Response:
    """Hand over a file that the case names; with `?inline=1` to be looked at, where that is safe."""
    file = opened(house, _case(county, kind, no), digest)
    shows = inline == "1" and file.media_type in INLINE and file.found_type == file.media_type
    headers = {
        "content-disposition": f"{'inline' if shows else 'attachment'}; {_filename(file.name)}",
        "content-length": str(file.size_bytes),
        "content-security-policy": SANDBOX,
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(_pieces(file), headers=headers, media_type=file.media_type)


def _pieces(file: Opened) -> Iterator[bytes]:
    with file.stream:
        while chunk := file.stream.read(CHUNK_BYTES):
            yield chunk


def _filename(name: str) -> str:
    """Return a file's name as RFC 6266 has it: whole in UTF-8, and something plain for whoever reads no more."""
    ending = name.rpartition(".")[2]
    plain = f"paper.{ending}" if ending.isascii() and ending.isalnum() else "paper"
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _case(county: str, kind: str, no: str) -> CaseId:
    if kind not in BY_KIND:
        raise NotHereError
    return CaseId(county, kind, no)


def _filled(data: FormData) -> _Filled:
    said = {name: str(data.get(name, ""))[:_FIELD_MOST] for name in ("paper", "step", "reason", "digest")}
    file = data.get("file")
    return _Filled(
        **{name: text.strip() for name, text in said.items()},
        seat=str(data.get("seat", ""))[:_FIELD_MOST],
        nonce=str(data.get("nonce", ""))[:_FIELD_MOST],
        file=file if isinstance(file, UploadFile) else None,
    )


def _asked(house: House, visitor: Visitor, case: CaseId, filled: _Filled, request: PaperRequest, step: str) -> Asked:
    nonce = nonces.checked(filled.nonce)
    seat = seat_of(visitor, case.county, filled.seat)
    request = sealed_request(house.ledger, request, keep=False)
    from_body(to_body(request))
    return Asked(case_id(*case), request, seat, command_id(case_id(*case), step, seat, nonce))


def _to_attach(house: House, visitor: Visitor, case: CaseId, filled: _Filled) -> Asked:
    """Return what is asked for, with the file in the store: put there last, when nothing else is against it.

    Of the same form sent twice it is the same request. A file whose request is refused after all stays in the store:
    it lies there under its digest, which no fact names, and nobody can fetch it.
    """
    if filled.file is None or not filled.file.filename:
        raise BadInputError("file", t("请选择文件", "choose a file"))
    of, name, stream = CasePapers.of(house.ledger, case_id(*case)), filled.file.filename, filled.file.file
    names = house.names(case.county)
    paper = paper_meant(of, filled.paper, names)
    if not _PAPER.fullmatch(paper):
        said = (
            "不能有空格、斜线，最多 60 字；同类再附一件写作 名称#2",
            "no blanks or slashes, 60 characters at most; a further one of a kind is called NAME#2",
        )
        raise BadInputError(t("附件名称", "which paper"), t(*said))
    request = AttachPaper(
        paper=paper,
        step=filled.step or of.step_for(paper),
        file_name=name,
        digest=_NO_DIGEST,
        size_bytes=0,
        media_type="-",
        reason=filled.reason,
    )
    _asked(house, visitor, case, filled, request, ATTACH)  # Its form is judged before its file is looked at.
    rule = file_rule(house, case.county)
    media_type, found = checked(stream, name, rule), measured(stream)
    replaces = _replaced(of.papers.standing.get(paper), found.digest, filled.reason, names)
    is_ = {"digest": found.digest, "size_bytes": found.size_bytes, "media_type": media_type, "replaces": replaces}
    asked = _asked(house, visitor, case, filled, msgspec.structs.replace(request, **is_), ATTACH)
    if (no := foreseen(house, asked)) is not None:
        raise no
    stored(file_store(house.settings, house.ledger.url), stream, name, rule)
    return asked


def _replaced(stands: PaperAttached | None, digest: str, reason: str, names: Names) -> str:
    """Return the digest in whose place a file comes, or "".

    Raises:
        BadInputError: If another file stands and no reason is given, or the other way round.
    """
    if stands is not None and stands.digest == digest:
        return stands.replaces  # The same form once more.
    if stands is not None and not reason:
        called = named(stands.paper, names)
        zh = f"已有 {called}（{stands.file_name}）：更换请写明理由；另附一件请写作 {called}#2"
        en = f"{called} stands ({stands.file_name}): say why it is replaced, or call another {called}#2"
        raise BadInputError(t("更换的理由", "reason"), t(zh, en))
    if stands is None and reason:
        said = "没有可更换的同名附件；首次提交不写更换的理由", "no paper of that name stands: a first one has no reason"
        raise BadInputError(t("更换的理由", "reason"), t(*said))
    return stands.digest if stands is not None else ""


def _to_withdraw(house: House, visitor: Visitor, case: CaseId, filled: _Filled) -> Asked:
    if not filled.reason:
        raise BadInputError(t("撤回的理由", "reason"), t("请写明撤回的理由", "say why it is taken back"))
    request = WithdrawPaper(paper=filled.paper, digest=filled.digest, reason=filled.reason)
    return _asked(house, visitor, case, filled, request, WITHDRAW_PAPER)


def _refused(
    request: Request, house: House, visitor: Visitor, case: CaseId, filled: _Filled, error: BridgefundError
) -> Response:
    """Show the case's page with what is wrong above the form, which keeps what was filled in."""
    status = status_of_file(error) or (UNPROCESSABLE if isinstance(error, BadInputError) else status_of(error))
    kept = {"paper": filled.paper, "step": filled.step, "reason": filled.reason, "seat": filled.seat}
    return case_page(
        request, house, visitor, case, tried=Tried(why_not_text(error, house.names(case.county)), status, **kept)
    )
