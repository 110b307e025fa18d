"""What is published of a log, read with care: its checkpoints, keys and leaves, in files as `log_folder` says."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.log_tree import Tree
from audit.outside import Outside
from audit.seal_keys import read_rotation
from audit.seals import Signed
from audit.tiles import BYTES_MAX, Tile, full_tiles, partial_tiles
from audit.verify import HASH_SIZE, Verifier, read_verifier
from audit.witness_refusals import OtherLogError
from domain.errors import BadInputError

NOTE_MAX, KEYS_MAX = 1 << 16, 1 << 20  # Bytes.
LEAVES_MAX = 1 << 24  # Half a GiB of hashes; a store of a county has about a million facts.
Told = Callable[[int, int], None]
LATEST, EACH, KEYS = "checkpoint", "checkpoints", "keys.json"


@dataclass(frozen=True)
class Keys:
    """Whose signatures are to be expected: the log's keys and its witnesses', and how the log's handed over."""

    verifiers: tuple[Verifier, ...] = ()
    rotations: tuple[str, ...] = ()

    def with_(self, other: "Keys") -> "Keys":
        """Return these with others behind them, none twice."""
        verifiers = dict.fromkeys([*self.verifiers, *other.verifiers])
        return Keys(tuple(verifiers), tuple(dict.fromkeys([*self.rotations, *other.rotations])))

    def text(self) -> str:
        """Return them as they are published."""
        said = {"verifiers": [str(key) for key in self.verifiers], "rotations": list(self.rotations)}
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


class LogFolder:
    """A published folder."""

    def __init__(self, path: Path) -> None:
        """Name the folder."""
        self.path = path
        self.files = Outside(path)

    def latest(self) -> Signed | None:
        """Return the latest checkpoint, or None where nothing was published.

        Raises:
            BadInputError: If there is something else.
        """
        return read_signed(self.files, LATEST)

    def sizes(self) -> list[int]:
        """Return of how many facts there are checkpoints, the smallest first.

        Raises:
            BadInputError: If they cannot be read.
        """
        return self.files.numbers(EACH)

    def at(self, size: int) -> Signed | None:
        """Return the checkpoint over *size* facts, if there is one.

        Raises:
            BadInputError: If there is something else under its name.
        """
        found = read_signed(self.files, f"{EACH}/{size}")
        if found and found.checkpoint.size != size:
            raise BadInputError(str(self.path / EACH / str(size)), f"a checkpoint over {found.checkpoint.size} facts")
        return found

    def all(self) -> Iterator[Signed]:
        """Yield each checkpoint, the smallest first.

        Raises:
            BadInputError: If one of them is none.
        """
        for size in self.sizes():
            if found := self.at(size):
                yield found

    def of(self, origin: str) -> Iterator[Signed]:
        """Yield each checkpoint of the log *origin*, the latest one again at the end.

        Raises:
            OtherLogError: If one is of another log.
            BadInputError: If one of them is none.
        """
        latest = self.latest()
        for found in (*self.all(), *([latest] if latest else ())):
            if found.checkpoint.origin != origin:
                raise OtherLogError(str(self.path), found.checkpoint.origin, origin)
            yield found

    def keys(self) -> Keys:
        """Return the keys that the folder names: whom to trust among them it cannot say.

        Raises:
            BadInputError: If the file is damaged.
        """
        text = self.files.read_text(KEYS, KEYS_MAX)
        if text is None:
            return Keys()
        try:
            said = json.loads(text)
            for rotation in said["rotations"]:
                read_rotation(rotation)
            return Keys(tuple(map(read_verifier, said["verifiers"])), tuple(said["rotations"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
            raise BadInputError(str(self.path / KEYS), f"no keys of a log / 不是密钥清单: {e}") from e

    def leaves(self, size: int, told: Told = lambda *_: None) -> Tree:
        """Return the tree over the first *size* leaves, held against nothing yet.

        Raises:
            BadInputError: If they are too many, or a tile is missing or of another length.
        """
        if size > LEAVES_MAX:
            raise BadInputError(str(self.path), f"{size} facts; at most {LEAVES_MAX} can be read / 超出可读上限")
        leaves = bytearray()
        for tile in [*(t for t in full_tiles(size) if not t.level), *(t for t in partial_tiles(size) if not t.level)]:
            leaves += self._tile(tile)
            told(len(leaves) // HASH_SIZE, size)
        return Tree(bytes(leaves))

    def _tile(self, tile: Tile) -> bytes:
        wanted = tile.width * HASH_SIZE
        data = self.files.read(tile.name, wanted)
        if data is None:  # The whole one may have taken the place of a part of it.
            data = (self.files.read(Tile(tile.level, tile.number).name, BYTES_MAX) or b"")[:wanted]
        if len(data) != wanted:
            raise BadInputError(str(self.path / tile.name), f"missing or shorter than {wanted} bytes / 缺失或不足")
        return data


def read_signed(files: Outside, name: str) -> Signed | None:
    """Return the checkpoint in a file, or None where there is none.

    Raises:
        BadInputError: If there is something else.
    """
    text = files.read_text(name, NOTE_MAX)
    if text is None:
        return None
    found = Signed(text)
    try:
        _ = found.checkpoint
    except ValueError as e:  # A size of thousands of digits is none either.
        raise BadInputError(str(files.path / name), f"no checkpoint / 不是检查点: {e}") from e
    return found
