"""Temporal's database is lost amid emergencies, steps handed on, orders and a list that was killed half way."""

import asyncio
import json
import os
import signal
from pathlib import Path
from subprocess import DEVNULL

from temporalio.client import Client

from domain.emergency import EMERGENCY
from domain.emergency_requests import ConfirmEmergency
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep
from domain.ledger import Ledger
from domain.order_requests import AppointPerson, DismissPerson
from domain.project import PROJECT, open_steps
from domain.requests import ReportReceipt
from servers.run import dev_server
from tests.audit.test_resume import delete
from tests.audit.town import Town, open_books, people, settled
from tests.e2e.program import started
from tests.workflows.office import Office
from tests.workflows.test_handling import NEW, hires
from tests.workflows.two_keys import CONFIRMS, FIRST, SECOND, opening, turns, with_own_keys

LISTED = [f"L{n}" for n in range(16)]


def waits(ledger: Ledger, no: str) -> str:
    return open_steps(ledger.state(PROJECT, f"sample/project/{no}"))[0].id


async def test_everything_comes_back_and_reconcile_finds_nothing(tmp_path: Path, dev_server_exe: Path) -> None:
    db = tmp_path / "temporal.db"
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        await asyncio.to_thread(open_books, ledger, 1)
        async with dev_server(dev_server_exe, db=db) as address:
            town = Town(tmp_path, address, await Client.connect(address))
            async with town.worker():
                assert (await town.resume()).code == 0
                office = people(ledger, town.client)
                await business(office)
                kept = await killed_half_way(town, office)
                await settled(town)
        await asyncio.to_thread(delete, db)
        async with dev_server(dev_server_exe, db=db) as address:
            town = Town(tmp_path, address, await Client.connect(address))
            async with town.worker():
                assert (await town.resume()).code == 0
                await settled(town)
                again = await town.run("bulk", str(kept), "--as", "township_office", "--json")
                outcomes = [one["outcome"] for one in json.loads(again.out)["items"]]
                assert (again.code, outcomes) == (0, ["done"] * len(LISTED)), (again.err, again.out)
                assert {waits(ledger, no) for no in LISTED} == {"field_survey"}
                office.door = people(ledger, town.client).door
                await goes_on(office, ledger)
                await settled(town)


async def business(office: Office) -> None:
    await with_own_keys(office)
    for no in ("P1", "P2", *LISTED):
        await office.declare(no)
    for no in ("P1", "P2"):
        await turns(office, f"E{no}", await opening(office, no), FIRST)
    await turns(office, "EP1", CONFIRMS, SECOND)
    await hires(office)
    now = await office.now()
    await office.ask("handling", "fund-S0", AssignStep(step="report", to=NEW, reason="样例：外出核查"), "director")
    office.people["finance_section"], first = NEW, office.people["finance_section"]
    asked = ForwardStep(step="report", to=office.people["rrb"], question="样例：是否属衔接资金？")
    await office.ask("handling", "fund-S0", asked, "finance_section")
    office.people["finance_section"] = first
    await office.ask("people", "p-to", AppointPerson(post="township_office", first=now.date()), "personnel")
    gone = DismissPerson(post="finance_section", last=now.date(), reason="样例：调离")
    await office.ask("people", NEW, gone, "personnel")


async def killed_half_way(town: Town, office: Office) -> Path:
    text = "案件,决定,意见\n" + "".join(f"sample/project/{no},同意,\n" for no in LISTED)
    (town.cwd / "list.csv").write_text(text, encoding="utf-8")
    where = ("--store", town.store, "--address", town.address)
    words = ("bulk", str(town.cwd / "list.csv"), "--as", "township_office", *where)
    process = started(town.cwd, words, stdout=DEVNULL, stderr=DEVNULL)
    while waits(office.ledger, LISTED[3]) == "township_review":
        assert process.poll() is None
        await asyncio.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert waits(office.ledger, LISTED[-1]) == "township_review"
    (kept,) = town.cwd.glob("list.csv.*.json")
    return kept


async def goes_on(office: Office, ledger: Ledger) -> None:
    opened = ledger.state(EMERGENCY, "sample/emergency/EP2").opened
    assert opened is not None
    await turns(office, "EP2", ConfirmEmergency(decision=opened.digest, opinion="样例"), SECOND)
    assert waits(ledger, "P2") == "field_survey"
    await office.ask("handling", "fund-S0", AdviseStep(step="report", opinion="样例：属"), "rrb")
    office.people["finance_section"] = NEW
    await office.ask("fund", "S0", ReportReceipt(), "finance_section")
    await office.ask("people", NEW, AppointPerson(post="rrb", first=(await office.now()).date()), "personnel")
