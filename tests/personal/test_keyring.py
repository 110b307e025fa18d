"""Keys of persons: each in a file of its own, under a master key that only its owner reads; and what they seal."""

from pathlib import Path

import pytest

from personal.keyring import KeyFileError, KeyRing, NoMasterKeyError, OtherMasterKeyError, make_master
from personal.sealing import open_box, seal

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    make_master(tmp_path / "master.key")
    return KeyRing(tmp_path / "master.key", tmp_path / "keys")


def test_only_the_owner_reads_the_master_key_and_the_persons_keys(ring: KeyRing) -> None:
    ring.make("h-7")
    assert ring.master is not None
    assert ring.folder is not None
    (file,) = ring.folder.iterdir()
    modes = [path.stat().st_mode & 0o777 for path in (ring.master, ring.folder, file)]
    assert modes == [0o600, 0o700, 0o600]
    ring.master.chmod(0o640)
    with pytest.raises(KeyFileError, match="others may read it"):
        ring.key("h-7")


def test_a_key_is_made_once_and_each_person_has_another(ring: KeyRing) -> None:
    assert ring.key("h-7") is None
    made = ring.make("h-7")
    assert [ring.make("h-7"), ring.key("h-7")] == [made, made]
    assert ring.make("H-7") != made  # Also on a disk that does not tell them apart.
    assert made not in b"".join(file.read_bytes() for file in (ring.folder or Path()).iterdir())


def test_a_destroyed_key_is_gone_and_the_next_is_another(ring: KeyRing) -> None:
    made = ring.make("h-7")
    assert [ring.destroy("h-7"), ring.destroy("h-7"), ring.key("h-7")] == [True, False, None]
    assert list((ring.folder or Path()).iterdir()) == []
    assert ring.make("h-7") != made


def test_a_key_under_another_master_key_is_told(ring: KeyRing, tmp_path: Path) -> None:
    ring.make("h-7")
    make_master(tmp_path / "other.key")
    with pytest.raises(OtherMasterKeyError, match=r"h-7.*other\.key"):
        KeyRing(tmp_path / "other.key", ring.folder).key("h-7")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"bridgefund_master_key": "00"}', '{"bridgefund_master_key": 1}'])
def test_what_is_no_master_key_is_told(ring: KeyRing, content: str) -> None:
    assert ring.master is not None
    ring.master.write_text(content, encoding="utf-8")
    with pytest.raises(KeyFileError, match="no master key"):
        ring.key("h-7")


def test_a_master_key_is_made_on_first_use_only_where_that_is_allowed(tmp_path: Path) -> None:
    master, keys = tmp_path / "master.key", tmp_path / "keys"
    for ring in (KeyRing(master, keys), KeyRing(None, keys, may_make=True), KeyRing(master, None, may_make=True)):
        with pytest.raises(NoMasterKeyError, match="BRIDGEFUND_PERSONAL_KEY"):
            ring.make("h-7")
    assert list(tmp_path.iterdir()) == []
    assert KeyRing(master, keys, may_make=True).make("h-7") == KeyRing(master, keys).key("h-7")


def test_the_same_text_of_the_same_person_is_the_same_box_and_no_other() -> None:
    box = seal(KEY, "h-7", "户主某")
    assert seal(KEY, "h-7", "户主某") == box
    others = {seal(KEY, "h-7", "户主其"), seal(KEY, "h-8", "户主某"), seal(OTHER, "h-7", "户主某")}
    assert len(others | {box}) == 4
    assert {len(seal(KEY, "h-7", name)) for name in ("王某", "买买提·样例", "")} == {80}  # The length tells nothing.


def test_a_box_opens_with_its_key_for_its_person_only() -> None:
    box = seal(KEY, "h-7", "户主某")
    assert open_box(KEY, "h-7", box) == "户主某"
    turned = ("B" if box[0] == "A" else "A") + box[1:]
    for key, person, tried in ((OTHER, "h-7", box), (KEY, "h-8", box), (KEY, "h-7", turned), (KEY, "h-7", "A")):
        assert open_box(key, person, tried) is None
