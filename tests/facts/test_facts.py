"""Every shape in which a fact was ever stored stays readable. A sample, once here, is never written anew."""

import json
from pathlib import Path

import msgspec
import pytest

from domain.errors import UnreadableFactError
from domain.registry import READERS, stored_name
from domain.stored_facts import read_fact
from tests.facts.add import FOLDER, facts, sample_file

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_sample_is_read_and_gives_the_same_bytes(file: Path) -> None:
    stored = file.read_bytes()
    name = json.loads(stored)["type"]
    assert sample_file(name) == file
    fact = READERS[name].decode(stored)
    # A field that is gone would be missing here; one that came later and has no default is not read at all.
    assert msgspec.json.encode(fact) == stored
    assert stored_name(type(fact)) == name
    assert read_fact(name, stored, "sample#1").act.command_id == "样例 command_id"


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_stored_fact_has_its_sample(name: str) -> None:
    assert sample_file(name).exists(), "add it: python -m tests.facts.add"


def test_sample_of_a_fact_no_longer_known_would_be_seen() -> None:
    names = {json.loads(file.read_bytes())["type"] for file in FILES}
    assert names <= set(READERS), "a released shape lost its reader"
    with pytest.raises(UnreadableFactError, match=r"sample#1.*fund\.received/0 is not known"):
        read_fact("fund.received/0", b"{}", "sample#1")


def test_names_of_facts_are_the_fields_and_have_a_version() -> None:
    for name in READERS:
        kind, _, what = name.partition(".")
        assert kind.isalpha(), name
        assert what.rpartition("/")[2].isdigit(), name
    assert len({fact for _, fact in facts()}) == len(READERS), "two facts under one name"
