"""What a project's page shows of it: its facts and money, its deadlines, its performance, and its assets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy import func as sql

from projections.cases import CASES
from projections.claim_tables import CLAIMS
from projections.obligations import OBLIGATIONS, Obligation
from projections.performance import RESULTS
from projections.project_tables import PROJECTS


@dataclass(frozen=True)
class ProjectFacts:
    """One project as it stands, amounts in fen; see `ProjectRow`, of which it is what its page says."""

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
    paid_fen: int
    stage: str
    closed: bool
    returns: int
    registered_on: date
    stage_since: date
    ended_because: str
    assets: Sequence[str]
    approved_fen: int

    def days_in_stage(self, today: date) -> int | None:
        """Return for how many days it has stood at its step; None once it is over."""
        return None if self.closed else (today - self.stage_since).days


def project_facts(engine: Engine, county: str, project_no: str) -> ProjectFacts | None:
    """Return what the page of a project says of it, or None if there is none of that number."""
    own = (PROJECTS.c[name] for name in ProjectFacts.__dataclass_fields__ if name != "approved_fen")
    of_it = CLAIMS.c.county == county, CLAIMS.c.project_no == project_no, CLAIMS.c.stage != "refunded"
    approved = select(sql.coalesce(sql.sum(CLAIMS.c.approved_fen), 0)).where(*of_it).scalar_subquery()
    asked = select(*own, approved.label("approved_fen"))
    with engine.connect() as connection:
        found = connection.execute(asked.where(PROJECTS.c.county == county, PROJECTS.c.project_no == project_no))
        row = found.mappings().first()
    return ProjectFacts(**{**row, "approved_fen": int(row["approved_fen"])}) if row else None


@dataclass(frozen=True)
class LinkedCase:
    """Another case that a project leads to: its name, where it stands, and what was paid for it in fen."""

    case: str
    title: str
    stage: str
    paid_fen: int | None


@dataclass(frozen=True)
class Beside:
    """Deadlines by due day; assets by number; `performance` is where that stands, None where none was begun."""

    deadlines: tuple[Obligation, ...]
    assets: tuple[LinkedCase, ...]
    performance: LinkedCase | None


def beside(engine: Engine, project: str, county: str, project_no: str, assets: Sequence[str]) -> Beside:
    """Return what stands beside a project; *assets* are the numbers of those that it formed."""
    claims = select(CLAIMS.c.claim).where(CLAIMS.c.county == county, CLAIMS.c.project_no == project_no)
    watched = select(OBLIGATIONS).where((OBLIGATIONS.c.case == project) | OBLIGATIONS.c.case.in_(claims))
    named = (CASES.c.case, CASES.c.title, CASES.c.stage, CASES.c.paid_fen)
    formed = select(*named).where(CASES.c.case.in_([f"{county}/asset/{no}" for no in assets]))
    results = select(RESULTS.c.case, RESULTS.c.stage).where(RESULTS.c.county == county, RESULTS.c.opened)
    with engine.connect() as connection:
        deadlines = connection.execute(watched.order_by(OBLIGATIONS.c.due_on, OBLIGATIONS.c.obligation)).mappings()
        found = tuple(Obligation(**row) for row in deadlines)
        linked = tuple(LinkedCase(*row) for row in connection.execute(formed.order_by(CASES.c.case))) if assets else ()
        one = connection.execute(results.where(RESULTS.c.project_no == project_no)).first()
    return Beside(found, linked, LinkedCase(one.case, "", one.stage, None) if one else None)
