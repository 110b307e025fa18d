"""Tiles (瓦片): the hashes of a log in files of at most 256 each, as c2sp.org/tlog-tiles has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.log_tree import Tree
from audit.verify import HASH_SIZE

WIDTH = 256
BYTES_MAX = WIDTH * HASH_SIZE
_BITS = 8  # A tile is a tree of this height.
_PART = 1_000


@dataclass(frozen=True)
class Tile:
    """One tile: its level, its number on it, and how many hashes it has."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def name(self) -> str:
        """Return its path, such as `tile/0/x001/x234/067` or `tile/1/000.p/3`."""
        parts, left = [f"{self.number % _PART:03}"], self.number // _PART
        while left:
            parts, left = [f"x{left % _PART:03}", *parts], left // _PART
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{'/'.join(parts)}{partial}"

    def of(self, tree: Tree) -> bytes:
        """Return its hashes: each over a whole tile of the level below, or a leaf."""
        numbers = range(self.number * WIDTH, self.number * WIDTH + self.width)
        if not self.level:
            return tree.leaves[numbers.start * HASH_SIZE : numbers.stop * HASH_SIZE]
        return b"".join([tree.node(_BITS * self.level, number, tree.size) for number in numbers])


def full_tiles(size: int) -> Iterator[Tile]:
    """Yield the whole tiles of a tree of *size* leaves, from below."""
    level, width = 0, size
    while width:
        yield from (Tile(level, number) for number in range(width // WIDTH))
        level, width = level + 1, width // WIDTH


def partial_tiles(size: int) -> Iterator[Tile]:
    """Yield the tiles of a tree of *size* leaves that are not whole: at most one on each level."""
    level, width = 0, size
    while width:
        if width % WIDTH:
            yield Tile(level, width // WIDTH, width % WIDTH)
        level, width = level + 1, width // WIDTH
