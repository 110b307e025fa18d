"""Leaves (叶): the hash of each fact's canonical bytes, kept beside the log from the transaction that appends it.

They say which fact was changed behind the ledger's back; what proves it is the seal (`audit/`), which lies outside.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from domain.log_reading import Row

TABLE = "ledger_leaves"
# One row for each append: from its first to its last position, the leaves one behind the other, 32 bytes each.
CREATE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} "
    "(first_position BIGINT NOT NULL PRIMARY KEY, last_position BIGINT NOT NULL, leaves {blob} NOT NULL)"
)
CREATE_SQLITE = CREATE.format(blob="BLOB").replace("BIGINT NOT NULL PRIMARY KEY", "INTEGER PRIMARY KEY")
CREATE_POSTGRES = CREATE.format(blob="bytea")


def leaf_of(stream: str, version: int, name: str, state: bytes) -> bytes:
    """Return the leaf of a stored fact: SHA-256 of a zero byte and its canonical bytes (RFC 6962, 2.1).

    The canonical bytes are one line of JSON, `["stream",version,"name",{fact}]`, the fact as it is stored.
    `audit/verify.py`, which stands alone, has the same.
    """
    return sha256(b'\0["%b",%d,"%b",%b]' % (stream.encode(), version, name.encode(), state)).digest()


def leaves_of(events: Sequence[Any]) -> bytes:
    """Return the leaves of what the library is about to store, one behind the other."""
    return b"".join([leaf_of(str(e.originator_id), e.originator_version, e.topic, e.state) for e in events])


_COLUMNS = [int, str, int, str, bytes]


def is_odd(row: Row) -> bool:
    """Return whether a row has a column of a type that no ledger writes: by hand anything can be put into one."""
    return list(map(type, row)) != _COLUMNS


def leaf_of_row(row: Row) -> bytes:
    """Return the leaf of a row that is not odd."""
    return leaf_of(*row[1:])
