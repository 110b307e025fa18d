"""`bridgefund doctor`: what this machine has, what it lacks, and the command that mends it."""

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from doors.texts import language, t
from servers.doctor import Finding, complete, examine
from servers.errors import ServerNotHadError
from servers.find import temporal_cli, test_server
from servers.progress import progress

INCOMPLETE = 2


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "Print the findings as JSON"))] = False,
    install: Annotated[
        bool,
        typer.Option("--install", help=t("先安装缺少的服务器", "First install the servers that are missing")),
    ] = False,
) -> None:
    """检查本机：找到了什么、缺什么、用什么命令补上。 / What was found, what is missing, what mends it."""
    if install:
        _install()
    findings = examine()
    typer.echo(_as_json(findings) if as_json else "\n".join(map(_line, findings)))
    if not complete(findings):
        raise typer.Exit(INCOMPLETE)


def _install() -> None:
    say = progress(language())
    for server in (temporal_cli, test_server):
        try:
            server(say)
        except ServerNotHadError as error:  # The other one is still worth having, and the findings follow.
            sys.stderr.write(f"{error.text(language())}\n")


def _line(finding: Finding) -> str:
    name, detail = finding.name.to(language()), finding.detail.to(language())
    if finding.found:
        return f"✓ {name}: {detail}"
    sign = "✗" if finding.needed and not finding.installable else "○"
    mend = t(f"补救：{finding.mend.zh}", f"to mend it: {finding.mend.en}")
    return f"{sign} {name}: {detail}\n    {mend}"


def _as_json(findings: list[Finding]) -> str:
    return json.dumps(
        {"complete": complete(findings), "findings": [_plain(finding) for finding in findings]},
        ensure_ascii=False,
        indent=2,
    )


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        **asdict(finding),
        "name": finding.name._asdict(),
        "detail": finding.detail._asdict(),
        "mend": None if finding.found else finding.mend._asdict(),
    }
