"""Documents that the command line prints as tables of its own: results, surplus, rules, the watch, and others."""

from domain.county import NoPolicyError
from domain.errors import BadInputError
from domain.policy import Profile
from domain.procedures.judging import judge_year
from domain.watch import monday_of
from doors.source import Source
from doors.texts import t
from doors.words import FOUND, TESTIMONY_KINDS
from projections.disclosures import trainings
from projections.instruments import used
from projections.results import results_of_year, uncovered
from projections.surplus import sweeps
from projections.watch import week as week_of
from reports.document import Report
from reports.instrument_uses import instruments_report
from reports.results_of_year import performance_report
from reports.rules_judged import rules_report
from reports.surplus_list import surplus_report
from reports.testimony_sums import imported, testimony_report
from reports.training_record import training_report
from reports.watch_week import watch_report


def performance_of(source: Source, year: int) -> Report:
    """Return the results of a year.

    Raises:
        NoPolicyError: If the county has adopted nothing.
    """
    profile = _rules(source)
    found = results_of_year(source.engine, profile, source.county, year)
    return performance_report(found, uncovered(profile, found), profile, source.county, year, source.names)


def surplus_of(source: Source, year: int) -> Report:
    """Return a year's sweeps of what is left over."""
    return surplus_report(sweeps(source.engine, source.county, year), source.county, year, source.names)


def rules_of_year(source: Source, year: int) -> Report:
    """Return where a county's rules over a year stand.

    Raises:
        NoPolicyError: If the county has adopted nothing.
    """
    results = judge_year(source.ledger.state, _rules(source), source.county, year)
    return rules_report(results, source.county, year, source.names, FOUND)


def watch_of(source: Source, week: str) -> Report:
    """Return a week's watch.

    Raises:
        BadInputError: If *week* is none, or the county has no watch in it.
    """
    monday_of(week)
    found = week_of(source.engine, source.county, week, source.today)
    if found is None:
        county = source.county
        raise BadInputError("WEEK", t(f"{county} {week} 没有盯办", f"{county} has no watch in {week}"))
    return watch_report(found, source.county, source.names)


def testimony_of(source: Source, year: int) -> Report:
    """Return the sums of what was imported of an older year."""
    files = imported(source.ledger, source.county, year)
    return testimony_report(files, source.county, year, source.names, TESTIMONY_KINDS)


def training_of(source: Source, year: int) -> Report:
    """Return the trainings of a year."""
    return training_report(trainings(source.engine, source.county, year), source.county, year, source.names)


def instruments_of(source: Source, year: int) -> Report:
    """Return what was used of each instrument.

    Raises:
        NoPolicyError: If the county has adopted nothing.
    """
    profile = _rules(source)
    found = [(rule, used(source.engine, source.county, rule.id, year)) for rule in profile.instruments]
    return instruments_report(found, profile, source.county, year, source.names)


def _rules(source: Source) -> Profile:
    if source.names.profile is None:
        raise NoPolicyError(county=source.county)
    return source.names.profile
