"""`bridgefund files`: the papers of a case and their files: attach, list, get, take back."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cli.acting import AS_POST, KEY, Signer, send, signer_of, standing_in_for
from cli.errors import exits_on_error, run_command
from cli.file_transfers import fetched, stored
from cli.reading import JsonOption, StoreOption, console_of
from cli.tables import table
from cli.whereabouts import ADDRESS_OPTION, temporal_address
from domain.calendar import day_of
from domain.cases import parse_case
from domain.file_checks import check_name
from domain.paper_requests import AttachPaper, PaperRequest, WithdrawPaper
from domain.papers import PaperAttached
from domain.procedures.papers import rule_of
from domain.requests import from_body, to_body
from doors.case_papers import CasePapers
from doors.names import Names, people_of
from doors.paper_files import file_store
from doors.stores import open_store
from doors.texts import t
from doors.vault import sealed_request
from settings import Settings

CASE = Annotated[str, typer.Argument(help=t("案件，如 sample/project/S05", "such as sample/project/S05"))]
PAPER = Annotated[str, typer.Argument(help=t("附件名称，如 contract", "the paper's name, such as contract"))]
FOR = Annotated[
    str, typer.Option("--for", metavar="PERSON", help=t("代理某人办理", "stand in for a person, as the deputy"))
]
POST = Annotated[str, typer.Option(help=t("用密钥时的岗位", "your post, with --key"))]
COMMAND_ID = Annotated[str, typer.Option(help=t("命令编号，重发不重复", "id of the command, safe to repeat"))]
_SHOWN = 12  # Of a digest, in a table.

app = typer.Typer(help=t("附件：提交、查看、取出、撤回", "papers and their files"), no_args_is_help=True)


def _looked_at(case: str, store: str | None) -> CasePapers:
    return CasePapers.of(open_store(store), "/".join(parse_case(case)))


def _settings() -> Settings:
    return Settings.from_env(os.environ)


def _signer(of: CasePapers, step: str, as_post: str, key: Path | None, post: str, on_behalf_of: str) -> Signer:
    """Return who signs for a step's paper; the post is the step's own where none is named."""
    steps = of.steps()
    of_step = next(iter(steps[step].posts), "") if step in steps else ""
    signer = signer_of(of.ledger, of.case, as_post, key, post or of_step)
    return standing_in_for(of.ledger, of.case, signer, on_behalf_of) if on_behalf_of else signer


@app.command(
    help=t(
        "附上一份文件：先存入文件库，再签名办理。类型按内容认定；已有同名附件的，写明 --reason 即为更换，旧版本保留。",
        "Attach a file: it is put into the file store, then asked for, signed. Its type is told by its content. Where "
        "a paper of that name stands, --reason puts this one in its place; the old version is kept.",
    ),
    epilog=t(
        "例：bridgefund files attach sample/project/S05 验收报告.pdf --paper acceptance_report --as "
        "competent_department\n\n再附一件：--paper vouchers#2\n\n更换：--reason 补签字",
        "Example: bridgefund files attach sample/project/S05 report.pdf --paper acceptance_report --as "
        "competent_department\n\nA further one of a kind: --paper vouchers#2\n\nA new version: --reason 'signed now'",
    ),
)
def attach(
    case: CASE,
    file: Annotated[Path, typer.Argument(help=t("文件", "the file"))],
    *,
    paper: Annotated[str, typer.Option(help=t("附件名称，如 contract", "the paper's name, such as contract"))],
    step: Annotated[str, typer.Option(help=t("所属环节", "its step; default the one that needs it"))] = "",
    name: Annotated[str, typer.Option(help=t("登记的文件名", "the name to record; default the file's own"))] = "",
    reason: Annotated[str, typer.Option(help=t("更换的理由", "why it takes the place of what stands"))] = "",
    as_post: AS_POST = "",
    key: KEY = None,
    post: POST = "",
    on_behalf_of: FOR = "",
    command_id: COMMAND_ID = "",
    store: StoreOption = None,
    address: ADDRESS_OPTION = None,
    as_json: JsonOption = False,
) -> None:
    """Attach a paper."""
    with exits_on_error():
        of = _looked_at(case, store)
        where = temporal_address(address, _settings(), of.ledger.url)
        stands = of.papers.standing.get(paper)
        asked = AttachPaper(
            paper=paper,
            step=step or of.step_for(paper),
            file_name=name or file.name,
            digest="0" * 64,
            size_bytes=0,
            media_type="-",
            replaces=stands.digest if stands and reason else "",
            reason=reason,
        )
        asked = sealed_request(of.ledger, asked)
        check_name(asked.file_name)
        from_body(to_body(asked))  # A name that is none is told before anything is stored.
        signer = _signer(of, asked.step, as_post, key, post, on_behalf_of)
        kept = file_store(_settings(), of.ledger.url)
        found, media_type = stored(kept, file, asked.file_name, rule_of(of.rules()))
        is_ = {"digest": found.digest, "size_bytes": found.size_bytes, "media_type": media_type}
        request = msgspec.structs.replace(asked, **is_)
    said = f"{paper} ({request.step}): {request.file_name}, {media_type}, {found.size_bytes} B, sha256 {found.digest}"
    run_command(_send(of, where, request, signer, command_id, said, as_json=as_json))


@app.command(
    help=t(
        "撤回附错的附件：限其环节办理之前；之后只能更换。文件仍留存。",
        "Take a paper back that was attached in error, before its step is taken; later it can only be replaced. Its "
        "file is kept.",
    ),
    epilog=t(
        "例：bridgefund files withdraw sample/project/S05 acceptance_report --reason 附错 --as competent_department",
        "Example: bridgefund files withdraw sample/project/S05 acceptance_report --reason 'wrong file' --as "
        "competent_department",
    ),
)
def withdraw(
    case: CASE,
    paper: PAPER,
    *,
    reason: Annotated[str, typer.Option(help=t("理由", "why"))],
    as_post: AS_POST = "",
    key: KEY = None,
    post: POST = "",
    on_behalf_of: FOR = "",
    command_id: COMMAND_ID = "",
    store: StoreOption = None,
    address: ADDRESS_OPTION = None,
    as_json: JsonOption = False,
) -> None:
    """Take a paper back."""
    with exits_on_error():
        of = _looked_at(case, store)
        where = temporal_address(address, _settings(), of.ledger.url)
        stands = of.version(paper, "")
        request = sealed_request(of.ledger, WithdrawPaper(paper=paper, digest=stands.digest, reason=reason))
        from_body(to_body(request))
        signer = _signer(of, stands.step, as_post, key, post or stands.act.post, on_behalf_of)
    said = t(f"撤回 {paper}：sha256 {stands.digest}", f"{paper} taken back: sha256 {stands.digest}")
    run_command(_send(of, where, request, signer, command_id, said, as_json=as_json))


async def _send(
    of: CasePapers, where: str, request: PaperRequest, signer: Signer, command_id: str, said: str, *, as_json: bool
) -> int:
    code = await send(of.ledger, where, _settings().task_queue, of.id, request, signer, command_id, as_json=as_json)
    if not as_json:
        typer.echo(said)
    return code


@app.command(
    "list",
    help=t(
        "一件案件的全部附件：环节、文件、类型、大小、摘要、谁何时提交、被更换的旧版本，及各环节还缺什么。",
        "The papers of a case: step, file, type, size, digest, who attached them when, what they replaced; and what "
        "each step still lacks.",
    ),
    epilog=t("例：bridgefund files list sample/project/S05", "Example: bridgefund files list sample/project/S05"),
)
def of_case(case: CASE, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the papers of a case."""
    with exits_on_error():
        of = _looked_at(case, store)
        of.check_begun()
        lacking, rows = of.lacking(), [_row(of, one) for one in of.versions]
        if as_json:
            whole = {"sample": of.sample, "case": of.id, "papers": rows, "not_attached": lacking}
            typer.echo(json.dumps(whole, ensure_ascii=False, indent=2, default=date.isoformat))
            return
        console, names = console_of(sample=of.sample), Names.of(of.ledger, of.case.county, people_of(of.ledger.url))
        size = t("字节", "bytes")
        heads = t("环节", "step"), t("附件", "paper"), t("文件", "file"), size, t("谁", "who"), t("摘要", "digest")
        made = table(*heads, right=(size,))
        for row in rows:
            digest = f"{row['digest'][:_SHOWN]}… {_state(row)}".strip()
            by = f"{names.who(row['post'], row['person'])} {row['recorded_on']}"
            made.add_row(names.step(row["step"]), row["paper"], row["file_name"], str(row["size_bytes"]), by, digest)
        console.print(made)
        for line in _lacking(lacking, names):
            console.print(line)


