"""`bridgefund bulk`: many decisions under one signature, each decided by itself, each with its own outcome."""

import os
from pathlib import Path
from typing import Annotated

import typer

from activities.calendars import load_calendars
from activities.processes import shift_s
from cli.acting import AS_POST, KEY, post_of_key, signer_of, standing_in_for
from cli.bulk_asking import check_whole, requests_of, tell, who_signs
from cli.bulk_files import Row, keep, read_rows
from cli.errors import exits_on_error, run_command
from cli.reading import bar_if_slow
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION, temporal_address
from domain.calendar import day_of
from domain.ledger import Ledger
from domain.signature import SignedMessage
from doors.clock import business_now
from doors.rehearsed import DONE, REFUSED, UNKNOWN, Outcome, done_before, rehearsed
from doors.stores import open_store
from doors.texts import t
from settings import Settings
from worker import CALENDARS
from workflows.client import NoAnswerError, RequestRefusedError, connect, decide
from workflows.messages import make_list


def bulk(
    file: Annotated[Path, typer.Argument(help=t("清单：.csv、.xlsx、.json", "the list: .csv, .xlsx or .json"))],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=t("只看每项会怎样，什么都不记", "only tell what would come of each item"))
    ] = False,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: Annotated[
        str, typer.Option("--for", metavar="PERSON", help=t("代理某人办理", "stand in for a person, as the deputy"))
    ] = "",
    post: Annotated[str, typer.Option(help=t("用密钥时的岗位", "your post, with --key"))] = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """批量办理：一次签名，逐件办理，逐件有结果。 / Many decisions under one signature, each by itself.

    只限审核、审批、会签一类决定；每件与单件办理的规则完全相同。一件被拒，其余照办。清单整体有误（重复、别县、为空、过多）则一件不办。

    Only decisions that wait; each under every rule of a single one. One that is refused leaves the others. A list that
    is wrong as a whole (a case twice, another county's, empty, too long) is refused whole.

    若中途断开，用它留下的 .json 清单重发：办过的不会再办。 / Should it break off, hand in the .json that it left.

    退出码：0 全部办成，1 有被拒或没有答复的，2 清单有误。 / Exit code: 0 all done, 1 some not, 2 a bad list.

    例 / example, list.csv:

    案件,决定,意见

    sample/claim/S04-2,同意,核无误

    sample/claim/S05-1,退回,发票不符

    bridgefund bulk list.csv --as payment_centre --dry-run

    bridgefund bulk list.csv --as payment_centre
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger, (kept_no, rows) = open_store(store), read_rows(file)
        now = business_now(ledger)
        county = check_whole(ledger, rows, kept_no or file.name)
        own = as_post or post or (post_of_key(ledger, county, key) if key else "")
        signer = signer_of(ledger, county, as_post, key, own)
        if on_behalf_of:
            signer = standing_in_for(ledger, county, signer, on_behalf_of)
        no = kept_no or f"bulk:{signer.person}:{now.isoformat()}"
        asked, outcomes = requests_of(ledger, rows, signer.post, day_of(now), keep=not dry_run)
        messages = make_list(no, asked, **who_signs(signer), now=now)
        if dry_run or not asked:
            outcomes |= rehearsed(ledger, messages, now, load_calendars(CALENDARS))
            raise typer.Exit(tell(no, rows, outcomes, as_json=as_json))
        where = temporal_address(address, settings, ledger.url)
        kept = file if kept_no else keep(file, no, asked, now)
    again = f"bridgefund bulk {kept}"
    typer.echo(t(f"若中断，重发：{again}", f"should it break off, hand it in again: {again}"), err=True)
    run_command(_send(ledger, where, settings, no, rows, messages, outcomes, as_json=as_json))


async def _send(
    ledger: Ledger,
    where: str,
    settings: Settings,
    no: str,
    rows: list[Row],
    messages: list[SignedMessage],
    outcomes: dict[str, Outcome],
    *,
    as_json: bool,
) -> int:
    """Send item after item, in the order of the list: what comes first may be what a later one waits for."""
    client = await connect(where, settings.temporal_namespace)
    with bar_if_slow(t("批量办理", "deciding")) as told:
        for number, message in enumerate(messages, start=1):
            told(number - 1, len(messages))
            if done_before(ledger, message):
                outcomes[message.case] = Outcome.of(message, DONE)
                continue
            try:
                await decide(client, settings.task_queue, message, shift_s(ledger))
            except NoAnswerError as e:
                # The rest would wait as long, one by one; what is not done is done when the list is handed in again.
                outcomes[message.case] = Outcome.of(message, UNKNOWN, e)
                break
            except RequestRefusedError as e:
                outcomes[message.case] = Outcome.of(message, REFUSED, e)
            else:
                outcomes[message.case] = Outcome.of(message, DONE)
    return tell(no, rows, outcomes, as_json=as_json)
