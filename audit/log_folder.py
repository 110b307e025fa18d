"""The published folder (公布文件夹): a store's seals where others can fetch them, on a web server or a memory stick.

`checkpoint` is the latest signed note, `checkpoints/<size>` each of them, `tile/…` the hashes (c2sp.org/tlog-tiles),
`keys.json` the keys that sign and the notes by which they handed over. Hashes only: no fact and no name is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.log_tree import Tree
from audit.notes import joined, lines_of
from audit.published import EACH, KEYS, KEYS_MAX, LATEST, Keys, LogFolder, Told
from audit.sealing import Sealed
from audit.seals import Seal, Seals, Signed
from audit.tiles import BYTES_MAX, Tile, full_tiles, partial_tiles
from audit.witness_refusals import FolderDiffersError, TilesDifferError
from domain.errors import BadInputError
from domain.ledger import Ledger


@dataclass(frozen=True)
class Published:
    """A folder as it was read: its latest checkpoint, the keys it names, and the leaves under that checkpoint."""

    latest: Signed
    keys: Keys
    tree: Tree


def read_folder(path: Path, told: Told = lambda *_: None) -> Published:
    """Return what a folder holds, its leaves held against its latest checkpoint; whose signatures it has is not asked.

    Raises:
        BadInputError: If it is none, or a file is missing, damaged or too large.
        TilesDifferError: If the leaves are not those under the checkpoint.
    """
    folder = LogFolder(path)
    latest = folder.latest()
    if latest is None:
        raise BadInputError(str(path), "no published seals: it has no file `checkpoint` / 没有公布的封印")
    tree = folder.leaves(latest.checkpoint.size, told)
    if tree.root != latest.checkpoint.root:
        raise TilesDifferError(place=str(path), size=tree.size)
    return Published(latest, folder.keys(), tree)


def publish(path: Path, seals: Sequence[Seal], tree: Tree, keys: Keys, told: Told = lambda *_: None) -> int:
    """Put *seals* (of one log, the last one over the whole *tree*) into a folder; return how many files were written.

    Only what is missing is written, each file whole, the checkpoint last: killed between any two, the folder stays
    readable as it was before, and the next time completes it. Signatures that witnesses put there stay.

    Raises:
        FolderDiffersError: If a tile or a checkpoint there is not of this history.
        OtherLogError: If the folder is another log's.
        BadInputError: If it cannot be read or written.
    """
    folder = LogFolder(path)
    with folder.files.alone():
        return _Publishing(folder, tree, told).publish([Signed(seal.text) for seal in seals], keys)


def publish_store(path: Path, ledger: Ledger, sealed: Sealed, told: Told = lambda *_: None) -> int:
    """Put all seals of a store into a folder after *sealed* was made; return how many files were written.

    Where somebody else sealed more meanwhile, nothing is: whoever did publishes these as well.

    Raises:
        BridgefundError: As `publish`.
        StoreUnreachableError: If the store does not answer.
    """
    folder, kept = LogFolder(path), Seals(ledger)
    with folder.files.alone():
        seals = kept.all()
        if seals[-1].checkpoint.size > sealed.tree.size:
            return 0
        verifiers, rotations = kept.keys()
        keys = Keys(tuple(verifiers), tuple(rotations))
        return _Publishing(folder, sealed.tree, told).publish([Signed(seal.text) for seal in seals], keys)


class _Publishing:
    """One publication."""

    def __init__(self, folder: LogFolder, tree: Tree, told: Told) -> None:
        self.folder, self.tree, self.told, self.written = folder, tree, told, 0

    def publish(self, seals: Sequence[Signed], keys: Keys) -> int:
        self._check_there(seals[-1].checkpoint.origin)
        there = set(self.folder.sizes())
        tiles = {t: None for seal in seals if seal.checkpoint.size not in there for t in self._tiles(seal)}
        tiles |= dict.fromkeys(self._tiles(seals[-1]))
        for number, tile in enumerate(tiles):
            self._put_tile(tile)
            self.told(number, len(tiles))
        for seal in seals:
            latest = self._put_checkpoint(seal)
        self._put(KEYS, keys.with_(self.folder.keys()).text())
        self._put(LATEST, latest)
        return self.written

    def _check_there(self, origin: str) -> None:
        for found in self.folder.of(origin):
            head = found.checkpoint
            if head.size > self.tree.size or self.tree.root_at(head.size) != head.root:
                raise FolderDiffersError(place=str(self.folder.path), name=f"{EACH}/{head.size}")

    def _tiles(self, seal: Signed) -> Iterator[Tile]:
        size = seal.checkpoint.size
        if size == self.tree.size:
            yield from full_tiles(size)
        yield from partial_tiles(size)

    def _put_tile(self, tile: Tile) -> None:
        data = tile.of(self.tree)
        found = self.folder.files.read(tile.name, BYTES_MAX)
        if found is None:
            self.folder.files.write(tile.name, data)
            self.written += 1
        elif found != data:
            raise FolderDiffersError(place=str(self.folder.path), name=tile.name)

    def _put_checkpoint(self, seal: Signed) -> str:
        head, found = seal.checkpoint, self.folder.at(seal.checkpoint.size)
        if found and found.claim != seal.claim:
            raise FolderDiffersError(place=str(self.folder.path), name=f"{EACH}/{head.size}")
        # What was published once stays, also where a store that was restored sealed the same facts again.
        same = found is not None and found.note.text == seal.note.text
        text = joined(seal.text, lines_of(found.text)) if found and same else (found or seal).text
        self._put(f"{EACH}/{head.size}", text)
        return text

    def _put(self, name: str, text: str) -> None:
        if self.folder.files.read(name, KEYS_MAX) != text.encode():
            self.folder.files.write(name, text.encode())
            self.written += 1
