"""A sealed store with two counties of the same numbers, papers and a handling; and what a pack of it holds."""

import json
import zipfile
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from audit.packing import Packed, pack
from audit.seal_keys import SealKey
from audit.seals import Seals
from audit.verify import (
    head_bytes,
    leaf_hash,
    proof_places,
    proven_root,
    read_checkpoint,
    read_note,
    read_verifier,
    signed_by,
)
from domain.calendar import SHANGHAI
from domain.ledger import Ledger, Recorded, Step
from domain.papers import Attach, PaperAttached, PaperWithdrawn, Withdraw, papers_stream
from domain.registry import READERS
from files.store import FileStore
from tests.domain.given import by
from tests.story import POLICIES, office, tell

FUND = "sample/fund/F1"
OTHER = "river"
PAPERED = "sample/project/S01"
CALENDARS = POLICIES / "calendars"
SEALED_AT = datetime(2024, 1, 1, 9, 30, tzinfo=SHANGHAI)
REPORT, SIGNED, PHOTO = b"a report", b"a report, signed", b"a photo"


def tell_one(ledger: Ledger) -> None:
    """Tell the sample county's story, its office, papers of a project."""
    office(tell(ledger))
    older = attach(ledger, "acceptance_report", REPORT)
    attach(ledger, "acceptance_report", SIGNED, older)
    act, digest = by("li"), attach(ledger, "photos", PHOTO)
    back = Withdraw(act, PaperWithdrawn(act, PAPERED, "photos", digest, "附错"))
    ledger.execute(Step(papers_stream(PAPERED), back))


def tell_two(ledger: Ledger) -> None:
    """Tell the story of the sample county, and all of it again of another county."""
    tell_one(ledger)
    for row in ledger.rows(0, 10_000):
        if row.stream.startswith("sample/"):
            # The text of a policy names its county too: what is of the other county then names no sample.
            fact = READERS[row.topic].decode(row.state.replace(b"sample", OTHER.encode()))
            ledger.save(Recorded(row.stream.replace("sample", OTHER), row.version, fact))


def attach(ledger: Ledger, paper: str, content: bytes, replaces: str = "") -> str:
    """Attach a paper to project S01 and return its digest; its file is `put` elsewhere."""
    act, digest = by("li"), sha256(content).hexdigest()
    said = (PAPERED, paper, "accept", f"{paper}.pdf", digest, len(content), "application/pdf", replaces)
    ledger.execute(Step(papers_stream(PAPERED), Attach(act, PaperAttached(act, *said))))
    return digest


def stored_files(folder: Path) -> FileStore:
    """Return a file store with the story's papers in it."""
    made = FileStore(str(folder))
    for content in (REPORT, SIGNED, PHOTO):
        made.put(BytesIO(content), lambda _: None)
    return made


def packed(ledger: Ledger, out: Path, fund: str = FUND, files: FileStore | None = None, **asked: Any) -> Packed:
    """Pack a fund under the store's last seal."""
    last = Seals(ledger).last()
    assert last is not None
    return pack(ledger, fund, last, out, CALENDARS, files, **asked)


@dataclass(frozen=True)
class Pack:
    """A pack, read as a stranger reads it."""

    path: Path

    @cached_property
    def members(self) -> dict[str, bytes]:
        """Return its members in order."""
        with zipfile.ZipFile(self.path) as archive:
            return {info.filename: archive.read(info) for info in archive.infolist()}

    def json(self, name: str) -> Any:
        """Return a member that is JSON."""
        return json.loads(self.members[name])

    @cached_property
    def lines(self) -> list[bytes]:
        """Return its facts."""
        return self.members["facts.jsonl"].splitlines()

    @cached_property
    def streams(self) -> Counter[str]:
        """Return its streams, each with how many facts it has."""
        return Counter(json.loads(line)[0] for line in self.lines)

    def check(self, trusted: SealKey) -> None:
        """Check every signature, proof, version and digest in it."""
        note = read_note(self.members["checkpoint"].decode())
        head = read_checkpoint(note.text)
        assert signed_by(note, [trusted.verifier]) == [trusted.verifier]
        assert read_verifier(self.json("keys.json")["verifiers"][0]) in trusted.trusted()
        proofs, heads = self.json("proofs.json"), self.json("heads.json")
        assert proofs["size"] == head.size
        assert proofs["indices"] == sorted(set(proofs["indices"]))
        for line, index in zip(self.lines, proofs["indices"], strict=True):
            assert _root(proofs["nodes"], leaf_hash(line), index, head.size) == head.root
        used = {f"{a}/{b}" for index in proofs["indices"] for a, b in proof_places(index, head.size)}
        assert used == proofs["nodes"].keys()
        assert heads["streams"] == head.streams
        for one in heads["heads"]:
            leaf = leaf_hash(head_bytes(one["stream"], one["version"]))
            assert _root(heads["nodes"], leaf, one["index"], head.streams) == head.heads
        assert {one["stream"]: one["version"] for one in heads["heads"]} == self.streams
        said = {name: sha256(content).hexdigest() for name, content in self.members.items() if name != "manifest.json"}
        assert self.json("manifest.json")["members"] == said


def _root(nodes: dict[str, str], leaf: bytes, index: int, size: int) -> bytes | None:
    path = [b64decode(nodes[f"{level}/{number}"]) for level, number in proof_places(index, size)]
    return proven_root(leaf, index, size, path)
