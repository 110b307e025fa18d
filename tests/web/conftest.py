"""A real Chromium, pages in it that are watched, and a town whose console they open.

All tests of this folder run in one loop, in one process: a browser and a town belong to the loop they began in.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.web.chromium import ARGS, environ_with_font, of_this_machine
from tests.web.pictures import WIDE
from tests.web.signing import Passes
from tests.web.town import Town, living
from tests.web.visits import Visits


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder in the session's loop."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium_exe() -> Path:
    """The browser's program."""
    return of_this_machine()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_exe: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Chromium, with the font that comes with us."""
    environ = environ_with_font(tmp_path_factory.mktemp("fonts"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_exe, args=ARGS, env={**environ})
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(dev_server_exe: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The town of all these tests: what one changes, the next one finds."""
    async with living(tmp_path_factory.mktemp("town"), dev_server_exe) as town:
        yield town


@pytest.fixture(scope="session")
def passes(browser: Browser, town: Town) -> Passes:
    """The cookies of whoever signed in: each person does so once, as the console does not let an address try often."""
    return Passes(browser, town.url)


@pytest_asyncio.fixture(loop_scope="session")
async def visits(browser: Browser, tmp_path: Path) -> AsyncIterator[Visits]:
    """What opens pages for this test; the test fails if anything went wrong in one of them."""
    visits = Visits(browser, tmp_path / "pictures")
    yield visits
    assert await visits.end() == []


@pytest.fixture
def desk(visits: Visits, passes: Passes) -> Callable[..., Awaitable[Page]]:
    """Call it with a person: it opens a page of whoever is signed in, from which `page.goto("/inbox")` goes on."""

    async def sat(person: str, *, size: tuple[int, int] = WIDE) -> Page:
        return await visits.page(size=size, state=await passes.of(person), url=passes.url)

    return sat
