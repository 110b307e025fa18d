"""How a command ends when the engine or the input says no: the reason on stderr, exit code 2, or 1 to try again."""

import logging
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import structlog
import typer
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig

from domain.errors import BridgefundError, FindingError
from doors.texts import language
from exits import run_and_exit

BAD_INPUT = 2
TRY_AGAIN = 1
FOUND = 1


@contextmanager
def exits_on_error() -> Iterator[None]:
    """Turn an error of ours into its words on stderr and exit code 2; let any other through.

    What is logged goes to stderr too: stdout is for what was asked for.
    """
    # Looked up anew each time: a test's stderr is closed after it.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        yield
    except BridgefundError as error:
        typer.echo(error.text(language()), err=True)
        raise typer.Exit(exit_code(error)) from error


def exit_code(error: BridgefundError) -> int:
    """Return 2 for what asking again would not change, 1 for what it may, and for what was found to be wrong."""
    if isinstance(error, FindingError):
        return FOUND
    return TRY_AGAIN if error.temporary else BAD_INPUT


def run_command(command: Coroutine[Any, Any, int | None]) -> NoReturn:
    """Run a command that uses a Temporal client, and end the process."""
    # The SDK's core writes to stdout by itself, where a command's answer stands; its errors go the way of all logs.
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    telemetry = TelemetryConfig(logging=LoggingConfig(filter="error", forwarding=forwarding))
    Runtime.set_default(Runtime(telemetry=telemetry), error_if_already_set=False)
    run_and_exit(_in_words(command))


async def _in_words(command: Coroutine[Any, Any, int | None]) -> int:
    try:
        return await command or 0
    except BridgefundError as error:
        typer.echo(error.text(language()), err=True)
        return exit_code(error)
