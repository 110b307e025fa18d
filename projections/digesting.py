"""How views take facts in: decoding what they want, all at once, and down to the one fact that cannot be digested."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from domain.cases import kind_of
from domain.collecting import uncollected
from domain.errors import UnreadableFactError
from domain.following import Following
from domain.ledger import LOOK_ERRORS
from domain.log_reading import Row
from domain.registry import READERS
from domain.stored_facts import fact_at
from projections.batch import Batch, Logged
from projections.book import Book
from projections.positions import OvertakenError, Parked
from projections.view import View


class UnfoldableError(Exception):
    """A view needs the state of a case of which an earlier fact cannot be read: a later build took the view past it."""

    def __init__(self, view: View, error: UnreadableFactError) -> None:
        """Name the view, and what cannot be read."""
        super().__init__(f"{view.name}: {error}")
        self.view = view
        self.error = error


# Not the fault of the fact at hand, and it would be that of the next: reading stops.
STOPS = (
    *(OperationalError, InterfaceError, InternalError, NoConnectionError, OvertakenError, UnfoldableError, MemoryError),
    *(psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError),
    *LOOK_ERRORS,  # Of the ledger, when a case is folded.
)
Facts = Callable[[str, int], list[Any]]  # The first facts of a stream, read anew.

log = structlog.get_logger()


@dataclass(frozen=True)
class Opened:
    """A view with the book that it writes."""

    view: View
    book: Book


@dataclass(frozen=True)
class Read:
    """What was read of the log: all of its places, the facts that views want, and before which places a kind stops."""

    rows: Sequence[Row]
    entries: Sequence[Logged]
    broken: dict[str, tuple[Row, UnreadableFactError]]  # By kind: the first that this build cannot read.
    ends: bool = False  # There was nothing behind it.

    def up_to(self, position: int) -> "Read":
        """Return the part up to a position."""
        rows = [row for row in self.rows if row.position <= position]
        entries = [entry for entry in self.entries if entry.position <= position]
        broken = {kind: at for kind, at in self.broken.items() if at[0].position <= position}
        return Read(rows, entries, broken, self.ends and len(rows) == len(self.rows))

    def behind(self, position: int) -> "Read":
        """Return the part behind a position."""
        rows = [row for row in self.rows if row.position > position]
        entries = [entry for entry in self.entries if entry.position > position]
        return Read(rows, entries, {kind: at for kind, at in self.broken.items() if at[0].position > position})


@dataclass(frozen=True)
class Wanted:
    """The kinds of streams that views read: decoded, or as they are stored."""

    decoded: frozenset[str]
    lean: frozenset[str]

    @classmethod
    def by(cls, views: Sequence[View]) -> "Wanted":
        """Return what *views* read."""
        none = frozenset[str]()
        return cls(
            none.union(*(view.kinds for view in views if not view.lean)),
            none.union(*(view.kinds for view in views if view.lean)),
        )


@uncollected()
def decoded(rows: Sequence[Row], wanted: Wanted) -> Read:
    """Decode the facts that are wanted; of a kind that has one which this build cannot read, what stands before it."""
    entries: list[Logged] = []
    broken: dict[str, tuple[Row, UnreadableFactError]] = {}
    for row in rows:
        position, stream, version, topic, state = row
        kind = kind_of(stream)
        if kind in broken or not (kind in wanted.decoded or kind in wanted.lean):
            continue
        try:
            if kind in wanted.decoded:
                entries.append(Logged(position, stream, version, topic, state, fact_at(stream, version, topic, state)))
            elif topic not in READERS:
                fact_at(stream, version, topic, state)
        except UnreadableFactError as error:
            broken[kind] = (row, error)
    return Read(rows, entries, broken)


@uncollected()
def digest(connection: Connection, opened: Sequence[Opened], batch: Batch) -> None:
    """Let each view take its part of a batch, and write what changed."""
    for one in opened:
        mine = batch.of(one.view.kinds, lean=one.view.lean)
        if mine.rows or mine.entries:
            one.book.open(connection)
            try:
                one.view.take(one.book, mine)
            except UnreadableFactError as error:
                raise UnfoldableError(one.view, error) from error
            one.book.flush()


def digest_or_park(connection: Connection, opened: Opened, read: Read, facts: Facts) -> Iterator[Parked]:
    """Let a view take what was read, all at once; if that fails, in halves, down to the fact that is the cause.

    Yields:
        What it cannot digest.
    """
    kinds = opened.view.kinds
    rows = [row for row in read.rows if kind_of(row.stream) in kinds]
    entries = [entry for entry in read.entries if kind_of(entry.stream) in kinds]
    yield from _halved(connection, opened, Read(rows, entries, {}), facts)


def _halved(connection: Connection, opened: Opened, mine: Read, facts: Facts) -> Iterator[Parked]:
    if not mine.rows:
        return
    try:
        with connection.begin_nested():
            # Folded anew: the states that were kept are further on.
            digest(connection, [opened], Batch.new(mine.rows, mine.entries, Following(facts)))
    except STOPS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other facts and views must go on
        opened.book.forget()
        if len(mine.rows) == 1:
            yield _laid_aside(opened.view, mine.rows[0], error)
            return
        middle = mine.rows[len(mine.rows) // 2 - 1].position
        yield from _halved(connection, opened, mine.up_to(middle), facts)
        yield from _halved(connection, opened, mine.behind(middle), facts)


def _laid_aside(view: View, row: Row, error: Exception) -> Parked:
    # As it can be stored: PostgreSQL takes no NUL, and no database half a character.
    said = f"{type(error).__name__}: {error}".replace("\0", "\\x00").encode(errors="backslashreplace").decode()
    parked = Parked(view.name, row.position, row.stream, row.topic, said)
    log.error("fact parked", view=parked.view, position=parked.position, stream=parked.stream, error=parked.error)
    return parked
