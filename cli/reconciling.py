"""`bridgefund reconcile`: Temporal's histories held against the ledger, both ways."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from temporalio.client import Client
from temporalio.service import RPCError

from audit.findings import Finding
from audit.reconcile import Report, reconcile
from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption, StoreOption, bar_if_slow
from cli.whereabouts import ADDRESS_OPTION, temporal_address
from domain.ledger import Ledger
from doors.clock import wall_now
from doors.stores import open_store
from doors.texts import language, t
from settings import Settings
from workflows.client import CONNECT_SECONDS, NoAnswerError, connect
from workflows.runs import kept_for

FOUND = 1
REMEDIES = {
    "resume": ("可恢复：bridgefund resume", "mended by `bridgefund resume`"),
    "resume --closed": ("可恢复：bridgefund resume --closed", "mended by `bridgefund resume --closed`"),
    "person": ("须由人查明", "a person must look"),
}
COUNTS = {
    "cases": ("案件", "cases"),
    "open": ("其中未结", "of them open"),
    "running": ("正在运行的流程", "running workflows"),
    "runs": ("读到的运行", "runs read"),
    "updates": ("核对的决定", "decisions compared"),
    "ticks": ("核对的计时", "timers compared"),
    "commands": ("总账中的办理", "commands in the ledger"),
}
UNREADABLE = {
    "runs_unreadable": ("次运行已读不到历史", "runs whose history cannot be read any more"),
    "commands_unreadable": (
        "件办理所依据的运行 Temporal 已不再保存，无法核对",
        "commands rest on runs that Temporal has forgotten: they cannot be compared",
    ),
    "updates_unreadable": (
        "件决定由旧版本记录，未说明产生了几条事实，无法核对",
        "decisions of an older build do not say how many facts came of them: they cannot be compared",
    ),
}


def reconcile_(
    *,
    store: StoreOption = None,
    address: ADDRESS_OPTION = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help=t(
                "把已结束的运行记入总账（工作进程每小时自动做）",
                "note closed runs in the ledger, as workers do",
            ),
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """逐一核对 Temporal 的历史与总账，双向。 / Hold Temporal's histories against the ledger, both ways.

    每次决定、每次计时都须有事实，每条事实都须有来处；并列出未结而没有流程在运行的案件、在外部被终止或重置的运行。
    退出码：0 未发现问题，1 有发现。Temporal 已遗忘的只计数，不算“无误”。

    Every update and every timer must have its fact, and every fact where it came from; open cases without a running
    workflow and runs ended or reset from outside are listed. Exit code 0: nothing was found; 1: something was. What
    Temporal has forgotten is a count, never "fine".

    例 / example: bridgefund reconcile --store sqlite:///ledger.db --address 127.0.0.1:7233
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        ledger = open_store(store)
        where = temporal_address(address, settings, ledger.url)
    run_command(_reconcile(ledger, where, settings, keep=keep, as_json=as_json))


async def _reconcile(ledger: Ledger, address: str, settings: Settings, *, keep: bool, as_json: bool) -> int:
    client = await connect(address, settings.temporal_namespace)
    try:
        report, retention = await _report(client, ledger, settings.task_queue, keep=keep), await kept_for(client)
    except* RPCError as failed:
        reason = str(failed.exceptions[0])[:200]
        raise NoAnswerError(seconds=CONNECT_SECONDS, address=address, reason=reason) from failed
    typer.echo(_as_json(report, retention) if as_json else "\n".join(_lines(report, retention)))
    return FOUND if report.found else 0


async def _report(client: Client, ledger: Ledger, queue: str, *, keep: bool) -> Report:
    with bar_if_slow(t("核对", "reconciling")) as told:
        return await reconcile(client, ledger, queue, wall_now(), keep=keep, told=told)


def _plain(finding: Finding) -> dict[str, Any]:
    words = {"zh": finding.text("zh"), "en": finding.text("en")}
    return {**asdict(finding), **words, "remedy": finding.remedy}


def _as_json(report: Report, retention: timedelta) -> str:
    whole = {
        "found": [_plain(finding) for finding in report.found],
        "mended": [_plain(finding) for finding in report.mended],
        "counts": dict(report.counts),
        "noted": report.noted,
        "retention_s": round(retention.total_seconds()),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _lines(report: Report, retention: timedelta) -> Iterator[str]:
    compared = (f"{t(*words)} {report.counts[name]}" for name, words in COUNTS.items())
    yield t("，", ", ").join(compared)
    for name, words in UNREADABLE.items():
        if count := report.counts[name]:
            yield f"{count} {t(*words)}"
    if report.noted:
        yield t(f"新记入已结束的运行 {report.noted} 次", f"{report.noted} closed runs noted")
    hours = round(retention.total_seconds() / 3600)
    yield t(f"Temporal 保存已结束的运行 {hours} 小时", f"Temporal keeps closed runs for {hours} hours")
    for finding in report.mended:
        yield t("已复原：", "stands again: ") + _line(finding)
    for finding in report.found:
        yield f"✗ {_line(finding)}\n    {t(*REMEDIES[finding.remedy])}"
    yield t(f"发现 {len(report.found)} 项", f"{len(report.found)} found")


def _line(finding: Finding) -> str:
    run = f" [{finding.run_id}]" if finding.run_id else ""
    return f"{finding.case}{run}: {finding.text(language())}"
