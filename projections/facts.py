"""View `facts`: each fact of a case once, by its place in the log: who, when, under which clause, and what it says."""

from datetime import date, datetime

import msgspec
from sqlalchemy import JSON, BigInteger, Column, Date, Engine, Integer, MetaData, String, Table, select

from domain.act import Fact
from domain.calendar import SHANGHAI
from domain.cases import KINDS, kind_of, parse_case
from domain.log_reading import Row
from domain.papers import PAPERS
from domain.registry import DECIDERS, stored_name
from domain.stored_facts import read_fact
from projections.batch import Batch
from projections.book import Book, Key
from projections.view import View

TABLES = MetaData()
FACTS = Table(
    "view_facts",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fact", String, nullable=False),  # Its stored name.
    Column("person", String, nullable=False),
    Column("post", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("on_behalf_of", String, nullable=False),
    Column("second", String, nullable=False),
    Column("door", String, nullable=False),
    Column("command_id", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("evidence", String, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("recorded_at", String, nullable=False),  # ISO 8601, in Asia/Shanghai: SQLite keeps no time zone.
    Column("clause", String, nullable=False),
    Column("content", JSON, nullable=False),  # The fact, whole.
)

NEWEST = frozenset(stored_name(fact) for decider in DECIDERS for fact in decider.facts if not hasattr(fact, "upcast"))
_OFFSET = "+08:00"


class _Act(msgspec.Struct):
    """Of an act, what the table has; days and moments stay as they are written."""

    command_id: str
    person: str
    post: str
    unit: str
    door: str
    occurred_on: str
    recorded_at: str
    on_behalf_of: str = ""
    evidence: str = ""
    clause: str = ""
    second: str = ""


class _Fact(msgspec.Struct):
    act: _Act


_decode = msgspec.json.Decoder(_Fact).decode


def take(book: Book, batch: Batch) -> None:
    """Write a row for each fact, decoding no more of it than the row needs."""
    book.add_encoded(FACTS, [_row(row) for row in batch.rows])


VIEW = View("facts", 1, TABLES, frozenset({*KINDS, PAPERS.kind}), take, lean=True)


def began(engine: Engine, case: str) -> tuple[date, date] | None:
    """Return the stated day and the day of record of a case's first fact, or None if there is no such case.

    Raises:
        BadInputError: If *case* is no case id.
    """
    parse_case(case)
    asked = select(FACTS.c.occurred_on, FACTS.c.recorded_on).where(FACTS.c.stream == case).order_by(FACTS.c.version)
    with engine.connect() as connection:
        first = connection.execute(asked.limit(1)).first()
    return (first.occurred_on, first.recorded_on) if first else None


def _row(row: Row) -> Key:
    topic, state = row.topic, row.state
    if topic not in NEWEST:  # An older shape: it is shown as what it is read as.
        newest: Fact = read_fact(topic, state, f"{row.stream}#{row.version}")
        topic, state = stored_name(type(newest)), msgspec.json.encode(newest)
    act = _decode(state).act
    recorded_at = act.recorded_at
    if not recorded_at.endswith(_OFFSET):
        recorded_at = datetime.fromisoformat(recorded_at).astimezone(SHANGHAI).isoformat()
    return (
        row.position,
        row.stream,
        kind_of(row.stream),
        row.version,
        topic,
        act.person,
        act.post,
        act.unit,
        act.on_behalf_of,
        act.second,
        act.door,
        act.command_id,
        act.occurred_on,
        act.evidence,
        recorded_at[:10],
        recorded_at,
        act.clause,
        state.decode(),
    )
