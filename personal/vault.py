"""The vault of personal data (个人信息库): sealed names by reference, in tables beside the store; keys end them.

It is no view: no fact holds a name in the open, so none could build it anew.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Table, delete, insert, inspect, select

from domain.errors import BridgefundError
from domain.sealed import Sealed
from domain.store_address import store_settings
from personal.keyring import KEY_BYTES, KeyRing, OtherMasterKeyError
from personal.sealing import open_box, seal
from projections.people_names import ERASED, NAMES, SEALED, TABLES, names_engine, sweep
from projections.store import path_beside, writing


class Erasure(NamedTuple):
    """When a name was erased, and why."""

    at: datetime
    reason: str


class KeyElsewhereError(BridgefundError):
    """A name was to be erased where its key is not: nothing would be erased by it."""

    zh = "{reference} 有封存的姓名，但 {place} 里没有其密钥：请在存放密钥的机器上擦除，否则那里仍能读出"
    en = (
        "a name of {reference} is sealed, and its key is not in {place}: erase it where the keys lie, or it could "
        "still be read there"
    )


class Opened(NamedTuple):
    """What became of a sealed text: its words, or why there are none."""

    state: Literal["open", "erased", "sealed"]
    words: str = ""


@dataclass
class Vault:
    """The names beside one store, with the keys that open them."""

    store_url: str
    ring: KeyRing
    _keys: dict[str, bytes | None] = field(default_factory=dict, repr=False)
    _erased: dict[str, Erasure] | None = None

    def seal(self, reference: str, words: str, *, keep: bool = True) -> Sealed:
        """Return a text sealed for a person, whose key is made where there is none; kept as the name if none is.

        Without *keep* nothing is made or kept: only a text under a key that is there is the one it would be.

        Raises:
            NoMasterKeyError: If nothing can be sealed here.
        """
        if not keep:
            key = self.ring.key(reference) or secrets.token_bytes(KEY_BYTES)
            return Sealed(reference, seal(key, reference, words))
        self.ring.make(reference)
        with self._writing() as connection:
            # The key of now: nobody ends it while this is written.
            box = seal(self.ring.make(reference), reference, words)
            if self._readable(connection, reference) is None:
                _put(connection, reference, box)
        return Sealed(reference, box)

    def keep(self, reference: str, words: str) -> None:
        """Keep a person's name, in place of any before."""
        self.ring.make(reference)
        with self._writing() as connection:
            _put(connection, reference, seal(self.ring.make(reference), reference, words))

    def names(self) -> Mapping[str, str]:
        """Return the names that can be read here, by reference; each is opened when it is asked for."""
        plain, boxes = {}, {}
        with self._reading() as connection:
            if connection is not None:
                plain = {row.person: row.name for row in _rows(connection, NAMES)}
                boxes = {row.reference: row.box for row in _rows(connection, SEALED)}
        return _Names(plain, boxes, self._opened)

    def erasures(self) -> dict[str, Erasure]:
        """Return whose names were erased."""
        if self._erased is None:
            with self._reading() as connection:
                rows = [] if connection is None else _rows(connection, ERASED)
            self._erased = {row.reference: Erasure(datetime.fromisoformat(row.at), row.reason) for row in rows}
        return self._erased

    def open(self, sealed: Sealed) -> Opened:
        """Return what is sealed, or why it cannot be read: it was erased, or this machine lacks the key."""
        words = self._opened(sealed)
        if words is not None:
            return Opened("open", words)
        return Opened("erased" if sealed.reference in self.erasures() else "sealed")

    def has(self, reference: str) -> bool:
        """Tell whether there is anything to erase: a key, or a name that is kept."""
        if self.ring.has(reference):
            return True
        with self._reading() as connection:
            return connection is not None and any(
                reference in (row[0] for row in _rows(connection, table)) for table in (NAMES, SEALED)
            )

    def erase(self, reference: str, at: datetime, reason: str) -> bool:
        """Destroy a person's key and what is kept of the name, and note it; say whether there was anything.

        What is sealed in facts, copies and backups of the database can then be opened by nobody who has no copy of the
        key. Cut off in the middle it is done again: the key goes last, and as long as it is there, so does this.

        Raises:
            KeyElsewhereError: If a name is sealed here, and its key is not where the keys lie.
        """
        if not self.has(reference):
            return False
        with self._writing(take_over=False) as connection:
            sealed = connection.execute(delete(SEALED).where(SEALED.c.reference == reference)).rowcount > 0
            if sealed and not self.ring.has(reference):
                raise KeyElsewhereError(reference=reference, place=self.ring.folder or "BRIDGEFUND_PERSONAL_KEYS")
            connection.execute(delete(NAMES).where(NAMES.c.person == reference))
            connection.execute(delete(ERASED).where(ERASED.c.reference == reference))
            connection.execute(insert(ERASED).values(reference=reference, at=at.isoformat(), reason=reason))
        with names_engine(self.store_url) as engine:
            sweep(engine)
        with self._writing(take_over=False) as connection:  # With what another process kept under that key meanwhile.
            self.ring.destroy(reference)
            connection.execute(delete(SEALED).where(SEALED.c.reference == reference))
        self._keys.pop(reference, None)
        self._erased = None
        return True

    def _opened(self, sealed: Sealed) -> str | None:
        if not self.ring.has(sealed.reference):  # Looked at each time: another process may have destroyed it.
            self._keys.pop(sealed.reference, None)
            return None
        if sealed.reference not in self._keys:
            try:
                self._keys[sealed.reference] = self.ring.key(sealed.reference)
            except OtherMasterKeyError:  # It cannot be read here, as without any.
                self._keys[sealed.reference] = None
        key = self._keys[sealed.reference]
        return None if key is None else open_box(key, *sealed)

    def _readable(self, connection: Connection, reference: str) -> str | None:
        box = connection.execute(select(SEALED.c.box).where(SEALED.c.reference == reference)).scalar_one_or_none()
        self._keys.pop(reference, None)
        return None if box is None else self._opened(Sealed(reference, box))

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        file = store_settings(self.store_url).get("SQLITE_DBNAME", "")
        if file and not path_beside(Path(file), "names").is_file():
            yield None
            return
        with names_engine(self.store_url) as engine, engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, *, take_over: bool = True) -> Iterator[Connection]:
        with names_engine(self.store_url) as engine:
            TABLES.create_all(engine)
            with writing(engine) as connection:
                took = take_over and self._take_over(connection)
                yield connection
            if took:
                sweep(engine)

    def _take_over(self, connection: Connection) -> bool:
        """Seal the names of an earlier build, which stand in the open, and say whether there were any."""
        plain = _rows(connection, NAMES)
        for row in plain:
            if connection.execute(select(SEALED).where(SEALED.c.reference == row.person)).first() is None:
                _put(connection, row.person, seal(self.ring.make(row.person), row.person, row.name))
        connection.execute(delete(NAMES))
        return bool(plain)


def _put(connection: Connection, reference: str, box: str) -> None:
    connection.execute(delete(SEALED).where(SEALED.c.reference == reference))
    connection.execute(insert(SEALED).values(reference=reference, box=box))


def _rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table))) if inspect(connection).has_table(table.name) else []


class _Names(Mapping[str, str]):
    """Names by reference. A county has many households, and a page names a few: each is opened when it is asked for."""

    def __init__(
        self, plain: Mapping[str, str], boxes: Mapping[str, str], opened: Callable[[Sealed], str | None]
    ) -> None:
        self._plain, self._boxes, self._opened = plain, boxes, opened

    def __getitem__(self, reference: str) -> str:
        words = self._opened(Sealed(reference, self._boxes[reference])) if reference in self._boxes else None
        return self._plain[reference] if words is None else words

    def __iter__(self) -> Iterator[str]:
        return (reference for reference in {**self._plain, **self._boxes} if reference in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
