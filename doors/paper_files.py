"""Files on their way into the file store and out of it, as both doors take them: checked, streamed, told of."""

from collections.abc import Callable
from hashlib import sha256
from typing import IO

from domain.errors import BadInputError
from domain.file_checks import check_name, check_size, check_type
from domain.paper_refusals import FileDiffersError, FileMissingError
from domain.policy.files import FileRule
from domain.words import Both
from doors.texts import t
from files.kinds import type_of
from files.store import CHUNK_BYTES, FileStore, Measured, files_url
from settings import Settings

Told = Callable[[int], None]


def file_store(settings: Settings, ledger_url: str) -> FileStore:
    """Return the file store of a ledger.

    Raises:
        BadInputError: If nobody says where it is.
    """
    url = files_url(settings.files, ledger_url)
    if url is None:
        said = "须设为文件夹或 s3://桶/文件夹", "set it to a folder or to s3://bucket/folder"
        raise BadInputError("BRIDGEFUND_FILES", t(*said))
    return FileStore(url)


def checked(stream: IO[bytes], name: str, rule: FileRule) -> str:
    """Return the type of what a seekable stream holds, by its content; the stream is at its beginning again.

    Raises:
        RefusedError: If name, size or type is not what a paper's file must have.
    """
    check_name(name)
    check_size(name, stream.seek(0, 2), rule)
    media_type = type_of(stream)
    check_type(name, media_type, rule)
    stream.seek(0)
    return media_type


def stored(
    store: FileStore, stream: IO[bytes], name: str, rule: FileRule, told: Told = lambda _: None
) -> tuple[Measured, str]:
    """Put what a seekable stream holds into the store; return what it is, and its type by content.

    Raises:
        RefusedError: If it is not what a paper's file must be. Then nothing of it is stored.
    """
    media_type = checked(stream, name, rule)
    # Asked again of what is read: a file may grow meanwhile.
    return store.put(stream, lambda seen: check_size(name, seen, rule), told), media_type


def measured(stream: IO[bytes]) -> Measured:
    """Return what a seekable stream holds; it is at its beginning again."""
    stream.seek(0)
    digest, seen = sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        seen += len(chunk)
    stream.seek(0)
    return Measured(digest.hexdigest(), seen)


def fetched(store: FileStore, digest: str, write: Callable[[bytes], object], told: Told = lambda _: None) -> None:
    """Hand a stored file to *write*, piece by piece. What was written is the file only when this has returned.

    Raises:
        FileMissingError: If it is not in the store.
        FileDiffersError: If what lies there is not what its digest says.
    """
    if store.size(digest) is None:
        raise FileMissingError(digest=digest)
    found, seen = sha256(), 0
    with store.open(digest) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            found.update(chunk)
            write(chunk)
            seen += len(chunk)
            told(seen)
    if found.hexdigest() != digest:
        what = Both("摘要", "digest")
        raise FileDiffersError(digest=digest, what=what, found=found.hexdigest(), asked=digest)
