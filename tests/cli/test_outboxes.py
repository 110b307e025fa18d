"""`bridgefund outbox`: what waits, row by row, and the files that go out."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cli import outboxes
from domain.ledger import Ledger
from domain.outbox import OUTBOX, digest_of
from domain.outbox_facts import RowRefused
from domain.requests import AcknowledgeRows, ExportRows
from tests.domain.county import County
from tests.domain.walk import Walk

Ask = Callable[..., Result]
SENDER = "treasury_officer"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store of a county's short year: a first batch went out, and its last row was refused."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'ledger.db'}"
    with Ledger(url) as ledger:
        walk = Walk.real(ledger, "jiashi-2022")
        walk.receive()
        send(walk.county)
        walk.register()
        walk.go_on()
        walk.pay()
    return url


def send(county: County) -> None:
    waiting = county.state(OUTBOX, "mof_monitor").waiting()
    last = waiting[-1].row_no
    county.ask("outbox", "mof_monitor", ExportRows(last=last, digest=digest_of(waiting)), SENDER)
    answer = AcknowledgeRows(batch=1, receipt_no="回执1", refused=(RowRefused(last, "编码未登记"),))
    county.ask("outbox", "mof_monitor", answer, SENDER)


@pytest.fixture
def ask(store: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")
    return lambda *words: CliRunner().invoke(outboxes.app, [*words, "--store", store])


def test_systems_are_listed_with_what_waits(ask: Ask) -> None:
    told = ask("list", "jiashi", "--json")
    assert told.exit_code == 0, told.output
    found = {system["system"]: system for system in json.loads(told.stdout)["systems"]}
    assert found["mof_monitor"]["rows"] == found["prefecture_loop"]["rows"]
    assert (found["mof_monitor"]["waiting"], found["mof_monitor"]["refused"]) == (found["mof_monitor"]["rows"] - 1, 1)
    assert found["prefecture_loop"]["waiting"] == found["prefecture_loop"]["rows"]
    assert "mof_monitor" in ask("list", "jiashi").stdout


def test_rows_are_listed_with_where_they_stand_and_the_fact_they_rest_on(ask: Ask) -> None:
    rows = json.loads(ask("list", "jiashi", "mof_monitor", "--json").stdout)["rows"]
    assert [row["row_no"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["state"] == "refused outside"
    assert rows[0]["fact"] == "jiashi/fund/F1 fund.received/1"
    assert "refused outside" in ask("list", "jiashi", "mof_monitor").stdout


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx"])
def test_a_batch_that_went_out_is_written_once_more(ask: Ask, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"batch{suffix}"
    written = ask("file", "jiashi", "mof_monitor", "1", "-o", str(file))
    assert written.exit_code == 0, written.output
    fen = json.loads(ask("list", "jiashi", "mof_monitor", "--json").stdout)["rows"][0]["amount_fen"]
    match suffix:
        case ".json":
            (row,) = json.loads(file.read_text(encoding="utf-8"))
            assert row["amount_fen"] == fen
            return
        case ".csv":
            head, *lines = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        case _:
            cells = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
            head, *lines = [[str(cell) for cell in row] for row in cells]
    (line,) = lines
    assert Decimal(line[head.index("amount (yuan)")]) * 100 == fen
    assert line[head.index("document_no")] == "样例文〔2024〕1号"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("list", "nowhere"), "nowhere has adopted no policy"),
        (("list", "jiashi", "nothing"), "mof_monitor"),
        (("file", "jiashi", "mof_monitor", "9", "-o", "x.csv"), "no batch 9"),
        (("file", "jiashi", "mof_monitor", "1", "-o", "x.txt"), ".xlsx, .csv or .json"),
        (("export", "jiashi", "mof_monitor", "-o", "x.csv"), "--as, --key"),
    ],
)
def test_bad_words_are_named_and_nothing_is_written(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = ask(*words)
    assert told.exit_code == 2
    assert named in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("mine", encoding="utf-8")
    assert ask("file", "jiashi", "mof_monitor", "1", "-o", str(file)).exit_code == 2
    assert file.read_text(encoding="utf-8") == "mine"
