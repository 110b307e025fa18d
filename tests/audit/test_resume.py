"""Temporal's database is lost, runs are ended and reset from outside: the ledger brings all back, on its dates."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.processes import shift_s
from domain.cases import kind_of
from domain.ledger import Ledger
from domain.obligation import OBLIGATION, next_moment
from domain.requests import ReportReceipt
from servers.run import dev_server
from tests.audit.town import Town, open_books, people, settled
from workflows.client import RequestRefusedError, every_case

FUNDS = 15
WAITING = 2 * FUNDS + 3  # Each fund with its clock; the county's calendar, its month and its month's clock.
OPEN = WAITING + 1  # And the outbox to which their arrival is told: it rests until somebody acts on it.
FUND, CLOCK = "sample/fund/S1", "sample/obligation/fund-S1-arrival"
# A timer is set a moment after its workflow looked at the time.
NEAR = timedelta(seconds=10)


def due_days(ledger: Ledger) -> dict[str, str]:
    """Return each clock's due day and next moment, by the ledger."""
    clocks = (case for case in every_case(ledger) if kind_of(case) == "obligation")
    states = {case: ledger.state(OBLIGATION, case) for case in clocks}
    return {case: f"{state.opened.due_on}" for case, state in states.items() if state.opened}


async def timer(client: Client, case: str) -> datetime:
    """Return when the timer of a case's run goes off, by Temporal's clock, once it is set."""
    while True:
        async for event in client.get_workflow_handle(case).fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
                left = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                return event.event_time.ToDatetime(UTC) + left
        await asyncio.sleep(0.2)


async def assert_timers_stand_on_stored_dates(ledger: Ledger, client: Client) -> None:
    shift = timedelta(seconds=shift_s(ledger))
    for case in due_days(ledger):
        moment = next_moment(ledger.state(OBLIGATION, case), datetime.now(UTC) + shift)
        goes_off = await timer(client, case)
        assert moment is not None
        assert abs(goes_off + shift - moment) < NEAR, case


def found(report: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """Return kind and case of everything found."""
    return [(one["kind"], one["case"]) for one in report["found"]]


async def test_the_ledger_brings_everything_back(tmp_path: Path, dev_server_exe: Path) -> None:
    db = tmp_path / "temporal.db"
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        await asyncio.to_thread(open_books, ledger, FUNDS)
        days = due_days(ledger)
        assert len(days) == FUNDS + 1
        async with dev_server(dev_server_exe, db=db) as address:
            town = Town(tmp_path, address, await Client.connect(address))
            async with town.worker():
                await business_as_usual(town, ledger)
        await asyncio.to_thread(delete, db)
        async with dev_server(dev_server_exe, db=db) as address:
            town = Town(tmp_path, address, await Client.connect(address))
            async with town.worker():
                await everything_lost(town)
                assert due_days(ledger) == days
                await assert_timers_stand_on_stored_dates(ledger, town.client)
                await hands_from_outside(town, ledger)
                await two_at_once(town)


def delete(db: Path) -> None:
    """Delete a server's database, with what SQLite keeps beside it."""
    for file in db.parent.glob(f"{db.name}*"):
        file.unlink()


def started(found: dict[str, int]) -> int:
    """Return of how many cases there was no run, but for the calendar: a worker starts that by itself, soon or late."""
    assert found.get("running", 0) <= 1
    return sum(found.values())


async def business_as_usual(town: Town, ledger: Ledger) -> None:
    """The first resume starts what the books began; people act, one is refused: reconcile agrees with all of it."""
    code, report = await town.reconciled()
    assert (code, WAITING - len(report["found"]) in (0, 1)) == (1, True)
    first = await town.resume("--json")
    assert (first.code, started(json.loads(first.out)["found"])) == (0, OPEN)
    office = people(ledger, town.client)
    await office.ask("fund", "S0", ReportReceipt(), "finance_section")
    with pytest.raises(RequestRefusedError):
        await office.ask("fund", "S1", ReportReceipt(), "village_committee")
    report = await settled(town)
    assert report["counts"]["updates"] == 2
    assert report["counts"]["running"] == report["counts"]["open"] == OPEN


async def everything_lost(town: Town) -> None:
    """Nothing of it is left in Temporal: each open case is found, and brought back."""
    code, report = await town.reconciled()
    assert (code, {one["kind"] for one in report["found"]}) == (1, {"no_run"})
    assert WAITING - len(report["found"]) in (0, 1)
    assert {one["remedy"] for one in report["found"]} == {"resume"}
    would = await town.resume("--dry-run", "--json")
    assert (would.code, started(json.loads(would.out)["found"])) == (1, OPEN)
    assert (await town.reconciled())[1]["counts"].get("running", 0) <= 1
    resumed = await town.resume("--json")
    assert (resumed.code, started(json.loads(resumed.out)["found"])) == (0, OPEN)
    report = await settled(town)
    assert report["counts"]["running"] == OPEN
    # What had been decided before is not called right: it cannot be compared.
    assert report["counts"]["commands_unreadable"] == FUNDS + 2


async def hands_from_outside(town: Town, ledger: Ledger) -> None:
    """A run is terminated, another reset to before somebody acted: found, mended, and remembered."""
    office = people(ledger, town.client)
    await office.ask("fund", "S1", ReportReceipt(), "finance_section")
    await office.ask("fund", "S5", ReportReceipt(), "finance_section")
    await town.client.get_workflow_handle(CLOCK).terminate("somebody's hand")
    new_run = await town.reset(FUND, forget=True)
    handed_in_again = await town.reset("sample/fund/S5", forget=False)
    await answered_again(town, handed_in_again)
    code, report = await town.reconciled()
    assert code == 1
    assert sorted(found(report)) == [("ended", CLOCK), ("reset", FUND)]
    resumed = await town.resume("--json")
    changed = {one["case"]: (one["found"], one["done"]) for one in json.loads(resumed.out)["changed"]}
    assert (resumed.code, changed) == (0, {CLOCK: ("terminated", "started"), FUND: ("reset", "woken")})
    report = await settled(town)
    mended = {(one["kind"], one["case"], one["run_id"]) for one in report["mended"]}
    assert {run for kind, _, run in mended if kind == "run_reset_outside"} == {new_run, handed_in_again}
    assert "run_ended_outside" in {kind for kind, case, _ in mended if case == CLOCK}
    view = await town.client.get_workflow_handle(FUND).query("view")
    assert [step["id"] for step in view["open_steps"]] == ["notify"]


async def answered_again(town: Town, run_id: str) -> None:
    """Return once a reset run has decided what was handed in again: before that, it reads as one that forgot it."""
    handle = town.client.get_workflow_handle("sample/fund/S5", run_id=run_id)
    completed = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED
    while True:
        if completed in [event.event_type async for event in handle.fetch_history_events()]:
            return
        await asyncio.sleep(0.2)


async def two_at_once(town: Town) -> None:
    """Two resumes side by side start nothing twice."""
    for case in ("sample/fund/S2", "sample/fund/S3", "sample/fund/S4"):
        await town.client.get_workflow_handle(case).terminate("somebody's hand")
    both = await asyncio.gather(town.resume("--json"), town.resume("--json"))
    assert [ended.code for ended in both] == [0, 0]
    report = await settled(town)
    assert report["counts"]["running"] == OPEN
    again = await town.resume("--json")
    assert json.loads(again.out)["changed"] == []
