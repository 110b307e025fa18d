"""Which store a command reads or writes: as given, as set, or the demo's."""

import os
from pathlib import Path
from urllib.parse import unquote

from domain.disk import DiskFullError
from domain.errors import BadInputError
from domain.ledger import Ledger
from doors.texts import t
from settings import Settings

SQLITE = "sqlite:///"
DEMO_STORE = "demo-store/ledger.db"  # In the folder in which the demo was run.


def store_url(url: str | None) -> str:
    """Return *url*, or where none is given `BRIDGEFUND_STORE`, or else the demo's store."""
    return url or Settings.from_env(os.environ).store or f"{SQLITE}{DEMO_STORE}"


def open_store(url: str | None) -> Ledger:
    """Open the store at *url*, or the one that `store_url` tells. The caller closes it.

    Raises:
        BadInputError: If its file is not there: a misspelt name must not become an empty store.
    """
    url = store_url(url)
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        missing = t(
            f"没有这个库：{path}；先运行 bridgefund demo，或用 --store、BRIDGEFUND_STORE 指明",
            f"no such store: {path}; run `bridgefund demo` first, or name one by --store or BRIDGEFUND_STORE",
        )
        raise BadInputError("--store", missing)
    try:
        return Ledger(url)
    except DiskFullError:
        # Not even what the library makes anew whenever it opens PostgreSQL finds room, nor the small file beside an
        # SQLite one that readers share. Where nobody left anything in its log, that file can be read as it lies there.
        if path is not None and _has_log(path):
            raise
        return Ledger(url, frozen=True)


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.is_file() and log.stat().st_size > 0


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite store, or None if the store is no file."""
    path = url.removeprefix(SQLITE)
    return Path(path) if path and path != url else None


def without_password(url: str) -> str:
    """Return a store's address as it may be shown: no password, be it between ":" and "@" or in the query."""
    if url.startswith("sqlite:"):
        return url
    place, _, query = url.partition("?")
    scheme, slashes, rest = place.partition("://")
    user, at, host = rest.rpartition("@")
    kept = [part for part in query.split("&") if not unquote(part.partition("=")[0]).endswith("password")]
    return f"{scheme}{slashes}{user.partition(':')[0]}{at}{host}" + (f"?{'&'.join(kept)}" if any(kept) else "")


def names_file(store: Path) -> Path:
    """Return the file beside an SQLite store that may hold the names of sample people, by person id."""
    return Path(f"{store}.names.json")
