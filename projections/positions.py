"""How far each view has read, of which ledger, and what it could not digest: tables of the runner's own."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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
    select,
    update,
)
from sqlalchemy import func as sql

from domain.errors import BridgefundError
from domain.ledger import Entry, Ledger
from projections.view import View

TABLES = MetaData()
POSITIONS = Table(
    "view_positions",
    TABLES,
    Column("view", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("last", String, nullable=False),  # By which the ledger that was read is known again.
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


def create(connection: Connection) -> None:
    """Create the runner's own tables where they are missing; runners that begin at once take turns."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(sql.pg_advisory_xact_lock(_LOCK)))
    TABLES.create_all(connection)


def of(engine: Engine, views: Sequence[View]) -> dict[str, int]:
    """Return the position of each of *views*.

    Raises:
        OtherBuildError: If a view is not of this build's version.
    """
    with engine.connect() as connection:
        rows = {row.view: row for row in connection.execute(select(POSITIONS))}
    for view in views:
        if rows[view.name].version != view.version:
            raise OtherBuildError(view=view.name, found=rows[view.name].version, own=view.version)
    return {view.name: rows[view.name].position for view in views}


def is_good(connection: Connection, view: View, ledger: Ledger) -> bool:
    """Return whether the view's tables are of this version, and made of this ledger and no other.

    A sample store is easily made anew under the name of an old one, whose views are still there.
    """
    row = connection.execute(select(POSITIONS).where(POSITIONS.c.view == view.name)).one_or_none()
    if row is None or row.version != view.version:
        return False
    if row.position == 0:
        return True
    found = ledger.entries(row.position - 1, 1)
    return bool(found) and found[0].position == row.position and _mark(found[0]) == row.last


def reset(connection: Connection, view: View) -> None:
    """Empty the view: tables of its version, nothing in them, position 0."""
    # The position first: whoever is writing to the view holds this row, and is waited for.
    connection.execute(delete(POSITIONS).where(POSITIONS.c.view == view.name))
    connection.execute(delete(PARKED).where(PARKED.c.view == view.name))
    view.tables.drop_all(connection)
    view.tables.create_all(connection)
    connection.execute(insert(POSITIONS).values(view=view.name, version=view.version, position=0, last=""))


def advance(connection: Connection, view: View, reached: int, last: Entry) -> None:
    """Move the view from *reached* on to the entry *last*.

    Raises:
        OvertakenError: If it is no longer there.
    """
    moved = connection.execute(
        update(POSITIONS)
        .where(POSITIONS.c.view == view.name, POSITIONS.c.position == reached, POSITIONS.c.version == view.version)
        .values(position=last.position, last=_mark(last))
    )
    if moved.rowcount != 1:
        raise OvertakenError(view.name)


def park(connection: Connection, parked: Parked) -> None:
    """Lay a fact aside."""
    connection.execute(insert(PARKED).values(**asdict(parked)))


def parked(connection: Connection) -> list[Parked]:
    """Return what was laid aside, in order."""
    return [Parked(**row._mapping) for row in connection.execute(select(PARKED).order_by(PARKED.c.position))]  # noqa: SLF001


def _mark(entry: Entry) -> str:
    act = entry.fact.act
    return f"{entry.stream}#{entry.version} {act.command_id} {act.recorded_at.isoformat()}"
