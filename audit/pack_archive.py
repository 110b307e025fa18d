"""A pack's archive: a ZIP whose bytes depend on its members alone, in a file that is there whole or not at all."""

import os
import secrets
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Self

from audit.pack_refusals import PackUnwritableError

_RIGHTS = 0o644
_UNIX = 3


class PackArchive:
    """Members one after the other, each with the moment of the seal; what was written is known by its digest."""

    def __init__(self, path: Path, out: IO[bytes], at: datetime) -> None:
        """Write into *out*, which can seek and will be the file at *path*."""
        self._path = path
        self._zip = zipfile.ZipFile(out, "w")
        self._moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self.digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the directory, into a file that is thrown away if something failed."""
        self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        with self.member(name) as write:
            write(content)

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Callable[[bytes], None]]:
        """Add a member piece by piece; not *packed*, it stands as it is."""
        info, digest = zipfile.ZipInfo(name, self._moment), sha256()
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.create_system, info.external_attr = _UNIX, (stat.S_IFREG | _RIGHTS) << 16
        # How long it will be is not known ahead.
        with self._zip.open(info, "w", force_zip64=True) as member:

            def write(piece: bytes) -> None:
                digest.update(piece)
                try:
                    member.write(piece)
                except OSError as error:  # Told here: whoever reads the content meanwhile must not take it for theirs.
                    raise unwritable(self._path, error) from error

            yield write
        self.digests[name] = digest.hexdigest()


@contextmanager
def whole_file(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Yield a file without a name, which is put at *path* when the block ends well; with *force* over what is there.

    Where the system has no such files it has a name of its own beside it until then.

    Raises:
        PackUnwritableError: If the disk does not allow it, or somebody was faster; nothing is left then.
    """
    try:
        nameless = _nameless(path.parent)
        if nameless is None:
            with _named(path, force=force) as out:
                yield out
            return
        with os.fdopen(nameless, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            _link(out.fileno(), path, force=force)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> PackUnwritableError:
    """Return in our words that a disk does not take a pack."""
    return PackUnwritableError(path=path, reason=error.strerror or str(error))


def _nameless(folder: Path) -> int | None:
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        with suppress(OSError):  # Of a file system that has none; what else is wrong is met again.
            return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
    return None


def _link(handle: int, path: Path, *, force: bool) -> None:
    beside = _beside(path) if force else path
    root = os.open("/", os.O_RDONLY)
    try:  # With a folder named, the link is followed to the file that it stands for.
        os.link(f"/proc/self/fd/{handle}", beside, src_dir_fd=root, follow_symlinks=True)
    finally:
        os.close(root)
    if force:
        beside.replace(path)


@contextmanager
def _named(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    beside = _beside(path)
    try:
        with beside.open("x+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if force:
            beside.replace(path)
        else:
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".bridgefund-{secrets.token_hex(8)}")
