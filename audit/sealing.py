"""Sealing (封印): every fact hashed again, their root and every stream's last version signed, as a checkpoint."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.log_tree import Tree
from audit.seal_keys import SealKey, holds, read_rotation
from audit.seal_refusals import (
    GapError,
    HistoryChangedError,
    NothingToSealError,
    OddFactError,
    OtherKeyError,
    StrangeNameError,
    TruncatedError,
)
from audit.seals import Seal, Seals
from audit.verify import UNNAMEABLE, Checkpoint, NoteError, heads_root, signed_by
from domain.collecting import uncollected
from domain.errors import StoreUnreachableError
from domain.leaves import is_odd, leaf_of_row
from domain.ledger import LOOK_ERRORS, Ledger
from domain.log_reading import Rows

ROWS = 2_000
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Sealed:
    """A seal, whether it is new (else nothing came since the last), and the tree under it."""

    seal: Seal
    new: bool
    tree: Tree


@dataclass(frozen=True)
class LogRead:
    """A whole log: the tree over its facts, each stream's last version and how many facts it has, the last position."""

    tree: Tree
    heads: dict[str, tuple[int, int]]
    position: int

    def streams(self) -> list[tuple[str, int]]:
        """Return each stream with its last version.

        Raises:
            GapError: If the facts of one are not numbered from 1 without a gap.
        """
        for stream, (last, count) in self.heads.items():
            if last != count:
                raise GapError(stream=stream, last=last, count=count)
        return [(stream, last) for stream, (last, _) in self.heads.items()]


def read_log(ledger: Ledger, told: Told = lambda *_: None) -> LogRead:
    """Hash every fact of the log that stands still: none after a gap that a running transaction may yet fill.

    Raises:
        OddFactError: If a column is not what a ledger writes.
        StrangeNameError: If a name could shift where it ends.
        StoreUnreachableError: If the store does not answer.
    """
    leaves: list[bytes] = []
    heads: dict[str, tuple[int, int]] = {}
    position, end = 0, ledger.recorder.max_notification_id() or 0
    with uncollected():
        while rows := _rows(ledger, position):
            if odd := next(filter(is_odd, rows), None):
                raise OddFactError(position=odd.position)
            leaves += map(leaf_of_row, rows)
            for row in rows:
                last, count = heads.get(row.stream, (0, 0))
                heads[row.stream] = (max(last, row.version), count + 1)
            position = rows[-1].position
            if strange := next((r for r in rows if UNNAMEABLE & {*r.stream, *r.topic}), None):
                raise StrangeNameError(position=strange.position, name=repr(strange.stream + strange.topic))
            told(position, end)
    return LogRead(Tree(b"".join(leaves)), heads, position)


def _rows(ledger: Ledger, after: int) -> Rows:
    try:
        return ledger.rows(after, ROWS)
    except LOOK_ERRORS as error:
        raise StoreUnreachableError(place=ledger.place, reason=error) from error


def seal(
    ledger: Ledger,
    key: SealKey,
    now: datetime,
    told: Told = lambda *_: None,
    outside: Iterable[Checkpoint] = (),
) -> Sealed:
    """Seal all that the log holds, as of *now* (business time), and keep the checkpoint in the store.

    Where nothing came since the last seal, that one stands; a key that took over signs it too. Nothing is signed that
    does not go on from the checkpoints *outside* the store.

    Raises:
        BridgefundError: If history is not what was sealed before, or could not be sealed; see `seal_refusals`.
        StoreUnreachableError: If the store does not answer.
    """
    seals = Seals(ledger)
    last = seals.last()
    if last:
        _check_key(seals, last, key)
    log = read_log(ledger, told)
    for known in outside:
        _check_unchanged(known, log.tree)
    if last:
        _check_unchanged(last.checkpoint, log.tree)
        if log.tree.size == last.checkpoint.size:
            return _again(seals, last, key, log.tree)
    streams = log.streams()
    if not streams:
        raise NothingToSealError
    head = Checkpoint(key.name, log.tree.size, log.tree.root, heads_root(streams), len(streams), now.isoformat())
    made = Seal(f"{head.text()}\n{key.signature(head.text())}", log.position)
    kept = seals.add(made, key.verifier, key.rotations)
    return Sealed(kept, new=kept == made, tree=log.tree)


def _check_key(seals: Seals, last: Seal, key: SealKey) -> None:
    _, rotations = seals.keys()
    handed_on = [new for old, new in map(read_rotation, rotations) if old == key.verifier]
    try:
        signed = signed_by(last.note, key.trusted(), holds)
    except NoteError:
        signed = []
    if handed_on or not signed or last.checkpoint.origin != key.name:
        by = ", ".join(map(str, handed_on)) or last.checkpoint.origin
        raise OtherKeyError(last=by, key=str(key.verifier))


def _check_unchanged(last: Checkpoint, tree: Tree) -> None:
    if tree.size < last.size:
        raise TruncatedError(size=last.size, now=tree.size)
    if tree.root_at(last.size) != last.root:
        raise HistoryChangedError(size=last.size)


def _again(seals: Seals, last: Seal, key: SealKey, tree: Tree) -> Sealed:
    if key.verifier in signed_by(last.note, [key.verifier], holds):
        return Sealed(last, new=False, tree=tree)
    both = Seal(last.text + key.signature(last.note.text), last.position)
    seals.put(both, key.verifier, key.rotations)
    return Sealed(both, new=True, tree=tree)
