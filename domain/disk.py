"""A full disk, told from every other fault: what is refused because of it may be asked again."""

from collections.abc import Iterator
from errno import EDQUOT, ENOSPC

from domain.errors import StoreUnreachableError

# SQLite: no room for a page, for its log's index, or for what is written at all. PostgreSQL: no room on the disk.
FULL_OF_SQLITE = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMOPEN"}
FULL_OF_POSTGRESQL = {"53100"}
FULL_OF_FILES = {ENOSPC, EDQUOT}


class DiskFullError(StoreUnreachableError):
    """The database has no room left. Nothing of what was to be written is stored; what is stored can still be read."""

    zh = (
        "库 {place} 所在的磁盘已满：这次没有存入任何内容，已存的不受影响、仍可查阅；"
        "请腾出空间后重试，重复办理不会重复记账"
    )
    en = (
        "the disk of the store {place} is full: nothing of this was stored, what is stored is whole and can be read; "
        "make room and try again, repeating does no harm"
    )


def is_disk_full(error: BaseException) -> bool:
    """Tell whether an error of a database or a file, or what caused it, is that the disk is full."""
    return any(
        getattr(one, "sqlite_errorname", None) in FULL_OF_SQLITE
        or getattr(one, "sqlstate", None) in FULL_OF_POSTGRESQL
        or (isinstance(one, OSError) and one.errno in FULL_OF_FILES)
        for one in causes(error)
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and whatever led to it."""
    # SQLite ends a transaction by itself when the disk is full; what then fails to end it hides the cause.
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "orig", None)]
