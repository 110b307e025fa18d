"""A step that was handed on, in its case's history: who has it, by whose word, who was asked, who decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from cli import funds, people
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, HandlingRequest, RecallQuestion
from domain.ledger import Ledger
from domain.requests import ReportReceipt
from tests.notices.office import open_office
from tests.notices.test_table import RECEIPT
from tests.story import Story, day

APP = typer.Typer()
APP.add_typer(funds.app, name="fund")
APP.add_typer(people.app, name="people")
HOLDER = "p-finance_section"
ASKED: tuple[tuple[HandlingRequest, str], ...] = (
    (AssignStep(step="report", to=HOLDER, reason="熟悉情况"), "director"),
    (ForwardStep(step="report", to="p-rrb", question="何时到账"), "finance_section"),
    (RecallQuestion(step="report", reason="已查明"), "finance_section"),
    (ForwardStep(step="report", to="p-rrb", question="是否属实"), "finance_section"),
)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A fund whose report is with one person, who waits for a colleague's opinion."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        story = open_office(ledger)
        story.ask("fund", "F9", RECEIPT, "finance_section", day(3, 1))
        for request, post in ASKED:
            story.ask("handling", "fund-F9", request, post, day(3, 1))
        yield story


def shown(monkeypatch: pytest.MonkeyPatch, language: str, *words: str) -> str:
    monkeypatch.setenv("BRIDGEFUND_LANG", language)
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 400)
    result = CliRunner().invoke(APP, words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


SAID = {
    "zh": (
        f"改派给 {HOLDER}：熟悉情况",
        "征求 p-rrb 意见（第 2 次）：是否属实",
        "（第 1 次）：已查明",
        f"答复 {HOLDER}",
        f"办理人 {HOLDER}，提出意见者 p-rrb",
    ),
    "en": (
        f"goes to {HOLDER}: 熟悉情况",
        f"{HOLDER} asks p-rrb about",
        "is taken back (question 1)",
        "opinion on",
        f"it was with {HOLDER}, opinions by p-rrb",
    ),
}


@pytest.mark.parametrize(
    ("language", "waits"), [("zh", "征求 p-rrb 的意见，尚未答复"), ("en", f"{HOLDER} asked p-rrb about report")]
)
def test_a_case_tells_who_had_its_step(
    story: Story, monkeypatch: pytest.MonkeyPatch, language: str, waits: str
) -> None:
    store = ("sample/fund/F9", "--store", story.ledger.url)
    assert waits in shown(monkeypatch, language, "people", "may", *store)
    story.ask("handling", "fund-F9", AdviseStep(step="report", opinion="属实"), "rrb", day(3, 2))
    story.ask("fund", "F9", ReportReceipt(), "finance_section", day(3, 2))
    history = shown(monkeypatch, language, "fund", "history", *store)
    assert [one for one in SAID[language] if one not in history] == [], history
