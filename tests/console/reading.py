"""What a page says: its text, a part of it, and the rows of a table."""

import re
from html import unescape


def text_of(html: str) -> str:
    """Return what is read on a page, with single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def part(html: str, id_: str) -> str:
    """Return the section whose title has an id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{id_}".*?</section>', html, re.DOTALL)
    assert found, id_
    return found[0]


def rows(html: str, caption: str) -> list[list[str]]:
    """Return the body of the table with a caption: the text of each cell."""
    found = re.search(rf"<caption>{re.escape(caption)}</caption>.*?<tbody[^>]*>(.*?)</tbody>", html, re.DOTALL)
    assert found, caption
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found[1].split("</tr>")[:-1])
    return [[text_of(cell) for cell in row] for row in cells]


def stages(html: str) -> list[tuple[str, str]]:
    """Return the stages of the track: what each is called, and how it stands."""
    found = re.findall(r'<li class="stage stage-([\w-]+)".*?<span class="stage-name">(.*?)</span>', html, re.DOTALL)
    return [(unescape(name), state) for state, name in found]
