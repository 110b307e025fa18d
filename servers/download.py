"""The SDK's own download of a server, as a process: `python -m servers.download EXE VERSION FOLDER`."""

import asyncio
import os
import sys

from temporalio.testing import WorkflowEnvironment


async def download(exe: str, version: str, folder: str) -> None:
    """Download the server *exe* into *folder*, which is there, and start it once.

    Raises:
        RuntimeError: the SDK could not.
    """
    if exe == "temporal":
        server = await WorkflowEnvironment.start_local(
            ip="127.0.0.1", download_dest_dir=folder, dev_server_download_version=version
        )
    else:
        server = await WorkflowEnvironment.start_time_skipping(
            download_dest_dir=folder, test_server_download_version=version
        )
    await server.shutdown()


def main(arguments: list[str]) -> int:
    """Download what *arguments* name and return the exit code; the reason of a failure goes to stderr."""
    exe, version, folder = arguments
    try:
        asyncio.run(download(exe, version, folder))
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # Why not sys.exit: see exits.py.
