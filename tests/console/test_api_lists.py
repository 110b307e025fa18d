"""Lists of the API: of every kind of case that has a page, and page by page all that the ledger has."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from domain.cases import KINDS
from projections.obligations import obligations
from tests.console.desk import Desk, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_county = pytest.mark.parametrize(("person", "county"), [("p-005", "jiashi"), ("p-101", "sample")])


def streams(desk: Desk, county: str) -> dict[str, list[str]]:
    """Return of each kind the cases that the ledger has."""
    file = desk.house.ledger.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection:
        found = [row[0] for row in connection.execute("SELECT DISTINCT originator_id FROM stored_events")]
    return {kind: [one for one in found if one.startswith(f"{county}/{kind}/")] for kind in KINDS}


async def whole(reader: Somebody, address: str, rows: str) -> list[dict[str, Any]]:
    """Return all rows of a list, of which each page says how many there are in all."""
    found: list[dict[str, Any]] = []
    for number in range(1, 200):
        told = (await reader.get(f"{address}limit=40&page={number}")).json()
        assert len(told[rows]) == min(40, told["total"] - len(found))
        found += told[rows]
        if len(found) == told["total"]:
            return found
    raise AssertionError(address)


@every_county
async def test_every_kind_of_case_is_listed_whole(desk: Desk, person: str, county: str) -> None:
    there, reader = streams(desk, county), desk.person(person)
    for kind in KINDS:
        rows = await whole(reader, f"/api/{county}/cases/{kind}?", "cases")
        assert sorted(row["case"] for row in rows) == sorted(there[kind]), kind
        days = [row["changed_on"] for row in rows]
        assert days == sorted(days, reverse=True), kind
    assert sum(bool(of) for of in there.values()) >= 9


@every_county
async def test_a_row_says_what_the_case_itself_says(desk: Desk, person: str, county: str) -> None:
    reader = desk.person(person)
    for kind in (kind for kind, of in streams(desk, county).items() if of):
        [row] = (await reader.get(f"/api/{county}/cases/{kind}?limit=1")).json()["cases"]
        case = (await reader.get(f"/api/{row['case']}")).json()
        assert row == {name: case[name] for name in row}
        assert (await reader.get(f"/{row['case']}")).status_code == 200


async def test_a_number_is_searched_for_and_neither_county_nor_kind_is(desk: Desk) -> None:
    numbers = [case.rpartition("/")[2] for case in streams(desk, "sample")["obligation"]]
    for words in ("S04", "obligation/", "%", "_"):
        told = (await desk.person("p-101").get(f"/api/sample/cases/obligation?q={words}&limit=200")).json()
        assert told["total"] == len(told["cases"]) == sum(words in number for number in numbers), words
        assert all(words in row["no"] for row in told["cases"])


async def test_what_is_no_case_of_anybody_is_no_list(desk: Desk) -> None:
    for kind in ("attempts", "county", "nothing"):
        assert (await desk.person("p-101").get(f"/api/sample/cases/{kind}")).status_code == 404


@every_county
@pytest.mark.parametrize("late", [False, True])
async def test_deadlines_come_page_by_page(desk: Desk, person: str, county: str, late: bool) -> None:  # noqa: FBT001 - pytest's way
    rows = await whole(desk.person(person), f"/api/{county}/obligations?late={str(late).lower()}&", "obligations")
    there = obligations(desk.house.engine, county, desk.house.today() if late else None)
    assert [row["obligation"] for row in rows] == [one.obligation for one in there]
    assert there


@every_county
async def test_an_offer_says_which_posts_may_ask_for_it_as_the_page_does(desk: Desk, person: str, county: str) -> None:
    reader, names, told = desk.person(person), desk.house.names(county), 0
    for kind in ("project", "fund", "plan", "claim"):
        case = (await reader.get(f"/api/{county}/cases/{kind}?limit=1")).json()["cases"][0]["case"]
        found, page = (await reader.get(f"/api/{case}")).json(), (await reader.get(f"/{case}")).text
        for step in found["steps"]:
            assert [one["posts"] for one in step["offers"]] == [[step["post"]]] * len(step["offers"])
        for offer in found["offers"]:
            assert not (offer["posts"] and offer["why_nobody"])
            told += len(offer["posts"])
            assert "、".join(names.named("post", post) for post in offer["posts"]) in page
    assert told >= 3
