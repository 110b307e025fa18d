"""A fund's page: its figures are the ledger's, on any two days; what is verified and packed is what was sealed."""

import asyncio
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit.fund_verifying import FundVerified, Told
from audit.sealing import seal
from cli.main import door
from console.house import House
from console.verifying import CHECKS, Checks
from domain.ledger import Ledger
from domain.money import wan
from projections.as_of import Dates
from projections.as_of_store import as_of
from projections.fund_ledger_read import portions
from projections.fund_page import VIEWS, fund_now
from projections.timeline import history
from tests.audit.packs import SEALED_AT, tell_one
from tests.audit.sealed import log_key
from tests.console.desk import Somebody
from tests.console.office import NOW, desk_of, words_of
from tests.places import ROOT

FUND = "sample/fund/F1"
FIGURES = (
    "received",
    "withdrawn",
    "free",
    "allotted",
    "unreleased",
    "released",
    "claimable",
    "reserved",
    "sent",
    "paid",
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with the whole story in it, never sealed."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        tell_one(ledger)
    return tmp_path / "ledger.db"


@pytest.fixture
def official(store: Path) -> Iterator[Somebody]:
    """Somebody of the county, signed in."""
    with Ledger(f"sqlite:///{store}") as ledger:
        yield desk_of(ledger).person("p-personnel")


@pytest.fixture
def house(official: Somebody) -> House:
    """The house of the store."""
    return official.desk.house


def seal_it(house: House, folder: Path) -> None:
    """Seal the store."""
    seal(house.ledger, log_key(folder), SEALED_AT)


async def test_the_figures_of_the_page_are_the_ledgers_and_every_equation_is_marked(
    house: House, official: Somebody
) -> None:
    page = await official.get(f"/{FUND}")
    assert page.status_code == 200
    [portion] = portions(house.engine, fund=FUND)
    [shown] = re.findall(r'<ul class="equations">(.*?)</ul>', page.text, re.DOTALL)
    said = words_of(shown)
    names = ("到账", "收回", "未安排", "安排", "已安排未下达", "下达", "可报账", "占用", "在途", "支付")
    for name, figure in zip(names, FIGURES, strict=True):
        assert f"{name} {wan(getattr(portion, f'{figure}_fen'))}" in said, name
    assert said.count("✓") == 3
    assert "✕" not in said
    found = fund_now(house.engine, FUND)
    assert found is not None
    tree = words_of(page.text)
    for project in (one for one in found.tree.branches[0].branches if one.kind == "project"):
        assert f"{wan(project.fen)} 万元" in tree
        assert f'href="/{project.case}"' in page.text


@pytest.mark.parametrize(("at", "known_on"), [("2023-06-30", "2023-06-30"), ("2023-05-31", ""), ("", "2023-08-20")])
async def test_two_days_say_what_fund_show_says(
    house: House, official: Somebody, store: Path, at: str, known_on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doors.clock.wall_now", lambda: NOW)
    page = await official.ask("GET", f"/{FUND}", params={"at": at, "known_on": known_on})
    days = [date.fromisoformat(one) if one else None for one in (at, known_on)]
    with as_of(house.ledger, house.engine, FUND, Dates(*days), lambda _n, _of: None, VIEWS) as then:
        found = fund_now(then.engine, FUND)
    assert found is not None
    said = words_of(page.text)
    for figure in ("received", "allotted", "released", "paid"):
        assert wan(getattr(found.total, f"{figure}_fen")) in said
    options = [*(("--at", at) if at else ()), *(("--known-on", known_on) if known_on else ())]
    asked = ("fund", "show", FUND, *options, "--store", f"sqlite:///{store}")
    shown = CliRunner().invoke(door(asked), asked, env={"BRIDGEFUND_LANG": "zh", "COLUMNS": "400"})
    assert shown.exit_code == 0, shown.output
    [told] = re.findall(r'id="told">(.*?)</div>', page.text, re.DOTALL)
    for line in re.findall(r"<p>(.*?)</p>", told):
        assert "".join(line.split()) in "".join(shown.output.split()), line


async def test_the_slider_names_a_day_and_htmx_is_given_the_figures_alone(official: Somebody) -> None:
    whole = (await official.ask("GET", f"/{FUND}", params={"at": "2023-06-30"})).text
    [first] = re.findall(r'data-first-day="([0-9-]+)"', whole)
    offset = (date(2023, 6, 30) - date.fromisoformat(first)).days
    last = re.findall(r'name="day" id="fund-day" min="0" max="(\d+)"', whole)[0]
    slid = await official.ask(
        "GET",
        f"/{FUND}",
        params={"day": offset, "was": last, "at": "", "known_on": ""},
        headers={"HX-Target": "div#figures"},
    )
    assert "<html" not in slid.text
    assert "<nav" not in slid.text
    [told] = re.findall(r'id="told">(.*?)</div>', slid.text, re.DOTALL)
    [same] = re.findall(r'id="told">(.*?)</div>', whole, re.DOTALL)
    assert words_of(told) == words_of(same)
    assert 'name="at" id="fund-at" value="2023-06-30"' in slid.text
    typed = await official.ask("GET", f"/{FUND}", params={"day": last, "was": last, "at": "2023-06-30"})
    assert words_of(re.findall(r'id="told">(.*?)</div>', typed.text, re.DOTALL)[0]) == words_of(same)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"at": "2030-01-01"}, "之后"),
        ({"at": "2023-06-30", "known_on": "2023-05-01"}, "记录日截至"),
        ({"at": "2001-01-01"}, "还没有开始"),
        ({"at": "昨天"}, "不是日期"),
    ],
)
async def test_days_that_cannot_be_are_refused_in_words(official: Somebody, asked: dict[str, str], words: str) -> None:
    page = await official.ask("GET", f"/{FUND}", params=asked)
    assert page.status_code == 200
    assert words in words_of(page.text)
    assert 'class="equations"' not in page.text


