"""Reading the project board (项目建设台账): each project, with what plans, claims and deadlines tell of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, select
from sqlalchemy import func as sql

from projections import fund_ledger
from projections.claim_tables import CLAIMS
from projections.obligations import OBLIGATIONS
from projections.plan_lines import LINES as PLAN_LINES
from projections.plan_lines import PLANS
from projections.project_tables import PROJECTS, STEPS

_DUE = ("open", "paused", "overdue")  # Stages of a deadline that is not met, dropped or waived.


@dataclass(frozen=True)
class ProjectRow:
    """One project with its whole money, of whichever year, in fen; days are the stated ones, None while not there.

    `declared_fen` is as declared or corrected, `budget_fen` the estimate that holds; `approved_fen` of its claims is
    past the last gate and not paid back. `stage_since`: since when it waits at its step; `settled_on`: the latest
    payment of a settlement. `plan_years` are of plans in force that gave it money, `fund_years` of the money itself.
    `obligations`: how many deadlines of it and of its claims run or are overdue, the first due on `next_due_on`.
    """

    project: str
    county: str
    project_no: str
    name: str
    village: str
    township: str
    unit: str
    use: str
    purpose: str
    first_year: int
    last_year: int
    contractor: str
    target: str
    linkage: str
    households: int
    declared_fen: int
    budget_fen: int
    contract_fen: int | None
    allotted_fen: int
    released_fen: int
    claimed_fen: int
    approved_fen: int
    paid_fen: int
    stage: str
    closed: bool
    returns: int
    registered_on: date
    stage_since: date
    ended_because: str
    declared_on: date | None
    surveyed_on: date | None
    banked_on: date | None
    planned_on: date | None
    released_on: date | None
    tendered_on: date | None
    contracted_on: date | None
    started_on: date | None
    built_on: date | None
    paid_off_on: date | None
    accepted_on: date | None
    settled_on: date | None
    titled_on: date | None
    handed_over_on: date | None
    kept_on: date | None
    removed_on: date | None
    plan_years: tuple[int, ...]
    fund_years: tuple[int, ...]
    assets: tuple[str, ...]
    obligations: int
    next_due_on: date | None

    def days_in_stage(self, today: date) -> int | None:
        """Return for how many days it has stood at its step; None once it is over."""
        return None if self.closed else (today - self.stage_since).days


@dataclass(frozen=True)
class ProjectStep:
    """One step (环节) in the order of the project's rules; `state` is passed, open or ahead.

    The days are the stated ones. What other cases bring (plan, release, payments) nobody passes: `person` is "" there.
    """

    step: str
    number: int
    kind: str
    post: str
    clause: str
    state: str
    opened_on: date | None
    passed_on: date | None
    person: str
    on_behalf_of: str
    by_post: str

    def days(self, today: date) -> int | None:
        """Return how many days it took, or has waited; None where that is not known."""
        return ((self.passed_on or today) - self.opened_on).days if self.opened_on else None


def project_rows(
    engine: Engine, county: str | None = None, *, year: int | None = None, open_only: bool = False, **equal: Any
) -> list[ProjectRow]:
    """Return projects by their numbers.

    *year*: those that entered the bank in it, or have money of its funds. *equal* are columns and what they must hold:
    `project`, `township`, `village`, `unit`, `use`, `stage`.
    """
    where = [PROJECTS.c[name] == value for name, value in equal.items()]
    where += [PROJECTS.c.county == county] if county is not None else []
    where += [~PROJECTS.c.closed] if open_only else []
    own = (column for column in PROJECTS.c if column.name != "passed")
    asked = select(*own).where(*where).order_by(PROJECTS.c.county, PROJECTS.c.project_no)
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
        beside = _Beside(connection, where)
    found = [ProjectRow(**{**row, "assets": tuple(row["assets"])}, **beside.of(row["project"])) for row in rows]
    return found if year is None else [row for row in found if _is_of(row, year)]


def newest_projects(engine: Engine, county: str, most: int) -> list[tuple[str, str]]:
    """Return number and name of a county's projects, what was registered last first, and no more than *most*."""
    asked = select(PROJECTS.c.project_no, PROJECTS.c.name).where(PROJECTS.c.county == county)
    newest = asked.order_by(PROJECTS.c.registered_on.desc(), PROJECTS.c.project_no.desc()).limit(most)
    with engine.connect() as connection:
        return [(row.project_no, row.name) for row in connection.execute(newest)]


def said_of_projects(engine: Engine, county: str, name: str, most: int) -> list[str]:
    """Return what a county's projects say in the column *name*, each once, what was said last first, up to *most*."""
    column = PROJECTS.c[name]
    asked = select(column).where(PROJECTS.c.county == county).group_by(column)
    newest = asked.order_by(sql.max(PROJECTS.c.registered_on).desc(), column).limit(most)
    with engine.connect() as connection:
        return list(connection.execute(newest).scalars())


