"""The audit report of a year as a door without a terminal makes it: of the ledger alone, and it says so."""

from datetime import datetime
from functools import cache
from pathlib import Path

from activities.calendars import load_calendars
from audit.report import parts, read_year
from audit.report_outside import papers_part, temporal_part
from domain.calendar import WorkCalendar
from domain.errors import BadInputError
from domain.words import Both
from doors.source import Source
from doors.texts import t
from reports.audit_report import Made, audit_report
from reports.document import Report

_CALENDARS = Path(__file__).parents[1] / "policies" / "calendars"
_ELSEWHERE = Both(
    "此处只读总账；命令 bridgefund audit report 会一并核对",
    "only the ledger is read here; the command `bridgefund audit report` checks this too",
)


@cache
def _calendar() -> WorkCalendar:
    return load_calendars(_CALENDARS)


def audit_of(source: Source, year: int, now: datetime, by: str) -> Report:
    """Return the report as of *now*, made for *by*; every fact of the store is read for it.

    Raises:
        BadInputError: If no fund of the county is of the year.
    """
    read = read_year(source.ledger, source.county, year, _calendar())
    if year not in read.years:
        there = ", ".join(map(str, read.years)) or "-"
        said = f"没有 {year} 年度的资金；有的年度：{there}", f"no fund is of {year}; there are: {there}"
        raise BadInputError("YEAR", t(*said))
    outside = [papers_part(source.county, None, _ELSEWHERE), temporal_part(source.county, None, _ELSEWHERE)]
    every = parts(read, source.ledger, now, outside)
    place = source.ledger.place.rpartition("/")[2]
    made = Made(source.county, year, place, read.facts, now, by, source.ledger.build)
    return audit_report([part.plain for part in every], made, source.names)
