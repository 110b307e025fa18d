"""The one way out of a process that used a Temporal client."""

import asyncio
import atexit
import os
import sys
import traceback
from collections.abc import Coroutine
from typing import Any, NoReturn, TextIO

INTERRUPTED = 130  # What a shell reports for Ctrl-C: 128 + SIGINT.
UNFLUSHED = 120  # What Python itself reports when its last words cannot be written.


def run_and_exit(main: Coroutine[Any, Any, int | None]) -> NoReturn:
    """Run *main* and end the process with the code it returns; nothing after this call is run.

    `None` is 0, Ctrl-C is 130, an error is printed with its traceback and is 1. It does not return to a test
    runner either: a test awaits the coroutine, or starts a process.
    """
    code = _code_of(main)
    # The SDK's threads may still hold Python objects. Freed while the interpreter is taken down, they abort
    # it (exit code 134, temporalio/sdk-python issue 300), and no pause beforehand rules that out for sure. So
    # the interpreter is not taken down: what others registered for the end is run, the streams are flushed,
    # and the kernel ends all threads at once with the code that was meant.
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public name for it
    os._exit(_flushed(code))


def _code_of(main: Coroutine[Any, Any, int | None]) -> int:
    try:
        return asyncio.run(main) or 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return _code_of_system_exit(end)
    except BaseException:  # noqa: BLE001 - the last frame of the process: what is not shown here is lost
        traceback.print_exc()
        return 1


def _code_of_system_exit(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1


def _flushed(code: int) -> int:
    for stream in (sys.stdout, sys.stderr):
        if not _flush(stream):
            code = code or UNFLUSHED
    return code


def _flush(stream: TextIO | None) -> bool:
    try:
        if stream is not None:
            stream.flush()
    except (OSError, ValueError):  # The reader of a pipe has gone, or the stream was closed.
        return False
    return True
