"""A person's signing key in a file that only its owner can read, and how a key is registered where nobody signs for it.

Both doors keep such files: at the command line each person's own, in the console one for each who signs in there.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from domain.act import Act
from domain.calendar import day_of
from domain.cases import mandates_stream, parse_case
from domain.errors import BadInputError
from domain.ledger import Step
from domain.mandate_facts import KeyRegistered, RegisterKey
from domain.rehearsing import Desk
from domain.signature import digest_of
from doors.texts import t

OWNER_ONLY = 0o600
_FIELDS = ("key_id", "person", "private_key")
_OPERATOR = "operator"


@dataclass(frozen=True)
class KeyFile:
    """What a key file holds."""

    key_id: str
    person: str
    key: Ed25519PrivateKey

    @property
    def public_hex(self) -> str:
        """Return the public half, in hex."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make_key(file: Path, person: str) -> KeyFile:
    """Make a key of a person, and write it into a new file that only its owner can read.

    Raises:
        BadInputError: If the file is there, or cannot be written, or the person is none.
    """
    check_person(person)
    key = Ed25519PrivateKey.generate()
    made = KeyFile(f"{person}-{digest_of(_raw(key).hex())[:8]}", person, key)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as e:
        raise BadInputError(str(file), str(e.strerror)) from e
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump({"key_id": made.key_id, "person": person, "private_key": _raw(key).hex()}, out)
    return made


def read_key(file: Path) -> KeyFile:
    """Return the key in a file.

    Raises:
        BadInputError: If it is none.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        key_id, person, private = (data[field] for field in _FIELDS)
        return KeyFile(key_id, person, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)))
    except OSError as e:
        raise BadInputError(str(file), str(e.strerror)) from e
    except (ValueError, KeyError, TypeError) as e:
        fields = ", ".join(_FIELDS)
        raise BadInputError(str(file), t(f"不是密钥文件（{fields}）：{e}", f"not a key file ({fields}): {e}")) from e


def check_person(person: str) -> None:
    """Check that a word may be a person's id.

    Raises:
        BadInputError: If not.
    """
    try:
        parse_case(f"any/people/{person}")
    except BadInputError as e:
        said = f"{person!r} 不是人员编号：字母、数字、. _ -", f"{person!r} is no person's id: letters, digits, . _ -"
        raise BadInputError("person", t(*said)) from e


def register_unsigned(
    desk: Desk, county: str, key_id: str, public_hex: str, person: str, door: str, now: datetime
) -> None:
    """Register a key as the operator's act, signed by nobody: whoever calls this says why that is right.

    Raises:
        RepeatDiffersError: If the key's id is registered with another content.
    """
    command_id = f"{county}:key:{key_id}"
    act = Act(command_id, digest_of(public_hex), _OPERATOR, _OPERATOR, _OPERATOR, door, day_of(now), now)
    fact = KeyRegistered(act, county, key_id, public_hex, door, person)
    desk.transact(lambda _: (Step(mandates_stream(county), RegisterKey(act, fact)),))


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
