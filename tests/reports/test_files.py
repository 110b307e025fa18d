"""A report's file is there whole or not at all, over no other file unless that is asked for, or it is said why not."""

import os
import tempfile
from pathlib import Path

import pytest

import cli.delivering
from reports.delivery import check_place, put
from tests.reports.conftest import Run

FUNDS = ("funds", "sample", "2022")


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_there_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine", encoding="utf-8")
    path.chmod(0o640)
    refused = run(*FUNDS, "--xlsx", str(path))
    assert (refused.exit_code, "--force" in refused.stderr, refused.stdout) == (2, True, "")
    assert path.read_text(encoding="utf-8") == "mine"
    assert run(*FUNDS, "--xlsx", str(path), "--force").exit_code == 0
    assert path.read_bytes().startswith(b"PK")
    assert (path.stat().st_mode & 0o777, left_in(tmp_path)) == (0o640, ["a.xlsx"])


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("--xlsx", "nowhere/a.xlsx", "没有目录"),
        ("--pdf", "nowhere/a.pdf", "没有目录"),
        ("--pdf", "a.xlsx", "须以 .pdf 结尾"),
        ("--xlsx", "a", "须以 .xlsx 结尾"),
        ("--pdf", "folder.pdf", "是目录"),
        ("--pdf", f"{'长' * 90}.pdf", "写不了"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_anything_is_read(
    run: Run, tmp_path: Path, option: str, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    monkeypatch.setattr(cli.delivering, "reading", lambda _: pytest.fail("the ledger was read"))
    refused = run(*FUNDS, option, str(tmp_path / name))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert option in refused.stderr
    assert left_in(tmp_path) == ["folder.pdf"]


def test_a_name_as_long_as_a_file_can_have_is_written(tmp_path: Path) -> None:
    path = tmp_path / f"{'长' * 83}.pdf"
    check_place("--pdf", path, ".pdf", force=False)
    put("--pdf", path, lambda: b"whole")
    assert (path.read_bytes(), left_in(tmp_path)) == (b"whole", [path.name])


def test_of_two_files_none_is_written_if_one_cannot_be(run: Run, tmp_path: Path) -> None:
    refused = run(*FUNDS, "--xlsx", str(tmp_path / "a.xlsx"), "--pdf", str(tmp_path / "nowhere" / "a.pdf"))
    assert (refused.exit_code, left_in(tmp_path)) == (2, [])


@pytest.mark.parametrize("at", ["fsync", "mkstemp", "replace"])
def test_a_disk_that_fails_leaves_nothing_behind(
    run: Run, tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    place: object = {"fsync": os, "mkstemp": tempfile, "replace": Path}[at]
    monkeypatch.setattr(place, at, full)
    failed = run(*FUNDS, "--xlsx", str(tmp_path / "a.xlsx"))
    assert (failed.exit_code, left_in(tmp_path)) == (2, [])
    assert "No space left on device" in failed.stderr


def test_several_forms_come_at_once_and_json_stays_json(run: Run, tmp_path: Path) -> None:
    both = run(*FUNDS, "--xlsx", str(tmp_path / "a.xlsx"), "--pdf", str(tmp_path / "a.pdf"), "--json")
    assert (both.exit_code, left_in(tmp_path)) == (0, ["a.pdf", "a.xlsx"])
    assert both.stdout.startswith("{")
    assert both.stderr.count("已写入") == 2
    quiet = run(*FUNDS, "--pdf", str(tmp_path / "b.pdf"))
    assert (quiet.exit_code, quiet.stdout) == (0, "")
