"""The files that a case's facts name (附件): its papers in every version, its vouchers, its records."""

import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from console.errors import NOT_FOUND, HereError, NotHereError
from console.house import House
from domain.cases import CaseId, case_id
from domain.papers import PAPERS, papers_stream
from domain.registry import BY_KIND
from doors.paper_files import fetched, file_store
from files.kinds import UNKNOWN, type_of

SPOOLED_BYTES = 1 << 20
DIGEST = re.compile(r"[0-9a-f]{64}")
# The fields of facts that hold a file's digest. Not any text: a digest in somebody's note opens no file.
_NAMES = frozenset({"digest", "list_digest", "record", "replaces", "vouchers", "papers", "minutes"})
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "application/ofd": "ofd"}


class NotKeptError(HereError):
    """A digest that a fact names, of which there is no file here."""

    status = NOT_FOUND
    zh = "总账记有这份文件的摘要 {digest}，文件库里没有文件：当时只登记了摘要"
    en = "the ledger names this file by its digest {digest}, and the file store has none: only its digest was entered"


class NamedFile(NamedTuple):
    """A file that a case names: what it is called, and its type as recorded ("" where only a digest was)."""

    name: str
    media_type: str


def named(house: House, case: CaseId) -> dict[str, NamedFile]:
    """Return the files that a case's facts name, by digest."""
    own = case_id(*case)
    digests = (digest for fact in house.ledger.facts(own) for digest in _in(fact))
    found = {digest: NamedFile("", "") for digest in digests}
    papers = house.read(PAPERS, papers_stream(own))
    for one in (one for versions in papers.versions.values() for one in versions):
        found[one.digest] = NamedFile(one.file_name, one.media_type)
    return found


def _in(fact: Any) -> Iterator[str]:
    """Yield the digests in a fact's own fields, and in its rows; its act says how it was signed, and names no file."""
    for name in getattr(fact, "__struct_fields__", ()):
        if name != "act":
            yield from _digests(name, getattr(fact, name))


def _digests(name: str, value: Any) -> Iterator[str]:
    match value:
        case str():
            if name in _NAMES and DIGEST.fullmatch(value):
                yield value
        case tuple() | list():
            for one in value:
                yield from _digests(name, one)
        case _ if hasattr(value, "__struct_fields__"):
            yield from _in(value)


class Opened(NamedTuple):
    """A file that was read through and is what its digest says: a copy on this machine's disk, at its start."""

    stream: "SpooledTemporaryFile[bytes]"
    size_bytes: int
    name: str
    media_type: str
    found_type: str


def opened(house: House, case: CaseId, digest: str) -> Opened:
    """Open the file of a digest that a case names.

    It is copied and verified before its first byte goes out: what is handed over is what was verified, and a bucket
    is read once.

    Raises:
        NotHereError: If the case names no such file, whether there is one or not.
        NotKeptError: If the store has none.
        FileDiffersError: If it was altered there.
    """
    known = named(house, case).get(digest) if case.kind in BY_KIND else None
    if known is None:
        raise NotHereError
    store = file_store(house.settings, house.ledger.url)
    if store.size(digest) is None:
        raise NotKeptError(digest=digest)
    copy = SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115 - whoever is answered reads it, and closes it
    try:
        fetched(store, digest, copy.write)
        size_bytes = copy.tell()
        found_type = type_of(copy)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    media_type = known.media_type or found_type
    name = known.name or f"{digest[:12]}.{_ENDINGS.get(media_type, 'bin')}"
    return Opened(copy, size_bytes, name, media_type or UNKNOWN, found_type)
