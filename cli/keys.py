"""`bridgefund key`: a person's own signing key, in a file that only its owner can read."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cli.clock import business_now
from cli.errors import exits_on_error
from cli.stores import open_store
from cli.texts import t
from domain.act import Act
from domain.calendar import day_of
from domain.cases import STORE, mandates_stream, parse_case
from domain.errors import BadInputError, RefusedError
from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import KeyRegistered, RegisterKey
from domain.signature import digest_of
from domain.store import STORE as STORE_DECIDER

DOOR = "cli"
OWNER_ONLY = 0o600
_FIELDS = ("key_id", "person", "private_key")
_OPERATOR = "operator"

app = typer.Typer(help=t("签名密钥：生成、登记", "signing keys: make, register"), no_args_is_help=True)


class KeysKnownError(RefusedError):
    """A key was to be registered unsigned where keys that could sign for it are known."""

    zh = "{county} 已有登记的密钥；新密钥须由已登记的人签名登记"
    en = "{county} has registered keys; a new one must be registered by somebody whose key is known"


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


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help=t("要写的文件", "the file to write"))],
    *,
    person: Annotated[str, typer.Option(help=t("人员编号", "the person's opaque id"))],
) -> None:
    """生成一把密钥，存为仅本人可读的文件。 / Make a key, in a file that only its owner can read.

    例 / example: bridgefund key new my.key --person p-117
    """
    with exits_on_error():
        made = make_key(file, person)
    typer.echo(f"{made.key_id} {made.public_hex}")


def make_key(file: Path, person: str) -> KeyFile:
    """Make a key of a person, and write it into a new file that only its owner can read.

    Raises:
        BadInputError: If the file is there, or cannot be written, or the person is none.
    """
    _check_person(person)
    key = Ed25519PrivateKey.generate()
    made = KeyFile(f"{person}-{digest_of(_raw(key).hex())[:8]}", person, key)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as e:
        raise BadInputError(str(file), str(e.strerror)) from e
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump({"key_id": made.key_id, "person": person, "private_key": _raw(key).hex()}, out)
    return made


@app.command()
def register(
    county: Annotated[str, typer.Argument(help=t("县名", "county id"))],
    file: Annotated[Path, typer.Argument(help=t("密钥文件", "the key file"))],
    *,
    store: Annotated[str | None, typer.Option(help=t("库的地址", "the store's URL"))] = None,
) -> None:
    """登记密钥：样例库随时可以；正式库只有第一把。 / Register a key: on a sample, or the first of a county.

    例 / example: bridgefund key register sample my.key
    """
    with exits_on_error(), open_store(store) as ledger:
        key_file = read_key(file)
        _check_person(key_file.person)  # A key of nobody's would sign for everybody, as a door's does.
        _register(ledger, county, key_file)
    typer.echo(t(f"已登记 {key_file.key_id}", f"registered {key_file.key_id}"))


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


def _check_person(person: str) -> None:
    try:
        parse_case(f"any/people/{person}")
    except BadInputError as e:
        said = f"{person!r} 不是人员编号：字母、数字、. _ -", f"{person!r} is no person's id: letters, digits, . _ -"
        raise BadInputError("person", t(*said)) from e


def _register(ledger: Ledger, county: str, key_file: KeyFile) -> None:
    stream = mandates_stream(county)
    sample = ledger.state(STORE_DECIDER, STORE).sample
    # The first key of a county is taken on trust from whoever has the ledger in hand; the rest are signed for.
    if sample is None and ledger.state(MANDATE, stream).keys:
        raise KeysKnownError(county=county)
    now = business_now(ledger)
    command_id = f"{county}:key:{key_file.key_id}"
    act = Act(command_id, digest_of(key_file.public_hex), _OPERATOR, _OPERATOR, _OPERATOR, DOOR, day_of(now), now)
    fact = KeyRegistered(act, county, key_file.key_id, key_file.public_hex, DOOR, key_file.person)
    ledger.execute(Step(stream, RegisterKey(act, fact)))


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
