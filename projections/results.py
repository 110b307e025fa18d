"""A county's results of a year (绩效): each project that had money or was looked at, and what its text asks of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, select

from domain.cases import case_id
from domain.money import part_bp
from domain.performance_facts import Measure
from domain.policy import Profile
from projections.looking import Row, among, as_a, grouped, rows
from projections.performance import (
    DEVIATIONS,
    EVALUATIONS,
    HOUSEHOLDS,
    LINKAGE,
    LOOKS,
    MEASURES,
    RESULTS,
    USES,
)
from projections.spending_read import ProjectRow, projects_named, with_money


@dataclass(frozen=True)
class MeasureOfYear:
    """A measure, what it came to in the year, and whether that is what was aimed at; None where nobody looked."""

    measure: Measure
    value: int | None
    is_reached: bool | None


@dataclass(frozen=True)
class Deviation:
    """A deviation that waits to be corrected."""

    number: int
    since: date
    words: str


@dataclass(frozen=True)
class ResultOfYear:
    """One project in a year.

    `evaluation` is the year's, and `linkage` what was done of it, as the facts are stored; `households`: how many were
    confirmed; `open`: what its results wait for, each step with its post.
    """

    project_no: str
    name: str
    unit: str
    township: str
    followed: bool
    target: str | None
    measures: tuple[MeasureOfYear, ...]
    evaluation: dict[str, Any] | None
    paid_bp: int | None
    in_time: bool | None
    linkage: list[dict[str, Any]]
    households: int
    deviations: list[Deviation]
    correction_limit: str
    open: list[dict[str, str]]


@dataclass(frozen=True)
class Use:
    """What followed from a project's results: what was done, of which deviation or duty or on whom, by whom."""

    what: str
    of: str
    words: str
    on: date
    post: str
    person: str


@dataclass(frozen=True)
class Household:
    """A household that was confirmed, by its opaque number."""

    household: str
    group: str
    operator: str
    instrument: str
    on: date


def results_of_year(engine: Engine, profile: Profile, county: str, year: int) -> tuple[ResultOfYear, ...]:
    """Return the projects that the year's money went to, and those that were looked at in it, by number."""
    paid = with_money(engine, county, year)
    with engine.connect() as connection:
        numbers = sorted(paid | _looked_at(connection, county, year))
        parts = _Parts.of(connection, [case_id(county, "performance", no) for no in numbers])
    projects = projects_named(engine, county, set(numbers))
    found = ((no, case_id(county, "performance", no)) for no in numbers if no in projects)
    return tuple(_of(profile, projects[no], parts, case, year) for no, case in found)


def uncovered(profile: Profile, results: tuple[ResultOfYear, ...]) -> tuple[str, ...] | None:
    """Return the projects that nobody follows, where the county's text covers every one; None where it does not say."""
    if not any(hook.phase == "coverage" for hook in profile.performance):
        return None
    return tuple(one.project_no for one in results if not one.followed)


def uses(engine: Engine, case: str) -> list[Use]:
    """Return what followed from a project's results, in the order of its entry."""
    with engine.connect() as connection:
        return [as_a(Use, row) for row in among(connection, USES, [case])]


def households(engine: Engine, case: str) -> list[Household]:
    """Return the households that were confirmed of a project, in the order of their entry."""
    with engine.connect() as connection:
        return [as_a(Household, row) for row in among(connection, HOUSEHOLDS, [case])]


@dataclass(frozen=True)
class _Parts:
    """What the view has of some cases, table by table."""

    results: dict[str, list[Row]]
    measures: dict[str, list[Row]]
    looks: dict[str, list[Row]]
    evaluations: dict[str, list[Row]]
    linkage: dict[str, list[Row]]
    households: dict[str, list[Row]]
    deviations: dict[str, list[Row]]

    @classmethod
    def of(cls, connection: Connection, cases: list[str]) -> "_Parts":
        tables = (RESULTS, MEASURES, LOOKS, EVALUATIONS, LINKAGE, HOUSEHOLDS, DEVIATIONS)
        return cls(*(grouped(among(connection, table, cases)) for table in tables))


def _looked_at(connection: Connection, county: str, year: int) -> set[str]:
    found: set[str] = set()
    for table in (LOOKS, EVALUATIONS):
        asked = select(RESULTS.c.project_no).join(table, table.c.case == RESULTS.c.case)
        asked = asked.where(RESULTS.c.county == county, table.c.year == year)
        found |= {row["project_no"] for row in rows(connection, asked.distinct())}
    return found


def _of(profile: Profile, project: ProjectRow, parts: _Parts, case: str, year: int) -> ResultOfYear:
    result = next(iter(parts.results.get(case, ())), None)
    evaluated = next((row for row in reversed(parts.evaluations.get(case, [])) if row["year"] == year), None)
    seen = [row["values"] for row in parts.looks.get(case, ()) if row["year"] == year]
    seen += [evaluated["values"]] if evaluated else []
    measures = sorted(parts.measures.get(case, ()), key=lambda row: row["n"])
    return ResultOfYear(
        project_no=project.project_no,
        name=project.name,
        unit=project.unit,
        township=project.township,
        followed=bool(result and result["opened"]),
        target=project.target,
        measures=tuple(_measure(row, seen) for row in measures),
        evaluation=evaluated["fact"] if evaluated else None,
        paid_bp=part_bp(project.paid_fen, project.allotted_fen),
        in_time=_in_time(profile, evaluated, year),
        linkage=[row["fact"] for row in parts.linkage.get(case, ())],
        households=len(parts.households.get(case, ())),
        deviations=[as_a(Deviation, row) for row in parts.deviations.get(case, ())],
        correction_limit=result["correction_limit"] if result else "",
        open=result["open"] if result else [],
    )


def _measure(row: Row, seen: list[list[dict[str, Any]]]) -> MeasureOfYear:
    measure = Measure(row["name"], row["unit"], row["value"], row["at_most"], row["of"])
    values = [one["value"] for look in seen for one in look if one["measure"] == measure.name]
    value = values[-1] if values else None
    return MeasureOfYear(measure, value, measure.reached(value) if value is not None else None)


def _in_time(profile: Profile, evaluated: Row | None, year: int) -> bool | None:
    """Return whether the year's effect was shown within it (当年见效), where the text measures by the year."""
    schedule = profile.project.schedule if profile.project else ()
    if not any(milestone.every == "year" for milestone in schedule):
        return None
    return evaluated is not None and bool(evaluated["recorded_on"] <= date(year, 12, 31))
