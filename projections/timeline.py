"""View `timeline` (资金台账, the fund ledger): the whole life of a case, with what happened for it in other cases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, func, select

from domain.cases import KINDS, kind_of
from domain.papers import PAPERS
from projections.batch import Logged
from projections.book import Book
from projections.facts import FACTS
from projections.timeline_amounts import amounts_for, note_draws
from projections.timeline_links import case_of, cases_of, note_links, note_papers, stays_with
from projections.timeline_tables import HISTORY, TABLES
from projections.view import View, each


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


def apply(book: Book, entry: Logged) -> None:
    """Take in one fact: into its own case's history, and into those that it belongs to besides."""
    if kind_of(case_of(entry)) not in KINDS:
        return
    note_draws(book, entry)
    note_links(book, entry)
    note_papers(book, entry)
    book.add_encoded(
        HISTORY,
        [
            (case, entry.position, fen, stays_with(entry, case))
            for case, fen in amounts_for(book, entry, cases_of(book, entry)).items()
        ],
    )


VIEW = View("timeline", 4, TABLES, frozenset({*KINDS, PAPERS.kind}), each(apply))


def _own_fields(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in ("act", "type")}


def history(
    engine: Engine, case: str, last: int | None = None, *, limit: int | None = None, offset: int = 0
) -> list[Happened]:
    """Return the history of a case in the order of the log.

    All of it, or only its *last* facts, or *limit* of them behind *offset* others.
    """
    columns = [FACTS.c[name] for name in Happened.__dataclass_fields__ if name != "amount_fen"]
    asked = (
        select(*columns, HISTORY.c.amount_fen)
        .join(HISTORY, HISTORY.c.position == FACTS.c.position)
        .where(HISTORY.c.case == case)
    )
    if last is None:
        ordered = asked.order_by(HISTORY.c.position).limit(limit).offset(offset)
    else:
        ordered = asked.order_by(HISTORY.c.position.desc()).limit(last)
    with engine.connect() as connection:
        rows = connection.execute(ordered).mappings().all()
    in_order = rows if last is None else reversed(rows)
    return [Happened(**{**row, "content": _own_fields(row["content"])}) for row in in_order]


def history_size(engine: Engine, case: str) -> int:
    """Return how many facts the history of a case has."""
    asked = select(func.count()).select_from(HISTORY).where(HISTORY.c.case == case)
    with engine.connect() as connection:
        return int(connection.execute(asked).scalar_one())
