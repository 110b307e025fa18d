"""What was paid from day to day, to whom, and which projects had money of a year: counted of the view `spending`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, and_, or_, select

from domain.cases import case_id, parse_case
from domain.procedures.spending import YEARS_BACK, summed_by
from projections.spending import CLAIMS, LINES, PROJECTS, YEARS


@dataclass(frozen=True)
class ProjectRow:
    """A project with whoever carries it out, and its money in fen."""

    project_no: str
    name: str
    unit: str
    township: str
    of_class: str
    target: str | None
    accepted_on: date | None
    allotted_fen: int
    paid_fen: int
    loans_fen: int
    in_fund_fen: int | None


@dataclass(frozen=True)
class PaidClaim:
    """A claim that was paid out of *funds*: to whom, when, and when the money came back, if it did."""

    claim_no: str
    project_no: str
    kind: str
    payee: str
    funds: list[str]
    amount_fen: int
    bank_ref: str
    paid_on: date
    refunded_on: date | None

    def between(self, first: date, last: date) -> int:
        """Return what it adds to the payments from day to day, in fen: less than nothing where it came back."""
        came_back = self.refunded_on is not None and first <= self.refunded_on <= last
        return (int(first <= self.paid_on <= last) - int(came_back)) * self.amount_fen


@dataclass(frozen=True)
class Spending:
    """A county's funds and projects around a year, and the claims that were paid, or paid back, in its days."""

    funds: list[str]
    projects: dict[str, ProjectRow]
    claims: list[PaidClaim]

    @classmethod
    def of_year(cls, engine: Engine, county: str, year: int) -> "Spending":
        """Return what the county's yearbooks know around a year, funds and projects that are banked or planned."""
        days = date(year, 1, 1), date(year, 12, 31)
        in_it = or_(CLAIMS.c.paid_on.between(*days), CLAIMS.c.refunded_on.between(*days))
        with engine.connect() as connection:
            found = _entered(connection, county, year - YEARS_BACK, year + 1)
            projects = {row.project_no: row for row in _projects(connection, county)}
            lines = _lines(connection, county)
            claims = [row for row in _claims(connection, county, in_it) if set(row.funds) & set(found.funds)]
        known = {no: projects[no] for no in found.named(lines) if no in projects}
        return cls(found.funds, known, claims)

    def between(self, first: date, last: date) -> dict[str, int]:
        """Return what was paid to each project between two days of the year, less what came back."""
        paid: dict[str, int] = {}
        for claim in self.claims:
            if amount_fen := claim.between(first, last):
                paid[claim.project_no] = paid.get(claim.project_no, 0) + amount_fen
        return paid

    def by(self, kind: str, first: date, last: date) -> dict[str, int]:
        """Return what was paid between two days of the year by unit, township or project; of one paid nothing, 0."""
        return summed_by(kind, self.projects, self.between(first, last))


@dataclass(frozen=True)
class _Entered:
    """What yearbooks name, year by year, in the order of its entry."""

    years: dict[int, dict[str, list[str]]]

    @property
    def funds(self) -> list[str]:
        """Return the funds, each once."""
        return list(dict.fromkeys(no for year in self.years.values() for no in year.get("fund", ())))

    def named(self, lines: dict[str, list[str]]) -> Iterator[str]:
        """Yield the projects that are banked, or planned on a fund, year by year."""
        for year in self.years.values():
            yield from year.get("project", ())
            for fund_no in year.get("fund", ()):
                yield from lines.get(fund_no, ())


def projects_named(engine: Engine, county: str, project_nos: set[str]) -> dict[str, ProjectRow]:
    """Return projects of a county by their numbers, as far as they are registered."""
    with engine.connect() as connection:
        return {row.project_no: row for row in _projects(connection, county) if row.project_no in project_nos}


def with_money(engine: Engine, county: str, year: int) -> set[str]:
    """Return the projects that hold money of a year: of the funds in its book."""
    asked = (
        select(LINES.c.project_no)
        .join(YEARS, and_(YEARS.c.county == county, YEARS.c.kind == "fund", YEARS.c.year == year))
        .where(LINES.c.county == county, LINES.c.fund == _fund_of(county), LINES.c.allotted_fen != 0)
        .distinct()
    )
    with engine.connect() as connection:
        return set(connection.execute(asked).scalars())


def paid_claims(engine: Engine, county: str, project_no: str) -> list[PaidClaim]:
    """Return a project's claims that were paid, by the stated days."""
    with engine.connect() as connection:
        return list(_claims(connection, county, CLAIMS.c.project_no == project_no))


def _fund_of(county: str) -> Any:
    """Return the case id of the fund that a yearbook names."""
    return case_id(county, "fund", "F").removesuffix("F") + YEARS.c.no


def _entered(connection: Connection, county: str, first: int, last: int) -> _Entered:
    asked = select(YEARS).where(YEARS.c.county == county, YEARS.c.year.between(first, last))
    years: dict[int, dict[str, list[str]]] = {}
    for row in connection.execute(asked.order_by(YEARS.c.year, YEARS.c.place)):
        years.setdefault(row.year, {}).setdefault(row.kind, []).append(row.no)
    return _Entered(years)


def _lines(connection: Connection, county: str) -> dict[str, list[str]]:
    """Return the projects of each fund's lines, in the order in which these began."""
    asked = select(LINES.c.fund, LINES.c.project_no).where(LINES.c.county == county)
    found: dict[str, list[str]] = {}
    for row in connection.execute(asked.order_by(LINES.c.position, LINES.c.place)):
        found.setdefault(parse_case(row.fund).no, []).append(row.project_no)
    return found


def _projects(connection: Connection, county: str) -> Iterator[ProjectRow]:
    names = [PROJECTS.c[name] for name in ProjectRow.__dataclass_fields__]
    for row in connection.execute(select(*names).where(PROJECTS.c.county == county)).mappings():
        yield ProjectRow(**row)


def _claims(connection: Connection, county: str, *also: Any) -> Iterator[PaidClaim]:
    names = [CLAIMS.c[name] for name in PaidClaim.__dataclass_fields__]
    asked = select(*names).where(CLAIMS.c.county == county, *also).order_by(CLAIMS.c.paid_on, CLAIMS.c.claim_no)
    for row in connection.execute(asked).mappings():
        yield PaidClaim(**row)
