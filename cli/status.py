"""`bridgefund status`: whether everything runs that should, in one look; exit code 1 and words where it does not."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict

import typer

from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption, StoreOption, reading
from cli.whereabouts import ADDRESS_OPTION, console_answers, noted_console, temporal_address
from doors.clock import business_now
from doors.health import Status, ask_server, store_seen, wrong_in
from doors.texts import t
from settings import Settings

UNHEALTHY = 1


def status(*, store: StoreOption = None, address: ADDRESS_OPTION = None, as_json: JsonOption = False) -> None:
    """服务器、工作进程、案件与读模型是否正常。 / Server, workers, cases, read models: whether all is well.

    退出码：0 正常，1 有不正常之处（逐条说明）。 / Exit code 0: all is well; 1: something is not, with words.

    例 / example: bridgefund status --store sqlite:///ledger.db --address 127.0.0.1:7233
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
    with reading(store) as read:
        seen = Status(store_seen(read.ledger, read.engine, business_now(read.ledger), sample=read.sample))
        seen.wrong += wrong_in(seen.store)
        seen.address = temporal_address(address, settings, read.ledger.url)
        _look_at_console(seen, read.ledger.url)
    run_command(_status(seen, settings, as_json=as_json))


def _look_at_console(seen: Status, url: str) -> None:
    if (at := noted_console(url)) is None:
        return
    seen.console = {"address": at, "answers": console_answers(at)}
    if not seen.console["answers"]:
        seen.wrong.append(t(f"网页端 {at} 没有应答", f"the console at {at} does not answer"))


async def _status(seen: Status, settings: Settings, *, as_json: bool) -> int:
    await ask_server(seen, settings)
    typer.echo(_as_json(seen) if as_json else "\n".join(_lines(seen)))
    return UNHEALTHY if seen.wrong else 0


def _as_json(seen: Status) -> str:
    return json.dumps({"healthy": not seen.wrong, **asdict(seen)}, ensure_ascii=False, indent=2)


def _lines(seen: Status) -> Iterator[str]:
    store = seen.store
    kind = t("样例库", "sample store") if store["sample"] else t("正式库", "production store")
    yield t(
        f"库：{kind}（{store['kind']}），事实 {store['facts']} 条，业务时间 {store['business_now']}",
        f"store: {kind} ({store['kind']}), {store['facts']} facts, business time {store['business_now']}",
    )
    version = seen.server.get("version", t("没有应答", "no answer"))
    yield t(f"Temporal：{seen.address}，版本 {version}", f"Temporal: {seen.address}, version {version}")
    for sort, of_queue in seen.queues.items():
        workers, backlog = len(of_queue["workers"]), of_queue["backlog"]
        waiting = t(f"，积压约 {backlog}", f", backlog about {backlog}") if backlog is not None else ""
        yield t(
            f"队列 {of_queue['queue']}（{sort}）：工作进程 {workers} 个{waiting}",
            f"queue {of_queue['queue']} ({sort}): {workers} workers{waiting}",
        )
    yield t(
        f"未结案件 {store['open_cases']}，运行中的流程 {_known(seen.running)}，逾期 {store['overdue']}",
        f"{store['open_cases']} open cases, {_known(seen.running)} running workflows, {store['overdue']} overdue",
    )
    if seen.console:
        yield t(f"网页端：{seen.console['address']}", f"console: {seen.console['address']}")
    if sealed := store["sealed"]:
        yield t(
            f"上次封印：{sealed['at'][:16]}，事实 {sealed['facts']} 条",
            f"last seal: {sealed['at'][:16]}, {sealed['facts']} facts",
        )
    else:
        yield t("从未封印：见 bridgefund seal", "never sealed: see `bridgefund seal`")
    for wrong in seen.wrong:
        yield f"✗ {wrong}"
    if not seen.wrong:
        yield t("一切正常", "all is well")


def _known(count: int | None) -> str:
    return t("不详", "not known") if count is None else str(count)
