"""The papers of a pack: what was attached, replaced and taken back, and their files where they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from audit.files import BadFile, FilesReport, look
from audit.pack_archive import PackArchive
from audit.pack_refusals import TooManyFilesError
from audit.packing_streams import Told
from audit.verify import MEMBERS_MOST
from domain.papers import PaperAttached, PaperWithdrawn
from files.store import CHUNK_BYTES, FileStore, FileStoreError

FILES_MOST = MEMBERS_MOST - 500  # The other members are few.


@dataclass
class Papers:
    """Every version of every paper, and which were taken back: by case, paper and digest."""

    attached: list[PaperAttached] = field(default_factory=list)
    withdrawn: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, fact: PaperAttached | PaperWithdrawn) -> None:
        """Take in a fact of a case's papers."""
        key = (fact.case, fact.paper, fact.digest)
        if isinstance(fact, PaperWithdrawn):
            self.withdrawn.add(key)
        else:
            self.withdrawn.discard(key)  # It was attached again.
            self.attached.append(fact)

    def listed(self, there: set[str]) -> list[dict[str, Any]]:
        """Return the papers as a manifest lists them; the files *there* are in the pack."""
        return [
            {
                "digest": one.digest,
                "size_bytes": one.size_bytes,
                "name": one.file_name,
                "case": one.case,
                "in_pack": one.digest in there,
                "withdrawn": (one.case, one.paper, one.digest) in self.withdrawn,
            }
            for one in self.attached
        ]


def put_files(
    archive: PackArchive, papers: Papers, store: FileStore | None, told: Told
) -> tuple[list[dict[str, Any]], list[BadFile]]:
    """Put the papers' files into a pack, if there is a *store* to take them from; *told* hears of bytes.

    Returns:
        What the manifest lists, and which files are missing or altered: those are not in the pack.

    Raises:
        FileStoreError: If the store does not answer, or a file changes while it is read.
        TooManyFilesError: If there are more than a verifier reads.
    """
    by_digest = {one.digest: one for one in papers.attached}
    wrong: dict[str, tuple[str, str]] = {}
    if store is None:
        return papers.listed(set()), []
    if len(by_digest) > FILES_MOST:
        raise TooManyFilesError(files=len(by_digest), most=FILES_MOST)
    # Each is read twice: what is altered must not be in the archive when that turns out.
    whole, seen = 2 * sum(one.size_bytes for one in by_digest.values()), 0
    for digest, paper in sorted(by_digest.items()):
        before = seen
        bad = look(store, paper, FilesReport(), lambda at, before=before: told(before + at, whole))  # type: ignore[misc]
        if bad:
            wrong[digest] = bad
        else:
            _put(archive, store, digest)
        seen += 2 * paper.size_bytes
        told(seen, whole)
    return papers.listed(by_digest.keys() - wrong.keys()), list(_bad(papers, wrong))


def _put(archive: PackArchive, store: FileStore, digest: str) -> None:
    copied = sha256()
    with archive.member(f"files/{digest}", packed=False) as write, store.open(digest) as stream:
        while piece := stream.read(CHUNK_BYTES):
            copied.update(piece)
            write(piece)
    if copied.hexdigest() != digest:
        raise FileStoreError(place=store.url, reason=f"{digest} changed while it was read / 读取时被改动")


def _bad(papers: Papers, wrong: dict[str, tuple[str, str]]) -> Iterator[BadFile]:
    for one in papers.attached:
        if one.digest in wrong:
            kind, found = wrong[one.digest]
            yield BadFile(kind, one.case, one.paper, one.digest, one.file_name, one.size_bytes, found)
