"""A person at a desk: signs in, follows links by their words, fills in forms by their labels, signs, reads the answer.

Nothing here knows an address, a form's field or a post's id: whoever walks knows what the pages say, in Chinese.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

RECORDED = "已记入总账"
SEND, ANOTHER_ROW, MORE = "签名并提交", "再加一行", "随时可以提出的事项"
NUMBER, WHAT, GO_ON = "编号", "办理什么", "继续"
# What a list calls its way to a new case.
NEW = re.compile("^(新办一件|申报新项目|提交报账|新登记资产|通知召开会议|人工列入)$")
PROJECTS, RESULTS, DISCLOSED, INBOX = "项目", "绩效", "公示公告", "待办"
WHOLE_FORM = "打开完整表单"
WAITS = "现在等谁办理"
MAY = "可以"
STOPPED = "现在同意会被拒绝"
PATIENCE_MS = 30_000  # Of a machine that does other things too.
UPLOAD = re.compile("上传文件")
# The field of a box: in a row too.
_FIELD = "xpath=ancestor::*[contains(concat(' ', @class, ' '), ' field ')][1]"
# What a box has for a name of its list, as whoever picks it there; else the text itself.
_PICKED = "(box, text) => [...(box.list?.options ?? [])].find(one => one.textContent.trim() === text)?.value ?? text"
# Of a label: what stands behind its words.
_ASKED = r"\s*(（必填）|（选填）)?\s*$"

Row = Mapping[str, "str | bool | Path"]
Value = str | bool | Path | Sequence[str] | Sequence[Path] | Sequence[Row]
Values = Mapping[str, Value]
Sit = Callable[[str], Awaitable[Page]]


class RefusedOnPageError(AssertionError):
    """A page did not say that something was recorded; the text is what it said."""


@dataclass(frozen=True)
class Waiting:
    """A step that a case's page shows as open: its name, its post, and who may or may not take it, in words."""

    name: str
    post: str
    may: tuple[str, ...]
    may_not: Mapping[str, str]
    is_stopped: bool = False  # Its page says that an approval would be refused as things stand.


