"""Tables of the console's accounts, sessions and drafts: beside the store, in no fact, and in no view."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Boolean, Column, Connection, Engine, Index, Integer, MetaData, String, Table, Text

from domain.store_address import store_settings
from projections.store import engine_beside, path_beside, reachable, writing

WHAT = "accounts"
TABLES = MetaData()
# Moments are kept as `kept` writes them, so that they sort as text.
ACCOUNTS = Table(
    "console_accounts",
    TABLES,
    Column("login", String, primary_key=True),
    Column("person", String, nullable=False, unique=True),
    Column("hash", String, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("failed", Integer, nullable=False),  # In a row, since the last sign-in or lock-out.
    Column("lockouts", Integer, nullable=False),  # In a row, since the last sign-in.
    Column("locked_until", String),
    Column("tried_at", String),
    Column("disabled", Boolean, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("created_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("signed_in_at", String),
)
SESSIONS = Table(
    "console_sessions",
    TABLES,
    Column("digest", String, primary_key=True),  # SHA-256 of the token, which the cookie alone has.
    Column("login", String, nullable=False, index=True),
    Column("began_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Index("console_sessions_ends", "began_at", "seen_at"),
)
DRAFTS = Table(
    "console_drafts",
    TABLES,
    Column("login", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_at", String, nullable=False),
)


def accounts_engine(store_url: str) -> Engine:
    """Return the engine of the accounts that belong to a store, with their tables made. The caller disposes of it.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL.
        StoreUnreachableError: If the database does not answer.
    """
    _own_file(store_url)
    engine = engine_beside(store_url, WHAT, synchronous="FULL")
    with reachable(engine):
        TABLES.create_all(engine)
    return engine


def _own_file(store_url: str) -> None:
    # Hashes of passwords are for the operator's eyes alone; SQLite gives its log the same mode as its file.
    name = store_settings(store_url).get("SQLITE_DBNAME", "")
    if name and "mode=memory" not in name:
        file = path_beside(Path(name), WHAT)
        if file.parent.is_dir():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that writes.

    Raises:
        StoreUnreachableError: If the database does not answer.
    """
    with reachable(engine), writing(engine) as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Begin one that only reads.

    Raises:
        StoreUnreachableError: If the database does not answer.
    """
    with reachable(engine), engine.connect() as connection:
        yield connection


def kept(moment: datetime) -> str:
    """Return a moment as it is kept: in UTC, always as long."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """Return a moment that was kept, or None for none."""
    return None if text is None else datetime.fromisoformat(text)
