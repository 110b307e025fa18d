"""What is true of every page: a title, one heading, its language, no sideways scrolling, nothing left untranslated."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.places import ROOT

# What a program's value looks like where a word was meant.
LEFTOVER = re.compile(r"\b(?:None|undefined|NaN|null|True|False|Undefined)\b|\{\{|\}\}|\{%|<[a-z/]|\[object |&[a-z]+;")
# On its own: a case's number may have one in it, as `M-P-2022-2-leading_group` does.
RAW_ID = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w/-])")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
# The visible text outside of what is quoted as it stands: ids for programs, digests, the other language's name.
TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const own = document.documentElement.lang.slice(0, 2);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (at.closest("script, style, template, code, pre, kbd, [translate=no]")) continue;
    if (!at.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if ((at.closest("[lang]")?.lang || own).slice(0, 2) !== own) continue;
    const text = walker.currentNode.data.trim();
    if (text) found.push(text);
  }
  for (const field of document.querySelectorAll("[placeholder], [title], [aria-label], [alt]"))
    for (const name of ["placeholder", "title", "aria-label", "alt"])
      if (field.getAttribute(name)) found.push(field.getAttribute(name));
  return found;
}"""
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# What stands out of the page, for the failure's text.
STICKS_OUT = """() => [...document.body.querySelectorAll("*")].filter(e => {
  const r = e.getBoundingClientRect();
  return r.right > document.documentElement.clientWidth + 1 && !e.closest(".table-box, [class*=scroll]");
}).slice(0, 5).map(e => e.outerHTML.slice(0, 160))"""


async def framed(page: Page, lang: str) -> None:
    """Check a page's title, its one heading and its language (`zh` or `en`)."""
    assert await page.title(), page.url
    headings = await page.locator("h1").all_inner_texts()
    assert len(headings) == 1, (page.url, headings)
    assert headings[0].strip(), page.url
    assert await page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang], page.url


async def fits(page: Page) -> None:
    """Check that the page does not scroll sideways."""
    whole, seen = await page.evaluate(WIDTHS)
    assert whole <= seen, (page.url, whole, seen, await page.evaluate(STICKS_OUT))


async def speaks(page: Page, lang: str, data: str) -> None:
    """Check that no text of the page is a program's value, an id, or in the other language; *data* is what is kept."""
    texts: list[str] = await page.evaluate(TEXTS)
    wrong = [text for text in texts if LEFTOVER.search(text)]
    wrong += [text for text in texts if RAW_ID.search(text)]
    if lang == "en":
        wrong += [text for text in texts for run in CHINESE.findall(text) if run not in data]
    assert wrong == [], (page.url, wrong[:20])


def data_of(store: Path) -> str:
    """Return all Chinese that is kept: facts, names, and the policies' texts."""
    texts = list(_facts(store)) + [file.read_text(encoding="utf-8") for file in (ROOT / "policies").rglob("*.toml")]
    texts += [file.read_text(encoding="utf-8") for file in store.parent.glob("*.names.json")]
    return "\n".join(texts)


def _facts(store: Path) -> Iterator[str]:
    with closing(sqlite3.connect(store)) as connection:
        for (state,) in connection.execute("SELECT state FROM stored_events"):
            yield _said(json.loads(state))


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
