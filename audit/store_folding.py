"""Folding a whole store by `audit/verify.py`'s own words: money, deadlines and cross references, by county."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from zlib import crc32

from audit.log_database import Database, database_of, ranges
from audit.verify import Report, StoredFact, check_streams

SHARES_PER_PROCESS = 4
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Share:
    """The counties of a store whose ids fall on this number of so many: each has its own money and its own days."""

    number: int
    of: int


def fold_store(
    url: str,
    calendars: Mapping[str, str],
    pool: Executor | None = None,
    workers: int = 1,
    told: Told = lambda *_: None,
) -> Report:
    """Fold every stream of a store, in the *workers* of a *pool* if one is given.

    Raises:
        audit.verify.RefusedError: If a calendar file is none.
    """
    shares = [Share(n, workers * SHARES_PER_PROCESS) for n in range(workers * SHARES_PER_PROCESS)] if pool else []
    one = partial(fold_share, url, dict(calendars))
    whole = Report()
    for n, report in enumerate((pool.map if pool else map)(one, shares or [Share(0, 1)]), start=1):
        whole.take(report)
        told(n, len(shares) or 1)
    return whole


def fold_share(url: str, calendars: Mapping[str, str], share: Share) -> Report:
    """Fold one share of a store's counties."""
    with database_of(url) as database:
        return check_streams(_facts(database, share), calendars)


def _facts(database: Database, share: Share) -> Iterator[StoredFact]:
    index = 0
    for first, last in ranges(database):
        for rows in database.facts(first, last):
            for stream, version, name, state in rows:
                # What by hand was made no fact at all is told of by the proofs.
                if _is_fact(stream, version, name) and _is_of(share, stream):
                    content = bytes(state) if isinstance(state, bytes) else b""
                    yield index, _text(stream), version, _text(name), content
                index += 1


def _is_fact(stream: object, version: object, name: object) -> bool:
    return isinstance(stream, bytes) and isinstance(version, int) and isinstance(name, bytes)


def _is_of(share: Share, stream: bytes) -> bool:
    return share.of == 1 or crc32(stream.partition(b"/")[0]) % share.of == share.number


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
