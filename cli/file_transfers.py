"""Files on their way between a person's folder and the file store, with a bar if it takes long."""

import os
from pathlib import Path

from cli.reading import bar_if_slow
from domain.errors import BadInputError
from domain.file_checks import check_name
from domain.papers import PaperAttached
from domain.policy.files import FileRule
from doors import paper_files
from doors.texts import t
from files.store import FileStore, Measured


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
        return paper_files.stored(store, stream, name, rule, lambda seen: told(seen, whole))


def fetched(store: FileStore, paper: PaperAttached, out: Path) -> None:
    """Copy a stored file to *out*, which must not be there yet; what is not as its digest says leaves nothing there.

    Raises:
        RefusedError: If it is not in the store, or was altered there.
        BadInputError: If *out* cannot be written.
    """
    try:
        target = out.open("xb")
    except OSError as e:
        raise BadInputError(str(out), e.strerror or str(e)) from e
    whole = False

    def write(chunk: bytes) -> None:
        try:
            target.write(chunk)
        except OSError as e:  # Here the disk's, and not the store's.
            raise BadInputError(str(out), e.strerror or str(e)) from e

    try:
        with target, bar_if_slow(t("取出文件", "fetching the file")) as told:
            paper_files.fetched(store, paper.digest, write, lambda seen: told(seen, paper.size_bytes))
        whole = True
    except OSError as e:  # A disk may say that it is full only when a file is closed.
        raise BadInputError(str(out), e.strerror or str(e)) from e
    finally:
        if not whole:
            out.unlink()
