"""Papers in the console: what is attached and how it is got back, and everything that is no paper of this case."""

import hashlib
import re
import resource
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from console.uploads import BODY_MOST
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.papers import PAPERS, papers_stream, standing_digests
from doors.paper_files import file_store
from files.store import FileStore
from tests.console.counter import BOUNDARY, Answer, Counter, File, Seated, begun, counter, nonce_of
from tests.domain.given import by
from tests.files.samples import DOCX, EXE, PDF, PNG
from tests.story import CHAPTERS, Story, open_county, settle

CASE = "sample/project/S02"
OTHER = "sample/claim/C3"
STEP = "township_review"
MIB = 1 << 20
LIMIT = "50 MiB"


@pytest.fixture
def desk(seated: Seated) -> Counter:
    """The counter, with the person of the project's unit at it."""
    return seated("p-1")


def kept(desk: Counter) -> FileStore:
    return file_store(desk.house.settings, desk.house.ledger.url)


def standing(desk: Counter, case: str = CASE) -> dict[str, str]:
    return standing_digests(desk.house.ledger.state(PAPERS, papers_stream(case)))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def attach(desk: Counter, file: File | str, *, case: str = CASE, **more: str) -> Answer:
    """Open the case's page, and send its form."""
    said = {"seat": "implementing_unit", "paper": "survey_opinion", "step": STEP, "reason": "", **more}
    if "nonce" not in said:
        said["nonce"] = nonce_of((await desk.get(f"/{case}")).text)
    return await desk.post(f"/{case}/papers", {**said, "file": file})


async def test_a_paper_is_attached_shown_and_handed_over_as_it_was(desk: Counter) -> None:
    name = "踏勘意见（一）.pdf"
    answer = await attach(desk, File(name, PDF))
    assert (answer.status, answer.headers["location"]) == (303, f"/{CASE}#papers")
    assert standing(desk) == {"survey_opinion": digest_of(PDF)}
    page = await desk.get(f"/{CASE}")
    assert [one for one in (name, digest_of(PDF), "p-1", "2023-08-14 09:00") if one not in page.text] == []
    got = await desk.get(f"/{CASE}/papers/{digest_of(PDF)}")
    assert (got.status, got.body, got.headers["content-type"]) == (200, PDF, "application/pdf")
    assert got.headers["content-disposition"] == f"attachment; filename=\"paper.pdf\"; filename*=UTF-8''{quote(name)}"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert got.headers["content-length"] == str(len(PDF))


async def test_a_paper_may_be_called_by_its_words(desk: Counter) -> None:
    kind, called = "survey_opinion", desk.house.names("sample").word("survey_opinion")
    assert called != kind
    assert f'<option value="{called}">' in (await desk.get(f"/{CASE}")).text
    assert (await attach(desk, File("a.pdf", PDF), paper=called)).status == 303
    again = await attach(desk, File("b.pdf", PDF + b"2"), paper=called)
    assert (again.status, f"已有 {called}（a.pdf）" in again.text) == (422, True)
    assert (await attach(desk, File("b.pdf", PDF + b"2"), paper=f"{called}#2")).status == 303
    assert set(standing(desk)) == {kind, f"{kind}#2"}


