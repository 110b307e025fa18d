"""View `surplus` (结转结余): each sweep of what is left over: found, agreed, approved, moved, and by which plans."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Engine, Integer, MetaData, String, Table, select

from domain.surplus import SURPLUS, SurplusState
from projections.batch import Batch
from projections.book import Book
from projections.looking import among, as_a, grouped, rows
from projections.view import View

TABLES = MetaData()
SWEEPS = Table(
    "view_surplus",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("sweep", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("found", Boolean, nullable=False),  # Not yet, while its lead is called to it.
    Column("found_fen", BigInteger, nullable=False),
    Column("left_fen", BigInteger, nullable=False),
    Column("plans", JSON, nullable=False),
    Column("lead", String, nullable=False),
    Column("agreeing", JSON, nullable=False),
    Column("agreed", JSON, nullable=False),
    Column("approver", String, nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("approval_is_ours", Boolean, nullable=False),
    Column("moved_to", String, nullable=False),
    Column("limit", String, nullable=False),
    Column("clause", String, nullable=False),
)
ITEMS = Table(
    "view_surplus_items",
    TABLES,
    Column("case", String, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("fund_no", String, nullable=False),
    Column("pool", String, nullable=False),
    Column("project_no", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("left_fen", BigInteger, nullable=False),
)


@dataclass(frozen=True)
class Item:
    """What is left of one portion, free or of a project: as it was found, and what is still to be moved."""

    fund_no: str
    pool: str
    project_no: str
    amount_fen: int
    left_fen: int


@dataclass(frozen=True)
class Sweep:
    """One sweep whose list was found; *approval_is_ours*: the text does not ask for the approval, we do."""

    case: str
    stage: str
    items: list[Item]
    found_fen: int
    left_fen: int
    plans: list[str]
    lead: str
    agreeing: list[str]
    approver: str
    approval_is_ours: bool
    moved_to: str
    limit: str
    clause: str


def take(book: Book, batch: Batch) -> None:
    """Write down each sweep as it stands."""
    for stream in batch.streams():
        state: SurplusState = batch.state(stream)
        if row := _sweep(state):
            book.put(SWEEPS, {"case": stream, **row})
            book.replace(ITEMS, stream, _items(state, stream))


VIEW = View("surplus", 1, TABLES, frozenset({"surplus"}), take)


def _sweep(state: SurplusState) -> dict[str, Any] | None:
    """Return a sweep's row, or None of one that was neither called nor found."""
    found, begun = state.found, state.found or state.called
    if begun is None:
        return None
    terms = found.terms if found else None
    return {
        "county": begun.county,
        "year": begun.year,
        "sweep": begun.sweep,
        "stage": SURPLUS.stage(state),
        "closed": SURPLUS.closed(state),
        "found": found is not None,
        "found_fen": sum(item.amount_fen for item in found.items) if found else 0,
        "left_fen": sum(state.left.values()),
        "plans": sorted(state.plans),
        "lead": terms.lead if terms else state.called.lead if state.called else "",
        "agreeing": list(terms.agreeing) if terms else [],
        "agreed": sorted(state.agreed),
        "approver": terms.approver if terms else "",
        "approved": state.approved,
        "approval_is_ours": terms.approval_is_ours if terms else False,
        "moved_to": terms.moved_to if terms else "",
        "limit": terms.limit if terms else "",
        "clause": terms.clause if terms else begun.act.clause,
    }


def _items(state: SurplusState, stream: str) -> list[dict[str, Any]]:
    names = ("fund_no", "pool", "project_no", "amount_fen", "price_fen")
    return [
        {"case": stream, "n": n, **{name: getattr(item, name) for name in names}, "left_fen": state.left[item.key]}
        for n, item in enumerate(state.found.items if state.found else ())
    ]


def sweeps(engine: Engine, county: str, year: int) -> list[Sweep]:
    """Return the sweeps of a county's year whose list was found: that of earlier years' money first."""
    asked = select(SWEEPS).where(SWEEPS.c.county == county, SWEEPS.c.year == year, SWEEPS.c.found)
    with engine.connect() as connection:
        found = rows(connection, asked.order_by(SWEEPS.c.sweep.desc()))
        items = grouped(among(connection, ITEMS, [row["case"] for row in found]))
    return [as_a(Sweep, row, items=[as_a(Item, one) for one in items.get(row["case"], ())]) for row in found]