def _lacking(lacking: dict[str, tuple[str, ...]], names: Names) -> Iterator[str]:
    for step, kinds in lacking.items():
        yield t(f"{names.step(step)} 未附：", f"{names.step(step)}, not attached: ") + ", ".join(kinds)


def _state(row: dict[str, Any]) -> str:
    said = {
        "stands": ("", ""),
        "replaced": ("（已更换）", "(replaced)"),
        "withdrawn": ("（已撤回）", "(taken back)"),
    }
    return t(*said[row["state"]])


def _row(of: CasePapers, one: PaperAttached) -> dict[str, Any]:
    return {
        "paper": one.paper,
        "step": one.step,
        "file_name": one.file_name,
        "digest": one.digest,
        "size_bytes": one.size_bytes,
        "media_type": one.media_type,
        "replaces": one.replaces,
        "reason": one.reason,
        "state": of.state_of(one),
        "person": one.act.person,
        "post": one.act.post,
        "recorded_on": day_of(one.act.recorded_at),
    }


@app.command(
    help=t(
        "取出一份附件的文件；取出时核对摘要，有改动即不留文件。旧版本用 --digest 指明。",
        "Get a paper's file; its digest is checked on the way, and an altered file is not left. --digest names an "
        "older version.",
    ),
    epilog=t(
        "例：bridgefund files get sample/project/S05 acceptance_report -o 验收报告.pdf",
        "Example: bridgefund files get sample/project/S05 acceptance_report -o report.pdf",
    ),
)
def get(
    case: CASE,
    paper: PAPER,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=t("写到", "where to; default the file's own name here"))
    ] = None,
    digest: Annotated[
        str, typer.Option(help=t("哪一版本（摘要开头）", "which version, by its digest's beginning"))
    ] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Get a paper's file."""
    with exits_on_error():
        of = _looked_at(case, store)
        one = of.version(paper, digest)
        target = out or Path(one.file_name)
        fetched(file_store(_settings(), of.ledger.url), one, target)
        row = {"sample": of.sample, "case": of.id, "out": str(target), **_row(of, one)}
    text = f"{target}: {one.media_type}, {one.size_bytes} B, sha256 {one.digest}"
    typer.echo(json.dumps(row, ensure_ascii=False, default=date.isoformat) if as_json else text)
