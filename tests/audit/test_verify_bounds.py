"""Packs that nobody should read to their end: each is refused, in bounded memory, with where and why; code 2."""

import json
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import lru_cache
from io import StringIO
from pathlib import Path

import pytest

from audit import verify
from domain.ledger import Ledger
from tests.audit.handmade import OFFICE, Pack, pack_of, rows_of
from tests.places import ROOT
from tests.story import tell

VERIFIER = ROOT / "audit" / "verify.py"
MEMORY = 400 * verify.MIB
# The limit is set in the process itself, before the verifier is read.
LIMITED = (
    "import resource, runpy, sys; "
    f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); "
    f"sys.argv = ['verify.py', *sys.argv[1:]]; runpy.run_path({str(VERIFIER)!r}, run_name='__main__')"
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack that is well."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bounds')}/ledger.db"
    with Ledger(url) as ledger:
        tell(ledger)
    return pack_of(rows_of(url), "sample/fund/F1")


def refused(file: Path, *words: str) -> str:
    """Return what the verifier says of a pack that it refuses."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = verify.main([str(file), "--key", str(OFFICE.public), "--lang", "en", *words])
    assert (code, out.getvalue()) == (2, ""), out.getvalue() + err.getvalue()
    return err.getvalue()


def refused_in_little_memory(file: Path) -> str:
    """Return the same of a process that may take little memory."""
    words = [sys.executable, "-I", "-c", LIMITED, str(file), "--key", str(OFFICE.public), "--lang", "en"]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def written(pack: Pack, file: Path, put: Callable[[zipfile.ZipFile], None]) -> Path:
    """Write a pack with something more in it."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of a name that is there twice.
        for name, content in pack.members.items():
            out.writestr(name, content)
        put(out)
    return file


def test_pack_that_is_well_needs_no_more_memory_than_the_bound(pack: Pack, tmp_path: Path) -> None:
    file = pack.write(tmp_path / "pack.zip")
    words = [sys.executable, "-I", "-c", LIMITED, str(file), "--key", str(OFFICE.public)]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "../escape", "a/../../escape", "/etc/passwd", "\\\\server\\share", "..\\escape", "C:\\windows", "c:evil",
        "files/../x",
    ],
)  # fmt: skip
def test_member_whose_name_climbs_out_is_refused(pack: Pack, tmp_path: Path, name: str) -> None:
    said = refused(written(pack, tmp_path / "p.zip", lambda out: out.writestr(name, b"x")))
    assert "leads out of the archive" in said
    assert sorted(file.name for file in tmp_path.iterdir()) == ["p.zip"]


