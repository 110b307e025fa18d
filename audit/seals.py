"""Seals (封印) as a store keeps them: its signed checkpoints, the keys that signed them; tables beside the log.

They are copies: who has the store in hand can change them. What counts is what lies outside, with a witness.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audit.seal_keys import read_rotation
from audit.seal_refusals import DamagedSealError
from audit.verify import Checkpoint, Note, NoteError, Verifier, read_checkpoint, read_note, read_verifier
from domain.errors import StoreUnreachableError
from domain.ledger import LOOK_ERRORS, Ledger
from domain.log_reading import StoredLog

CREATE_SEALS = (
    "CREATE TABLE IF NOT EXISTS ledger_seals "
    "(size BIGINT NOT NULL PRIMARY KEY, position BIGINT NOT NULL, note TEXT NOT NULL)"
)
CREATE_KEYS = (
    "CREATE TABLE IF NOT EXISTS ledger_seal_keys (verifier TEXT NOT NULL PRIMARY KEY, rotations TEXT NOT NULL)"
)


@dataclass(frozen=True)
class Signed:
    """A checkpoint with its signatures, byte for byte."""

    text: str

    @property
    def note(self) -> Note:
        """Return it as a signed note."""
        return read_note(self.text)

    @property
    def checkpoint(self) -> Checkpoint:
        """Return what it says."""
        return read_checkpoint(self.note.text)

    @property
    def claim(self) -> Checkpoint:
        """Return what it says of the log, its moment aside: of one size a log may only ever say one thing."""
        return self.checkpoint._replace(at="")


@dataclass(frozen=True)
class Seal(Signed):
    """A checkpoint as a store keeps it, with the position in the log of the last fact under it."""

    position: int = 0  # Unknown of one that was kept elsewhere.

    @property
    def on(self) -> date:
        """Return the day on which it was made."""
        return datetime.fromisoformat(self.checkpoint.at).date()


@dataclass(frozen=True)
class Damaged:
    """What stands in the place of a seal over *size* facts, and is none."""

    size: object
    reason: str


_BROKEN = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def _seal(size: object, position: Any, text: Any) -> Seal | Damaged:
    try:
        seal = Seal(text, int(position))
        if seal.checkpoint.size != size:
            raise NoteError(f"it says {seal.checkpoint.size} facts")
        _ = seal.on
    except _BROKEN as error:
        return Damaged(size, str(error))
    return seal


def _sound(found: Seal | Damaged) -> Seal:
    if isinstance(found, Damaged):
        raise DamagedSealError(which=found.size, reason=found.reason)
    return found


class Seals:
    """The seals of one store, over its ledger's connections."""

    def __init__(self, ledger: Ledger) -> None:
        """Hold the log that they stand beside."""
        self._log: StoredLog = ledger.stored
        self._place = ledger.place

    def all(self) -> list[Seal]:
        """Return every seal, the smallest first; none where nothing was ever sealed.

        Raises:
            DamagedSealError: If one is none.
        """
        return [_sound(found) for found in self.each()]

    def each(self) -> Iterator[Seal | Damaged]:
        """Yield every seal, the smallest first, and what stands there as one and is none."""
        for size, position, text in self._look("SELECT size, position, note FROM ledger_seals ORDER BY size"):
            yield _seal(size, position, text)

    def last(self) -> Seal | None:
        """Return the seal over the most facts, if there is one.

        Raises:
            DamagedSealError: If it is none.
        """
        found = self._look("SELECT size, position, note FROM ledger_seals ORDER BY size DESC LIMIT 1")
        return _sound(_seal(*found[0])) if found else None

    def keys(self) -> tuple[list[Verifier], list[str]]:
        """Return the keys that sealed here, the first one first, and the notes by which they handed over.

        Raises:
            DamagedSealError: If that is not what stands there.
        """
        found = self._look("SELECT verifier, rotations FROM ledger_seal_keys")
        try:
            held = sorted((len(json.loads(text)), key, text) for key, text in found)
            rotations = json.loads(held[-1][2]) if held else []
            for rotation in rotations:
                read_rotation(rotation)
            return [read_verifier(key) for _, key, _ in held], rotations
        except _BROKEN as error:
            raise DamagedSealError(which="ledger_seal_keys", reason=error) from error

    def add(self, seal: Seal, key: Verifier, rotations: Sequence[str]) -> Seal:
        """Keep a new seal and its key; return it, or the one of its size that somebody made meanwhile: that stands."""
        self._put(seal, key, rotations, "NOTHING")
        kept = (one for one in self.each() if isinstance(one, Seal) and one.checkpoint.size == seal.checkpoint.size)
        return next(kept, seal)

    def put(self, seal: Seal, key: Verifier, rotations: Sequence[str]) -> None:
        """Keep a seal and its key; one of the same size is replaced, with whatever signatures it has now."""
        self._put(seal, key, rotations, "UPDATE SET note = excluded.note")

    def _put(self, seal: Seal, key: Verifier, rotations: Sequence[str], where_there_is_one: str) -> None:
        mark = self._log.mark
        known = f"INSERT INTO ledger_seal_keys (verifier, rotations) VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"  # noqa: S608
        kept = (
            f"INSERT INTO ledger_seals (size, position, note) VALUES ({mark}, {mark}, {mark}) "  # noqa: S608
            f"ON CONFLICT (size) DO {where_there_is_one}"
        )
        self._log.write(
            (CREATE_SEALS, ()),
            (CREATE_KEYS, ()),
            (known, (str(key), json.dumps(list(rotations)))),
            (kept, (seal.checkpoint.size, seal.position, seal.text)),
        )

    def sign(self, seal: Seal) -> None:
        """Keep a seal's text with whatever signatures it has now, where there is one of its size."""
        mark = self._log.mark
        kept = f"UPDATE ledger_seals SET note = {mark} WHERE size = {mark}"  # noqa: S608
        self._log.write((kept, (seal.text, seal.checkpoint.size)))

    def _look(self, statement: str) -> list[Any]:
        """Return what *statement* selects, nothing in a store that nobody sealed: it has no such tables."""
        table = statement.split(" FROM ")[1].split(maxsplit=1)[0]
        try:
            return self._log.look(statement, ()) if self._log.has(table) else []
        except LOOK_ERRORS as error:
            raise StoreUnreachableError(place=self._place, reason=error) from error
