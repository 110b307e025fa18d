"""The follower: keeps the views at the end of the log while a process lives, and wakes whoever waits for a write."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import psycopg
import structlog
from sqlalchemy import Engine

from domain.ledger import Ledger
from projections.positions import OtherBuildError
from projections.runner import Runner
from projections.store import alone, views_engine
from projections.view import View
from projections.views import VIEWS

POLL_S = 0.02  # Of a SQLite store, which tells nobody outside its process of a write.
STOPPED_S = 1.0  # The same, while a view stands still.
LISTEN_S = 0.5  # Until a PostgreSQL store is asked again whether it is to end.
TURN_S = 2.0  # Until another process's follower is asked for its turn.
AGAIN_S = 1.0  # After a database that did not answer.

log = structlog.get_logger()


class Follower:
    """A thread that reads on whenever something is appended; of the processes of one store, one at a time does."""

    def __init__(self, store: str, views: Sequence[View] = VIEWS) -> None:
        """Follow the store at the URL *store*."""
        self._store = store
        self._views = views
        self._stop = threading.Event()
        self._appended = threading.Event()
        self._moved = threading.Condition()
        self._reached = 0
        self._thread = threading.Thread(target=self._run, name="views", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop.set()
        self._appended.set()
        self._thread.join()

    def wake(self) -> None:
        """Say that something was appended in this process."""
        self._appended.set()

    def wait(self, position: int, timeout_s: float) -> bool:
        """Wait until the views hold the log up to *position*; return whether they do."""
        self.wake()
        with self._moved:
            return self._moved.wait_for(lambda: self._reached >= position, timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            engine = views_engine(self._store)
            try:
                with Ledger(self._store) as ledger, alone(engine, "follow") as mine:
                    if mine:
                        self._follow(ledger, engine)
                    else:
                        self._stop.wait(TURN_S)
            except OtherBuildError as error:
                log.warning("views were rebuilt by another build", reason=str(error))
                if error.numbers["found"] > error.numbers["own"]:
                    return  # A newer build has taken over: this one would only undo its work.
                self._stop.wait(AGAIN_S)  # An older one was run once more: they are built anew.
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave the views behind until a restart
                log.warning("views are not followed, tried again", reason=f"{type(error).__name__}: {error}")
                self._stop.wait(AGAIN_S)
            finally:
                engine.dispose()

    def _follow(self, ledger: Ledger, engine: Engine) -> None:
        runner = Runner(ledger, engine, self._views)
        with _listening(ledger, engine) as told:
            while not self._stop.is_set():
                self._appended.clear()
                stopped = runner.catch_up(patience_s=0)
                if runner.reached > self._reached:
                    with self._moved:
                        self._reached = runner.reached
                        self._moved.notify_all()
                if runner.held:  # A running transaction may still put a fact before those that are there.
                    self._stop.wait(POLL_S)
                elif told is None:
                    # Where a view stands still, what it cannot read is read again at each look.
                    self._appended.wait(STOPPED_S if stopped else POLL_S)
                else:
                    with suppress(StopIteration):
                        next(told.notifies(timeout=LISTEN_S, stop_after=1))


@contextmanager
def _listening(ledger: Ledger, engine: Engine) -> Iterator[psycopg.Connection[Any] | None]:
    """Yield a connection that hears of every append to a PostgreSQL store; None of another."""
    if engine.dialect.name != "postgresql":
        yield None
        return
    _, where = engine.dialect.create_connect_args(engine.url)
    with psycopg.connect(**where, autocommit=True) as connection:
        connection.execute(f'LISTEN "{ledger.recorder.channel_name}"')  # type: ignore[attr-defined]
        yield connection
