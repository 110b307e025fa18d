"""Reconcile on real servers: what was lost from the ledger, or written past Temporal, is found; the rest agrees."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.processes import SHIFT_S, shift_s
from activities.starting import start_calendars
from audit.findings import Finding
from audit.reading import note_closed
from audit.reconcile import Report, reconcile
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.requests import NotifyDepartment, ReportReceipt
from domain.runs import RUNS
from stores.copying import copy_store
from tests.audit.town import QUEUE, by_hand, open_books, people
from tests.databases import ON_SQLITE
from tests.workflows.office import QUEUE as SKIPPING_QUEUE
from tests.workflows.office import WAN, Office, receipt, skipping_office
from tests.workflows.two_keys import CONFIRMS, FIRST, SECOND, opening, turns, with_own_keys
from worker import build_worker
from workflows.client import RequestRefusedError, every_case
from workflows.resuming import resume

FUND, CLOCK = "sample/fund/F1", "sample/obligation/fund-F1-arrival"


async def reconciled(client: Client, ledger: Ledger, *, keep: bool = False) -> Report:
    """Reconcile now."""
    return await reconcile(client, ledger, QUEUE, datetime.now(UTC), keep=keep)


@pytest.fixture
async def office(dev_client: Client, store: str) -> AsyncIterator[Office]:
    """An office whose cases run, with fund F1 received and one request refused."""
    with Ledger(store) as ledger:
        await asyncio.to_thread(open_books, ledger, 1)
        office = people(ledger, dev_client)
        async with build_worker(dev_client, ledger, QUEUE):
            await resume(dev_client, QUEUE, every_case(ledger), {SHIFT_S: shift_s(ledger)})
            await office.ask("fund", "F1", receipt("F1", WAN), "finance_section")
            with pytest.raises(RequestRefusedError):
                await office.ask("fund", "F1", ReportReceipt(), "village_committee")
            yield office


@ON_SQLITE
async def test_what_people_did_and_were_refused_agrees(office: Office) -> None:
    report = await reconciled(office.door.client, office.ledger)
    assert (report.found, report.mended) == ([], [])
    assert (report.counts["updates"], report.counts["commands"]) == (2, 3)
    # The books' own receipt, and the day with which the calendar began a month, came before any run.
    assert report.counts["commands_unreadable"] == 2


@ON_SQLITE
async def test_what_two_keys_did_in_another_case_agrees(office: Office) -> None:
    await with_own_keys(office)
    await office.declare("P7")
    await turns(office, "E1", await opening(office, "P7"), FIRST)
    await turns(office, "E1", CONFIRMS, SECOND)
    assert (await reconciled(office.door.client, office.ledger)).found == []


async def test_a_ledger_restored_from_an_old_backup_is_found(office: Office, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/restored.db"
    await asyncio.to_thread(copy_store, office.ledger.url, url)
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    with pytest.raises(RequestRefusedError):
        await office.ask("fund", "F1", NotifyDepartment(department="rrb"), "rrb")
    with Ledger(url) as restored:
        found = (await reconciled(office.door.client, restored)).found
    assert [(one.kind, one.case) for one in found] == [("refusal_lost", FUND), ("update_lost", FUND)]
    assert (await reconciled(office.door.client, office.ledger)).found == []


@ON_SQLITE
async def test_a_fact_written_past_temporal_is_found(office: Office) -> None:
    client = office.door.client
    # Somebody runs the rules on the ledger itself, while the case's workflow stands beside it.
    by_hand(office.ledger, FUND, ReportReceipt(), "by-hand", await office.now())
    found = (await reconciled(client, office.ledger)).found
    assert found == [Finding("fact_alone", FUND, "", "by-hand")]


async def test_a_closed_run_is_noted_once_and_then_known_without_temporal(office: Office) -> None:
    client, ledger = office.door.client, office.ledger
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    await office.ask("fund", "F1", NotifyDepartment(department="rrb"), "finance_section")
    assert OBLIGATION.closed(ledger.state(OBLIGATION, CLOCK))
    await client.get_workflow_handle(CLOCK).result()
    handle = client.get_workflow_handle(FUND)
    run_id = (await handle.describe()).run_id
    await handle.terminate("somebody's hand")
    first = await reconciled(client, ledger, keep=True)
    second = await reconciled(client, ledger, keep=True)
    assert (first.noted, second.noted) == (2, 0)
    noted = ledger.state(RUNS, "sample/runs/fund/F1").noted[run_id]
    facts = Counter(entry.fact.act.command_id for entry in ledger.log())
    assert (noted.status, len(noted.updates)) == ("terminated", 4)
    assert all(update.facts == facts[update.command_id] for update in noted.updates if not update.outcome)
    assert [one.kind for one in second.found] == ["ended"]
    # Another server knows nothing of them; what they were asked is still accounted for.
    assert second.counts["updates"] == first.counts["updates"] == 4


@ON_SQLITE
async def test_a_worker_notes_what_has_closed_and_nothing_twice(office: Office) -> None:
    client, ledger = office.door.client, office.ledger
    await client.get_workflow_handle(FUND).terminate("somebody's hand")
    noted = 0
    while not noted:  # The list of closed runs lags a little behind.
        noted = await note_closed(client, ledger, QUEUE, await office.now())
    assert (noted, await note_closed(client, ledger, QUEUE, await office.now())) == (1, 0)
    assert len(ledger.state(RUNS, "sample/runs/fund/F1").noted) == 1


async def test_a_server_that_cannot_list_is_asked_case_by_case(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, SKIPPING_QUEUE, 0):
            office, clock = await skipping_office(skipping, ledger)
            await start_calendars(skipping.client, ledger, SKIPPING_QUEUE, {})
            await office.ask("fund", "F1", receipt("F1", WAN), "finance_section")
            await clock.open_office(date(2022, 1, 12))
            now = await skipping.get_current_time()
            report = await reconcile(skipping.client, ledger, SKIPPING_QUEUE, now)
    assert report.found == []
    # The reminder, the breach with the first rung, two rungs more, and the calendar's day: each from its timer.
    assert (report.counts["updates"], report.counts["ticks"]) == (1, 5)
