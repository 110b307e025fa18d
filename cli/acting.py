"""`bridgefund act`: a person's decision on a case, signed and sent as at any other door."""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activities.processes import shift_s, wake
from cli.asked import Given, Word, asked_request
from cli.errors import exits_on_error, run_command
from cli.keys import DOOR
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION, temporal_address
from domain.act import OpenStep
from domain.calendar import day_of
from domain.cases import STORE, CaseId, case_id, mandates_stream, parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.mandate import MANDATE, MandateState
from domain.mandate_refusals import NotHolderError
from domain.moving import MOVE
from domain.paper_requests import ATTACH, WITHDRAW_PAPER
from domain.papers import MINUTES, PAPERS, for_step, papers_stream
from domain.registry import BY_KIND
from domain.requests import AnyRequest, answered_step
from domain.signing import CORRECT, WITHDRAW
from domain.store import STORE as STORE_DECIDER
from doors.clock import business_now
from doors.key_files import read_key
from doors.seen import seen_by
from doors.stores import open_store
from doors.texts import t
from doors.vault import sealed_request, sealer
from settings import Settings
from simulation.keys import sample_key
from workflows.client import Door, NoAnswerError, connect

AS_POST = Annotated[str, typer.Option("--as", help=t("以某岗位办理（仅样例库）", "a post (sample store only)"))]
KEY = Annotated[Path | None, typer.Option(help=t("本人密钥文件", "your key file"))]


@dataclass(frozen=True)
class Signer:
    """Who decides, for which post, with which key."""

    person: str
    post: str
    key_id: str
    key: Ed25519PrivateKey
    on_behalf_of: str = ""


