"""View `project_bank` (项目库): what ever entered a county's bank, its tests and look-alikes, how it changed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.bank_facts import (
    EntryConfirmed,
    EntryRemoved,
    EntryTakenUp,
    EntryTested,
    EstimateChanged,
    LookedAlike,
    ProjectListed,
    ToldApart,
)
from domain.calendar import day_of
from domain.cases import case_id, kind_of, parse_case
from domain.project_state import ProjectState
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()
ENTRIES = Table(
    "view_bank_entries",
    TABLES,
    Column("project", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("project_no", String, nullable=False),
    *(Column(name, String, nullable=False, default="") for name in ("name", "village", "township", "use")),
    *(Column(name, Integer, nullable=False, default=0) for name in ("first_year", "last_year")),
    *(Column(name, Integer, nullable=False, default=0) for name in ("entered_year", "confirmed_year")),
    Column("listed_on", Date),  # None: the bank does not list it.
    Column("removed_on", Date),
    Column("removed_because", String, nullable=False, default=""),
    Column("estimate_fen", BigInteger, nullable=False, default=0),
    Column("planned", Boolean, nullable=False, default=False),
    Column("closed", Boolean, nullable=False, default=False),
    Column("policy", JSON),
    Column("alike", JSON),  # What it was told apart from.
)
TESTS = Table(
    "view_bank_tests",
    TABLES,
    Column("project", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tested_on", Date, nullable=False),
    *(Column(name, String, nullable=False) for name in ("test", "about", "check", "status", "clause", "opinion")),
    Column("blocks", Boolean),
)
CHANGES = Table(
    "view_bank_changes",
    TABLES,
    Column("project", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("what", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    *(Column(name, String, nullable=False, default="") for name in ("person", "post", "reason", "record")),
    Column("year", Integer),
    Column("before_fen", BigInteger),
    Column("budget_fen", BigInteger),
)
_WHAT: dict[type, str] = {
    ProjectListed: "listed",
    EstimateChanged: "estimate",
    EntryConfirmed: "confirmed",
    EntryRemoved: "removed",
    EntryTakenUp: "taken up",
}


def take(book: Book, batch: Batch) -> None:
    """Note what was found and changed of each entry; then write down how it stands, as its project's state tells."""
    for entry in batch.entries:
        _note(book, entry)
    for stream in batch.streams():
        if kind_of(stream) == "project":
            _stand(book, stream, batch.state(stream))


VIEW = View("project_bank", 1, TABLES, frozenset({"bank", "project"}), take)


def _note(book: Book, entry: Logged) -> None:
    fact, on = entry.fact, entry.fact.act.occurred_on
    match fact:
        case ProjectListed(project_no=project_no):
            project = case_id(entry.stream.partition("/")[0], "project", project_no)
            names = ("name", "village", "township", "first_year", "last_year")
            first = (book.get(ENTRIES, project) or {}).get("listed_on") or on
            _put(book, project, {name: getattr(fact, name) for name in names} | {"listed_on": first})
            _change(book, project, entry)
        case EntryTested(results=results):
            columns = ("test", "about", "check", "status", "clause", "opinion", "blocks")
            rows = (
                {"project": entry.stream, "number": n, "tested_on": on} | {name: getattr(one, name) for name in columns}
                for n, one in enumerate(results, 1)
            )
            book.replace(TESTS, entry.stream, rows)
        case ToldApart(others=others):
            known = (book.get(ENTRIES, entry.stream) or {}).get("alike") or ()
            now = {one.project_no: _apart(one, on) for one in others}
            _put(book, entry.stream, {"alike": [*(one for one in known if one["other"] not in now), *now.values()]})
        case EstimateChanged() | EntryConfirmed() | EntryRemoved() | EntryTakenUp():
            _change(book, entry.stream, entry)
        case _:
            pass


def _apart(one: LookedAlike, on: date) -> dict[str, str]:
    return {"other": one.project_no, "name": one.name, "reason": one.reason, "told_on": on.isoformat()}


def _put(book: Book, project: str, values: dict[str, Any]) -> None:
    case = parse_case(project)
    known = book.get(ENTRIES, project) or {"project": project, "county": case.county, "project_no": case.no}
    book.put(ENTRIES, {**known, **values})


def _change(book: Book, project: str, entry: Logged) -> None:
    fact, act = entry.fact, entry.fact.act
    row = {"project": project, "position": entry.position, "what": _WHAT[type(fact)]}
    row |= {"occurred_on": act.occurred_on, "recorded_on": day_of(act.recorded_at)}
    row |= {"person": act.person, "post": act.post}
    row["reason"] = getattr(fact, "reason", "") or getattr(fact, "opinion", "")
    row["record"] = getattr(fact, "record", "")
    book.add(CHANGES, row | {name: getattr(fact, name, None) for name in ("year", "before_fen", "budget_fen")})


def _stand(book: Book, project: str, state: ProjectState) -> None:
    registered, entry = state.registered, state.entry
    if registered is None:  # A paper may be there before it.
        return
    policy = registered.terms.policy
    stands = {
        "use": registered.use,
        "entered_year": entry.entered_year,
        "confirmed_year": entry.confirmed_year,
        "removed_on": entry.removed.act.occurred_on if entry.removed else None,
        "removed_because": entry.removed.reason if entry.removed else "",
        "estimate_fen": registered.budget_fen,
        "planned": "plan" in state.passed_on,
        "closed": state.is_closed,
        "policy": [policy.version, policy.profile, policy.engine, *policy.office],
    }
    _put(book, project, stands)
