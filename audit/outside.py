"""A folder outside the store that others may write to as well: read with care, written one whole file at a time."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from domain.errors import BadInputError

ENTRIES_MAX = 100_000
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


class Outside:
    """A folder by its path: nothing that leads out of it is followed, nothing is read that is longer than expected."""

    def __init__(self, path: Path) -> None:
        """Name the folder; it need not be there."""
        self.path = path

    def read(self, name: str, most: int) -> bytes | None:
        """Return what a file holds, or None where there is none.

        Raises:
            BadInputError: If it is longer than *most* bytes, no plain file of this folder, or cannot be read.
        """
        try:
            self._check_inside(name)
            handle = os.open(self.path / name, _READ)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as e:
            raise self._bad(name, str(e.strerror)) from e
        with os.fdopen(handle, "rb") as file:
            if not S_ISREG(os.fstat(handle).st_mode):
                raise self._bad(name, "no plain file / 不是普通文件")
            found = file.read(most + 1)
        if len(found) > most:
            raise self._bad(name, f"longer than {most} bytes / 超过 {most} 字节")
        return found

    def read_text(self, name: str, most: int) -> str | None:
        """Return the text of a file, or None where there is none.

        Raises:
            BadInputError: As `read`; or if it is no UTF-8, or holds a control character other than a newline.
        """
        data = self.read(name, most)
        if data is None:
            return None
        try:
            text = data.decode()
        except UnicodeDecodeError as e:
            raise self._bad(name, "no UTF-8 text / 不是 UTF-8 文本") from e
        if _CONTROL.search(text):
            raise self._bad(name, "it holds control characters / 含有控制字符")
        return text

    def write(self, name: str, data: bytes) -> None:
        """Put a file into its place whole: whoever looks sees the one before, or this one.

        Raises:
            BadInputError: If it cannot be written, or would lie outside.
        """
        file = self.path / name
        new = file.with_name(f".{file.name}.new")
        try:
            self._check_inside(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)  # Left by somebody who was killed.
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(handle)
            os.replace(new, file)  # noqa: PTH105 - the one moment at which it is there
            _sync(file.parent)
        except OSError as e:
            raise self._bad(name, str(e.strerror)) from e

    def numbers(self, name: str) -> list[int]:
        """Return which files of a folder in this one are called by a number, in order; none where it is not there.

        Raises:
            BadInputError: If it has too many entries, or cannot be read.
        """
        found: list[int] = []
        try:
            self._check_inside(name + "/x")
            with os.scandir(self.path / name) as entries:
                for count, entry in enumerate(entries):
                    if count >= ENTRIES_MAX:
                        raise self._bad(name, f"more than {ENTRIES_MAX} files / 超过 {ENTRIES_MAX} 个文件")
                    if re.fullmatch("0|[1-9][0-9]{0,17}", entry.name):
                        found.append(int(entry.name))
        except FileNotFoundError:
            return []
        except OSError as e:
            raise self._bad(name, str(e.strerror)) from e
        return sorted(found)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who writes here for a while, among all who ask; makes the folder where it is not there.

        Raises:
            BadInputError: If it cannot be made, or is no folder.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as e:
            raise BadInputError(str(self.path), str(e.strerror)) from e
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _check_inside(self, name: str) -> None:
        if not (self.path / name).parent.resolve().is_relative_to(self.path.resolve()):
            raise self._bad(name, "leads out of the folder / 指向文件夹之外")

    def _bad(self, name: str, reason: str) -> BadInputError:
        return BadInputError(str(self.path / name), reason)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
