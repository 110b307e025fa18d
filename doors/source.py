"""Where a document's figures come from: a county of an open store, its words, and the day on which it is asked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from domain.calendar import day_of
from domain.ledger import Ledger
from domain.sealed import bare, said
from doors.names import Names
from doors.texts import t
from doors.vault import Say
from reports.document import Report

MARK = "样例 SAMPLE"


@dataclass(frozen=True)
class Source:
    """A county of an open store whose views are up to date.

    `today` is the business day, and `sample` whether the store is one of samples.
    """

    ledger: Ledger
    engine: Engine
    names: Names
    county: str
    today: date
    sample: bool


def reached(ledger: Ledger) -> datetime:
    """Return when the last fact was recorded that a report can know of."""
    last = ledger.recorder.max_notification_id() or 0
    found = ledger.entries(last - 1, 1)
    return found[0].fact.act.recorded_at if found else datetime.fromtimestamp(0, UTC)


def marked(report: Report, at: datetime, *, sample: bool) -> Report:
    """Return a report with what its store says of itself: whether it is a sample, and that it stands as *at*."""
    return report.marked(MARK if sample else "", t(f"数据截至 {day_of(at)}", f"as of {day_of(at)}"))


def told(report: Report, say: Say) -> Report:
    """Return a report as a reader here may have it: what is sealed in it said as *say* says it."""
    return report.worded(lambda text: said(text, say))


def leaving_the_house(report: Report) -> Report:
    """Return a report as a file may have it: of what is sealed the references alone."""
    return report.worded(bare)
