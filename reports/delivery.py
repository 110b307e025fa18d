"""Putting a report into a file: whole or not at all, and never over a file that is there unless that is asked for."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from domain.errors import BridgefundError
from domain.words import Both


class CannotWriteError(BridgefundError):
    """A file that a report cannot be put into. Nothing was written."""

    zh = "{option} {path}：{reason}"
    en = "{option} {path}: {reason}"


def check_place(option: str, path: Path, suffix: str, *, force: bool) -> None:
    """Check before anything is made that a file can be put at *path*.

    Raises:
        CannotWriteError: If its name says another kind, it is there already, or its folder cannot take it.
    """
    try:
        _check(option, path, suffix, force=force)
    except OSError as error:  # Such as a name that no file can have.
        raise _cannot(option, path, error) from error


def _check(option: str, path: Path, suffix: str, *, force: bool) -> None:
    if path.suffix.lower() != suffix:
        raise _no(option, path, f"文件名须以 {suffix} 结尾", f"the name must end in {suffix}")
    if path.is_dir():
        raise _no(option, path, "是目录", "is a folder")
    if not path.parent.is_dir():
        raise _no(option, path, f"没有目录 {path.parent}", f"there is no folder {path.parent}")
    if path.exists() and not force:
        raise _no(option, path, "已存在；要覆盖请加 --force", "is there already; --force replaces it")
    # Renaming asks the folder alone: a file that was made read-only is not to be replaced behind that.
    if not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise _no(option, path, "无权写入", "may not be written")


def put(option: str, path: Path, make: Callable[[], bytes]) -> None:
    """Write what *make* returns at *path*, in one step.

    Raises:
        CannotWriteError: If the disk does not allow it; nothing is left behind then.
    """
    content = make()
    try:
        _put(path, content)
    except OSError as error:
        raise _cannot(option, path, error) from error


def _put(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".bridgefund-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot(option: str, path: Path, error: OSError) -> CannotWriteError:
    return _no(option, path, f"写不了：{error.strerror}", f"cannot be written: {error.strerror}")


def _no(option: str, path: Path, zh: str, en: str) -> CannotWriteError:
    return CannotWriteError(option=option, path=path, reason=Both(zh, en))
