"""The audit of files: what is missing or altered is found and named; what nobody asked for is counted."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from audit.book import read_book
from audit.files import check_files
from domain.ledger import Ledger, Step
from domain.papers import Attach, PaperAttached, PaperWithdrawn, Withdraw, papers_stream
from files.store import FileStore
from tests.domain.given import by

ONE, TWO = "sample/project/A01", "sample/project/A02"


class Archive:
    """A ledger with a file store beside it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder / "files"
        self.ledger = Ledger(url)
        self.store = FileStore(str(self.folder))

    def attach(self, case: str, paper: str, content: bytes, replaces: str = "") -> str:
        """Put a file into the store, record it, and return its digest."""
        found, act = self.store.put(BytesIO(content), lambda _: None), by("li")
        said = (case, paper, "accept", f"{paper}.pdf", found.digest, found.size_bytes, "application/pdf", replaces)
        self.ledger.execute(Step(papers_stream(case), Attach(act, PaperAttached(act, *said))))
        return found.digest

    def withdraw(self, case: str, paper: str, digest: str) -> None:
        """Take a paper back."""
        act = by("li")
        command = Withdraw(act, PaperWithdrawn(act, case, paper, digest, "附错"))
        self.ledger.execute(Step(papers_stream(case), command))

    def place(self, digest: str) -> Path:
        """Return where a file lies."""
        return next(self.folder.rglob(digest))


@pytest.fixture
def archive(tmp_path: Path, store: str) -> Iterator[Archive]:
    made = Archive(tmp_path, store)
    with made.ledger:
        yield made


def found(archive: Archive) -> list[tuple[str, str, str]]:
    return [(bad.kind, bad.case, bad.paper) for bad in check_files(archive.ledger, archive.store).found]


def test_whole_files_are_read_once_and_nothing_is_found(archive: Archive) -> None:
    archive.attach(ONE, "report", b"the same paper")
    archive.attach(TWO, "report", b"the same paper")
    archive.attach(ONE, "photos", b"another")
    told: list[tuple[int, int]] = []
    report = check_files(archive.ledger, archive.store, lambda at, of: told.append((at, of)))
    assert (report.found, report.papers, report.files, report.read_bytes) == ([], 3, 2, 21)
    assert (report.orphans, report.unfinished) == (0, 0)
    assert told == [(14, 21), (21, 21)]


def test_an_empty_archive_is_whole(archive: Archive) -> None:
    assert check_files(archive.ledger, archive.store).found == []


def test_a_missing_file_is_named_with_every_paper_that_rests_on_it(archive: Archive) -> None:
    digest = archive.attach(ONE, "report", b"the same paper")
    archive.attach(TWO, "plan", b"the same paper")
    archive.place(digest).unlink()
    assert found(archive) == [("missing", ONE, "report"), ("missing", TWO, "plan")]


@pytest.mark.parametrize(
    ("content", "kind"), [(b"a pap3r", "digest"), (b"a paper, longer", "size"), (b"", "size"), (b"a pape", "size")]
)
def test_an_altered_file_is_named(archive: Archive, content: bytes, kind: str) -> None:
    archive.attach(ONE, "report", b"a whole one")
    archive.place(archive.attach(ONE, "photos", b"a paper")).write_bytes(content)
    (bad,) = check_files(archive.ledger, archive.store).found
    assert (bad.kind, bad.case, bad.paper, bad.file_name, bad.size_bytes) == (kind, ONE, "photos", "photos.pdf", 7)
    assert all(bad.found in words for words in (bad.words().zh, bad.words().en))


def test_what_was_replaced_or_taken_back_is_kept_and_looked_at(archive: Archive) -> None:
    older = archive.attach(ONE, "report", b"older")
    newer = archive.attach(ONE, "report", b"newer", replaces=older)
    archive.withdraw(ONE, "report", newer)
    for digest in (older, newer):
        archive.place(digest).unlink()
    assert found(archive) == [("missing", ONE, "report")] * 2


def test_a_file_that_cannot_be_read_hides_no_other(archive: Archive) -> None:
    unreadable = archive.place(archive.attach(ONE, "report", b"a paper"))
    unreadable.unlink()
    unreadable.mkdir()  # As a broken disk answers: it is there, and reading it fails.
    gone = archive.attach(ONE, "photos", b"another")
    archive.place(gone).unlink()
    assert found(archive) == [("unreadable", ONE, "report"), ("missing", ONE, "photos")]


def test_a_folder_that_is_none_hides_no_other(archive: Archive) -> None:
    folder = archive.place(archive.attach(ONE, "report", b"a paper")).parent
    shutil.rmtree(folder)
    folder.write_bytes(b"what a check of the disk left")
    gone = archive.attach(ONE, "photos", b"another")
    archive.place(gone).unlink()
    assert found(archive) == [("missing", ONE, "report"), ("missing", ONE, "photos")]


def test_what_nobody_asked_for_is_a_count(archive: Archive) -> None:
    archive.attach(ONE, "report", b"a paper")
    archive.store.put(BytesIO(b"uploaded, and then not asked for"), lambda _: None)
    (archive.folder / "incoming" / "broken").write_bytes(b"half")
    report = check_files(archive.ledger, archive.store)
    assert (report.found, report.orphans, report.unfinished) == ([], 1, 1)


def test_a_paper_is_held_against_the_runs_of_its_case(archive: Archive) -> None:
    archive.attach(ONE, "report", b"a paper")
    book = read_book(archive.ledger, before=0)
    assert [(command.cases, command.before) for command in book.commands.values()] == [([ONE], False)]
    assert (book.is_open, book.aside) == ({}, set())
