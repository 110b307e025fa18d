"""A worker that is stopped in the middle of a transaction finishes it: the store it leaves behind is whole."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from eventsourcing.sqlite import SQLiteTransaction
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from domain.fund import FUND
from domain.ledger import Ledger
from tests.workflows.office import QUEUE, WAN, receipt, skipping_office
from worker import build_worker

WAIT_S = 20


class Held:
    """Holds the first write transaction just after its BEGIN, until the activity has been told to stop."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.begun = Event()
        begin = SQLiteTransaction.__enter__

        def hold(transaction: SQLiteTransaction) -> Any:
            cursor = begin(transaction)
            if activity.in_activity() and transaction.commit and not self.begun.is_set():
                self.begun.set()
                activity.wait_for_cancelled_sync(WAIT_S)
            return cursor

        patch.setattr(SQLiteTransaction, "__enter__", hold)


async def test_a_stop_in_the_middle_of_a_transaction_lets_it_finish(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        office, _ = await skipping_office(skipping, ledger)
        held = Held(monkeypatch)
        async with build_worker(skipping.client, ledger, QUEUE, 0):
            asking = asyncio.create_task(office.ask("fund", "F1", receipt("F1", WAN), "finance_section"))
            assert await asyncio.to_thread(held.begun.wait, WAIT_S)
        # Whoever comes next on the same ledger reads, and finds the whole fact.
        assert ledger.state(FUND, "sample/fund/F1").received is not None
        for _ in range(5):
            assert [entry for entry in ledger.log() if entry.stream == "sample/fund/F1"]
        async with build_worker(skipping.client, ledger, QUEUE, 0):
            assert (await asking).stage == "arrived"
