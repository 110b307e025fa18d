"""View `cases`: one row for each fund, plan, project and claim, with where it stands, whom it waits for, its money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy import case as when

from domain.calendar import day_of
from domain.cases import parse_case
from domain.registry import BY_KIND
from projections.batch import Batch
from projections.book import Book
from projections.case_rows import MONEY, SUMMARIES
from projections.view import View

TABLES = MetaData()
CASES = Table(
    "view_cases",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("kind", String, nullable=False, index=True),
    Column("no", String, nullable=False),
    Column("title", String, nullable=False),
    Column("parent", String, nullable=False, index=True),  # A claim's project; "" elsewhere.
    Column("source", String, nullable=False),  # Of a fund's money; "" elsewhere.
    Column("year", Integer),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("waiting", JSON, nullable=False),
    *(Column(name, BigInteger) for name in MONEY),
    Column("opened_on", Date, nullable=False),
    Column("changed_on", Date, nullable=False),
)
_CLAIMS = CASES.alias("claims")
# Of a project: what is approved of its claims that are live, past the last gate and not paid back.
_OF_CLAIMS = (
    select(cast(func.coalesce(func.sum(_CLAIMS.c.approved_fen), 0), BigInteger))
    .where(_CLAIMS.c.parent == CASES.c.case, _CLAIMS.c.stage != "refunded")
    .scalar_subquery()
)
_APPROVED = when((CASES.c.kind == "project", _OF_CLAIMS), else_=CASES.c.approved_fen).label("approved_fen")
_ROWS = select(*(column for column in CASES.c if column.name != "approved_fen"), _APPROVED)


@dataclass(frozen=True)
class Case:
    """One case as it stands. `waiting`: the open steps, each with the post that may answer; `money`: fen, by name."""

    case: str
    county: str
    kind: str
    no: str
    title: str
    parent: str
    source: str
    year: int | None
    stage: str
    closed: bool
    waiting: list[dict[str, str]]
    money: dict[str, int]
    opened_on: date
    changed_on: date


def take(book: Book, batch: Batch) -> None:
    """Write down what each case's own decider says of it.

    Stage and open steps are rules: kept as sums in SQL they would be told twice.
    """
    for stream in batch.streams():
        county, kind, no = parse_case(stream)
        decider, state, entries = BY_KIND[kind], batch.state(stream), batch.entries_of(stream)
        known = book.get(CASES, stream)
        row = {
            **SUMMARIES[kind](state),
            "stage": decider.stage(state),
            "closed": decider.closed(state),
            "waiting": [{"step": step.id, "post": step.post} for step in decider.open_steps(state)],
            "opened_on": known["opened_on"] if known else entries[0].fact.act.occurred_on,
            "changed_on": day_of(entries[-1].fact.act.recorded_at),
        }
        book.put(CASES, {"case": stream, "county": county, "kind": kind, "no": no, **row})


VIEW = View("cases", 3, TABLES, frozenset(SUMMARIES), take)


def cases(engine: Engine, kind: str, county: str | None = None) -> list[Case]:
    """Return the cases of a kind, of one county or of all."""
    asked = _ROWS.where(CASES.c.kind == kind).order_by(CASES.c.county, CASES.c.opened_on, CASES.c.no)
    if county is not None:
        asked = asked.where(CASES.c.county == county)
    return _read(engine, asked)


def cases_page(
    engine: Engine, kind: str, county: str, *, words: str = "", limit: int, offset: int = 0
) -> tuple[list[Case], int]:
    """Return a page of the cases of a kind in a county, what changed last first, and how many there are in all.

    With *words* only those whose title or number has them.
    """
    asked = [CASES.c.kind == kind, CASES.c.county == county]
    if words:
        asked.append(or_(CASES.c.title.contains(words, autoescape=True), CASES.c.no.contains(words, autoescape=True)))
    ordered = _ROWS.where(*asked).order_by(CASES.c.changed_on.desc(), CASES.c.no)
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(CASES).where(*asked)).scalar_one()
    return _read(engine, ordered.limit(limit).offset(offset)), total


def case(engine: Engine, case_id: str) -> Case | None:
    """Return one case, or None if there is none of that id."""
    found = _read(engine, _ROWS.where(CASES.c.case == case_id))
    return found[0] if found else None


def title_of(engine: Engine, case_id: str) -> str:
    """Return the name of a case, "" if there is none of that id."""
    with engine.connect() as connection:
        return connection.execute(select(CASES.c.title).where(CASES.c.case == case_id)).scalar_one_or_none() or ""


def claims_of(engine: Engine, project: str) -> list[Case]:
    """Return the claims of a project, given by its case id."""
    return _read(engine, _ROWS.where(CASES.c.parent == project).order_by(CASES.c.opened_on, CASES.c.no))


def _read(engine: Engine, asked: Any) -> list[Case]:
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(asked).mappings()]
    return [
        Case(
            **{name: value for name, value in row.items() if name not in MONEY},
            money={name: row[name] for name in MONEY if row[name] is not None},
        )
        for row in rows
    ]


def titles(engine: Engine, ids: Iterable[str]) -> dict[str, str]:
    """Return the titles of cases, by their ids."""
    asked = select(CASES.c.case, CASES.c.title).where(CASES.c.case.in_(list(ids)))
    with engine.connect() as connection:
        return {row.case: row.title for row in connection.execute(asked)}
