"""`bridgefund emergency`: a decision by two keys in place of a person who cannot act; what there was of it."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.acting import post_of_key, send, signer_of
from cli.asked import Given, Word, asked_request
from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption, StoreOption, reading
from cli.tables import table
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION, temporal_address
from domain.calendar import SHANGHAI, day_of
from domain.cases import CaseId, case_id, parse_case
from domain.emergency import EMERGENCY, EmergencyOpened, EmergencyReported
from domain.emergency_requests import ConfirmEmergency, OpenEmergency
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.registry import BY_KIND
from domain.requests import to_body
from domain.sealed import said
from doors.clock import business_now
from doors.stores import open_store
from doors.texts import t
from doors.vault import saying, sealer, vault_of
from settings import Settings

app = typer.Typer(
    help=t(
        "应急决定：应办人无法办理时，两人各用本人密钥代为决定，限时确认，自动报审计岗位",
        "emergency decisions: two persons, each with an own key, in place of one who cannot act; reported by itself",
    ),
    no_args_is_help=True,
)
KEY = Annotated[Path, typer.Option(help=t("本人密钥文件", "your key file"))]
POST = Annotated[str, typer.Option(help=t("你的岗位；只任一岗时可不填", "your post; default the one that you hold"))]
AS_JSON = Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))]
_HEADS = (
    ("编号", "no"),
    ("案件、环节", "case, step"),
    ("理由", "ground"),
    ("第一人", "first key"),
    ("第二人", "second key"),
    ("结果", "outcome"),
    ("报审计", "reported to"),
)
_NO_LENGTH = 40  # Leaves room for what tells two of a day apart.


@app.command("open")
def open_(
    case: Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))],
    decision: Annotated[Word, typer.Argument(help=t("决定", "the decision"))],
    *,
    ground: Annotated[str, typer.Option(help=t("为何不能等（书面理由）", "why it cannot wait, in writing"))],
    absent: Annotated[str, typer.Option(help=t("应办人为何无法办理", "why the one whose step it is cannot act"))],
    second: Annotated[str, typer.Option(metavar="POST", help=t("请哪个岗位确认", "which post is to confirm"))],
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%dT%H:%M"], help=t("何时前确认（北京时间）", "by when, Beijing time"))
    ],
    key: KEY,
    post: POST = "",
    note: Annotated[str, typer.Option(help=t("决定的意见", "the decision's opinion"))] = "",
    to: Annotated[str, typer.Option(help=t("退回到的环节", "the step to return to"))] = "",
    paper: Annotated[Path | None, typer.Option(help=t("附件（记摘要）", "a paper; its digest is recorded"))] = None,
    no: Annotated[str, typer.Option("--no", help=t("编号；默认自动", "its number; default made for you"))] = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: AS_JSON = False,
) -> None:
    """第一人提出：写明理由、应办人为何不能办、请谁在何时前确认。 / Ask for it, with the first key.

    只代替缺席的人，不代替任何规则；确认后才生效。 / It replaces a missing person, never a rule.

    例 / example: bridgefund emergency open sample/claim/S04-2 approve --ground 汛期抢险 --absent 住院 --second director
    --until 2023-02-17T18:00 --key my.key
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger, parsed = open_store(store), parse_case(case)
        decider = BY_KIND[parsed.kind]
        if not ledger.state(decider, case).done:
            raise BadInputError("CASE", t(f"没有这件案件：{case}", f"no such case: {case}"))
        own = post or post_of_key(ledger, parsed, key)
        # Another's first: for one's own there is no emergency, and the rule says so.
        waiting = sorted(decider.open_steps(ledger.state(decider, case)), key=lambda step: step.post == own)
        today = day_of(business_now(ledger))
        given = Given(decision, note, to, paper)
        asked = asked_request(parsed.kind, given, [step.id for step in waiting], today, sealer(ledger))
        request = OpenEmergency(
            case=case,
            decision=to_body(asked),
            ground=_said("--ground", ground),
            absent=_said("--absent", absent),
            second_post=second,
            until=until.replace(tzinfo=SHANGHAI),
        )
        own_no = f"{today:%Y%m%d}-{parsed.kind}-{parsed.no}"[:_NO_LENGTH]
        emergency = case_id(parsed.county, EMERGENCY.kind, no) if no else _numbered(ledger, parsed, own_no)
        signer = signer_of(ledger, parsed, "", key, own)
        where = temporal_address(address, settings, ledger.url)
        repeat = emergency.rpartition("/")[2]
        typer.echo(t(f"{emergency}；重发请加 --no {repeat}", f"{emergency}; to repeat it: --no {repeat}"), err=True)
    run_command(send(ledger, where, settings.task_queue, emergency, request, signer, "", as_json=as_json))