async def test_what_came_under_a_kinds_word_is_replaced_under_it(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = desk.house.names("sample").word("survey_opinion")
    with monkeypatch.context() as before:  # As it was taken when words were none.
        before.setattr("console.pages.papers.paper_meant", lambda _of, said, _names: said)
        assert (await attach(desk, File("a.pdf", PDF), paper=called)).status == 303
    assert set(standing(desk)) == {called}
    assert (await attach(desk, File("b.pdf", PDF + b"2"), paper=called, reason="补签字")).status == 303
    assert standing(desk) == {called: digest_of(PDF + b"2")}


async def test_only_what_is_safe_to_look_at_is_shown_in_place(desk: Counter) -> None:
    for name, content, shown in (("a.png", PNG, "inline"), ("a.pdf", PDF, "inline"), ("a.docx", DOCX, "attachment")):
        await attach(desk, File(name, content), paper=f"x{name[2:]}")
        got = await desk.get(f"/{CASE}/papers/{digest_of(content)}?inline=1")
        assert got.headers["content-disposition"].partition(";")[0] == shown, name


async def test_a_new_version_needs_a_reason_and_the_old_one_stays(desk: Counter) -> None:
    await attach(desk, File("a.pdf", PDF))
    newer = PDF + b"newer"
    blind = await attach(desk, File("b.pdf", newer))
    assert (blind.status, "更换请写明理由" in blind.text, "a.pdf" in blind.text) == (422, True, True)
    assert standing(desk) == {"survey_opinion": digest_of(PDF)}
    assert kept(desk).size(digest_of(newer)) is None
    assert (await attach(desk, File("b.pdf", newer), reason="补签字")).status == 303
    page = await desk.get(f"/{CASE}")
    assert [one for one in ("已更换", "现行", "补签字", "a.pdf", "b.pdf") if one not in page.text] == []
    assert (await desk.get(f"/{CASE}/papers/{digest_of(PDF)}")).body == PDF


async def test_the_same_form_sent_twice_attaches_once(desk: Counter) -> None:
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)
    for reason, content in (("", PDF), ("更正", PDF + b"2")):
        nonce = nonce_of((await desk.get(f"/{CASE}")).text)
        for _ in range(2):
            assert (await attach(desk, File("a.pdf", content), nonce=nonce, reason=reason)).status == 303
    assert len(desk.house.ledger.facts(papers_stream(CASE))) == 2
    # With another file it is no repeat.
    answer = await attach(desk, File("a.pdf", PDF + b"3"), nonce=nonce, reason="更正")
    assert (answer.status, len(standing(desk))) == (409, 1)
    assert standing(desk) == {"survey_opinion": digest_of(PDF + b"2")}


async def test_what_was_attached_in_error_is_taken_back(desk: Counter) -> None:
    await attach(desk, File("a.pdf", PDF))
    said = {"seat": "implementing_unit", "paper": "survey_opinion", "digest": digest_of(PDF)}
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)
    silent = await desk.post(f"/{CASE}/papers/withdraw", {**said, "nonce": nonce, "reason": " "})
    assert (silent.status, "请写明撤回的理由" in silent.text, len(standing(desk))) == (422, True, 1)
    assert (await desk.post(f"/{CASE}/papers/withdraw", {**said, "nonce": nonce, "reason": "附错"})).status == 303
    assert standing(desk) == {}
    assert "已撤回" in (await desk.get(f"/{CASE}")).text
    again = await desk.post(f"/{CASE}/papers/withdraw", {**said, "nonce": "ab" * 12, "reason": "附错"})
    assert again.status == 409


