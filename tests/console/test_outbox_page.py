"""The rows for a system outside: what waits is signed for as it was seen, its file handed out, its answer entered."""

import csv
import html
import re
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from console.house import House
from domain.calendar import SHANGHAI
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.outbox import OUTBOX
from domain.requests import RegisterReceipt
from settings import Settings
from simulation.opening import open_county, open_store
from simulation.samples import load
from simulation.year import SECRET
from tests.console.played import PASSWORD, Desk, Page, at_desk, seat, take, without_temporal
from tests.places import ROOT, SAMPLES

COUNTY, BOX, SENDER = "jiashi", "jiashi/outbox/mof_monitor", "p-011"
EXPORT, ANSWER = f"/{BOX}/ask/outbox.export/1", f"/{BOX}/ask/outbox.acknowledge/1"
NOW = datetime(2022, 3, 1, 10, tzinfo=SHANGHAI)
RECORDED, SEEN_OTHERS = "已记入总账", "须按现在待报的行重新导出"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A county's first day, on which money came: its arrival is a row for two systems outside."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        open_store(ledger, SECRET, NOW, 0.0)
        open_county(ledger, load(SAMPLES / "jiashi-2022"), SECRET, NOW)
        calendars = ROOT / "policies" / "calendars"
        house = House.of(ledger, Settings.from_env({}), "127.0.0.1:1", lambda: NOW, calendars, PASSWORD)
        money_comes(house, "F1", 500)
        without_temporal(monkeypatch, house)
        yield house
        house.close()


def money_comes(house: House, no: str, wan: int) -> None:
    portions = (PortionReceived("integrated", wan * 1_000_000),)
    document = f"样例财农〔2022〕{no}号"
    request = RegisterReceipt(
        document_no=document, item_no="1", source="bridging", tier="", fiscal_year=2022, portions=portions
    )
    at = seat(COUNTY, "poverty_section", "p-004", "finance_bureau")
    take(house, f"{COUNTY}/fund/{no}", request, at, f"{no}:register")


def fields(page: Page) -> dict[str, str]:
    """Return what the form of a page carries."""
    main = page.source.partition("<main")[2]
    found = re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', main)
    return {name: html.unescape(value) for name, value in found} | {"do": "send"}


async def opened(desk: Desk, form: str, step: str) -> dict[str, str]:
    page = await desk.get(f"{form}?step={step}")
    assert page.status == 200, page.words
    last = {"last": page.field("last")} if form == EXPORT else {}
    return {**fields(page), **last}


async def test_the_inbox_says_for_which_system_rows_wait(house: House) -> None:
    async with at_desk(house, SENDER) as desk:
        inbox = await desk.get("/inbox")
        assert "导出待报数据 · 财政部财政扶贫资金动态监控平台" in inbox.words
        page = await desk.get(f"/{BOX}")
    assert "有待报的行" in page.words
    assert re.search(r"1 资金到账 2022-03-01 F1 500(\.00)? 样例财农〔2022〕F1号；1；财政专项衔接资金；", page.words), (
        page.words
    )
    assert "还没有报出文件" in page.words


async def test_what_waits_is_signed_for_handed_out_and_answered(house: House) -> None:
    async with at_desk(house, SENDER) as desk:
        form = await opened(desk, EXPORT, "export")
        sent = await desk.post(EXPORT, form)
        assert RECORDED in sent.words
        assert "待回执" in sent.words
        assert {f"/{BOX}/batch/1.{form}" for form in ("xlsx", "csv", "json")} <= set(sent.links())
        file = await desk.get(f"/{BOX}/batch/1.csv")
        [row] = csv.DictReader(StringIO(file.source.removeprefix("\ufeff")))
        assert (row["行号"], row["金额（元）"], row["document_no"]) == ("1", "5000000.00", "样例财农〔2022〕F1号")
        answer = await opened(desk, ANSWER, "acknowledge:1")
        assert "batch" not in answer
        answered = await desk.post(ANSWER, {**answer, "receipt_no": "样例回执1"})
        assert RECORDED in answered.words
        assert "已全部回执" in answered.words
        assert "样例回执1" in answered.words
    [batch] = house.read(OUTBOX, BOX).answered
    assert batch == 1


async def test_rows_that_came_meanwhile_are_not_sent_unseen(house: House) -> None:
    async with at_desk(house, SENDER) as desk:
        form = await opened(desk, EXPORT, "export")
        money_comes(house, "F2", 300)
        refused = await desk.post(EXPORT, form)
        assert SEEN_OTHERS in refused.words
        assert RECORDED not in refused.words
    assert not house.read(OUTBOX, BOX).batches


@pytest.mark.parametrize("there_is_none", [f"{BOX}/batch/1.csv", f"{BOX}/batch/1.exe", "jiashi/fund/F1/batch/1.csv"])
async def test_no_file_of_what_was_not_sent(house: House, there_is_none: str) -> None:
    async with at_desk(house, SENDER) as desk:
        assert (await desk.get(f"/{there_is_none}")).status == 404
