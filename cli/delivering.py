"""How a report leaves: on the screen, as JSON, as XLSX, as PDF; several at once, all of one document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import update_wrapper
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import exits_on_error
from cli.name_option import NamesOption
from cli.reading import JsonOption, Reading, StoreOption, bar_if_slow, reading
from cli.report_screen import show
from domain.calendar import day_of
from doors.clock import business_now
from doors.names import people_in_files
from doors.source import Source, leaving_the_house, marked, reached, told
from doors.texts import language, t
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
    names: bool = False

    @property
    def may_name(self) -> bool:
        """Tell whether officials may be named: a file leaves the house, and no form beside it says more."""
        return self.names or not (self.xlsx or self.pdf)

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
        names: NamesOption = False,
        **asked: Any,
    ) -> None:
        outputs = Outputs(as_json, xlsx, pdf, force, names)
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
        yield read if outputs.may_name else replace(read, people=people_in_files(read.ledger.url))


def source_of(read: Reading, county: str) -> Source:
    """Return a county of an open store as documents are made of it."""
    today = day_of(business_now(read.ledger))
    return Source(read.ledger, read.engine, read.names(county), county, today, sample=read.sample)


def deliver(read: Reading, outputs: Outputs, report: Report, **data: Any) -> None:
    """Hand a report out in every form that is asked for; *data* goes to JSON beside the document.

    What is sealed is said to whoever reads the screen or JSON here; a file leaves the house, with references alone
    unless the names are asked for.
    """
    deliver_as_of(reached(read.ledger), read, outputs, report, data)


def deliver_as_of(at: datetime, read: Reading, outputs: Outputs, report: Report, data: dict[str, Any]) -> None:
    """Hand a report out that says how things stood *at* a moment; see `deliver`."""
    report = marked(report, at, sample=read.sample)
    spoken = told(report, read.say)
    written = list(_files(outputs, spoken if outputs.names else leaving_the_house(report), at))
    if outputs.as_json:
        read.print_json(**data, report=report.data())
    elif not written:
        show(read.console(), spoken)
    for path in written:
        typer.echo(t(f"已写入 {path}", f"{path} is written"), err=True)


def _files(outputs: Outputs, report: Report, at: datetime) -> Iterator[Path]:
    with bar_if_slow(t("制作文件", "making the files")) as tell:
        wanted = (outputs.xlsx is not None) + (outputs.pdf is not None)
        if outputs.xlsx is not None:
            # Loaded only when asked for: both take a while.
            from reports.xlsx import xlsx  # noqa: PLC0415

            put("--xlsx", outputs.xlsx, lambda: xlsx(report, at))
            tell(1, wanted)
            yield outputs.xlsx
        if outputs.pdf is not None:
            from reports.pdf import pdf  # noqa: PLC0415

            put("--pdf", outputs.pdf, lambda: pdf(report, language(), at))
            tell(wanted, wanted)
            yield outputs.pdf
