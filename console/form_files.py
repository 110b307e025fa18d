"""Files inside requests' forms (附件): stored by digest, which the field then holds; attached where a step asks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from console.acting import Asked, ask, foreseen
from console.forms.faults import FieldError
from console.forms.offering import Options
from console.forms.shapes import Choice, Field
from console.house import House
from console.offers import Offer
from console.own_files import OF_OTHERS, of_others, paper_fields
from console.uploads import Uploaded, Uploads
from domain.cases import case_id
from domain.content import Content
from domain.errors import RefusedError
from domain.paper_requests import ATTACH, AttachPaper
from domain.papers import MINUTES, SEVERAL, for_step
from domain.policy.claims import VOUCHERS
from domain.procedures.attached import LODGE
from domain.procedures.signatures import content_of, signed_step
from domain.project import PROJECT
from domain.requests import AnswerStep, AnyRequest, LodgeClaim
from doors.case_papers import CasePapers

Values = Mapping[str, list[str]]
_FILE = ".file"
_ROW = re.compile(r"\.[0-9]{1,6}\.")
FILES_MOST = 20  # That were chosen.


def taken(
    uploads: Uploads, request_type: type, values: Values, data: FormData
) -> tuple[dict[str, list[str]], tuple[FieldError, ...]]:
    """Return what was filled in, with the digest of each file that came with it, and what is wrong with the files."""
    fields, found = paper_fields(request_type), {path: list(said) for path, said in values.items()}
    errors = []
    for number, (path, file) in enumerate(_chosen(data, fields)):
        if number >= FILES_MOST:
            said = f"一次最多上传 {FILES_MOST} 个文件", f"at most {FILES_MOST} files at once"
            errors.append(FieldError(path, *said))
            break
        try:
            digest = uploads.take(file.file, str(file.filename))
        except RefusedError as e:
            errors.append(FieldError(path, e.text("zh"), e.text("en")))
            continue
        several = fields[_pattern(path)].widget == "papers"
        found[path] = list(dict.fromkeys((*found.get(path, ()), digest))) if several else [digest]
    wrong = {error.path for error in errors}
    errors += [error for error in _of_others(uploads, fields, found) if error.path not in wrong]
    return found, tuple(errors)


def _chosen(data: FormData, fields: Mapping[str, Field]) -> Iterator[tuple[str, UploadFile]]:
    """Yield the files that were chosen, each with the path of its field; an empty choice has no name."""
    for name, file in data.multi_items():
        path = name.removesuffix(_FILE)
        if isinstance(file, UploadFile) and file.filename and path != name and _pattern(path) in fields:
            yield path, file


def _pattern(path: str) -> str:
    return _ROW.sub(".*.", path)


def _of_others(uploads: Uploads, fields: Mapping[str, Field], found: Values) -> Iterator[FieldError]:
    """Yield an error for each field that names a file of others."""
    for path, said in found.items():
        if _pattern(path) in fields and of_others(uploads, said):
            yield FieldError(path, *OF_OTHERS)


def with_uploads(
    choices: Mapping[str, Options], request_type: type, known: Mapping[str, Uploaded]
) -> dict[str, Options]:
    """Return what may be chosen, with what was uploaded already: it is shown with its name, and not chosen again."""
    found = dict(choices)
    for path in paper_fields(request_type) if known else ():
        there = found[path].choices if path in found else ()
        listed = {choice.value for choice in there}
        more = (
            Choice(digest, (f"{one.name}（已上传）", f"{one.name} (uploaded)"))
            for digest, one in known.items()
            if digest not in listed
        )
        found[path] = Options((*there, *more))
    return found


async def attached_first(house: House, uploads: Uploads, offer: Offer, asked: Asked) -> Asked:
    """Attach what was uploaded for a step that asks for such papers, so that it stands among them by its name.

    It is done only when the request itself would be taken: else nothing of it is recorded.

    Raises:
        BridgefundError: If the request would be refused, or a paper is.
    """
    papers = await run_in_threadpool(_to_attach, house, uploads, offer, asked.request)
    if papers:
        if (no := await run_in_threadpool(foreseen, house, asked)) is not None:
            raise no
        for paper in papers:
            # Its id is of the form and of the file: of the same form sent twice nothing is attached twice.
            own = f"{asked.command_id}:{ATTACH}-{paper.digest[:16]}"
            await ask(house, Asked(asked.case, paper, asked.seat, own))
    request = await run_in_threadpool(_with_own_seen, house, uploads, offer, asked.request)
    return Asked(asked.case, request, asked.seat, asked.command_id)


def _to_attach(house: House, uploads: Uploads, offer: Offer, request: AnyRequest) -> list[AttachPaper]:
    known, of = uploads.known(), CasePapers.of(house.ledger, case_id(*uploads.case))
    steps, names, found = of.steps(), set(of.papers.versions), []
    for step, kind, digest in dict.fromkeys(_of_steps(house, offer, request)):
        there = {one.digest for one in for_step(of.papers, step, kind)}
        if digest not in known or digest in there or step not in steps or kind not in steps[step].needs:
            continue
        name = next(name for name in _names(kind) if name not in names)
        names.add(name)
        file = known[digest]
        found.append(
            AttachPaper(
                paper=name,
                step=step,
                file_name=file.name,
                digest=digest,
                size_bytes=file.size_bytes,
                media_type=file.media_type,
            )
        )
    return found


def _of_steps(house: House, offer: Offer, request: AnyRequest) -> Iterator[tuple[str, str, str]]:
    """Yield the step, the kind and the digest of each file of a request that is a paper of a step."""
    match request:
        case AnswerStep(step=step, record=record):
            project = house.ledger.shared(PROJECT, case_id(*offer.case))
            terms = project.registered.terms.steps if project.registered else ()
            yield from ((step, one.record, record) for one in terms if one.id == step and record and one.record)
        case LodgeClaim(vouchers=vouchers, papers=papers):
            yield from ((LODGE, VOUCHERS, digest) for digest in vouchers)
            yield from ((LODGE, one.kind, one.digest) for one in papers)
        case _ if offer.step.partition(":")[0] == MINUTES:
            said: Any = getattr(request, "digest", "") or getattr(request, "record", "")
            yield offer.step, MINUTES, said


def _names(kind: str) -> Iterator[str]:
    yield kind
    yield from (f"{kind}{SEVERAL}{number}" for number in range(2, 10_000))


def _with_own_seen(house: House, uploads: Uploads, offer: Offer, request: AnyRequest) -> AnyRequest:
    """Return a request on what the case says now, if all that has changed since the form is the request's own files.

    Anything else that has changed meanwhile is left to the engine, which refuses it. What the asker uploaded for an
    earlier step was there when the form was seen.
    """
    step = signed_step(request)
    content = content_of(house.ledger.shared, uploads.case, step) if step and request.seen else None
    if content is None or content.digest == request.seen:
        return request
    own = _own_papers(house, uploads, offer, request)
    before = Content(tuple(part for part in content.parts if part.kind != "papers" or part.name not in own))
    return msgspec.structs.replace(request, seen=content.digest) if before.digest == request.seen else request


def _own_papers(house: House, uploads: Uploads, offer: Offer, request: AnyRequest) -> frozenset[str]:
    """Return the names by which a request's own files stand for its step: for others the same file may stand too."""
    own, known = set(_of_steps(house, offer, request)), uploads.known()
    standing = CasePapers.of(house.ledger, case_id(*uploads.case)).papers.standing
    return frozenset(
        name for name, one in standing.items() if one.digest in known and (one.step, one.kind, one.digest) in own
    )
