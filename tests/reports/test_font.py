"""The font that comes with us has every character that we write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import reports.pdf
from tests.places import ROOT

WRITTEN = (
    *sorted((ROOT / "policies").glob("*.toml")),
    *sorted((ROOT / "policies" / "calendars").glob("*.toml")),
    *sorted((ROOT / "samples").glob("*/*.csv")),
    *sorted((ROOT / "samples").glob("*/*.toml")),
    *(ROOT / "doors" / name for name in ("words.py", "policy_values.py", "policy_keys.py")),
    *sorted((ROOT / "reports").glob("*.py")),
)


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The characters of the font's simplified Chinese face."""
    return {chr(number) for number in reports.pdf.known()}


def test_font_has_every_character_of_words_policies_and_samples(known: set[str]) -> None:
    assert len(WRITTEN) > 20
    assert {character: str(path) for path in WRITTEN for character in missing(path, known)} == {}


def missing(path: Path, known: set[str]) -> Iterator[str]:
    """Yield the characters of a file that the font lacks, but for those that have no shape."""
    yield from (c for c in set(path.read_text(encoding="utf-8")) - known if c.isprintable())


def test_font_has_the_rare_characters_of_names_and_places(known: set[str]) -> None:
    assert set("衔接序时进度乡镇喆堃㛃𠮷龘巴哈‹›≤≥…—·〔〕①②③↗→") <= known
