"""A production store set up from nothing, by commands alone: people, keys, a step handed to one of two holders."""

import asyncio
import json
import signal
import stat
from collections.abc import Callable, Coroutine
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner, Result

from cli.main import door
from console.keys import DOOR, ConsoleKeyNotRegisteredError, ConsoleKeys, keys_folder
from domain.calendar import SHANGHAI
from domain.cases import mandates_stream
from domain.ledger import Ledger
from domain.mandate import MANDATE
from doors.clock import business_now
from tests.e2e.program import aborted, started

LIMIT_S = 120
FUND = "jiashi/fund/F1"
PORTIONS = '[{"pool":"integrated","amount_fen":30000000000}]'


@pytest.fixture
def ends_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command that would end its process end only itself: a process for each of thirty takes minutes."""

    def ends(command: Coroutine[Any, Any, int]) -> NoReturn:
        raise SystemExit(asyncio.run(command))

    monkeypatch.setattr("cli.errors.run_and_exit", ends)


def run(cwd: Path, *words: str) -> Result:
    """Run a command in the folder *cwd*."""
    with chdir(cwd):
        return CliRunner().invoke(door(words), words, env={"BRIDGEFUND_LANG": "en"})


@pytest.mark.usefixtures("ends_here")
def test_a_production_store_is_set_up_by_commands_and_people_act_with_their_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGEFUND_PERSONAL_KEY", str(tmp_path / "personal.key"))
    process = started(tmp_path, ("up", "--folder", "data", "--json", "--no-console"), stdout=PIPE, stderr=DEVNULL)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["ready"]
        story(tmp_path, f"sqlite:///{tmp_path}/data/ledger.db")
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
    finally:
        if process.poll() is None:
            aborted(process)
        process.stdout.close()


def story(cwd: Path, store: str) -> None:
    def asks(*words: str, code: int = 0) -> Result:
        ended = run(cwd, *words, "--store", store)
        assert ended.exit_code == code, (words, ended.output, ended.exception)
        return ended

    def employs(person: str, post: str) -> None:
        made = run(cwd, "people", "key", "new", person, f"{person}.key", "--json")
        public = json.loads(made.stdout)["key_id"], json.loads(made.stdout)["public_key"]
        asks("people", "appoint", "jiashi", person, post, "--key", "he.key")
        asks("people", "key", "register", "jiashi", person, *public, "--key", "he.key")

    asks("policy", "adopt", "jiashi")
    assert run(cwd, "people", "key", "new", "he", "he.key").exit_code == 0
    assert stat.S_IMODE((cwd / "he.key").stat().st_mode) == 0o600
    asks("people", "found", "jiashi", "he", "he.key")
    assert run(cwd, "people", "key", "new", "ma", "ma.key").exit_code == 0
    assert "has somebody who appoints: he" in asks("people", "found", "jiashi", "ma", "ma.key", code=2).stderr
    for person, post in (("li", "poverty_section"), ("wu", "poverty_section"), ("qian", "director")):
        employs(person, post)
    assert "himself" in asks("people", "appoint", "jiashi", "he", "director", "--key", "he.key", code=2).stderr

    receipt = ("--request", "fund.register/1", "--set", "document_no=伽财〔1〕号", "--set", 'item_no="1"')
    money = ("--set", "source=county", "--set", "tier=county", "--set", f"portions={PORTIONS}")
    year = f"fiscal_year={datetime.now(UTC).astimezone(SHANGHAI).year}"
    own = ("--post", "poverty_section")
    asks("act", FUND, "ask", *receipt, *money, "--set", year, "--key", "li.key", *own)

    a_step_is_handed_on(asks)
    keys_and_names(cwd, asks)
    the_console_signs(store, asks)
    with Ledger(store) as ledger:
        assert all("吴样例" not in str(entry.fact) for entry in ledger.log())


def the_console_signs(store: str, asks: Callable[..., Result]) -> None:
    """An account's key is registered by personnel, for the console's door, and then signs there."""
    asked = json.loads(asks("account", "add", "wu", "--json").stdout)["register_with"]
    order = asked.replace("COUNTY", "jiashi").replace("PERSONNEL_KEY_FILE", "he.key").split()[1:]
    keys = ConsoleKeys(keys_folder(store, None))
    with Ledger(store) as ledger:
        now = business_now(ledger)
        with pytest.raises(ConsoleKeyNotRegisteredError):
            keys.signing(ledger, "jiashi", "wu", now)
        asks(*order)
        key_id, _ = keys.signing(ledger, "jiashi", "wu", now)
        assert ledger.state(MANDATE, mandates_stream("jiashi")).key(key_id, "wu", DOOR).of_person == "wu"


def a_step_is_handed_on(asks: Callable[..., Result]) -> None:
    """Hand a fund's step to wu, who asks li about it first."""
    whole = ("assign", "jiashi", "report", "--reason", "li is away", "--key", "qian.key", "--json", "--to")
    dry = json.loads(asks(*whole, "wu", "--dry-run").stdout)
    refused = json.loads(asks(*whole, "nobody", code=2).stdout)
    done = json.loads(asks(*whole, "wu").stdout)
    told = [(one["case"], one["outcome"], one["rule"]) for each in (dry, refused, done) for one in each["cases"]]
    assert told == [(FUND, "would", ""), (FUND, "refused", "NotACandidateError"), (FUND, "done", "")]
    asks("assign", FUND, "report", "--back", "--reason", "li is back", "--key", "qian.key")
    asks("assign", FUND, "report", "--to", "wu", "--reason", "li is away", "--key", "qian.key")
    assert "with wu" in asks("act", FUND, "report", "--key", "li.key", code=2).stderr
    asks("forward", FUND, "report", "--to", "li", "--question", "is it ours?", "--key", "wu.key")
    assert "asked li" in asks("act", FUND, "report", "--key", "wu.key", code=2).stderr
    asks("opinion", FUND, "report", "it is", "--key", "li.key")
    history = asks("fund", "history", FUND, "--json").stdout
    assert [fact for fact in ("handling.assigned/1", "handling.advised/1") if fact not in history] == []


