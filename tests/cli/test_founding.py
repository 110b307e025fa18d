"""`bridgefund people found` and `people name` as an operator types them, without a server."""

from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import door
from domain.calendar import day_of
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import Appoint, Appointed, EndTerm, RevokeKey
from doors.clock import business_now
from projections.people_names import keep_name, kept_names
from tests.domain.given import by


def run(cwd: Path, *words: str) -> Result:
    with chdir(cwd):
        return CliRunner().invoke(door(words), words, env={"BRIDGEFUND_LANG": "en"})


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A production store in which he was founded."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    for words in (
        ("policy", "adopt", "jiashi", "--store", url, "--new"),
        ("people", "key", "new", "he", "he.key"),
        ("people", "found", "jiashi", "he", "he.key", "--store", url),
    ):
        ended = run(tmp_path, *words)
        assert ended.exit_code == 0, ended.output
    return url


def test_founding_is_said_only_where_it_was_done(tmp_path: Path, store: str) -> None:
    again = ("people", "found", "jiashi", "he", "he.key", "--store", store)
    ended = run(tmp_path, *again)
    assert (ended.exit_code, "has somebody who appoints: he" in ended.stderr) == (2, True), ended.output
    stream = mandates_stream("jiashi")
    with Ledger(store) as ledger:
        today = day_of(business_now(ledger))
        gone = by("operator", today)
        ledger.execute(Step(stream, EndTerm(gone, "he", "personnel", today - timedelta(days=1), "样例：离职")))
        (key_id,) = ledger.state(MANDATE, stream).keys_of("he")
    assert run(tmp_path, *again).exit_code == 0
    with Ledger(store) as ledger:
        assert ledger.state(MANDATE, stream).appointers("personnel", today) == ["he"]
        lost = by("operator", today)
        ledger.execute(Step(stream, RevokeKey(lost, key_id, "样例：遗失")))
    ended = run(tmp_path, *again)
    assert (ended.exit_code, "revoked" in ended.stderr) == (2, True), ended.output


def test_a_dry_run_refuses_a_blank_reason_as_the_order_itself_is(tmp_path: Path, store: str) -> None:
    with Ledger(store) as ledger:
        today = day_of(business_now(ledger))
        act = by("opener", today)
        held = Appointed(act, "jiashi", "li", "rrb", "rrb", today, None)
        ledger.execute(Step(mandates_stream("jiashi"), Appoint(act, held)))
    where = ("--key", "he.key", "--store", store, "--address", "127.0.0.1:9")
    dismiss = ("people", "dismiss", "jiashi", "li", "rrb", "--dry-run", *where, "--reason")
    ended = run(tmp_path, *dismiss, "\u3000")
    assert (ended.exit_code, "$.reason" in ended.stderr) == (2, True), ended.output
    assert run(tmp_path, *dismiss, "调离").exit_code == 0


def test_a_production_store_takes_no_name_without_a_master_key(tmp_path: Path, store: str) -> None:
    refused = run(tmp_path, "people", "name", "he", "何样例", "--store", store)
    assert (refused.exit_code, "BRIDGEFUND_PERSONAL_KEY" in refused.stderr) == (2, True), refused.output
    assert run(tmp_path, "key", "master", "personal.key").exit_code == 0
    where = {"BRIDGEFUND_PERSONAL_KEY": str(tmp_path / "personal.key"), "BRIDGEFUND_LANG": "zh"}
    with chdir(tmp_path):
        kept = CliRunner().invoke(door(["people"]), ["people", "name", "he", "何样例", "--store", store], env=where)
        listed = CliRunner().invoke(door(["people"]), ["people", "list", "jiashi", "--store", store], env=where)
    assert (kept.exit_code, "he 何样例" in listed.stdout) == (0, True), (kept.output, listed.output)
    assert "何样例".encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("ledger.*") if file.is_file())


def test_blanks_are_no_name_and_do_not_keep_one_from_being_erased(tmp_path: Path, store: str) -> None:
    keep_name(store, "he", "何样例")
    erase = run(tmp_path, "people", "name", "he", "\u3000", "--erase", "--store", store)
    assert (erase.exit_code, kept_names(store)) == (0, {}), erase.output
    for nothing in ("\u3000", "\u200b"):
        blank = run(tmp_path, "people", "name", "he", nothing, "--store", store)
        assert (blank.exit_code, kept_names(store)) == (2, {}), blank.output


def test_a_key_is_somebodys(tmp_path: Path) -> None:
    """A door's key is nobody's, and lets in whomever it names."""
    made = run(tmp_path, "key", "new", "a.key", "--person", "")
    assert (made.exit_code, (tmp_path / "a.key").exists()) == (2, False), made.output
    store = f"sqlite:///{tmp_path}/ledger.db"
    assert run(tmp_path, "policy", "adopt", "jiashi", "--store", store, "--new").exit_code == 0
    assert run(tmp_path, "key", "new", "a.key", "--person", "he").exit_code == 0
    text = (tmp_path / "a.key").read_text(encoding="utf-8")
    (tmp_path / "b.key").write_text(text.replace('"person": "he"', '"person": ""'), encoding="utf-8")
    registered = run(tmp_path, "key", "register", "jiashi", "b.key", "--store", store)
    assert (registered.exit_code, "person: ''" in registered.stderr) == (2, True), registered.output
    with Ledger(store) as ledger:
        assert ledger.state(MANDATE, mandates_stream("jiashi")).keys == {}


def test_a_list_of_which_nothing_can_be_asked_is_not_kept_nor_sent(tmp_path: Path, store: str) -> None:
    (tmp_path / "list.csv").write_text("case,decision\njiashi/claim/C9,approve\n", encoding="utf-8")
    where = ("--key", "he.key", "--store", store, "--address", "127.0.0.1:9")
    ended = run(tmp_path, "bulk", "list.csv", *where)
    assert (ended.exit_code, "no such case: jiashi/claim/C9" in ended.stdout) == (1, True), ended.output
    assert [*tmp_path.glob("list.csv.*")] == []


def test_an_emergency_of_a_case_that_is_not_there_is_told_so(tmp_path: Path, store: str) -> None:
    said = ("--ground", "汛期", "--absent", "住院", "--second", "director", "--until", "2026-12-01T00:00")
    where = ("--key", "he.key", "--store", store, "--address", "127.0.0.1:9")
    ended = run(tmp_path, "emergency", "open", "jiashi/claim/C9", "approve", *said, *where)
    assert (ended.exit_code, "no such case: jiashi/claim/C9" in ended.stderr) == (2, True), ended.output
