"""What the changed keys came to, row by row: those that no test noticed, and those that no test runs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from doors.texts import t
from tests.spec.hunting import Finding, Outcome
from tests.spec.marks import Coverage

_WELL = (Outcome.NOTICED, Outcome.REFUSED, Outcome.REASONED)


def passes(findings: list[Finding]) -> bool:
    """Return whether every key is noticed by a test, or guarded by the policy's own checks."""
    return all(finding.outcome in _WELL for finding in findings)


def findings_text(coverage: Coverage, findings: list[Finding], words: int) -> Iterator[str]:
    """Yield the rows with what is unnoticed in them, and the counts."""
    of_row = _by_row(findings)
    for row in coverage.matrix.rows:
        if of_row[row.id]:
            yield from _of_row(f"{row.id} {t(row.zh, row.en)}", of_row[row.id])
    if of_row[""]:
        yield from _of_row(t("未注明属于哪一行", "no row is named above them"), of_row[""])
    yield from _of_reasons(findings)
    n = _tally(findings)
    yield t(
        f"{len(findings)} 个键：{n['noticed']} 个被测试发觉，{n['refused']} 个被政策核对拒绝，"
        f"{n['survived']} 个无测试发觉，{n['not_run']} 个没有测试运行，{n['no_row']} 个未注明行，"
        f"{n['reasoned']} 个写明了理由；"
        f"另有 {words} 处文字未改动",
        f"{len(findings)} keys: {n['noticed']} noticed by a test, {n['refused']} refused by the policy's own checks, "
        f"{n['survived']} survived, {n['not_run']} run by no test, {n['no_row']} under no row, "
        f"{n['reasoned']} with a reason; "
        f"{words} words left alone",
    )


def _of_reasons(findings: list[Finding]) -> Iterator[str]:
    """Yield each reason why no behaviour can hang on keys, with the keys."""
    keys: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.outcome == Outcome.REASONED:
            keys[finding.because].append(finding.place)
    for because, places in keys.items():
        yield t(f"{len(places)} 个键：{because}", f"{len(places)} keys: {because}")
        yield from (f"  {place}" for place in sorted(places))


def _of_row(name: str, findings: list[Finding]) -> Iterator[str]:
    survived = sorted(f"  {f.place}: {f.how}" for f in findings if f.outcome == Outcome.SURVIVED)
    idle = sum(f.outcome in (Outcome.NOT_RUN, Outcome.NO_ROW) for f in findings)
    if survived or idle:
        yield t(
            f"{name}：{len(findings)} 个键，{len(survived)} 个无测试发觉，{idle} 个没有测试运行",
            f"{name}: {len(findings)} keys, {len(survived)} survived, {idle} run by no test",
        )
        yield from survived


def findings_data(findings: list[Finding], words: int) -> dict[str, Any]:
    """Return everything, for programs."""
    keys = [
        {
            "key": f.place,
            "cells": [str(cell) for cell in f.cells],
            "change": f.how,
            "outcome": f.outcome.value,
            "because": f.because,
        }
        for f in sorted(findings)
    ]
    return {**_tally(findings), "words": words, "keys": keys}


def _by_row(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each row; a key that serves several rows stands in each."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for row in {cell.row for cell in finding.cells} or {""}:
            found[row].append(finding)
    return found


def _tally(findings: list[Finding]) -> dict[str, int]:
    counted = Counter(finding.outcome for finding in findings)
    return {outcome.value: counted[outcome] for outcome in Outcome}
