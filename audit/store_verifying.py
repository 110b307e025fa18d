"""Verifying a whole store: each fact hashed again, in as many processes as asked, against every seal there is of it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from audit.divergence import Divergence
from audit.log_blocks import Block, Hashed, hash_blocks
from audit.log_database import SIZE, database_of, ranges
from audit.log_tree import Tree
from audit.naming import SHOWN, Looked, name_all
from audit.seal_keys import holds, trusted_before, trusted_from
from audit.seal_refusals import DamagedSealError
from audit.seals import Damaged, Seal, Seals
from audit.verify import (
    EMPTY_ROOT,
    NoteError,
    Verifier,
    leaf_hash,
    read_checkpoint,
    read_note,
    root_of,
    signed_by,
)
from domain.ledger import Ledger

CHECKPOINT = "checkpoint "
TOGETHER = 16  # Blocks that one process hashes over one connection.
Told = Callable[[int, int], None]


@dataclass
class Verified:
    """What was checked of a store, how much of it, and what was found, in the order of the log."""

    facts: int = 0
    seals: int = 0
    sealed: int = 0  # Facts under the last seal that holds.
    pinned: bool = False  # Whether the keys to trust were given, or taken from the store itself.
    trusted: list[str] = field(default_factory=list)
    uncovered: int = 0
    last: list[Seal] = field(default_factory=list)  # The seals over those.
    found: list[Divergence] = field(default_factory=list)


@contextmanager
def processes(number: int) -> Iterator[Executor | None]:
    """Yield a pool of so many processes for `verify_store`, none where one will do."""
    if number == 1:
        yield None
        return
    # Nothing of a parent with threads and open connections is taken along.
    with ProcessPoolExecutor(number, mp_context=get_context("spawn")) as pool:
        yield pool


def verify_store(
    ledger: Ledger,
    trusted: Sequence[Verifier] = (),
    notes: Sequence[str] = (),
    pool: Executor | None = None,
    told: Told = lambda *_: None,
    published: Tree | None = None,
) -> Verified:
    """Verify the store of *ledger* by its own seals and by the *notes* of checkpoints that were kept elsewhere.

    What differs is named by the leaves that were kept beside the facts, and by *published* ones if there are any.

    The processes of a *pool* hash, if one is given. Without *trusted* keys those are trusted that the store itself
    names, which proves nothing against who can write it.

    Raises:
        NoteError: If one of *notes* is no checkpoint, or a rotation of keys does not hold.
    """
    result = Verified(pinned=bool(trusted))
    signed = list(_signed(ledger, trusted, notes, result))
    roots, hashed, odd = _roots(ledger, signed, pool, told)
    result.facts = sum(block.count for block in hashed)
    wrong = list(_against(signed, roots, result))
    if wrong or odd or not all(block.kept for block in hashed):
        looked = Looked()
        with database_of(ledger.url) as database:
            result.found += name_all(database, looked, published)
        result.uncovered = looked.uncovered
    result.found += wrong
    result.found.sort(key=lambda one: (one.fact.startswith(CHECKPOINT), one.position))
    return result


def _signed(ledger: Ledger, trusted: Sequence[Verifier], notes: Sequence[str], result: Verified) -> Iterator[Seal]:
    """Yield the seals by trusted keys, the smallest first; what is none is found."""
    seals = _seals(ledger, notes, result)
    result.seals = len(seals)
    own, rotations = list[Verifier](), list[str]()
    try:
        own, rotations = Seals(ledger).keys()
        known = trusted_from(trusted or own[:1], rotations)
        before = trusted_before(known, rotations)
    except (DamagedSealError, NoteError) as error:
        result.found.append(Divergence("key", f"{CHECKPOINT}-", 0, "key", found=str(error)))
        known, before = list(trusted or own[:1]), []
    result.trusted = [str(key) for key in known]
    for n, seal in enumerate(seals, start=1):
        # A key that handed over long ago may have been stolen since: behind the last seal it stands no more.
        if not _unsigned(seal, [*known, *before] if n < len(seals) else known, result):
            yield seal


def _seals(ledger: Ledger, notes: Sequence[str], result: Verified) -> list[Seal]:
    """Return the store's seals and those of *notes* that it does not have so, the smallest first."""
    own = list[Seal]()
    for seal in Seals(ledger).each():
        if isinstance(seal, Damaged):
            size = seal.size if isinstance(seal.size, int) else 0
            result.found.append(Divergence("seal", _named(seal.size), size, "note", found=seal.reason))
        else:
            own.append(seal)
    known = {seal.note.text for seal in own}
    others = [Seal(text) for text in notes if read_note(text).text not in known]
    return sorted([*own, *others], key=lambda seal: read_checkpoint(seal.note.text).size)


