"""`bridgefund audit verify`: a pack that is whole, one that was touched, what is no pack; as `verify.py` alone says."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from audit.seal_keys import SealKey, make_key
from audit.sealing import seal
from cli import auditing
from domain.ledger import Ledger
from tests.audit.packs import FUND, SEALED_AT, packed, stored_files, tell_two
from tests.places import ROOT

APP = typer.Typer()
APP.add_typer(auditing.app, name="audit")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SealKey]:
    """A pack with the papers' files, and the key that sealed it."""
    folder = tmp_path_factory.mktemp("packed")
    key = make_key(folder / "log.key", "ledger.county.example")
    with Ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        tell_two(ledger)
        seal(ledger, key, SEALED_AT)
        packed(ledger, folder / "F1.zip", FUND, stored_files(folder / "files"))
    return folder / "F1.zip", key


def verify(*words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(APP, ["audit", "verify", *words], env={"BRIDGEFUND_LANG": lang})


def touched(pack: Path, out: Path, name: str, before: bytes, after: bytes) -> Path:
    """Write the pack again with one member changed."""
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            assert info.filename != name or before in content
            new.writestr(info.filename, content.replace(before, after) if info.filename == name else content)
    return out


def test_a_pack_of_the_story_verifies_by_the_published_key(made: tuple[Path, SealKey]) -> None:
    pack, key = made
    said = verify(str(pack), "--key", str(key.verifier))
    assert (said.exit_code, "All is well." in said.stdout, "OWN key" in said.stdout) == (0, True, False), said.output
    assert "全部相符" in verify(str(pack), lang="zh").stdout
    data = json.loads(verify(str(pack), "--json").stdout)
    assert (data["ok"], data["found"], data["key_given"], data["origin"]) == (True, 0, False, key.name)
    assert data["checked"]["files"] == 3


def test_the_verifier_alone_in_an_empty_folder_says_the_same(made: tuple[Path, SealKey], tmp_path: Path) -> None:
    pack, key = made
    shutil.copy(ROOT / "audit" / "verify.py", tmp_path)
    words = [str(pack), "--key", str(key.verifier), "--json"]
    alone = subprocess.run(
        [sys.executable, "-I", "verify.py", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (alone.returncode, alone.stderr) == (0, "")
    assert json.loads(alone.stdout) == json.loads(verify(*words).stdout)


@pytest.mark.parametrize(
    ("member", "before", "after", "named"),
    [
        ("facts.jsonl", b'"bank-C1"', b'"bank-C9"', "sample/claim/C1#"),
        ("policies/", b"", b"#", "policies/"),
        ("files/", b"a photo", b"a ph0to", "files/"),
    ],
)
def test_what_was_touched_is_named(
    made: tuple[Path, SealKey], tmp_path: Path, member: str, before: bytes, after: bytes, named: str
) -> None:
    pack, key = made
    with zipfile.ZipFile(pack) as archive:
        content = [name for name in archive.namelist() if name.startswith(member) and before in archive.read(name)]
    before = before or b"# "
    said = verify(
        str(touched(pack, tmp_path / "touched.zip", content[0], before, after)),
        "--key",
        str(key.verifier),
        "--limit",
        "5",
    )
    assert said.exit_code == 1, said.output
    assert named in said.stdout.split("FIRST DIVERGENCE")[1]


def test_a_key_that_did_not_seal_it_finds_no_signature(made: tuple[Path, SealKey], tmp_path: Path) -> None:
    pack, _ = made
    other = make_key(tmp_path / "other.key", "ledger.county.example")
    assert verify(str(pack), "--key", str(other.verifier)).exit_code == 1


def test_what_cannot_be_read_ends_with_2(made: tuple[Path, SealKey], tmp_path: Path) -> None:
    pack, key = made
    (tmp_path / "text.zip").write_text("no archive")
    witness = make_key(tmp_path / "witness.key", "witness.example", "witness")
    newer = touched(pack, tmp_path / "newer.zip", "manifest.json", b"audit-pack/1", b"audit-pack/2")
    for words, reason in [
        ([str(tmp_path / "text.zip")], "damaged"),
        ([str(tmp_path / "none.zip")], "cannot be opened"),
        ([str(newer)], "this verifier reads 1"),
        ([str(pack), "--key", "no key"], "--key"),
        ([str(pack), "--key", str(witness.verifier)], "something else"),
        ([str(pack), "--witness", str(key.verifier)], "something else"),
        ([str(pack), "--require-witness"], "--witness"),
    ]:
        said = verify(*words)
        assert (said.exit_code, reason in said.stderr) == (2, True), (words, said.output)
        assert said.stdout == ""
