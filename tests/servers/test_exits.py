"""A process that used a Temporal client ends with the code that was meant, every time."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from servers.find import temporal_cli
from servers.progress import QUIET
from servers.run import dev_server

ROOT = Path(__file__).parent.parent.parent
# Buffered, so that what is not flushed would be missed.
ENVIRON = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
WITH_CLIENT = """
import sys
from temporalio.client import Client
from exits import run_and_exit

async def main() -> int:
    client = await Client.connect(sys.argv[1])
    assert await client.service_client.check_health()
    print("done")
    return 3

run_and_exit(main())
"""


async def test_twenty_processes_with_a_client_end_with_the_code_they_return() -> None:
    async with dev_server(temporal_cli(QUIET)) as address:
        ends = [await ending(address) for _ in range(20)]

    assert ends == [(3, b"done\n", b"")] * 20


async def ending(address: str) -> tuple[int | None, bytes, bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WITH_CLIENT,
        address,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRON,
    )
    out, err = await process.communicate()
    return process.returncode, out, err


def run(body: str, before: str = "", stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    script = (
        f"import atexit, os, signal, sys\nfrom exits import run_and_exit\n{before}\n"
        f"async def main():\n    {body}\nrun_and_exit(main())\nprint('after')"
    )
    command = (sys.executable, "-c", script)
    return subprocess.run(
        command, env=ENVIRON, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("return 7", 7),
        ("return None", 0),
        ("sys.exit(5)", 5),
        ("sys.exit()", 0),
        ("raise KeyboardInterrupt", 130),
        ("os.kill(os.getpid(), signal.SIGINT); import asyncio; await asyncio.sleep(60)", 130),
    ],
)
def test_the_code_is_the_one_that_was_meant(body: str, code: int) -> None:
    ended = run(body)

    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", "")


def test_an_error_is_shown_and_is_1() -> None:
    ended = run("raise ValueError('the reason')")

    assert ended.returncode == 1
    assert ended.stderr.endswith("ValueError: the reason\n")


def test_a_reason_to_exit_is_shown_and_is_1() -> None:
    ended = run("sys.exit('the reason')")

    assert (ended.returncode, ended.stderr) == (1, "the reason\n")


def test_what_was_printed_and_what_was_registered_for_the_end_is_not_lost() -> None:
    ended = run("sys.stdout.write('x' * 100_000)", before="atexit.register(print, 'at the end')")

    assert (ended.returncode, ended.stdout) == (0, "x" * 100_000 + "at the end\n")


def test_last_words_that_cannot_be_written_are_not_a_success() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = run("print('lost')", stdout=writer)
    os.close(writer)

    assert ended.returncode == 120