def test_unknown_double_linked_and_locked_members_are_refused(pack: Pack, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("files/" + "a" * 64)
    link.external_attr = 0o120777 << 16
    other = zipfile.ZipInfo("files/" + "b" * 64)
    other.compress_type = zipfile.ZIP_BZIP2
    for put, why in (
        (lambda out: out.writestr("evil.sh", b"x"), "evil.sh: an audit pack has no such member"),
        (lambda out: out.writestr("checkpoint", b"x"), "checkpoint: is there twice"),
        (lambda out: out.writestr(link, b"/etc/passwd"), "is a link"),
        (lambda out: out.writestr(other, b"x"), "only stored or deflated"),
    ):
        assert why in refused(written(pack, tmp_path / "p.zip", put))
    short = Pack({name: content for name, content in pack.members.items() if name != "heads.json"})
    assert "heads.json: is missing" in refused(short.write(tmp_path / "p.zip"))


def test_newer_format_is_told_by_its_number(pack: Pack, tmp_path: Path) -> None:
    """Before anything else of it: what it has besides is its own affair."""
    manifest = {**pack.json("manifest.json"), "format": "bridgefund-audit-pack/2"}
    newer = Pack({**pack.changed(manifest=manifest).members, "proofs.cbor": b"x"})
    assert "a pack of format 2; this verifier reads 1" in refused(newer.write(tmp_path / "p.zip"))
    other = pack.changed(manifest={**manifest, "format": "something"})
    assert "no audit pack: something" in refused(other.write(tmp_path / "p.zip"))


def test_damaged_archives_are_refused(pack: Pack, tmp_path: Path) -> None:
    whole = pack.write(tmp_path / "whole.zip").read_bytes()
    at = whole.index(b"facts.jsonl") + 400
    broken = tmp_path / "broken.zip"
    for content in (
        b"",
        b"no archive",
        whole[:-200],
        whole[: len(whole) // 2],
        whole[:at] + bytes(200) + whole[at + 200 :],
        whole[:30] + b"\xff" * 40 + whole[70:],
        whole[:-22] + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, 2**31, 0, 0),
    ):
        broken.write_bytes(content)
        assert "damaged, or no audit pack" in (said := refused(broken)) or "at most" in said
    assert "cannot be opened" in refused(tmp_path / "nowhere.zip")


@lru_cache
def _ten_gib_packed() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(bytes(16 * verify.MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(16 * verify.MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * 639 + packer.flush()


def _ten_gib(pack: Pack, file: Path, name: str, said: int) -> None:
    """Write a pack of which one member unpacks to 10 GiB, and whose directory says that it has *said* bytes."""
    data = _ten_gib_packed()
    others = {one: content for one, content in pack.members.items() if one != name}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as out:
        out.writestr(name, data)
        for one, content in others.items():
            out.writestr(one, content)
    archive = bytearray(file.read_bytes())
    for at, method, size in ((archive.index(name.encode()) - 30, 8, 22), (archive.rindex(name.encode()) - 46, 10, 24)):
        struct.pack_into("<H", archive, at + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<L", archive, at + size, said)
    file.write_bytes(archive)


@pytest.mark.parametrize("name", ["files/" + "a" * 64, "facts.jsonl", "proofs.json"])
def test_member_that_unpacks_to_10_gib_is_refused_while_it_does(pack: Pack, tmp_path: Path, name: str) -> None:
    """Whatever its header says: its bytes are counted as they come."""
    file = tmp_path / "p.zip"
    _ten_gib(pack, file, name, 2**32 - 2)
    assert (
        f"{name}: is packed more than 200 to 1" in (said := refused_in_little_memory(file))
        or "a line is longer than" in said
    )
    _ten_gib(pack, file, name, 1000)
    assert f"{name}: " in refused_in_little_memory(file)


def test_archive_of_very_many_members_is_refused_before_they_are_read(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "p.zip"
    with zipfile.ZipFile(file, "w") as out:
        for n in range(verify.MEMBERS_MOST + 1):
            out.writestr(f"files/{n:064x}", b"")
        for name, content in pack.members.items():
            out.writestr(name, content)
    assert "members, at most" in refused_in_little_memory(file)


_DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(_DEEP, "nested more than 40 deep", id="deep"),
        pytest.param(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested more than 40 deep", id="deep objects"),
        pytest.param(b"[" + b"{}," * 3_000_000 + b"{}]", "more than 2000000 items", id="wide"),
        pytest.param(b'{"size":' + b"9" * 5000 + b"}", "an integer of 5000 digits", id="huge integer"),
        pytest.param(b'{"size":1e' + b"9" * 5000 + b"}", "a number of 5002 characters", id="huge number"),
        pytest.param(b'{"size":1,"size":2}', "the key size is there twice", id="double key"),
        pytest.param(b'{"size":NaN}', "NaN is no number of JSON", id="NaN"),
        pytest.param(b'{"size":-Infinity}', "-Infinity is no number of JSON", id="infinity"),
        pytest.param(b'{"size":"\xff"}', "is no UTF-8", id="no UTF-8"),
        pytest.param(b'{"size":', "is no JSON", id="no JSON"),
        pytest.param(b'"' + b'\\"' * 2_000_000, "is no JSON", id="a string without end"),
        pytest.param(b'["x"]', "an object", id="no object"),
    ],
)
def test_json_that_is_a_bomb_or_none_is_refused(pack: Pack, tmp_path: Path, content: bytes, why: str) -> None:
    name = "proofs.json"
    file = tmp_path / "p.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as out:
        for one, its in pack.members.items():
            out.writestr(one, content if one == name else its)
    said = refused_in_little_memory(file)
    assert f"{name}: " in said
    assert why in said


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (b'{"a":' + b"[" * 60 + b"]" * 60 + b"}", "nested more than 40 deep"),
        (b'{"a":' + b"1" * 40 + b"}", "an integer of 40 digits"),
        (b'{"a":Infinity}', "Infinity is no number of JSON"),
        (b'{"a":"' + b"x" * (9 * verify.MIB) + b'"}', "a line is longer than"),
    ],
)
def test_fact_that_is_a_bomb_is_refused_with_its_line(pack: Pack, tmp_path: Path, state: bytes, why: str) -> None:
    lines = [*pack.lines[:5], b'["sample/fund/F1",1,"fund.received/1",%b]' % state, *pack.lines[6:]]
    file = tmp_path / "p.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as out:
        for one, its in pack.with_lines(lines).members.items():
            out.writestr(one, its)
    said = refused(file)
    assert "facts.jsonl" in said
    assert why in said


def test_bytes_that_are_no_utf_8_in_a_fact_that_the_log_did_not_seal_are_a_finding(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A flipped byte is one, and its fact is named by its place."""
    line = pack.lines[5]
    changed = pack.with_lines([*pack.lines[:5], line[:-3] + b"\xff" + line[-2:], *pack.lines[6:]])
    assert verify.main([str(changed.write(tmp_path / "p.zip")), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert found[0]["log_index"] == pack.json("proofs.json")["indices"][5]


@pytest.mark.parametrize(
    "note", [b"", b"x\n", b"a\nb\nc\n\n\xe2\x80\x94 a b\n", b"\xff", b"a\n" + b"9" * 9000 + b"\nx\n\n"]
)
def test_checkpoint_that_is_none_is_refused(pack: Pack, tmp_path: Path, note: bytes) -> None:
    assert "checkpoint: " in refused(pack.changed(checkpoint=note).write(tmp_path / "p.zip"))


def test_calendar_that_is_none_is_refused(pack: Pack, tmp_path: Path) -> None:
    for text in (b"year = ", b"year = 2023", b"a = " + b"[" * 50_000, b"\xff"):
        members = {**pack.members, "calendars/2023.toml": text}
        assert "calendars/2023.toml: " in refused(Pack(members).write(tmp_path / "p.zip"))


@pytest.mark.parametrize(
    "words", [("--key", "nonsense"), ("--key", "a+00000000+AQ=="), ("--witness", str(OFFICE.public))]
)
def test_key_that_is_none_is_refused(pack: Pack, tmp_path: Path, words: tuple[str, str]) -> None:
    assert "key" in refused(pack.write(tmp_path / "p.zip"), *words)
