"""Every page that the router has, as somebody opens it who may: a new page is looked at from its first day."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import APIRequestContext, Browser, Error, Page, expect

from tests.files.samples import PDF
from tests.web.addresses import LOGIN, Answer, Found, page_routes, walked
from tests.web.axe import axe
from tests.web.looks import data_of, fits, framed, speaks
from tests.web.pictures import NARROW, WIDE
from tests.web.signing import Passes
from tests.web.town import Town
from tests.web.visits import Visits

# A finance section and a payment centre of the one county, with open steps; somebody of the other; personnel.
PEOPLE = ("p-108", "p-112", "p-009", "")
# The played year has no papers: one is attached by its page, so that there is one to hand over.
WITH_PAPER, WHO_ATTACHES, PAPER = "/sample/project/S05", "p-108", "每页巡查.pdf"
FALLS = f"{WITH_PAPER}/falls?step=accept"
# What a page's script asks for while the page waits: no link leads there; and a step that waits for whoever looks.
ALSO = {WHO_ATTACHES: (WITH_PAPER, FALLS, "/sample/fund/F1/verify"), "p-112": ("/sample/claim/S04-2",)}
# What answers a script with a part of a page: no heading is looked for there, as on every page.
NOTHING_FALLS = "/{county}/{kind}/{no}/falls"  # Where no signature falls it says nothing.
PARTS = ("/day", "/{county}/fund/{no}/verify", NOTHING_FALLS)
ONE_OF = {"reports": "report", "people": "person"}
PATIENCE_MS = 15_000
Walks = dict[str, dict[str, list[Found]]]
LANGS = ("zh", "en")

known = cache(data_of)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def walks(browser: Browser, passes: Passes, tmp_path_factory: pytest.TempPathFactory) -> Walks:
    """What each of some people finds, going from link to link."""
    await attached(browser, passes, tmp_path_factory.mktemp("papers") / PAPER)
    found = {}
    for person in PEOPLE:
        state = await passes.of(person) if person else None
        context = await browser.new_context(base_url=passes.url, storage_state=state)
        get = partial(got, context.request)
        found[person] = await walked(get, "/inbox" if person else LOGIN, ALSO.get(person, ()))
        await context.close()
    return found


async def attached(browser: Browser, passes: Passes, file: Path) -> None:
    """Attach a paper as people do, by the page of its case."""
    await asyncio.to_thread(file.write_bytes, PDF)
    context = await browser.new_context(base_url=passes.url, storage_state=await passes.of(WHO_ATTACHES))
    page = await context.new_page()
    await page.goto(f"{WITH_PAPER}#papers-attach")
    await page.fill("#p-paper", "walked")
    await page.set_input_files("#p-file", file)
    await page.click("#papers-attach button[type=submit]")
    await expect(page.locator("#papers")).to_contain_text(PAPER)
    await context.close()


async def got(asking: APIRequestContext, address: str) -> Answer:
    """Ask for an address; one that never answers has the status 0."""
    try:
        answer = await asking.get(address, timeout=PATIENCE_MS)
    except Error as error:
        return Answer(0, "", str(error))
    kind = answer.headers.get("content-type", "")
    return Answer(answer.status, kind, await answer.text() if kind.startswith("text/") else "")


def test_no_link_is_dead(walks: Walks) -> None:
    dead = [
        (person, one.address, one.answer.status)
        for person, routes in walks.items()
        for found in routes.values()
        for one in found
        if one.answer.status != 200
    ]
    assert dead == []


@pytest.mark.parametrize("route", [route.path for route in page_routes()])
async def test_page(route: str, walks: Walks, desk: Callable[..., Awaitable[Page]], visits: Visits, town: Town) -> None:
    shown = {one.address: (person, one) for person, routes in reversed(walks.items()) for one in routes.get(route, ())}
    assert shown, "no page links to it"
    pages: dict[str, Page] = {}
    taken: set[str] = set()
    for address, (person, one) in shown.items():
        if not is_page(route, one):
            continue
        if person not in pages:
            pages[person] = await (desk(person) if person else visits.page(url=town.url))
        await looked_at(pages[person], town, address)
        if (name := name_of(route, address)) and name not in taken:
            taken.add(name)
            await visits.shot(pages[person], name)


def is_page(route: str, one: Found) -> bool:
    """Return whether an address shows a page: of a file that it comes is all that there is to see."""
    if one.answer.kind.startswith("text/") and route != NOTHING_FALLS:
        assert one.answer.text.strip(), one.address
    return one.answer.kind.startswith("text/html") and route not in PARTS


async def looked_at(page: Page, town: Town, address: str) -> None:
    """Check an address in both languages and at both widths; the page stands open in Chinese at the end."""
    for lang in reversed(LANGS):
        await page.context.add_cookies([{"name": "lang", "value": lang, "url": town.url}])
        answer = await page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        await framed(page, lang)
        await speaks(page, lang, known(town.folder / "ledger.db"))
        for width, height in (NARROW, WIDE):
            await page.set_viewport_size({"width": width, "height": height})
            await fits(page)
            if lang == "zh":
                await axe(page)


def name_of(route: str, address: str) -> str:
    """Return what a picture of a page is called: `projects`, `report`, of a case its kind; "" where it leads on."""
    parts = [part for part in route.split("/") if part and not part.startswith("{")]
    if not parts:
        return f"case-{urlsplit(address).path.split('/')[2]}" if "{kind}" in route else ""
    return "-".join(ONE_OF.get(part, part) if route.endswith("}") else part for part in parts)