def bomb() -> bytes:
    """Return a small archive whose list of types fills a memory when it is unpacked."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"0" * (256 * MIB))
    return out.getvalue()


HOSTILE: dict[str, tuple[File | str, int, str]] = {
    "climbs": (File("../../etc/passwd.pdf", PDF), 422, "路径"),
    "from the root": (File("/etc/a.pdf", PDF), 422, "路径"),
    "another drive": (File("C:\\a\\b.pdf:x", PDF), 422, "路径"),
    "right to left": (File("照片\u202egpj.pdf", PDF), 422, "控制字符"),
    "no text": (File("a\0.pdf", PDF), 422, "控制字符"),
    "long": (File("长" * 300 + ".pdf", PDF), 422, "字节"),
    "blank": (File(" .pdf ", PDF), 422, "空格"),
    "empty": (File("a.pdf", b""), 422, "空的"),
    "a program": (File("a.pdf", EXE), 422, "的内容是"),
    "a picture that says it is a text": (File("a.pdf", PNG), 422, "不符"),
    "a page": (File("a.html", b"<script>alert(1)</script>"), 422, "的内容是"),
    "a bomb": (File("a.docx", bomb()), 422, "的内容是"),
    "none": (File("", b""), 422, "请选择文件"),
    "no file but a text": ("a.pdf", 422, "请选择文件"),
    "too large": (File("a.pdf", PDF.ljust(50 * MIB + 1)), 413, "50 MiB"),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_no_paper_is_refused_in_words_and_nothing_of_it_is_stored(desk: Counter, what: str) -> None:
    file, status, words = HOSTILE[what]
    answer = await attach(desk, file)
    assert (answer.status, words in answer.text) == (status, True), answer.text
    assert "提交附件" in answer.text  # On the case's page, with its form.
    assert (standing(desk), list(kept(desk).stored()), kept(desk).unfinished()) == ({}, [], 0)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"paper": "a/b"}, 422),
        ({"paper": ""}, 422),
        ({"step": "nowhere"}, 422),
        ({"step": "\u202e"}, 422),
        ({"seat": "county_head"}, 403),
        ({"nonce": "x"}, 422),
        ({"reason": "理由"}, 422),
    ],
)
async def test_a_forged_form_is_refused_before_anything_is_stored(
    desk: Counter, said: dict[str, str], status: int
) -> None:
    assert (await attach(desk, File("a.pdf", PDF), **said)).status == status
    assert (standing(desk), list(kept(desk).stored())) == ({}, [])


async def test_a_form_of_nobodys_is_refused(desk: Counter) -> None:
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)
    desk.csrf = "0" * 64
    assert (await attach(desk, File("a.pdf", PDF), nonce=nonce)).status == 403
    desk.sit("p-9")  # Of another county.
    assert (await attach(desk, File("a.pdf", PDF), nonce=nonce)).status == 404
    assert (standing(desk), list(kept(desk).stored())) == ({}, [])


async def test_a_case_hands_over_no_file_that_it_does_not_name(desk: Counter) -> None:
    await attach(desk, File("a.pdf", PDF))
    unnamed = kept(desk).put(BytesIO(PNG), lambda _: None).digest
    for digest in (unnamed, "0" * 64, "..", "0" * 63, digest_of(PDF).upper()):
        assert (await desk.get(f"/{CASE}/papers/{digest}")).status == 404, digest
    assert (await desk.get(f"/{OTHER}/papers/{digest_of(PDF)}")).status == 404
    assert (await desk.get(f"/elsewhere/project/S02/papers/{digest_of(PDF)}")).status == 404
    desk.sit("p-9")
    for case in (CASE, "elsewhere/project/S02"):
        assert (await desk.get(f"/{case}/papers/{digest_of(PDF)}")).status == 404, case


async def test_a_file_of_which_only_the_digest_was_entered_is_said_so(desk: Counter) -> None:
    page = (await desk.get(f"/{OTHER}")).text
    assert page
    lodged = desk.house.ledger.facts(OTHER)[0]
    answer = await desk.get(f"/{OTHER}/papers/{lodged.vouchers[0]}")
    assert (answer.status, "只登记了摘要" in answer.text) == (404, True)


async def test_an_altered_file_is_not_handed_over(desk: Counter, tmp_path: Path) -> None:
    await attach(desk, File("a.pdf", PDF))
    (place,) = (one for one in (tmp_path / "ledger.db.files").rglob(digest_of(PDF)))
    place.write_bytes(PDF + b"altered")
    answer = await desk.get(f"/{CASE}/papers/{digest_of(PDF)}")
    assert (answer.status, b"altered" in answer.body, "摘要" in answer.text) == (409, False, True)


def flood(size: int, seen: list[int]) -> Iterator[bytes]:
    """Yield a form with a file of *size* bytes, piece by piece."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
    for _ in range(size // MIB):
        seen[0] += MIB
        yield b"x" * MIB
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("path", [f"/{CASE}/papers", f"/{CASE}/ask/project.answer/1"])
async def test_300_mb_are_refused_early_and_never_read_through(desk: Counter, path: str) -> None:
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    seen = [0]
    stated = await desk.ask("POST", path, flood(300 * MIB, seen), {**kind, "content-length": str(300 * MIB)})
    assert (stated.status, LIMIT in stated.text, desk.read) == (413, True, 0)
    assert stated.headers["connection"] == "close"
    chunked = await desk.ask("POST", path, flood(300 * MIB, seen), {**kind, "transfer-encoding": "chunked"})
    assert (chunked.status, LIMIT in chunked.text) == (413, True)
    assert desk.read <= 50 * MIB + BODY_MOST + 2 * MIB
    assert chunked.headers["connection"] == "close"
    assert list(kept(desk).stored()) == []


async def test_elsewhere_the_limit_is_that_of_a_form(desk: Counter) -> None:
    for path in (f"/{CASE}/papers/withdraw", f"/{CASE}/draft/project.answer/1", "/nowhere/project/S02/papers"):
        answer = await desk.ask("POST", path, [b""], {"content-length": str(3 * MIB)})
        assert (answer.status, "2 MiB" in answer.text) == (413, True), path


async def test_a_large_upload_takes_little_memory(desk: Counter) -> None:
    small, large = File("a.pdf", PDF), PDF.ljust(49 * MIB)
    await attach(desk, small)  # What is loaded once is loaded.
    head = {"seat": "implementing_unit", "paper": "large", "step": STEP, "reason": "", "csrf": desk.csrf}
    head["nonce"] = nonce_of((await desk.get(f"/{CASE}")).text)

    def pieces() -> Iterator[bytes]:
        for name, value in head.items():
            yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
        yield from (large[at : at + MIB // 16] for at in range(0, len(large), MIB // 16))
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "transfer-encoding": "chunked"}
    answer = await desk.ask("POST", f"/{CASE}/papers", pieces(), kind)
    assert answer.status == 303, answer.text
    taken_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken_kib < 24 * 1024, taken_kib


ANSWER = f"/{CASE}/ask/project.answer/1"


async def at_survey(desk: Counter) -> str:
    """Bring the project to its field survey, whose record is a paper, and return its form's page."""
    desk.sit("p-2")
    page = (await desk.get(f"{ANSWER}?step={STEP}")).text
    said = {"seat": "township_office", "_step": STEP, "approve": "yes", "opinion": "同意", "do": "send"}
    answer = await desk.post(ANSWER, {**said, "nonce": nonce_of(page), "seen": seen_of(page)})
    assert answer.status == 303, answer.text
    desk.sit("p-3")
    return (await desk.get(f"{ANSWER}?step=field_survey")).text


def seen_of(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]*)"', page)
    return found[1] if found else ""


async def test_a_file_in_a_form_is_the_record_and_stands_among_the_papers(desk: Counter) -> None:
    page = await at_survey(desk)
    assert 'name="record.file"' in page
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "opinion": "属实", "seen": seen_of(page)}
    said["nonce"] = nonce_of(page)
    file = File("踏勘.pdf", PDF)
    # Refused for another field: the file need not be chosen again.
    first = await desk.post(ANSWER, {**said, "record.file": file})
    assert (first.status, "踏勘.pdf" in first.text) == (422, True)
    assert re.search(rf'<option value="{digest_of(PDF)}" selected', first.text)
    assert standing(desk) == {}
    said |= {"nonce": nonce_of(first.text), "approve": "yes", "record": digest_of(PDF)}
    answer = await desk.post(ANSWER, {**said, "record.file": File("", b"")})
    assert answer.status == 303, answer.text
    (paper,) = desk.house.ledger.state(PAPERS, papers_stream(CASE)).standing.values()
    assert (paper.paper, paper.step, paper.file_name) == ("survey_opinion", "field_survey", "踏勘.pdf")
    assert any(getattr(fact, "record", "") == digest_of(PDF) for fact in desk.house.ledger.facts(CASE))
    assert (await desk.get(f"/{CASE}/papers/{digest_of(PDF)}")).body == PDF


