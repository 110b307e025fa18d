"""`bridgefund worker`: who does the work."""

import asyncio
import os
from typing import Annotated

import typer

from cli.errors import exits_on_error, run_command
from cli.notice_sending import notices_beside
from cli.supervising import Crew
from cli.whereabouts import ADDRESS_OPTION, SAMPLE_OPTION, STORE_OPTION, temporal_address
from doors.clock import wall_now
from doors.stores import store_url
from doors.texts import t
from settings import Settings
from worker import stop_at_signals, work

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

    设了 BRIDGEFUND_SEAL_KEY 则每日封印，公布于 BRIDGEFUND_SEALS。

    With BRIDGEFUND_SEAL_KEY set, the log is sealed each day, and published in BRIDGEFUND_SEALS.

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
        run_command(_supervised(Crew(worker_words(where, sample=sample), at_store(url), processes, say_on_stderr)))
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
            seal_key=settings.seal_key,
            seals=settings.seals,
        )
    )


def worker_words(address: str, *, sample: bool) -> list[str]:
    """Return the words of a worker that ends with the process that started it."""
    words = ["worker", "--follows", "--address", address]
    return [*words, "--sample"] if sample else words


def at_store(url: str) -> dict[str, str]:
    """Return what tells a process its store: everybody on the machine can read its words, and there is a password."""
    return {"BRIDGEFUND_STORE": url}


def console_words(address: str, port: int, *, sample: bool) -> list[str]:
    """Return the words of a console that ends with the process that started it."""
    words = ["console", "--follows", "--address", address, "--port", str(port)]
    return [*words, "--sample"] if sample else words


def say_on_stderr(event: str, number: int, code: int, pause_s: float) -> None:
    """Say that a worker was started (*code* is its process id) or died."""
    _say(t(f"工作进程 {number}", f"worker {number}"), event, code, pause_s)


def say_console_on_stderr(event: str, _number: int, code: int, pause_s: float) -> None:
    """Say that the console was started (*code* is its process id) or died."""
    _say(t("网页端", "console"), event, code, pause_s)


def _say(who: str, event: str, code: int, pause_s: float) -> None:
    if event == "started":
        said = t(f"{who}：进程号 {code}", f"{who}: process {code}")
    else:
        said = t(
            f"{who} 意外结束（退出码 {code}），{pause_s:.0f} 秒后重新启动",
            f"{who} died (exit code {code}); it is started again in {pause_s:.0f} s",
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
