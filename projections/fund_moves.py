"""What each fact of a fund moves, by the fund's own rule, for views that keep of its state only what claims hold."""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, MetaData, String, Table

from domain.balances import Move, Portion
from domain.cases import case_id, parse_case
from domain.fund_facts import MoneyReserved, ReservationFreed, Share
from domain.fund_state import FundState, Hold, moves_of
from projections.batch import Logged
from projections.book import Book, Row


def moved(moves: Iterable[Move]) -> Portion:
    """Return what *moves* change, by the same rule that keeps a fund's balances."""
    portion = Portion()
    for move in moves:
        portion.shift(move)
    return portion


class Holds:
    """What claims hold of funds, in a table of the view's own: the facts of a payment name the claim only."""

    def __init__(self, name: str, tables: MetaData) -> None:
        """Declare the table."""
        self.table = Table(
            name,
            tables,
            Column("claim", String, primary_key=True),
            Column("fund", String, primary_key=True),
            Column("pool", String, primary_key=True),
            Column("project_no", String, primary_key=True),
            Column("amount_fen", BigInteger, nullable=False),
        )

    def of(self, book: Book, claim: str) -> Iterable[Row]:
        """Return what a claim holds, of all funds."""
        return book.rows(self.table, claim)

    def moves(self, book: Book, entry: Logged) -> tuple[Move, ...]:
        """Return what a fund's fact moves, and note what claims hold after it. Each fact is asked of once, in order."""
        fact, fund = entry.fact, entry.stream
        if isinstance(fact, MoneyReserved):
            self._hold(book, fund, fact)
        moves = moves_of(self._state(book, entry), fact)
        if isinstance(fact, ReservationFreed):  # Lodged anew, the claim may draw on other funds.
            self._let_go(book, fund, fact.claim_no)
        return moves

    def _hold(self, book: Book, fund: str, fact: MoneyReserved) -> None:
        self._let_go(book, fund, fact.claim_no)
        held = {"fund": fund, "claim": _claim_of(fund, fact.claim_no)}
        for s in fact.shares:
            book.put(self.table, {**held, "pool": s.pool, "project_no": s.project_no, "amount_fen": s.amount_fen})

    def _let_go(self, book: Book, fund: str, claim_no: str) -> None:
        for held in self._held(book, fund, claim_no):
            book.drop(self.table, held["claim"], fund, held["pool"], held["project_no"])

    def _held(self, book: Book, fund: str, claim_no: str) -> list[Row]:
        return [row for row in self.of(book, _claim_of(fund, claim_no)) if row["fund"] == fund]

    def _state(self, book: Book, entry: Logged) -> FundState:
        """Return as much of the fund's state as its facts need to tell their moves: what the claim at hand holds."""
        state = FundState()
        if claim_no := getattr(entry.fact, "claim_no", ""):
            held = self._held(book, entry.stream, claim_no)
            shares = tuple(Share(row["pool"], row["project_no"], row["amount_fen"]) for row in held)
            assert shares, f"claim {claim_no} holds nothing of {entry.stream} in the view"
            state.holds[claim_no] = Hold(0, shares, None)
        return state


def _claim_of(fund: str, claim_no: str) -> str:
    return case_id(parse_case(fund).county, "claim", claim_no)