@dataclass
class Walker:
    """People of one county at their desks. *sit* opens a signed-in page for a person, *reader* reads case pages."""

    sit: Sit
    reader: str
    pages: dict[str, Page] = field(default_factory=dict)
    posts: dict[str, list[str]] = field(default_factory=dict)
    steps_taken: list[tuple[str, str, str]] = field(default_factory=list)

    async def desk(self, person: str) -> Page:
        """Return the page of a person: the one that is open, else a new one at the inbox."""
        if person not in self.pages:
            self.pages[person] = await self.sit(person)
            await self.pages[person].goto("/inbox")
        return self.pages[person]

    async def holders(self, post: str) -> list[str]:
        """Return who holds a post of this name, as the sign-in page of a demo tells: who begins is asked by nobody."""
        if not self.posts:
            page = await self.sit("")
            await page.goto("/login")
            for row in await page.get_by_role("row").all():
                person, _, posts = [(await cell.inner_text()).strip() for cell in await row.locator("th, td").all()][:3]
                for one in posts.split("、"):
                    self.posts.setdefault(one, []).append(person)
        return self.posts[post]

    async def case(self, person: str, section: str, no: str) -> Page:
        """Go to a case as a person does: by its list; to a project's results by the project, which leads to them.

        Behind a stroke stands what leads on from the case's page: `M01/绩效`.
        """
        if section == RESULTS:
            section, no = PROJECTS, f"{no}/{RESULTS}"
        page, (first, *further) = await self.desk(person), no.split("/")
        await to_section(page, section)
        main = page.get_by_role("main")
        await _follow(page, _listed(main, section, first).first)
        for words in further:
            await _follow(page, main.get_by_role("link", name=_beginning(words)).first)
        await expect(page.get_by_role("heading", name=WAITS)).to_be_visible(timeout=PATIENCE_MS)
        return page

    async def waiting(self, section: str, no: str) -> list[Waiting]:
        """Return what a case's page says that waits, and for whom."""
        return await waiting_on(await self.case(self.reader, section, no))

    async def who(self, section: str, no: str, step: str, barred: Sequence[str] = ()) -> str:
        """Return who may take a step, as its case's page names them: the first who is not *barred*."""
        found = await self.waiting(section, no)
        assert step in [one.name for one in found], f"{section} {no}: {step} is not among {found}"
        one = next(one for one in found if one.name == step)
        able = [person for person in one.may if person not in barred]
        assert able, f"{section} {no} {step}: nobody may: {one}"
        return able[0]

    async def begin(self, person: str, section: str, no: str, values: Values, what: str = "") -> None:
        """Begin a new case from its list, under a number, with its first form."""
        page = await self.desk(person)
        await to_section(page, section)
        await page.get_by_role("main").get_by_role("link", name=NEW).first.click()
        await page.get_by_label(NUMBER, exact=True).fill(no)
        if what and await page.get_by_label(WHAT, exact=True).count():
            await page.get_by_label(WHAT, exact=True).select_option(label=what)
        await page.get_by_role("button", name=GO_ON).click()
        await self._filled_and_sent(page, values)
        self.steps_taken.append((person, no, what or section))

    async def take(self, section: str, no: str, step: str, do: str, values: Values, person: str = "") -> str:
        """Let whoever may take a step do so by the link that its card has; return who it was."""
        who = person or await self.who(section, no, step)
        page = await self.case(who, section, no)
        card = (
            page.get_by_role("region", name=WAITS)
            .locator(".card")
            .filter(has=page.get_by_role("heading", name=step, exact=True))
        )
        named, whole = (card.get_by_role("link", name=name, exact=True) for name in (do, WHOLE_FORM))
        await named.or_(whole).first.click()
        await self._filled_and_sent(page, values)
        self.steps_taken.append((who, no, step))
        return who

    async def ask(self, person: str, section: str, no: str, do: str, values: Values) -> None:
        """Ask for something that may be asked at any time, from the case's page."""
        page = await self.case(person, section, no)
        await _at_any_time(page, do)
        await self._filled_and_sent(page, values)
        self.steps_taken.append((person, no, do))

    async def refused(self, person: str, section: str, no: str, do: str, values: Values) -> str:
        """Ask for something that is not given, and return what the page says of it."""
        page = await self.case(person, section, no)
        await _at_any_time(page, do)
        await fill(page, values)
        await page.get_by_role("button", name=SEND).click()
        await expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE_MS)
        assert await page.get_by_text(RECORDED).count() == 0
        return await page.get_by_role("main").inner_text()

    async def why_not(self, person: str, section: str, no: str) -> str:
        """Return the part of a case's page that says what waits, as a person sees it who may not take it."""
        page = await self.case(person, section, no)
        return await page.get_by_role("region", name=WAITS).inner_text()

    async def _filled_and_sent(self, page: Page, values: Values) -> None:
        await fill(page, values)
        await send(page)


async def to_section(page: Page, section: str) -> None:
    """Follow the main navigation to a section; how much waits may stand behind its name."""
    await _follow(page, page.get_by_role("navigation", name="主导航").get_by_role("link", name=_beginning(section)))


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(words)}(\s|$)")


def _listed(main: Locator, section: str, no: str) -> Locator:
    """Return the links of a list to what it calls *no*: they begin with it, or one list has it beside them."""
    begins = main.get_by_role("link", name=_beginning(no))
    if section == INBOX:  # What is to be done stands first.
        return main.get_by_role("link", name=no)
    if section == DISCLOSED:  # What is to be public stands first, its number beside it.
        row = main.get_by_role("row").filter(has=main.page.get_by_text(no, exact=True))
        return begins.or_(row.get_by_role("link"))
    return begins


async def _follow(page: Page, link: Locator) -> None:
    """Follow a link, and be there: the page before may have the same headings and links."""
    where = await link.get_attribute("href") or ""
    await link.click()
    await page.wait_for_url(lambda url: url.endswith(where))


async def _at_any_time(page: Page, do: str) -> None:
    await page.get_by_text(MORE, exact=True).click()
    await page.get_by_role("main").get_by_role("link", name=do, exact=True).first.click()


async def waiting_on(page: Page) -> list[Waiting]:
    """Return what the page of a case that stands open says that waits, and for whom."""
    cards = page.get_by_role("region", name=WAITS).locator(".card").filter(has=page.locator(".who-may"))
    return [await _waiting(card) for card in await cards.all()]


