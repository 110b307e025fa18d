"""View `statement` (资金来源与使用情况表): where a county's money of a year came from and its use, by pool."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, delete, insert, select, update

from domain.balances import Bucket, Move, Portion
from domain.cases import kind_of
from domain.fund_facts import FundReceived, MoneyBounced, MoneyRefunded, MoneyReserved, Share
from domain.fund_state import FundState, Hold, moves_of
from domain.ledger import Entry
from projections.view import View

SUMS = ("received", "withdrawn", "allotted", "released", *(bucket.value for bucket in Bucket))


def _place() -> list[Column[Any]]:
    return [
        Column("county", String, primary_key=True),
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("pool", String, primary_key=True),
    ]


TABLES = MetaData()
FUNDS = Table(
    "view_statement_funds",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("county", String, nullable=False),
    Column("year", Integer, nullable=False),
)
POOLS = Table(
    "view_statement",
    TABLES,
    *_place(),
    *(Column(name, BigInteger, nullable=False, default=0) for name in SUMS),
    Column("bounced", BigInteger, nullable=False, default=0),
    Column("refunded", BigInteger, nullable=False, default=0),
)
SOURCES = Table(
    "view_statement_sources",
    TABLES,
    *_place(),
    Column("source", String, primary_key=True),
    Column("received", BigInteger, nullable=False, default=0),
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
    Column("fund", String, primary_key=True),
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


def apply(connection: Connection, entry: Entry) -> None:
    """Take in one fact: what it moves is the fund's own word, and is added to the sums."""
    if kind_of(entry.stream) != "fund":
        return
    fact = entry.fact
    if isinstance(fact, FundReceived):
        connection.execute(insert(FUNDS).values(fund=entry.stream, county=fact.county, year=fact.fiscal_year))
    if isinstance(fact, MoneyReserved):
        _hold(connection, entry.stream, fact)
    moves = moves_of(_holding(connection, entry), fact)
    if not moves:
        return
    county, year = connection.execute(select(FUNDS.c.county, FUNDS.c.year).where(FUNDS.c.fund == entry.stream)).one()
    for pool in dict.fromkeys(move.pool for move in moves):
        place = {"county": county, "year": year, "pool": pool}
        _book(connection, place, [m for m in moves if m.pool == pool], fact)
        if isinstance(fact, MoneyBounced):
            _add(connection, BOUNCES, {**place, "claim_no": fact.claim_no, "fund": entry.stream}, {"times": 1})


VIEW = View("statement", 2, TABLES, apply)


def _hold(connection: Connection, fund: str, fact: MoneyReserved) -> None:
    connection.execute(delete(HOLDS).where(HOLDS.c.fund == fund, HOLDS.c.claim_no == fact.claim_no))
    held = {"fund": fund, "claim_no": fact.claim_no}
    connection.execute(
        insert(HOLDS),
        [{**held, "pool": s.pool, "project_no": s.project_no, "amount_fen": s.amount_fen} for s in fact.shares],
    )


def _holding(connection: Connection, entry: Entry) -> FundState:
    """Return as much of the fund's state as its facts need to tell their moves: what the claim at hand holds."""
    state = FundState()
    if claim_no := getattr(entry.fact, "claim_no", ""):
        held = select(HOLDS).where(HOLDS.c.fund == entry.stream, HOLDS.c.claim_no == claim_no)
        shares = tuple(Share(row.pool, row.project_no, row.amount_fen) for row in connection.execute(held))
        assert shares, f"claim {claim_no} holds nothing of {entry.stream} in the view"
        state.holds[claim_no] = Hold(0, shares, None)
    return state


def _book(connection: Connection, place: dict[str, Any], moves: list[Move], fact: Any) -> None:
    moved = _moved(moves)
    amount_fen = sum(move.amount_fen for move in moves)
    sums = {name: getattr(moved, name) for name in ("received", "withdrawn", "allotted", "released")}
    sums |= {bucket.value: fen for bucket, fen in moved.buckets.items()}
    if isinstance(fact, MoneyBounced):
        sums |= {"bounced": amount_fen}
    if isinstance(fact, MoneyRefunded):
        sums |= {"refunded": amount_fen}
    _add(connection, POOLS, place, sums)
    if isinstance(fact, FundReceived):
        _add(connection, SOURCES, {**place, "source": fact.source}, {"received": moved.received})
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
