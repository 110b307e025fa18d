"""`make spec MUTATE=1` changes one key at a time, and tells a test that notices from one that does not."""

import json
import os
import subprocess
import sys
import tomllib
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from domain.errors import BadInputError
from domain.policy import parse
from domain.policy.faults import spelled
from tests.places import ROOT
from tests.spec.changes import change_of, others
from tests.spec.hunting import Finding, Outcome
from tests.spec.keys import WORDS, Key, PolicyText, changed, literal
from tests.spec.matrix import POLICIES, policy_files
from tests.spec.reasons import idle, read_reasons, reasoned

SAMPLE = PolicyText((POLICIES / "sample.toml").read_text(encoding="utf-8"))
RATIO = """
# FD-10 FD-11
# 一句说明 / a word on it
[[ratios]]
id = "a"
hard = true

[ratios.numerator] # of the first
of = "money"

[[ratios]]
hard = false
deadline = { kind = "counted", count = 3 }

# LC-10
[plan]
form = "annual"
"""
TESTS = """
import pytest
from domain.policy import load
from tests.spec.matrix import POLICIES

@pytest.mark.row("FD-07", "GF")
def test_somebody_proposes() -> None:
    assert load(POLICIES / "guangfeng.toml").profile.allocation

@pytest.mark.row("FD-12", "GF")
def test_there_is_a_floor() -> None:
    assert load(POLICIES / "guangfeng.toml").profile.floors
"""


def test_each_key_can_be_changed_or_taken_out_alone() -> None:
    keys = [key for key in SAMPLE.all_keys() if not isinstance(key.value, dict)]
    assert len(keys) > 100
    for key in keys:
        assert tomllib.loads(SAMPLE.without(key.at)) == changed(SAMPLE.data, key.at), key.at
        for value in islice(others(SAMPLE.data, key), 1):
            assert tomllib.loads(SAMPLE.having(key.at, value)) == changed(SAMPLE.data, key.at, value), key.at


def test_a_table_goes_with_all_below_it() -> None:
    tables = [key.at for key in SAMPLE.all_keys() if isinstance(key.value, dict)]
    assert {("claims", "gates", 1), ("project", "steps", 0), ("plan",)} <= set(tables)
    for at in tables:
        assert tomllib.loads(SAMPLE.without(at)) == without_empty_lists(changed(SAMPLE.data, at)), at


def test_a_key_serves_the_rows_above_its_table_or_the_table_around_it() -> None:
    text = PolicyText(RATIO)
    rows = {key.at: key.rows for key in text.all_keys()}
    assert rows["ratios", 0, "hard"] == rows["ratios", 0, "numerator", "of"] == ("FD-10", "FD-11")
    assert rows["ratios", 1, "hard"] == ("FD-10", "FD-11"), "a run of tables is of the rows above its first"
    assert rows["plan", "form"] == ("LC-10",)
    assert not any(at[-1] in WORDS for at in rows)
    assert text.words() == 1


@pytest.mark.parametrize(
    ("value", "other"),
    [(True, [False]), (3, [4]), (["a", "b"], [["a"]]), ([], []), (date(2023, 2, 28), [date(2023, 3, 1)])],
)
def test_another_value_is_of_the_same_kind(value: Any, other: list[Any]) -> None:
    some = next(iter(SAMPLE.all_keys()))
    assert list(others(SAMPLE.data, some._replace(value=value))) == other


def test_another_post_is_one_that_exists_and_another_word_one_that_is_allowed() -> None:
    post, kind = key_at("claims", "gates", 0, "post"), key_at("claims", "gates", 0, "kind")
    posts = {item["id"] for item in SAMPLE.data["posts"]}
    assert set(others(SAMPLE.data, post)) == posts - {post.value}
    assert {kind.value, *others(SAMPLE.data, kind)} == {"review", "recheck"}


def test_a_change_passes_the_policys_own_checks() -> None:
    change = change_of(SAMPLE, key_at("claims", "gates", 0, "kind"))
    assert change is not None
    gates = parse(change.text, "").profile.claims
    assert gates is not None
    assert f'"{gates.gates[0].kind}"' == change.how.partition(" → ")[2]
    assert change_of(SAMPLE, key_at("posts", 0)) is None, "others name that post"


