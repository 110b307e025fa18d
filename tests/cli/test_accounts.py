"""`bridgefund account` as an operator types it; and the key of a new account, registered for the console's door."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import door
from console.account_tables import accounts_engine
from console.accounts import Accounts, SignInRefusedError
from console.keys import ConsoleKeyNotRegisteredError, ConsoleKeys, keys_folder
from domain.cases import STORE
from domain.ledger import Ledger, Step
from domain.store import MarkedSample, MarkSample
from doors.clock import business_now, wall_now
from tests.domain.given import by


@pytest.fixture
def store(tmp_path: Path) -> str:
    """An empty production store."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    Ledger(url).close()
    return url


def run(store: str, *words: str, lang: str = "en", **env: str) -> Result:
    asked = ("account", *words, "--store", store)
    return CliRunner().invoke(door(asked), asked, env={"BRIDGEFUND_LANG": lang, **env})


def may_sign_in(store: str, login: str, password: str) -> bool:
    engine = accounts_engine(store)
    try:
        return Accounts(engine).sign_in(login, password, wall_now()).must_change
    except SignInRefusedError:
        return False
    finally:
        engine.dispose()


def test_an_account_is_made_with_a_password_shown_once_and_a_key_for_personnel(store: str, tmp_path: Path) -> None:
    ended = run(store, "add", "p-112", "--login", "LiXiang", "--json")
    assert ended.exit_code == 0, ended.output
    made = json.loads(ended.stdout)
    assert (made["login"], made["person"], made["must_change"]) == ("lixiang", "p-112", True)
    assert may_sign_in(store, "lixiang", made["password"])
    with Ledger(store) as ledger, pytest.raises(ConsoleKeyNotRegisteredError) as caught:
        ConsoleKeys(keys_folder(store, None)).signing(ledger, "jiashi", "p-112", business_now(ledger))
    asked = made["register_with"].replace("COUNTY", "jiashi")
    assert asked in caught.value.text("en")
    assert f"{made['key_id']} {made['public_key']} --door console" in asked
    again = run(store, "key", "p-112")
    assert (again.exit_code, f"console key {made['key_id']} {made['public_key']}" in again.stdout) == (0, True)
    anew = json.loads(run(store, "key", "p-112", "--new", "--json").stdout)
    assert anew["key_id"] != made["key_id"]
    listed = run(store, "list").output + run(store, "list", "--json").output
    assert made["password"] not in listed
    assert "argon2" not in listed
    assert (tmp_path / "ledger.console-keys" / "p-112.key").is_file()


def test_a_reset_disabling_and_enabling(store: str) -> None:
    said = run(store, "add", "p-1", lang="zh")
    assert (said.exit_code, "账号 p-1，人员 p-1" in said.stdout) == (0, True), said.output
    first = said.stdout.partition("一次性密码 ")[2].split()[0]
    again = json.loads(run(store, "reset", "p-1", "--json").stdout)["password"]
    assert [may_sign_in(store, "p-1", word) for word in (first, again)] == [False, True]
    assert run(store, "disable", "p-1").exit_code == 0
    assert not may_sign_in(store, "p-1", again)
    assert "disabled" in run(store, "list").stdout
    assert run(store, "enable", "p-1").exit_code == 0
    assert may_sign_in(store, "p-1", again)
    for _ in range(5):
        may_sign_in(store, "p-1", first)
    assert "locked until" in run(store, "list").stdout
    (listed,) = json.loads(run(store, "list", "--json").stdout)["accounts"]
    assert listed["locked_until"] is not None


def test_a_sample_needs_no_key_of_ones_own(store: str, tmp_path: Path) -> None:
    act = by("operator")
    with Ledger(store) as ledger:
        ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, act.recorded_at, 0.0, "open"))))
    ended = run(store, "add", "p-1")
    assert (ended.exit_code, "console key" in ended.stdout) == (0, False), ended.output
    assert not (tmp_path / "ledger.console-keys").exists()
    assert "SAMPLE" in run(store, "list").stdout


def test_what_cannot_be_done_is_said_and_leaves_nothing(store: str, tmp_path: Path) -> None:
    for words, said in (
        (("reset", "p-1"), "no account p-1"),
        (("disable", "p-1"), "no account p-1"),
        (("add", "p/1"), "no person's id"),
        (("key", "../p-1"), "no person's id"),
    ):
        ended = run(store, *words)
        assert (ended.exit_code, said in ended.stderr) == (2, True), ended.output
    (tmp_path / "open").mkdir(mode=0o755)
    ended = run(store, "add", "p-1", BRIDGEFUND_CONSOLE_KEYS=str(tmp_path / "open"))
    assert (ended.exit_code, "chmod 700" in ended.stderr) == (2, True), ended.output
    assert json.loads(run(store, "list", "--json").stdout)["accounts"] == []
    assert run(store, "add", "p-1").exit_code == 0
    ended = run(store, "add", "p-1")
    assert (ended.exit_code, "has an account" in ended.stderr) == (2, True), ended.output


def test_no_account_is_made_beside_a_store_that_is_not_there(tmp_path: Path) -> None:
    ended = run(f"sqlite:///{tmp_path}/ledgre.db", "add", "p-1")
    assert ended.exit_code == 2
    assert list(tmp_path.iterdir()) == []