def _unsigned(seal: Seal, known: Sequence[Verifier], result: Verified) -> bool:
    try:
        signed, why = signed_by(seal.note, known, holds), ", ".join(one.name for one in seal.note.signatures)
    except NoteError as error:
        signed, why = [], str(error)
    if signed:
        return False
    size = seal.checkpoint.size
    result.found.append(Divergence("signature", _named(size), size, "signature", found=why))
    return True


def _roots(
    ledger: Ledger, seals: Sequence[Seal], pool: Executor | None, told: Told
) -> tuple[dict[int, bytes], list[Hashed], bool]:
    """Return the root at the size of each seal, the blocks, and whether there are facts that were left out of them."""
    sizes = sorted({seal.checkpoint.size for seal in seals})
    with database_of(ledger.url) as database:
        blocks = [_block(n, first, last, sizes) for n, (first, last) in enumerate(ranges(database))]
        count = database.ends()[-1] if blocks else 0
    hashed = _hashed(ledger.url, blocks, pool, told)
    return dict(_put_together(sizes, hashed)), hashed, sum(block.count for block in hashed) < count


def _block(number: int, first: int, last: int, sizes: Sequence[int]) -> Block:
    begins = number * SIZE
    wanted = tuple(size - begins for size in sizes if begins < size <= begins + SIZE)
    return Block(first, last, wanted, unsealed=not sizes or sizes[-1] < begins + SIZE)


def _hashed(url: str, blocks: Sequence[Block], pool: Executor | None, told: Told) -> list[Hashed]:
    groups = [blocks[n : n + TOGETHER] for n in range(0, len(blocks), TOGETHER)]
    done: list[Hashed] = []
    for hashed in (pool.map if pool else map)(partial(hash_blocks, url), groups):
        done += hashed
        told(len(done), len(blocks))
    return done


def _put_together(sizes: Sequence[int], hashed: Sequence[Hashed]) -> Iterator[tuple[int, bytes]]:
    wanted = iter(sizes)
    whole = [block.root for block in hashed]
    for n, block in enumerate(hashed):
        for root in block.roots:
            yield next(wanted), root_of([*whole[:n], root])
    yield 0, EMPTY_ROOT


def _against(seals: Sequence[Seal], roots: dict[int, bytes], result: Verified) -> Iterator[Divergence]:
    for seal in seals:
        head = seal.checkpoint
        if head.size > result.facts:
            cut = str(result.facts)
            yield Divergence("truncated", _named(head.size), head.size, "size", str(head.size), cut)
        elif roots[head.size] != head.root:
            between = f"{result.sealed + 1}-{head.size}"
            was, now = head.root.hex()[:SHOWN], roots[head.size].hex()[:SHOWN]
            yield Divergence("unsealed", _named(head.size), head.size, between, was, now)
        else:
            result.last = [*(result.last if head.size == result.sealed else ()), seal]
            result.sealed = head.size


def heads_differ(ledger: Ledger, verified: Verified) -> Iterator[Divergence]:
    """Yield where the last seals that hold say otherwise of how far each stream goes, or where their facts end.

    With the root as it was sealed, only who sealed could have said it wrongly, so that a pack lacks a stream's end.
    """
    last = verified.last
    if not last or not (size := last[0].checkpoint.size):
        return
    with database_of(ledger.url) as database:
        number, behind = divmod(size - 1, SIZE)
        position = database.at(ranges(database)[number][0], behind)
        heads = sorted(database.heads(position))
    now = f"{len(heads)} {_root_of_heads(heads).hex()[:SHOWN]}"
    for seal in last:
        head = seal.checkpoint
        was = f"{head.streams} {head.heads.hex()[:SHOWN]}" if head.heads else "-"
        if was != now:
            yield Divergence("heads", _named(size), size, "heads", was, now)
        if seal.position and seal.position != position:
            yield Divergence("position", _named(size), size, "position", str(position), str(seal.position))


def _root_of_heads(heads: Sequence[tuple[bytes, int]]) -> bytes:
    """Return the root as `verify.heads_root` does, of streams as the database has them."""
    try:
        return root_of([leaf_hash(b'["%b",%d]' % head) for head in heads])
    except TypeError:  # A column of another type than any ledger writes.
        return b""


def _named(size: object) -> str:
    return f"{CHECKPOINT}{size}"
