"""Reading the project bank (项目库): each entry with its tests, look-alikes and changes, and how it stands by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, select

from domain.project_bank import EntryOfProject
from domain.terms import PolicyRef
from projections.project_bank import CHANGES, ENTRIES, TESTS


@dataclass(frozen=True)
class EntryTest:
    """What came of one entry test (入库要求): met, unmet or unanswered; *blocks* is None where the text is silent."""

    test: str
    about: str
    check: str
    status: str
    clause: str
    blocks: bool | None
    opinion: str
    tested_on: date


@dataclass(frozen=True)
class Alike:
    """What looked like the project (疑似重复), and why it is another one."""

    other: str
    name: str
    reason: str
    told_on: date


@dataclass(frozen=True)
class EntryChange:
    """One change of an entry: listed (anew after a correction), estimate, confirmed, removed, taken up."""

    position: int
    what: str
    occurred_on: date
    recorded_on: date
    person: str
    post: str
    reason: str
    record: str
    year: int | None
    before_fen: int | None
    budget_fen: int | None


@dataclass(frozen=True)
class Entry:
    """One entry. Its years are those of its building, else those for which the rules of its first listing list it.

    How long it is listed is a rule of its county's text: *horizon* years, None where none is set (滚动).
    """

    project: str
    county: str
    project_no: str
    name: str
    village: str
    township: str
    use: str
    first_year: int
    last_year: int
    entered_year: int
    confirmed_year: int
    listed_on: date
    removed_on: date | None
    removed_because: str
    estimate_fen: int
    planned: bool
    closed: bool
    policy: PolicyRef
    tests: tuple[EntryTest, ...]
    alike: tuple[Alike, ...]
    changes: tuple[EntryChange, ...]

    def listed_until(self, horizon: int | None) -> int | None:
        """Return the last year for which it is listed, or None where no number of years is set."""
        return (
            EntryOfProject(self.entered_year, self.confirmed_year).listed_until(horizon) if self.entered_year else None
        )

    def state(self, until: int | None, year: int) -> str:
        """Return how it stands in a year: closed, planned, removed, lapsed, or listed."""
        if self.closed:
            return "closed"
        if self.planned:
            return "planned"
        if self.removed_on is not None:
            return "removed"
        return "lapsed" if until is not None and until < year else "listed"


def entries(engine: Engine, county: str | None = None, **equal: Any) -> list[Entry]:
    """Return the entries by their numbers; *equal*: columns and what they hold: `project`, `township`, `use`."""
    where = [ENTRIES.c.listed_on.is_not(None), *(ENTRIES.c[name] == value for name, value in equal.items())]
    where += [ENTRIES.c.county == county] if county is not None else []
    asked = select(ENTRIES).where(*where).order_by(ENTRIES.c.county, ENTRIES.c.project_no)
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
        tests = _by_project(connection, TESTS, where)
        changes = _by_project(connection, CHANGES, where)
    return [
        Entry(
            **{**row, "policy": _policy(row["policy"]), "alike": tuple(map(_alike, row["alike"] or ()))},
            tests=tuple(EntryTest(**_of(EntryTest, one)) for one in tests.get(row["project"], ())),
            changes=tuple(EntryChange(**_of(EntryChange, one)) for one in changes.get(row["project"], ())),
        )
        for row in rows
    ]


def _policy(stored: Sequence[str]) -> PolicyRef:
    version, profile, engine, *office = stored
    return PolicyRef(version, profile, engine, tuple(office))


def _alike(stored: dict[str, str]) -> Alike:
    return Alike(**{**stored, "told_on": date.fromisoformat(stored["told_on"])})  # type: ignore[arg-type]


def _of(kind: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in kind.__dataclass_fields__}


def _by_project(
    connection: Connection, table: Table, where: list[ColumnElement[bool]]
) -> dict[str, list[dict[str, Any]]]:
    asked = select(table).join(ENTRIES, ENTRIES.c.project == table.c.project).where(*where).order_by(*table.primary_key)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(asked).mappings():
        found.setdefault(row["project"], []).append(dict(row))
    return found
