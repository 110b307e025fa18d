"""The ways to a server that is not there yet: the SDK's own download, Go, Maven."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from servers.errors import UnavailableError
from servers.machine import Machine
from servers.ports import free_ports, listens

CLI_VERSION = "1.5.1"
TEST_SERVER_VERSION = "1.38.0"
CLI_EXE = "temporal"
TEST_SERVER_EXE = "temporal-test-server"
CLI_MODULE = f"github.com/temporalio/cli/cmd/temporal@v{CLI_VERSION}"

DOWNLOAD_SECONDS = 180.0  # An address that drops packets must not hold up the ways after it for long.
BUILD_SECONDS = 1800.0  # Three minutes on two cores with nothing built before; slower machines exist.
START_SECONDS = 60.0

RECIPE = Path(__file__).parent / "test_server"
# It lives for a test or a demo: the thorough compiler's work, and more collectors than one, never pay for themselves.
WRAPPER = """\
#!/bin/sh
# Temporal's time-skipping test server, on 127.0.0.1 only: temporal-test-server PORT [--enable-time-skipping]
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$here/classes:$here/jars/*" LoopbackTestServer "$@"
"""
CONTENTS = "contents"  # Lists the files of a whole folder with their sizes; written last.


def download_cli(machine: Machine, folder: Path) -> None:
    """Let the SDK download the CLI into *folder*.

    Raises:
        UnavailableError: it cannot be reached, or what came does not start.
    """
    _download(machine, folder, f"v{CLI_VERSION}", CLI_EXE)


def download_test_server(machine: Machine, folder: Path) -> None:
    """Let the SDK download the time-skipping server into *folder*.

    Raises:
        UnavailableError: it cannot be reached, or what came does not start.
    """
    _download(machine, folder, f"v{TEST_SERVER_VERSION}", TEST_SERVER_EXE)


def _download(machine: Machine, folder: Path, version: str, exe: str) -> None:
    # In a process of its own: the SDK's download cannot be cancelled, and may abort its interpreter.
    machine.run_module("servers.download", exe, version, str(folder), seconds=DOWNLOAD_SECONDS)
    had = [path for path in folder.iterdir() if path.is_file() and os.access(path, os.X_OK)]
    if len(had) != 1:
        raise UnavailableError(f"下载得到 {len(had)} 个程序", f"the download gave {len(had)} programs")
    had[0].rename(folder / exe)


def build_cli(machine: Machine, folder: Path) -> None:
    """Build the CLI from its Go module into *folder*.

    Raises:
        UnavailableError: there is no Go, or the build fails.
    """
    go = machine.needs("go")
    machine.run((go, "install", CLI_MODULE), BUILD_SECONDS, more={"GOBIN": str(folder)})
    check_cli(machine, folder / CLI_EXE)


def check_cli(machine: Machine, exe: Path) -> str:
    """Return what *exe* says its version is.

    Raises:
        UnavailableError: it does not run, or is another program of that name.
    """
    version = machine.run((exe, "--version"), START_SECONDS).strip()
    if not version.startswith("temporal version"):
        raise UnavailableError(f"{exe} 不是 Temporal CLI", f"{exe} is not the Temporal CLI")
    return version.removeprefix("temporal version").strip()


def assemble_test_server(machine: Machine, folder: Path) -> None:
    """Copy the test server's Maven artifacts into *folder*, with a program that starts them on 127.0.0.1.

    Upstream's own entry point listens on every address of the machine. Ours, the same few lines with an
    address, is compiled by the Eclipse compiler because that runs on a plain JRE.

    Raises:
        UnavailableError: there is no Java or Maven, an artifact cannot be had, or the server does not start.
    """
    java, maven = machine.needs("java"), machine.needs("mvn")
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        shutil.copy(RECIPE / "pom.xml", project)
        goals = ("-B", "-q", "-Dstyle.color=never", f"-Dserver={TEST_SERVER_VERSION}", f"-Dinto={folder}")
        machine.run((maven, *goals, "process-resources"), BUILD_SECONDS, folder=project)
        _compile(machine, java, project / "compiler", folder)
    exe = folder / TEST_SERVER_EXE
    _write_program(exe)
    _start_once(exe, machine)
    _write_contents(folder)


def is_older_program(exe: Path) -> bool:
    """Tell whether *exe* starts what we put together, in the way of an older version of ours."""
    return (exe.parent / CONTENTS).exists() and exe.read_text(encoding="utf-8") != WRAPPER


def renew_program(exe: Path) -> None:
    """Write *exe* as it is written today. To be called alone.

    Raises:
        OSError: the cache folder cannot be written.
    """
    _write_program(exe)
    _write_contents(exe.parent)


def _write_program(exe: Path) -> None:
    # Whoever starts it meanwhile reads the old one or the new one.
    fresh = exe.with_name(f".{exe.name}")
    fresh.write_text(WRAPPER, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(exe)


def _compile(machine: Machine, java: Path, compiler: Path, folder: Path) -> None:
    path = os.pathsep.join(str(jar) for jar in sorted((folder / "jars").glob("*.jar")))
    options = ("-nowarn", "-proc:none", "-source", "11", "-target", "11", "-cp", path)
    [jar] = compiler.glob("ecj-*.jar")
    source = RECIPE / "LoopbackTestServer.java"
    machine.run((java, "-jar", jar, *options, "-d", folder / "classes", source), START_SECONDS)


def _start_once(exe: Path, machine: Machine) -> None:
    [port] = free_ports(1)
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(  # noqa: S603 - the program just made
            (exe, str(port)), env=machine.environ, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_listening(process, port)
        finally:
            process.terminate()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while not listens(port):
        if process.poll() is not None or time.monotonic() > until:
            raise UnavailableError(
                f"装好后启动失败（退出码 {process.returncode}）",
                f"put together, but it does not start (exit code {process.returncode})",
            )
        time.sleep(0.1)


def _write_contents(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.lstrip(".") != CONTENTS)
    lines = [f"{path.stat().st_size} {path.relative_to(folder)}\n" for path in files]
    fresh = folder / f".{CONTENTS}"
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(folder / CONTENTS)


def check_test_server(machine: Machine, exe: Path) -> str:
    """Make sure that *exe* can be started, without starting it: that takes seconds. Return what it runs on.

    Raises:
        UnavailableError: it is no program, or lacks Java or one of its files.
    """
    if not (exe.is_file() and os.access(exe, os.X_OK)):
        raise UnavailableError(f"{exe} 不是可执行文件", f"{exe} is not an executable file")
    contents = exe.parent / CONTENTS
    if contents.exists():
        java = machine.needs("java")
        _check_contents(contents)
        return str(java)
    return ""


def _check_contents(contents: Path) -> None:
    for line in contents.read_text(encoding="utf-8").splitlines():
        size, name = line.split(" ", 1)
        path = contents.parent / name
        if not path.is_file() or path.stat().st_size != int(size):
            raise UnavailableError(f"{path} 缺失或不完整", f"{path} is missing or not whole")
