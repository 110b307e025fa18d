"""Keys of the seal (封印密钥): the log's own and its witnesses', each in a file outside the store.

Only its owner can read one; it holds its key, and the notes by which earlier keys of its name handed over to it.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.verify import (
    COSIGNS,
    SIGNS,
    NoteError,
    Verifier,
    read_note,
    read_verifier,
    signature_line,
    signed_by,
    verifier,
)
from domain.errors import BadInputError

OWNER_ONLY = 0o600
KINDS = {"log": SIGNS, "witness": COSIGNS}
ROTATION = "bridgefund key rotation"
Kind = Literal["log", "witness"]


@dataclass(frozen=True)
class SealKey:
    """A private key by its name, such as `ledger.county.example`, and how it came to be the one in use."""

    name: str
    kind: Kind
    private: Ed25519PrivateKey
    rotations: tuple[str, ...] = ()

    @property
    def verifier(self) -> Verifier:
        """Return its public half."""
        return verifier(self.name, KINDS[self.kind], self.private.public_key().public_bytes_raw())

    def signature(self, text: str) -> str:
        """Return its signature of a note's *text*, as a line."""
        return signature_line(self.verifier, self.private.sign(text.encode()))

    def trusted(self) -> list[Verifier]:
        """Return the public halves of this key and of all before it: what they sealed stays sealed."""
        return [self.verifier, *(old for old, _ in map(read_rotation, self.rotations))]


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature holds: as `verify.is_signed`, and a hundred times as fast."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_key(
    file: Path, name: str, kind: Kind = "log", after: SealKey | None = None, at: datetime | None = None
) -> SealKey:
    """Make a key in a new file; *after* another, whose name it takes, with the note by which that one hands over.

    Raises:
        BadInputError: If the file is there or cannot be written, or the name cannot stand in a note.
    """
    if not name or len(name) > 200 or any(c.isspace() or c == "+" or not c.isprintable() for c in name):  # noqa: PLR2004
        raise BadInputError("NAME", f"{name!r}: 1 to 200 characters without spaces and + / 不含空格和 +")
    private = Ed25519PrivateKey.generate()
    made = SealKey(name, kind, private, after.rotations if after else ())
    if after:
        assert at is not None
        text = f"{ROTATION}\n{name}\n{after.verifier}\n{made.verifier}\nat {at.isoformat()}\n"
        note = f"{text}\n{after.signature(text)}{made.signature(text)}"
        made = SealKey(name, kind, private, (*after.rotations, note))
    _write(file, made)
    return made


def _write(file: Path, made: SealKey) -> None:
    held = {
        "name": made.name,
        "kind": made.kind,
        "private_key": made.private.private_bytes_raw().hex(),
        "verifier": str(made.verifier),
        "rotations": list(made.rotations),
    }
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as e:
        raise BadInputError(str(file), str(e.strerror)) from e
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(held, out, ensure_ascii=False, indent=1)


def read_key(file: Path) -> SealKey:
    """Return the key in a file.

    Raises:
        BadInputError: If it is none, or others than its owner can read it.
    """
    try:
        if file.stat().st_mode & 0o077:
            raise BadInputError(str(file), "others can read it: chmod 600 / 他人可读，请 chmod 600")
        data = json.loads(file.read_text(encoding="utf-8"))
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(data["private_key"]))
        kind: Kind = "witness" if KINDS[data["kind"]] == COSIGNS else "log"
        return SealKey(str(data["name"]), kind, private, tuple(map(str, data["rotations"])))
    except OSError as e:
        raise BadInputError(str(file), str(e.strerror)) from e
    except (ValueError, KeyError, TypeError) as e:
        raise BadInputError(str(file), f"no seal key, see `bridgefund keys new` / 不是封印密钥文件: {e}") from e


def read_rotation(text: str) -> tuple[Verifier, Verifier]:
    """Return from which key to which a note hands over.

    Raises:
        NoteError: If it is no such note, or either signature is missing or does not hold.
    """
    note = read_note(text)
    lines = note.text.split("\n")
    if len(lines) < 5 or lines[0] != ROTATION:  # noqa: PLR2004 - its five lines
        raise NoteError("no key rotation")
    old, new = read_verifier(lines[2]), read_verifier(lines[3])
    if {old, new} - set(signed_by(note, (old, new), holds)) or {old.name, new.name} != {lines[1]}:
        raise NoteError(f"the rotation of {lines[1]} is not signed by both keys")
    return old, new


def trusted_before(trusted: Iterable[Verifier], rotations: Sequence[str]) -> list[Verifier]:
    """Return the keys that handed over to *trusted* ones, one before the other: what they sealed stays sealed.

    Raises:
        NoteError: If a rotation is none, or a signature of it does not hold.
    """
    known, found = list(trusted), list[Verifier]()
    for old, new in reversed([read_rotation(text) for text in rotations]):
        if new in (*known, *found) and old not in (*known, *found):
            found.append(old)
    return found


def trusted_from(trusted: Iterable[Verifier], rotations: Sequence[str]) -> list[Verifier]:
    """Return *trusted* keys and those that they handed over to, one after the other.

    Raises:
        NoteError: If a rotation is none, or a signature of it does not hold.
    """
    known = list(trusted)
    left = [read_rotation(text) for text in rotations]
    while following := [pair for pair in left if pair[0] in known and pair[1] not in known]:
        known += [new for _, new in following]
    return known
