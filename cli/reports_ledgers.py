"""`bridgefund report funds`, `projects`, `circular`, `outboxes`: the ledgers of a year, and a month's circular."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli.delivering import Outputs, deliver, leaving, source_of
from cli.reading import Reading
from domain.periods import month_named
from doors.ledger_documents import circular_of, funds_of, outboxes_of, projects_of
from doors.texts import t
from reports.progress import asked_of

County = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
Year = Annotated[int, typer.Argument(min=1, max=9999, help=t("年度，如 2022", "year, such as 2022"))]


@leaving
def of_funds(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print the fund ledger of a year."""
    read.county(county)
    rows, report = funds_of(source_of(read, county), year)
    deliver(
        read,
        outputs,
        report,
        county=county,
        year=year,
        funds=[{**asdict(row), "left_fen": row.left_fen} for row in rows],
    )


@leaving
def of_projects(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print the project ledger of a year."""
    read.county(county)
    rows, report = projects_of(source_of(read, county), year)
    deliver(read, outputs, report, county=county, year=year, projects=[asdict(row) for row in rows])


@leaving
def of_outboxes(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print which files went out in a year."""
    (files, stand), report = outboxes_of(source_of(read, county), year)
    data = {"files": [asdict(row) for row in files], "systems": [asdict(row) for row in stand]}
    deliver(read, outputs, report, county=county, year=year, **data)


@leaving
def of_circular(
    read: Reading,
    outputs: Outputs,
    county: County,
    month: Annotated[str, typer.Argument(help=t("月份，如 2022-06", "month, such as 2022-06"))],
) -> None:
    """Print a month's circular."""
    source = source_of(read, county)
    (found, months), report = circular_of(source, month)
    year = month_named(month).first.year
    asked = [asked_of(source.names.profile, one, year) for one in months]
    by_month: list[dict[str, Any]] = [
        {**asdict(one), "asked_bp": rule.bp, "behind": rule.is_behind(one), "clause": rule.clause}
        for one, rule in zip(months, asked, strict=True)
    ]
    deliver(read, outputs, report, county=county, **to_builtins(found), months=by_month)
