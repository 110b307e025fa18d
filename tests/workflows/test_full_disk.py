"""A decision that finds the store's disk full waits for room, whoever asked is told so, and it takes effect once."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import Client

from domain.fund_facts import ReceiptReported
from domain.ledger import Ledger
from domain.requests import ReportReceipt
from tests.disks import LimitedSqlite
from tests.workflows.office import QUEUE, WAN, living_office, receipt
from worker import build_worker
from workflows.client import HeldUpError

LONG = "报告" * 3_000  # More than any page has left.


async def test_who_decides_on_a_full_disk_is_told_so_and_with_room_it_takes_effect_once(
    dev_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = LimitedSqlite(tmp_path, monkeypatch)
    with Ledger(disk.url) as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await office.ask("fund", "F1", receipt("F1", WAN), "finance_section")
            await asyncio.to_thread(disk.fill)
            monkeypatch.setattr("workflows.client.ANSWER_SECONDS", 2)
            end = ledger.recorder.max_notification_id()
            with pytest.raises(HeldUpError) as told:
                await office.ask("fund", "F1", ReportReceipt(evidence=LONG), "finance_section")
            assert told.value.temporary
            assert "磁盘已满：这次没有存入任何内容" in told.value.text("zh")
            assert "still being tried: the disk of the store" in told.value.text("en")
            assert ledger.recorder.max_notification_id() == end
            await asyncio.to_thread(disk.make_room)
            while not reports(ledger):  # noqa: ASYNC110 - it is tried again when its time comes
                await asyncio.sleep(0.1)
            assert len(reports(ledger)) == 1


def reports(ledger: Ledger) -> list[ReceiptReported]:
    return [fact for fact in ledger.facts("sample/fund/F1") if isinstance(fact, ReceiptReported)]
