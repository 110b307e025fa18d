"""The log in blocks, each hashed by itself in whatever process: its root, the roots of what begins it, its leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from audit.log_database import Database, database_of
from audit.verify import HASH_SIZE, level_above, node_hash
from domain.collecting import uncollected


class Block(NamedTuple):
    """Which facts: from one position to another; at which numbers of them, counted in it, a root is wanted.

    *unsealed*: whether some lie behind every seal, so that the leaves kept beside them must show a change.
    """

    first: int
    last: int
    sizes: tuple[int, ...] = ()
    unsealed: bool = True


@dataclass(frozen=True)
class Hashed:
    """What a block comes to: how many facts, its root, the roots at the numbers wanted; whether it is as it was kept.

    *kept* is false where a leaf differs from the one that was kept as its fact was appended, where one is missing or
    too many, and where a fact has a name that none may have, or a column of a type that no ledger writes: somebody
    must look closer.
    """

    count: int
    root: bytes
    roots: tuple[bytes, ...] = ()
    kept: bool = True


def hash_blocks(url: str, blocks: Sequence[Block]) -> list[Hashed]:
    """Hash some blocks of a store, over one connection."""
    with database_of(url) as database, uncollected():
        return [_hashed(database, block) for block in blocks]


def _hashed(database: Database, block: Block) -> Hashed:
    leaves, strange = _leaves(database, block)
    kept = not strange and (not block.unsealed or _is_kept(database, block, leaves))
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(level_above(levels[-1]))
    roots = tuple(_root_at(levels, min(size, len(leaves))) for size in block.sizes)
    return Hashed(len(leaves), levels[-1][0] if leaves else b"", roots, kept)


def _leaves(database: Database, block: Block) -> tuple[list[bytes], bool]:
    leaves: list[bytes] = []
    strange = False
    for rows in database.facts(block.first, block.last):
        try:
            # As `domain.leaves.leaf_of`; a call for each of a million would cost a fifth of it all.
            leaves += [sha256(b'\0["%b",%d,"%b",%b]' % row).digest() for row in rows]
        except TypeError:  # A column of another type than any ledger writes.
            leaves += [sha256(repr(row).encode()).digest() for row in rows]
            strange = True
    return leaves, strange


def _is_kept(database: Database, block: Block, leaves: list[bytes]) -> bool:
    rows = database.kept(block.first, block.last)
    if not all(isinstance(last, int) and isinstance(kept, bytes) for _, last, kept in rows):
        return False
    whole = b"".join([kept for _, _, kept in rows])
    if rows and rows[0][0] < block.first:
        whole = whole[(block.first - rows[0][0]) * HASH_SIZE :]
    own = b"".join(leaves)
    # What an older build appended has none: that is told when somebody looks closer.
    return whole[: len(own)] == own and (not rows or rows[-1][1] > block.last or len(whole) == len(own))


def _root_at(levels: Sequence[Sequence[bytes]], size: int) -> bytes:
    """Return the root of the first *size* leaves below *levels*."""
    root = b""
    for level, nodes in enumerate(levels):
        if size >> level & 1:
            node = nodes[(size >> level) - 1]
            root = node_hash(node, root) if root else node
    return root
