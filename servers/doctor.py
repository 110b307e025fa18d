"""What this machine has of what the product needs, and the command that mends what is missing. Installs nothing."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers.errors import UnavailableError
from servers.find import CLI, INSTALL_COMMAND, TEST_SERVER, Server, look, running_server
from servers.machine import Machine, cache_folder
from servers.text import Text

PYTHON_MIN = (3, 11)
PROBE_SECONDS = 30.0


@dataclass(frozen=True)
class Finding:
    """One thing looked for."""

    key: str  # Stable, for programs that read the findings.
    name: Text
    found: bool
    detail: Text  # Where it is and which version; or why it is not there.
    mend: Text | None = None
    needed: bool = True  # The product does not work without it.
    installable: bool = False  # It is not there, and this machine has the tools to install it.


def examine(environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what was found on the machine that *environ* describes, without changing anything on it."""
    machine = Machine.of(environ)
    return [
        _python(),
        _server("dev_server", CLI, machine),
        _server("test_server", TEST_SERVER, machine),
        _tool("go", Text("Go", "Go"), ("go", "version"), machine),
        _tool("java", Text("Java", "Java"), ("java", "-version"), machine),
        _tool("maven", Text("Maven", "Maven"), ("mvn", "--version"), machine),
        *_address(machine),
        _cache(machine),
        _tool("postgresql", Text("PostgreSQL 客户端", "PostgreSQL client"), ("psql", "--version"), machine),
    ]


def complete(findings: Iterable[Finding]) -> bool:
    """Tell whether everything needed is there or can be installed; a server that answers stands for the dev server."""
    answering = any(finding.key == "address" and finding.found for finding in findings)
    return all(
        finding.found or finding.installable or (finding.key == "dev_server" and answering)
        for finding in findings
        if finding.needed
    )


def _python() -> Finding:
    return Finding(
        key="python",
        name=Text("Python", "Python"),
        found=sys.version_info >= PYTHON_MIN,
        detail=Text(*[f"{platform.python_version()} ({sys.executable})"] * 2),
        mend=Text("安装 Python 3.11 以上版本", "install Python 3.11 or newer"),
    )


def _server(key: str, server: Server, machine: Machine) -> Finding:
    at, tried = look(server, machine)
    if at:
        return Finding(key, server.name, found=True, detail=Text(str(at), str(at)))
    detail = Text(
        "；".join(f"{way.zh}：{reason.zh}" for way, reason in tried),
        "; ".join(f"{way.en}: {reason.en}" for way, reason in tried),
    )
    # Whether the SDK's download is within reach shows only when it is tried, so it is not counted on.
    installable = any(way.tools and all(map(machine.program, way.tools)) for way in server.fills)
    mend = Text(INSTALL_COMMAND, INSTALL_COMMAND) if installable else server.mend
    return Finding(key, server.name, found=False, detail=detail, mend=mend, installable=installable)
