"""A county's results of a year (绩效): each project that had money or was looked at, and what its text asks of them."""

from dataclasses import dataclass
from datetime import date

from domain.calendar import day_of
from domain.cases import case_id
from domain.ledger import Read
from domain.money import BASIS_POINTS
from domain.performance import PERFORMANCE, PerformanceState
from domain.performance_facts import Measure
from domain.policy import Profile
from domain.procedures.judging import figures
from domain.project import PROJECT
from domain.project_state import ProjectState


@dataclass(frozen=True)
class MeasureOfYear:
    """A measure, what it came to in the year, and whether that is what was aimed at; None where nobody looked."""

    measure: Measure
    value: int | None
    is_reached: bool | None


@dataclass(frozen=True)
class ResultOfYear:
    """One project in a year."""

    project_no: str
    project: ProjectState
    results: PerformanceState
    measures: tuple[MeasureOfYear, ...]
    paid_bp: int | None
    in_time: bool | None


def results_of_year(
    read: Read, profile: Profile, county: str, year: int, followed: set[str]
) -> tuple[ResultOfYear, ...]:
    """Return the projects that the year's money went to, and those *followed* that were looked at in it."""
    with_money = {use.project_no for use in figures(read, county, year, set()).uses}
    found = []
    for project_no in sorted(with_money | followed):
        project = read(PROJECT, case_id(county, "project", project_no))
        results = read(PERFORMANCE, case_id(county, "performance", project_no))
        looked_at = year in results.evaluated or any(one.year == year for one in results.monitored)
        if project.registered is not None and (project_no in with_money or looked_at):
            found.append(_of(profile, project_no, project, results, year))
    return tuple(found)


def uncovered(profile: Profile, results: tuple[ResultOfYear, ...]) -> tuple[str, ...] | None:
    """Return the projects that nobody follows, where the county's text covers every one; None where it does not say."""
    if not any(hook.phase == "coverage" for hook in profile.performance):
        return None
    return tuple(one.project_no for one in results if one.results.opened is None)


def _of(profile: Profile, project_no: str, project: ProjectState, results: PerformanceState, year: int) -> ResultOfYear:
    allotted, paid = project.money.allotted, project.money.paid
    measures = tuple(_measure(results, measure, year) for measure in results.measures.values())
    paid_bp = paid * BASIS_POINTS // allotted if allotted else None
    return ResultOfYear(project_no, project, results, measures, paid_bp, _in_time(profile, results, year))


def _measure(results: PerformanceState, measure: Measure, year: int) -> MeasureOfYear:
    evaluated = results.evaluated.get(year)
    seen = [one.values for one in results.monitored if one.year == year] + ([evaluated.values] if evaluated else [])
    values = [value.value for look in seen for value in look if value.measure == measure.name]
    value = values[-1] if values else None
    return MeasureOfYear(measure, value, measure.reached(value) if value is not None else None)


def _in_time(profile: Profile, results: PerformanceState, year: int) -> bool | None:
    """Return whether the year's effect was shown within it (当年见效), where the text measures by the year."""
    schedule = profile.project.schedule if profile.project else ()
    if not any(milestone.every == "year" for milestone in schedule):
        return None
    evaluated = results.evaluated.get(year)
    return evaluated is not None and day_of(evaluated.act.recorded_at) <= date(year, 12, 31)