async def test_a_wrong_file_in_a_form_is_told_beside_its_field(desk: Counter) -> None:
    page = await at_survey(desk)
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "approve": "yes", "seen": seen_of(page)}
    answer = await desk.post(ANSWER, {**said, "nonce": nonce_of(page), "record.file": File("../a.pdf", PDF)})
    assert (answer.status, "f-record-error" in answer.text, "路径" in answer.text) == (422, True, True)
    assert list(kept(desk).stored()) == []


async def test_another_files_digest_in_a_form_opens_nothing(desk: Counter) -> None:
    """Who knows the digest of another county's file must not get it by naming it in a case of his own."""
    page = await at_survey(desk)
    foreign = kept(desk).put(BytesIO(PNG), lambda _: None).digest
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "approve": "yes", "record": foreign}
    answer = await desk.post(ANSWER, {**said, "nonce": nonce_of(page), "seen": seen_of(page)})
    assert (answer.status, "请从本案附件中选择" in answer.text) == (422, True)
    assert (await desk.get(f"/{CASE}/papers/{foreign}")).status == 404


async def test_who_uploaded_for_an_earlier_step_uploads_again(desk: Counter) -> None:
    """What the same person had attached before the form was opened is part of what was seen."""
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "opinion": "面积不符"}
    page = await at_survey(desk)
    back = {**said, "approve": "no", "return_to": STEP, "seen": seen_of(page), "nonce": nonce_of(page)}
    assert (await desk.post(ANSWER, {**back, "record.file": File("踏勘.pdf", PDF)})).status == 303
    page = await at_survey(desk)
    again = {**said, "approve": "yes", "seen": seen_of(page), "nonce": nonce_of(page)}
    answer = await desk.post(ANSWER, {**again, "record.file": File("补测.png", PNG)})
    assert answer.status == 303, answer.text
    assert set(standing(desk).values()) == {digest_of(PDF), digest_of(PNG)}


