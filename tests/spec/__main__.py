"""`python -m tests.spec`: each requirement and county with its tests; exit code 1 if a cell has none."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.errors import exits_on_error
from cli.texts import t
from tests.places import ROOT
from tests.spec.marks import collect
from tests.spec.matrix import ROWS, read
from tests.spec.report import as_data, cells_table, summary


def spec(
    tests: Annotated[list[Path] | None, typer.Argument(help=t("测试，默认全部", "tests; default: all"))] = None,
    *,
    rows: Annotated[Path, typer.Option(help=t("需求表", "the table of requirements"))] = ROWS,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """每条需求、每个县的测试；有缺则退出码为 1。 / Each requirement and county with its tests; 1 if a cell has none."""
    with exits_on_error():
        coverage = collect(read(rows), tests or [ROOT / "tests"])
    if as_json:
        typer.echo(json.dumps(as_data(coverage), ensure_ascii=False, indent=2))
    else:
        Console().print(cells_table(coverage))
        for line in summary(coverage):
            typer.echo(line)
    raise typer.Exit(1 if coverage.untested() else 0)


if __name__ == "__main__":
    typer.run(spec)
