"""What lasts beside the facts: people's names and the notices' own tables, copied row by row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, inspect, select

from domain.store_address import store_settings
from notices.tables import TABLES as OF_NOTICES
from notices.tables import notices_engine
from projections.people_names import TABLES as OF_NAMES
from projections.store import engine_beside, path_beside, reachable, writing

BATCH = 1_000
KINDS = {"names": OF_NAMES, "notices": OF_NOTICES}


@dataclass(frozen=True)
class Summed:
    """How many rows a table has, and a digest of all of them in whatever order."""

    rows: int
    digest: str


def is_empty(url: str) -> bool:
    """Tell whether a store has nothing of this kind."""
    return not any(found.rows for found in summed(url).values())


def copy_beside(origin: str, to: str) -> None:
    """Copy every table, in place of what a copy that was cut off left there; each kind in one transaction."""
    for what, tables in KINDS.items():
        with engine_of(origin, what) as source, engine_of(to, what, make=bool(source)) as target:
            if target is None:
                continue
            tables.create_all(target)
            with writing(target) as writes:
                for table in reversed(tables.sorted_tables):
                    writes.execute(delete(table))
                if source is not None:
                    _copy(source, tables, writes)


def _copy(source: Engine, tables: MetaData, writes: Connection) -> None:
    with source.connect() as reads:
        for table in tables.sorted_tables:
            for batch in _batches(source, reads, table):
                writes.execute(insert(table), batch)


def summed(url: str) -> dict[str, Summed]:
    """Return what each table of a store comes to; one that is not there has no rows."""
    found = {}
    for what, tables in KINDS.items():
        with engine_of(url, what) as engine:
            for table in tables.sorted_tables:
                found[table.name] = _summed(engine, table) if engine else Summed(0, _hex(0))
    return found


@contextmanager
def engine_of(url: str, what: str, *, make: bool = False) -> Iterator[Engine | None]:
    """Yield the engine of a kind of tables, or None where their file is not there and is not to be made."""
    file = store_settings(url).get("SQLITE_DBNAME", "")
    if file and not make and not path_beside(Path(file), what).is_file():
        yield None
        return
    engine = notices_engine(url) if what == "notices" else engine_beside(url, what, synchronous="FULL")
    try:
        with reachable(engine):
            yield engine
    finally:
        engine.dispose()


def _batches(engine: Engine, connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    if not inspect(engine).has_table(table.name):
        return
    found = connection.execution_options(yield_per=BATCH).execute(select(table)).mappings()
    for batch in found.partitions():
        yield [dict(row) for row in batch]


def _summed(engine: Engine, table: Table) -> Summed:
    with engine.connect() as connection:
        return sum_of(sorted(row.items()) for batch in _batches(engine, connection, table) for row in batch)


def sum_of(rows: Iterable[object]) -> Summed:
    """Return what rows come to. Two databases sort text each in its own way: what is added up needs no order."""
    count = total = 0
    for row in rows:
        count, total = count + 1, total + int.from_bytes(sha256(repr(row).encode()).digest())
    return Summed(count, _hex(total))


def _hex(total: int) -> str:
    return f"{total % (1 << 256):064x}"
