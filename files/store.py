"""The file store (文件库): a folder or a bucket, in which each file lies once, under its SHA-256, and is never changed.

A file is written under a name of its own in `incoming`, and becomes visible whole or not at all. Doors put files here
before they ask for the fact; the ledger holds the digest.
"""

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

import fsspec  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from domain.errors import BadInputError, BridgefundError

CHUNK_BYTES = 1 << 20
INCOMING = "incoming"
_STORED = re.compile(r"(?:^|/)([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})\Z")
SQLITE = "sqlite:///"


class FileStoreError(BridgefundError):
    """The file store does not answer, or something in it cannot be read. Asking again may help."""

    temporary = True
    zh = "文件库 {place} 无法使用：{reason}"
    en = "the file store {place} cannot be used: {reason}"


@dataclass(frozen=True)
class Measured:
    """What a file is: its SHA-256 in hex, and its size in bytes."""

    digest: str
    size_bytes: int


def files_url(given: str | None, ledger_url: str) -> str | None:
    """Return where the files of a ledger lie: as given, else beside an SQLite ledger; None where nobody says."""
    path = ledger_url.removeprefix(SQLITE)
    return given or (f"{path}.files" if path and path != ledger_url else None)


class FileStore:
    """The files at one place: a folder, or what fsspec knows by its address, such as `s3://bucket/folder`."""

    def __init__(self, url: str) -> None:
        """Know the place. Nothing is made there before the first file.

        Raises:
            BadInputError: If the address is of a kind that is not known, or not installed.
        """
        try:
            self._fs, self._root = fsspec.url_to_fs(url)
        except (ValueError, ImportError) as e:
            raise BadInputError("BRIDGEFUND_FILES", f"{url!r}: {e}") from e
        self.url = url
        # What a bucket's client says is no OSError. It is loaded only where a bucket was named.
        bucket = sys.modules.get("botocore.exceptions")
        self._errors: tuple[type[Exception], ...] = (OSError, *((bucket.BotoCoreError,) if bucket else ()))

    def put(
        self, stream: IO[bytes], check: Callable[[int], None], told: Callable[[int], None] = lambda _: None
    ) -> Measured:
        """Store what *stream* holds, and return what it is. What is stored already is not written again.

        *check* is given how many bytes have come after each piece, and at the end: what it raises ends the writing,
        and nothing of the file is visible then. *told* hears the same.

        Raises:
            FileStoreError: If the store cannot be written to.
        """
        with self._reachable():
            self._make_folder(f"{self._root}/{INCOMING}")
            incoming = f"{self._root}/{INCOMING}/{secrets.token_hex(16)}"
            try:
                measured = self._write(incoming, stream, check, told)
                if self.size(measured.digest) is None:
                    self._make_folder(self._place(measured.digest).rpartition("/")[0])
                    self._fs.mv(incoming, self._place(measured.digest))
            finally:
                with suppress(FileNotFoundError):
                    self._fs.rm_file(incoming)
        return measured

    def _write(
        self, place: str, stream: IO[bytes], check: Callable[[int], None], told: Callable[[int], None]
    ) -> Measured:
        digest, seen = sha256(), 0
        with self._fs.open(place, "wb") as out:
            while chunk := _read(stream):
                seen += len(chunk)
                check(seen)
                digest.update(chunk)
                out.write(chunk)
                told(seen)
            check(seen)
            if isinstance(self._fs, LocalFileSystem):
                # On the disk before it has its name: what is named is whole, even after the power went.
                out.flush()
                os.fsync(out.fileno())
        return Measured(digest.hexdigest(), seen)

    def size(self, digest: str) -> int | None:
        """Return the size of a stored file in bytes, or None if it is not there.

        Raises:
            FileStoreError: If the store does not answer.
        """
        with self._reachable():
            self._fs.invalidate_cache()
            try:
                return int(self._fs.info(self._place(digest))["size"])
            except (FileNotFoundError, NotADirectoryError):  # Also where a file lies in a folder's place.
                return None

    @contextmanager
    def open(self, digest: str) -> Iterator[IO[bytes]]:
        """Open a stored file for reading.

        Raises:
            FileStoreError: If it cannot be read.
        """
        with self._reachable(), self._fs.open(self._place(digest), "rb") as stream:
            yield stream

    def measure(self, digest: str, told: Callable[[int], None] = lambda _: None) -> Measured:
        """Read a stored file through and return what it really is.

        Raises:
            FileStoreError: If it cannot be read.
        """
        with self.open(digest) as stream:
            found, seen = sha256(), 0
            while chunk := stream.read(CHUNK_BYTES):
                found.update(chunk)
                seen += len(chunk)
                told(seen)
            return Measured(found.hexdigest(), seen)

    def stored(self) -> Iterator[str]:
        """Yield the digest of every stored file.

        Raises:
            FileStoreError: If the store does not answer.
        """
        with self._reachable():
            self._fs.invalidate_cache()
            for path in self._fs.find(self._root) if self._fs.exists(self._root) else ():
                if match := _STORED.search(path):
                    yield match[3]

    def unfinished(self) -> int:
        """Return how many uploads were broken off and left something in `incoming`.

        Raises:
            FileStoreError: If the store does not answer.
        """
        with self._reachable():
            incoming = f"{self._root}/{INCOMING}"
            return len(self._fs.find(incoming)) if self._fs.exists(incoming) else 0

    def _place(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:4]}/{digest}"

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except self._errors as e:
            raise FileStoreError(place=self.url, reason=getattr(e, "strerror", None) or str(e)) from e

    def _make_folder(self, path: str) -> None:
        # In a bucket there are none, and asked for one the library would make a bucket of a misspelt name.
        if isinstance(self._fs, LocalFileSystem):
            self._fs.makedirs(path, exist_ok=True)


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except OSError as e:  # Of what is handed in, not of the store.
        raise BadInputError(str(getattr(stream, "name", "FILE")), e.strerror or str(e)) from e
