"""`bridgefund files`, `bridgefund audit files`: what is shown, what is got, what is refused before it is asked for."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import auditing, files
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.papers import Attach, PaperAttached, PaperWithdrawn, Withdraw, papers_stream
from files.store import FileStore
from tests.domain.given import by
from tests.files.samples import DOCM, PDF, PNG
from tests.story import tell

APP = typer.Typer()
APP.add_typer(files.app, name="files")
APP.add_typer(auditing.app, name="audit")
CASE = "sample/project/A01"
OLDER, NEWER, PHOTO = PDF + b"older", PDF + b"newer", PNG


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The sample county's story, with papers of project A01: a report in two versions, a photo that was taken back."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    kept = FileStore(f"{tmp_path}/ledger.db.files")
    with Ledger(url) as ledger:
        tell(ledger)
        opener = by("opener")
        post = Appointed(opener, "sample", "p-1", "competent_department", "rrb", date(2023, 1, 1), None)
        ledger.execute(Step(mandates_stream("sample"), Appoint(opener, post)))

        def attach(name: str, file_name: str, content: bytes, replaces: str = "", reason: str = "") -> str:
            found, act = kept.put(BytesIO(content), lambda _: None), by("p-1")
            said = (
                CASE,
                name,
                "accept",
                file_name,
                found.digest,
                found.size_bytes,
                "application/pdf",
                replaces,
                reason,
            )
            ledger.execute(Step(papers_stream(CASE), Attach(act, PaperAttached(act, *said))))
            return found.digest

        older = attach("acceptance_report", "验收报告.pdf", OLDER)
        attach("acceptance_report", "验收报告（签字）.pdf", NEWER, older, "补签字")
        act, digest = by("p-1"), attach("photos", "照片.png", PHOTO)
        back = Withdraw(act, PaperWithdrawn(act, CASE, "photos", digest, "附错"))
        ledger.execute(Step(papers_stream(CASE), back))
    return url


def run(store: str, *words: str, lang: str = "zh") -> Result:
    return CliRunner().invoke(APP, [*words, "--store", store], env={"BRIDGEFUND_LANG": lang})


def told(store: str, *words: str) -> dict[str, Any]:
    result = run(store, *words, "--json")
    assert result.exit_code in (0, 1), result.stderr
    return dict(json.loads(result.stdout))


def place(store: str, content_starts: bytes) -> Path:
    folder = Path(f"{store.removeprefix('sqlite:///')}.files")
    return next(p for p in folder.rglob("*") if p.is_file() and p.read_bytes().endswith(content_starts))


def test_every_version_is_listed_and_what_is_lacking(store: str) -> None:
    listed = told(store, "files", "list", CASE)
    states = [(row["paper"], row["file_name"], row["state"]) for row in listed["papers"]]
    assert states == [
        ("acceptance_report", "验收报告.pdf", "replaced"),
        ("acceptance_report", "验收报告（签字）.pdf", "stands"),
        ("photos", "照片.png", "withdrawn"),
    ]
    assert listed["not_attached"]["contract"] == ["contract"]
    assert "accept" not in listed["not_attached"]


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("附件", "（已更换）", "未附：")), ("en", ("paper", "(taken back)", "not attached:"))]
)
def test_the_list_speaks_both_languages(store: str, lang: str, words: tuple[str, ...]) -> None:
    said = run(store, "files", "list", CASE, lang=lang)
    assert said.exit_code == 0, said.stderr
    assert [word for word in (*words, "验收报告（签字）.pdf") if word not in said.stdout] == [], said.stdout


@pytest.mark.parametrize("case", ["sample/project/A99", "sample/fund/F99", "sample/projct/A01", "nowhere/project/A01"])
def test_a_case_that_is_not_there_is_told_and_no_empty_list(store: str, case: str) -> None:
    result = run(store, "files", "list", case)
    assert (result.exit_code, case in result.stderr, result.stdout) == (2, True, "")


def test_what_stands_is_got_and_an_older_version_by_its_digest(store: str, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    assert run(store, "files", "get", CASE, "acceptance_report", "-o", str(out)).exit_code == 0
    assert out.read_bytes() == NEWER
    (first, *_) = told(store, "files", "list", CASE)["papers"]
    older = tmp_path / "older.pdf"
    words = ("files", "get", CASE, "acceptance_report", "--digest", first["digest"][:9], "-o", str(older))
    assert told(store, *words)["digest"] == first["digest"]
    assert older.read_bytes() == OLDER


def test_nothing_is_written_over_and_no_altered_file_is_left(store: str, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    out.write_bytes(b"mine")
    there = run(store, "files", "get", CASE, "acceptance_report", "-o", str(out))
    assert (there.exit_code, out.read_bytes()) == (2, b"mine")
    place(store, b"newer").write_bytes(PDF + b"other")
    out.unlink()
    altered = run(store, "files", "get", CASE, "acceptance_report", "-o", str(out))
    assert (altered.exit_code, out.exists(), "摘要" in altered.stderr) == (2, False, True)
    place(store, b"other").unlink()
    gone = run(store, "files", "get", CASE, "acceptance_report", "-o", str(out))
    assert (gone.exit_code, out.exists(), "文件库里没有" in gone.stderr) == (2, False, True)


@pytest.mark.parametrize("words", [("photos",), ("contract",), ("acceptance_report", "--digest", "00")])
def test_a_paper_that_does_not_stand_is_told_with_those_that_do(store: str, words: tuple[str, ...]) -> None:
    result = run(store, "files", "get", CASE, *words)
    assert (result.exit_code, "acceptance_report" in result.stderr) == (2, True)


def test_the_audit_finds_what_is_missing_or_altered(store: str) -> None:
    whole = run(store, "audit", "files")
    assert (whole.exit_code, "发现 0 项" in whole.stdout) == (0, True)
    place(store, b"older").write_bytes(PDF + b"oldie")
    place(store, b"newer").unlink()
    result = run(store, "audit", "files", lang="en")
    assert (result.exit_code, "2 found" in result.stdout) == (1, True), result.stdout
    report = told(store, "audit", "files")
    assert [(bad["kind"], bad["file_name"]) for bad in report["found"]] == [
        ("digest", "验收报告.pdf"),
        ("missing", "验收报告（签字）.pdf"),
    ]
    assert (report["papers"], report["orphans"]) == (3, 0)


def attach(store: str, file: Path, *words: str) -> Result:
    where = ("--paper", "photos", "--step", "accept", "--as", "competent_department", "--address", "127.0.0.1:1")
    return run(store, "files", "attach", CASE, str(file), *where, *words)


@pytest.mark.parametrize(
    ("name", "content", "words", "said"),
    [
        ("照片.pdf", PNG, (), ".png"),
        ("表.docx", DOCM, (), "application/zip"),
        ("空.pdf", b"", (), "0 字节"),
        ("照片.png", PNG, ("--name", "../照片.png"), "路径"),
        ("照片.png", PNG, ("--name", "照\u202e片.png"), "控制字符"),
        ("照片.png", PNG, ("--paper", "a/b"), "paper"),
        ("照片.png", PNG, ("--as", "no_such_post"), "no_such_post"),
    ],
)
def test_what_may_not_be_attached_is_refused_before_anything_is_stored(
    store: str, tmp_path: Path, name: str, content: bytes, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = attach(store, tmp_path / name, *words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert told(store, "audit", "files")["orphans"] == 0


def test_a_file_of_two_gibibytes_is_refused_by_its_size(store: str, tmp_path: Path) -> None:
    large = tmp_path / "录像.pdf"
    with large.open("wb") as out:
        out.write(PDF)
        out.truncate(2 << 30)  # It has no content on the disk.
    result = attach(store, large)
    assert (result.exit_code, "50 MiB" in result.stderr) == (2, True)
    assert (told(store, "audit", "files")["orphans"], told(store, "audit", "files")["unfinished"]) == (0, 0)


@pytest.mark.parametrize("name", ["nothing.pdf", "."])
def test_a_file_that_is_none_is_bad_input(store: str, tmp_path: Path, name: str) -> None:
    result = attach(store, tmp_path / name, "--name", "照片.png")
    assert (result.exit_code, name in result.stderr or str(tmp_path) in result.stderr) == (2, True)


def test_a_store_without_a_place_for_files_says_what_to_set(store: str) -> None:
    result = CliRunner().invoke(APP, ["audit", "files", "--store", store], env={"BRIDGEFUND_FILES": "no-such://x"})
    assert (result.exit_code, "BRIDGEFUND_FILES" in result.stderr) == (2, True)
