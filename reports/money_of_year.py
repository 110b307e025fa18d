"""A year's own money by the days that its movements state: from source to project to payment, and month by month.

Of the same facts and years as the statement: what a fund does before its year is closed. So the sums are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from domain.balances import ALLOTTED, Bucket, Move
from domain.cases import case_id, year_stream
from domain.fund import FUND
from domain.fund_facts import YearClosed
from domain.fund_state import FundState, moves_of
from domain.ledger import Ledger
from domain.money import BASIS_POINTS, part_bp
from domain.yearbook import YEARBOOK

MONTHS = 12


@dataclass
class Flow:
    """What one source gave one project, and what of it is paid."""

    allotted_fen: int = 0
    paid_fen: int = 0


@dataclass
class Moved:
    """What moved in one month, net of what came back."""

    allotted_fen: int = 0
    paid_fen: int = 0


@dataclass
class YearMoney:
    """One county's year: *flows* by source and project, *idle* what each source gave that is allotted to nobody."""

    year: int
    flows: dict[tuple[str, str], Flow] = field(default_factory=dict)
    idle: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    moved: dict[tuple[int, int], Moved] = field(default_factory=dict)  # By year and month.


@dataclass(frozen=True)
class MonthOfMoney:
    """A year's money when a month ended. *even_bp*: how much of the year had passed by then, in twelfths."""

    year: int
    month: int
    allotted_fen: int
    paid_fen: int
    paid_in_all_fen: int
    paid_bp: int | None
    even_bp: int


def money_of_year(ledger: Ledger, county: str, year: int) -> YearMoney:
    """Return what the funds of a fiscal year did before it was closed; money that is only announced is none yet."""
    found = YearMoney(year)
    for fund_no in ledger.state(YEARBOOK, year_stream(county, year)).funds:
        stream = case_id(county, "fund", fund_no)
        received = ledger.state(FUND, stream)
        if received.received is not None and not received.awaited:
            for on, move in _moves(ledger, stream, year):
                _note(found, received.received.source, on, move)
    return found


def _moves(ledger: Ledger, stream: str, year: int) -> Iterator[tuple[date, Move]]:
    state = FundState()
    for fact in ledger.facts(stream):
        if isinstance(fact, YearClosed) and fact.year == year:
            return
        yield from ((fact.act.occurred_on, move) for move in moves_of(state, fact))
        FUND.evolve(state, fact)


def _note(found: YearMoney, source: str, on: date, move: Move) -> None:
    fen = move.amount_fen
    found.idle[source] = found.idle.get(source, 0) + ((move.end is Bucket.FREE) - (move.start is Bucket.FREE)) * fen
    if move.end is None and not move.never_came:
        found.withdrawn[source] = found.withdrawn.get(source, 0) + fen
    allotted = ((move.end in ALLOTTED) - (move.start in ALLOTTED)) * fen
    paid = ((move.end is Bucket.PAID) - (move.start is Bucket.PAID)) * fen
    if allotted or paid:
        flow = found.flows.setdefault((source, move.project_no), Flow())
        flow.allotted_fen, flow.paid_fen = flow.allotted_fen + allotted, flow.paid_fen + paid
        month = found.moved.setdefault((on.year, on.month), Moved())
        month.allotted_fen, month.paid_fen = month.allotted_fen + allotted, month.paid_fen + paid


def months_of(found: YearMoney, last: date) -> list[MonthOfMoney]:
    """Return the year's months up to the one of *last*, and those after the year in which its money still moved.

    What states a day before the year, such as a plan of its autumn, counts for January.
    """
    months = [(found.year, n) for n in range(1, MONTHS + 1) if (found.year, n) <= (last.year, last.month)]
    months += sorted(key for key in found.moved if (found.year, MONTHS) < key <= (last.year, last.month))
    rows: list[MonthOfMoney] = []
    for key in months:
        allotted = sum(moved.allotted_fen for when, moved in found.moved.items() if when <= key)
        paid = sum(moved.paid_fen for when, moved in found.moved.items() if when <= key)
        before = rows[-1].paid_in_all_fen if rows else 0
        passed = MONTHS if key[0] > found.year else key[1]
        even = (BASIS_POINTS * passed * 2 + MONTHS) // (2 * MONTHS)
        rows.append(MonthOfMoney(*key, allotted, paid - before, paid, part_bp(paid, allotted), even))
    return rows
