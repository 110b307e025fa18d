"""The published folder: what is written, that a kill between any two files loses nothing, and hostile ones refused."""

import json
import os
from itertools import count
from pathlib import Path

import pytest

from audit.log_folder import publish, read_folder
from audit.log_tree import Tree
from audit.notes import cosigned
from audit.published import LEAVES_MAX, Keys, LogFolder
from audit.seal_keys import SealKey
from audit.witness_refusals import FolderDiffersError, OtherLogError, TilesDifferError
from domain.errors import BadInputError
from tests.audit.sealed import LOG, day, head_of, log_key, put_out, rewritten, tree_of, witness_key


@pytest.fixture
def key(tmp_path: Path) -> SealKey:
    return log_key(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "published"


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_has_the_checkpoint_the_tiles_and_the_keys_and_nothing_else(folder: Path, key: SealKey) -> None:
    seal = put_out(folder, tree_of(257), key)
    assert {*files(folder)} == {
        "checkpoint",
        "checkpoints/257",
        "keys.json",
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
    }
    assert files(folder)["checkpoint"] == files(folder)["checkpoints/257"] == seal.text.encode()
    assert json.loads(files(folder)["keys.json"]) == {"verifiers": [str(key.verifier)], "rotations": []}


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_800])
def test_what_was_published_is_read_back(size: int, folder: Path, key: SealKey) -> None:
    tree = tree_of(size)
    seal = put_out(folder, tree, key)
    found = read_folder(folder)
    assert (found.tree.leaves, found.latest.text, found.keys.verifiers) == (tree.leaves, seal.text, (key.verifier,))


def test_only_what_is_missing_is_written(folder: Path, key: SealKey) -> None:
    whole = tree_of(300)
    first = put_out(folder, Tree(whole.leaves[: 260 * 32]), key)
    before = {name: (folder / name).stat().st_mtime_ns for name in files(folder)}
    second = head_of(whole, key, day(1))
    keys = Keys((key.verifier,))
    assert publish(folder, [first, second], whole, keys) == 3  # A partial tile, a checkpoint, and which is the latest.
    assert {name for name, at in before.items() if (folder / name).stat().st_mtime_ns != at} == {"checkpoint"}
    assert publish(folder, [first, second], whole, keys) == 0


def test_a_store_that_was_sealed_before_publishes_its_older_checkpoints_too(folder: Path, key: SealKey) -> None:
    """With the partial tiles that their sizes need."""
    whole = tree_of(300)
    seals = [head_of(Tree(whole.leaves[: size * 32]), key) for size in (10, 260, 300)]
    publish(folder, seals, whole, Keys((key.verifier,)))
    assert LogFolder(folder).sizes() == [10, 260, 300]
    assert {"tile/0/000.p/10", "tile/0/001.p/4", "tile/0/001.p/44"} <= {*files(folder)}


