"""What the ledger counts: who carries out which projects, and what was paid to them in a month or any other days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.cases import case_id, year_stream
from domain.claim import CLAIM
from domain.fund import FUND
from domain.ledger import Read
from domain.project import PROJECT
from domain.project_facts import ProjectRegistered
from domain.yearbook import YEARBOOK

# Money is planned for the next year at most, and whatever is older than this has long been settled or carried.
YEARS_BACK = 10


@dataclass(frozen=True)
class Known:
    """What a county's yearbooks know around a year: its funds, and the projects that are banked or planned."""

    funds: list[str] = field(default_factory=list)
    projects: dict[str, ProjectRegistered] = field(default_factory=dict)


def projects_of(read: Read, county: str, year: int) -> Known:
    """Return the funds and projects that a county's yearbooks name."""
    known = Known()
    for of_year in range(year - YEARS_BACK, year + 2):
        book = read(YEARBOOK, year_stream(county, of_year))
        known.funds.extend(no for no in book.funds if no not in known.funds)
        numbers = dict.fromkeys(book.banked)
        for fund_no in book.funds:
            numbers |= dict.fromkeys(no for _, no in read(FUND, case_id(county, "fund", fund_no)).balances.lines)
        for no in numbers:
            registered = read(PROJECT, case_id(county, "project", no)).registered
            if registered is not None:
                known.projects[no] = registered
    return known


def paid_between(read: Read, county: str, first: date, last: date) -> dict[str, int]:
    """Return what was paid to each project from day to day, less what came back, by the stated days."""
    paid: dict[str, int] = {}
    claims = (
        no
        for fund_no in projects_of(read, county, last.year).funds
        for no in read(FUND, case_id(county, "fund", fund_no)).holds
    )
    for no in dict.fromkeys(claims):
        claim = read(CLAIM, case_id(county, "claim", no))
        if claim.lodged is None:
            continue
        sign = int(_within(claim.paid_on, first, last)) - int(_within(claim.refunded_on, first, last))
        if sign:
            project_no = claim.lodged.project_no
            paid[project_no] = paid.get(project_no, 0) + sign * claim.lodged.amount_fen
    return paid


def _within(on: date | None, first: date, last: date) -> bool:
    return on is not None and first <= on <= last


def paid_by(read: Read, county: str, kind: str, first: date, last: date) -> dict[str, int]:
    """Return what was paid from day to day by unit, township or project; of one that was paid nothing, 0."""
    projects = projects_of(read, county, last.year).projects
    return summed_by(kind, projects, paid_between(read, county, first, last))


def summed_by(kind: str, projects: Mapping[str, Any], paid: Mapping[str, int]) -> dict[str, int]:
    """Return what *projects* were paid, in fen, by their unit or township, or each; of one that was paid nothing, 0."""
    sums: dict[str, int] = {}
    for no, project in projects.items():
        match kind:
            case "unit" | "township":
                name = str(getattr(project, kind))
            case "project" | "project_head":
                name = no
            case _:
                continue
        sums[name] = sums.get(name, 0) + paid.get(no, 0)
    return sums
