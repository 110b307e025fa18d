"""Copying a store: checked before, in batches, taken up again where it was cut off, and compared at the end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from domain.builds import build_of
from domain.errors import AnotherBuildError, BridgefundError, UnfinishedCopyError, UnreadableFactError
from domain.ledger import Ledger
from domain.registry import READERS
from domain.store_address import place_of, store_settings
from domain.stored_facts import read_fact
from stores.beside import Summed, copy_beside, is_empty, sum_of, summed
from stores.events import BESIDE, Beside, Build, Events, Row, events_of

ROWS_PER_BATCH = 5_000
BYTES_PER_BATCH = 8_000_000
EMPTY = "empty"
PARTS = ("check", "copy", "compare origin", "compare copy")
# Hears which of the parts it is, at which position it is, and at which position it ends.
Told = Callable[[str, int, int], None]


class SamePlaceError(BridgefundError):
    """A store is to be copied onto itself."""

    zh = "{place}：两处是同一个库；请给出另一处"
    en = "{place}: both are the same store; name another place"


class NotEmptyError(BridgefundError):
    """There is something where the copy is to go, and it is no unfinished copy of this store."""

    zh = "{place} 不是空的（总账到第 {end} 条{other}），也不是这个库未复制完的副本；请给出一个空的库"
    en = "{place} is not empty (its log ends at {end}{other}), and no unfinished copy of this store: name an empty one"


@dataclass(frozen=True)
class Side:
    """What all of a store's rows come to: events in order, and each table beside them."""

    events: int
    digest: str
    end: int
    builds: tuple[Build, ...] = ()
    tables: dict[str, Summed] = field(default_factory=dict)


@dataclass(frozen=True)
class Copied:
    """Both stores after the copy, and from which position on it was made this time."""

    origin: Side
    to: Side
    went_on_after: int

    @property
    def same(self) -> bool:
        """Return whether nothing differs."""
        return self.origin == self.to


def copy_store(
    origin: str,
    to: str,
    told: Told = lambda *_: None,
    batch: int = ROWS_PER_BATCH,
    last: Callable[[], None] = lambda: None,
) -> Copied:
    """Copy the store at *origin* into an empty one at *to*, or finish a copy of it that was cut off.

    *last* is done to the copy before its mark goes: cut off before that, it is done when the copy is finished.
    Where the two differ at the end, *to* stays marked as unfinished.

    Raises:
        BridgefundError: If it must not, or cannot, be done; see the classes. *origin* is never written to.
    """
    if _place(origin) == _place(to):
        raise SamePlaceError(place=place_of(origin))
    with events_of(origin, writes=False) as source:
        if source.origin() is not None:
            raise UnfinishedCopyError(place=source.place)
        _check_readable(source, told)
        _make_tables(to)
        with events_of(to, writes=True) as target:
            after = _taken_up(source, target, to)
            for rows in _batches(source.rows(after), batch):
                target.append(rows)
                told("copy", rows[-1].position, source.end())
            target.put_builds(source.builds())
            for table in BESIDE:
                if _has_rows(source, table) or _has_rows(target, table):
                    target.put_beside(table, source.beside(table))
            copy_beside(origin, to)
            seen, made = PARTS[2:]
            copied = Copied(_side(source, origin, seen, told), _side(target, to, made, told), after)
            if copied.same:
                last()
                target.finish()
            return copied


def _place(url: str) -> tuple[str, ...]:
    known = store_settings(url)
    if "SQLITE_DBNAME" in known:
        return (str(Path(known["SQLITE_DBNAME"]).resolve()),)
    return tuple(known[name] for name in ("POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DBNAME"))


def _check_readable(source: Events, told: Told) -> None:
    """Read every fact, before anything is made anywhere: this build must not hand on what it cannot read."""
    end = source.end()
    for number, row in enumerate(source.rows(), start=1):
        try:
            read_fact(row.topic, row.state, f"{row.stream}#{row.version}")
        except UnreadableFactError as unreadable:
            raise _with_build(source, row, unreadable) from unreadable
        if number % ROWS_PER_BATCH == 0:
            told("check", row.position, end)


def _with_build(source: Events, row: Row, unreadable: UnreadableFactError) -> UnreadableFactError:
    """Say which build wrote a fact that cannot be read, if another one noted itself before it."""
    here = build_of(READERS)
    written = next((build for since, build in reversed(source.builds()) if since <= row.position), here)
    if written == here:
        return unreadable
    return AnotherBuildError(**unreadable.numbers, written=written, here=here)


def _make_tables(to: str) -> None:
    """Let the ledger make its tables, where an unfinished copy has not got them already."""
    with suppress(UnfinishedCopyError):
        Ledger(to).close()


def _taken_up(source: Events, target: Events, to: str) -> int:
    """Return the position behind which the copy goes on, with the store marked.

    Raises:
        NotEmptyError: If there is something else.
    """
    mark, end = _mark(source), target.end()
    found = target.origin()
    if found is None:
        if end or not is_empty(to):
            raise _not_empty(target, to)
        target.begin(mark)
    elif found != mark or not _begins_alike(source, target, end):
        raise _not_empty(target, to)
    return end


def _not_empty(target: Events, to: str) -> NotEmptyError:
    other = ", ".join(f"{name}: {found.rows}" for name, found in summed(to).items() if found.rows)
    return NotEmptyError(place=target.place, end=target.end(), other=f"; {other}" if other else "")


def _mark(source: Events) -> str:
    """Return by what a store is known again: its first event."""
    first = _first(source, 0)
    return sha256(_framed(first)).hexdigest() if first else EMPTY


def _at(events: Events, position: int) -> Row | None:
    found = _first(events, position - 1)
    return found if found and found.position == position else None


def _begins_alike(source: Events, target: Events, end: int) -> bool:
    """Tell whether a copy up to *end* may go on; whether every byte is the same is compared at the end."""
    return source.count(end) == target.count(end) and _at(source, end) == _at(target, end)


def _first(events: Events, after: int) -> Row | None:
    with closing(events.rows(after)) as rows:
        return next(rows, None)


def _has_rows(events: Events, table: Beside) -> bool:
    with closing(events.beside(table)) as rows:
        return next(rows, None) is not None


def _side(events: Events, url: str, part: str, told: Told) -> Side:
    number, position, digest, end = 0, 0, sha256(), events.end()
    for row in events.rows():
        number, position = number + 1, row.position
        digest.update(_framed(row))
        if number % ROWS_PER_BATCH == 0:
            told(part, position, end)
    tables = summed(url) | {table.name: sum_of(events.beside(table)) for table in BESIDE}
    return Side(number, digest.hexdigest(), position, tuple(events.builds()), tables)


def _framed(row: Row) -> bytes:
    head = f"{row.position}\0{row.stream}\0{row.version}\0{row.topic}\0{len(row.state)}\0"
    return head.encode() + row.state


def _batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row.state)
        if len(batch) >= most or size >= BYTES_PER_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
