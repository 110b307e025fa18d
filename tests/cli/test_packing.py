"""`bridgefund audit pack`: what it says, what it seals on the way, what it refuses before anything is written."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from audit.seal_keys import make_key
from audit.sealing import seal
from audit.seals import Seals
from cli import auditing
from domain.ledger import Ledger, Step
from domain.obligation_facts import Drop
from tests.audit.packs import FUND, SEALED_AT, Pack, stored_files, tell_two
from tests.domain.given import by

APP = typer.Typer()
APP.add_typer(auditing.app, name="audit")
LATER = Step("sample/obligation/claim-C3-v1-payment_centre", Drop(by("li"), "样例：另行办理"))


class Town:
    """A store with its files, and a key outside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/ledger.db"
        self.key = make_key(folder / "log.key", "ledger.county.example")
        self.out = folder / "F1.zip"
        stored_files(folder / "ledger.db.files")
        with Ledger(self.url) as ledger:
            tell_two(ledger)

    def seal(self) -> None:
        """Seal the store."""
        with Ledger(self.url) as ledger:
            seal(ledger, self.key, SEALED_AT)

    def go_on(self) -> None:
        """Let something happen to the fund."""
        with Ledger(self.url) as ledger:
            ledger.execute(LATER)

    def run(self, *words: str, fund: str = FUND, lang: str = "en", **environ: str) -> Result:
        """Ask for a pack."""
        asked = ["audit", "pack", fund, "-o", str(self.out), "--store", self.url, *words]
        return CliRunner().invoke(APP, asked, env={"BRIDGEFUND_LANG": lang, **environ})

    def told(self, *words: str, **environ: str) -> dict[str, Any]:
        """Ask for a pack, and return what is said of it as data."""
        result = self.run(*words, "--json", **environ)
        assert result.exit_code in (0, 1), result.stderr
        return dict(json.loads(result.stdout))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_sealed_store_is_packed_without_a_key(town: Town) -> None:
    town.seal()
    said = town.run(lang="zh")
    assert (said.exit_code, said.stderr) == (0, "")
    assert "【样例 SAMPLE】" in said.stdout
    assert "bridgefund audit verify" in said.stdout
    data = town.told("--force")
    pack = Pack(town.out)
    pack.check(town.key)
    assert data["facts"] == len(pack.lines)
    assert (data["origin"], data["not_sealed"], data["papers"], data["bad_files"]) == (town.key.name, 0, 3, [])


def test_never_sealed_and_without_a_key_it_is_said_what_to_do(town: Town) -> None:
    said = town.run()
    assert said.exit_code == 2
    commands = [line.split()[:3] for line in said.stderr.splitlines() if line.startswith("  bridgefund")]
    assert commands == [["bridgefund", "keys", "new"], ["bridgefund", "seal", "--key"], ["bridgefund", "audit", "pack"]]
    assert not town.out.exists()


def test_what_came_after_the_seal_is_sealed_first_with_a_key_and_else_left_out(town: Town) -> None:
    town.seal()
    town.go_on()
    without = town.told()
    assert without["not_sealed"] == 1
    assert "1 facts came after the seal" in town.run("--force").stdout
    with_key = town.told("--force", BRIDGEFUND_SEAL_KEY=str(town.folder / "log.key"))
    assert (with_key["not_sealed"], with_key["facts"]) == (0, without["facts"] + 1)
    Pack(town.out).check(town.key)
    # Nothing came since: it is not sealed again.
    town.told("--force", "--key", str(town.folder / "log.key"))
    with Ledger(town.url) as ledger:
        assert len(Seals(ledger).all()) == 2


def test_a_first_seal_is_made_on_the_way(town: Town) -> None:
    said = town.run("--key", str(town.folder / "log.key"))
    assert said.exit_code == 0, said.stderr
    Pack(town.out).check(town.key)


def test_a_seal_on_the_way_is_published_where_seals_are(town: Town) -> None:
    folder = town.folder / "seals"
    folder.mkdir()
    said = town.run(BRIDGEFUND_SEAL_KEY=str(town.folder / "log.key"), BRIDGEFUND_SEALS=str(folder))
    assert said.exit_code == 0, said.stderr
    assert (folder / "checkpoint").read_bytes() == Pack(town.out).members["checkpoint"]


def test_a_log_that_is_not_what_was_sealed_ends_with_1(town: Town) -> None:
    town.seal()
    with Ledger(town.url) as ledger:
        ledger.stored.write(("DELETE FROM stored_events WHERE originator_id = ?", ("sample/bank",)))
    said = town.run(lang="zh")
    assert (said.exit_code, "audit verify --store" in said.stderr, town.out.exists()) == (1, True, False), said.output


def test_a_witness_or_a_strange_key_does_not_seal(town: Town) -> None:
    make_key(town.folder / "witness.key", "witness.example", "witness")
    make_key(town.folder / "strange.key", "strange.example")
    town.seal()
    town.go_on()
    for file in ("witness.key", "strange.key"):
        said = town.run("--key", str(town.folder / file))
        assert (said.exit_code, town.out.exists()) == (2, False), said.output


def test_a_missing_file_is_said_and_ends_with_1(town: Town) -> None:
    town.seal()
    assert town.told("--with-files")["files_in_pack"] == 3
    for file in Path(f"{town.folder}/ledger.db.files").rglob("*"):
        if file.is_file() and file.read_bytes() == b"a photo":
            file.unlink()
    said = town.run("--with-files", "--force")
    assert said.exit_code == 1
    assert "photos.pdf" in said.stdout
    assert "is not in the file store" in said.stdout
    assert town.told("--force", "--with-files")["bad_files"][0]["kind"] == "missing"
    assert town.run("--force").exit_code == 0  # Not asked for.


@pytest.mark.parametrize(
    ("fund", "word"),
    [
        ("sample/claim/C1", "a fund is asked for"),
        ("sample/fund/F99", "bridgefund fund list"),
        ("nowhere/fund/F1", "bridgefund fund list"),
        ("F1", "<county>"),
    ],
)
def test_what_is_no_fund_is_refused(town: Town, fund: str, word: str) -> None:
    town.seal()
    said = town.run(fund=fund)
    assert (said.exit_code, word in said.stderr) == (2, True), said.output
    assert not town.out.exists()


def test_a_file_that_is_there_is_replaced_with_force_only(town: Town) -> None:
    town.seal()
    town.out.write_bytes(b"mine")
    said = town.run()
    assert (said.exit_code, "--force" in said.stderr, town.out.read_bytes()) == (2, True, b"mine")
    assert town.run("--force").exit_code == 0
    Pack(town.out).check(town.key)
