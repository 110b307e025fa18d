"""Witnesses' countersignatures, brought back from a published folder into the store's own copies of its checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audit.notes import Judged, joined, judged, lines_of
from audit.published import LogFolder
from audit.seals import Seal, Seals, Signed
from audit.verify import Verifier, read_note

UNKNOWN_MAX = 16  # On one checkpoint: anybody can make signatures of nobody's.


@dataclass(frozen=True)
class Collected:
    """One signature that was found, on the checkpoint of which size, and whether it was taken."""

    size: int
    signature: Judged
    taken: bool


def collect(seals: Seals, folder: Path, keys: Sequence[Verifier]) -> list[Collected]:
    """Take the signatures that a folder has and the store lacks, of the same texts only; return what was found.

    One of a known key is taken if it holds; of an unknown one nobody can say, and the first of them are taken as such.

    Raises:
        BadInputError: If the folder cannot be read.
        StoreUnreachableError: If the store does not answer.
    """
    found: list[Collected] = []
    there = LogFolder(folder)
    for seal in seals.all():
        published = there.at(seal.checkpoint.size)
        if published and published.note.text == seal.note.text:
            found += _taken(seals, seal, published, keys)
    return found


def _taken(seals: Seals, seal: Seal, published: Signed, keys: Sequence[Verifier]) -> list[Collected]:
    head, own = published.text.rpartition("\n\n")[0], set(lines_of(seal.text))
    found, kept, strangers = [], [], 0
    for line in dict.fromkeys(lines_of(published.text)):
        if line in own:
            continue
        (signature,) = judged(read_note(f"{head}\n\n{line}"), keys)
        strangers += signature.holds is None
        taken = signature.holds or (signature.holds is None and strangers <= UNKNOWN_MAX)
        found.append(Collected(seal.checkpoint.size, signature, taken))
        if taken:
            kept.append(line)
    if kept:
        seals.sign(replace(seal, text=joined(seal.text, kept)))
    return found
