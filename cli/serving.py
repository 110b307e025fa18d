"""`bridgefund worker` and `bridgefund resume`: who does the work, and how it is taken up again from the ledger."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from activities.processes import SHIFT_S, shift_s, start_process
from cli.clock import wall_now
from cli.errors import exits_on_error, run_command
from cli.notice_sending import notices_beside
from cli.stores import open_store, store_url
from cli.texts import t
from domain.errors import BadInputError
from domain.ledger import Ledger
from settings import Settings
from worker import work
from workflows.client import connect, open_cases

STORE_OPTION = Annotated[str | None, typer.Option("--store", help=t("库的地址", "the store's URL"))]
ADDRESS_OPTION = Annotated[
    str | None,
    typer.Option("--address", help=t("Temporal 地址，默认 TEMPORAL_ADDRESS", "Temporal's; default TEMPORAL_ADDRESS")),
]


def worker(
    *,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    sample: Annotated[bool, typer.Option("--sample", help=t("允许样例库", "allow a sample store"))] = False,
) -> None:
    """运行工作进程，直到 Ctrl-C 或 SIGTERM。 / Run a worker until Ctrl-C or SIGTERM.

    设了 BRIDGEFUND_NOTICES 则同时发送通知。 / With BRIDGEFUND_NOTICES set, it sends the notices too.

    例 / example: TEMPORAL_ADDRESS=127.0.0.1:7233 bridgefund worker --store sqlite:///ledger.db
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        url = store_url(store)
        where = temporal_address(address, settings, url)
    queue, cached, beside = settings.task_queue, settings.max_cached_workflows, notices_beside(settings)
    run_command(work(where, url, queue, cached, sample=sample, wall_now=wall_now(), beside=beside))


def resume(*, store: STORE_OPTION = None, address: ADDRESS_OPTION = None) -> None:
    """按总账重新启动所有未结案件的流程。 / Start the workflow of every open case, from the ledger alone.

    例 / example: bridgefund resume --store sqlite:///ledger.db --address 127.0.0.1:7233
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger = open_store(store)
        where = temporal_address(address, settings, ledger.url)
    run_command(_resume(ledger, where, settings.task_queue))


def temporal_address(given: str | None, settings: Settings, url: str) -> str:
    """Return where the Temporal server is: as given, as set, or as the demo that serves this store noted it.

    Raises:
        BadInputError: If nobody says.
    """
    address = given or settings.temporal_address or noted_address(url)
    if not address:
        raise BadInputError("--address", t("未给出 Temporal 地址", "no Temporal address is given"))
    return address


def server_note(url: str) -> Path:
    """Return the file beside an SQLite store in which a demo notes the address of its server."""
    return Path(f"{url.removeprefix('sqlite:///')}.server.json")


def noted_address(url: str) -> str | None:
    """Return the address that a demo noted beside a store."""
    if not url.startswith("sqlite:///") or not server_note(url).is_file():
        return None
    address = json.loads(server_note(url).read_text(encoding="utf-8"))["address"]
    return str(address)


async def _resume(ledger: Ledger, address: str, task_queue: str) -> int:
    count = await resumed(ledger, await connect(address), task_queue)
    typer.echo(t(f"已恢复 {count} 件未结案件", f"{count} open cases run again"))
    return 0


async def resumed(ledger: Ledger, client: Client, task_queue: str) -> int:
    """Start the workflow of every open case, and return how many there are."""
    memo = {SHIFT_S: shift_s(ledger)}
    cases = open_cases(ledger)
    for case in cases:
        await start_process(client, task_queue, case, memo)
    return len(cases)
