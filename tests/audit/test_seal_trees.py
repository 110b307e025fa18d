"""The tree over a log, its proofs and its tiles, against what RFC 6962 and c2sp.org/tlog-tiles say of them."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis.strategies import DataObject, data, integers

from audit.log_tree import Tree
from audit.tiles import Tile, full_tiles, partial_tiles
from audit.verify import is_consistent, proven_root, root_of
from tests.audit.sealed import tree_of

MOST = 600
ENTRIES = [str(n).encode() for n in range(MOST)]
LEAVES = [sha256(b"\0" + entry).digest() for entry in ENTRIES]


# RFC 6962, 2.1, 2.1.1 and 2.1.2, as they are written there.


def split(n: int) -> int:
    """Return the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(start: int, end: int) -> bytes:
    if start == end:
        return sha256().digest()
    if end - start == 1:
        return sha256(b"\0" + ENTRIES[start]).digest()
    k = split(end - start)
    return sha256(b"\1" + mth(start, start + k) + mth(start + k, end)).digest()


def path(m: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    k = split(end - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    if m == end - start:
        return [] if whole else [mth(start, end)]
    k = split(end - start)
    if m <= k:
        return [*subproof(m, start, start + k, whole=whole), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, whole=False), mth(start, start + k)]


TREE = Tree(b"".join(LEAVES))


@given(integers(0, MOST))
def test_the_root_at_any_size_is_the_rfcs(size: int) -> None:
    assert TREE.root_at(size) == root_of(LEAVES[:size]) == mth(0, size)


@given(data())
def test_a_facts_proof_is_the_rfcs_and_proves_that_fact_at_that_place_only(some: DataObject) -> None:
    size = some.draw(integers(1, MOST))
    index = some.draw(integers(0, size - 1))
    proof = TREE.proof(index, size)
    assert proof == path(index, 0, size)
    assert proven_root(LEAVES[index], index, size, proof) == mth(0, size)
    other = some.draw(integers(0, size - 1))
    if other != index:
        assert proven_root(LEAVES[index], other, size, proof) != mth(0, size)
        assert proven_root(LEAVES[other], index, size, proof) != mth(0, size)
    assert proven_root(LEAVES[index], index, size, [*proof, LEAVES[0]]) is None
    if proof:
        assert proven_root(LEAVES[index], index, size, proof[:-1]) != mth(0, size)


@given(data())
def test_a_proof_that_a_log_grew_is_the_rfcs_and_no_other_root_passes(some: DataObject) -> None:
    second = some.draw(integers(1, MOST))
    first = some.draw(integers(1, second))
    proof = TREE.consistency(first, second)
    assert proof == subproof(first, 0, second, whole=True)
    assert is_consistent(first, mth(0, first), second, mth(0, second), proof)
    wrong = sha256(b"wrong").digest()
    assert not is_consistent(first, wrong, second, mth(0, second), proof)
    assert not is_consistent(first, mth(0, first), second, wrong, proof)
    for n in range(len(proof)):
        flipped = [*proof[:n], wrong, *proof[n + 1 :]]
        assert not is_consistent(first, mth(0, first), second, mth(0, second), flipped)
    assert not is_consistent(first, mth(0, first), second, mth(0, second), [*proof, wrong])


# Tiles


def names(tiles: Sequence[Tile]) -> list[str]:
    return [tile.name for tile in tiles]


def test_a_tiles_name_is_in_threes() -> None:
    assert Tile(0, 1234067).name == "tile/0/x001/x234/067"
    assert (Tile(1, 0).name, Tile(2, 1000, 17).name) == ("tile/1/000", "tile/2/x001/000.p/17")


@pytest.mark.parametrize(
    ("size", "full", "partial"),
    [
        (0, [], []),
        (1, [], ["tile/0/000.p/1"]),
        (255, [], ["tile/0/000.p/255"]),
        (256, ["tile/0/000"], ["tile/1/000.p/1"]),
        (257, ["tile/0/000"], ["tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_which_tiles_a_small_log_has(size: int, full: list[str], partial: list[str]) -> None:
    assert (names([*full_tiles(size)]), names([*partial_tiles(size)])) == (full, partial)


def test_a_log_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    """273 full ones on level 0 and one of 112; one full on level 1 and one of 17; one of 1 on level 2."""
    full = [*full_tiles(70_000)]
    assert [sum(tile.level == level for tile in full) for level in (0, 1, 2)] == [273, 1, 0]
    assert names([*partial_tiles(70_000)]) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]


def test_what_is_in_tiles_by_hand() -> None:
    """A tile holds leaves one behind the other; above, each hash is over a whole tile, never over part of one."""
    tree = tree_of(65_537)
    leaves = [tree.leaves[n : n + 32] for n in range(0, len(tree.leaves), 32)]
    assert Tile(0, 0).of(tree) == b"".join(leaves[:256])
    assert Tile(0, 256, 1).of(tree) == leaves[65_536]
    assert Tile(1, 0).of(tree)[32:64] == root_of(leaves[256:512])
    assert Tile(2, 0, 1).of(tree) == root_of(leaves[:65_536])
