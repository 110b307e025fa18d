"""A paper is recorded only if its file is in the store and is what the request says; what is not so leaves nothing."""

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from activities.calendars import load_calendars
from activities.deciding import CaseView, Deciding
from activities.files import Files
from domain.paper_requests import AttachPaper
from domain.papers import PAPERS, papers_stream, standing_digests
from files.store import FileStore
from tests.activities.test_refusals import PROJECT_CASE, REVIEW, Desk
from tests.activities.test_refusals import desk as desk  # noqa: PLC0414 - a fixture
from tests.files.samples import DOCM, PDF, PNG
from tests.workflows.office import project
from worker import CALENDARS

AT_REVIEW = "township_office"


@dataclass
class Kept:
    """The desk of an office with a file store, and project P1 at its township's review."""

    desk: Desk
    store: FileStore

    def paper(self, content: bytes, **more: Any) -> AttachPaper:
        """Put a file into the store, and return what asks for it."""
        found = self.store.put(BytesIO(content), lambda _: None)
        said: dict[str, Any] = {
            "paper": "opinion",
            "step": "township_review",
            "file_name": "意见.pdf",
            "digest": found.digest,
            "size_bytes": found.size_bytes,
            "media_type": "application/pdf",
        }
        return AttachPaper(**said | more)

    def refused(self, request: AttachPaper, command_id: str) -> tuple[str, str]:
        """Return which rule refuses, and its words in Chinese; the case has not changed."""
        before = [entry for entry in self.desk.ledger.log() if "/attempts/" not in entry.stream]
        refusal = self.desk.refusal(self.desk.message(PROJECT_CASE, request, AT_REVIEW, command_id))
        assert [entry for entry in self.desk.ledger.log() if "/attempts/" not in entry.stream] == before
        return str(refusal.type), refusal.details[0]["zh"]

    @property
    def standing(self) -> dict[str, str]:
        """Return the project's papers."""
        return standing_digests(self.desk.ledger.state(PAPERS, papers_stream(PROJECT_CASE)))


@pytest.fixture
def kept(desk: Desk, tmp_path: Path) -> Kept:
    files = f"{tmp_path}/files"
    with_files = replace(desk, deciding=Deciding(desk.ledger, load_calendars(CALENDARS), Files(files)))
    with_files.ask(PROJECT_CASE, project("P1"), "village_committee", "declare")
    return Kept(with_files, FileStore(files))


def test_a_paper_is_attached_once_and_the_case_waits_as_before(kept: Kept) -> None:
    request = kept.paper(PDF)
    message = kept.desk.message(PROJECT_CASE, request, AT_REVIEW, "attach-1")
    first = kept.desk.decide(message)
    assert kept.standing == {"opinion": request.digest}
    assert {"attach", "withdraw-paper"} <= set(first.view.also_allowed)
    assert ([step.id for step in first.view.open_steps], first.follow_ups) == (["township_review"], [])
    again = kept.desk.decide(message)
    # The paper, and what the case knows of it.
    assert (again.facts, len(kept.desk.ledger.facts(papers_stream(PROJECT_CASE)))) == (2, 1)
    kept.desk.ask(PROJECT_CASE, REVIEW, AT_REVIEW, "review")


def test_a_repeat_is_known_when_the_file_is_gone_by_then(kept: Kept, tmp_path: Path) -> None:
    request = kept.paper(PDF)
    message = kept.desk.message(PROJECT_CASE, request, AT_REVIEW, "attach-1")
    kept.desk.decide(message)
    next((tmp_path / "files").rglob(request.digest)).unlink()
    assert kept.desk.decide(message).facts == 2


def test_a_digest_without_a_file_is_refused(kept: Kept) -> None:
    missing = msgspec.structs.replace(kept.paper(PDF), digest="9" * 64)
    assert kept.refused(missing, "a") == (
        "FileMissingError",
        f"文件库里没有摘要为 {'9' * 64} 的文件；须先存入文件（引擎规则）",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size_bytes": 3}, (f"为 {len(PDF)}，申报为 3", "大小")),
        ({"media_type": "image/png", "file_name": "意见.png"}, ("application/pdf，申报为 image/png", "类型")),
    ],
)
def test_a_file_that_is_not_as_said_is_refused(kept: Kept, changes: dict[str, Any], words: tuple[str, ...]) -> None:
    rule, zh = kept.refused(kept.paper(PDF, **changes), "a")
    assert rule == "FileDiffersError"
    assert [word for word in words if word not in zh] == []


def test_an_altered_file_is_refused(kept: Kept, tmp_path: Path) -> None:
    request = kept.paper(PDF)
    next((tmp_path / "files").rglob(request.digest)).write_bytes(PDF.replace(b"1.4", b"1.5"))
    rule, zh = kept.refused(request, "a")
    assert (rule, request.digest in zh, "摘要" in zh) == ("FileDiffersError", True, True)


@pytest.mark.parametrize(
    ("content", "changes", "rule"),
    [
        (DOCM, {"media_type": "application/zip", "file_name": "意见.docx"}, "FileTypeError"),
        (PNG, {"media_type": "image/png"}, "FileEndingError"),
        (PDF, {"file_name": "../意见.pdf"}, "FileNameError"),
        (PDF, {"step": "no_such_step"}, "BadInputError"),
    ],
)
def test_what_a_rule_forbids_is_refused(kept: Kept, content: bytes, changes: dict[str, Any], rule: str) -> None:
    assert kept.refused(kept.paper(content, **changes), "a")[0] == rule
    assert kept.standing == {}


def test_a_worker_without_a_file_store_says_so(kept: Kept) -> None:
    without = replace(kept.desk, deciding=Deciding(kept.desk.ledger, load_calendars(CALENDARS)))
    assert Kept(without, kept.store).refused(kept.paper(PDF), "a")[0] == "NoFileStoreError"


def test_a_paper_may_be_attached_before_its_claim_is_lodged(kept: Kept) -> None:
    claim = "sample/claim/C1"
    voucher = kept.paper(PDF, paper="vouchers", step="lodge")
    decided = kept.desk.decide(kept.desk.message(claim, voucher, "implementing_unit", "a"))
    assert isinstance(decided.view, CaseView)
    assert not decided.view.exists
    state = kept.desk.ledger.state(PAPERS, papers_stream(claim))
    assert standing_digests(state) == {"vouchers": voucher.digest}
