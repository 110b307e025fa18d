"""How far each view has read, of which ledger, and what it could not digest: tables of the runner's own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy import func as sql

from domain.errors import BridgefundError
from domain.ledger import Ledger
from domain.log_reading import Row
from projections.claiming import claim
from projections.view import View

TABLES = MetaData()
POSITIONS = Table(
    "view_positions",
    TABLES,
    Column("view", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("last", String, nullable=False),  # By which the ledger that was read is known again.
    Column("built", Integer, nullable=False),  # How often it was built: what a runner knew of older rows is void.
)
PARKED = Table(
    "view_parked",
    TABLES,
    Column("view", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stream", String, nullable=False),
    Column("fact", String, nullable=False),
    Column("error", String, nullable=False),
)
# Views that met a fact which this build cannot read: they stand right before it, the others go on.
STOPPED = Table(
    "view_stopped",
    TABLES,
    Column("view", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("fact", String, nullable=False),
    Column("reason", String, nullable=False),
)
_LOCK = 0x62666E64  # PostgreSQL's advisory locks have numbers: this one is ours.


class OtherBuildError(BridgefundError):
    """Another build of the program rebuilt a view while this one was reading into it."""

    zh = "视图 {view} 已由另一版本的程序重建（第 {found} 版，本程序为第 {own} 版）；请换用同一版本"
    en = "view {view} was rebuilt by another build of the program (version {found}, this one has {own}); use one build"


class OvertakenError(Exception):
    """Another runner moved the view on; its transaction holds, this one is rolled back."""


@dataclass(frozen=True)
class Parked:
    """A fact that a view could not digest, and why."""

    view: str
    position: int
    stream: str
    fact: str
    error: str


@dataclass(frozen=True)
class Stopped:
    """A view that stands still before a fact that this build cannot read, and which build may have written it."""

    view: str
    position: int
    fact: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """How far a view is. `built`: its tables are of this build; `stopped`: why it stands still, or nothing."""

    view: str
    version: int
    built: bool
    position: int
    parked: int
    stopped: str


def create(connection: Connection) -> None:
    """Create the runner's own tables where they are missing; runners that begin at once take turns."""
    take_turns(connection)
    _clear_of_another_build(connection)
    TABLES.create_all(connection)


def take_turns(connection: Connection) -> None:
    """Let only one transaction at a time do what follows; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(sql.pg_advisory_xact_lock(_LOCK)))


def _clear_of_another_build(connection: Connection) -> None:
    """Drop the runner's tables if another build of the program made them otherwise: every view is then built anew."""
    there = inspect(connection)
    known = [table for table in TABLES.sorted_tables if there.has_table(table.name)]
    if any({column["name"] for column in there.get_columns(table.name)} != {*table.c.keys()} for table in known):
        TABLES.drop_all(connection)


class At(NamedTuple):
    """Where a view is: how often it was built, and how far it has read since."""

    built: int
    position: int


def of(engine: Engine, views: Sequence[View]) -> dict[str, int]:
    """Return the position of each of *views*.

    Raises:
        OtherBuildError: If a view is not of this build's version.
    """
    with engine.connect() as connection:
        return {name: at.position for name, at in found(connection, views).items()}


def found(connection: Connection, views: Sequence[View]) -> dict[str, At]:
    """Return where each of *views* is, as a transaction sees it; see `of`."""
    rows = {row.view: row for row in connection.execute(select(POSITIONS))}
    for view in views:
        if rows[view.name].version != view.version:
            raise OtherBuildError(view=view.name, found=rows[view.name].version, own=view.version)
    return {view.name: At(rows[view.name].built, rows[view.name].position) for view in views}


def standings(engine: Engine, views: Sequence[View]) -> list[Standing]:
    """Return how far each of *views* is, without reading on."""
    there = inspect(engine)
    of_this_build = all(there.has_table(table.name) for table in TABLES.sorted_tables)
    if not of_this_build or len(there.get_columns(POSITIONS.name)) != len(POSITIONS.c):
        return [Standing(view.name, view.version, built=False, position=0, parked=0, stopped="") for view in views]
    with engine.connect() as connection:
        rows = {row.view: row for row in connection.execute(select(POSITIONS))}
        why = {(one.view, one.position): one.reason for one in stopped(connection)}
        aside = [one.view for one in parked(connection)]
    standing: list[Standing] = []
    for view in views:
        row = rows.get(view.name)
        built = row is not None and row.version == view.version
        position = row.position if row is not None and built else 0
        # Where an older build stopped, a newer one may have read on since.
        reason = why.get((view.name, position), "")
        standing.append(Standing(view.name, view.version, built, position, aside.count(view.name), reason))
    return standing


