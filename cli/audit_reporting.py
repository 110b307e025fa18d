"""`bridgefund audit report`: one document, in both languages, of what was checked in a county's fiscal year."""

import asyncio
import getpass
import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import typer
from temporalio.service import RPCError

from audit.files import check_files
from audit.reconcile import reconcile
from audit.report import YearRead, parts, read_year
from audit.report_outside import papers_part, temporal_part
from audit.report_parts import Part
from cli.delivering import ForceOption, Outputs, PdfOption, XlsxOption, deliver_as_of
from cli.errors import exits_on_error, run_command
from cli.foreseeing import calendar
from cli.reading import JsonOption, Reading, StoreOption, bar_if_slow
from cli.whereabouts import ADDRESS_OPTION, temporal_address
from domain.cases import STORE
from domain.errors import BadInputError, BridgefundError, UnreadableFactError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from domain.words import Both
from doors.clock import business_now, wall_now
from doors.names import Names, People, people_in_files, people_of
from doors.paper_files import file_store
from doors.stores import open_store, without_password
from doors.texts import language, speaking, t
from files.store import files_url
from projections.store import views_engine
from reports.audit_report import Made, audit_report, in_both
from reports.document import Report
from settings import Settings
from workflows.client import connect

FOUND = 1
Lang = Literal["zh", "en", "both"]


@dataclass(frozen=True)
class Asked:
    """What is asked for."""

    county: str
    year: int
    outputs: Outputs
    lang: Lang


def report(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(min=1, max=9998, help=t("资金年度，如 2022", "fiscal year, such as 2022"))],
    *,
    lang: Annotated[
        Lang | None,
        typer.Option(
            "--lang",
            help=t("文件的语言；默认写文件时两种都有", "the language; where files are written both by default"),
        ),
    ] = None,
    store: StoreOption = None,
    address: ADDRESS_OPTION = None,
    as_json: JsonOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    force: ForceOption = False,
) -> None:
    """Make the audit report of a county's year."""
    outputs = Outputs(as_json, xlsx, pdf, force)
    spoken: Lang = lang or ("both" if xlsx or pdf else "en" if language() == "en" else "zh")
    asked = Asked(county, year, outputs, spoken)
    with exits_on_error():
        outputs.check()
        settings = Settings.from_env(os.environ)
        with open_store(store) as ledger:
            read = _read(ledger, asked)
            try:
                where = temporal_address(address, settings, ledger.url)
            except BadInputError:
                why = Both("没有给出 Temporal 的地址", "no Temporal address is given")
                code = _made(ledger, read, asked, settings, temporal_part(county, None, why))
                raise typer.Exit(code) from None
            run_command(_with_server(ledger, read, asked, settings, where))


async def _with_server(ledger: Ledger, read: YearRead, asked: Asked, settings: Settings, where: str) -> int:
    """Hold Temporal against the ledger too, or say why not, and make the report."""
    try:
        client = await connect(where, settings.temporal_namespace)
        with bar_if_slow(t("核对 Temporal", "reconciling")) as told:
            compared = await reconcile(client, ledger, settings.task_queue, wall_now(), told=told)
        part = temporal_part(asked.county, compared)
    except BridgefundError as error:
        part = temporal_part(asked.county, None, _both(error))
    except (RPCError, ExceptionGroup) as failed:
        # Several calls at once fail together; what is no answer of the server's is a fault of ours.
        if isinstance(failed, ExceptionGroup) and failed.split(RPCError)[1]:
            raise
        part = temporal_part(asked.county, None, Both(f"{where} 未答复：{failed!r:.200}", f"{where}: {failed!r:.200}"))
    return await asyncio.to_thread(_made, ledger, read, asked, settings, part)


def _read(ledger: Ledger, asked: Asked) -> YearRead:
    with bar_if_slow(t("逐条重读总账", "reading every fact again")) as told:
        read = read_year(ledger, asked.county, asked.year, calendar(), told)
    if not read.numbers.streams:
        raise BadInputError("COUNTY", t(f"本库没有 {asked.county}", f"this store has nothing of {asked.county}"))
    if asked.year not in read.years:
        there = ", ".join(map(str, read.years)) or "-"
        said = f"没有 {asked.year} 年度的资金；有的年度：{there}", f"no fund is of {asked.year}; there are: {there}"
        raise BadInputError("YEAR", t(*said))
    return read


def _papers(ledger: Ledger, county: str, settings: Settings) -> Part:
    try:
        if files_url(settings.files, ledger.url) is None:
            why = Both("没有指明文件库（BRIDGEFUND_FILES）", "nobody says where the files are (BRIDGEFUND_FILES)")
            return papers_part(county, None, why)
        kept = file_store(settings, ledger.url)
        with bar_if_slow(t("重读附件", "reading the files")) as told:
            return papers_part(county, check_files(ledger, kept, told))
    except BridgefundError as error:
        return papers_part(county, None, _both(error))


def _both(error: BridgefundError) -> Both:
    return Both(error.text("zh"), error.text("en"))


def _made(ledger: Ledger, read: YearRead, asked: Asked, settings: Settings, temporal: Part) -> int:
    """Make the report, hand it out, and return the exit code."""
    # A file's moment has an offset of its own, and no zone.
    now = datetime.fromisoformat(business_now(ledger).isoformat(timespec="seconds"))
    outside = [_papers(ledger, asked.county, settings), temporal]
    with bar_if_slow(t("核对封印", "verifying the seals")) as told:
        every = parts(read, ledger, now, outside, told)
    sample = ledger.state(STORE_DECIDER, STORE).sample is not None
    people = people_of(ledger.url) if asked.outputs.may_name else people_in_files(ledger.url)
    engine = views_engine(ledger.url)
    try:
        whole = Reading(ledger, engine, sample, 0, [], people)
        document = _document(ledger, read, asked, every, now, people)
        found = [_plain(part, *one) for part in every for one in part.findings]
        checks = [_checked(part, *one) for part in every for one in part.checks]
        with nullcontext() if asked.lang == "both" else speaking(asked.lang):
            about = {"county": asked.county, "year": asked.year, "made_at": now.isoformat()}
            deliver_as_of(now, whole, asked.outputs, document, {**about, "findings": found, "checks": checks})
    finally:
        engine.dispose()
    return FOUND if found else 0


def _document(
    ledger: Ledger, read: YearRead, asked: Asked, every: Sequence[Part], now: datetime, people: People
) -> Report:
    facts, place = read.facts, without_password(ledger.url)
    made = Made(asked.county, asked.year, place, facts, now, _account(), ledger.build)
    try:
        names = Names.of(ledger, asked.county, people)
    except UnreadableFactError:  # It is a finding: the report is made all the same, with ids for names.
        names = Names(None, people)
    documents = []
    for lang in ("zh", "en") if asked.lang == "both" else (asked.lang,):
        with speaking(lang):
            documents.append(audit_report([part.plain for part in every], made, names))
    return documents[0] if len(documents) == 1 else in_both(*documents)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A container may run as a number that has no name.
        return str(os.getuid())


def _plain(part: Part, case: str, version: int, field: str, said: Both) -> dict[str, Any]:
    where = {"part": part.title.en, "case": case, "fact": version or None, "field": field}
    return {**where, "zh": said.zh, "en": said.en}


def _checked(part: Part, what: Both, number: int | None, found: int | None, unchecked: Both | None) -> dict[str, Any]:
    why = {"zh": unchecked.zh, "en": unchecked.en} if unchecked else None
    return {"part": part.title.en, "zh": what.zh, "en": what.en, "number": number, "found": found, "not_checked": why}