def act(
    case: Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))],
    decision: Annotated[Word, typer.Argument(help=t("决定", "the decision"))],
    *,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: Annotated[
        str, typer.Option("--for", metavar="PERSON", help=t("代理某人办理", "stand in for a person, as the deputy"))
    ] = "",
    post: Annotated[str, typer.Option(help=t("用密钥时的岗位", "your post, with --key; default the step's"))] = "",
    note: Annotated[
        str,
        typer.Option(
            help=t(
                "意见（退回、驳回、撤回、move 必填），或目标、机制的内容",
                "opinion (a return, a rejection, a withdrawal and a move need one), or target, linkage",
            )
        ),
    ] = "",
    to: Annotated[
        str,
        typer.Option(
            help=t(
                "退回到的环节；move：改按的政策版本（摘要开头，默认现行版本）",
                "the step to return to; move: the version's digest, or its beginning; default the current one",
            )
        ),
    ] = "",
    paper: Annotated[
        Path | None,
        typer.Option(help=t("附件（记摘要），默认为该环节已附的", "a paper, by digest; default what is attached")),
    ] = None,
    body: Annotated[Path | None, typer.Option(help=t("ask：请求的 JSON", "for ask: a request in JSON"))] = None,
    meeting: Annotated[str, typer.Option(help=t("会议编号", "number of the meeting"))] = "",
    present: Annotated[int, typer.Option(help=t("到会人数", "how many were present"))] = 0,
    quorum: Annotated[int, typer.Option(help=t("法定人数", "the quorum"))] = 0,
    department: Annotated[str, typer.Option(help=t("被通知的部门", "the department told"))] = "",
    plan: Annotated[str, typer.Option(help=t("下达的计划", "the plan to release"))] = "",
    contractor: Annotated[str, typer.Option(help=t("施工单位", "the contractor"))] = "",
    amount_fen: Annotated[int, typer.Option(help=t("金额（分）", "an amount in fen"))] = 0,
    bank_ref: Annotated[str, typer.Option(help=t("银行回单号", "the bank's reference"))] = "",
    ban: Annotated[str, typer.Option(help=t("attest：负面清单的哪一项", "for attest: which ban"))] = "",
    caught: Annotated[
        bool, typer.Option("--caught", help=t("attest：认定有此情形", "for attest: the ban catches it"))
    ] = False,
    households: Annotated[int, typer.Option(help=t("linkage：带动户数", "for linkage: how many households"))] = 0,
    document: Annotated[str, typer.Option(help=t("arrive：到账文件", "for arrive: the document"))] = "",
    item: Annotated[str, typer.Option(help=t("arrive：文件的第几项", "for arrive: its item"))] = "",
    portion: Annotated[
        list[str] | None,
        typer.Option(metavar="POOL=FEN", help=t("arrive：各资金池到账（分）", "for arrive: what came of each pool")),
    ] = None,
    met: Annotated[
        list[str] | None,
        typer.Option(metavar="TEST", help=t("入库：认定符合的入库要求", "for the bank: an entry test that is met")),
    ] = None,
    unlike: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NO=REASON",
            help=t("入库：疑似重复的项目及不是同一项目的理由", "for the bank: a look-alike, why it is another"),
        ),
    ] = None,
    request: Annotated[
        str, typer.Option(metavar="NAME", help=t("ask：请求名称，如 fund.withdraw/1", "for ask: a request's name"))
    ] = "",
    fields: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help=t("ask：字段=值，可多次", "for ask: one of its fields")),
    ] = None,
    seen: Annotated[
        str,
        typer.Option(
            metavar="DIGEST",
            help=t(
                "您看到的内容摘要（见 bridgefund signatures），默认此刻的内容；此后变动即不予受理",
                "digest of what you saw (see bridgefund signatures); default what it says now; refused if it changed",
            ),
        ),
    ] = "",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("发生日期", "the stated day"))] = None,
    evidence: Annotated[str, typer.Option(help=t("发生日期的依据", "evidence of the stated day"))] = "",
    command_id: Annotated[str, typer.Option(help=t("命令编号，重发不重复", "id of the command, safe to repeat"))] = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    r"""对一件案件作出决定，签名后送出。 / Decide on a case: signed, and sent to its workflow.

    例 / examples:

    bridgefund act sample/claim/S04-2 approve --as payment_centre --note 核无误

    bridgefund act sample/claim/S04-2 return --as payment_centre --note 发票不符

    bridgefund act sample/claim/S04-2 ask --as implementing_unit --request claim.correct/1 --set kind=advance
    --set reason=类别有误

    bridgefund act sample/claim/S04-2 withdraw --as implementing_unit --note 重复报账

    bridgefund act sample/project/S05 approve --key my.key --paper 验收单.pdf

    bridgefund act sample/project/S05 attest --ban duplicate --as field_team --note 不构成重复

    bridgefund act sample/fund/F3 arrive --as finance_section --document 文件号 --item 1 --portion integrated=150000000

    bridgefund act sample/claim/S04-2 move --as implementing_unit --note 新办法自7月1日起施行

    bridgefund act jiashi/dispatch/2022-03 ask --as finance_bureau --request dispatch.open/1

    bridgefund act sample/outbox/monitoring ask --as finance_section --request outbox.reverse/1 --set row_no=2
    --set reason=录错

    文字里的人名、户名写成 [\[h-编号:户名]]，封存后入账，可擦除 / names of people and households, sealed, can be erased:

    bridgefund act jiashi/hotline/7 ask --as rrb --request hotline.take/1 --set words='[\[h-7:户主某]]反映路灯不亮'
    """
    day = on.date() if on else None
    words = (decision, note, to, paper, body, meeting, present, quorum, department, plan, contractor)
    given = Given(
        *words,
        amount_fen,
        bank_ref,
        day,
        evidence,
        ban,
        caught,
        households,
        document,
        item,
        tuple(portion or ()),
        tuple(met or ()),
        tuple(unlike or ()),
        request,
        tuple(fields or ()),
    )
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger = open_store(store)
        where = temporal_address(address, settings, ledger.url)
        parsed = parse_case(case)
        waiting = _waiting(ledger, parsed, decision)
        waiting = _own_first(ledger, parsed, waiting, as_post or post, key)
        given = replace(given, minutes=_attached_minutes(ledger, case, waiting))
        today, steps = day_of(business_now(ledger)), [step.id for step in waiting]
        asked = asked_request(parsed.kind, given, steps, today, sealer(ledger))
        asked = msgspec.structs.replace(asked, seen=seen or asked.seen or seen_by(ledger, parsed, asked))
        signer = signer_of(ledger, parsed, as_post, key, post or _post_for(waiting, asked))
        if on_behalf_of:
            signer = standing_in_for(ledger, parsed, signer, on_behalf_of)
    run_command(send(ledger, where, settings.task_queue, case, asked, signer, command_id, as_json=as_json))


def _waiting(ledger: Ledger, case: CaseId, decision: Word) -> tuple[OpenStep, ...]:
    """Return the open steps of a case.

    Raises:
        BadInputError: If there is no such case, and the decision is not one that brings it into being.
    """
    decider = BY_KIND[case.kind]
    state = ledger.state(decider, case_id(*case))
    if not state.done and decision is not Word.ASK:
        raise BadInputError("CASE", t(f"没有这件案件：{'/'.join(case)}", f"no such case: {'/'.join(case)}"))
    return decider.open_steps(state)


def _attached_minutes(ledger: Ledger, case: str, waiting: tuple[OpenStep, ...]) -> str:
    """Return the digest of the minutes that are attached for an open step, or nothing."""
    papers = ledger.state(PAPERS, papers_stream(case))
    return next((one.digest for step in waiting for one in for_step(papers, step.id, MINUTES)), "")


def _own_first(
    ledger: Ledger, case: CaseId, waiting: tuple[OpenStep, ...], post: str, key: Path | None
) -> tuple[OpenStep, ...]:
    """Return the open steps, the asker's own first: several gates of a claim may wait together."""
    if post or key is None:
        return tuple(sorted(waiting, key=lambda step: step.post != post))
    mandates = ledger.state(MANDATE, mandates_stream(case.county))
    person, today = read_key(key).person, day_of(business_now(ledger))
    return tuple(sorted(waiting, key=lambda step: not _holds(mandates, person, step.post, today)))


