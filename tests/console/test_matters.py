"""Matters that have no register of their own: each is on the list once, with who has it, and some are begun there."""

from collections import Counter

import pytest

from console.house import House
from domain.cases import KINDS, kind_of
from projections.inbox_read import Asked, waiting
from projections.matters_read import Matter, matters
from tests.console.played import at_desk, both_counties, house_of

# Of these a county has lists, boards and registers.
LISTED = {"fund", "plan", "project", "claim", "meeting", "obligation", "disclosure", "asset", "dispatch", "people"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The demo's two counties, of which nothing is changed here."""
    return house_of(both_counties(tmp_path_factory.mktemp("both")), "2022-12-31")


def in_the_log(house: House, county: str) -> Counter[str]:
    streams = {entry.stream for entry in house.ledger.log() if entry.stream.startswith(f"{county}/")}
    return Counter(kind_of(one) for one in streams)


def test_each_kind_of_case_has_a_list() -> None:
    assert LISTED | set(Matter) == set(KINDS)


@pytest.mark.parametrize("county", ["jiashi", "sample"])
def test_every_matter_of_the_log_is_on_one_page_once(house: House, county: str) -> None:
    logged = in_the_log(house, county)
    counts = matters(house.engine, county, limit=1).counts
    assert counts == {one: logged[one] for one in Matter} | {None: sum(logged[one] for one in Matter)}
    assert counts[None] > 5
    pages = [matters(house.engine, county, limit=7, offset=7 * n).rows for n in range(20)]
    found = [row.case for rows in pages for row in rows]
    assert len(found) == len(set(found)) == counts[None]
    opened = [row.is_over for rows in pages for row in rows]
    assert opened == sorted(opened)


def test_words_and_kind_choose(house: House) -> None:
    [one, *_] = matters(house.engine, "jiashi", Matter.SURPLUS, limit=9).rows
    no = one.case.rpartition("/")[2]
    found = matters(house.engine, "jiashi", Matter.SURPLUS, no, limit=9)
    assert one in found.rows
    assert matters(house.engine, "jiashi", None, "%", limit=9).counts[None] == 0, "a sign of LIKE is a letter"


async def test_the_page_says_who_has_it_and_where_one_is_begun(house: House) -> None:
    async with at_desk(house, "p-009") as desk:
        page = await desk.get("/jiashi/matters")
        assert page.status == 200
        names, shown = house.names("jiashi"), matters(house.engine, "jiashi", limit=50).rows
        for row in shown:
            assert f"/{row.case}" in page.links()
        waits = [one for one in waiting(house.engine, Asked(county="jiashi")) if kind_of(one.case) in set(Matter)]
        assert waits
        for one in waits:
            assert f"{names.step(one.step)}（{names.named('post', one.post)}）" in page.words
        assert "/jiashi/begin/hotline" in page.links()
        assert (await desk.get("/jiashi/begin/hotline")).status == 200
        alone = await desk.get("/jiashi/matters?of=training")
        assert "/jiashi/begin/hotline" not in alone.links()
        own = await desk.get(alone.links("/jiashi/training/")[0])
    assert own.status == 200
    assert "培训" in own.words
    assert "/jiashi/matters" in own.links()
