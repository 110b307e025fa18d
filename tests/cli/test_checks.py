"""A project's checks at the command line: asked in words, and shown with what bars and who said what."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import projects
from cli.asked import Given, Word, asked_request
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.policy import parse
from domain.requests import AttestBan, SetLinkage, SetTarget
from tests.domain.county import POLICIES, County
from tests.story import tell

TODAY = date(2023, 3, 10)


def asked(given: Given, kind: str = "project") -> object:
    return asked_request(kind, given, ["bank"], TODAY)


def test_words_of_a_command_line_become_requests(tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"a paper")
    digest = sha256(b"a paper").hexdigest()
    assert asked(Given(Word.ATTEST, ban="duplicate", paper=paper)) == AttestBan(
        ban="duplicate", clear=True, record=digest
    )
    caught = AttestBan(ban="duplicate", clear=False, opinion="重复", occurred_on=TODAY)
    assert asked(Given(Word.ATTEST, ban="duplicate", caught=True, note="重复", occurred_on=TODAY)) == caught
    assert asked(Given(Word.TARGET, note="年产三百吨")) == SetTarget(target="年产三百吨")
    linkage = SetLinkage(mode="订单收购", households=36)
    assert asked(Given(Word.LINKAGE, note="订单收购", households=36)) == linkage


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given(Word.ATTEST), "--ban"),
        (Given(Word.ATTEST, ban="duplicate", caught=True), "--note"),
        (Given(Word.TARGET), "--note"),
        (Given(Word.LINKAGE, note="订单收购"), "--households"),
        (Given(Word.LINKAGE, households=36), "--note"),
    ],
)
def test_words_that_are_missing_are_named(given: Given, field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        asked(given)


@pytest.mark.parametrize("word", [Word.ATTEST, Word.TARGET, Word.LINKAGE])
def test_checks_are_a_projects_only(word: Word) -> None:
    with pytest.raises(BadInputError, match="DECISION"):
        asked(Given(word, ban="duplicate", note="x", households=1), "claim")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("store") / "ledger.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        tell(ledger)
    return f"sqlite:///{path}"


def shown(store: str, no: str, monkeypatch: pytest.MonkeyPatch, *words: str, language: str = "zh") -> str:
    monkeypatch.setenv("BRIDGEFUND_LANG", language)
    result = CliRunner().invoke(projects.app, ["show", f"sample/project/{no}", "--store", store, *words])
    assert result.exit_code == 0, result.output
    return "".join(result.stdout.split())


def test_project_shows_target_linkage_and_who_attested_what(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(store, "S01", monkeypatch)
    for words in ("绩效目标：样例：年产食用菌300吨", "联农带农机制：样例：订单收购，36户", "已认定：无此情形"):
        assert words in out
    english = shown(store, "S01", monkeypatch, language="en")
    for words in ("target:", "benefitlinkage:", "attested:clearofit", "jointfieldteam"):
        assert words in english


def test_project_shows_what_it_still_wants_and_before_what(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(store, "S02", monkeypatch)
    assert "未认定" in out
    assert "不符合" in out
    said = json.loads(
        CliRunner().invoke(projects.app, ["show", "sample/project/S02", "--store", store, "--json"]).stdout
    )
    assert (said["target"], said["linkage"]) == (None, None)
    assert [(c["ban"], c["before"], c["state"]) for c in said["checks"]] == [
        ("duplicate", ["bank"], "waits"),
        ("linkage", ["bank"], "not met"),
        ("target", ["plan"], "not met"),
    ]


def test_what_the_rules_leave_open_is_shown_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county_store = f"sqlite:///{tmp_path}/ledger.db"
    ban = '\n[[bans]]\nid = "{}"\nzh = "{}"\nen = "{}"\nsource = "sample, made up"\ncheck = "{}"\n'
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    text += ban.format("open", "甲", "one", "attested") + ban.format("bare", "乙", "two", "machine")
    with Ledger(county_store) as ledger:
        county = County(ledger, "sample")
        county.adopt(parse(text, "changed"))
        county.declares("S01")
    out = shown(county_store, "S01", monkeypatch)
    assert out.count("未规定环节") == 2
    assert "由谁认定：未规定" in out
    assert "查什么：未规定" in out


def test_json_has_who_said_what_and_when(store: str) -> None:
    said = json.loads(
        CliRunner().invoke(projects.app, ["show", "sample/project/S01", "--store", store, "--json"]).stdout
    )
    assert said["linkage"] == {
        "mode": "样例：订单收购",
        "households": 36,
        "record": "",
        "post": "village_committee",
        "person": "p-village_committee",
        "on": "2023-02-21",
    }
    # The latest word holds; both stand in the history.
    words = [one["content"]["clear"] for one in said["history"] if one["fact"] == "project.attested/1"]
    assert words == [False, True]
    duplicate = said["checks"][0]
    assert (duplicate["state"], duplicate["said"]["person"], duplicate["said"]["on"]) == (
        "clear",
        "p-field_team",
        "2023-03-08",
    )