async def test_every_fact_is_there_page_by_page_with_its_place_in_the_log(house: House, official: Somebody) -> None:
    facts = history(house.engine, FUND)
    shown: list[str] = []
    pages = -(-len(facts) // 50)
    assert pages > 1, "the story is too short to be paged"
    for number in range(1, pages + 1):
        text = (await official.ask("GET", f"/{FUND}", params={"page": number})).text
        shown += re.findall(r'<span title="([^"]+#\d+)">\d+</span>', text)
    assert shown == [f"{one.stream}#{one.version}" for one in facts]


async def test_the_picture_of_the_api_is_of_the_same_money(house: House, official: Somebody) -> None:
    now = (await official.get("/api/sample/charts/fund/F1")).json()
    [portion] = portions(house.engine, fund=FUND)
    in_hand = portion.received_fen - portion.withdrawn_fen
    assert sum(one["amount_fen"] for one in now["links"] if one["start"].startswith("s:")) == in_hand
    assert sum(one["amount_fen"] for one in now["links"] if one["end"] == "paid") == portion.paid_fen
    assert (await official.get("/api/sample/charts/fund/F9")).status_code == 404
    assert (await official.get("/api/sample/charts/fund/F1?at=2030-01-01")).status_code == 422


async def test_without_a_seal_it_says_so_and_packs_nothing(official: Somebody) -> None:
    page = await official.get(f"/{FUND}")
    assert "还没有封印" in words_of(page.text)
    assert f"/{FUND}/pack" not in page.text
    for answer in (await official.get(f"/{FUND}/pack"), await official.ask("POST", f"/{FUND}/verify")):
        assert answer.status_code == 409
        assert "还没有封印" in words_of(answer.text)


async def test_a_sealed_fund_is_verified_right_now_with_checkpoint_size_and_time(
    house: House, official: Somebody, tmp_path: Path
) -> None:
    seal_it(house, tmp_path)
    page = await official.ask("POST", f"/{FUND}/verify")
    check = CHECKS.of(house, FUND)
    assert check is not None
    assert check.work is not None
    check.work.result(30)
    page = await official.get(f"/{FUND}")
    assert check.outcome is not None
    said = words_of(page.text)
    assert "相符：本资金的每一条事实都在封印之内" in said
    assert f"{check.outcome.checkpoint.size} 条事实" in said
    assert check.outcome.checkpoint.root.hex() in said
    assert "2024-01-05" in said
    fragment = await official.ask("POST", f"/{FUND}/verify", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text


async def test_a_tampered_store_is_told_with_the_fact(
    house: House, official: Somebody, store: Path, tmp_path: Path
) -> None:
    seal_it(house, tmp_path)
    with closing(sqlite3.connect(store)) as database, database:
        [state] = database.execute(
            "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = 1", (FUND,)
        ).fetchone()
        changed = re.sub(rb'("amount_fen":)([0-9])', rb"\g<1>9\2", bytes(state), count=1)
        assert changed != bytes(state)
        database.execute(
            "UPDATE stored_events SET state = ? WHERE originator_id = ? AND originator_version = 1", (changed, FUND)
        )
    await official.ask("POST", f"/{FUND}/verify")
    check = CHECKS.of(house, FUND)
    assert check is not None
    assert check.work is not None
    check.work.result(60)
    said = words_of((await official.get(f"/{FUND}/verify")).text)
    assert check.outcome is not None, check.error
    assert not check.outcome.holds
    assert "不符" in said
    assert f"{FUND}#1" in said


async def test_a_pack_that_is_downloaded_verifies_with_the_verifier_alone(
    house: House, official: Somebody, tmp_path: Path
) -> None:
    seal_it(house, tmp_path)
    answer = await official.get(f"/{FUND}/pack")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="sample-F1.zip"' in answer.headers["content-disposition"]
    out = tmp_path / "sample-F1.zip"
    out.write_bytes(answer.content)
    alone = (sys.executable, "-I", str(ROOT / "audit" / "verify.py"), str(out), "--lang", "en")
    ended = await asyncio.to_thread(subprocess.run, alone, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All is well." in ended.stdout


async def test_a_fund_of_nobodys_and_a_county_of_others_are_not_there(official: Somebody) -> None:
    for path in ("/sample/fund/F99", "/river/fund/F1", "/sample/fund/F99/pack", "/river/fund/F1/pack"):
        assert (await official.get(path)).status_code == 404, path
    assert (await official.ask("POST", "/sample/fund/F99/verify")).status_code == 404
    forged = await official.ask("POST", f"/{FUND}/verify", csrf="forged")
    assert forged.status_code == 403


async def test_one_verification_runs_at_a_time_and_says_how_far_it_is(house: House) -> None:
    go, running, most = threading.Event(), [], []

    def slow(_house: House, fund: str, told: Told) -> FundVerified:
        running.append(fund)
        most.append(len(running))
        told(3, 10)
        assert go.wait(20)
        running.remove(fund)
        raise NotADirectoryError("a fault that nobody foresaw")

    checks = Checks(slow)
    first, second = [await checks.begin(house, fund, 0.05) for fund in ("sample/fund/F1", "sample/fund/F2")]
    again = await checks.begin(house, "sample/fund/F1", 0.05)
    assert again is first
    assert (first.done, first.of, first.ended) == (3, 10, False)
    assert checks.ahead_of(first) == 0
    go.set()
    for one in (first, second):
        assert one.work is not None
        with pytest.raises(NotADirectoryError):
            one.work.result(20)
        assert one.failed
        assert one.ended
    assert most == [1, 1]
