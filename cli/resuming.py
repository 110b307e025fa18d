"""`bridgefund resume`: every open case has its workflow again, from the ledger alone."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from temporalio.client import Client

from activities.processes import SHIFT_S, shift_s
from cli.errors import exits_on_error, run_command
from cli.reading import bar_if_slow
from cli.whereabouts import ADDRESS_OPTION, SAMPLE_OPTION, STORE_OPTION, noted_address, temporal_address
from domain.ledger import Ledger
from doors.stores import open_store
from doors.texts import t
from settings import Settings
from worker import check_kind
from workflows.client import connect, every_case
from workflows.resuming import FOREIGN, STARTED, WOKEN, Resumed, resume

FOUND = {
    "running": ("原已运行", "ran already"),
    "none": ("没有流程", "had none"),
    "reset": ("曾在外部被重置，已令其重读总账", "was reset from outside: told to read the ledger again"),
    "foreign": ("被别的流程占用，须由人处理", "is taken by another workflow: a person must look"),
    "stray": ("已结而仍在运行，已令其重读总账", "ran though the case is closed: told to read the ledger again"),
    "terminated": ("流程曾在外部被终止", "had been terminated from outside"),
    "canceled": ("流程曾在外部被取消", "had been canceled from outside"),
    "failed": ("流程曾失败", "had failed"),
    "timed_out": ("流程曾超时", "had timed out"),
    "completed": ("流程已结束而案件未结", "had ended while the case is open"),
    "continued_as_new": ("流程接续未成", "had not gone on"),
}


def resume_(
    *,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    sample: SAMPLE_OPTION = False,
    closed: Annotated[
        bool,
        typer.Option("--closed", help=t("也唤醒已结而仍在运行的", "also wake what still runs of closed cases (slow)")),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=t("只看不动：若有可恢复的，退出码 1", "only tell; exit code 1 if any"))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """按总账恢复所有未结案件的流程，可重复执行。 / Start the workflow of every open case, from the ledger alone.

    Temporal 的数据库丢失、流程被终止或重置之后使用；计时器按已存的日期继续。退出码：0 全部在运行，1 仍有未恢复的。

    After Temporal's database was lost, or a run was terminated or reset from outside. Timers go on by their stored
    dates. It may be done twice, and while workers run. Exit code 0: every open case runs; 1: some do not.

    例 / example: bridgefund resume --store sqlite:///ledger.db --address 127.0.0.1:7233
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger = open_store(store)
        where = temporal_address(address, settings, ledger.url)
        # A demo's own server serves its sample store and nothing else.
        check_kind(ledger, sample=sample or where == noted_address(ledger.url))
    run_command(_resume(ledger, where, settings, closed=closed, dry_run=dry_run, as_json=as_json))


async def _resume(
    ledger: Ledger, address: str, settings: Settings, *, closed: bool, dry_run: bool, as_json: bool
) -> int:
    client = await connect(address, settings.temporal_namespace)
    done = await resumed(ledger, client, settings.task_queue, closed=closed, dry_run=dry_run)
    typer.echo(_as_json(done) if as_json else "\n".join(_lines(done, dry_run=dry_run)))
    left = [one for one in done if one.found == FOREIGN or (dry_run and one.done)]
    return 1 if left else 0


async def resumed(
    ledger: Ledger, client: Client, task_queue: str, *, closed: bool = False, dry_run: bool = False
) -> list[Resumed]:
    """Start the workflow of every open case that has none, with a bar where it takes long; return what was found.

    With *closed* those of closed cases that still run are woken, so that they see it.
    """
    end = ledger.recorder.max_notification_id() or 0
    with bar_if_slow(t("读取总账", "reading the ledger")) as told:
        cases = await asyncio.to_thread(every_case, ledger, lambda position: told(position, end))
    cases = {case: is_open for case, is_open in cases.items() if is_open or closed}
    with bar_if_slow(t("恢复流程", "resuming")) as told:
        memo = {SHIFT_S: shift_s(ledger)}
        return await resume(
            client, task_queue, cases, memo, dry_run=dry_run, told=lambda count: told(count, len(cases))
        )


def _counts(done: list[Resumed]) -> dict[str, int]:
    return dict(Counter(one.found for one in done))


def _as_json(done: list[Resumed]) -> str:
    changed = [asdict(one) for one in done if one.done]
    return json.dumps({"cases": len(done), "found": _counts(done), "changed": changed}, ensure_ascii=False, indent=2)


def _lines(done: list[Resumed], *, dry_run: bool) -> Iterator[str]:
    started = sum(one.done == STARTED for one in done)
    woken = sum(one.done == WOKEN for one in done)
    if dry_run:
        yield t(
            f"未结案件 {len(done)} 件；将启动 {started} 件，将唤醒 {woken} 件（--dry-run：未做任何改动）",
            f"{len(done)} cases looked at; would start {started}, would wake {woken} (--dry-run: nothing was done)",
        )
    else:
        yield t(
            f"未结案件 {len(done)} 件；启动 {started} 件，唤醒 {woken} 件",
            f"{len(done)} cases looked at; {started} started, {woken} woken",
        )
    for found, count in _counts(done).items():
        yield f"  {count:>7}  {t(*FOUND.get(found, (found, found)))}"
    for one in done:
        if one.found == FOREIGN:
            yield t(f"须由人处理：{one.case}：{one.why}", f"a person must look: {one.case}: {one.why}")
