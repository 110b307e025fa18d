"""Tables of names (姓名), apart from every fact: sealed, with who was erased; and in the open, of an earlier build.

They are no views: no fact holds a name, so none could build them anew. What seals and opens names is in `personal/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, String, Table, delete, insert, inspect, select

from domain.store_address import store_settings
from projections.store import engine_beside, path_beside, reachable, writing

TABLES = MetaData()
# In the open: as earlier builds kept them, and the made-up names of a sample's people that came with a copy.
NAMES = Table(
    "person_names",
    TABLES,
    Column("person", String, primary_key=True),
    Column("name", String, nullable=False),
)
SEALED = Table(
    "personal_names",
    TABLES,
    Column("reference", String, primary_key=True),
    Column("box", String, nullable=False),
)
ERASED = Table(
    "personal_erasures",
    TABLES,
    Column("reference", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("reason", String, nullable=False),
)
_WHAT = "names"


def kept_names(store_url: str) -> dict[str, str]:
    """Return the names that are kept in the open beside a store, by person."""
    settings = store_settings(store_url)
    file = settings.get("SQLITE_DBNAME", "")
    if file and not path_beside(Path(file), _WHAT).is_file():
        return {}
    with names_engine(store_url) as engine:
        if not inspect(engine).has_table(NAMES.name):
            return {}
        with engine.connect() as connection:
            return {row.person: row.name for row in connection.execute(select(NAMES))}


def keep_name(store_url: str, person: str, name: str) -> None:
    """Keep a made-up name of a sample's person in the open, in place of any before."""
    with names_engine(store_url) as engine:
        TABLES.create_all(engine)
        with writing(engine) as connection:
            connection.execute(delete(NAMES).where(NAMES.c.person == person))
            connection.execute(insert(NAMES).values(person=person, name=name))


def sweep(engine: Engine) -> None:
    """Write the tables anew: what was deleted would still stand in free pages, dead tuples, or SQLite's own log."""
    raw = engine.raw_connection()
    try:
        if engine.dialect.name == "sqlite":
            for words in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(words)
        else:
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            raw.cursor().execute(f"VACUUM FULL {', '.join(TABLES.tables)}")
    finally:
        raw.close()


@contextmanager
def names_engine(store_url: str) -> Iterator[Engine]:
    """Yield the engine of the tables of names that belong to a store."""
    engine = engine_beside(store_url, _WHAT, synchronous="FULL")
    try:
        with reachable(engine):
            yield engine
    finally:
        engine.dispose()
