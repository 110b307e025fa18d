"""The console over PostgreSQL: every page says what it says over SQLite, and what is sent there takes effect."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from console.house import House
from tests.console.counter import File, begun, counter, nonce_of
from tests.console.played import at_desk, both_counties, house_of
from tests.databases import Postgres
from tests.e2e.program import run
from tests.files.samples import PDF
from tests.web.addresses import Answer, Found, walked

# What is of one opening, or of one sign-in, alone.
OWN = re.compile(r'"X-CSRF-Token": "[0-9a-f]+"|name="(?:csrf|nonce)" value="[0-9a-f]+"|· (?:sqlite|postgresql)<')
TODAY = "2022-12-31"
ROUTES_LEAST = 25


@contextmanager
def opened(house: House) -> Iterator[House]:
    """Let go of a house's databases at the end, whatever happens."""
    with house.ledger, closing(house):
        yield house


def statuses(found: list[Found]) -> set[int]:
    return {one.answer.status for one in found}


async def pages_of(house: House, person: str) -> dict[str, list[Found]]:
    """Return what somebody finds who goes from link to link."""
    name = f">{house.ledger.place.rpartition('/')[2]}<"
    async with at_desk(house, person) as desk:

        async def get(address: str) -> Answer:
            page = await desk.get(address)
            if not page.source.lstrip().startswith("<!doctype html>"):  # A table's file holds the moment it was made.
                return Answer(page.status, "", "")
            return Answer(page.status, "text/html", OWN.sub("", page.source).replace(name, ">STORE<"))

        return await walked(get, "/inbox")


async def test_every_page_says_the_same(postgres: Postgres, tmp_path: Path) -> None:
    store = both_counties(tmp_path)
    with postgres.database() as url:
        copied = run(tmp_path, "migrate", f"sqlite:///{store}", url)
        assert copied.code == 0, copied.err
        with opened(house_of(url, TODAY)) as ours, opened(house_of(store, TODAY)) as theirs:
            for person in ("p-108", "p-009"):
                here, there = await pages_of(ours, person), await pages_of(theirs, person)
                assert len(here) >= ROUTES_LEAST
                assert {status for found in here.values() for status in statuses(found)} == {200, 303}
                assert here == there


async def test_a_paper_and_a_decision_are_taken(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, seat = "/sample/project/S02", {"step": "township_review", "seat": "township_office"}
    minutes = File("会议纪要.pdf", PDF)
    with postgres.database() as url:
        begun(url, beside=tmp_path)
        desk = counter(url, monkeypatch, tmp_path)
        with opened(desk.house):
            desk.sit("p-2")
            nonce = nonce_of((await desk.get(case)).text)
            paper = await desk.post(f"{case}/papers", {**seat, "nonce": nonce, "paper": "minutes", "file": minutes})
            assert paper.status == 303
            assert "会议纪要.pdf" in (await desk.get(case)).text
            decision = {**seat, "do": "approve", "opinion": "样例同意"}
            nonce = nonce_of((await desk.get(case)).text)
            assert (await desk.post(f"{case}/decide", {**decision, "nonce": nonce})).status == 303
            assert "样例同意" in (await desk.get(case)).text
