"""The console on a full disk: pages are read, what is sent is refused in words and whole, with room all goes on."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from errno import ENOSPC
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from console.lockout import FAILURES_MOST
from console.uploads import MIB
from domain.disk import DiskFullError
from domain.ledger import Ledger, Step
from tests.cli.test_full_disk import written_until_full
from tests.console.counter import PASSWORD, Counter, File, Seated, begun, counter, nonce_of
from tests.disks import Disk, SmallDisk, can_mount, disk_of, mounted
from tests.domain.test_ledger import arrives
from tests.files.samples import PDF

CASE, STEP, SEAT = "sample/project/S02", "township_review", "township_office"
UNSEEN = 100
# A PostgreSQL on a full disk takes small things for long: where it is to refuse, it is told to.
REFUSING = ("limited-sqlite", *(("sqlite",) if can_mount() else ()), "limited-postgresql")
FULL = "服务器的磁盘已满"


@pytest.fixture(params=REFUSING)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with disk_of(request, request.param, tmp_path) as made:
        yield made


@pytest.fixture
def desk(disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """The counter over a store on that disk, with the township's reviewer at it."""
    begun(disk.url, beside=tmp_path)
    made = counter(disk.url, monkeypatch, tmp_path)
    made.sit("p-2")
    yield made
    made.house.ledger.close()
    made.house.close()


def write_until_full(ledger: Ledger) -> None:
    """Leave no room for two facts at once, and then not for one."""
    written_until_full(ledger)
    with suppress(DiskFullError):
        for no in count(UNSEEN):
            ledger.execute(Step(f"sample/fund/U{no}", arrives()))


async def test_pages_are_read_and_what_is_sent_is_refused_whole(desk: Counter, disk: Disk) -> None:
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)
    decision = {"step": STEP, "seat": SEAT, "do": "approve", "opinion": "同意", "nonce": nonce}
    for no in range(UNSEEN):  # So much that the views have no room for it in what they have.
        desk.house.ledger.execute(Step(f"sample/fund/U{no}", arrives()))
    disk.fill()
    write_until_full(desk.house.ledger)
    end = desk.house.ledger.recorder.max_notification_id()

    for path in ("/inbox", f"/{CASE}", "/sample/funds", "/system"):
        answer = await desk.get(path)
        assert (answer.status, FULL in answer.text) == (200, True), (path, answer.text)
    assert "the latest records may be missing" in (await desk.get("/inbox", lang="en")).text

    refused = await desk.post(f"/{CASE}/decide", decision)
    assert (refused.status, "这次没有存入任何内容" in refused.text) == (507, True)
    assert desk.house.ledger.place not in refused.text
    assert desk.house.ledger.recorder.max_notification_id() == end

    disk.make_room()
    assert (await desk.post(f"/{CASE}/decide", decision)).status == 303
    assert FULL not in (await desk.get("/inbox")).text


async def test_who_signs_in_is_told(desk: Counter, disk: Disk) -> None:
    before, desk.token = desk.token, ""
    form = {"login": "p-2", "password": PASSWORD, "next": "/inbox"}
    disk.fill()
    write_until_full(desk.house.ledger)
    for _ in range(200):  # As long as there is a free page.
        if (told := await desk.post("/login", form)).status != 303:
            break
    # However often somebody with the right password tries, it locks nobody out.
    tried = [told, *[await desk.post("/login", form) for _ in range(FAILURES_MOST + 1)]]
    assert [(one.status, FULL in one.text) for one in tried] == [(507, True)] * len(tried)
    desk.token = before  # Whoever was signed in still is.
    assert (await desk.get("/inbox")).status == 200
    disk.make_room()
    assert (await desk.post("/login", form)).status == 303


@pytest.fixture
def full_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where files lie while a form is read: a full disk of our own, or, where none can be made, what it says."""
    with ExitStack() as stack:
        if can_mount():
            folder = stack.enter_context(mounted(tmp_path / "small", 2))
            SmallDisk(folder, "").fill()
            monkeypatch.setattr(tempfile, "tempdir", str(folder))
        else:

            def full(*_: object) -> None:
                raise OSError(ENOSPC, "No space left on device")

            monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile.rollover", full)
        yield


@pytest.mark.usefixtures("full_temporary")
async def test_an_upload_that_finds_no_room_is_told(seated: Seated) -> None:
    desk = seated("p-1")
    file = File("调查表.pdf", b"%PDF-1.7\n" + b"0" * (3 * MIB))
    answer = await desk.post(f"/{CASE}/papers", {"step": STEP, "paper": "survey", "file": file})
    assert (answer.status, FULL in answer.text) == (507, True)
    assert (await desk.get(f"/{CASE}")).status == 200


def take_away(file: Path) -> None:
    """Put something else in the place of a database."""
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
    file.mkdir()


async def test_a_database_that_does_not_answer_is_told_without_its_place(seated: Seated, tmp_path: Path) -> None:
    desk = seated("p-1")
    desk.house.engine.dispose()
    take_away(tmp_path / "ledger.views.db")
    for path, words in (("/inbox", "数据库暂时连不上"), ("/api/inbox", "the database does not answer")):
        answer = await desk.get(path)
        assert (answer.status, words in answer.text, str(tmp_path) in answer.text) == (503, True, False)


async def test_a_statement_that_is_wrong_is_no_silent_database(seated: Seated, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = seated("p-1")

    def wrong(*_: object, **__: object) -> None:
        with desk.house.engine.connect() as connection:
            connection.execute(text("SELECT nosuch FROM view_inbox"))

    monkeypatch.setattr("console.pages.inbox.inbox", wrong)
    with pytest.raises(OperationalError, match="nosuch"):  # A defect goes on to what logs and answers those.
        await desk.get("/inbox")


async def test_a_file_that_finds_no_room_in_its_store_is_told_without_its_place(
    seated: Seated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = seated("p-1")
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)

    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("files.store.FileStore._write", full)
    said = {"step": STEP, "seat": "implementing_unit", "paper": "survey_opinion", "nonce": nonce, "reason": ""}
    answer = await desk.post(f"/{CASE}/papers", {**said, "file": File("a.pdf", PDF)})
    assert (answer.status, FULL in answer.text, str(tmp_path) in answer.text) == (507, True, False)
