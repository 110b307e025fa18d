"""Reading the claims: of a county, a project, a fund or a stage, each with its lines and the gates of its versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, select

from projections.claim_tables import CLAIMS, GATES, LINES


@dataclass(frozen=True)
class ClaimGate:
    """One gate (关口) of one version of a claim.

    `state`: ahead, open, passed, returned, rejected, or withdrawn where the claim went back while it waited. The days
    are the stated ones but for `recorded_on`, on which its answer was recorded or its waiting ended; `kept`: its
    signature stands from an earlier version.
    """

    version: int
    gate: str
    number: int
    post: str
    clause: str
    state: str
    kept: bool
    opened_on: date | None
    opened_times: int
    answered_on: date | None
    recorded_on: date | None
    person: str
    on_behalf_of: str
    second: str
    opinion: str

    def days(self, today: date) -> int | None:
        """Return how many days it took, to the record of its answer, or has waited; None before it was open."""
        if self.opened_on is None:
            return None
        return ((self.recorded_on or today) - self.opened_on).days


@dataclass(frozen=True)
class ClaimLine:
    """What a claim asks of one portion, in fen."""

    number: int
    fund_no: str
    pool: str
    project_no: str
    amount_fen: int


@dataclass(frozen=True)
class ClaimRow:
    """One claim as it was last lodged or corrected, in fen; days are the stated ones, None while not there.

    `claimed_fen` is what it asks, whatever came of it; `approved_fen` is past the last gate, `paid_fen` paid and not
    refunded. `vouchers` and `papers` are how many. `waits_since` is the day from which it waits for what it waits for
    now, None where nothing is waited for.
    """

    claim: str
    county: str
    claim_no: str
    project_no: str
    kind: str
    version: int
    corrections: int
    payee: str
    vouchers: int
    papers: int
    stage: str
    closed: bool
    claimed_fen: int
    approved_fen: int
    paid_fen: int
    lodged_on: date
    lodged_anew_on: date | None
    sent_on: date | None
    bounced_on: date | None
    paid_on: date | None
    refunded_on: date | None
    returned_on: date | None
    ended_on: date | None
    returned_times: int
    sent_times: int
    bounced_times: int
    returned_because: str
    bounced_because: str
    refunded_because: str
    ended_because: str
    bank_ref: str
    waits_since: date | None
    lines: tuple[ClaimLine, ...]
    gates: tuple[ClaimGate, ...]

    @property
    def live_fen(self) -> int:
        """Return what it holds of its funds: reserved, on the way, or paid."""
        return 0 if self.ended_on or self.stage in ("lodge", "refunded") else self.claimed_fen

    @property
    def passed(self) -> tuple[ClaimGate, ...]:
        """Return the gates that the latest version passed, in the order of its rules."""
        return tuple(gate for gate in self.of_version if gate.state == "passed")

    @property
    def open(self) -> tuple[ClaimGate, ...]:
        """Return the gates that are waited for."""
        return tuple(gate for gate in self.of_version if gate.state == "open")

    @property
    def of_version(self) -> tuple[ClaimGate, ...]:
        """Return the gates of the latest version."""
        return tuple(gate for gate in self.gates if gate.version == self.version)

    def days_waiting(self, today: date) -> int | None:
        """Return for how many days it has waited for what it waits for now; None where nothing is waited for."""
        return (today - self.waits_since).days if self.waits_since else None


def claim_rows(
    engine: Engine, county: str | None = None, *, fund_no: str = "", open_only: bool = False, **equal: Any
) -> list[ClaimRow]:
    """Return claims in the order in which they were lodged.

    *fund_no*: those that draw on a fund; *open_only*: those that are not over. *equal* are columns and what they must
    hold: `claim`, `project_no`, `kind`, `stage`, `payee`.
    """
    where = [CLAIMS.c[name] == value for name, value in equal.items()]
    where += [CLAIMS.c.county == county] if county is not None else []
    where += [~CLAIMS.c.closed] if open_only else []
    where += [CLAIMS.c.claim.in_(select(LINES.c.claim).where(LINES.c.fund_no == fund_no))] if fund_no else []
    own = (column for column in CLAIMS.c if column.name != "order")
    asked = select(*own).where(*where).order_by(CLAIMS.c.county, CLAIMS.c.lodged_on, CLAIMS.c.claim)
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
        lines = _by_claim(connection, LINES, where, (LINES.c.number,))
        gates = _by_claim(connection, GATES, where, (GATES.c.version, GATES.c.number))
    return [
        ClaimRow(
            **row,
            lines=tuple(ClaimLine(**one) for one in lines.get(row["claim"], ())),
            gates=tuple(ClaimGate(**one) for one in gates.get(row["claim"], ())),
        )
        for row in rows
    ]


def claim_row(engine: Engine, claim: str) -> ClaimRow | None:
    """Return one claim, or None if there is none of that id."""
    found = claim_rows(engine, claim=claim)
    return found[0] if found else None


def _by_claim(
    connection: Connection, table: Table, where: list[ColumnElement[bool]], order: Iterable[ColumnElement[Any]]
) -> dict[str, list[dict[str, Any]]]:
    asked: Select[Any] = select(table).join(CLAIMS, CLAIMS.c.claim == table.c.claim).where(*where)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(asked.order_by(table.c.claim, *order)).mappings():
        one = dict(row)
        found.setdefault(one.pop("claim"), []).append(one)
    return found
