"""Signatures of notes: each judged by the keys that are known, and those of two copies of a note brought together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.seal_keys import SealKey, holds
from audit.verify import (
    COSIGNS,
    Note,
    NoteError,
    Signature,
    Verifier,
    cosigned_text,
    read_note,
    signature_line,
    signed_by,
)

TIME_SIZE = 8


@dataclass(frozen=True)
class Judged:
    """One signature: its key, where that is known, and whether it holds (None where nobody can say)."""

    name: str
    key_id: str
    key: Verifier | None
    holds: bool | None
    at: datetime | None = None  # When a witness countersigned.

    @property
    def is_witness(self) -> bool:
        """Return whether it is known to be a witness's."""
        return self.key is not None and self.key.kind == COSIGNS


def judged(note: Note, keys: Sequence[Verifier]) -> list[Judged]:
    """Return each signature of a note with what the known *keys* say of it."""
    return [_judged(note, one, keys) for one in note.signatures]


def _judged(note: Note, one: Signature, keys: Sequence[Verifier]) -> Judged:
    key = next((key for key in keys if (key.name, key.key_id) == (one.name, one.key_id)), None)
    if key is None:
        return Judged(one.name, one.key_id.hex(), None, None)
    return Judged(one.name, one.key_id.hex(), key, _holds(note, one, key), _moment(one, key))


def _holds(note: Note, one: Signature, key: Verifier) -> bool:
    try:
        return signed_by(Note(note.text, (one,)), [key], holds) == [key]
    except NoteError:
        return False


def _moment(one: Signature, key: Verifier) -> datetime | None:
    seconds = int.from_bytes(one.signed[:TIME_SIZE], "big")
    return datetime.fromtimestamp(seconds, UTC) if key.kind == COSIGNS and seconds < 1 << 35 else None


def cosigned(note: Note, key: SealKey, moment: datetime) -> str:
    """Return a witness's countersignature of a note, made at a *moment*, as a line (cosignature/v1)."""
    seconds = int(moment.timestamp())
    signed = key.private.sign(cosigned_text(note.text, seconds).encode())
    return signature_line(key.verifier, seconds.to_bytes(TIME_SIZE, "big") + signed)


def lines_of(text: str) -> list[str]:
    """Return the lines of a signed note's signatures."""
    return [f"{line}\n" for line in text.rpartition("\n\n")[2][:-1].split("\n")]


def joined(text: str, lines: Iterable[str]) -> str:
    """Return a signed note with those signature *lines* that it lacks."""
    there = set(lines_of(text))
    return text + "".join(line for line in dict.fromkeys(lines) if line not in there)


def lines_by(text: str, keys: Sequence[Verifier], *, hold: bool = True) -> list[str]:
    """Return the signature lines of a note that claim to be of one of *keys*: those that hold, or those that do not."""
    found = zip(lines_of(text), judged(read_note(text), keys), strict=True)
    return [line for line, one in found if one.holds is hold]


def without(text: str, lines: Iterable[str]) -> str:
    """Return a signed note without some of its signature *lines*."""
    gone = set(lines)
    return f"{read_note(text).text}\n" + "".join(line for line in lines_of(text) if line not in gone)
