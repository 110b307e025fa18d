"""What the lists of projects and claims have in common: what is asked for, a page of it, what its cases wait for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, or_, select
from sqlalchemy import func as sql

from projections.inbox import INBOX
from projections.project_tables import PROJECTS

R = TypeVar("R")


@dataclass(frozen=True)
class Wanted:
    """Which cases of a county a list shows; what is "" or None is not asked for.

    *words* stand in the name or the number; the case stands at *stage*, and waits for *post*; *late_on*: something of
    it was overdue on that day.
    """

    county: str
    words: str = ""
    stage: str = ""
    post: str = ""
    township: str = ""
    late_on: date | None = None
    project_no: str = ""


@dataclass(frozen=True)
class Listed(Generic[R]):
    """A page of a list, and how many there are in all."""

    rows: list[R]
    total: int


@dataclass(frozen=True)
class OpenStepOf:
    """An open step of a listed case: whom it waits for, and until when."""

    step: str
    post: str
    due_on: date | None
    paused: bool


@dataclass(frozen=True)
class Choices:
    """What a list can be narrowed to: stages, each with how many stand there, posts that are waited for, townships."""

    stages: dict[str, int]
    posts: list[str]
    townships: list[str]


def having(*columns: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Return the condition that *words* stand in one of some columns."""
    return or_(*(column.contains(words, autoescape=True) for column in columns))


def waiting_for(wanted: Wanted, kind: str) -> Select[Any]:
    """Return the cases of a kind that wait for the post."""
    of_kind = INBOX.c.county == wanted.county, INBOX.c.kind == kind
    return select(INBOX.c.of_case).where(*of_kind, INBOX.c.post == wanted.post)


def late(wanted: Wanted, column: ColumnElement[str]) -> Select[Any]:
    """Return what *column* of the inbox names where a due day is over: `of_case`, or `project` with all that is its."""
    runs = INBOX.c.due_on < wanted.late_on, ~INBOX.c.paused
    return select(column).where(INBOX.c.county == wanted.county, *runs)


def open_steps(connection: Connection, cases: Iterable[str]) -> dict[str, tuple[OpenStepOf, ...]]:
    """Return the open steps of some cases, by case."""
    names = ("step", "post", "due_on", "paused")
    asked = select(INBOX.c.of_case, *(INBOX.c[name] for name in names))
    asked = asked.where(INBOX.c.of_case.in_(list(cases)), INBOX.c.case == INBOX.c.of_case).order_by(INBOX.c.step)
    found: dict[str, tuple[OpenStepOf, ...]] = {}
    for case, *of_step in connection.execute(asked):
        found[case] = (*found.get(case, ()), OpenStepOf(*of_step))
    return found


def counted(connection: Connection, table: Table, where: list[ColumnElement[bool]]) -> int:
    """Return how many rows of a table there are."""
    return int(connection.execute(select(sql.count()).select_from(table).where(*where)).scalar_one())


def choices(engine: Engine, table: Table, kind: str, county: str) -> Choices:
    """Return what a county's list of a kind, kept in *table*, can be narrowed to."""
    stages = select(table.c.stage, sql.count().label("n")).where(table.c.county == county)
    posts = select(INBOX.c.post).where(INBOX.c.county == county, INBOX.c.kind == kind, INBOX.c.post != "")
    townships = select(PROJECTS.c.township).where(PROJECTS.c.county == county, PROJECTS.c.township != "")
    with engine.connect() as connection:
        return Choices(
            {row.stage: row.n for row in connection.execute(stages.group_by(table.c.stage).order_by(table.c.stage))},
            sorted(connection.execute(posts.distinct()).scalars()),
            sorted(connection.execute(townships.distinct()).scalars()),
        )
