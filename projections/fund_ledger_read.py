"""Reading the fund ledger: portions, the lines below them, movements; sums by source, tier, pool or what is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, Table, select

from projections.fund_ledger import FUNDS, LINES, MOVEMENTS, PORTIONS


@dataclass(frozen=True)
class Ledgered:
    """The sums of a portion, in fen. What is announced ahead is counted like what is there, and is not received.

    received - withdrawn = free + allotted; allotted = unreleased + released; released = claimable + reserved + sent +
    paid. `bounced_fen` and `refunded_fen` are all that ever bounced and came back: it is in the sums where it lies now.
    """

    announced_fen: int
    received_fen: int
    withdrawn_fen: int
    free_fen: int
    allotted_fen: int
    unreleased_fen: int
    released_fen: int
    claimable_fen: int
    reserved_fen: int
    sent_fen: int
    paid_fen: int
    bounced_fen: int
    refunded_fen: int

    @property
    def in_claims_fen(self) -> int:
        """Return what is held by claims or on its way to the payee."""
        return self.reserved_fen + self.sent_fen

    @property
    def left_fen(self) -> int:
        """Return what was received, and is neither paid nor withdrawn."""
        return self.received_fen - self.withdrawn_fen - self.paid_fen

    @property
    def broken(self) -> tuple[str, ...]:
        """Return the equations that do not hold: none, in a ledger that adds up."""
        taken = self.claimable_fen + self.reserved_fen + self.sent_fen + self.paid_fen
        came = self.announced_fen + self.received_fen - self.withdrawn_fen
        found = {
            "received - withdrawn = free + allotted": came == self.free_fen + self.allotted_fen,
            "allotted = unreleased + released": self.allotted_fen == self.unreleased_fen + self.released_fen,
            "released = claimable + reserved + sent + paid": self.released_fen == taken,
            "nothing below zero": min(getattr(self, name) for name in FIGURES) >= 0,
        }
        return tuple(equation for equation, holds in found.items() if not holds)


FIGURES = tuple(Ledgered.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class PortionRow(Ledgered):
    """One pool or ledger (资金池、专账) of one fund."""

    fund: str
    county: str
    fund_no: str
    document_no: str
    item_no: str
    source: str
    tier: str
    fiscal_year: int
    stage: str
    awaited: bool
    entered_on: date
    arrived_on: date | None
    reported_on: date | None
    notified_on: date | None
    pool: str


@dataclass(frozen=True, kw_only=True)
class LedgerSum(Ledgered):
    """The sum of the portions that have `key` in common: what was asked for, in that order; () in the total."""

    key: tuple[Any, ...]
    portions: int


@dataclass(frozen=True)
class LedgerLine:
    """What of a portion is one project's, in fen: allotted = unreleased + claimable + reserved + sent + paid."""

    fund: str
    county: str
    fund_no: str
    source: str
    tier: str
    fiscal_year: int
    pool: str
    project_no: str
    allotted_fen: int
    unreleased_fen: int
    released_fen: int
    claimable_fen: int
    reserved_fen: int
    sent_fen: int
    paid_fen: int
    bounced_fen: int
    refunded_fen: int


@dataclass(frozen=True, kw_only=True)
class Movement(Ledgered):
    """One movement and what it left in its portion.

    `start` and `end` are where the money was and is, "" outside the fund. What arrives of announced money moves only
    where it is more or less than announced; it, and the close of a year, stand here with 0 where they move nothing.
    `document` is the paper of what came or went back; a plan's or a claim's movement has its number; `reason` is a
    reduction's, or the plan that cut.
    """

    fund: str
    fund_no: str
    source: str
    tier: str
    fiscal_year: int
    pool: str
    project_no: str
    position: int
    number: int
    fact: str
    occurred_on: date
    recorded_on: date
    person: str
    post: str
    document: str
    plan_no: str
    claim_no: str
    reason: str
    start: str
    end: str
    amount_fen: int


def portions(engine: Engine, county: str | None = None, **equal: Any) -> list[PortionRow]:
    """Return the portions of a county or of all, by year, fund and pool.

    *equal* are further columns and what they must hold: `fund`, `fiscal_year`, `source`, `tier`, `pool`, `document_no`.
    """
    rows = _rows(engine, PORTIONS, county, equal, (FUNDS.c.county, FUNDS.c.fiscal_year, *PORTIONS.primary_key))
    return [PortionRow(**_of(PortionRow, _announced_apart(row))) for row in rows]


def sums(rows: Iterable[PortionRow], *by: str) -> list[LedgerSum]:
    """Return the sums of *rows* that have the columns *by* in common, in the order of their first row."""
    groups: dict[tuple[Any, ...], list[PortionRow]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in by), []).append(row)
    return [_sum(key, of_key) for key, of_key in groups.items()]


def total(rows: Iterable[PortionRow]) -> LedgerSum:
    """Return the sum of all *rows*."""
    return _sum((), list(rows))


def lines(engine: Engine, county: str | None = None, **equal: Any) -> list[LedgerLine]:
    """Return what of the portions is each project's; *equal* as for `portions`, and `project_no`."""
    rows = _rows(engine, LINES, county, equal, (FUNDS.c.county, FUNDS.c.fiscal_year, *LINES.primary_key))
    return [LedgerLine(**_of(LedgerLine, row)) for row in rows]


def movements(
    engine: Engine,
    county: str | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    **equal: Any,
) -> list[Movement]:
    """Return the movements in the order of the log, of some days of record; *equal* as for `lines`, and `claim_no`."""
    days = [MOVEMENTS.c.recorded_on >= since] if since else []
    days += [MOVEMENTS.c.recorded_on <= until] if until else []
    order = (MOVEMENTS.c.position, MOVEMENTS.c.number)
    rows = _rows(engine, MOVEMENTS, county, equal, order, *days)
    return [Movement(**_of(Movement, _announced_apart(row))) for row in rows]


def _rows(
    engine: Engine,
    table: Table,
    county: str | None,
    equal: dict[str, Any],
    order: Sequence[ColumnElement[Any]],
    *where: ColumnElement[bool],
) -> list[RowMapping]:
    of_fund = (column for column in FUNDS.c if column.name not in table.c)
    asked: Select[Any] = select(table, *of_fund).join(FUNDS, FUNDS.c.fund == table.c.fund).where(*where)
    if county is not None:
        asked = asked.where(FUNDS.c.county == county)
    for name, value in equal.items():
        asked = asked.where((table.c[name] if name in table.c else FUNDS.c[name]) == value)
    with engine.connect() as connection:
        return list(connection.execute(asked.order_by(*order)).mappings())


def _of(kind: Any, row: Any) -> dict[str, Any]:
    return {name: row.get(name, 0) for name in kind.__dataclass_fields__}


def _announced_apart(row: RowMapping) -> dict[str, Any]:
    """Return a row with what is announced ahead beside what is received: never mixed."""
    announced = row["received_fen"] if row["awaited"] else 0
    return {**row, "announced_fen": announced, "received_fen": row["received_fen"] - announced}


def _sum(key: tuple[Any, ...], rows: list[PortionRow]) -> LedgerSum:
    return LedgerSum(**{name: sum(getattr(row, name) for row in rows) for name in FIGURES}, key=key, portions=len(rows))
