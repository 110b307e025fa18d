"""Where the read models live: a file beside a SQLite ledger, or tables of their own in its PostgreSQL database."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, exc, func, select
from sqlalchemy.exc import OperationalError

from domain.disk import causes
from domain.errors import StoreUnreachableError
from domain.ledger import LOOK_ERRORS, NO_ANSWER_ERRORS
from domain.store_address import store_settings

# What the libraries raise where a database does not answer, or has no room.
NO_ANSWER: tuple[type[Exception], ...] = (
    *(exc.OperationalError, exc.InterfaceError),
    *NO_ANSWER_ERRORS,
    psycopg.OperationalError,
)
WAIT_S = 30  # As long as the ledger waits for a writer, see `store_settings`.
_WRITES = "bridgefund_writes"
# PostgreSQL's advisory locks have numbers: these are ours.
_LOCKS = {"rebuild": 0x62667262, "follow": 0x6266666F}
_to_json = partial(json.dumps, ensure_ascii=False)


def is_no_answer(error: BaseException) -> bool:
    """Tell whether a database did not answer. SQLite has one error for that and for a statement that is wrong."""
    asked_wrongly = any(getattr(one, "sqlite_errorname", "") == "SQLITE_ERROR" for one in causes(error))
    return isinstance(error, (StoreUnreachableError, *NO_ANSWER)) and not asked_wrongly


def views_engine(store_url: str) -> Engine:
    """Return the engine of the read models that belong to the ledger at *store_url*.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL.
    """
    # A lost commit is read again from the ledger: no waiting for the disk.
    return engine_beside(store_url, "views", synchronous="NORMAL")


def engine_beside(store_url: str, what: str, *, synchronous: Literal["NORMAL", "FULL"]) -> Engine:
    """Return the engine of a database that belongs to a ledger: in its PostgreSQL, or the file `x.WHAT.db` beside it.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL.
    """
    settings = store_settings(store_url)
    if "POSTGRES_DBNAME" in settings:
        waits = {} if synchronous == "FULL" else {"options": "-c synchronous_commit=off"}
        return create_engine(
            _postgres_url(settings), connect_args=waits, json_serializer=_to_json, hide_parameters=True
        )
    name = settings["SQLITE_DBNAME"]
    if "mode=memory" in name:
        # One connection, since each new one would find a memory of its own.
        engine = create_engine("sqlite://", poolclass=StaticPool, json_serializer=_to_json, hide_parameters=True)
    else:
        url = URL.create("sqlite", database=str(path_beside(Path(name), what)))
        engine = create_engine(url, connect_args={"timeout": WAIT_S}, json_serializer=_to_json, hide_parameters=True)
    event.listen(engine, "connect", partial(_on_connect, synchronous))
    event.listen(engine, "begin", _on_begin)
    return engine


def views_path(ledger: Path) -> Path:
    """Return the file of the read models beside the file *ledger*: `x.db` has `x.views.db`."""
    return path_beside(ledger, "views")


def path_beside(ledger: Path, what: str) -> Path:
    """Return the file of *what* beside the file *ledger*."""
    return ledger.with_name(f"{ledger.stem}.{what}{ledger.suffix}")


@contextmanager
def reachable(engine: Engine) -> Iterator[None]:
    """Say in words of ours that the database does not answer.

    Raises:
        StoreUnreachableError: If it does not.
    """
    try:
        yield
    except (OperationalError, psycopg.OperationalError, *LOOK_ERRORS) as error:
        reason = getattr(error, "orig", error)  # What COPY meets is the driver's own error.
        raise StoreUnreachableError(place=engine.url.render_as_string(), reason=reason) from error


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """Begin a transaction that writes: committed at the end, rolled back at an error."""
    return engine.execution_options(**{_WRITES: True}).begin()


@contextmanager
def alone(engine: Engine, what: Literal["rebuild", "follow"]) -> Iterator[bool]:
    """Say whether this is the only process that does *what* to the views, and see to it while it does.

    The lock goes with its process, however that ends.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            mine = connection.execute(select(func.pg_try_advisory_lock(_LOCKS[what]))).scalar_one()
            connection.commit()
            try:
                yield mine
            finally:
                if mine:
                    connection.execute(select(func.pg_advisory_unlock(_LOCKS[what])))
                    connection.commit()
        return
    database = engine.url.database
    if database is None:  # In memory: nobody else sees it.
        yield True
        return
    with Path(f"{database}.{what}").open("w", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _postgres_url(settings: dict[str, str]) -> URL:
    return URL.create(
        "postgresql+psycopg",
        username=settings["POSTGRES_USER"],
        password=settings["POSTGRES_PASSWORD"] or None,
        host=settings["POSTGRES_HOST"],
        port=int(settings["POSTGRES_PORT"]),
        database=settings["POSTGRES_DBNAME"],
    )


def _on_connect(synchronous: str, connection: Any, _: object) -> None:
    connection.isolation_level = None  # Python's own BEGIN comes too late for a savepoint.
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute(f"PRAGMA synchronous={synchronous}").close()


def _on_begin(connection: Connection) -> None:
    # A reader that turns writer is refused if another wrote meanwhile; who is to write says so at once and waits.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
