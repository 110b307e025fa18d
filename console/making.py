"""Making documents for the pages: one at a time, in a thread of their own, so that nobody's page waits for a PDF."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from console.errors import UNAVAILABLE, HereError
from console.house import House
from doors.documents import Document, For, made
from doors.names import people_in_files
from doors.source import Source, leaving_the_house, marked, reached, told
from doors.texts import language
from reports.document import Report

T = TypeVar("T")
WAITING_MOST = 20  # More than that wait for minutes: they are told so at once.


class BusyError(HereError):
    """Too many documents are being made."""

    status = UNAVAILABLE
    temporary = True
    zh = "正在制作的文件太多，请稍后再试"
    en = "too many files are being made: try again in a while"


@dataclass
class Maker:
    """Makes what takes a moment, one after the other; *waiting* is how many are asked for and not made yet."""

    waiting: int = 0

    def __post_init__(self) -> None:
        """Set up the one thread."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="documents")

    async def made(self, make: Callable[[], T]) -> T:
        """Return what *make* returns, in the language of the request.

        Raises:
            BusyError: If too many wait.
        """
        if self.waiting >= WAITING_MOST:
            raise BusyError
        self.waiting += 1
        spoken = copy_context()
        work = asyncio.get_running_loop().run_in_executor(self._thread, spoken.run, make)
        # Whoever asked may have gone: the thread works on it all the same.
        work.add_done_callback(lambda _: self._done())
        return await asyncio.shield(work)

    def _done(self) -> None:
        self.waiting -= 1


MAKER = Maker()


def source_of(house: House, county: str) -> Source:
    """Return a county of the house as documents are made of it, with views that have everything."""
    house.fresh()
    return Source(house.ledger, house.engine, house.names(county), county, house.today(), sample=house.sample)


def on_page(house: House, source: Source, document: Document, period: str, by: str) -> Report:
    """Return a document as a reader of the page may have it."""
    report, _ = _dated(house, source, document, period, by)
    return told(report, house.say)


def as_file(house: House, source: Source, document: Document, period: str, by: str, form: str) -> tuple[bytes, Report]:
    """Return a document as a file that leaves the house: of nobody's name more than its reference."""
    outside = replace(source, names=replace(source.names, people=people_in_files(house.ledger.url)))
    report, at = _dated(house, outside, document, period, by)
    bare = leaving_the_house(report)
    return _written(bare, form, at, source.county, sample=house.sample), bare


def _dated(house: House, source: Source, document: Document, period: str, by: str) -> tuple[Report, datetime]:
    # A file's moment has an offset of its own, and no zone.
    now = datetime.fromisoformat(house.now().isoformat(timespec="seconds"))
    report = made(document, source, period, For(now, by))
    at = now if document.heavy else reached(house.ledger)
    return marked(report, at, sample=house.sample), at


def _written(report: Report, form: str, at: datetime, county: str, *, sample: bool) -> bytes:
    match form:
        case "xlsx":
            from reports.xlsx import xlsx  # noqa: PLC0415 - each is loaded when it is first asked for: both take a while

            return xlsx(report, at)
        case "pdf":
            from reports.pdf import pdf  # noqa: PLC0415

            return pdf(report, language(), at)
    data = {"sample": sample, "county": county, "report": report.data()}
    return json.dumps(data, ensure_ascii=False, indent=2).encode()
