"""Every report that a door can show as a document: what it is called, what period it takes, and how it is made."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import BadInputError
from domain.words import Both
from doors.audit_document import audit_of
from doors.ledger_documents import (
    assets_of,
    circular_of,
    disclosures_of,
    funds_of,
    outboxes_of,
    projects_of,
    statement_of,
)
from doors.result_documents import (
    instruments_of,
    performance_of,
    rules_of_year,
    surplus_of,
    testimony_of,
    training_of,
    watch_of,
)
from doors.source import Source
from doors.texts import t
from projections.months import months
from projections.statement_read import years
from projections.watch import weeks
from reports.document import Report
from reports.testimony_sums import imported

TESTIMONY_YEARS = 20  # So far back an imported year is looked for; nobody kept these ledgers earlier.
_YEAR = re.compile(r"(?!0000)[0-9]{4}\Z")


class Takes(StrEnum):
    """Of what a document is: a year, a month, a week, or as things stand."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    NOTHING = "nothing"


@dataclass(frozen=True)
class For:
    """For whom and when a document is made, where it says so itself."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Document:
    """A report: *build* makes it of a period, and *periods* are those that have something in them, the latest first.

    One that is *heavy* reads the whole log.
    """

    name: str
    title: Both
    takes: Takes
    build: Callable[[Source, str, For], Report]
    periods: Callable[[Source], list[str]]
    heavy: bool = False


def made(document: Document, source: Source, period: str, of: For) -> Report:
    """Return a document of a period.

    Raises:
        BadInputError: If the period is none of its kind, or has nothing in it.
        NoPolicyError: If the county has adopted nothing.
    """
    if document.takes is Takes.YEAR:
        year_named(period)
    elif document.takes is Takes.NOTHING and period:
        raise BadInputError("period", t("此表不分年度", "this report takes no period"))
    return document.build(source, period, of)


def year_named(period: str) -> int:
    """Return the year of a period such as 2022.

    Raises:
        BadInputError: If it is none.
    """
    if _YEAR.match(period) is None:
        raise BadInputError("period", t(f"{period!r:.40} 不是年度，如 2022", f"{period!r:.40} is no year such as 2022"))
    return int(period)


def _years(source: Source) -> list[str]:
    return [str(year) for county, year in reversed(years(source.engine)) if county == source.county]


def _months(source: Source) -> list[str]:
    return [str(row["month"]) for row in reversed(months(source.engine, source.county))]


def _weeks(source: Source) -> list[str]:
    return list(reversed(weeks(source.engine, source.county)))


def _imported(source: Source) -> list[str]:
    last = source.today.year
    looked_at = range(last, last - TESTIMONY_YEARS, -1)
    return [str(year) for year in looked_at if imported(source.ledger, source.county, year)]


def _of_year(name: str, zh: str, en: str, build: Callable[[Source, int], Report]) -> Document:
    return Document(name, Both(zh, en), Takes.YEAR, lambda source, period, _: build(source, int(period)), _years)


_ALL = (
    Document(
        "circular",
        Both("资金支出和任务完成情况通报（月度）", "monthly circular on spending and tasks"),
        Takes.MONTH,
        lambda source, month, _: circular_of(source, month)[1],
        _months,
    ),
    _of_year(
        "sources-and-uses",
        "资金来源与使用情况表",
        "sources and uses of funds",
        lambda s, year: statement_of(s, year)[1],
    ),
    _of_year("funds", "资金台账", "fund ledger", lambda s, year: funds_of(s, year)[1]),
    _of_year("projects", "项目建设台账", "project ledger", lambda s, year: projects_of(s, year)[1]),
    Document(
        "assets",
        Both("资产台账", "asset register"),
        Takes.NOTHING,
        lambda source, _period, _: assets_of(source)[1],
        lambda _: [],
    ),
    _of_year("disclosures", "公开公示台账", "disclosure register", lambda s, year: disclosures_of(s, year)[1]),
    _of_year("performance", "绩效", "performance", performance_of),
    _of_year("surplus", "结转结余", "surplus", surplus_of),
    _of_year("rules", "规则核定", "rules that compute", rules_of_year),
    _of_year("instruments", "政策工具", "instruments", instruments_of),
    Document(
        "watch",
        Both("盯办周报", "weekly watch"),
        Takes.WEEK,
        lambda source, week, _: watch_of(source, week),
        _weeks,
    ),
    _of_year("training", "培训记录", "training record", training_of),
    _of_year("outboxes", "外部系统报送台账", "files for systems outside", lambda s, year: outboxes_of(s, year)[1]),
    Document(
        "testimony",
        Both("导入的旧账", "imported testimony"),
        Takes.YEAR,
        lambda source, period, _: testimony_of(source, int(period)),
        _imported,
    ),
    Document(
        "audit",
        Both("审计报告", "audit report"),
        Takes.YEAR,
        lambda source, period, of: audit_of(source, int(period), of.at, of.by),
        _years,
        heavy=True,
    ),
)
DOCUMENTS = {one.name: one for one in _ALL}
