"""View `statement` (资金来源与使用情况表): where a county's money came from and its use, by fund, year and pool.

A movement counts for the year that its fund stands in: from its fiscal year on, each close of a year (年终结转) begins
the next. So what a year's statement says stays as it was when the year was closed.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
)

from domain.balances import Bucket, Move
from domain.cases import kind_of
from domain.claim_facts import ClaimLodged, GatePassed
from domain.fund_facts import (
    FundAnnounced,
    FundArrived,
    FundReceived,
    MoneyBounced,
    MoneyRefunded,
    YearClosed,
)
from projections.batch import Logged
from projections.book import Book
from projections.fund_moves import Holds, moved
from projections.view import View, each

SUMS = ("received", "withdrawn", "allotted", "released", *(bucket.value for bucket in Bucket))
# What no bucket tells: payments that bounced or came back, and claims that are past their last gate.
BESIDE = ("bounced", "refunded", "approved")


def _place() -> list[Column[Any]]:
    return [
        Column("fund", String, primary_key=True),
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("pool", String, primary_key=True),
    ]


TABLES = MetaData()
FUNDS = Table(
    "view_statement_funds",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("year", Integer, nullable=False),  # That it stands in.
    Column("awaited", Boolean, nullable=False),  # Announced ahead, and not arrived.
)
POOLS = Table(
    "view_statement",
    TABLES,
    *_place(),
    *(Column(name, BigInteger, nullable=False, default=0) for name in (*SUMS, *BESIDE)),
)
PROJECTS = Table(
    "view_statement_projects",
    TABLES,
    *_place(),
    Column("project_no", String, primary_key=True),
    Column("allotted", BigInteger, nullable=False, default=0),
)
# A payment over several portions bounces as a whole: each fund notes it once, and the times are one claim's.
BOUNCES = Table(
    "view_statement_bounces",
    TABLES,
    *_place(),
    Column("claim_no", String, primary_key=True),
    Column("times", Integer, nullable=False, default=0),
)
HOLDS = Holds("view_statement_holds", TABLES)
# How many gates a claim, as last lodged, has yet to pass.
GATES = Table(
    "view_statement_gates",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("gates_left", Integer, nullable=False),
)


def apply(book: Book, entry: Logged) -> None:
    """Take in one fact: what it moves is the fund's own word, and is added to the sums."""
    if kind_of(entry.stream) == "fund":
        _note_fund(book, entry)
        _note_moves(book, entry)
    else:
        _note_claim(book, entry)


VIEW = View("statement", 4, TABLES, frozenset({"fund", "claim"}), each(apply))


def _note_fund(book: Book, entry: Logged) -> None:
    fact, fund = entry.fact, entry.stream
    match fact:
        case FundReceived() | FundAnnounced():
            entered = {"county": fact.county, "source": fact.source, "awaited": isinstance(fact, FundAnnounced)}
            years = {"fiscal_year": fact.fiscal_year, "year": fact.fiscal_year}
            book.put(FUNDS, {"fund": fund, **entered, **years})
        case FundArrived():
            book.change(FUNDS, fund, awaited=False)
        case YearClosed(year=year):
            if book.row(FUNDS, fund)["year"] <= year:
                book.change(FUNDS, fund, year=year + 1)
        case _:
            pass


def _note_moves(book: Book, entry: Logged) -> None:
    fact = entry.fact
    moves = HOLDS.moves(book, entry)
    if not moves:
        return
    year = book.row(FUNDS, entry.stream)["year"]
    for pool in dict.fromkeys(move.pool for move in moves):
        place = {"fund": entry.stream, "year": year, "pool": pool}
        _book(book, place, [m for m in moves if m.pool == pool], fact)
        if isinstance(fact, MoneyBounced):
            _add(book, BOUNCES, {**place, "claim_no": fact.claim_no}, {"times": 1})


def _note_claim(book: Book, entry: Logged) -> None:
    """Count a claim's gates: what it holds of each fund is approved when the last has let it through."""
    match entry.fact:
        case ClaimLodged(terms=terms):
            book.put(GATES, {"claim": entry.stream, "gates_left": len(terms.gates)})
        case GatePassed():
            left = book.row(GATES, entry.stream)["gates_left"] - 1
            book.put(GATES, {"claim": entry.stream, "gates_left": left})
            if left == 0:
                _approve(book, entry.stream)
        case _:
            pass


def _approve(book: Book, claim: str) -> None:
    for held in HOLDS.of(book, claim):
        place = {"fund": held["fund"], "year": book.row(FUNDS, held["fund"])["year"], "pool": held["pool"]}
        _add(book, POOLS, place, {"approved": held["amount_fen"]})


def _book(book: Book, place: dict[str, Any], moves: list[Move], fact: Any) -> None:
    change = moved(moves)
    amount_fen = sum(move.amount_fen for move in moves)
    sums = {name: getattr(change, name) for name in ("received", "withdrawn", "allotted", "released")}
    sums |= {bucket.value: fen for bucket, fen in change.buckets.items()}
    if isinstance(fact, MoneyBounced):
        sums |= {"bounced": amount_fen}
    if isinstance(fact, MoneyRefunded):
        sums |= {"refunded": amount_fen, "approved": -amount_fen}
    _add(book, POOLS, place, sums)
    for project_no in dict.fromkeys(move.project_no for move in moves if move.project_no):
        allotted = moved([move for move in moves if move.project_no == project_no]).allotted
        _add(book, PROJECTS, {**place, "project_no": project_no}, {"allotted": allotted})


def _add(book: Book, table: Table, key: dict[str, Any], sums: dict[str, int]) -> None:
    sums = {name: amount for name, amount in sums.items() if amount}
    if not sums:
        return
    known = book.get(table, *key.values())
    before = known or dict.fromkeys(sums, 0)
    book.put(table, {**before, **key, **{name: before[name] + amount for name, amount in sums.items()}})
