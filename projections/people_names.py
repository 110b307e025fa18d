"""Names of people (姓名): in a small table apart from every fact, so that they can be changed and erased.

It is no view: no fact holds a name, so none could build it anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, String, Table, delete, insert, inspect, select

from domain.store_address import store_settings
from projections.store import engine_beside, path_beside, reachable, writing

TABLES = MetaData()
NAMES = Table(
    "person_names",
    TABLES,
    Column("person", String, primary_key=True),
    Column("name", String, nullable=False),
)
_WHAT = "names"


def kept_names(store_url: str) -> dict[str, str]:
    """Return the names that are kept beside a store, by person."""
    settings = store_settings(store_url)
    file = settings.get("SQLITE_DBNAME", "")
    if file and not path_beside(Path(file), _WHAT).is_file():
        return {}
    with _engine(store_url) as engine:
        if not inspect(engine).has_table(NAMES.name):
            return {}
        with engine.connect() as connection:
            return {row.person: row.name for row in connection.execute(select(NAMES))}


def keep_name(store_url: str, person: str, name: str) -> None:
    """Keep a person's name, in place of any before."""
    with _engine(store_url) as engine:
        TABLES.create_all(engine)
        with writing(engine) as connection:
            connection.execute(delete(NAMES).where(NAMES.c.person == person))
            connection.execute(insert(NAMES).values(person=person, name=name))


def erase_name(store_url: str, person: str) -> bool:
    """Erase a person's name, and say whether there was one. The facts keep the opaque id."""
    with _engine(store_url) as engine:
        TABLES.create_all(engine)
        with writing(engine) as connection:
            erased = connection.execute(delete(NAMES).where(NAMES.c.person == person)).rowcount > 0
        if erased and engine.dialect.name == "sqlite":
            _sweep(engine)
        return erased


def _sweep(engine: Engine) -> None:
    """Write a SQLite file anew: what was deleted would still stand in its free pages and its write-ahead log."""
    raw = engine.raw_connection()
    try:
        for sweep in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(sweep)
    finally:
        raw.close()


@contextmanager
def _engine(store_url: str) -> Iterator[Engine]:
    engine = engine_beside(store_url, _WHAT, synchronous="FULL")
    try:
        with reachable(engine):
            yield engine
    finally:
        engine.dispose()