def project_row(engine: Engine, project: str) -> ProjectRow | None:
    """Return one project, or None if there is none of that id."""
    found = project_rows(engine, project=project)
    return found[0] if found else None


def project_steps(engine: Engine, project: str) -> list[ProjectStep]:
    """Return the steps of a project in the order of its rules."""
    own = (column for column in STEPS.c if column.name != "project")
    asked = select(*own).where(STEPS.c.project == project).order_by(STEPS.c.number)
    with engine.connect() as connection:
        return [ProjectStep(**row) for row in connection.execute(asked).mappings()]


def _is_of(row: ProjectRow, year: int) -> bool:
    return year in row.fund_years or (row.banked_on is not None and row.banked_on.year == year)


class _Beside:
    """What other views hold of projects, each read once for all."""

    def __init__(self, connection: Connection, where: list[ColumnElement[bool]]) -> None:
        """Read what belongs to the projects that are asked for."""
        self._connection, self._where = connection, where
        self._plans = self._years_of_plans()
        self._funds = self._years_of_funds()
        self._claims = self._of_claims()
        self._deadlines = self._running()

    def of(self, project: str) -> dict[str, Any]:
        """Return the columns of one project."""
        approved_fen, settled_on = self._claims.get(project, (0, None))
        count, next_due_on = self._deadlines.get(project, (0, None))
        return {
            "plan_years": tuple(sorted(self._plans.get(project, ()))),
            "fund_years": tuple(sorted(self._funds.get(project, ()))),
            "approved_fen": approved_fen,
            "settled_on": settled_on,
            "obligations": count,
            "next_due_on": next_due_on,
        }

    def _years_of_plans(self) -> dict[str, set[int]]:
        same = (PROJECTS.c.county == PLANS.c.county) & (PROJECTS.c.project_no == PLAN_LINES.c.project_no)
        asked = select(PROJECTS.c.project, PLANS.c.year).distinct().where(*self._where, ~PLAN_LINES.c.cut)
        asked = asked.join(PLAN_LINES, PLAN_LINES.c.project_no == PROJECTS.c.project_no)
        asked = asked.join(PLANS, (PLANS.c.plan == PLAN_LINES.c.plan) & same).where(PLANS.c.in_force_on.is_not(None))
        return self._sets(asked)

    def _years_of_funds(self) -> dict[str, set[int]]:
        lines, funds = fund_ledger.LINES, fund_ledger.FUNDS
        asked = select(PROJECTS.c.project, funds.c.fiscal_year).distinct().where(*self._where, lines.c.allotted_fen > 0)
        asked = asked.join(lines, lines.c.project_no == PROJECTS.c.project_no)
        asked = asked.join(funds, (funds.c.fund == lines.c.fund) & (funds.c.county == PROJECTS.c.county))
        return self._sets(asked)

    def _of_claims(self) -> dict[str, tuple[int, date | None]]:
        settled = sql.max(CLAIMS.c.paid_on).filter(CLAIMS.c.kind == "settlement", CLAIMS.c.stage == "paid")
        approved = sql.sum(CLAIMS.c.approved_fen).filter(CLAIMS.c.stage != "refunded")
        same = (CLAIMS.c.county == PROJECTS.c.county) & (CLAIMS.c.project_no == PROJECTS.c.project_no)
        asked = select(PROJECTS.c.project, approved, settled).join(CLAIMS, same).where(*self._where)
        rows = self._connection.execute(asked.group_by(PROJECTS.c.project))
        return {project: (int(approved_fen or 0), settled_on) for project, approved_fen, settled_on in rows}

    def _running(self) -> dict[str, tuple[int, date]]:
        """Return how many deadlines run for a project and its claims, and the first due day."""
        same = (CLAIMS.c.county == PROJECTS.c.county) & (CLAIMS.c.project_no == PROJECTS.c.project_no)
        own = select(PROJECTS.c.project.label("project"), PROJECTS.c.project.label("case")).where(*self._where)
        claims = select(PROJECTS.c.project, CLAIMS.c.claim).join(CLAIMS, same).where(*self._where)
        cases = own.union_all(claims).subquery()
        asked = select(cases.c.project, sql.count(), sql.min(OBLIGATIONS.c.due_on))
        asked = asked.join(OBLIGATIONS, OBLIGATIONS.c.case == cases.c.case).where(OBLIGATIONS.c.stage.in_(_DUE))
        rows = self._connection.execute(asked.group_by(cases.c.project))
        return {project: (count, due_on) for project, count, due_on in rows}

    def _sets(self, asked: Any) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for project, year in self._connection.execute(asked):
            found.setdefault(project, set()).add(year)
        return found
