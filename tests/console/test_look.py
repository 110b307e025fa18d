"""The console's look: every part renders, nothing inline, every colour pair readable, vendored files as they came."""

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.console.look_page import CONSOLE, HERE, HOSTILE, page

CSS = (CONSOLE / "static" / "console.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS))
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong") for ground in ("paper", "ground")),
    *((ink, "accent-ground") for ink in ("ink", "accent", "accent-strong", "ink-soft")),
    *((kind, f"{kind}-ground") for kind in ("bad", "soon", "good", "wait", "stopped", "unset", "sample")),
    *((kind, ground) for kind in ("bad", "soon", "good") for ground in ("paper", "ground")),
    *(("paper", strong) for strong in ("accent", "accent-strong", "good", "bad")),
]
CONTROLS = [
    *(("edge", ground) for ground in ("paper", "ground", "accent-ground", "stopped-ground")),
    *(("focus", ground) for ground in ("paper", "ground", "accent-ground", "sample-ground", "bad-ground")),
    *((kind, "paper") for kind in ("accent", "good", "bad")),
]
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
VENDOR = CONSOLE / "static" / "vendor"


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two of the style sheet's colours, 1 to 21."""
    dark, light = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (light + 0.05) / (dark + 0.05)


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, and its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))


def test_contrast_is_computed_as_wcag_does() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#777777") == pytest.approx(0.1845, abs=1e-4)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_words_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_controls_and_the_focus_can_be_seen(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


def test_rules_take_their_colours_from_the_list() -> None:
    """A colour written into a rule would pass by the test of contrast; paper alone is black on white."""
    rules = CSS[CSS.index("*, *::before") :]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#000", "#fff", "#777"}
    used = set(re.findall(r"var\(--([a-z-]+)\)", CSS))
    assert used <= set(re.findall(r"--([a-z-]+):", CSS))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_part_renders_with_nothing_inline(lang: str, *, signed_in: bool) -> None:
    text = page(lang, signed_in=signed_in)
    assert HOSTILE not in text
    found = Page(text)
    for tag, attrs in found.tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
        assert tag != "style"
        assert tag != "script" or attrs["src"]
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_every_macro_is_on_the_page() -> None:
    """A macro that the page does not show is one that nobody looked at."""
    made = set(re.findall(r"{% macro (\w+)\(", (CONSOLE / "templates" / "macros.html").read_text(encoding="utf-8")))
    shown = set(re.findall(r"ui\.(\w+)\(", (HERE / "look.html").read_text(encoding="utf-8")))
    assert made - shown == {"cell", "flow_rows"}  # Parts of data_table and flow.


def test_english_pages_have_english_parts() -> None:
    """Only names, which are data, and the product's own name stay Chinese."""
    kept = ("衔接资金", "中文", "样例县", "清河县", "周某（样例）", "乡镇经办", "财政股", "样例 ·")
    text = re.sub(r'<p class="flash.*?</p>', "", page("en"))
    for name in kept:
        text = text.replace(name, "")
    assert not re.findall(r"[一-鿿]+", text)


def test_each_form_that_posts_carries_the_token() -> None:
    text = page()
    for form in re.findall(r"<form.*?</form>", text, re.DOTALL):
        assert 'name="csrf"' in form or 'method="dialog"' in form


def test_an_amount_shows_its_exact_yuan() -> None:
    text = page()
    assert 'title="123456.01 元">12.345601 万元<' in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_ask_for_nothing_that_the_csp_stops(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\sstyle=|\son[a-z]+=|hx-on|[\"']js:|hx-trigger=\"[^\"]*\[|\|\s*safe(?! if kind)", text)
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|https?://", text)


def test_vendored_files_are_as_their_packages_have_them() -> None:
    told = dict(
        re.findall(r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$", (VENDOR / "VENDORED.md").read_text(), re.MULTILINE)
    )
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in VENDOR.glob("*.js")}
    assert told == found
    assert {file.name for file in (VENDOR / "licences").iterdir()} == {
        "echarts-LICENSE.txt",
        "echarts-NOTICE.txt",
        "echarts-d3-LICENSE.txt",
        "htmx-LICENSE.txt",
    }