def keys_and_names(cwd: Path, asks: Callable[..., Result]) -> None:
    """Rotate wu's key, name and erase him, and see for which step nobody would be left."""
    asks("people", "key", "rotate", "jiashi", "wu-2.key", "--key", "wu.key", "--reason", "a new machine")
    assert stat.S_IMODE((cwd / "wu-2.key").stat().st_mode) == 0o600
    assert "revoked" in asks("act", FUND, "report", "--key", "wu.key", code=2).stderr
    asks("act", FUND, "report", "--key", "wu-2.key")
    again = asks("people", "key", "rotate", "jiashi", "wu-3.key", "--key", "wu.key", "--reason", "again", code=2)
    assert ("revoked" in again.stderr, (cwd / "wu-3.key").exists()) == (True, False)

    assert "no master key" in asks("people", "name", "wu", "吴样例", code=2).stderr
    assert run(cwd, "key", "master", "personal.key").exit_code == 0
    asks("people", "name", "wu", "吴样例")
    listed = asks("people", "list", "jiashi").stdout
    assert "吴样例" in listed
    asks("people", "dismiss", "jiashi", "li", "poverty_section", "--reason", "moved", "--key", "he.key")
    last = ("people", "dismiss", "jiashi", "wu", "poverty_section", "--reason", "moved", "--dry-run", "--key", "he.key")
    left = json.loads(asks(*last, "--json").stdout)["nobody_left"]
    assert f"{FUND} notify" in left
    asks("people", "name", "wu", "--erase")
    assert "吴样例" not in asks("people", "list", "jiashi").stdout
    assert asks("reconcile").exit_code == 0
