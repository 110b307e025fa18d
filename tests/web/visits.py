"""Pages as a person at a desk or with a phone has them: in Chinese, in Shanghai, and watched."""

from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, StorageState

from tests.web.pictures import WIDE, shot
from tests.web.watching import Watch


class Visits:
    """Opens browsers of persons, and tells at the end what went wrong in their pages."""

    def __init__(self, browser: Browser, pictures: Path) -> None:
        self._browser = browser
        self._pictures = pictures
        self._contexts: list[BrowserContext] = []
        self.watch = Watch()

    async def page(
        self, *, size: tuple[int, int] = WIDE, state: StorageState | None = None, url: str | None = None
    ) -> Page:
        """Return an empty page of a browser of its own, with the cookies of *state*; addresses go on from *url*."""
        context = await self._browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            storage_state=state,
            base_url=url,
        )
        self._contexts.append(context)
        await self.watch.over(context)
        return await context.new_page()

    async def shot(self, page: Page, name: str) -> None:
        """Take pictures of *page* at both widths."""
        await shot(page, name, self._pictures)

    async def end(self) -> list[str]:
        """Close all, and return what went wrong."""
        for context in self._contexts:
            await context.close()
        return self.watch.wrong
