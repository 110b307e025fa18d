"""`bridgefund worker`: who does the work; and where commands find the store and the server that they serve."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import exits_on_error, run_command
from cli.stores import store_url
from cli.texts import t
from domain.errors import BadInputError
from settings import Settings
from worker import work

STORE_OPTION = Annotated[str | None, typer.Option("--store", help=t("库的地址", "the store's URL"))]
ADDRESS_OPTION = Annotated[
    str | None,
    typer.Option("--address", help=t("Temporal 地址，默认 TEMPORAL_ADDRESS", "Temporal's; default TEMPORAL_ADDRESS")),
]
SAMPLE_OPTION = Annotated[bool, typer.Option("--sample", help=t("允许样例库", "allow a sample store"))]


def worker(
    *,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    sample: SAMPLE_OPTION = False,
) -> None:
    """运行工作进程，直到 Ctrl-C 或 SIGTERM。 / Run a worker until Ctrl-C or SIGTERM.

    例 / example: TEMPORAL_ADDRESS=127.0.0.1:7233 bridgefund worker --store sqlite:///ledger.db
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        url = store_url(store)
        where = temporal_address(address, settings, url)
    run_command(work(where, url, settings.task_queue, settings.max_cached_workflows, sample=sample))


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