async def _waiting(card: Locator) -> Waiting:
    name = (await card.get_by_role("heading").first.inner_text()).strip()
    post = (await card.get_by_text("岗位：").first.inner_text()).partition("：")[2]
    said = [(await line.inner_text()).partition("：") for line in await card.locator(".who-may li").all()]
    people = [(who.split()[0], words.strip()) for who, _, words in said]
    able = tuple(person for person, words in people if words == MAY)
    stopped = await card.get_by_text(STOPPED, exact=True).count() > 0
    return Waiting(name, post, able, {person: words for person, words in people if words != MAY}, stopped)


async def send(page: Page) -> None:
    """Sign and send the form that stands open; the next page says that it is recorded.

    Raises:
        RefusedOnPageError: With what the page says instead.
    """
    await page.get_by_role("button", name=SEND).click()
    await recorded(page)


async def recorded(page: Page) -> None:
    """Wait until the page that opens says that what was sent is recorded.

    Raises:
        RefusedOnPageError: With what the page says instead.
    """
    told = page.get_by_text(RECORDED, exact=True).or_(page.get_by_role("alert").first)
    await expect(told.first).to_be_visible(timeout=PATIENCE_MS)
    if not await page.get_by_text(RECORDED, exact=True).count():
        said = await page.get_by_role("alert").all_inner_texts()
        raise RefusedOnPageError(f"{page.url}: {said}\n{await page.locator('.field-error').all_inner_texts()}")


async def fill(page: Page | Locator, values: Values) -> None:
    """Fill in fields by their labels: texts, amounts with their unit, choices by their words, rows, files."""
    for label, value in values.items():
        await _fill_one(page, label, value)


async def _fill_one(page: Page | Locator, label: str, value: Value) -> None:
    named = re.compile(f"^\\s*{re.escape(label)}{_ASKED}")
    box = page.get_by_role("group", name=named)
    if await box.count():
        await _fill_group(box.first, value)
        return
    control = page.get_by_label(named).first
    if isinstance(value, bool):
        await control.set_checked(value)
    elif isinstance(value, Path):
        await control.locator(_FIELD).get_by_label(UPLOAD).set_input_files(value)
    elif await control.evaluate("el => el.tagName") == "SELECT":
        await _choose(control, str(value))
    else:
        await _write(page, control, label, str(value))


async def _write(page: Page | Locator, control: Locator, label: str, text: str) -> None:
    """Write a text; an amount such as `120 万元` with its unit in the box beside it."""
    unit = page.get_by_label(f"单位：{label}", exact=True)
    number, _, wan = text.partition(" ")
    if wan and await unit.count():
        await control.fill(number)
        await unit.first.select_option(label=wan)
    else:
        await control.fill(await control.evaluate(_PICKED, text))


async def _choose(control: Locator, words: str) -> None:
    options = [option.strip() for option in await control.locator("option").all_inner_texts()]
    fits = [option for option in options if option == words] or [option for option in options if words in option]
    assert len(fits) == 1, f"{words} is offered {len(fits)} times: {options}"
    await control.select_option(label=fits[0])


async def _fill_group(box: Locator, value: Value) -> None:
    """Fill in a fieldset: one of its answers, a file or several, some of its boxes or lines, or rows."""
    if isinstance(value, str):
        await box.get_by_label(value, exact=True).check()
        return
    assert not isinstance(value, bool)
    many = [value] if isinstance(value, Path) else list(value)
    if all(isinstance(one, Path) for one in many):
        await box.get_by_label(UPLOAD).set_input_files([one for one in many if isinstance(one, Path)])
    elif all(isinstance(one, str) for one in many):
        await _fill_texts(box, [str(one) for one in many])
    else:
        await _fill_rows(box, [one for one in many if isinstance(one, Mapping)])


async def _fill_texts(box: Locator, texts: Sequence[str]) -> None:
    lines = box.locator("input[type=text]")
    for number, text in enumerate(texts):
        if await lines.count():
            await lines.nth(number).fill(await lines.nth(number).evaluate(_PICKED, text))
        else:
            await box.get_by_label(text).check()


async def _fill_rows(box: Locator, rows: Sequence[Row]) -> None:
    lines = box.locator("ol.rows > li")
    while await lines.count() < len(rows):
        before = await lines.count()
        await box.get_by_role("button", name=ANOTHER_ROW).click()
        await expect(lines).not_to_have_count(before, timeout=PATIENCE_MS)
    for number, row in enumerate(rows):
        await fill(lines.nth(number), row)
