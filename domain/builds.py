"""Builds (版本): which of them wrote the log, noted beside it for whoever cannot read what one wrote."""

from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from domain.log_reading import StoredLog

PACKAGE = "bridgefund"
CREATE = (
    "CREATE TABLE IF NOT EXISTS ledger_builds ("
    "since_position BIGINT NOT NULL, build TEXT NOT NULL, PRIMARY KEY (since_position, build))"
)


def build_of(names: Iterable[str]) -> str:
    """Return the name of the build that knows facts of these *names*: the package's version, and a digest of them."""
    try:
        released = version(PACKAGE)
    except PackageNotFoundError:  # Run from a folder, without being installed.
        released = "0"
    return f"{released}+{sha256(chr(10).join(sorted(names)).encode()).hexdigest()[:8]}"


def noted(log: StoredLog, position: int) -> str:
    """Return the build that was the last to note itself at *position* or before, or "" if none did."""
    mark = log.mark
    found = log.look(
        f"SELECT build FROM ledger_builds WHERE since_position <= {mark} "  # noqa: S608 - a mark of our own
        "ORDER BY since_position DESC LIMIT 1",
        (position,),
    )
    return str(found[0][0]) if found else ""


def note(log: StoredLog, build: str, position: int) -> None:
    """Note that *build* writes from *position* on. Of two that do so at once each has its note."""
    mark = log.mark
    insert = f"INSERT INTO ledger_builds (since_position, build) VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"  # noqa: S608
    log.write((CREATE, ()), (insert, (position, build)))
