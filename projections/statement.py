"""View `statement` (资金来源与使用情况表): where a county's money came from and its use, by fund, year and pool.

A movement counts for the year that its fund stands in: from its fiscal year on, each close of a year (年终结转) begins
the next. So what a year's statement says stays as it was when the year was closed.
"""

from collections.abc import Iterable
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

from domain.balances import Bucket, Move, Portion
from domain.cases import case_id, kind_of, parse_case
from domain.claim_facts import ClaimLodged, GatePassed
from domain.fund_facts import (
    FundAnnounced,
    FundArrived,
    FundReceived,
    MoneyBounced,
    MoneyRefunded,
    MoneyReserved,
    ReservationFreed,
    Share,
    YearClosed,
)
from domain.fund_state import FundState, Hold, moves_of
from projections.batch import Logged
from projections.book import Book, Row
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
# What a claim holds of a fund: the facts of its payment name the claim only.
HOLDS = Table(
    "view_statement_holds",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("fund", String, primary_key=True),
    Column("pool", String, primary_key=True),
    Column("project_no", String, primary_key=True),
    Column("amount_fen", BigInteger, nullable=False),
)
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
        case MoneyReserved():
            _hold(book, fund, fact)
        case _:
            pass


def _note_moves(book: Book, entry: Logged) -> None:
    fact = entry.fact
    moves = moves_of(_holding(book, entry), fact)
    if not moves:
        return
    year = book.row(FUNDS, entry.stream)["year"]
    for pool in dict.fromkeys(move.pool for move in moves):
        place = {"fund": entry.stream, "year": year, "pool": pool}
        _book(book, place, [m for m in moves if m.pool == pool], fact)
        if isinstance(fact, MoneyBounced):
            _add(book, BOUNCES, {**place, "claim_no": fact.claim_no}, {"times": 1})
    if isinstance(fact, ReservationFreed):  # Lodged anew, the claim may draw on other funds.
        _let_go(book, entry.stream, fact.claim_no)


def _hold(book: Book, fund: str, fact: MoneyReserved) -> None:
    _let_go(book, fund, fact.claim_no)
    held = {"fund": fund, "claim": _claim_of(fund, fact.claim_no)}
    for s in fact.shares:
        book.put(HOLDS, {**held, "pool": s.pool, "project_no": s.project_no, "amount_fen": s.amount_fen})


def _let_go(book: Book, fund: str, claim_no: str) -> None:
    for held in _held(book, fund, claim_no):
        book.drop(HOLDS, held["claim"], fund, held["pool"], held["project_no"])


def _held(book: Book, fund: str, claim_no: str) -> list[Row]:
    return [row for row in book.rows(HOLDS, _claim_of(fund, claim_no)) if row["fund"] == fund]


def _claim_of(fund: str, claim_no: str) -> str:
    return case_id(parse_case(fund).county, "claim", claim_no)


def _holding(book: Book, entry: Logged) -> FundState:
    """Return as much of the fund's state as its facts need to tell their moves: what the claim at hand holds."""
    state = FundState()
    if claim_no := getattr(entry.fact, "claim_no", ""):
        held = _held(book, entry.stream, claim_no)
        shares = tuple(Share(row["pool"], row["project_no"], row["amount_fen"]) for row in held)
        assert shares, f"claim {claim_no} holds nothing of {entry.stream} in the view"
        state.holds[claim_no] = Hold(0, shares, None)
    return state


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
    for held in book.rows(HOLDS, claim):
        place = {"fund": held["fund"], "year": book.row(FUNDS, held["fund"])["year"], "pool": held["pool"]}
        _add(book, POOLS, place, {"approved": held["amount_fen"]})


def _book(book: Book, place: dict[str, Any], moves: list[Move], fact: Any) -> None:
    moved = _moved(moves)
    amount_fen = sum(move.amount_fen for move in moves)
    sums = {name: getattr(moved, name) for name in ("received", "withdrawn", "allotted", "released")}
    sums |= {bucket.value: fen for bucket, fen in moved.buckets.items()}
    if isinstance(fact, MoneyBounced):
        sums |= {"bounced": amount_fen}
    if isinstance(fact, MoneyRefunded):
        sums |= {"refunded": amount_fen, "approved": -amount_fen}
    _add(book, POOLS, place, sums)
    for project_no in dict.fromkeys(move.project_no for move in moves if move.project_no):
        allotted = _moved([move for move in moves if move.project_no == project_no]).allotted
        _add(book, PROJECTS, {**place, "project_no": project_no}, {"allotted": allotted})


def _moved(moves: Iterable[Move]) -> Portion:
    """Return what *moves* change, by the same rule that keeps a fund's balances."""
    portion = Portion()
    for move in moves:
        portion.shift(move)
    return portion


def _add(book: Book, table: Table, key: dict[str, Any], sums: dict[str, int]) -> None:
    sums = {name: amount for name, amount in sums.items() if amount}
    if not sums:
        return
    known = book.get(table, *key.values())
    before = known or dict.fromkeys(sums, 0)
    book.put(table, {**before, **key, **{name: before[name] + amount for name, amount in sums.items()}})