def to_its_acceptance(ledger: Ledger) -> None:
    """Tell the story as far as S01 is built; whoever sits at the counter has the post that takes the next steps."""
    story = Story(ledger)
    open_county(story)
    for chapter in CHAPTERS[: CHAPTERS.index(settle)]:
        chapter(story)
    act = by("opener of the department")
    appointed = Appointed(act, "sample", "p-1", "competent_department", "主管部门", date(2023, 1, 1), None)
    ledger.execute(Step(mandates_stream("sample"), Appoint(act, appointed)))


async def test_a_file_of_an_earlier_step_is_taken_as_the_next_ones_record_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path, to_its_acceptance)
    desk, built = counter(tmp_path, monkeypatch), "/sample/project/S01/ask/project.answer/1"
    desk.sit("p-1")
    for step, chosen in (("accept", {"record.file": File("验收.pdf", PDF)}), ("title", {"record": digest_of(PDF)})):
        page = (await desk.get(f"{built}?step={step}")).text
        said = {"seat": "competent_department", "_step": step, "do": "send", "approve": "yes", "opinion": "属实"}
        said |= {"nonce": nonce_of(page), "seen": seen_of(page)}
        answer = await desk.post(built, {**said, **chosen})
        assert answer.status == 303, answer.text
    stands = desk.house.ledger.state(PAPERS, papers_stream("sample/project/S01")).standing
    assert {name: one.digest for name, one in stands.items()} == dict.fromkeys(
        ("acceptance_report", "registration"), digest_of(PDF)
    )
    desk.house.ledger.close()


async def test_what_somebody_else_attached_meanwhile_is_not_taken_for_ones_own(desk: Counter) -> None:
    page = await at_survey(desk)
    desk.sit("p-1")
    assert (await attach(desk, File("图纸.png", PNG), paper="drawing", step="field_survey")).status == 303
    desk.sit("p-3")
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "approve": "yes", "seen": seen_of(page)}
    answer = await desk.post(ANSWER, {**said, "nonce": nonce_of(page), "record.file": File("踏勘.pdf", PDF)})
    assert (answer.status, "已变动" in answer.text) == (409, True)
    assert set(standing(desk)) == {"drawing"}


async def test_one_file_may_be_the_paper_of_two_steps(desk: Counter) -> None:
    """Attached for an earlier step it was seen, attached for this one it is the answer's own: neither is a change."""
    desk.sit("p-3")
    assert (await attach(desk, File("踏勘.pdf", PDF), seat="field_team", paper="photos")).status == 303
    page = await at_survey(desk)
    said = {"seat": "field_team", "_step": "field_survey", "do": "send", "approve": "yes", "opinion": "属实"}
    own = {"seen": seen_of(page), "nonce": nonce_of(page)}
    answer = await desk.post(ANSWER, {**said, **own, "record.file": File("踏勘.pdf", PDF)})
    assert answer.status == 303, answer.text
    assert standing(desk) == {"photos": digest_of(PDF), "survey_opinion": digest_of(PDF)}