def _holds(mandates: MandateState, person: str, post: str, on: date) -> bool:
    try:
        return bool(mandates.mandate(person, post, on))
    except NotHolderError:
        return False


def _post_for(waiting: tuple[OpenStep, ...], request: AnyRequest) -> str:
    step = answered_step(request)
    return next((open_step.post for open_step in waiting if open_step.id == step), "")


def signer_of(ledger: Ledger, case: CaseId, as_post: str, key: Path | None, post: str) -> Signer:
    """Return who signs: the holder of a post on a sample store, or of a key, then for *post*.

    Raises:
        BadInputError: If not exactly one of the two is given, or nobody holds the post.
    """
    if bool(as_post) == bool(key):
        raise BadInputError("--as, --key", t("二者给出其一", "give one of the two"))
    if key is not None:
        file = read_key(key)
        return Signer(file.person, post, file.key_id, file.key)
    key_id, door_key = sample_key(ledger, case.county, DOOR)
    holders = ledger.state(MANDATE, mandates_stream(case.county)).holders(day_of(business_now(ledger)))
    if as_post not in holders:
        known = ", ".join(sorted(holders))
        raise BadInputError("--as", t(f"没有人任 {as_post!r}；有：{known}", f"nobody holds {as_post!r}; held: {known}"))
    return Signer(holders[as_post], as_post, key_id, door_key)


def post_of_key(ledger: Ledger, case: CaseId, key: Path) -> str:
    """Return the one post that a key's person holds today.

    Raises:
        BadInputError: If there are several, or none.
    """
    person, today = read_key(key).person, day_of(business_now(ledger))
    mandates = ledger.state(MANDATE, mandates_stream(case.county))
    posts = [post for post in mandates.held if _holds(mandates, person, post, today)]
    if len(posts) != 1:
        held = ", ".join(posts) or "-"
        raise BadInputError("--post", t(f"{person} 今天任：{held}；须指明", f"{person} holds today: {held}; name one"))
    return posts[0]


def standing_in_for(ledger: Ledger, case: CaseId, signer: Signer, principal: str) -> Signer:
    """Return who signs as the deputy of *principal*: on a sample store the one whom the absence names.

    Raises:
        BadInputError: If nobody stands in for that person at the post today.
    """
    if ledger.state(STORE_DECIDER, STORE).sample is None:
        return replace(signer, on_behalf_of=principal)
    deputies = ledger.state(MANDATE, mandates_stream(case.county)).deputies.values()
    today = day_of(business_now(ledger))
    there = [d for d in deputies if (d.person, d.post) == (principal, signer.post) and d.covers(today)]
    if not there:
        said = f"今天没有人代理 {principal}（{signer.post}）", f"nobody stands in for {principal} ({signer.post}) today"
        raise BadInputError("--for", t(*said))
    return replace(signer, person=there[0].deputy, on_behalf_of=principal)


async def send(
    ledger: Ledger,
    where: str,
    task_queue: str,
    case: str,
    request: AnyRequest,
    signer: Signer,
    command_id: str,
    *,
    as_json: bool,
) -> int:
    """Sign a request, send it to its case, and say where the case then stands."""
    request = sealed_request(ledger, request)
    client = await connect(where, Settings.from_env(os.environ).temporal_namespace)
    if answered_step(request) in (MOVE, ATTACH, WITHDRAW_PAPER, CORRECT, WITHDRAW):
        # A copy of the case that an earlier build took does not know that this may be asked.
        await wake(client, case)
    door = Door(client, task_queue, DOOR, signer.key_id, signer.key, shift_s(ledger))
    now = business_now(ledger)
    # New each time: what was refused once stays refused under its id, and may be asked again when its cause is mended.
    command_id = command_id or f"{case}:{answered_step(request)}:{signer.person}:{now.isoformat()}"
    try:
        view = await door.ask(
            case,
            request,
            command_id=command_id,
            person=signer.person,
            post=signer.post,
            now=now,
            on_behalf_of=signer.on_behalf_of,
        )
    except NoAnswerError:
        typer.echo(t(f"重发请加 --command-id {command_id}", f"to repeat it: --command-id {command_id}"), err=True)
        raise
    waiting = ", ".join(t(f"{step.id}（{step.post}）", f"{step.id} ({step.post})") for step in view.open_steps) or "-"
    text = t(
        f"{case}：已记入总账；现在 {view.stage}，等待 {waiting}",
        f"{case}: recorded; now {view.stage}, waits for {waiting}",
    )
    typer.echo(json.dumps(asdict(view), ensure_ascii=False) if as_json else text)
    return 0
