"""The file store: each file once, under its digest, whole or not at all; in a folder as in a bucket's likeness."""

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.file_checks import check_size
from domain.paper_refusals import EmptyFileError, FileTooLargeError
from domain.policy import load_engine
from files.store import CHUNK_BYTES, FileStore, FileStoreError, Measured, files_url
from tests.places import ROOT

RULE = load_engine(ROOT / "policies" / "engine.toml").rules.files
GIB = 1 << 30


def any_size(_seen: int) -> None:
    pass


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """A folder, and what fsspec keeps in memory: a bucket has no folders and no rename either."""
    return FileStore(f"{tmp_path}/kept" if request.param == "folder" else f"memory://{tmp_path.name}")


def test_a_file_lies_once_under_its_digest(store: FileStore) -> None:
    content, digest = b"a paper", digest_of(b"a paper")
    assert store.size(digest) is None
    assert [*store.stored()] == []
    assert store.put(BytesIO(content), any_size) == Measured(digest, 7)
    assert store.put(BytesIO(content), any_size) == Measured(digest, 7)
    assert (store.size(digest), [*store.stored()], store.unfinished()) == (7, [digest], 0)
    assert store.measure(digest) == Measured(digest, 7)
    with store.open(digest) as stream:
        assert stream.read() == content


def test_what_is_stored_is_never_written_again(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    digest = store.put(BytesIO(b"a paper"), any_size).digest
    (place,) = tmp_path.rglob(digest)
    assert place == tmp_path / digest[:2] / digest[2:4] / digest
    place.write_bytes(b"altered")  # Even then: what differs is a finding, and not mended behind anybody's back.
    store.put(BytesIO(b"a paper"), any_size)
    assert place.read_bytes() == b"altered"
    assert store.measure(digest) == Measured(digest_of(b"altered"), 7)


class _Breaks(BytesIO):
    """A stream that breaks off after its first piece."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(b"x" * (CHUNK_BYTES + 1))
        self._error = error

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise self._error
        return super().read(size)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(5, "Input/output error"), RuntimeError("gone")])
def test_an_upload_that_breaks_off_leaves_nothing(store: FileStore, error: BaseException) -> None:
    with pytest.raises((type(error), BadInputError)):
        store.put(_Breaks(error), any_size)
    assert ([*store.stored()], store.unfinished()) == ([], 0)


def test_what_a_killed_upload_left_is_counted_and_not_visible(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    store.put(BytesIO(b"a paper"), any_size)
    (tmp_path / "incoming" / ("0" * 32)).write_bytes(b"half a pap")
    assert ([*store.stored()], store.unfinished()) == ([digest_of(b"a paper")], 1)


class _Endless:
    """A file of 2 GiB, of which it is counted how much was read."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int) -> bytes:
        self.given += min(size, 2 * GIB - self.given)
        return b"\x00" * size


def test_two_gibibytes_are_refused_without_reading_them(store: FileStore) -> None:
    assert RULE is not None
    endless = _Endless()
    with pytest.raises(FileTooLargeError) as caught:
        store.put(endless, lambda seen: check_size("录像.pdf", seen, RULE))  # type: ignore[arg-type]
    assert endless.given == RULE.size_most_bytes + CHUNK_BYTES
    assert "50" in caught.value.text("zh")
    assert ([*store.stored()], store.unfinished()) == ([], 0)


def test_an_empty_file_is_refused(store: FileStore) -> None:
    assert RULE is not None
    with pytest.raises(EmptyFileError):
        store.put(BytesIO(), lambda seen: check_size("空.pdf", seen, RULE))
    assert [*store.stored()] == []


def test_a_long_file_is_told_piece_by_piece(store: FileStore) -> None:
    told: list[int] = []
    content = os.urandom(2 * CHUNK_BYTES + 5)
    assert store.put(BytesIO(content), any_size, told.append).digest == digest_of(content)
    assert told == [CHUNK_BYTES, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 5]
    again: list[int] = []
    store.measure(digest_of(content), again.append)
    assert again[-1] == 2 * CHUNK_BYTES + 5


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=12))
def test_as_many_files_as_contents(contents: list[bytes]) -> None:
    # In memory, a place for each list: what fsspec keeps there it keeps for all.
    store = FileStore(f"memory://{digest_of(repr(contents).encode())}")
    for content in contents:
        assert store.put(BytesIO(content), any_size).digest == digest_of(content)
    assert sorted(store.stored()) == sorted({digest_of(content) for content in contents})


def test_what_cannot_be_written_to_may_answer_later(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file, no folder")
    with pytest.raises(FileStoreError) as caught:
        FileStore(f"{tmp_path}/kept").put(BytesIO(b"a paper"), any_size)
    assert caught.value.temporary
    assert str(tmp_path) in caught.value.text("zh")


def test_an_address_that_nobody_knows_is_bad_input() -> None:
    with pytest.raises(BadInputError, match="BRIDGEFUND_FILES"):
        FileStore("no-such-kind://bucket")


@pytest.mark.parametrize(
    ("given_", "ledger", "url"),
    [
        (None, "sqlite:////data/ledger.db", "/data/ledger.db.files"),
        (None, "sqlite:///ledger.db", "ledger.db.files"),
        (None, "sqlite://", None),
        (None, "postgresql://u:p@h/bridgefund", None),
        ("s3://bucket/papers", "sqlite:///ledger.db", "s3://bucket/papers"),
    ],
)
def test_files_lie_where_is_said_else_beside_the_ledger(given_: str | None, ledger: str, url: str | None) -> None:
    assert files_url(given_, ledger) == url
