"""Signing in as a person of the town, through the page that everybody signs in by."""

from playwright.async_api import Browser, Page, StorageState, expect

from tests.web.town import PASSWORD


async def sign_in(page: Page, url: str, person: str) -> None:
    """Sign *person* in on *page* at the console of *url*; the inbox stands open then."""
    await page.goto(f"{url}/login")
    await page.locator("input[name=login]").fill(person)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await expect(page).to_have_url(f"{url}/inbox")


class Passes:
    """The cookies of the people of a console, each signed in when first asked for."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._states: dict[str, StorageState] = {}

    async def of(self, person: str) -> StorageState:
        """Return the cookies of *person*."""
        if person not in self._states:
            context = await self._browser.new_context(locale="zh-CN")
            await sign_in(await context.new_page(), self.url, person)
            self._states[person] = await context.storage_state()
            await context.close()
        return self._states[person]
