"""`bridgefund audit`: what is kept, held against what the ledger says of it."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer

from audit.files import BadFile, FilesReport, check_files
from cli.audit_reporting import report
from cli.errors import exits_on_error
from cli.packing import pack_
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from cli.verifying import verify_
from domain.cases import STORE
from domain.store import STORE as STORE_DECIDER
from domain.words import Both
from doors.paper_files import file_store
from doors.stores import open_store
from doors.texts import language, t
from settings import Settings

FOUND = 1

app = typer.Typer(help=t("核对：留存与总账是否相符", "what is kept, against the ledger"), no_args_is_help=True)


app.command(
    "report",
    help=t(
        "某县某资金年度的审计报告：核对了什么、多少、发现什么、哪些未核对及原因；一份文件，先中文后英文。"
        "退出码：0 没有发现，1 有发现，2 没有这个县或该年度没有资金。",
        "The audit report of a county's fiscal year: what was checked, how many, what was found, what was not checked "
        "and why; one document, Chinese first. Exit code 0: nothing found; 1: findings; 2: no such county or year.",
    ),
    epilog=t(
        "例：bridgefund audit report jiashi 2022 --pdf audit.pdf",
        "Example: bridgefund audit report jiashi 2022 --pdf audit.pdf",
    ),
)(report)


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


app.command(
    "pack",
    help=t(
        "制作一笔资金的审计包：资金及其支付的各事项的全部事实、逐条证明、签名的检查点、政策文本和日历，一个文件，可离线核验。"
        "封印之后的事实：给出密钥则先封印，否则不收入并说明条数。"
        "退出码：0 已制作，1 有附件文件缺失或改动，或总账已非所封印的，2 未制作。",
        "Pack a fund for its auditor: every fact of the fund and of each case that it paid for, each proven to a "
        "signed checkpoint, policies, calendars, in one file that verifies offline. Facts after the last seal: with a "
        "key they are sealed first; else they are left out, and counted. Exit code 0: made; 1: a file is missing or "
        "altered, or the log is not what was sealed; 2: not made.",
    ),
    epilog=t(
        "例：bridgefund audit pack jiashi/fund/F1 -o F1.zip --with-files --key log.key",
        "Example: bridgefund audit pack jiashi/fund/F1 -o F1.zip --with-files --key log.key",
    ),
)(pack_)
app.command(
    "verify",
    help=t(
        "核验一份审计包（与 verify.py 相同），或整个库（--store）：重算每条事实并与签名的检查点核对，"
        "重新累计资金、计算期限，重读附件，指出第一处不符。"
        "库外保存的检查点和公布的封印用 --checkpoint、--log 给出。退出码：0 全部相符，1 有发现，2 不能读取。",
        "Verify a pack, as verify.py does, or a whole store (--store): every fact hashed again and held against the "
        "signed checkpoints, money folded and deadlines counted anew, files read; the first divergence is named. What "
        "is kept outside the store is given by --checkpoint and --log. Exit code 0: all is well; 1: findings; 2: it "
        "cannot be read.",
    ),
    epilog=t(
        "例：bridgefund audit verify F1.zip --key 'ledger.county.example+1a2b3c4d+AQ…'；"
        "bridgefund audit verify --store sqlite:///ledger.db --log seals --key '…'",
        "Examples: bridgefund audit verify F1.zip --key 'ledger.county.example+1a2b3c4d+AQ…'; "
        "bridgefund audit verify --store sqlite:///ledger.db --log seals --key '…'",
    ),
)(verify_)
