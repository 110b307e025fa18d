"""A household's name enters facts at the real door and is erased: no byte of the log changes, and nobody reads it."""

import asyncio
import json
import shutil
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from activities.deciding import CaseView, Deciding, take_effect
from audit.log_tree import Tree
from audit.sealing import read_log
from audit.verify import proven_root
from cli.delivering import Outputs, reporting
from cli.errors import exits_on_error
from cli.main import door
from cli.outboxes import write_rows
from domain.cases import STORE, mandates_stream
from domain.claim import CLAIM as CLAIM_DECIDER
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.outbox_facts import RowContent, RowQueued
from domain.policy import load
from domain.sealed import reference_of
from domain.signature import SignedMessage
from domain.store import MarkedSample, MarkSample
from doors.clock import business_now, wall_now
from doors.key_files import make_key, read_key
from doors.vault import saying, vault_of
from tests.databases import ON_SQLITE
from tests.domain.county import CALENDAR, PAPER, POLICIES, County, line
from tests.domain.given import WAN, noon
from tests.domain.results import county_of, declares
from tests.domain.test_results_of_counties import linkage

TODAY = date(2023, 5, 4)
HOUSEHOLD, JOINER = "买买提·样例户", "木匠李样例"
REPORT, CLAIM, PROJECT = "jiashi/hotline/R1", "sample/claim/C1", "sample/project/A01"
POSTS = {"jiashi": "finance_bureau", "maojian": "township", "sample": "implementing_unit"}
TAKE = ("--request", "hotline.take/1", "--set", f"words=[[h-7:{HOUSEHOLD}]]反映路灯不亮")


