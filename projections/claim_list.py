"""The list of claims of a county or a project, a page at a time: where each stands, whom it waits for, its amounts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, and_, select

from projections.claim_tables import CLAIMS
from projections.inbox import INBOX
from projections.listing import (
    Choices,
    Listed,
    OpenStepOf,
    Wanted,
    choices,
    counted,
    having,
    late,
    open_steps,
    waiting_for,
)
from projections.project_tables import PROJECTS

_SHOWN = (
    "claim",
    "claim_no",
    "project_no",
    "kind",
    "payee",
    "stage",
    "closed",
    "version",
    "returned_times",
    "lodged_on",
    "paid_on",
    "claimed_fen",
    "approved_fen",
    "paid_fen",
)
_OF_PROJECT = (PROJECTS.c.county == CLAIMS.c.county) & (PROJECTS.c.project_no == CLAIMS.c.project_no)


@dataclass(frozen=True)
class ListedClaim:
    """One claim of the list, with its project's name; claimed, approved and paid are three amounts, in fen."""

    claim: str
    claim_no: str
    project_no: str
    kind: str
    payee: str
    stage: str
    closed: bool
    version: int
    returned_times: int
    lodged_on: date
    paid_on: date | None
    claimed_fen: int
    approved_fen: int
    paid_fen: int
    project_name: str | None
    waits: tuple[OpenStepOf, ...]


def claim_list(engine: Engine, wanted: Wanted, *, limit: int, offset: int = 0) -> Listed[ListedClaim]:
    """Return a page of the claims that are wanted, the last lodged first."""
    where = _where(wanted)
    own = (CLAIMS.c[name] for name in _SHOWN)
    asked = select(*own, PROJECTS.c.name.label("project_name")).outerjoin_from(CLAIMS, PROJECTS, _OF_PROJECT)
    asked = asked.where(*where).order_by(CLAIMS.c.lodged_on.desc(), CLAIMS.c.claim.desc()).limit(limit).offset(offset)
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
        waits = open_steps(connection, [row["claim"] for row in rows])
        total = counted(connection, CLAIMS, where)
    return Listed([ListedClaim(**row, waits=waits.get(row["claim"], ())) for row in rows], total)


def claim_choices(engine: Engine, county: str) -> Choices:
    """Return what the list can be narrowed to."""
    return choices(engine, CLAIMS, "claim", county)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [CLAIMS.c.county == wanted.county]
    if wanted.project_no:
        found.append(CLAIMS.c.project_no == wanted.project_no)
    if wanted.words:
        of_project = and_(PROJECTS.c.county == wanted.county, PROJECTS.c.name.contains(wanted.words, autoescape=True))
        named = CLAIMS.c.project_no.in_(select(PROJECTS.c.project_no).where(of_project))
        found.append(having(CLAIMS.c.claim_no, CLAIMS.c.project_no, CLAIMS.c.payee, words=wanted.words) | named)
    if wanted.stage:
        found.append(CLAIMS.c.stage == wanted.stage)
    if wanted.township:
        there = and_(PROJECTS.c.county == wanted.county, PROJECTS.c.township == wanted.township)
        found.append(CLAIMS.c.project_no.in_(select(PROJECTS.c.project_no).where(there)))
    if wanted.post:
        found.append(CLAIMS.c.claim.in_(waiting_for(wanted, "claim")))
    if wanted.late_on is not None:
        found.append(CLAIMS.c.claim.in_(late(wanted, INBOX.c.of_case)))
    return found
