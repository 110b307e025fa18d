"""The Merkle tree over a log's leaves (RFC 6962), held as bytes: roots at any size, and both kinds of proof."""

from collections.abc import Iterator
from functools import cached_property

from audit.verify import EMPTY_ROOT, HASH_SIZE, node_hash, proof_places


class Tree:
    """A tree over *leaves*, each of 32 bytes, one behind the other."""

    def __init__(self, leaves: bytes) -> None:
        """Hold the leaves; the nodes above them are hashed when first asked for."""
        self.leaves = leaves
        self.size = len(leaves) // HASH_SIZE

    def each(self) -> Iterator[bytes]:
        """Yield each leaf."""
        return (self.leaves[n : n + HASH_SIZE] for n in range(0, len(self.leaves), HASH_SIZE))

    @cached_property
    def _levels(self) -> list[bytes]:
        """The whole nodes of each level: of an odd last one there is nothing above."""
        levels, width = [self.leaves], 2 * HASH_SIZE
        while len(levels[-1]) >= width:
            below = levels[-1]
            pairs = range(0, len(below) // width * width, width)
            levels.append(b"".join([node_hash(below[n : n + 32], below[n + 32 : n + width]) for n in pairs]))
        return levels

    @property
    def root(self) -> bytes:
        """Return the root over all leaves."""
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """Return the root that the tree had when it held *size* leaves."""
        if not 0 <= size <= self.size:
            raise ValueError(f"a tree of {self.size} leaves has no root at {size}")
        return self.node((size - 1).bit_length(), 0, size) if size else EMPTY_ROOT

    def proof(self, index: int, size: int) -> list[bytes]:
        """Return the nodes that prove a leaf in the tree of *size* leaves (RFC 6962, 2.1.1)."""
        return [self.node(level, number, size) for level, number in proof_places(index, size)]

    def node(self, level: int, number: int, size: int) -> bytes:
        """Return a node of the tree of *size* leaves; the last one of a level may stand over fewer leaves."""
        if (number + 1) << level <= size:
            return self._levels[level][number * HASH_SIZE : (number + 1) * HASH_SIZE]
        left, right = 2 * number, 2 * number + 1
        if level and right << (level - 1) < size:
            return node_hash(self.node(level - 1, left, size), self.node(level - 1, right, size))
        return self.node(level - 1, left, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the nodes that prove that the tree of *first* leaves began the one of *second* (RFC 6962, 2.1.2)."""
        if not 0 < first < second:
            return []
        return self._consistency(first, 0, second, whole=True)

    def _consistency(self, first: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if first == end - start:
            return [] if whole else [self._over(start, end)]
        half = 1 << (end - start - 1).bit_length() - 1
        if first <= half:
            return [*self._consistency(first, start, start + half, whole=whole), self._over(start + half, end)]
        return [*self._consistency(first - half, start + half, end, whole=False), self._over(start, start + half)]

    def _over(self, start: int, end: int) -> bytes:
        level = (end - start - 1).bit_length()
        return self.node(level, start >> level, end)