@dataclass(frozen=True)
class Town:
    """A store of three counties, and the command line before it; the engine decides without a server."""

    store: str
    folder: Path

    def run(self, *words: str, code: int = 0) -> Result:
        """Run a command."""
        ended = CliRunner().invoke(door(words), [*words])
        assert ended.exit_code == code, (words, ended.output, ended.exception)
        return ended

    def act(self, case: str, *words: str, person: str = "p-clerk", code: int = 0) -> Result:
        """Let a person act with a key of one's own, for the post that one holds in the county."""
        who = ("--key", str(self.folder / f"{person}.key"), "--post", POSTS[case.partition("/")[0]])
        return self.run("act", case, *words, *who, code=code)

    def sealed_log(self) -> Tree:
        """Return the tree over the SHA-256 of every fact's canonical bytes, read and hashed anew."""
        with Ledger(self.store) as ledger:
            return read_log(ledger).tree

    def leaves(self) -> list[bytes]:
        """Return that hash of each fact, in the order of the log."""
        packed = self.sealed_log().leaves
        return [packed[n : n + 32] for n in range(0, len(packed), 32)]

    def kept(self) -> bytes:
        """Return every byte that the store keeps, its views, vault, logs and keys: of PostgreSQL its rows as well."""
        found = [file for file in self.folder.rglob("*") if file.is_file()]
        if self.store.startswith("sqlite"):
            assert {"ledger.db", "ledger.views.db", "ledger.names.db", "master.key"} <= {file.name for file in found}
            return b"".join(file.read_bytes() for file in found)
        with psycopg.connect(self.store, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            place, database = connection.execute(
                "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
            ).fetchall()[0]
            for folder in (Path(place, "base", str(database)), Path(place, "pg_wal")):
                found += [file for file in folder.iterdir() if file.is_file()]
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = [row for (name,) in tables for row in connection.execute(f'TABLE "{name}"'.encode()).fetchall()]
        cells = [cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row]
        return b"".join([*cells, *(file.read_bytes() for file in found)])


@pytest.fixture
def town(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Jiashi has a hotline, the sample county a joiner to pay, Maojian awards for each household that is led."""
    (tmp_path / "elsewhere").mkdir()
    with Ledger(store) as ledger:
        counties = [county_of(ledger, folder, TODAY) for folder in ("jiashi-2022", "maojian-2017")]
        sample = County(ledger, "sample", TODAY)
        counties.append(sample)
        shift = (noon(TODAY) - wall_now()).total_seconds()
        act = sample.act("mark", "opener")
        ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, act.recorded_at, shift, "open"))))
        sample.adopt(load(POLICIES / "sample.toml"))
        _, maojian, _ = counties
        for county in counties:
            for person in ("p-clerk", "p-lodger"):
                employs(county, tmp_path, person)
        declares(maojian)
        done = linkage(("poor_households", 2), mode="龙头企业、合作社、能人大户带动", operator="样例茶叶合作社")
        maojian.ask("performance", "A01", done, "market_entities")
        sample.receives()
        sample.banks("A01")
        sample.plans("P1", line(200 * WAN))
        sample.releases("F1", "P1")
    for name, value in (("STORE", store), ("LANG", "en"), ("PERSONAL_KEYS", f"{tmp_path}/elsewhere/keys")):
        monkeypatch.setenv(f"BRIDGEFUND_{name}", value)
    monkeypatch.setenv("BRIDGEFUND_PERSONAL_KEY", f"{tmp_path}/elsewhere/master.key")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    without_a_server(store, monkeypatch)
    return Town(store, tmp_path)


def employs(county: County, folder: Path, person: str) -> None:
    """Let a person hold the county's post, with a key of the person's own."""
    file = folder / f"{person}.key"
    if not file.exists():
        make_key(file, person)
    key, stream = read_key(file), mandates_stream(county.name)
    act = county.act("appoint", "opener")
    held = Appointed(act, county.name, person, POSTS[county.name], "样例单位", date(2023, 1, 1), None)
    county.ledger.execute(Step(stream, Appoint(act, held)))
    act = county.act("key", "opener")
    registered = KeyRegistered(act, county.name, key.key_id, key.public_hex, "cli", person)
    county.ledger.execute(Step(stream, RegisterKey(act, registered)))


def without_a_server(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is handed in at the door be decided here, by the very steps of the worker's activity."""

    async def decide(_client: object, _queue: str, message: SignedMessage, _shift: float) -> CaseView:
        with Ledger(store) as ledger:
            take_effect(ledger, CALENDAR, message, business_now(ledger))
            return Deciding(ledger, CALENDAR).look(message.case)

    async def connect(*_: object) -> None:
        pass

    def run_command(command: Coroutine[Any, Any, int]) -> None:
        with exits_on_error():
            raise typer.Exit(asyncio.run(command))

    monkeypatch.setattr("workflows.client.decide", decide)
    monkeypatch.setattr("cli.acting.connect", connect)
    monkeypatch.setattr("cli.acting.run_command", run_command)


def names_are_entered(town: Town) -> None:
    """The household reports a dark lamp and is led by an operator; the joiner signs a contract and is to be paid."""
    town.act(REPORT, "ask", *TAKE)
    town.act(REPORT, "ask", "--request", "hotline.answer/1", "--set", "founded=true", "--set", "answer=已告知[[h-7]]")
    led = ("group=poor_households", "operator=样例茶叶合作社", f"record={PAPER}", f"household=[[h-7:{HOUSEHOLD}]]")
    sets = [word for one in led for word in ("--set", one)]
    town.act("maojian/performance/A01", "ask", "--request", "performance.confirm-household/1", *sets)
    paper = ("--paper", str(town.folder / "p-clerk.key"))
    town.act(PROJECT, "approve", "--contractor", f"[[p-9:{JOINER}]]", "--amount-fen", str(180 * WAN), *paper)
    lines = json.dumps([{"fund_no": "F1", "pool": "integrated", "project_no": "A01", "amount_fen": 50 * WAN}])
    claim = ("project_no=A01", "kind=progress", f"lines={lines}", f"payee=[[p-9:{JOINER}]]", f'vouchers=["{PAPER}"]')
    sets = [word for one in claim for word in ("--set", one)]
    town.act(CLAIM, "ask", "--request", "claim.lodge/1", *sets, person="p-lodger")


SHOWN = (
    ("report", "disclosures", "jiashi", "2023"),
    ("project", "show", "maojian/project/A01"),
    ("claim", "show", CLAIM),
    ("project", "show", PROJECT),
    ("signatures", CLAIM),
)


def shown(town: Town) -> str:
    register = town.run(*SHOWN[0], "--json").stdout
    return "".join((register, *(town.run(*words).stdout for words in SHOWN)))


def test_a_name_is_erased_and_every_fact_and_proof_stays(town: Town) -> None:
    names_are_entered(town)
    told = shown(town)
    assert (told.count(f"h-7 {HOUSEHOLD}") > 2, f"p-9 {JOINER}" in told, "(sealed)" in told) == (True, True, False)
    before, leaves = town.sealed_log(), town.leaves()
    proofs = [before.proof(n, before.size) for n in range(before.size)]
    erased = json.loads(town.run("people", "erase", "h-7", "--reason", "本人申请", "--yes", "--json").stdout)
    assert (erased["reference"], erased["was_erased_before"]) == ("h-7", False)
    assert erased["facts"] == {"sealed": 2, "streams": 1, "by_reference": 1}
    assert (town.leaves(), town.sealed_log().root) == (leaves, before.root)
    told = shown(town)
    assert (told.count("h-7 (erased)") > 2, HOUSEHOLD in told, f"p-9 {JOINER}" in told) == (True, False, True)
    left = town.kept()
    assert [name for name in (HOUSEHOLD, JOINER) if name.encode() in left or json.dumps(name).encode() in left] == []
    assert b"sealed:h-7:" in left
    again = json.loads(town.run("people", "erase", "h-7", "--reason", "又来", "--yes", "--json").stdout)
    assert (again["was_erased_before"], again["reason"], again["erased_at"]) == (True, "本人申请", erased["erased_at"])
    # The reference is used on; and a new name is under a new key.
    town.act("jiashi/hotline/R2", "ask", "--request", "hotline.take/1", "--set", "words=[[h-7]]又反映")
    town.act("jiashi/hotline/R3", "ask", "--request", "hotline.take/1", "--set", "words=[[h-7:新户主]]反映")
    after = town.sealed_log()
    assert after.root_at(before.size) == before.root != after.root
    proven = {proven_root(leaf, n, before.size, proofs[n]) for n, leaf in enumerate(town.leaves()[: before.size])}
    assert proven == {before.root}
    told = town.run(*SHOWN[0]).stdout
    assert [said in told for said in ("h-7又反映", "h-7 新户主反映", "h-7 (erased)反映路灯")] == [True, True, True]


@ON_SQLITE
def test_the_same_command_sent_twice_is_one_and_another_name_is_no_repeat(town: Town) -> None:
    same = ("ask", *TAKE, "--command-id", "hotline-1")
    town.act(REPORT, *same)
    leaves = town.leaves()
    town.act(REPORT, *same)
    assert town.leaves() == leaves
    other = (*same[:-3], f"words=[[h-7:{HOUSEHOLD}之子]]反映路灯不亮", *same[-2:])
    assert "on record with other content" in town.act(REPORT, *other, code=2).stderr
    assert town.leaves() == leaves


@ON_SQLITE
def test_files_leave_the_house_with_references_unless_names_are_asked_for(town: Town) -> None:
    town.act(REPORT, "ask", *TAKE)
    for words, said in (((), "h-7反映路灯不亮"), (("--names",), f"h-7 {HOUSEHOLD}反映路灯不亮")):
        file = town.folder / f"register{len(words)}.xlsx"
        town.run("report", "disclosures", "jiashi", "2023", "--xlsx", str(file), *words)
        assert said in cells_of(file)


@ON_SQLITE
def test_without_the_keys_a_name_is_sealed_and_can_neither_be_written_nor_erased(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.act(REPORT, "ask", *TAKE)
    monkeypatch.setenv("BRIDGEFUND_PERSONAL_KEY", f"{town.folder}/nowhere/master.key")
    monkeypatch.setenv("BRIDGEFUND_PERSONAL_KEYS", f"{town.folder}/nowhere/keys")
    assert "h-7 (sealed)反映路灯" in town.run("report", "disclosures", "jiashi", "2023", "--json").stdout
    refused = town.run("people", "erase", "h-8", "--reason", "样例", "--yes", code=2)
    assert "no name of h-8" in refused.stderr
    shutil.rmtree(town.folder / "elsewhere" / "keys")
    Path(town.folder, "ledger.names.db").unlink()
    refused = town.run("people", "erase", "h-7", "--reason", "样例", "--yes", code=2)
    assert "erase it where the keys lie" in refused.stderr


@ON_SQLITE
def test_a_mark_that_is_none_never_becomes_a_fact(town: Town) -> None:
    before = town.leaves()
    typed = ("【【h-7：王某】】反映", "［［h-7:王某］］反映")
    for words in ("[[王某]]反映", "[[h-7:]]反映", "[[h-户:王某]]反映", "[[h-7:王某反映", "[[p-1:\u3000]]", *typed):
        ended = town.act(REPORT, "ask", "--request", "hotline.take/1", "--set", f"words={words}", code=2)
        assert "[[h-NUMBER:NAME]]" in ended.stderr
    assert town.leaves() == before
    assert not (town.folder / "elsewhere" / "keys").exists()


@ON_SQLITE
def test_erasing_is_asked_for_and_its_reason_does_not_say_the_name(town: Town) -> None:
    town.act(REPORT, "ask", *TAKE)
    asked = CliRunner().invoke(door(["people"]), ["people", "erase", "h-7", "--reason", "样例"], input="n\n")
    assert (asked.exit_code, "sealed in 1 facts of 1 cases" in asked.stderr) == (1, True), asked.output
    said = town.run("people", "erase", "h-7", "--reason", f"{HOUSEHOLD}申请", "--yes", code=2)
    assert "must not say the name" in said.stderr
    said = town.run("people", "erase", "h-7", "--reason", f"[[h-8:{JOINER}]]申请", "--yes", code=2)
    assert "must not say the name" in said.stderr
    assert HOUSEHOLD in town.run("report", "disclosures", "jiashi", "2023").stdout


@ON_SQLITE
def test_a_copy_of_the_store_reads_the_same_keys_and_an_erasure_holds_for_both(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.act(REPORT, "ask", *TAKE)
    copy = f"sqlite:///{town.folder}/copy/ledger.db"
    (town.folder / "copy").mkdir()
    told = town.run("migrate", town.store, copy)
    assert "keys of personal data" not in told.stderr  # The settings say where they lie.
    register = ("report", "disclosures", "jiashi", "2023", "--store")
    assert HOUSEHOLD in town.run(*register, copy).stdout
    town.run("people", "erase", "h-7", "--reason", "样例", "--yes", "--store", copy)
    assert "h-7 (erased)" in town.run(*register, copy).stdout
    assert "h-7 (sealed)" in town.run(*register, town.store).stdout
    monkeypatch.delenv("BRIDGEFUND_PERSONAL_KEYS")
    (town.folder / "ledger.personal").mkdir()
    (town.folder / "other").mkdir()
    told = town.run("migrate", town.store, f"sqlite:///{town.folder}/other/ledger.db")
    assert f"BRIDGEFUND_PERSONAL_KEYS={town.folder}/ledger.personal" in told.stderr


@ON_SQLITE
def test_rows_for_a_system_outside_name_nobody_unless_they_are_to(town: Town) -> None:
    names_are_entered(town)
    with Ledger(town.store) as ledger:
        lodged = ledger.state(CLAIM_DECIDER, CLAIM).lodged
        act = County(ledger, "sample", TODAY).act("row", "opener")
    assert lodged is not None
    told = RowContent("expenditure", "支出", CLAIM, "claim.lodged/1", CLAIM, 50 * WAN, (("payee", lodged.payee),))
    rows, vault = [RowQueued(act, 1, told)], vault_of(town.store)
    for suffix in ("csv", "json", "xlsx"):
        for n, say in enumerate((reference_of, saying(vault))):
            file = town.folder / f"rows-{n}.{suffix}"
            write_rows(file, rows, say)
            kept = file.read_text(encoding="utf-8") if suffix != "xlsx" else str([*cells_of(file)])
            assert [words in kept for words in ("p-9", JOINER, "sealed:")] == [True, n == 1, False]


@ON_SQLITE
def test_a_sample_store_makes_its_master_key_beside_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "KEYS"):
        monkeypatch.delenv(f"BRIDGEFUND_PERSONAL_{name}")
    town.act(REPORT, "ask", *TAKE)
    assert {"ledger.personal", "ledger.personal.key"} <= {file.name for file in town.folder.iterdir()}
    assert f"h-7 {HOUSEHOLD}" in town.run(*SHOWN[0]).stdout


@ON_SQLITE
def test_an_officials_name_is_sealed_shown_and_erased(town: Town) -> None:
    town.run("people", "name", "p-clerk", "陈样例")
    assert "p-clerk 陈样例" in town.run("people", "list", "jiashi").stdout
    said = town.run("people", "name", "p-clerk", "[[p-clerk:陈样例]]", code=2)
    assert "the name alone" in said.stderr
    town.run("people", "erase", "p-clerk", "--reason", "离任", "--yes")
    assert "p-clerk (erased)" in town.run("people", "list", "jiashi").stdout
    assert "陈样例".encode() not in b"".join(
        file.read_bytes() for file in town.folder.glob("ledger*") if file.is_file()
    )


@ON_SQLITE
def test_an_officials_name_leaves_the_house_in_a_file_only_if_it_is_asked_for(town: Town) -> None:
    """Whoever acted stands in many tables by name: on the screen, and in files by the reference alone."""
    town.run("people", "name", "p-clerk", "陈样例")
    with reporting(town.store, Outputs()) as read:
        assert read.names("jiashi").who("rrb", "p-clerk").endswith("p-clerk 陈样例")
    for names, said in ((False, "p-clerk"), (True, "p-clerk 陈样例")):
        with reporting(town.store, Outputs(as_json=True, pdf=town.folder / "new.pdf", names=names)) as read:
            assert read.names("jiashi").who("rrb", "p-clerk").endswith(said)


def cells_of(file: Path) -> Iterator[object]:
    return (cell for sheet in openpyxl.load_workbook(file) for row in sheet.values for cell in row)