def is_good(connection: Connection, view: View, ledger: Ledger) -> bool:
    """Return whether the view's tables are of this version, and made of this ledger and no other.

    A sample store is easily made anew under the name of an old one, whose views are still there.
    """
    row = connection.execute(select(POSITIONS).where(POSITIONS.c.view == view.name)).one_or_none()
    if row is None or row.version != view.version:
        return False
    if row.position == 0:
        return True
    found = ledger.rows(row.position - 1, 1)
    return bool(found) and found[0].position == row.position and mark(found[0]) == row.last


def reset(connection: Connection, view: View) -> None:
    """Empty the view: tables of its version, nothing in them, position 0."""
    # The position first: whoever is writing to the view holds this row, and is waited for.
    hold(connection)
    put(connection, view, 0, "")
    claim(connection, view.tables)
    view.tables.drop_all(connection)
    view.tables.create_all(connection)


def put(connection: Connection, view: View, position: int, last: str) -> None:
    """Say that the view's tables are built anew, and of *position*: nothing is parked, and it does not stop."""
    asked = select(POSITIONS.c.built).where(POSITIONS.c.view == view.name).with_for_update()
    built = (connection.execute(asked).scalar_one_or_none() or 0) + 1
    for table in (POSITIONS, PARKED, STOPPED):
        connection.execute(delete(table).where(table.c.view == view.name))
    row = {"view": view.name, "version": view.version, "position": position, "last": last, "built": built}
    connection.execute(insert(POSITIONS), row)


def advance(connection: Connection, views: Sequence[View], from_: Mapping[str, At], last: Row) -> None:
    """Move *views* from where a runner left them to the place *last*.

    Raises:
        OvertakenError: If one is no longer there, or was built anew meanwhile.
    """
    there = [value for view in views for value in (view.name, view.version, *from_[view.name])]
    values = (last.position, mark(last), *there)
    moved = connection.exec_driver_sql(_moving(len(views), connection.dialect.paramstyle), values)
    if moved.rowcount != len(views):
        raise OvertakenError(", ".join(view.name for view in views))


@lru_cache
def _moving(views: int, paramstyle: str) -> str:
    """Return the statement that moves so many views: made once, for it is run for every batch."""
    value = "?" if paramstyle == "qmark" else "%s"
    there = ", ".join([f"({', '.join([value] * 4)})"] * views)
    # It names columns of `POSITIONS`, in the order of `At` behind a view and its version.
    return (
        f"UPDATE {POSITIONS.name} SET position = {value}, last = {value} "  # noqa: S608 - marks and names of our own
        f"WHERE (view, version, built, position) IN (VALUES {there})"
    )


def park(connection: Connection, parked: Parked) -> None:
    """Lay a fact aside."""
    connection.execute(insert(PARKED).values(**asdict(parked)))


def parked(connection: Connection, view: str | None = None) -> list[Parked]:
    """Return what was laid aside, of one view or of all, in order."""
    asked = select(PARKED).order_by(PARKED.c.position, PARKED.c.view)
    if view is not None:
        asked = asked.where(PARKED.c.view == view)
    return [Parked(**row) for row in connection.execute(asked).mappings()]


def stop(connection: Connection, views: Sequence[View], stopped: Sequence[Stopped]) -> None:
    """Note of *views* which stand still, and before what; the others go on."""
    take_turns(connection)
    connection.execute(delete(STOPPED).where(STOPPED.c.view.in_([view.name for view in views])))
    for one in stopped:
        connection.execute(insert(STOPPED).values(**asdict(one)))


def held(connection: Connection, views: Sequence[View]) -> dict[str, int]:
    """Return the position of each of *views*, and let nobody move any view until the transaction ends."""
    take_turns(connection)
    hold(connection)
    names = [view.name for view in views]
    asked = select(POSITIONS.c.view, POSITIONS.c.position).where(POSITIONS.c.view.in_(names))
    return {row.view: row.position for row in connection.execute(asked)}


def hold(connection: Connection) -> None:
    """Let nobody move a view until the transaction ends.

    The whole table: row by row, two who take the same rows in another order would wait for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'LOCK TABLE "{POSITIONS.name}" IN EXCLUSIVE MODE'))


def stopped(connection: Connection) -> list[Stopped]:
    """Return which views stand still, and before what."""
    return [Stopped(**row) for row in connection.execute(select(STOPPED).order_by(STOPPED.c.view)).mappings()]


def mark(row: Row) -> str:
    """Return by what a place of the ledger is known again."""
    return f"{row.stream}#{row.version} {sha256(row.state).hexdigest()[:24]}"
