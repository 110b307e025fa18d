"""View `timeline` (资金台账, the fund ledger): the whole life of a case, with what happened for it in other cases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select

from domain.calendar import SHANGHAI, day_of
from domain.cases import KINDS, kind_of
from domain.ledger import Entry
from domain.registry import stored_name
from projections.timeline_amounts import amounts_for, note_draws
from projections.timeline_links import case_of, cases_of, note_links
from projections.timeline_tables import FACTS, HISTORY, TABLES
from projections.view import View


@dataclass(frozen=True)
class Happened:
    """A fact in a case's history.

    `amount_fen` is the case's own part of the money, below zero where it goes back; `content` is the fact's own fields.
    """

    position: int
    stream: str
    version: int
    fact: str
    amount_fen: int | None
    person: str
    post: str
    unit: str
    on_behalf_of: str
    second: str
    door: str
    command_id: str
    occurred_on: date
    evidence: str
    recorded_on: date
    recorded_at: str
    clause: str
    content: dict[str, Any]


def apply(connection: Connection, entry: Entry) -> None:
    """Take in one fact: into its own case's history, and into those that it belongs to besides."""
    if kind_of(case_of(entry)) not in KINDS:
        return
    note_draws(connection, entry)
    note_links(connection, entry)
    connection.execute(insert(FACTS), _row(entry))
    amounts = amounts_for(connection, entry, cases_of(connection, entry))
    rows = [{"case": case, "position": entry.position, "amount_fen": fen} for case, fen in amounts.items()]
    connection.execute(insert(HISTORY), rows)


VIEW = View("timeline", 2, TABLES, apply)


def _row(entry: Entry) -> dict[str, Any]:
    act = entry.fact.act
    content = msgspec.to_builtins(entry.fact)
    return {
        "position": entry.position,
        "stream": entry.stream,
        "kind": kind_of(entry.stream),
        "version": entry.version,
        "fact": stored_name(type(entry.fact)),
        "person": act.person,
        "post": act.post,
        "unit": act.unit,
        "on_behalf_of": act.on_behalf_of,
        "second": act.second,
        "door": act.door,
        "command_id": act.command_id,
        "occurred_on": act.occurred_on,
        "evidence": act.evidence,
        "recorded_on": day_of(act.recorded_at),
        "recorded_at": act.recorded_at.astimezone(SHANGHAI).isoformat(),
        "clause": act.clause,
        "content": {name: value for name, value in content.items() if name not in ("act", "type")},
    }


def history(engine: Engine, case: str, at: date | None = None) -> list[Happened]:
    """Return the history of a case in the order of the log: all of it, or what was on record when day *at* ended."""
    columns = [FACTS.c[name] for name in Happened.__dataclass_fields__ if name != "amount_fen"]
    asked = (
        select(*columns, HISTORY.c.amount_fen)
        .join(HISTORY, HISTORY.c.position == FACTS.c.position)
        .where(HISTORY.c.case == case)
        .order_by(FACTS.c.position)
    )
    if at is not None:
        asked = asked.where(FACTS.c.recorded_on <= at)
    with engine.connect() as connection:
        return [Happened(**row) for row in connection.execute(asked).mappings()]
