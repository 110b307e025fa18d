"""`bridgefund up`: server, workers, console and store on one machine, started together and stopped together."""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption
from cli.resuming import resumed
from cli.serving import (
    PROCESSES_OPTION,
    at_store,
    console_words,
    say_console_on_stderr,
    say_on_stderr,
    worker_words,
)
from cli.supervising import Crew
from cli.whereabouts import ADDRESS_OPTION, SAMPLE_OPTION, noted
from domain.errors import BadInputError
from domain.ledger import Ledger
from doors.stores import SQLITE, without_password
from doors.texts import language, t
from servers.find import temporal_cli
from servers.ports import free_ports, listens
from servers.progress import progress
from servers.run import dev_server
from settings import Settings
from worker import check_kind, stop_at_signals
from workflows.client import connect

FOLDER = Path("bridgefund-data")


def up(
    *,
    folder: Annotated[
        Path, typer.Option("--folder", help=t("数据目录：再次 up 接着办", "where all is kept: a second `up` goes on"))
    ] = FOLDER,
    store: Annotated[
        str | None, typer.Option("--store", help=t("库的地址；默认数据目录中的 ledger.db", "default: in the folder"))
    ] = None,
    address: ADDRESS_OPTION = None,
    processes: PROCESSES_OPTION = 1,
    sample: SAMPLE_OPTION = False,
    port: Annotated[
        int | None, typer.Option("--port", help=t("服务器端口，默认任选", "the server's; default any"))
    ] = None,
    ui_port: Annotated[
        int | None,
        typer.Option("--ui-port", help=t("Temporal 网页的端口，默认不开", "of Temporal's page; default none")),
    ] = None,
    with_console: Annotated[
        bool, typer.Option("--console/--no-console", help=t("是否开网页端", "whether with the console"))
    ] = True,
    console_port: Annotated[
        int | None,
        typer.Option(
            "--console-port",
            min=0,
            max=65535,
            help=t("网页端端口，默认 8470；0 为任一空闲端口", "of the console; default 8470, 0: any that is free"),
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """启动服务器、工作进程与网页端，恢复未结案件，直到 Ctrl-C。 / Start all, resume open cases, until Ctrl-C.

    没有给出 --address（或 TEMPORAL_ADDRESS）时启动自己的开发服务器，其数据库在数据目录中。就绪后输出一行说明或 JSON。

    Without --address (or TEMPORAL_ADDRESS) a dev server of our own is started, with its database in the folder. What
    is where is printed once all is ready. Ctrl-C or SIGTERM stops all of it, in order.

    例 / example: bridgefund up --folder data --processes 2
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        folder.mkdir(parents=True, exist_ok=True)
        url = store or settings.store or f"{SQLITE}{folder.absolute() / 'ledger.db'}"
        ledger = Ledger(url)  # A new one, if none is there: `up` is how a store begins.
        check_kind(ledger, sample=sample)
    wanted = (settings.console_port if console_port is None else console_port) if with_console else None
    town = Town(folder, ledger, settings, address or settings.temporal_address, port, ui_port, wanted)
    run_command(town.run(processes, sample=sample, as_json=as_json))


class Town:
    """All that runs together."""

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        settings: Settings,
        address: str | None,
        port: int | None,
        ui_port: int | None,
        console_port: int | None,
    ) -> None:
        """Hold what is to run, and where; without a console's port there is no console."""
        self._folder = folder
        self._ledger = ledger
        self._settings = settings
        self._address = address
        self._port = port
        self._ui_port = ui_port
        self._console_port = console_port

    async def run(self, processes: int, *, sample: bool, as_json: bool) -> int:
        """Start all, resume what is open, and wait for the end; return the exit code."""
        stop = stop_at_signals()
        async with AsyncExitStack() as stack:
            stack.enter_context(alone(self._folder))
            self._choose_console_port()
            address = await stack.enter_async_context(self._server())
            client = await connect(address, self._settings.temporal_namespace)
            crews = self._crews(address, processes, sample=sample)
            working = [asyncio.create_task(crew.run()) for crew in crews]
            stack.push_async_callback(_end, crews, working)
            stopping = asyncio.create_task(stop.wait())
            ready = asyncio.gather(*(crew.ready() for crew in crews))
            # One that ends by itself has said why, and the others would run without it.
            ends: list[asyncio.Future[Any]] = [stopping, *working]
            await asyncio.wait([ready, *ends], return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set() and ready.done() and all(ready.result()):
                count = len(await resumed(self._ledger, client, self._settings.task_queue))
                self._tell(address, crews, count, as_json=as_json)
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        return max(crew.code for crew in crews)

    def _crews(self, address: str, processes: int, *, sample: bool) -> list[Crew]:
        at = at_store(self._ledger.url)
        crews = [Crew(worker_words(address, sample=sample), at, processes, say_on_stderr)]
        if self._console_port is not None:
            words = console_words(address, self._console_port, sample=sample)
            crews.append(Crew(words, at, 1, say_console_on_stderr))
        return crews

    def _choose_console_port(self) -> None:
        """Choose one if any will do: a console that dies is started again on the same.

        Raises:
            BadInputError: If it is taken.
        """
        if self._console_port == 0:
            [self._console_port] = free_ports(1)
        elif self._console_port is not None and listens(self._console_port):
            said = (
                f"端口 {self._console_port} 已被占用；请换一个，或加 --no-console",
                f"port {self._console_port} is taken; choose another, or --no-console",
            )
            raise BadInputError("--console-port", t(*said))

    @property
    def _console(self) -> str | None:
        if self._console_port is None:
            return None
        return self._settings.console_url or f"http://127.0.0.1:{self._console_port}"

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[str]:
        """Yield the server's address, and note it beside the store while it runs: other commands find it there."""
        if self._address:
            yield self._address
            return
        cli, db = temporal_cli(progress(language())), self._folder / "temporal.db"
        async with dev_server(cli, db=db, port=self._port, ui_port=self._ui_port, guarded=True) as address:
            with noted(self._ledger.url, address):
                yield address

    def _tell(self, address: str, crews: Sequence[Crew], count: int, *, as_json: bool) -> None:
        url, pids = without_password(self._ledger.url), crews[0].pids
        if as_json:
            page = f"http://127.0.0.1:{self._ui_port}" if self._ui_port and not self._address else None
            where = {"ready": True, "store": url, "address": address, "page": page, "folder": str(self._folder)}
            of_console = {
                "console": self._console,
                "console_process": next(iter(crews[-1].pids[: len(crews) - 1]), None),
            }
            typer.echo(json.dumps({**where, "workers": pids, "open_cases": count, **of_console}))
            return
        typer.echo(t(f"库：{url}", f"store: {url}"))
        typer.echo(t(f"Temporal：{address}", f"Temporal: {address}"))
        if self._ui_port and not self._address:
            typer.echo(t(f"Temporal 网页：http://127.0.0.1:{self._ui_port}", f"page: http://127.0.0.1:{self._ui_port}"))
        typer.echo(t(f"数据目录：{self._folder}", f"folder: {self._folder}"))
        if self._console:
            typer.echo(t(f"网页端：{self._console}（账号：bridgefund account add）", f"console: {self._console}"))
        typer.echo(
            t(
                f"就绪：{len(pids)} 个工作进程，{count} 件未结案件；Ctrl-C 结束",
                f"ready: {len(pids)} workers, {count} open cases; Ctrl-C ends",
            )
        )


async def _end(crews: Sequence[Crew], working: Sequence[asyncio.Task[int]]) -> None:
    for crew in crews:
        crew.stop()
    await asyncio.gather(*working)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for one `up` alone.

    Raises:
        BadInputError: If another one has it.
    """
    with (folder / "up.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            taken = t("另一个 bridgefund up 正在使用这个数据目录", "another `bridgefund up` uses this folder")
            raise BadInputError(str(folder), taken) from error
        yield
