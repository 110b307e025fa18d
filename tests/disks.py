"""Databases whose disk can be filled: a real small disk where this machine lets us mount one, else a limit in them."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from tests.databases import Postgres

SIZE_MB = {"sqlite": 6, "postgresql": 24}
# PostgreSQL itself answers with its own code for a full disk, wherever something is added.
REFUSES = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""
ADDED_TO = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class Disk(Protocol):
    """Where a store lies."""

    url: str

    def fill(self) -> None:
        """Leave no room."""

    def make_room(self) -> None:
        """Give all of it back."""


def can_mount() -> bool:
    """Tell whether a disk of our own can be made here."""
    with tempfile.TemporaryDirectory(prefix="bridgefund-disk-") as folder:
        if os.geteuid() != 0 or subprocess.run(_mounts(folder, 1), capture_output=True, check=False).returncode != 0:
            return False
        subprocess.run(_unmounts(folder), check=True)
        return True


@contextmanager
def mounted(folder: Path, size_mb: int) -> Iterator[Path]:
    """Make a disk of some megabytes and yield the folder that it is."""
    folder.mkdir()
    subprocess.run(_mounts(folder, size_mb), check=True)
    try:
        yield folder
    finally:
        subprocess.run(_unmounts(folder), check=True)


def _mounts(folder: str | Path, size_mb: int) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]


def _unmounts(folder: str | Path) -> list[str]:
    return ["umount", "--lazy", str(folder)]


DISKS = ("limited-sqlite", *(("sqlite", "postgresql") if can_mount() else ("limited-postgresql",)))


class SmallDisk:
    """A disk of some megabytes."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Write until nothing more fits."""
        filler = os.open(self._filler, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    os.write(filler, b"x" * size)
        os.close(filler)

    def make_room(self) -> None:
        """Delete it again."""
        self._filler.unlink()


class LimitedSqlite:
    """SQLite files that may not grow while the disk is called full."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = f"sqlite:///{folder}/ledger.db"
        self._is_full = False
        self._opened: list[sqlite3.Connection] = []
        connects = sqlite3.connect

        def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connects(*args, **kwargs)
            if ":memory:" not in args:
                self._opened.append(connection)
                self._limit(connection)
            return connection

        monkeypatch.setattr("sqlite3.connect", connect)
        monkeypatch.setattr("sqlite3.dbapi2.connect", connect)

    def _limit(self, connection: sqlite3.Connection) -> None:
        # Asked for fewer pages than there are, SQLite takes as many as there are.
        with suppress(sqlite3.ProgrammingError):  # It was closed.
            connection.execute(f"PRAGMA max_page_count = {1 if self._is_full else 1 << 30}").close()

    def fill(self) -> None:
        """Let no file grow."""
        self._is_full = True
        for connection in self._opened:
            self._limit(connection)

    def make_room(self) -> None:
        """Let them grow."""
        self._is_full = False
        for connection in self._opened:
            self._limit(connection)


class LimitedPostgres:
    """A database that answers as one does whose disk is full."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fill(self) -> None:
        """Refuse whatever is added to a table."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(REFUSES)
            for (name,) in connection.execute(ADDED_TO).fetchall():
                each = f'CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON "{name}" EXECUTE FUNCTION refuse()'
                connection.execute(each.encode())

    def make_room(self) -> None:
        """Take everything."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP FUNCTION refuse CASCADE")


@contextmanager
def disk_of(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[Disk]:
    """Yield a disk with an empty store on it."""
    if kind == "limited-sqlite":
        yield LimitedSqlite(folder, request.getfixturevalue("monkeypatch"))
        return
    if kind == "limited-postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as url:
            yield LimitedPostgres(url)
        return
    with ExitStack() as stack:
        # PostgreSQL runs as another user, who may not enter pytest's own folder.
        at = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bridgefund-disk-")))
        subprocess.run(_mounts(at, SIZE_MB[kind]), check=True)
        stack.callback(subprocess.run, _unmounts(at), check=True)
        if kind == "sqlite":
            yield SmallDisk(at, f"sqlite:///{at}/ledger.db")
        else:
            server = request.getfixturevalue("postgres")
            yield SmallDisk(at, stack.enter_context(server.database_on(at)))
