import base64
import hashlib
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, async_playwright

from servers.machine import Machine
from servers.progress import QUIET
from tests.web.axe import AXE, axe
from tests.web.chromium import ARGS, ChromiumNotHadError, chromium, environ_with_font, found
from tests.web.pictures import BYTES_MAX, small
from tests.web.visits import Visits

VENDORED = AXE.parent / "VENDORED.md"
POLICY = "default-src 'self'"
HEADING = "衔接资金"


def a_page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><title>页</title>{head}</head><body><main>{body}</main></body></html>'
    )


async def served(page: Page, body: str, *, policy: str = POLICY, status: int = 200) -> None:
    """Open a page of ours as if 127.0.0.1 had answered with it."""

    async def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
        await route.fulfill(status=status, headers=headers, body=body)

    await page.route("http://127.0.0.1:9/", answer)
    await page.goto("http://127.0.0.1:9/")


def a_program(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def a_machine(folder: Path, **environ: str) -> Machine:
    return Machine({"PATH": str(folder), "HOME": str(folder), **environ})


def apt_that_brings(folder: Path, *, after_update: bool = False) -> None:
    """Put an apt-get there that makes a chromium, and notes what it was asked."""
    a_program(
        folder,
        "apt-get",
        f"asked = {str(folder / 'asked')!r}\n"
        f"before = open(asked).read() if os.path.exists(asked) else ''\n"
        f"open(asked, 'w').write(before + ' '.join(sys.argv[1:]) + '\\n')\n"
        f"if sys.argv[1] == 'install' and {after_update} and 'update' not in before: sys.exit(100)\n"
        f"if sys.argv[1] == 'install': "
        f"os.symlink({sys.executable!r}, os.path.join({str(folder)!r}, 'chromium'))",
    )


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for a PATH, on a machine whose /usr/bin has no browser."""
    monkeypatch.setattr("tests.web.chromium.WHERE", str(tmp_path / "nothing"))
    return tmp_path / "bin"


def test_the_one_that_is_told_goes_before_all_others(tmp_path: Path) -> None:
    told = a_program(tmp_path / "own", "browser", "")
    a_program(tmp_path / "bin", "chromium", "")
    assert found(a_machine(tmp_path / "bin", CHROMIUM=str(told))) == told


def test_one_that_is_told_and_not_there_is_no_reason_to_install(no_browser: Path) -> None:
    apt_that_brings(no_browser)
    with pytest.raises(ChromiumNotHadError, match="no program"):
        chromium(a_machine(no_browser, CHROMIUM="/nowhere"), QUIET, root=True, debian=True)
    assert not (no_browser / "asked").exists()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_one_on_the_path_is_found_by_any_of_its_names(no_browser: Path, name: str) -> None:
    program = a_program(no_browser, name, "")
    assert chromium(a_machine(no_browser), QUIET, root=False, debian=False) == program


def test_root_on_debian_installs_it(no_browser: Path) -> None:
    apt_that_brings(no_browser)
    assert chromium(a_machine(no_browser), QUIET, root=True, debian=True) == no_browser / "chromium"
    assert (no_browser / "asked").read_text() == "install -y --no-install-recommends chromium\n"


def test_a_fresh_image_gets_its_lists_first(no_browser: Path) -> None:
    apt_that_brings(no_browser, after_update=True)
    assert chromium(a_machine(no_browser), QUIET, root=True, debian=True) == no_browser / "chromium"
    assert [line.split()[0] for line in (no_browser / "asked").read_text().splitlines()] == [
        "install",
        "update",
        "install",
    ]


@pytest.mark.parametrize(("root", "debian"), [(False, True), (True, False)])
def test_without_root_or_debian_both_languages_say_what_would_mend_it(
    no_browser: Path,
    root: bool,  # noqa: FBT001 - pytest's way
    debian: bool,  # noqa: FBT001 - pytest's way
) -> None:
    apt_that_brings(no_browser)
    with pytest.raises(ChromiumNotHadError) as raised:
        chromium(a_machine(no_browser), QUIET, root=root, debian=debian)
    assert "补救办法" in raised.value.text("zh")
    assert "CHROMIUM=PATH" in raised.value.text("en")
    assert not (no_browser / "asked").exists()


def test_what_is_vendored_is_what_it_says() -> None:
    [sha256] = re.findall(r"`([0-9a-f]{64})`", VENDORED.read_text(encoding="utf-8"))
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == sha256


@pytest_asyncio.fixture(loop_scope="session")
async def fontless(chromium_exe: Path, tmp_path: Path) -> AsyncIterator[Page]:
    """A page on a machine without any font of its own."""
    environ = environ_with_font(tmp_path, system=False)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_exe, args=ARGS, env={**environ})
        yield await browser.new_page(locale="zh-CN")
        await browser.close()


async def fonts_of(page: Page, selector: str) -> dict[str, int]:
    """Return which fonts the text at *selector* is drawn in, and how many glyphs of each."""
    session = await page.context.new_cdp_session(page)
    await session.send("DOM.enable")
    await session.send("CSS.enable")
    root = await session.send("DOM.getDocument")
    node = await session.send("DOM.querySelector", {"nodeId": root["root"]["nodeId"], "selector": selector})
    used = await session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
    return {font["familyName"]: round(font["glyphCount"]) for font in used["fonts"]}


@pytest.mark.parametrize("family", ["sans-serif", "system-ui, sans-serif"])
async def test_chinese_is_drawn_on_a_machine_without_fonts(fontless: Page, family: str) -> None:
    await fontless.set_content(a_page(f"<h1>{HEADING}</h1>", f"<style>h1 {{ font-family: {family} }}</style>"))
    assert await fonts_of(fontless, "h1") == {"Noto Sans CJK SC": len(HEADING)}


async def test_chinese_is_drawn_in_our_font_whatever_the_machine_has(visits: Visits) -> None:
    page = await visits.page()
    await page.set_content(a_page(f"<h1>{HEADING}</h1>", "<style>h1 { font-family: sans-serif }</style>"))
    assert await fonts_of(page, "h1") == {"Noto Sans CJK SC": len(HEADING)}


async def test_axe_runs_under_a_policy_and_lets_a_sound_page_pass(visits: Visits) -> None:
    page = await visits.page()
    await served(page, a_page(f"<h1>{HEADING}</h1><img src='data:,' alt='图'>"), policy=f"{POLICY}; img-src data:")
    await axe(page)


async def test_axe_names_what_is_wrong_and_where(visits: Visits) -> None:
    page = await visits.page()
    await served(page, a_page(f"<h1>{HEADING}</h1><input name='amount'>"))
    with pytest.raises(AssertionError, match=r"critical label \(1\).*\n.*input"):
        await axe(page)


FAULTS = {
    "console": ("<h1>页</h1><script>console.error('broken')</script>", "script-src 'unsafe-inline'"),
    "script": ("<h1>页</h1><script>nobody()</script>", "script-src 'unsafe-inline'"),
    "console: policy": ("<h1 style='color: red'>页</h1>", POLICY),
    "outside": ("<h1>页</h1><img alt='' src='http://example.com/a.png'>", "img-src *"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_goes_wrong_in_a_page_is_seen(visits: Visits, fault: str) -> None:
    body, policy = FAULTS[fault]
    page = await visits.page()
    await served(page, a_page(body), policy=policy)
    await page.wait_for_load_state("networkidle")
    wrong, visits.watch.wrong = visits.watch.wrong, []
    assert any(one.startswith(fault) for one in wrong), wrong


@pytest.mark.parametrize(("status", "wrong"), [(200, 0), (403, 0), (500, 1)])
async def test_a_page_may_be_refused_and_may_not_fail(visits: Visits, status: int, wrong: int) -> None:
    page = await visits.page()
    await served(page, a_page("<h1>页</h1>"), status=status)
    seen, visits.watch.wrong = visits.watch.wrong, []
    assert len(seen) == wrong, seen


# How far two pictures are from each other in the mean, of 255; or nothing if their sizes differ.
APART = """async ([one, other]) => {
  const pixels = async data => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), c => c.charCodeAt(0))]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  };
  const a = await pixels(one), b = await pixels(other);
  if (a.width !== b.width || a.height !== b.height) return null;
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
}"""


async def test_pictures_are_small_and_look_like_what_they_were(visits: Visits) -> None:
    page = await visits.page()
    await page.set_content(a_page(f"<h1>{HEADING}</h1>" + f"<p>{HEADING * 20}</p>" * 40))
    picture = await page.screenshot(full_page=True)
    drawn = await small(page, picture)
    assert len(drawn) < min(BYTES_MAX, len(picture))
    apart = await page.evaluate(APART, [base64.b64encode(one).decode() for one in (picture, drawn)])
    assert apart is not None
    assert apart < 1
