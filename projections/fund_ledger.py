"""View `fund_ledger` (资金台账): each portion of each fund, each line below it, and each movement with what it leaves.

A portion is one pool or ledger (资金池、专账) of a fund, under its fiscal year: the only account that facts name.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.balances import Bucket, Move, Portion
from domain.calendar import day_of
from domain.cases import parse_case
from domain.fund import FUND
from domain.fund_facts import (
    FundAnnounced,
    FundArrived,
    FundReceived,
    MoneyBounced,
    MoneyRefunded,
    MoneyUnallotted,
    YearClosed,
)
from domain.fund_state import FundState
from domain.registry import stored_name
from projections.batch import Batch, Logged
from projections.book import Book, Row
from projections.fund_moves import Holds
from projections.view import View

COUNTED = ("received", "withdrawn", "allotted", "released")
SUMS = tuple(f"{name}_fen" for name in (*COUNTED, *(bucket.value for bucket in Bucket)))
OF_LINE = tuple(name for name in SUMS if name not in ("received_fen", "withdrawn_fen", "free_fen"))
BESIDE = ("bounced_fen", "refunded_fen")  # What no bucket tells: what bounced and what came back, ever.


def _sums(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False, default=0) for name in names]


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, String, nullable=False, default="") for name in names]


TABLES = MetaData()
FUNDS = Table(
    "view_ledger_funds",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    *_texts("fund_no", "document_no", "item_no", "source", "tier"),
    Column("fiscal_year", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("awaited", Boolean, nullable=False),  # Announced ahead, and not arrived.
    Column("entered_on", Date, nullable=False),
    *(Column(name, Date) for name in ("arrived_on", "reported_on", "notified_on")),
)
PORTIONS = Table(
    "view_ledger_portions",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("pool", String, primary_key=True),
    *_sums(*SUMS, *BESIDE),
)
LINES = Table(
    "view_ledger_lines",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("pool", String, primary_key=True),
    Column("project_no", String, primary_key=True, index=True),
    *_sums(*OF_LINE, *BESIDE),
)
MOVEMENTS = Table(
    "view_ledger_movements",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # A fact moves the money of several lines.
    Column("fact", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    *_texts("person", "post", "document", "plan_no", "claim_no", "reason", "pool", "project_no", "start", "end"),
    Column("awaited", Boolean, nullable=False),  # The money was only announced.
    Column("amount_fen", BigInteger, nullable=False),
    *_sums(*SUMS),  # The portion after it.
)
HOLDS = Holds("view_ledger_holds", TABLES)


def take(book: Book, batch: Batch) -> None:
    """Book each movement on its portion and line; then write down how each fund stands, by its own decider."""
    for entry in batch.entries:
        if isinstance(entry.fact, FundReceived | FundAnnounced | FundArrived):
            _enter(book, entry)
        _move(book, entry)
    for fund in batch.streams():
        state: FundState = batch.state(fund)
        days = {"reported_on": state.reported_on, "notified_on": state.notified_on}
        book.change(FUNDS, fund, stage=FUND.stage(state), **days)


VIEW = View("fund_ledger", 1, TABLES, frozenset({"fund"}), take)


def _enter(book: Book, entry: Logged) -> None:
    fact, fund, on = entry.fact, entry.stream, entry.fact.act.occurred_on
    if isinstance(fact, FundArrived):
        book.change(FUNDS, fund, awaited=False, arrived_on=on)
        return
    awaited = isinstance(fact, FundAnnounced)
    said = {name: getattr(fact, name) for name in ("document_no", "item_no", "source", "tier", "fiscal_year")}
    days = {"entered_on": on, "arrived_on": None if awaited else on}
    case = parse_case(fund)
    book.put(FUNDS, {"fund": fund, "county": case.county, "fund_no": case.no, "stage": "", "awaited": awaited}
             | said | days)  # fmt: skip


def _move(book: Book, entry: Logged) -> None:
    moves = HOLDS.moves(book, entry)
    if not moves and not isinstance(entry.fact, FundArrived | YearClosed):
        return
    told = _told(entry, awaited=book.row(FUNDS, entry.stream)["awaited"])
    rows = [_booked(book, entry, move) for move in moves]
    # What came in full, and the close of a year, move nothing; the ledger has a line for them all the same.
    unmoved = [pool for pool in _pools(entry.fact) if pool not in {move.pool for move in moves}]
    rows += [_row_of(book, entry.stream, pool) | {"pool": pool, "amount_fen": 0} for pool in unmoved]
    for number, row in enumerate(rows):
        book.add(MOVEMENTS, {"number": number, **told, **row})


def _pools(fact: Any) -> list[str]:
    match fact:
        case FundArrived():
            return [one.pool for one in fact.portions]
        case YearClosed():
            return [one.pool for one in fact.carried]
        case _:
            return []


def _booked(book: Book, entry: Logged, move: Move) -> dict[str, Any]:
    """Carry a movement out, and return what its row says of it."""
    fund, fact = entry.stream, entry.fact
    sums = _shifted(book.get(PORTIONS, fund, move.pool), move, fact)
    book.put(PORTIONS, {"fund": fund, "pool": move.pool, **sums})
    if move.project_no:
        of_line = _shifted(book.get(LINES, fund, move.pool, move.project_no), move, fact)
        line = {name: of_line[name] for name in (*OF_LINE, *BESIDE)}
        book.put(LINES, {"fund": fund, "pool": move.pool, "project_no": move.project_no, **line})
    places = {name: where.value for name, where in (("start", move.start), ("end", move.end)) if where}
    of = {"pool": move.pool, "project_no": move.project_no, "amount_fen": move.amount_fen}
    return of | places | {name: sums[name] for name in SUMS}


def _shifted(known: Row | None, move: Move, fact: Any) -> dict[str, int]:
    """Return the sums of a portion, or of a line, after a movement."""
    row = known or {}
    buckets = {bucket: row.get(f"{bucket.value}_fen", 0) for bucket in Bucket}
    portion = Portion(**{name: row.get(f"{name}_fen", 0) for name in COUNTED}, buckets=buckets)
    portion.shift(move)
    sums = {f"{name}_fen": getattr(portion, name) for name in COUNTED}
    sums |= {f"{bucket.value}_fen": fen for bucket, fen in portion.buckets.items()}
    for name, of in zip(BESIDE, (MoneyBounced, MoneyRefunded), strict=True):
        sums[name] = row.get(name, 0) + (move.amount_fen if isinstance(fact, of) else 0)
    return sums


def _row_of(book: Book, fund: str, pool: str) -> dict[str, int]:
    row = book.get(PORTIONS, fund, pool) or {}
    return {name: row.get(name, 0) for name in SUMS}


def _told(entry: Logged, *, awaited: bool) -> dict[str, Any]:
    fact = entry.fact
    told = {name: str(getattr(fact, name, "")) for name in ("plan_no", "claim_no", "reason")}
    if isinstance(fact, MoneyUnallotted):
        told["reason"] = fact.by_plan_no
    return told | {
        "fund": entry.stream,
        "position": entry.position,
        "fact": stored_name(type(fact)),
        "occurred_on": fact.act.occurred_on,
        "recorded_on": day_of(fact.act.recorded_at),
        "person": fact.act.person,
        "post": fact.act.post,
        "document": getattr(fact, "document_no", ""),
        "awaited": awaited,
    }
