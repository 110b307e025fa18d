"""`bridgefund assign`, `forward`, `opinion`: who takes an open step, and whose opinion is asked for first."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from cli.acting import AS_POST, KEY, Signer
from cli.errors import BAD_INPUT, exits_on_error, run_command
from cli.foreseeing import foreseen
from cli.orders import cases_of_people
from cli.reading import bar_if_slow
from cli.signing import COMMAND_ID, FOR, JSON, POST, Desk, desk, signer
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION
from domain.act import OpenStep
from domain.cases import CaseId, case_id, parse_case
from domain.errors import BadInputError, BridgefundError
from domain.handling import HANDLING, Handled, handling_stream
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, HandlingRequest, RecallQuestion, UnassignStep
from domain.registry import BY_KIND
from doors.texts import language, t
from workflows.client import RequestRefusedError

CASE = Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))]
STEP = Annotated[str, typer.Argument(help=t("待办环节，如 payment_centre", "the open step, such as payment_centre"))]


@dataclass(frozen=True)
class Handed:
    """What came of one case of many: `done`, `would` be done, or `refused` by a rule, with its words."""

    case: str
    step: str
    outcome: str
    rule: str = ""
    why: str = ""


def assign(
    case: Annotated[
        str,
        typer.Argument(help=t("案件；给出县名则为全县等待此环节的案件", "a case; a county: all its cases that wait")),
    ],
    step: STEP,
    *,
    to: Annotated[str, typer.Option(help=t("由谁办理（人员编号）", "who takes it (a person's id)"))] = "",
    back: Annotated[bool, typer.Option("--back", help=t("收回，不再限于一人", "take it back from one person"))] = False,
    reason: Annotated[str, typer.Option(help=t("理由", "the reason"))],
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("只看不动", "only tell"))] = False,
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """改派：由上级岗位指定一名任职者办理待办环节。 / Reassign: one holder of the post takes the open step.

    给出县名时逐件列出结果；有一件不能办的，退出码 2，其余照办。

    For a county every case is told with its outcome; exit code 2 if one was refused, the others are done.

    例 / examples:

    bridgefund assign sample/claim/S04-2 payment_centre --to p-113 --reason 外出核查 --as deputy_director

    bridgefund assign sample payment_centre --to p-113 --reason 岗位调整 --key my.key --dry-run

    bridgefund assign sample/claim/S04-2 payment_centre --back --reason 已返岗 --key my.key
    """
    with exits_on_error():
        if bool(to) == back:
            raise BadInputError("--to, --back", t("二者给出其一", "give one of the two"))
        at = desk(store, address)
        county = case.partition("/")[0]
        signs = signer(at, county, as_post, key, post, on_behalf_of)
        asked = UnassignStep(step=step, reason=reason) if back else AssignStep(step=step, to=to, reason=reason)
        cases = [parse_case(case)] if "/" in case else _waiting(at, county, step, back=back)
        if "/" in case and not dry_run:
            run_command(_one(at, cases[0], asked, signs, command_id, as_json=as_json))
    run_command(_many(at, cases, asked, signs, command_id, dry_run=dry_run, as_json=as_json))


def forward(
    case: CASE,
    step: STEP,
    *,
    to: Annotated[str, typer.Option(help=t("征求谁的意见（人员编号）", "whose opinion (a person's id)"))] = "",
    question: Annotated[str, typer.Option(help=t("问题", "the question"))] = "",
    recall: Annotated[str, typer.Option(metavar="REASON", help=t("收回征求，给出理由", "take the question back"))] = "",
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """转办、征求意见：就本人的待办环节请同事提出意见，答复后仍由本人决定。 / Ask a colleague, and keep the decision.

    例 / examples:

    bridgefund forward sample/claim/S04-2 payment_centre --to p-107 --question 发票是否属实？ --key my.key

    bridgefund forward sample/claim/S04-2 payment_centre --recall 已查明 --key my.key
    """
    with exits_on_error():
        if bool(to and question) == bool(recall):
            said = t("给出 --to 和 --question，或 --recall", "give --to and --question, or --recall")
            raise BadInputError("--to, --question, --recall", said)
        at, parsed = desk(store, address), parse_case(case)
        step_post = next((one.post for one in _open_steps(at, parsed) if one.id == step), "")
        signs = signer(at, parsed.county, as_post, key, post or step_post, on_behalf_of)
        asked: HandlingRequest = RecallQuestion(step=step, reason=recall)
        if not recall:
            asked = ForwardStep(step=step, to=to, question=question)
    run_command(_one(at, parsed, asked, signs, command_id, as_json=as_json))


def opinion(
    case: CASE,
    step: STEP,
    words: Annotated[str, typer.Argument(help=t("意见", "the opinion"))],
    *,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """答复征求的意见；此后不再办理本件中不相容的环节。 / Give an opinion: no deciding in this case afterwards.

    例 / example: bridgefund opinion sample/claim/S04-2 payment_centre 发票属实 --key my.key
    """
    with exits_on_error():
        at, parsed = desk(store, address), parse_case(case)
        signs = signer(at, parsed.county, as_post, key, post, on_behalf_of)
    run_command(_one(at, parsed, AdviseStep(step=step, opinion=words), signs, command_id, as_json=as_json))


def _open_steps(at: Desk, case: CaseId) -> tuple[OpenStep, ...]:
    decider = BY_KIND[case.kind]
    return decider.open_steps(at.ledger.state(decider, case_id(*case)))


def _waiting(at: Desk, county: str, step: str, *, back: bool) -> list[CaseId]:
    """Return the cases of a county that wait at a step; if to be taken *back*, those that somebody has."""
    waiting = [
        one
        for one in cases_of_people(at.ledger, county)
        if any(open_step.id == step for open_step in _open_steps(at, one))
    ]
    if back:
        waiting = [one for one in waiting if _held(at, one, step)]
    if not waiting:
        said = t(f"{county} 没有案件等待 {step}", f"no case of {county} waits at {step}")
        raise BadInputError("CASE, STEP", said)
    return waiting


def _held(at: Desk, case: CaseId, step: str) -> Handled | None:
    held = at.ledger.state(HANDLING, handling_stream(case)).steps
    return next((one for (name, _), one in held.items() if name == step), None)


async def _one(
    at: Desk, case: CaseId, request: HandlingRequest, signs: Signer, command_id: str, *, as_json: bool
) -> int:
    await at.hand_in(handling_stream(case), request, signs, command_id)
    held = _held(at, case, request.step)
    if as_json:
        whole = {"case": case_id(*case), "step": request.step, "handled": asdict(held) if held else None}
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return 0
    where = f"{case_id(*case)} {request.step}"
    if held is None:
        typer.echo(t(f"{where}：已记入总账，由岗位任职者办理", f"{where}: recorded; any holder of the post takes it"))
    elif held.asked:
        said = (
            f"{where}：已记入总账，等待 {held.asked} 的意见",
            f"{where}: recorded; waits for the opinion of {held.asked}",
        )
        typer.echo(t(*said))
    else:
        typer.echo(t(f"{where}：已记入总账，由 {held.holder} 办理", f"{where}: recorded; it is with {held.holder}"))
    return 0


async def _many(
    at: Desk,
    cases: list[CaseId],
    request: AssignStep | UnassignStep,
    signs: Signer,
    command_id: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    door, done = None if dry_run else await at.door(signs), []
    with bar_if_slow(t("改派", "reassigning")) as told:
        for n, case in enumerate(cases):
            told(n, len(cases))
            handling = parse_case(handling_stream(case))
            outcome, rule, why = "would" if dry_run else "done", "", ""
            try:
                if door is None:
                    foreseen(at.ledger, handling, request, at.act(request, signs, handling))
                else:
                    own_id = f"{command_id}:{case_id(*case)}" if command_id else ""
                    await at.hand_in(case_id(*handling), request, signs, own_id, door)
            except BridgefundError as no:
                if no.temporary:
                    raise
                rule = no.rule if isinstance(no, RequestRefusedError) else type(no).__name__
                outcome, why = "refused", no.text(language())
            done.append(Handed(case_id(*case), request.step, outcome, rule, why))
    typer.echo(_as_json(done) if as_json else "\n".join(_lines(done)))
    return BAD_INPUT if any(one.outcome == "refused" for one in done) else 0


def _as_json(done: list[Handed]) -> str:
    return json.dumps({"cases": [asdict(one) for one in done]}, ensure_ascii=False, indent=2)


def _lines(done: list[Handed]) -> Iterator[str]:
    words = {
        "done": t("已改派", "done"),
        "would": t("将改派（未改动）", "would be done"),
        "refused": t("不能", "refused"),
    }
    for one in done:
        yield " ".join(part for part in (f"{one.case} {one.step}：{words[one.outcome]}", one.why) if part)
    refused = sum(one.outcome == "refused" for one in done)
    yield t(f"共 {len(done)} 件，不能改派 {refused} 件", f"{len(done)} cases, {refused} refused")