def test_killed_between_any_two_writes_the_folder_stays_readable_and_is_completed(
    tmp_path: Path, key: SealKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tree_of(520)
    before = Tree(whole.leaves[: 255 * 32])
    replace = os.replace
    for survived in count():
        folder = tmp_path / f"killed-{survived}"
        first = put_out(folder, before, key)
        left = [survived]

        def killing(new: str, file: str, left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            replace(new, file)

        keys, seals = Keys((key.verifier,)), [first, head_of(whole, key, day(1))]
        monkeypatch.setattr(os, "replace", killing)
        try:
            written = publish(folder, seals, whole, keys)
        except KeyboardInterrupt:
            monkeypatch.setattr(os, "replace", replace)
            assert read_folder(folder).tree.leaves == before.leaves
            publish(folder, seals, whole, keys)
            assert read_folder(folder).tree.leaves == whole.leaves
            assert not [*folder.rglob(".*.new")]
        else:
            assert survived == written == 6
            return


# What differs


def test_a_full_tile_that_differs_is_a_finding_and_is_left(folder: Path, key: SealKey) -> None:
    tree = tree_of(300)
    put_out(folder, tree, key)
    (folder / "tile/0/000").write_bytes(b"\0" * 8192)
    before = files(folder)
    with pytest.raises(FolderDiffersError, match="tile/0/000 is not what this history makes of it"):
        put_out(folder, tree, key)
    assert files(folder) == before


def test_a_history_that_is_not_the_published_one_is_not_published(folder: Path, key: SealKey) -> None:
    put_out(folder, tree_of(300), key)
    before = files(folder)
    for other in (rewritten(tree_of(320), 299), tree_of(299)):  # Rewritten and gone on; cut off.
        with pytest.raises(FolderDiffersError, match="checkpoints/300"):
            put_out(folder, other, key)
    assert files(folder) == before


def test_another_logs_folder_is_refused(folder: Path, tmp_path: Path, key: SealKey) -> None:
    put_out(folder, tree_of(3), key)
    with pytest.raises(OtherLogError, match=f"{LOG}, not of ledger.other.example"):
        put_out(folder, tree_of(3), log_key(tmp_path, "ledger.other.example"))


def test_witnesses_signatures_stay_when_more_is_published(folder: Path, tmp_path: Path, key: SealKey) -> None:
    tree, witness = tree_of(5), witness_key(tmp_path)
    seal = put_out(folder, tree, key)
    for name in ("checkpoint", "checkpoints/5"):
        (folder / name).write_text(seal.text + cosigned(seal.note, witness, day(0)))
    publish(folder, [seal, head_of(tree_of(9), key)], tree_of(9), Keys((key.verifier,)))
    kept = LogFolder(folder).at(5)
    assert kept is not None
    assert [one.name for one in kept.note.signatures] == [key.name, witness.name]


def test_leaves_that_do_not_lead_to_the_checkpoint_are_a_finding(folder: Path, key: SealKey) -> None:
    put_out(folder, tree_of(300), key)
    (folder / "tile/0/001.p/44").write_bytes(b"\1" * 44 * 32)
    with pytest.raises(TilesDifferError, match="300 facts"):
        read_folder(folder)


def test_a_whole_tile_serves_where_its_part_was_taken_away(folder: Path, key: SealKey) -> None:
    tree = tree_of(256)
    put_out(folder, Tree(tree.leaves[: 3 * 32]), key)
    tile = folder / "tile/0/000"
    (folder / "tile/0/000.p/3").unlink()
    tile.write_bytes(tree.leaves)
    assert read_folder(folder).tree.size == 3


# Hostile folders


def hostile_size(folder: Path) -> None:
    note = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(note.replace("\n300\n", f"\n{LEAVES_MAX + 1}\n"))


def long_size(folder: Path) -> None:
    note = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(note.replace("\n300\n", f"\n{'9' * 5000}\n"))


def linked_out(folder: Path) -> None:
    (folder / "tile").rename(folder.parent / "tile")
    (folder / "tile").symlink_to(folder.parent / "tile")


def linked_tile(folder: Path) -> None:
    (folder / "tile/0/000").rename(folder.parent / "000")
    (folder / "tile/0/000").symlink_to(folder.parent / "000")


def sparse(folder: Path) -> None:
    os.truncate(folder / "checkpoint", 1 << 40)


def bomb(folder: Path) -> None:
    (folder / "keys.json").write_text("[" * 500_000)


def pipe(folder: Path) -> None:
    (folder / "keys.json").unlink()
    os.mkfifo(folder / "keys.json")


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (lambda f: (f / "checkpoint").unlink(), "no published seals"),
        (lambda f: (f / "checkpoint").write_bytes(b"\xff\xfe"), "no UTF-8 text"),
        (lambda f: (f / "checkpoint").write_text("nothing\n"), "no checkpoint"),
        (lambda f: (f / "checkpoint").write_text("\x1b[2Ja\n1\nAAAA\n\n— a AAAAAAAA\n"), "control characters"),
        (hostile_size, "can be read"),
        (long_size, "no checkpoint"),
        (sparse, "longer than"),
        (lambda f: (f / "tile/0/000").unlink(), "missing or shorter"),
        (lambda f: (f / "tile/0/000").write_bytes(b"short"), "missing or shorter"),
        (lambda f: os.truncate(f / "tile/0/000", 1 << 40), "longer than 8192 bytes"),
        (linked_out, "leads out of the folder"),
        (linked_tile, "tile/0/000"),
        (bomb, "no keys of a log"),
        (lambda f: (f / "keys.json").write_text('{"verifiers": ["x+y+z"], "rotations": []}'), "no keys of a log"),
        (lambda f: (f / "keys.json").write_text('{"verifiers": {}, "rotations": ["x"]}'), "no keys of a log"),
        (pipe, "no plain file"),
    ],
)
def test_a_hostile_or_damaged_folder_is_refused_in_words(done: object, told: str, folder: Path, key: SealKey) -> None:
    put_out(folder, tree_of(300), key)
    assert callable(done)
    done(folder)
    with pytest.raises(BadInputError, match=told):
        read_folder(folder)


def test_nothing_is_written_through_a_link_that_leads_out(folder: Path, key: SealKey, tmp_path: Path) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "tile").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInputError, match="leads out of the folder"):
        put_out(folder, tree_of(3), key)
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_a_place_that_is_no_folder_is_told(tmp_path: Path, key: SealKey) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match=r"Not a directory|File exists"):
        put_out(tmp_path / "file", tree_of(3), key)
