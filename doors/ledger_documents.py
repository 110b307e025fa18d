"""The ledgers of a year and a month's circular: what is read for each, and the document made of it, for both doors."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInputError
from domain.periods import month_named
from domain.policy.watch import Keeping
from domain.procedures.asking import rules_of
from domain.procedures.outboxes import reported_to
from domain.sealed import bare
from doors.names import Names
from doors.policy_phrases import both
from doors.printed import Beside, beside, printed_head, printed_table
from doors.source import Source
from doors.texts import t
from projections.assets import Asset, assets
from projections.cases import cases
from projections.disclosures import Register, register
from projections.fund_ledger_read import PortionRow, portions
from projections.months import MonthReport, month_report
from projections.projects_read import ProjectRow, project_rows
from projections.statement_read import Statement, statement, years
from reports.asset_register import asset_report
from reports.circular import circular
from reports.disclosure_register import disclosure_report
from reports.document import Report
from reports.fund_ledger import fund_ledger
from reports.money_of_year import MonthOfMoney, money_of_year, months_of
from reports.outbox_files import FileRow, SystemRow, files_of, outbox_report, systems_of
from reports.project_ledger import project_ledger
from reports.sources_and_uses import statement_report


@dataclass(frozen=True)
class StatementMade:
    """A year's statement, its months, and the figures that the county's text prints beside it."""

    found: Statement
    months: list[MonthOfMoney]
    printed: list[Beside]


def statement_of(source: Source, year: int, samples: Path | None = None) -> tuple[StatementMade, Report]:
    """Return the statement of a year; *samples* is the folder with the figures that the text prints.

    Raises:
        BadInputError: If the year has no money, or the folder is of another county or year.
    """
    found, names = _statement(source, year), source.names
    head = printed_head(source, year, samples)
    figures = beside(source, head, found) if head else []
    money = money_of_year(source.ledger, source.county, year)
    months = months_of(money, source.today)
    report = statement_report(
        found,
        money,
        months,
        project_names(source),
        names.profile,
        names,
        printed_table(figures) if figures else None,
        t(head.note_zh, head.note_en) if head and figures else "",
    )
    return StatementMade(found, months, figures), report


def project_names(source: Source) -> dict[str, str]:
    """Return each project's name by its number, with references alone in place of what is sealed."""
    return {row.no: bare(row.title) for row in cases(source.engine, "project", source.county)}


def _statement(source: Source, year: int) -> Statement:
    found, county = statement(source.engine, source.county, year), source.county
    if found is None:
        # Of this county alone: a page must not tell one county of another.
        there = t("、", ", ").join(str(on) for of, on in years(source.engine) if of == county) or "-"
        said = f"没有 {county} {year} 年的资金；有：{there}", f"no money of {county} {year}; there is: {there}"
        raise BadInputError("COUNTY YEAR", t(*said))
    return found


def funds_of(source: Source, year: int) -> tuple[list[PortionRow], Report]:
    """Return the fund ledger of a year."""
    rows = portions(source.engine, source.county, fiscal_year=year)
    return rows, fund_ledger(rows, source.county, year, source.names)


def projects_of(source: Source, year: int) -> tuple[list[ProjectRow], Report]:
    """Return the project ledger of a year."""
    rows = project_rows(source.engine, source.county, year=year)
    return rows, project_ledger(rows, source.county, year, source.names.profile, source.names)


def outboxes_of(source: Source, year: int) -> tuple[tuple[list[FileRow], list[SystemRow]], Report]:
    """Return which files went out in a year, and where each system stands.

    Raises:
        NoPolicyError: If the county has adopted nothing.
    """
    systems = reported_to(rules_of(source.ledger.state, source.county))
    files = files_of(source.ledger, source.county, systems, year)
    stand = systems_of(source.ledger, source.county, systems)
    return (files, stand), outbox_report(files, stand, source.county, year, source.names)


def circular_of(source: Source, month: str) -> tuple[tuple[MonthReport, list[MonthOfMoney]], Report]:
    """Return a month's circular.

    Raises:
        BadInputError: If *month* is none.
    """
    names, county = source.names, source.county
    found = month_report(source.engine, source.ledger.state, county, month)
    period = month_named(month)
    year, last = period.first.year, min(period.last, source.today)
    months = months_of(money_of_year(source.ledger, county, year), last)
    return (found, months), circular(found, months, year, names.profile, county, names)


def assets_of(source: Source) -> tuple[tuple[Asset, ...], Report]:
    """Return the register of the assets that a county's projects formed."""
    found = tuple(assets(source.engine, source.county))
    return found, asset_report(found, source.county, source.names)


@dataclass(frozen=True)
class RegisterMade:
    """A year's disclosures, what the text says of the register, and the rules that do not say upon what."""

    found: Register
    kept: Keeping | None
    by_hand: list[str]


def disclosures_of(source: Source, year: int) -> tuple[RegisterMade, Report]:
    """Return the disclosure register of what arose in a year."""
    names = source.names
    made = RegisterMade(register(source.engine, source.county, year, source.today), _kept(names), _by_hand(names))
    return made, disclosure_report(made.found, source.county, year, names, list(_notes(names, made)))


def _notes(names: Names, made: RegisterMade) -> Iterator[str]:
    if kept := made.kept:
        said = t("、", ", ").join(map(both, kept.kinds))
        yield f"{names.named('post', kept.keeper or '')}: {said} ({kept.clause})"
    for rule in made.by_hand:
        yield t(f"{rule}：何时列入，未规定；由公开岗位补录", f"{rule}: no rule stated upon what; entered by hand")


def _kept(names: Names) -> Keeping | None:
    """Return what the text says of the register itself, if anything."""
    records = names.profile.records if names.profile else ()
    return next((kept for kept in records if kept.kept_as == "disclosures"), None)


def _by_hand(names: Names) -> list[str]:
    """Return the rules that do not say upon what they have something disclosed."""
    return [rule.id for rule in names.profile.disclosures if not rule.upon] if names.profile else []
