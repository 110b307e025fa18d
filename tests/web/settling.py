"""What waits on a case is taken, one step after the other, by whoever the page names, with the plain approving answer.

A form's own words say what it wants: fields marked as required, an opinion, a paper. What cannot be guessed is data.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.web.walking import (
    MORE,
    NEW,
    NUMBER,
    PATIENCE_MS,
    WAITS,
    WHAT,
    Value,
    Values,
    Waiting,
    Walker,
    fill,
    recorded,
    send,
    to_section,
    waiting_on,
)

MOST_STEPS = 60  # Of one case: more is a step that comes back for ever.
REQUIRED = "（必填）"
AGREED = "样例：同意"
# What is written where a form asks for no more than words, and which answer approves.
PLAIN: Mapping[str, str] = {"意见": AGREED, "审核意见": "同意", "审核结论": "同意", "银行回单号": "样例回单"}
PAPER = "附件"
# What may be done at a step instead of taking it.
INSTEAD = re.compile("登记退汇|征求意见")
_FIELDS = """form => [...form.querySelectorAll('.field, fieldset')]
  .filter(one => !one.closest('ol.rows, template, details'))
  .map(one => ({label: (one.querySelector('legend, label')?.textContent ?? '').trim(),
    is_paper: !!one.querySelector('input[type=file]'),
    attached: [...(one.querySelector('input[type=file]') ? one.querySelectorAll('select option') : [])]
      .filter(o => o.value).map(o => o.textContent.trim()),
    is_filled: [...one.querySelectorAll('input[type=text], textarea, select:not([name$=".unit"])')].some(i => i.value)
      || !!one.querySelector('input:checked')}))"""
Paper = Callable[[str], Any]


@dataclass(frozen=True)
class Taken:
    """Something that was done on a case: by whom, and what it was called where it was begun."""

    person: str
    section: str
    no: str
    step: str


@dataclass
class Settler:
    """Somebody who sees to it that cases go on. *paper* makes the file of a name."""

    walk: Walker
    paper: Paper
    taken: list[Taken] = field(default_factory=list)

    async def settle(
        self, section: str, no: str, answers: Mapping[str, Values], leave: tuple[str, ...] = (), post: str = ""
    ) -> None:
        """Take what waits on a case until nothing is left but the steps to *leave*; *answers* by a step's name.

        The reader looks what waits, or the first who holds a *post*: an inbox is everybody's own.
        """
        reader = (await self.walk.holders(post))[0] if post else self.walk.reader
        page = await self.walk.case(reader, section, no)
        for _ in range(MOST_STEPS):
            found = [one for one in await waiting_on(page) if one.name not in leave]
            if not found:
                return
            one = next((one for one in sorted(found, key=_stopped_last) if one.may), None)
            assert one, f"{section} {no}: nobody may take {found}"
            page = await self._take(section, no, one, _of_step(answers, one.name))
        raise AssertionError(f"{section} {no}: {MOST_STEPS} steps, and still {found}")

    async def begin(self, post: str, section: str, no: str, what: str, values: Values) -> None:
        """Let the first who holds a post begin a case."""
        person = (await self.walk.holders(post))[0]
        page = await self.walk.desk(person)
        await to_section(page, section)
        await page.get_by_role("main").get_by_role("link", name=NEW).first.click()
        await page.get_by_label(NUMBER, exact=True).fill(no)
        if what and await page.get_by_label(WHAT, exact=True).count():
            await page.get_by_label(WHAT, exact=True).select_option(label=what)
        await page.get_by_role("button", name="继续").click()
        await self._answered(page, values, no)
        self.taken.append(Taken(person, section, no, what or section))

    async def ask(self, post: str, section: str, no: str, do: str, values: Values) -> None:
        """Let the first who holds a post ask for what may be asked at any time."""
        person = (await self.walk.holders(post))[0]
        page = await self.walk.case(person, section, no)
        await page.get_by_text(MORE, exact=True).click()
        await page.get_by_role("main").get_by_role("link", name=do, exact=True).first.click()
        await self._answered(page, values, no)
        self.taken.append(Taken(person, section, no, do))

    async def attach(self, post: str, section: str, no: str, kind: str, step: str) -> None:
        """Let the first who holds a post attach a paper of a kind to a case, before others sign what they see."""
        person = (await self.walk.holders(post))[0]
        page = await self.walk.case(person, section, no)
        await page.get_by_text("提交附件", exact=True).click()
        await page.get_by_label("附件名称").fill(kind)
        await page.get_by_label("所属环节").select_option(label=step)
        await page.get_by_label("文件（可拖到这里）").set_input_files(self.paper(f"{no}-{kind}"))
        await page.get_by_role("button", name="签名并提交附件").click()
        await recorded(page)
        self.taken.append(Taken(person, section, no, kind))

    async def _take(self, section: str, no: str, one: Waiting, values: Values) -> Page:
        person = one.may[0]
        page = await self.walk.case(person, section, no)
        card = page.get_by_role("region", name=WAITS).locator(".card")
        card = card.filter(has=page.get_by_role("heading", name=one.name, exact=True))
        card = card.filter(has=page.get_by_text(re.compile(f"^岗位：{re.escape(one.post)}$")))
        await card.locator("a.button").filter(has_not_text=INSTEAD).first.click()
        await self._answered(page, values, no)
        self.taken.append(Taken(person, section, no, one.name))
        return page

    async def _answered(self, page: Page, values: Values, no: str) -> None:
        form = page.locator("main form.form")
        await expect(form).to_be_visible(timeout=PATIENCE_MS)
        await fill(page, self._with_papers(values))
        await fill(page, await self._plain(form, set(values), no.replace("/", "-")))
        await send(page)

    async def _plain(self, form: Locator, said: set[str], no: str) -> Values:
        """Return the plain answers to what a form still asks."""
        plain: dict[str, Value] = {}
        for one in await form.evaluate(_FIELDS):
            label = re.split(r"\s*（(?:必填|选填)）", one["label"])[0].strip()
            if label in said or one["is_filled"]:
                continue
            if label in PLAIN:
                plain[label] = PLAIN[label]
            elif one["is_paper"] and (label == PAPER or REQUIRED in one["label"]):
                # What is attached already was signed by others: another paper would let their signatures fall.
                paper = one["attached"][-1] if one["attached"] else None
                plain[label] = paper or self.paper(f"{no}-{len(self.taken)}-{label}")
        return plain

    def _with_papers(self, value: Any) -> Any:
        """Return values in which each text that begins with @ is the file of that name."""
        if isinstance(value, str):
            return self.paper(value[1:]) if value.startswith("@") else value
        if isinstance(value, Mapping):
            return {name: self._with_papers(one) for name, one in value.items()}
        return [self._with_papers(one) for one in value] if isinstance(value, list) else value


def _stopped_last(one: Waiting) -> bool:
    """Order first what an approval can go through with: of a step taken together, those who co-sign."""
    return one.is_stopped


def _of_step(answers: Mapping[str, Values], name: str) -> Values:
    return next((values for start, values in answers.items() if name.startswith(start)), {})


Do = Callable[[Settler, Mapping[str, Any]], Awaitable[None]]


async def row(settler: Settler, one: Mapping[str, Any]) -> None:
    """Do what a row of a walk says."""
    section, no = str(one["section"]), str(one["no"])
    if one["do"] == "settle":
        await settler.settle(section, no, one.get("answers", {}), tuple(one.get("leave", ())), one.get("post", ""))
    elif one["do"] == "begin":
        await settler.begin(one["post"], section, no, one.get("what", ""), one["values"])
    elif one["do"] == "ask":
        await settler.ask(one["post"], section, no, one["what"], one["values"])
    elif one["do"] == "attach":
        await settler.attach(one["post"], section, no, one["kind"], one["step"])
    else:
        raise AssertionError(f"a row does begin, ask, attach or settle: {one}")
