"""The keys of persons and households: each in a small file of its own, outside the database, under one master key.

In a database an erased row stays for a while, in free pages, dead tuples, the write-ahead log and every dump. A file is
overwritten and unlinked, and no database's backup holds it.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import BridgefundError

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700
KEY_BYTES = 32
NONCE_BYTES = 12
_FIELD = "bridgefund_master_key"


class NoMasterKeyError(BridgefundError):
    """Nothing personal can be sealed here: there is no master key, or it is not said where the keys lie."""

    zh = (
        "本机没有个人信息主密钥，不能封存姓名：请设 BRIDGEFUND_PERSONAL_KEY=文件（库外、仅本人可读，"
        "用 bridgefund key master 文件 生成）；PostgreSQL 库另设 BRIDGEFUND_PERSONAL_KEYS=文件夹"
    )
    en = (
        "no master key of personal data here, so no name can be sealed: set BRIDGEFUND_PERSONAL_KEY to its file, "
        "outside the store (`bridgefund key master FILE` makes one); for a PostgreSQL store also "
        "BRIDGEFUND_PERSONAL_KEYS to a folder"
    )


class KeyFileError(BridgefundError):
    """A file of keys cannot be read or written, or is none."""

    zh = "个人信息密钥文件 {place}：{reason}"
    en = "file of personal keys {place}: {reason}"


class OtherMasterKeyError(BridgefundError):
    """A person's key was wrapped by another master key than the one that is set."""

    zh = "{reference} 的密钥不是用这把主密钥（{place}）封存的；请改用当初的主密钥"
    en = "the key of {reference} was wrapped by another master key than {place}: use the one of then"


@dataclass(frozen=True)
class KeyRing:
    """Where the master key is, and the folder of the persons' keys; None where it is not said."""

    master: Path | None
    folder: Path | None
    may_make: bool = False  # Whether a master key may be made on first use: of a sample store.

    def key(self, reference: str) -> bytes | None:
        """Return the key of a person, or None: it was never made, was destroyed, or there is no master key.

        Raises:
            KeyFileError: If a file is there and is no key, or may be read by others.
            OtherMasterKeyError: If it was wrapped by another master key.
        """
        file, master = self._file(reference), self._master()
        if file is None or master is None:
            return None
        try:
            wrapped = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as e:
            raise KeyFileError(place=file, reason=e.strerror) from e
        return self._unwrapped(reference, wrapped, master)

    def make(self, reference: str) -> bytes:
        """Return the key of a person, made now where there is none.

        Raises:
            NoMasterKeyError: If there is no master key, or no folder is named.
        """
        if (key := self.key(reference)) is not None:
            return key
        file, master = self._file(reference), self._master() or self._made_master()
        if file is None:
            raise NoMasterKeyError
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + AESGCM(master).encrypt(nonce, secrets.token_bytes(KEY_BYTES), reference.encode())
        with _told(file):
            file.parent.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
            # Linked whole: of two that make one at once the second finds the first's, and nobody reads half a key.
            part = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
            _write_new(part, wrapped)
            try:
                os.link(part, file)
            except FileExistsError:
                wrapped = file.read_bytes()
            finally:
                part.unlink()
            _sync(file.parent)
        return self._unwrapped(reference, wrapped, master)

    def has(self, reference: str) -> bool:
        """Tell whether there is a key of a person; the master key is not needed."""
        file = self._file(reference)
        return file is not None and file.is_file()

    def destroy(self, reference: str) -> bool:
        """Destroy the key of a person, and say whether there was one; the master key is not needed.

        Raises:
            KeyFileError: If the file cannot be written.
        """
        file = self._file(reference)
        if file is None or not file.is_file():
            return False
        with _told(file):
            with file.open("r+b") as out:  # In place, where the disk allows it; what is wrapped needs the master too.
                out.write(bytes(len(file.read_bytes())))
                out.flush()
                os.fsync(out.fileno())
            file.unlink()
            _sync(file.parent)
        return True

    def _file(self, reference: str) -> Path | None:
        # In hex: not every disk tells small letters from capitals.
        return self.folder / f"{reference.encode().hex()}.key" if self.folder else None

    def _master(self) -> bytes | None:
        return read_master(self.master) if self.master and self.master.is_file() else None

    def _made_master(self) -> bytes:
        if self.master is None or self.folder is None or not self.may_make:
            raise NoMasterKeyError
        return make_master(self.master)

    def _unwrapped(self, reference: str, wrapped: bytes, master: bytes) -> bytes:
        nonce, box = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return AESGCM(master).decrypt(nonce, box, reference.encode())
        except (InvalidTag, ValueError) as e:
            raise OtherMasterKeyError(reference=reference, place=self.master) from e


def make_master(file: Path) -> bytes:
    """Make a master key in a new file that only its owner can read.

    Raises:
        KeyFileError: If the file is there, or cannot be written.
    """
    key = secrets.token_bytes(KEY_BYTES)
    with _told(file):
        _write_new(file, json.dumps({_FIELD: key.hex()}).encode())
    return key


def read_master(file: Path) -> bytes:
    """Return the master key in a file.

    Raises:
        KeyFileError: If it is none, or others than its owner may read it.
    """
    with _told(file):
        if file.stat().st_mode & 0o077:
            raise KeyFileError(place=file, reason="chmod 600：他人可读 / others may read it")
        try:
            key = bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))[_FIELD])
        except (ValueError, KeyError, TypeError) as e:
            raise KeyFileError(place=file, reason="不是主密钥 / no master key") from e
    if len(key) != KEY_BYTES:
        raise KeyFileError(place=file, reason="不是主密钥 / no master key")
    return key


def _write_new(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise KeyFileError(place=file, reason=e.strerror) from e
