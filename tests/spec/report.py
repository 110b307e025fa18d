"""What the rows come to, as a table for people and as data."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from cli.tables import table
from doors.texts import t
from tests.spec.marks import Coverage
from tests.spec.matrix import MENTIONS, RULES, Cell

RUN, READ, NONE = "●", "○", "✗"
_NOTHING = "—"


def cells_table(coverage: Coverage) -> Table:
    """Return rows by counties, with how each cell is tested."""
    counties = coverage.matrix.counties
    made = table("ID", t("能力", "capability"), *counties)
    group = ""
    for row in coverage.matrix.rows:
        if group and row.id[:2] != group:
            made.add_section()
        group = row.id[:2]
        made.add_row(row.id, t(row.zh, row.en), *(_sign(coverage, Cell(row.id, code)) for code in counties))
    return made


def _sign(coverage: Coverage, cell: Cell) -> str:
    said = next(row for row in coverage.matrix.rows if row.id == cell.row).cells[cell.county]
    if said != RULES:
        return MENTIONS if said == MENTIONS else _NOTHING
    if coverage.running(cell):
        return RUN
    return READ if coverage.tests.get(cell) else NONE


def summary(coverage: Coverage) -> Iterator[str]:
    """Yield what the signs mean, the counts, and each cell without a test."""
    yield t(
        f"{RUN} 有测试运行规则　{READ} 只有测试读回文件　{NONE} 没有测试　{MENTIONS} 原文只提及　{_NOTHING} 原文未说",
        f"{RUN} a test runs the rule   {READ} tests only read the file back   {NONE} no test   "
        f"{MENTIONS} the text only mentions it   {_NOTHING} the text says nothing",
    )
    n = counts(coverage)
    yield t(
        f"{n['rows']} 行，{n['cells']} 格有规定，{n['tested']} 格有测试，其中 {n['run']} 格有测试运行规则",
        f"{n['rows']} rows, {n['cells']} cells that rule, {n['tested']} tested, "
        f"{n['run']} of them by a test that runs the rule",
    )
    for cell in coverage.untested():
        yield t(f"没有测试：{cell}", f"no test: {cell}")


def counts(coverage: Coverage) -> dict[str, int]:
    """Return how many rows, cells, tested cells, and cells with a test that runs the rule."""
    ruled = list(coverage.matrix.ruled())
    return {
        "rows": len(coverage.matrix.rows),
        "cells": len(ruled),
        "tested": sum(bool(coverage.tests.get(cell)) for cell in ruled),
        "run": sum(bool(coverage.running(cell)) for cell in ruled),
    }


def as_data(coverage: Coverage) -> dict[str, Any]:
    """Return everything, for programs."""
    return {
        **counts(coverage),
        "untested": [str(cell) for cell in coverage.untested()],
        "tests": {str(cell): sorted(tests) for cell, tests in sorted(coverage.tests.items())},
    }
