"""Files on their way where the machine does not do what is asked: a full disk, a name too long, a name of no text."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from cli.file_transfers import fetched, stored
from domain.errors import BadInputError
from domain.papers import PaperAttached
from domain.policy import load_engine
from files.store import FileStore, FileStoreError
from tests.cli.test_files import attach, told
from tests.cli.test_files import store as store  # noqa: PLC0414 - a fixture
from tests.domain.given import by
from tests.files.samples import PDF, PNG
from tests.places import ROOT

RULE = load_engine(ROOT / "policies" / "engine.toml").rules.files


@contextmanager
def full_disk(after_bytes: int) -> Iterator[None]:
    """Let no file grow further than that, as on a disk that is full by then."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def kept(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "kept"))


@pytest.mark.parametrize("size", [len(PDF), 3 << 20])
def test_a_full_disk_is_told_and_leaves_nothing_of_what_was_got(kept: FileStore, tmp_path: Path, size: int) -> None:
    """A small file reaches the disk only when it is closed."""
    found = kept.put(BytesIO(PDF.ljust(size)), lambda _: None)
    paper = PaperAttached(by("li"), "c", "p", "s", "a.pdf", found.digest, found.size_bytes, "application/pdf")
    out = tmp_path / "out.pdf"
    with full_disk(10), pytest.raises(BadInputError, match=r"out\.pdf"):
        fetched(kept, paper, out)
    assert not out.exists()


@pytest.mark.parametrize("size", [len(PDF), 3 << 20])
def test_a_full_disk_is_told_and_leaves_nothing_of_an_upload(kept: FileStore, tmp_path: Path, size: int) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(PDF.ljust(size))
    assert RULE is not None
    with full_disk(10), pytest.raises(FileStoreError):
        stored(kept, file, "a.pdf", RULE)
    assert ([*kept.stored()], kept.unfinished()) == ([], 0)
    assert stored(kept, file, "a.pdf", RULE)[0].size_bytes == size


def test_a_path_too_long_for_the_machine_is_bad_input(kept: FileStore, tmp_path: Path) -> None:
    assert RULE is not None
    with pytest.raises(BadInputError, match="too long"):
        stored(kept, tmp_path / ("x" * 10_000), "a.pdf", RULE)


def test_a_name_that_is_no_text_is_refused_before_anything_is_stored(store: str, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xd5\xd5\xc6\xac.png")  # A name in GBK, on a machine that speaks UTF-8.
    file.write_bytes(PNG)
    result = attach(store, file)
    assert (result.exit_code, "文件名" in result.stderr) == (2, True), result.exception
    reason = attach(store, file, "--name", "照片.png", "--reason", os.fsdecode(b"\xd5\xd5"))
    assert (reason.exit_code, "request" in reason.stderr) == (2, True), reason.exception
    assert told(store, "audit", "files")["orphans"] == 0
