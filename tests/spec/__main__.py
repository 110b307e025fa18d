"""`python -m tests.spec`: each requirement and county with its tests; exit code 1 if a cell has none.

With `--mutate`, each key of each policy is changed in turn, and what no test notices is listed.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from cli.errors import exits_on_error
from doors.texts import t
from tests.places import ROOT
from tests.spec.hunting import Finding, prepare
from tests.spec.marks import Coverage, collect
from tests.spec.matrix import ROWS, policy_files, read
from tests.spec.reasons import idle, read_reasons, reasoned
from tests.spec.report import as_data, cells_table, summary
from tests.spec.survivors import findings_data, findings_text, passes


def spec(
    tests: Annotated[list[Path] | None, typer.Argument(help=t("测试，默认全部", "tests; default: all"))] = None,
    *,
    rows: Annotated[Path, typer.Option(help=t("需求表", "the table of requirements"))] = ROWS,
    mutate: Annotated[
        bool, typer.Option("--mutate", help=t("逐键改动政策，看有无测试发觉", "change each key: does a test notice?"))
    ] = False,
    row: Annotated[list[str] | None, typer.Option(help=t("只改这几行的键", "only keys of these rows"))] = None,
    workers: Annotated[int, typer.Option(min=1, help=t("并行数", "processes at a time"))] = 2,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """每条需求、每个县的测试；有缺则退出码为 1。 / Each requirement and county with its tests; 1 if a cell has none."""
    with exits_on_error():
        coverage = collect(read(rows), tests or [ROOT / "tests"])
        if mutate:
            findings, words = _hunted(coverage, frozenset(row or ()), workers)
            reasons = read_reasons()
            stale = [] if row or tests else idle(findings, reasons)
            findings = reasoned(findings, reasons)
            _show(findings_text(coverage, findings, words), findings_data(findings, words), as_json=as_json)
            for reason in stale:
                typer.echo(
                    t(f"理由已不成立：{reason.keys}", f"a reason that no key needs any more: {reason.keys}"), err=True
                )
            raise typer.Exit(0 if passes(findings) and not stale else 1)
    if not as_json:
        Console().print(cells_table(coverage))
    _show(summary(coverage), as_data(coverage), as_json=as_json)
    raise typer.Exit(1 if coverage.untested() else 0)


def _hunted(coverage: Coverage, rows: frozenset[str], workers: int) -> tuple[list[Finding], int]:
    hunt = prepare(coverage, policy_files(), rows)
    watched = track(
        hunt.run(workers), t("改动", "changing"), len(hunt.tasks), console=Console(stderr=True), transient=True
    )
    return [*hunt.found, *watched], hunt.words


def _show(lines: Iterable[str], data: Any, *, as_json: bool) -> None:
    for line in [json.dumps(data, ensure_ascii=False, indent=2)] if as_json else lines:
        typer.echo(line)


if __name__ == "__main__":
    typer.run(spec)