@pytest.mark.parametrize("value", [True, 7, '一"二', date(2023, 1, 2), [1, [2]], {"a": "b", "c": [{"d": False}]}])
def test_values_are_written_as_toml_reads_them(value: Any) -> None:
    assert tomllib.loads(f"x = {literal(value)}") == {"x": value}


def test_a_change_that_a_test_notices_is_told_from_one_that_none_does(tmp_path: Path) -> None:
    (tmp_path / "test_made_up.py").write_text(TESTS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.spec",
        str(tmp_path),
        "--mutate",
        "--row",
        "FD-07",
        "--row",
        "FD-12",
        "--json",
    ]
    environment = {**os.environ, "BRIDGEFUND_LANG": "en"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 1, result.stderr
    keys = json.loads(result.stdout)["keys"]
    ours = [(k["key"].partition(" ")[2], k["outcome"]) for k in keys if "FD-07 GF" in k["cells"]]
    assert sorted(ours) == [
        ("allocation", "noticed"),
        ("allocation.lead", "reasoned"),
        ("allocation.together_with", "reasoned"),
    ]
    floors = {k["key"].partition(" ")[2]: k["outcome"] for k in keys if "FD-12 GF" in k["cells"]}
    assert floors["floors.1"] == "noticed"
    assert "survived" in floors.values()
    others = [k for k in keys if not {"FD-07 GF", "FD-12 GF"} & set(k["cells"])]
    assert {k["outcome"] for k in others} <= {"not_run", "reasoned"}


def key_at(*at: str | int) -> Key:
    """Return a key of the sample county."""
    return next(key for key in SAMPLE.all_keys() if key.at == at)


def without_empty_lists(value: Any) -> Any:
    """Return the data as a file has it whose only table of an array is gone: without the array."""
    match value:
        case dict():
            return {key: without_empty_lists(item) for key, item in value.items() if item != []}
        case list():
            return [without_empty_lists(item) for item in value]
    return value


def finding(place: str, outcome: Outcome) -> Finding:
    return Finding(place, (), "", outcome)


def test_a_reason_stands_only_for_keys_that_nothing_notices(tmp_path: Path) -> None:
    file = tmp_path / "reasons.toml"
    file.write_text('[[reasons]]\nkeys = ["posts.unit"]\nfiles = ["a.toml"]\nbecause = "shown"\n', encoding="utf-8")
    reasons = read_reasons(file)
    survived, noticed = Outcome.SURVIVED, Outcome.NOTICED
    findings = [
        finding("a.toml:3 posts.1.unit", survived),
        finding("a.toml:9 posts.2.unit", noticed),
        finding("b.toml:3 posts.1.unit", survived),
        finding("a.toml:3 posts.1.unity", survived),
    ]
    told = reasoned(findings, reasons)
    assert [one.outcome for one in told] == [Outcome.REASONED, noticed, survived, survived]
    assert told[0].because == "shown"
    assert idle(findings, reasons) == []
    assert idle([finding("a.toml:9 posts.2.unit", noticed)], reasons) == reasons


def test_a_reason_without_words_is_none(tmp_path: Path) -> None:
    file = tmp_path / "reasons.toml"
    file.write_text('[[reasons]]\nkeys = ["posts.unit"]\nbecause = " "\n', encoding="utf-8")
    with pytest.raises(BadInputError, match=r"reasons\.0"):
        read_reasons(file)


def test_each_reason_is_for_keys_that_a_policy_has() -> None:
    places = [
        f"{file.name}:1 {spelled(key.at)}"
        for file in policy_files().values()
        for key in PolicyText(file.read_text(encoding="utf-8")).all_keys()
    ]
    assert idle([finding(place, Outcome.SURVIVED) for place in places], read_reasons()) == []


def test_a_run_of_tables_is_of_the_rows_above_its_first() -> None:
    text = '# RO-02\n[[posts]]\nid = "a"\n[[posts]]\nid = "b"\n# RO-03\n[[posts]]\nid = "c"\n'
    rows = {key.at: key.rows for key in PolicyText(text).all_keys()}
    assert [rows["posts", n] for n in range(3)] == [("RO-02",), ("RO-02",), ("RO-03",)]
