"""The ways to a server that is not there yet: the SDK's own download, Go, Maven."""

import shutil
import sys
import tempfile
from pathlib import Path

from servers.errors import UnavailableError
from servers.machine import Machine
from servers.ports import answers_soon, free_ports

CLI_VERSION = "1.5.1"
TEST_SERVER_VERSION = "1.38.0"
CLI_MODULE = f"github.com/temporalio/cli/cmd/temporal@v{CLI_VERSION}"

DOWNLOAD_SECONDS = 180.0  # An address that drops packets must not hold up the ways after it for long.
BUILD_SECONDS = 1800.0  # Three minutes on two cores with an empty build cache; slow machines and lines exist.
START_SECONDS = 60.0

RECIPE = Path(__file__).parent / "test_server"
WRAPPER = """\
#!/bin/sh
# Starts Temporal's time-skipping test server on 127.0.0.1: temporal-test-server PORT [--enable-time-skipping]
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec java -cp "$here/classes:$here/jars/*" LoopbackTestServer "$@"
"""
CONTENTS = "contents"  # Lists what a whole folder holds; written last.


def download(server: str, version: str) -> "Fill":
    """Return the SDK's download of *server* (`cli` or `test-server`), which also starts it once."""

    def fill(machine: Machine, folder: Path, exe: str) -> None:
        # In a process of its own: the SDK's download cannot be cancelled, and may abort its interpreter.
        command = (sys.executable, "-m", "servers.download", server, f"v{version}", str(folder))
        source = {"PYTHONPATH": str(Path(__file__).parent.parent)}
        machine.run(command, DOWNLOAD_SECONDS, more=source)
        had = [path for path in folder.iterdir() if path.is_file()]
        if len(had) != 1:
            raise UnavailableError(f"下载得到 {len(had)} 个文件", f"the download gave {len(had)} files")
        had[0].rename(folder / exe)

    return fill
