"""A fund as the library's own examples write one: an aggregate with decorated methods, stored by its transcoder."""

from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.fund_facts import MoneyPaid, MoneyReserved, MoneySent
from domain.registry import stored_name

# How money moves, by the fact's stored name.
MOVES = {
    stored_name(MoneyReserved): ("claimable", "reserved"),
    stored_name(MoneySent): ("reserved", "sent"),
    stored_name(MoneyPaid): ("sent", "paid"),
}


class LibraryFund(Aggregate):
    """What a claim does to a fund, and nothing else: it is given all that its facts hold."""

    @event("Opened")
    def __init__(self, lines: int, amount_fen: int) -> None:
        self.done: dict[str, str] = {}
        self.held: dict[str, list[list[Any]]] = {}
        self.lines = {f"A{n:03}": {"claimable": amount_fen, "reserved": 0, "sent": 0, "paid": 0} for n in range(lines)}

    @event("Moved")
    def move(self, name: str, act: dict[str, Any], claim_no: str, shares: list[list[Any]]) -> None:
        """A claim's money is reserved, sent or paid."""
        self.done[act["command_id"]] = act["digest"]
        shares = self.held.setdefault(claim_no, shares)
        start, end = MOVES[name]
        for _, project_no, amount_fen in shares:
            self.lines[project_no][start] -= amount_fen
            self.lines[project_no][end] += amount_fen


class LibraryFunds(Application[UUID]):
    """The library's application over such funds."""


def library_fund(facts: tuple[Any, ...], lines: int, amount_fen: int) -> LibraryFund:
    """Return a fund with as many events to be saved as there are *facts* of claims, and one more."""
    fund = LibraryFund(lines, amount_fen)
    for fact in facts:
        act = {name: str(getattr(fact.act, name)) for name in fact.act.__struct_fields__}
        shares = [[s.pool, s.project_no, s.amount_fen] for s in getattr(fact, "shares", ())]
        fund.move(stored_name(type(fact)), act, fact.claim_no, shares)
    return fund
