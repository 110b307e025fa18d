"""The notices' own tables: lasting, in no view, and so untouched by any rebuild."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    select,
)
from sqlalchemy import func as sql

from domain.calendar import SHANGHAI
from projections.store import engine_beside, writing

TABLES = MetaData()
QUEUED = "queued"  # The state in which a delivery begins; see `outbox`.
# How far the log was read, and from where on a notice is also sent. One row, or none before the start.
READER = Table(
    "notice_reader",
    TABLES,
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("last", String, nullable=False),  # By which the ledger that was read is known again.
    Column("begun_after", BigInteger, nullable=False),
    Column("begun_at", String, nullable=False),
)
NOTICES = Table(
    "notice_notices",
    TABLES,
    Column("id", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("stream", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fact", String, nullable=False),
    Column("case", String, nullable=False, index=True),
    Column("county", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("post", String, nullable=False, index=True),
    Column("person", String, nullable=False, index=True),
    Column("due_on", Date),
    Column("recorded_at", String, nullable=False),
    Column("subject_zh", String, nullable=False),
    Column("text_zh", String, nullable=False),
    Column("subject_en", String, nullable=False),
    Column("text_en", String, nullable=False),
    # Of before the start: to be read, never sent.
    Column("earlier", Boolean, nullable=False),
)
DELIVERIES = Table(
    "notice_deliveries",
    TABLES,
    Column("notice", String, ForeignKey(NOTICES.c.id), primary_key=True),
    Column("channel", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Moments in one form (`moment`), so that they sort as text.
    Column("next_at", String, nullable=False),
    Column("claimed_until", String),
    Column("handed_over_at", String),
    Column("sent_at", String),
    Column("address", String),  # To which it went, or was to go at the last attempt.
    Column("reason", String),
    Index("notice_deliveries_due", "state", "next_at"),
)
# Facts that brought a notice which could not be made.
FAULTS = Table(
    "notice_faults",
    TABLES,
    Column("position", BigInteger, primary_key=True),
    Column("stream", String, nullable=False),
    Column("fact", String, nullable=False),
    Column("error", String, nullable=False),
)
_LOCK = 0x62666E6F  # PostgreSQL's advisory locks have numbers: this one is ours.


def notices_engine(store_url: str) -> Engine:
    """Return the engine of the notices that belong to the ledger at *store_url*: `x.notices.db` beside `x.db`.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL.
    """
    # What was sent is written nowhere else: each commit is on the disk before the next letter goes.
    return engine_beside(store_url, "notices", synchronous="FULL")


def create(engine: Engine) -> None:
    """Create the tables where they are missing; processes that begin at once take turns."""
    with writing(engine) as connection:
        _take_turns(connection)
        TABLES.create_all(connection)


def moment(at: datetime) -> str:
    """Return a moment as the tables have it: one form, so that text sorts as time does."""
    return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(sql.pg_advisory_xact_lock(_LOCK)))
