"""How a report leaves: on the screen, as JSON, as XLSX, as PDF; several at once, all of one document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import update_wrapper
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import exits_on_error
from cli.reading import JsonOption, Reading, StoreOption, bar_if_slow, reading
from cli.report_screen import show
from cli.texts import language, t
from domain.calendar import day_of
from reports.delivery import check_place, put
from reports.document import Report

XlsxOption = Annotated[
    Path | None,
    typer.Option(
        "--xlsx",
        metavar="FILE",
        help=t("另写成 Excel 工作簿（.xlsx）：金额为数字，单位万元", "also write a workbook: amounts are numbers"),
    ),
]
PdfOption = Annotated[
    Path | None,
    typer.Option(
        "--pdf",
        metavar="FILE",
        help=t("另写成 PDF：内嵌中文字体，含图", "also write a PDF, fonts embedded, with charts"),
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help=t("覆盖已有的文件", "replace a file that is there"))]


@dataclass(frozen=True)
class Outputs:
    """What is asked for; without any of it a report goes to the screen."""

    as_json: bool = False
    xlsx: Path | None = None
    pdf: Path | None = None
    force: bool = False

    def check(self) -> None:
        """Check before anything is read that each file can be written.

        Raises:
            CannotWriteError: If one cannot.
        """
        for suffix, path in ((".xlsx", self.xlsx), (".pdf", self.pdf)):
            if path is not None:
                check_place(f"--{suffix[1:]}", path, suffix, force=self.force)


def leaving(command: Callable[..., None]) -> Callable[..., None]:
    """Give a report's command the options by which it leaves; it is handed the open store and what is asked for."""
    own = list(signature(command).parameters.values())[2:]

    def run(
        *given: Any,
        store: StoreOption = None,
        as_json: JsonOption = False,
        xlsx: XlsxOption = None,
        pdf: PdfOption = None,
        force: ForceOption = False,
        **asked: Any,
    ) -> None:
        outputs = Outputs(as_json, xlsx, pdf, force)
        with reporting(store, outputs) as read:
            command(read, outputs, *given, **asked)

    forms = [one for one in signature(run).parameters.values() if one.kind is one.KEYWORD_ONLY]
    update_wrapper(run, command)
    run.__signature__ = Signature([*own, *forms])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*own, *forms)}
    return run


@contextmanager
def reporting(store: str | None, outputs: Outputs) -> Iterator[Reading]:
    """Open a store for a report; where a file cannot be written, nothing is read at all."""
    with exits_on_error():
        outputs.check()
    with reading(store) as read:
        yield read


def deliver(read: Reading, outputs: Outputs, report: Report, **data: Any) -> None:
    """Hand a report out in every form that is asked for; *data* goes to JSON beside the document."""
    at = _reached(read)
    mark = "样例 SAMPLE" if read.sample else ""
    report = report.marked(mark, t(f"数据截至 {day_of(at)}", f"as of {day_of(at)}"))
    written = list(_files(outputs, report, at))
    if outputs.as_json:
        read.print_json(**data, report=report.data())
    elif not written:
        show(read.console(), report)
    for path in written:
        typer.echo(t(f"已写入 {path}", f"{path} is written"), err=True)


def _files(outputs: Outputs, report: Report, at: datetime) -> Iterator[Path]:
    with bar_if_slow(t("制作文件", "making the files")) as told:
        wanted = (outputs.xlsx is not None) + (outputs.pdf is not None)
        if outputs.xlsx is not None:
            # Loaded only when asked for: both take a while.
            from reports.xlsx import xlsx  # noqa: PLC0415

            put("--xlsx", outputs.xlsx, lambda: xlsx(report, at))
            told(1, wanted)
            yield outputs.xlsx
        if outputs.pdf is not None:
            from reports.pdf import pdf  # noqa: PLC0415

            put("--pdf", outputs.pdf, lambda: pdf(report, language(), at))
            told(wanted, wanted)
            yield outputs.pdf


def _reached(read: Reading) -> datetime:
    """Return when the last fact was recorded that the report can know of."""
    last = read.ledger.recorder.max_notification_id() or 0
    found = read.ledger.entries(last - 1, 1)
    return found[0].fact.act.recorded_at if found else datetime.fromtimestamp(0, UTC)