def _said(flag: str, words: str) -> str:
    if not words.strip():
        raise BadInputError(flag, t("须写明", "it must be said"))
    return words


def _numbered(ledger: Ledger, case: CaseId, no: str) -> str:
    """Return the first emergency of this number that is not there yet."""
    numbers = [no, *(f"{no}-{n}" for n in range(2, 100))]
    free = (case_id(case.county, EMERGENCY.kind, one) for one in numbers)
    return next(one for one in free if not ledger.state(EMERGENCY, one).done)


@app.command()
def confirm(
    emergency: Annotated[
        str, typer.Argument(help=t("应急决定，如 sample/emergency/E1", "such as sample/emergency/E1"))
    ],
    *,
    key: KEY,
    note: Annotated[str, typer.Option(help=t("意见", "an opinion"))] = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: AS_JSON = False,
) -> None:
    """第二人确认：签的就是第一人提出的那份决定，随即生效。 / Confirm it, with the second key: it takes effect.

    例 / example: bridgefund emergency confirm sample/emergency/20230216-claim-S04-2 --key my.key --note 同意
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger, parsed = open_store(store), parse_case(emergency)
        opened = ledger.state(EMERGENCY, emergency).opened if parsed.kind == EMERGENCY.kind else None
        if opened is None:
            raise BadInputError("EMERGENCY", t(f"没有 {emergency}", f"no such emergency decision: {emergency}"))
        decision = said(opened.decision, saying(vault_of(ledger.url)))
        typer.echo(t("确认的决定：", "to confirm: ") + f"{opened.case} {decision}", err=True)
        signer = signer_of(ledger, parsed, "", key, opened.second_post)
        request = ConfirmEmergency(decision=opened.digest, opinion=note)
        where = temporal_address(address, settings, ledger.url)
    run_command(send(ledger, where, settings.task_queue, emergency, request, signer, "", as_json=as_json))


@app.command(
    "list",
    help=t(
        "一个县的应急决定：谁提出、谁确认、结果、报给谁。", "A county's emergency decisions: keys, outcome, to whom."
    ),
    epilog=t("例：bridgefund emergency list jiashi", "Example: bridgefund emergency list jiashi"),
)
def of_county(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the emergency decisions of a county."""
    with reading(store) as read:
        read.county(county)
        rows = _rows(read.ledger, county)
        if as_json:
            read.print_json(county=county, emergencies=rows)
            return
        console, names = read.console(), read.names(county)
        made = table(*(t(*head) for head in _HEADS))
        for row in rows:
            keys = [f"{names.people.get(row[one], '')} {row[one]}".strip() or "-" for one in ("first", "second")]
            of_case = f"{row['case']} {names.step(row['step'])}"
            outcome = names.stage(row["outcome"]) + (f"（{row['until']}）" if row["outcome"] == "asked" else "")
            why, to = f"{row['ground']}；{row['absent']}", names.field("auditor", row["to"])
            made.add_row(row["no"], of_case, why, *keys, outcome, to)
        console.print(made)


def _rows(ledger: Ledger, county: str) -> list[dict[str, Any]]:
    last: dict[str, EmergencyReported] = {}
    opened: dict[str, EmergencyOpened] = {}
    for entry in ledger.log(of=(EmergencyOpened, EmergencyReported)):
        if entry.stream.partition("/")[0] == county:
            (opened if isinstance(entry.fact, EmergencyOpened) else last)[entry.stream] = entry.fact
    return [
        {
            "no": one.emergency_no,
            "case": one.case,
            "step": one.step,
            "post": one.post,
            "ground": one.ground,
            "absent": one.absent,
            "first": one.act.person,
            "second": last[stream].second,
            "second_post": one.second_post,
            "until": one.until.isoformat(timespec="minutes"),
            "outcome": ledger.state(EMERGENCY, stream).outcome or "asked",
            "to": last[stream].auditor,
        }
        for stream, one in opened.items()
    ]
