"""One case of each real county through what its text orders, by people who have only the pages.

What is done stands in walks/, a file for each folder of samples; the rules and the people are the county's own.
"""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from domain.calendar import SHANGHAI
from domain.ledger import Ledger
from tests.places import SAMPLES
from tests.web.county import first_day
from tests.web.settling import Settler, row
from tests.web.signing import Passes
from tests.web.test_walk_sample import Papers
from tests.web.visits import Visits
from tests.web.walking import Walker

WALKS = Path(__file__).parent / "walks"
CLOSED = "已办结"  # Unless a walk names where else a case stands at its end.
ASSETS = "资产"  # Of which the played year of the town has none.
FIRST = (3, 1, 9)  # Month, day and hour on which a walk begins, in the year of its samples.


@pytest.mark.parametrize("folder", sorted(file.stem for file in WALKS.glob("*.toml")))
async def test_a_case_goes_through_what_its_countys_text_orders(
    folder: str, dev_server_exe: Path, tmp_path: Path, browser: Browser, visits: Visits
) -> None:
    said = tomllib.loads((WALKS / f"{folder}.toml").read_text(encoding="utf-8"))
    begins = datetime(int(folder[-4:]), *FIRST, tzinfo=SHANGHAI)
    async with first_day(tmp_path, SAMPLES / folder, begins, dev_server_exe) as county:
        passes = Passes(browser, county.url)

        async def sit(person: str) -> Page:
            return await visits.page(state=await passes.of(person) if person else None, url=county.url)

        settler = Settler(Walker(sit, reader=said["reader"]), Papers(tmp_path))
        for one in said["rows"]:
            await row(settler, one)
        taken = [(of.no, of.step) for of in settler.taken]
        assert [tuple(one) for one in said["taken"]] == taken, taken
        for section, no, *stage in said["closed"]:
            page = await settler.walk.case(settler.walk.reader, section, no)
            assert (stage or [CLOSED])[0] in await page.get_by_role("main").inner_text(), no
            if section == ASSETS:
                await visits.shot(page, "case-asset")
        facts = _of_people(county.store)
    assert facts
    assert {door for _, door in facts} == {"console"}
    assert {person for person, _ in facts} == {of.person for of in settler.taken}


def _of_people(store: str) -> list[tuple[str, str]]:
    """Return who wrote each fact of a case and at which door; the rules and the people were there before."""
    with Ledger(store) as ledger:
        acts = [entry.fact.act for entry in ledger.log()]
    return [(act.person, act.door) for act in acts if act.person.startswith("p-")]
