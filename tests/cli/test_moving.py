"""What the reading commands say of a case that was moved to other rules of its county."""

import json

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from cli import claims, funds, projects
from cli.asked import Given, Word, asked_request
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.policy import Policy, load, parse
from domain.requests import AnyMove, MoveClaim, MoveFund, MovePlan, MoveProject
from tests.story import COUNTY, POLICIES, adopt, day, tell

APP = typer.Typer()
for name, module in (("fund", funds), ("project", projects), ("claim", claims)):
    APP.add_typer(module.app, name=name)
WHY = "新办法自9月1日起施行"
MOVED: dict[str, tuple[str, AnyMove, str]] = {
    "fund": ("F1", MoveFund(reason=WHY), "finance_section"),
    "project": ("S02", MoveProject(reason=WHY), "village_committee"),
    "claim": ("C3", MoveClaim(reason=WHY), "implementing_unit"),
}


def second() -> Policy:
    """Return a second version of the story's rules."""
    text = (POLICIES / f"{COUNTY}.toml").read_text(encoding="utf-8")
    return parse(text.replace('version = "2023.1"', 'version = "2023.2"'), "second version")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store with the story, in which a fund, a project and a claim were moved."""
    url = f"sqlite:///{tmp_path_factory.mktemp('moved')}/ledger.db"
    with Ledger(url) as ledger:
        story = tell(ledger)
        adopt(story, second(), day(9, 1))
        for kind, (no, request, post) in MOVED.items():
            story.ask(kind, no, request, post, day(9, 2))
    return url


def shown(store: str, monkeypatch: pytest.MonkeyPatch, language: str, *words: str) -> str:
    monkeypatch.setenv("BRIDGEFUND_STORE", store)
    monkeypatch.setenv("BRIDGEFUND_LANG", language)
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 400)  # Wide enough for a sentence without a fold.
    result = CliRunner().invoke(APP, words)
    assert result.exit_code == 0, (result.output, result.exception)
    return " ".join(result.stdout.split())


@pytest.mark.parametrize("kind", MOVED)
def test_history_says_from_which_version_to_which_and_why(
    store: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    command = "history" if kind == "fund" else "show"
    old = load(POLICIES / f"{COUNTY}.toml").digest[:12]
    case = f"{COUNTY}/{kind}/{MOVED[kind][0]}"
    zh, en = (shown(store, monkeypatch, language, kind, command, case) for language in ("zh", "en"))
    no, new = MOVED[kind][0], second().digest[:12]
    assert f"{no} 由政策版本 2023.1 (sha256 {old}…) 改按 2023.2 (sha256 {new}…) 办理：{WHY}" in zh
    moved = f"{kind} {no} moved from policy version 2023.1 (sha256 {old}…) to 2023.2 (sha256 {new}…) because: {WHY}"
    assert moved in en


def test_history_in_json_has_the_old_version_and_the_new_terms(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEFUND_STORE", store)
    found = json.loads(CliRunner().invoke(APP, ["claim", "show", "sample/claim/C3", "--json"]).stdout)
    content = next(item["content"] for item in found["history"] if item["fact"] == "claim.moved/1")
    assert (content["before"]["version"], content["terms"]["policy"]["version"]) == ("2023.1", "2023.2")
    assert content["reason"] == WHY


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("fund", MoveFund(reason=WHY, to="abc")),
        ("plan", MovePlan(reason=WHY, to="abc")),
        ("project", MoveProject(reason=WHY, to="abc")),
        ("claim", MoveClaim(reason=WHY, to="abc")),
    ],
)
def test_word_move_asks_for_it_whatever_the_case_waits_for(kind: str, request_: AnyMove) -> None:
    given = Given(Word.MOVE, note=WHY, to="abc")
    for steps in ([], ["finance_section"]):
        assert asked_request(kind, given, steps, day(9, 2)) == request_


def test_word_move_needs_a_reason_and_a_case_with_rules() -> None:
    with pytest.raises(BadInputError, match="--note"):
        asked_request("claim", Given(Word.MOVE), [], day(9, 2))
    with pytest.raises(BadInputError, match="obligation"):
        asked_request("obligation", Given(Word.MOVE, note=WHY), [], day(9, 2))
