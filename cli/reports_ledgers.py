"""`bridgefund report funds`, `projects`, `circular`, `outboxes`: the ledgers of a year, and a month's circular."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli.clock import business_now
from cli.delivering import Outputs, deliver, leaving
from cli.reading import Reading
from cli.texts import t
from domain.calendar import day_of
from domain.periods import month_named
from domain.procedures.asking import rules_of
from domain.procedures.outboxes import reported_to
from projections.fund_ledger_read import portions
from projections.months import month_report
from projections.projects_read import project_rows
from reports.circular import circular
from reports.fund_ledger import fund_ledger
from reports.money_of_year import money_of_year, months_of
from reports.outbox_files import files_of, outbox_report, systems_of
from reports.progress import asked_of
from reports.project_ledger import project_ledger

County = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
Year = Annotated[int, typer.Argument(min=1, max=9999, help=t("年度，如 2022", "year, such as 2022"))]


@leaving
def of_funds(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print the fund ledger of a year."""
    read.county(county)
    rows = portions(read.engine, county, fiscal_year=year)
    report = fund_ledger(rows, county, year, read.names(county))
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
    rows = project_rows(read.engine, county, year=year)
    names = read.names(county)
    report = project_ledger(rows, county, year, names.profile, names)
    deliver(read, outputs, report, county=county, year=year, projects=[asdict(row) for row in rows])


@leaving
def of_outboxes(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print which files went out in a year."""
    systems = reported_to(rules_of(read.ledger.state, county))
    files, stand = files_of(read.ledger, county, systems, year), systems_of(read.ledger, county, systems)
    report = outbox_report(files, stand, county, year, read.names(county))
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
    names, found = read.names(county), month_report(read.engine, read.ledger.state, county, month)
    period = month_named(month)
    year, last = period.first.year, min(period.last, day_of(business_now(read.ledger)))
    months = months_of(money_of_year(read.ledger, county, year), last)
    asked = [asked_of(names.profile, one, year) for one in months]
    by_month: list[dict[str, Any]] = [
        {**asdict(one), "asked_bp": rule.bp, "behind": rule.is_behind(one), "clause": rule.clause}
        for one, rule in zip(months, asked, strict=True)
    ]
    report = circular(found, months, year, names.profile, county, names)
    deliver(read, outputs, report, county=county, **to_builtins(found), months=by_month)
