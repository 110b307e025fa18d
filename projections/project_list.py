"""The list of a county's projects, a page at a time: where each stands, whom it waits for, what is paid."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, or_, select

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
    "project",
    "project_no",
    "name",
    "township",
    "village",
    "unit",
    "stage",
    "closed",
    "stage_since",
    "budget_fen",
    "contract_fen",
    "released_fen",
    "paid_fen",
)


@dataclass(frozen=True)
class ListedProject:
    """One project of the list; amounts in fen, of whichever year."""

    project: str
    project_no: str
    name: str
    township: str
    village: str
    unit: str
    stage: str
    closed: bool
    stage_since: date
    budget_fen: int
    contract_fen: int | None
    released_fen: int
    paid_fen: int
    waits: tuple[OpenStepOf, ...]


def project_list(engine: Engine, wanted: Wanted, *, limit: int, offset: int = 0) -> Listed[ListedProject]:
    """Return a page of the projects that are wanted, by their numbers."""
    where = _where(wanted)
    asked = select(*(PROJECTS.c[name] for name in _SHOWN)).where(*where)
    asked = asked.order_by(PROJECTS.c.project_no).limit(limit).offset(offset)
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
        waits = open_steps(connection, [row["project"] for row in rows])
        total = counted(connection, PROJECTS, where)
    return Listed([ListedProject(**row, waits=waits.get(row["project"], ())) for row in rows], total)


def project_choices(engine: Engine, county: str) -> Choices:
    """Return what the list can be narrowed to."""
    return choices(engine, PROJECTS, "project", county)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [PROJECTS.c.county == wanted.county]
    if wanted.words:
        found.append(having(PROJECTS.c.name, PROJECTS.c.project_no, words=wanted.words))
    if wanted.stage:
        found.append(PROJECTS.c.stage == wanted.stage)
    if wanted.township:
        found.append(PROJECTS.c.township == wanted.township)
    if wanted.post:
        found.append(PROJECTS.c.project.in_(waiting_for(wanted, "project")))
    if wanted.late_on is not None:
        of_it = (PROJECTS.c.project.in_(late(wanted, column)) for column in (INBOX.c.of_case, INBOX.c.project))
        found.append(or_(*of_it))
    return found
