"""Papers as people attach them in a browser: dropped, with a bar; by keyboard alone; too large told before sending."""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import FileChooser, Page, Route, expect
from playwright.async_api import TimeoutError as TooLate

from tests.files.samples import PDF
from tests.web.axe import axe
from tests.web.looks import fits
from tests.web.pictures import NARROW, WIDE
from tests.web.visits import Visits

CASE = "sample/project/S05"
PERSON = "p-108"
MB = 1_000_000
Sits = Callable[..., Awaitable[Page]]
# What a desktop does when a file is dropped: the browser gives the page a list of files.
DROP = """async ([selector, name, size]) => {
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode("%PDF-1.4\\n"));
  crypto.getRandomValues(bytes.subarray(16, 65536));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "application/pdf" }));
  const box = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"]) {
    box.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }));
  }
}"""
# Notes each place at which the bar stood.
WATCH_BAR = """() => {
  window.stood = [];
  new MutationObserver(() => {
    const bar = document.querySelector("#papers-attach progress");
    if (bar && bar.max > 1) window.stood.push(bar.value / bar.max);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["value"] });
}"""


async def opened(desk: Sits, **more: object) -> Page:
    page = await desk(PERSON, **more)
    await page.goto(f"/{CASE}#papers-attach")
    await expect(page.locator("#p-file")).to_be_visible()  # Unfolded by the address.
    return page


@pytest.mark.parametrize("hash_", ["", "#papers-attach"])
async def test_whose_signatures_fall_is_asked_once_when_the_form_unfolds_and_for_each_step(
    desk: Sits, hash_: str
) -> None:
    page, asked = await desk(PERSON), list[str]()
    page.on("request", lambda one: asked.append(one.url) if "/falls?" in one.url else None)
    async with page.expect_response("**/falls?step=*") as said:
        await page.goto(f"/{CASE}{hash_}")
        if not hash_:
            assert asked == []
            await page.click("#papers-attach summary")
    assert (await said.value).status == 200
    for _ in range(2):  # Fold and unfold.
        await page.click("#papers-attach summary")
    async with page.expect_response("**/falls?step=keep*") as said:
        await page.select_option("#p-step", "keep")
    assert (await said.value).status == 200
    assert len(asked) == 2
    assert [url for url in asked if "csrf" in url or "nonce" in url] == []


async def test_a_file_of_20_mb_is_dropped_and_the_bar_moves(desk: Sits, visits: Visits) -> None:
    page = await opened(desk)
    await page.fill("#p-paper", "dropped")
    await page.evaluate(DROP, ["#papers-attach [data-drop]", "拖入的扫描件.pdf", 20 * MB])
    assert await page.evaluate("document.querySelector('#p-file').files[0].name") == "拖入的扫描件.pdf"
    await page.evaluate(WATCH_BAR)
    network = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 5 * MB}
    await network.send("Network.emulateNetworkConditions", slow)
    await page.click("#papers-attach button[type=submit]")
    await expect(page.locator("#papers")).to_contain_text("拖入的扫描件.pdf", timeout=60_000)
    stood = await page.evaluate("window.stood")
    assert (len(set(stood)) > 2, stood == sorted(stood)) == (True, True), stood
    assert page.url.endswith(f"/{CASE}")
    await axe(page)
    await visits.shot(page, "papers")
    async with page.expect_download() as coming:
        await page.click("text=拖入的扫描件.pdf")
    got = await coming.value
    assert got.suggested_filename == "拖入的扫描件.pdf"
    assert os.stat(await got.path()).st_size == 20 * MB  # noqa: PTH116 - of a file that is there


async def chooser(page: Page) -> FileChooser:
    """Press Enter on a field for a file until the chooser opens: a machine under load may miss the first."""
    for patience_ms in (5_000, 10_000):
        with suppress(TooLate):
            async with page.expect_file_chooser(timeout=patience_ms) as chosen:
                await page.keyboard.press("Enter")
            return await chosen.value
    async with page.expect_file_chooser() as chosen:
        await page.keyboard.press("Enter")
    return await chosen.value


async def test_by_keyboard_alone(desk: Sits, tmp_path: Path) -> None:
    file = tmp_path / "键盘.pdf"
    file.write_bytes(PDF)
    page = await opened(desk)
    await page.focus("#papers-attach summary")
    await page.keyboard.press("Tab")
    if await page.evaluate("document.activeElement.id") == "p-seat":
        await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "p-paper"
    await page.keyboard.type("typed")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "p-file"
    await (await chooser(page)).set_files(file)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#papers")).to_contain_text("键盘.pdf")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_what_is_too_large_is_told_and_not_sent(desk: Sits) -> None:
    page = await opened(desk)
    sent: list[str] = []

    async def noted(route: Route) -> None:
        sent.append(route.request.method)
        await route.continue_()

    await page.route("**/papers", noted)
    await page.fill("#p-paper", "large")
    await page.evaluate(DROP, ["#papers-attach [data-drop]", "大.pdf", 53 * MB])
    await page.click("#papers-attach button[type=submit]")
    await expect(page.locator("[data-too-large]:visible")).to_contain_text("大.pdf (50.5 MiB)")
    await expect(page.locator("#papers-attach button[type=submit]")).to_be_enabled()
    assert sent == []


async def test_a_refusal_is_shown_above_the_form_which_keeps_what_was_filled_in(desk: Sits, tmp_path: Path) -> None:
    file = tmp_path / "其实不是.pdf"
    file.write_bytes(b"MZ\x90\x00" + bytes(200))
    page = await opened(desk)
    await page.fill("#p-paper", "wrong")
    await page.set_input_files("#p-file", file)
    await page.click("#papers-attach button[type=submit]")
    await expect(page.locator("#papers [role=alert]:visible")).to_contain_text("其实不是.pdf")
    await expect(page.locator("#p-paper")).to_have_value("wrong")
    for width, height in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": height})
        await fits(page)
    await axe(page)


async def test_without_script_it_works_as_well(desk: Sits, tmp_path: Path) -> None:
    file = tmp_path / "无脚本.pdf"
    file.write_bytes(PDF + b"plain")
    page = await desk(PERSON)
    await page.route("**/console.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.goto(f"/{CASE}")
    await page.click("#papers-attach summary")
    await page.fill("#p-paper", "plain")
    await page.set_input_files("#p-file", file)
    await page.click("#papers-attach button[type=submit]")
    await expect(page.locator("#papers")).to_contain_text("无脚本.pdf")
