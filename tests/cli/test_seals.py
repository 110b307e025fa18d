"""Sealing, checkpoints and keys at the door: what is said, with which exit codes, and that JSON tells the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from audit.verify import read_note, read_verifier, signed_by
from cli.main import door
from domain.ledger import Ledger
from doors.health import wrong_in
from tests.audit.sealed import grow


class Desk:
    """A store with some facts, and a folder in which everything else lies."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, f"sqlite:///{folder}/ledger.db"
        self.out = folder / "out"
        folder.mkdir(exist_ok=True)
        self.grow(5)

    def grow(self, facts: int) -> None:
        """Let something happen."""
        with Ledger(self.store) as ledger:
            grow(ledger, facts)

    def ask(self, *words: str | Path, **env: str) -> Result:
        """Run a command."""
        said = [str(word) for word in words]
        set_to = {"BRIDGEFUND_LANG": "en", "BRIDGEFUND_STORE": self.store, **env}
        return CliRunner().invoke(door(said[:1]), said, env=set_to)

    def told(self, *words: str | Path) -> Any:
        """Return what a command says in JSON."""
        result = self.ask(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def makes(self, name: str, file: str, *words: str) -> str:
        """Make a key; return its verifier line."""
        return str(self.told("keys", "new", name, self.folder / file, *words)["verifier"])

    def seals(self, key: str = "log.key") -> Result:
        """Seal and publish."""
        return self.ask("seal", "--key", self.folder / key, "--to", self.out)

    def witnesses(self, *words: str) -> Result:
        """Countersign what is published."""
        key, state = self.folder / "witness.key", self.folder / "archive"
        return self.ask("checkpoint", "witness", self.out, "--key", key, "--state", state, *words)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_store_is_sealed_witnessed_and_the_countersignature_brought_back(desk: Desk) -> None:
    log = desk.makes("ledger.example", "log.key")
    seen = desk.makes("audit.example", "witness.key", "--witness")
    first = desk.seals()
    assert first.exit_code == 0, first.output
    assert "sealed for the first time: 5 facts" in first.stdout
    assert "nothing came since 5 facts were sealed" in desk.seals().stdout
    desk.grow(2)
    assert "7 facts sealed, 2 new since 20" in desk.seals().stdout
    assert desk.witnesses().exit_code == 2  # Nobody said whom to trust.
    assert "countersigned: 7 facts of ledger.example" in desk.witnesses("--trust", log).stdout
    rows = desk.told("checkpoint", "list", "--folder", desk.out)["checkpoints"]
    assert [(one["size"], [(s["name"], s["kind"], s["holds"]) for s in one["signatures"]]) for one in rows] == [
        (5, [("ledger.example", "log", True)]),
        (7, [("ledger.example", "log", True), ("audit.example", "witness", True)]),
    ]
    collected = desk.ask("checkpoint", "collect", desk.out)
    assert (collected.exit_code, "1 signatures taken" in collected.stdout) == (0, True), collected.output
    assert "witness audit.example" in desk.ask("checkpoint", "list").stdout
    assert "key not known" in desk.ask("checkpoint", "list").stdout
    assert "key not known" not in desk.ask("checkpoint", "list", "--trust", seen).stdout
    shown = desk.ask("checkpoint", "show").stdout
    assert shown == (desk.out / "checkpoint").read_text()
    assert len(signed_by(read_note(shown), [read_verifier(log), read_verifier(seen)])) == 2
    assert desk.told("checkpoint", "show", "5")["note"] == (desk.out / "checkpoints/5").read_text()
    assert desk.ask("checkpoint", "show", "6").exit_code == 2


def test_a_changed_store_is_a_finding_and_is_not_sealed(desk: Desk) -> None:
    desk.makes("ledger.example", "log.key")
    desk.seals()
    with Ledger(desk.store) as ledger:
        ledger.stored.write(("UPDATE stored_events SET originator_id = 'x/mandates' WHERE rowid = 2", ()))
    refused = desk.seals()
    assert (refused.exit_code, "the first 5 facts are not those that were sealed" in refused.stderr) == (1, True)


def test_another_logs_folder_is_told_before_anything_is_sealed(desk: Desk) -> None:
    desk.makes("ledger.example", "log.key")
    desk.seals()
    other = Desk(desk.folder / "other")
    other.makes("ledger.other", "log.key")
    other.out = desk.out
    refused = other.seals()
    assert (refused.exit_code, "holds the seals of ledger.example, not of ledger.other" in refused.stderr) == (2, True)
    assert other.told("checkpoint", "list")["checkpoints"] == []


def test_keys_rotate_at_the_door_and_the_old_one_is_refused(desk: Desk) -> None:
    old = desk.makes("ledger.example", "log.key")
    desk.seals()
    new = desk.told("keys", "rotate", desk.folder / "log.key", desk.folder / "log-2.key")["verifier"]
    assert "signed by the key in use as well" in desk.seals("log-2.key").stdout
    assert desk.seals().exit_code == 2
    assert desk.told("keys", "list")["verifiers"] == [old, new]
    shown = desk.ask("keys", "show", desk.folder / "log-2.key").stdout
    assert "private" not in shown
    assert new in shown


def test_two_checkpoints_are_compared(desk: Desk) -> None:
    log = desk.makes("ledger.example", "log.key")
    desk.seals()
    desk.grow(3)
    desk.seals()
    five, eight = desk.out / "checkpoints/5", desk.out / "checkpoints/8"
    assert desk.ask("checkpoint", "compare", five, eight).exit_code == 2
    for words in (("--folder", desk.out), ("--store", desk.store), ("--folder", desk.out, "--trust", log)):
        found = desk.ask("checkpoint", "compare", five, eight, *words)
        assert (found.exit_code, "the one goes on from the other" in found.stdout) == (0, True), found.output
    other = desk.folder / "other.note"
    other.write_text(eight.read_text().replace("heads 8", "heads 9"))
    split = desk.ask("checkpoint", "compare", eight, other)
    assert split.exit_code == 1
    assert eight.read_text() in split.stdout
    assert other.read_text() in split.stdout
    assert desk.ask("checkpoint", "compare", eight, other, "--trust", log).exit_code == 2  # Not signed: says nothing.
    other.write_text(eight.read_text().replace("ledger.example\n8", "ledger.other\n8"))
    assert "different logs" in desk.ask("checkpoint", "compare", eight, other).stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("seal",), "no key is named"),
        (("seal", "--key", "witness.key"), "a witness's key, which seals nothing"),
        (("seal", "--key", "nothing.key"), "No such file"),
        (("checkpoint", "witness", "out", "--key", "log.key", "--state", "s"), "no witness's key"),
        (("checkpoint", "witness", "out", "--key", "witness.key", "--state", "s"), "no published seals"),
        (("checkpoint", "list", "--folder", "nowhere"), "no published seals"),
        (("checkpoint", "list", "--trust", "nonsense"), "no verifier key"),
        (("checkpoint", "compare", "nothing", "log.key"), "no such file"),
        (("keys", "new", "two words", "a.key"), "without spaces"),
        (("keys", "rotate", "witness.key", "a.key"), "does not hand over"),
        (("keys", "show", "ledger.db"), "others can read it"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    words: tuple[str, ...], told: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    desk.makes("ledger.example", "log.key")
    desk.makes("audit.example", "witness.key", "--witness")
    before = sorted(desk.folder.iterdir())
    refused = desk.ask(*words)
    assert (refused.exit_code, told in refused.stderr) == (2, True), refused.output
    assert sorted(desk.folder.iterdir()) == before


def test_the_help_says_which_keys_are_which(desk: Desk) -> None:
    assert "bridgefund keys" in desk.ask("key", "--help").stdout
    assert "bridgefund key" in desk.ask("keys", "--help").stdout
    said = " ".join(desk.ask("keys", "new", "--help").stdout.split())
    assert "0600" in said
    assert "verifier" in said


@pytest.mark.parametrize(
    ("at", "under", "wrong"),
    [
        ("2022-03-08T00:00:00+08:00", 40, True),  # The day before yesterday, and facts came since.
        ("2022-03-09T00:00:00+08:00", 40, False),  # The next midnight is still to come.
        ("2022-01-01T00:00:00+08:00", 50, False),  # Nothing came since.
    ],
)
def test_status_says_when_the_daily_seal_stays_away(at: str, under: int, wrong: bool) -> None:  # noqa: FBT001
    store = {"business_now": "2022-03-10T09:00:00+08:00", "facts": 50, "unseen": [], "parked": 0}
    said = list(wrong_in({**store, "sealed": {"facts": under, "position": under, "at": at}}))
    assert [at[:10] in line for line in said] == ([True] if wrong else [])
    assert list(wrong_in({**store, "sealed": None})) == []
