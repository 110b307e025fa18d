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
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from domain.balances import Bucket, Move, Portion
from domain.cases import kind_of, parse_case
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
from domain.ledger import Entry
from projections.view import View

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
    Column("fund", String, primary_key=True),
    Column("claim_no", String, primary_key=True),
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


def apply(connection: Connection, entry: Entry) -> None:
    """Take in one fact: what it moves is the fund's own word, and is added to the sums."""
    kind = kind_of(entry.stream)
    if kind == "fund":
        _note_fund(connection, entry)
        _note_moves(connection, entry)
    elif kind == "claim":
        _note_claim(connection, entry)


VIEW = View("statement", 3, TABLES, apply)


def _note_fund(connection: Connection, entry: Entry) -> None:
    fact, here = entry.fact, FUNDS.c.fund == entry.stream
    match fact:
        case FundReceived() | FundAnnounced():
            entered = {"county": fact.county, "source": fact.source, "awaited": isinstance(fact, FundAnnounced)}
            years = {"fiscal_year": fact.fiscal_year, "year": fact.fiscal_year}
            connection.execute(insert(FUNDS).values(fund=entry.stream, **entered, **years))
        case FundArrived():
            connection.execute(update(FUNDS).where(here).values(awaited=False))
        case YearClosed(year=year):
            connection.execute(update(FUNDS).where(here, FUNDS.c.year <= year).values(year=year + 1))
        case MoneyReserved():
            _hold(connection, entry.stream, fact)
        case _:
            pass


def _note_moves(connection: Connection, entry: Entry) -> None:
    fact = entry.fact
    moves = moves_of(_holding(connection, entry), fact)
    if not moves:
        return
    year = connection.execute(select(FUNDS.c.year).where(FUNDS.c.fund == entry.stream)).scalar_one()
    for pool in dict.fromkeys(move.pool for move in moves):
        place = {"fund": entry.stream, "year": year, "pool": pool}
        _book(connection, place, [m for m in moves if m.pool == pool], fact)
        if isinstance(fact, MoneyBounced):
            _add(connection, BOUNCES, {**place, "claim_no": fact.claim_no}, {"times": 1})
    if isinstance(fact, ReservationFreed):  # Lodged anew, the claim may draw on other funds.
        _let_go(connection, entry.stream, fact.claim_no)


def _hold(connection: Connection, fund: str, fact: MoneyReserved) -> None:
    _let_go(connection, fund, fact.claim_no)
    held = {"fund": fund, "claim_no": fact.claim_no}
    connection.execute(
        insert(HOLDS),
        [{**held, "pool": s.pool, "project_no": s.project_no, "amount_fen": s.amount_fen} for s in fact.shares],
    )


def _let_go(connection: Connection, fund: str, claim_no: str) -> None:
    connection.execute(delete(HOLDS).where(HOLDS.c.fund == fund, HOLDS.c.claim_no == claim_no))


def _holding(connection: Connection, entry: Entry) -> FundState:
    """Return as much of the fund's state as its facts need to tell their moves: what the claim at hand holds."""
    state = FundState()
    if claim_no := getattr(entry.fact, "claim_no", ""):
        held = select(HOLDS).where(HOLDS.c.fund == entry.stream, HOLDS.c.claim_no == claim_no)
        shares = tuple(Share(row.pool, row.project_no, row.amount_fen) for row in connection.execute(held))
        assert shares, f"claim {claim_no} holds nothing of {entry.stream} in the view"
        state.holds[claim_no] = Hold(0, shares, None)
    return state


def _note_claim(connection: Connection, entry: Entry) -> None:
    """Count a claim's gates: what it holds of each fund is approved when the last has let it through."""
    here = GATES.c.claim == entry.stream
    match entry.fact:
        case ClaimLodged(terms=terms):
            connection.execute(delete(GATES).where(here))
            connection.execute(insert(GATES).values(claim=entry.stream, gates_left=len(terms.gates)))
        case GatePassed():
            connection.execute(update(GATES).where(here).values(gates_left=GATES.c.gates_left - 1))
            if connection.execute(select(GATES.c.gates_left).where(here)).scalar_one() == 0:
                _approve(connection, entry.stream)
        case _:
            pass


def _approve(connection: Connection, claim: str) -> None:
    county, _, claim_no = parse_case(claim)
    held = (
        select(HOLDS.c.fund, FUNDS.c.year, HOLDS.c.pool, HOLDS.c.amount_fen)
        .join(FUNDS, FUNDS.c.fund == HOLDS.c.fund)
        .where(FUNDS.c.county == county, HOLDS.c.claim_no == claim_no)
    )
    for fund, year, pool, amount_fen in connection.execute(held).all():
        _add(connection, POOLS, {"fund": fund, "year": year, "pool": pool}, {"approved": amount_fen})


def _book(connection: Connection, place: dict[str, Any], moves: list[Move], fact: Any) -> None:
    moved = _moved(moves)
    amount_fen = sum(move.amount_fen for move in moves)
    sums = {name: getattr(moved, name) for name in ("received", "withdrawn", "allotted", "released")}
    sums |= {bucket.value: fen for bucket, fen in moved.buckets.items()}
    if isinstance(fact, MoneyBounced):
        sums |= {"bounced": amount_fen}
    if isinstance(fact, MoneyRefunded):
        sums |= {"refunded": amount_fen, "approved": -amount_fen}
    _add(connection, POOLS, place, sums)
    for project_no in dict.fromkeys(move.project_no for move in moves if move.project_no):
        allotted = _moved([move for move in moves if move.project_no == project_no]).allotted
        _add(connection, PROJECTS, {**place, "project_no": project_no}, {"allotted": allotted})


def _moved(moves: Iterable[Move]) -> Portion:
    """Return what *moves* change, by the same rule that keeps a fund's balances."""
    portion = Portion()
    for move in moves:
        portion.shift(move)
    return portion


def _add(connection: Connection, table: Table, key: dict[str, Any], sums: dict[str, int]) -> None:
    sums = {name: amount for name, amount in sums.items() if amount}
    if not sums:
        return
    more = {table.c[name]: table.c[name] + amount for name, amount in sums.items()}
    here = [table.c[name] == value for name, value in key.items()]
    if connection.execute(update(table).where(*here).values(more)).rowcount == 0:
        connection.execute(insert(table).values(**key, **sums))
