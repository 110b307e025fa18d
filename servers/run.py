"""The two Temporal servers, running for as long as a block lasts."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

from temporalio.converter import DataConverter
from temporalio.testing import WorkflowEnvironment

from servers.errors import ServerNotStartedError
from servers.health import answers
from servers.machine import last_words
from servers.ports import LOOPBACK, free_ports, listens

Program = tuple[str | Path, ...]
GUARD = Path(__file__).parent / "guard.py"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
ATTEMPTS_MAX = 3  # A port that was free a moment ago may be taken by the time the server asks for it.


@asynccontextmanager
async def dev_server(
    cli: Path,
    *,
    db: Path | None = None,
    port: int | None = None,
    ui_port: int | None = None,
    options: Sequence[str] = (),
    guarded: bool = False,
) -> AsyncIterator[str]:
    """Run Temporal's dev server on 127.0.0.1 and yield its address; only this process of it is ended after.

    With *db* its state outlives it, with *ui_port* its web page is served, *options* are the CLI's own. A *guarded* one
    ends even if this process is killed.

    Raises:
        ServerNotStartedError: it ended, or did not answer in time.
    """
    flags = [*_flags(db, ui_port), *options]
    program: Program = (sys.executable, "-I", GUARD, cli) if guarded else (cli,)
    process, address = await _started(program, port, flags)
    try:
        yield address
    finally:
        await stopped(process)


@asynccontextmanager
async def time_skipping(
    exe: Path, *, data_converter: DataConverter = DataConverter.default, start_seconds: float = START_SECONDS
) -> AsyncIterator[WorkflowEnvironment]:
    """Run the time-skipping server and yield its environment, whose client uses *data_converter*.

    Raises:
        ServerNotStartedError: it did not answer in time.
    """
    try:
        environment = await WorkflowEnvironment.start_time_skipping(
            data_converter=data_converter,
            test_server_existing_path=str(exe),
            # Java takes its time when several start at once; the SDK's own limit is 5 seconds. It waits that
            # long for a program that has ended, too.
            test_server_startup_timeout=timedelta(seconds=start_seconds),
        )
    except RuntimeError as error:
        raise ServerNotStartedError(server=exe, reason=error) from error
    async with environment:
        yield environment


def _flags(db: Path | None, ui_port: int | None) -> list[str]:
    state = ["--db-filename", str(db)] if db else []
    page = ["--ui-port", str(ui_port)] if ui_port else ["--headless"]
    return ["--ip", LOOPBACK, "--log-level", "error", *state, *page]


async def _started(cli: Program, port: int | None, flags: Sequence[str]) -> tuple[Process, str]:
    # With a port of the caller's choice another attempt would meet the same obstacle.
    for _ in range(ATTEMPTS_MAX - 1 if port is None else 0):
        with suppress(ServerNotStartedError):
            return await _start(cli, port, flags)
    return await _start(cli, port, flags)


async def _start(cli: Program, port: int | None, flags: Sequence[str]) -> tuple[Process, str]:
    free, http, metrics = free_ports(3)
    front = port or free
    if listens(front):  # Else that other server would answer in place of ours.
        raise ServerNotStartedError(server=cli[-1], reason=f"{LOOPBACK}:{front} is taken")
    ports = ("--port", str(front), "--http-port", str(http), "--metrics-port", str(metrics))
    address = f"{LOOPBACK}:{front}"
    with TemporaryFile() as output:
        # In a session of its own, since Ctrl-C is for us: the server ends after those who use it.
        process = await asyncio.create_subprocess_exec(
            *cli,
            "server",
            "start-dev",
            *ports,
            *flags,
            # A guard's lifeline: it closes when this process ends, however it ends.
            stdin=PIPE if len(cli) > 1 else DEVNULL,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
        )
        try:
            await _answering(process, address)
        except (TimeoutError, ChildProcessError) as error:
            await stopped(process)
            output.seek(0)
            words = last_words(output.read().decode(errors="replace"))
            raise ServerNotStartedError(server=cli[-1], reason=words or repr(error)) from error
        except BaseException:
            await stopped(process)
            raise
    return process, address


async def _answering(process: Process, address: str) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            answered = await answers(address)
            # Asked second: had ours lost its port, the one that answers would be somebody else's.
            if process.returncode is not None:
                raise ChildProcessError(f"exit code {process.returncode}")
            if answered:
                return
            await asyncio.sleep(0.1)


async def stopped(process: Process, seconds: float = STOP_SECONDS) -> None:
    """Tell a process to end, wait for it, and kill it if it takes longer than *seconds*."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
