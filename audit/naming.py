"""Naming (指明): which facts are not those that were stored, where the blocks say that something is wrong.

Slow and thorough: every fact beside the leaf that was kept of it, and every stream's numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from audit.divergence import Divergence
from audit.log_database import LOWEST, TYPES, Database, Laid
from audit.log_tree import Tree
from audit.verify import HASH_SIZE, UNNAMEABLE
from domain.leaves import leaf_of

_ROWS = 2_000
_COLUMNS = ("stream", "version", "name", "state")
_NAMING = ("stream", "version")  # Without these nobody can say which fact it is.
_FIRST = 1  # Of the ledger's positions.
SHOWN = 12  # Hex digits of a hash that tell it from others.


@dataclass
class _Append:
    """What one append kept: its positions and its leaves."""

    first: int
    last: int
    leaves: list[bytes]


class _Laid(NamedTuple):
    """A fact as it lies there: its leaf, and which of its columns is none that a ledger writes."""

    position: int
    stream: str
    version: int
    topic: str
    leaf: bytes
    odd: str

    @property
    def fact(self) -> str:
        """Return what it is called, by its place where it has no name."""
        return f"#{self.position}" if self.odd in _NAMING else f"{self.stream}#{self.version}"


@dataclass
class Looked:
    """What looking closer brought, beside what it found: how many facts were written by a build that kept no leaves."""

    uncovered: int = 0


def name_all(database: Database, looked: Looked, published: Tree | None = None) -> Iterator[Divergence]:
    """Yield what differs from what was kept, and the first fact that differs from what was *published* under a seal.

    Who can write the database can mend the leaves in it, and not those that lie outside: from the first that differs
    there everything behind it may have moved. What others append meanwhile is left out.
    """
    # In this order: what was kept before the end was looked up, is of facts that are there.
    kept_until = database.last_append()
    _, end, _ = database.ends()
    appends = _Appends(database, max(kept_until, end))
    versions: dict[str, int] = {}
    within: list[_Laid] = []
    outside = iter(published.each()) if published else iter(())
    for row in _rows(database, end):
        was = next(outside, row.leaf)
        if was != row.leaf:
            outside = iter(())
            yield Divergence("published", row.fact, row.position, "state", was.hex()[:SHOWN], row.leaf.hex()[:SHOWN])
        if row.odd:
            yield Divergence("odd", row.fact, row.position, row.odd)
        if row.odd not in _NAMING:
            yield from _numbered(row, versions)
        while appends.next and appends.next.last < row.position:
            yield from _compared(appends.next, within)
            within = []
            appends.go_on()
        if appends.next and appends.next.first <= row.position:
            within.append(row)
        elif row.position < _FIRST or (appends.began is not None and row.position >= appends.began):
            yield Divergence("inserted", row.fact, row.position, "leaf")
        else:
            looked.uncovered += 1
    while appends.next:
        yield from _compared(appends.next, within)
        within = []
        appends.go_on()
    yield from appends.damaged


def _rows(database: Database, end: int) -> Iterator[_Laid]:
    first = LOWEST
    while first <= end and (rows := database.laid(first, end, _ROWS)):
        yield from map(_laid, rows)
        first = rows[-1][0] + 1


def _laid(row: Laid) -> _Laid:
    position, stream, version, name, state, types = row
    columns = zip(_COLUMNS, types.split(), TYPES.split(), strict=True)
    odd = next((column for column, there, wanted in columns if there != wanted), "")
    if not odd:
        try:
            said = stream.decode(), name.decode()
        except UnicodeDecodeError as e:
            odd = "name" if e.object == name else "stream"
        else:
            leaf = leaf_of(said[0], version, said[1], state)
            return _Laid(position, said[0], version, said[1], leaf, "")
    leaf = sha256(repr(row[1:]).encode()).digest()
    return _Laid(position, _text(stream), version if isinstance(version, int) else 0, _text(name), leaf, odd)


def _text(value: object) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


class _Appends:
    """What each append kept, one after the other, up to the last one that is looked at."""

    def __init__(self, database: Database, until: int) -> None:
        """Stand at the first."""
        self.damaged: list[Divergence] = []
        self._each = self._read(database, until)
        self.next = next(self._each, None)
        self.began = self.next.first if self.next else None

    def go_on(self) -> None:
        """Stand at the next one."""
        self.next = next(self._each, None)

    def _read(self, database: Database, until: int) -> Iterator[_Append]:
        first = LOWEST
        while found := database.appends(first, _ROWS):
            for first, last, kept in found:
                if first > until:
                    return
                if isinstance(last, int) and isinstance(kept, bytes):
                    yield _Append(first, last, [kept[n : n + HASH_SIZE] for n in range(0, len(kept), HASH_SIZE)])
                else:
                    self.damaged.append(Divergence("leaves", f"#{first}", first, "leaf"))
            first += 1


def _numbered(row: _Laid, versions: dict[str, int]) -> Iterator[Divergence]:
    before = versions.get(row.stream, 0)
    if UNNAMEABLE & {*row.stream, *row.topic}:
        yield Divergence("strange", row.fact, row.position, "stream")
    if row.version > before + 1:
        missing = f"{row.stream}#{before + 1}"
        yield Divergence("missing", missing, row.position, "version", missing, row.fact)
    elif row.version <= before:
        yield Divergence("gap", row.fact, row.position, "version", f"{row.stream}#{before + 1}", row.fact)
    versions[row.stream] = max(before, row.version)


def _compared(kept: _Append, rows: Sequence[_Laid]) -> Iterator[Divergence]:
    leaves = [row.leaf for row in rows]
    if leaves == kept.leaves:
        return
    if len(leaves) == len(kept.leaves):
        for n, (row, was) in enumerate(zip(rows, kept.leaves, strict=True)):
            if row.leaf == was or row.odd:
                continue
            if row.leaf in kept.leaves:
                stood = str(kept.first + kept.leaves.index(row.leaf))
                yield Divergence("moved", row.fact, row.position, "position", stood, str(kept.first + n))
            else:
                yield _changed(row, was)
        return
    known, there = set(kept.leaves), set(leaves)
    for row in rows:
        if row.leaf not in known and not row.odd:
            yield _changed(row, b"") if len(leaves) < len(kept.leaves) else _inserted(row)
    for n, was in enumerate(kept.leaves):
        if was not in there:
            place = f"#{kept.first + n}"
            yield Divergence("missing", place, kept.first + n, "leaf", was.hex()[:SHOWN])


def _changed(row: _Laid, was: bytes) -> Divergence:
    return Divergence("changed", row.fact, row.position, "state", was.hex()[:SHOWN] or "-", row.leaf.hex()[:SHOWN])


def _inserted(row: _Laid) -> Divergence:
    return Divergence("inserted", row.fact, row.position, "leaf")
