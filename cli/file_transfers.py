"""Files on their way between a person's folder and the file store: checked, streamed, with a bar if it takes long."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import IO

from cli.reading import bar_if_slow
from cli.texts import t
from domain.errors import BadInputError
from domain.file_checks import check_name, check_size, check_type
from domain.paper_refusals import FileDiffersError, FileMissingError
from domain.papers import PaperAttached
from domain.policy.files import FileRule
from domain.words import Both
from files.kinds import type_of
from files.store import CHUNK_BYTES, FileStore, Measured, files_url
from settings import Settings


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


def stored(store: FileStore, file: Path, name: str, rule: FileRule) -> tuple[Measured, str]:
    """Put a file into the store, and return what it is and its type by content.

    Raises:
        RefusedError: If it is not what a paper's file must be. Then nothing of it is stored.
        BadInputError: If it cannot be read.
    """
    check_name(name)
    try:
        if not file.is_file():
            raise BadInputError(str(file), t("没有这个文件", "there is no such file"))
        stream = file.open("rb")
    except OSError as e:
        raise BadInputError(str(file), e.strerror or str(e)) from e
    with stream, bar_if_slow(t("存入文件", "storing the file")) as told:
        whole = os.fstat(stream.fileno()).st_size
        check_size(name, whole, rule)
        media_type = type_of(stream)
        check_type(name, media_type, rule)
        stream.seek(0)
        # Asked again of what is read: the file may grow meanwhile.
        check = lambda seen: check_size(name, seen, rule)  # noqa: E731
        return store.put(stream, check, lambda seen: told(seen, whole)), media_type


def fetched(store: FileStore, paper: PaperAttached, out: Path) -> None:
    """Copy a stored file to *out*, which must not be there yet; what is not as its digest says leaves nothing there.

    Raises:
        RefusedError: If it is not in the store, or was altered there.
        BadInputError: If *out* cannot be written.
    """
    if store.size(paper.digest) is None:
        raise FileMissingError(digest=paper.digest)
    try:
        target = out.open("xb")
    except OSError as e:
        raise BadInputError(str(out), e.strerror or str(e)) from e
    whole = False
    try:
        with target, bar_if_slow(t("取出文件", "fetching the file")) as told, store.open(paper.digest) as stream:
            found = _copied(stream, target, out, lambda seen: told(seen, paper.size_bytes))
        if found != paper.digest:
            said = {"what": Both("摘要", "digest"), "found": found, "asked": paper.digest}
            raise FileDiffersError(digest=paper.digest, **said)
        whole = True
    except OSError as e:  # A disk may say that it is full only when a file is closed.
        raise BadInputError(str(out), e.strerror or str(e)) from e
    finally:
        if not whole:
            out.unlink()


def _copied(stream: IO[bytes], target: IO[bytes], out: Path, told: Callable[[int], None]) -> str:
    digest, seen = sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        try:
            target.write(chunk)
        except OSError as e:
            raise BadInputError(str(out), e.strerror or str(e)) from e
        seen += len(chunk)
        told(seen)
    return digest.hexdigest()
