"""`bridgefund audit`: what is kept, held against what the ledger says of it."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer

from audit.files import BadFile, FilesReport, check_files
from cli.errors import exits_on_error
from cli.file_transfers import file_store
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from cli.stores import open_store
from cli.texts import language, t
from domain.cases import STORE
from domain.store import STORE as STORE_DECIDER
from domain.words import Both
from settings import Settings

FOUND = 1

app = typer.Typer(help=t("核对：留存与总账是否相符", "what is kept, against the ledger"), no_args_is_help=True)


@app.callback()
def audits() -> None:
    """Group: there is more to audit than files."""


@app.command(
    help=t(
        "逐件重读全部附件文件：在不在、大小、摘要是否相符。退出码：0 全部相符，1 有缺失或改动。"
        "没有附件指向的文件只计数：上传后未办理的。",
        "Read every attached file through: is it there, of its size, of its digest. Exit code 0: all are; 1: a file is "
        "missing or altered. Files that no paper names are counted only: uploaded, and then not asked for.",
    ),
    epilog=t(
        "例：bridgefund audit files --store sqlite:///ledger.db",
        "Example: bridgefund audit files --store sqlite:///ledger.db",
    ),
)
def files(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Hold the file store against the ledger."""
    with exits_on_error(), open_store(store) as ledger:
        kept = file_store(Settings.from_env(os.environ), ledger.url)
        with bar_if_slow(t("重读附件", "reading the files")) as told:
            report = check_files(ledger, kept, told)
        sample = ledger.state(STORE_DECIDER, STORE).sample is not None
        if as_json:
            whole = {"sample": sample, "store": kept.url, **_plain(report)}
            typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        else:
            console = console_of(sample=sample)
            for line in _lines(report):
                console.print(line)
    raise typer.Exit(FOUND if report.found else 0)


def _plain(report: FilesReport) -> dict[str, Any]:
    words = [(one, one.words()) for one in report.found]
    return {**asdict(report), "found": [{**asdict(one), "zh": said.zh, "en": said.en} for one, said in words]}


def _lines(report: FilesReport) -> Iterator[str]:
    yield t(
        f"附件 {report.papers} 份，文件 {report.files} 个，读了 {report.read_bytes} 字节",
        f"{report.papers} papers in {report.files} files, {report.read_bytes} bytes read",
    )
    if report.orphans:
        yield t(f"没有附件指向的文件 {report.orphans} 个", f"{report.orphans} files that no paper names")
    if report.unfinished:
        yield t(f"中断的上传 {report.unfinished} 次", f"{report.unfinished} uploads were broken off")
    for one in report.found:
        yield f"✗ {_line(one)}"
    yield t(f"发现 {len(report.found)} 项", f"{len(report.found)} found")


def _line(one: BadFile) -> str:
    said: Both = one.words()
    return f"{one.case} {one.paper} {one.file_name} (sha256 {one.digest}): {said.zh if language() == 'zh' else said.en}"
