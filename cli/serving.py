"""`bridgefund worker`: who does the work; and where commands find the store and the server that they serve."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.clock import wall_now
from cli.errors import exits_on_error, run_command
from cli.notice_sending import notices_beside
from cli.stores import SQLITE, store_url
from cli.supervising import Crew
from cli.texts import t
from domain.errors import BadInputError
from settings import Settings
from worker import stop_at_signals, work

STORE_OPTION = Annotated[str | None, typer.Option("--store", help=t("库的地址", "the store's URL"))]
ADDRESS_OPTION = Annotated[
    str | None,
    typer.Option("--address", help=t("Temporal 地址，默认 TEMPORAL_ADDRESS", "Temporal's; default TEMPORAL_ADDRESS")),
]
SAMPLE_OPTION = Annotated[bool, typer.Option("--sample", help=t("允许样例库", "allow a sample store"))]


PROCESSES_OPTION = Annotated[
    int,
    typer.Option("--processes", min=1, help=t("进程数；倒下的会重新启动", "how many; a dead one is started again")),
]


def worker(
    *,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    sample: SAMPLE_OPTION = False,
    processes: PROCESSES_OPTION = 1,
    follows: Annotated[bool, typer.Option("--follows", hidden=True)] = False,
) -> None:
    """运行工作进程，直到 Ctrl-C 或 SIGTERM。 / Run workers until Ctrl-C or SIGTERM; what they began is finished.

    设了 BRIDGEFUND_NOTICES 则同时发送通知。 / With BRIDGEFUND_NOTICES set, it sends the notices too.

    取用的设置：BRIDGEFUND_TASK_QUEUE、_MAX_CACHED_WORKFLOWS、_POLLERS、_ACTIVITIES_AT_ONCE。全部就绪后输出 ready。

    Settings: BRIDGEFUND_TASK_QUEUE, _MAX_CACHED_WORKFLOWS, _POLLERS, _ACTIVITIES_AT_ONCE. "ready" is printed once all
    of them take work.

    例 / example: TEMPORAL_ADDRESS=127.0.0.1:7233 bridgefund worker --store sqlite:///ledger.db --processes 2
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        url = store_url(store)
        where = temporal_address(address, settings, url)
    if processes > 1:
        run_command(_supervised(Crew(worker_words(url, where, sample=sample), processes, say_on_stderr)))
    run_command(
        work(
            where,
            url,
            settings.task_queue,
            settings.max_cached_workflows,
            sample=sample,
            wall_now=wall_now(),
            beside=notices_beside(settings),
            namespace=settings.temporal_namespace,
            pollers=settings.pollers,
            activities_at_once=settings.activities_at_once,
            follows=follows,
            files=settings.files,
        )
    )


def worker_words(url: str, address: str, *, sample: bool) -> list[str]:
    """Return the words of a worker that ends with the process that started it."""
    words = ["worker", "--follows", "--store", url, "--address", address]
    return [*words, "--sample"] if sample else words


def say_on_stderr(event: str, number: int, code: int, pause_s: float) -> None:
    """Say that a worker was started (*code* is its process id) or died."""
    if event == "started":
        said = t(f"工作进程 {number}：进程号 {code}", f"worker {number}: process {code}")
    else:
        said = t(
            f"工作进程 {number} 意外结束（退出码 {code}），{pause_s:.0f} 秒后重新启动",
            f"worker {number} died (exit code {code}); it is started again in {pause_s:.0f} s",
        )
    typer.echo(said, err=True)


async def _supervised(crew: Crew) -> int:
    stop = stop_at_signals()

    async def end() -> None:
        await stop.wait()
        crew.stop()

    async def tell() -> None:
        if await crew.ready():
            typer.echo("ready")

    following = [asyncio.create_task(end()), asyncio.create_task(tell())]
    try:
        return await crew.run()
    finally:
        for task in following:
            task.cancel()


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
    """Return the file beside an SQLite store in which a demo, or `up`, notes the address of its server."""
    return Path(f"{url.removeprefix(SQLITE)}.server.json")


def noted_address(url: str) -> str | None:
    """Return the address that was noted beside a store."""
    if not url.startswith(SQLITE) or not server_note(url).is_file():
        return None
    address = json.loads(server_note(url).read_text(encoding="utf-8"))["address"]
    return str(address)


@contextmanager
def noted(url: str, address: str) -> Iterator[None]:
    """Note the server's address beside an SQLite store while the block lasts, so that `bridgefund act` finds it."""
    if not url.startswith(SQLITE):
        yield
        return
    note = server_note(url)
    note.write_text(json.dumps({"address": address}), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
