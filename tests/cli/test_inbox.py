"""`bridgefund inbox`: in both languages, as text and JSON, for a person, a post, a county; and what it refuses."""

import json
import shutil
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from cli import inbox as command
from domain.calendar import SHANGHAI
from domain.handling_requests import AssignStep, ForwardStep
from domain.ledger import Ledger
from domain.people_requests import OpenAbsence
from tests.notices.office import appoint, open_office
from tests.notices.test_table import RECEIPT
from tests.story import Story, day, prepare, tell

APP = typer.Typer()
APP.command("inbox")(command.inbox_)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A fund whose report is with one person, who is away; and two projects, of which one waits at its township."""
    url = f"sqlite:///{tmp_path_factory.mktemp('inbox')}/ledger.db"
    with Ledger(url) as ledger:
        story = open_office(ledger)
        prepare(story)
        story.ask("fund", "F9", RECEIPT, "finance_section", day(3, 12))
        _hand_on(story)
    return url


def _hand_on(story: Story) -> None:
    given = AssignStep(step="report", to="p-finance_section", reason="样例：熟悉情况")
    story.ask("handling", "fund-F9", given, "director", day(3, 12))
    away = OpenAbsence(deputy="p-rrb", first=day(3, 13), last=day(3, 17), reason="样例：培训")
    story.ask("absence", "2023-1", away, "finance_section", day(3, 12))


@pytest.fixture(autouse=True)
def _on_a_day_of_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 400)
    monkeypatch.setattr(command, "business_now", lambda _: datetime.combine(day(3, 16), time(12), SHANGHAI))


def run(url: str, *words: str, lang: str = "zh", code: int = 0) -> str:
    result = CliRunner().invoke(APP, [*words, "--store", url], env={"BRIDGEFUND_LANG": lang})
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def told(url: str, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(APP, [*words, "--json", "--store", url])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_deputy_finds_the_absent_ones_step_overdue_and_first(url: str) -> None:
    data = told(url, "--person", "p-rrb")
    assert {one["case"] for one in data["items"][:2]} == {"sample/fund/F9"}
    [first] = [one for one in data["items"][:2] if one["step"] == "report"]
    assert (first["case"], first["step"], first["group"], first["may"]) == (
        "sample/fund/F9",
        "report",
        "stands_in",
        True,
    )
    assert (first["since"], first["overdue"], first["due_in"] < 0) == ("2023-03-12", True, True)
    assert [one["on_behalf_of"] for one in first["who"]] == ["p-finance_section"]
    assert data["groups"] == {"stands_in": data["total"]}
    assert "posts" not in data


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            (
                "代理的待办 3",
                "逾期",
                "报领导小组",
                "交办 p-finance_section",
                "外出，p-rrb 代理至",
                "可以（代",
                "共 3 项",
            ),
        ),
        (
            "en",
            (
                "standing in 3",
                "d overdue",
                "given to p-finance_section",
                "p-rrb stands in until",
                "yes (for",
                "3 in all",
            ),
        ),
    ],
)
def test_a_persons_inbox_is_told_in_both_languages(url: str, lang: str, words: tuple[str, ...]) -> None:
    said = run(url, "--person", "p-rrb", lang=lang)
    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("最早", "无期限", "样例·排水沟", "p-township_office 可以")),
        ("en", ("oldest", "no day set", "p-township_office yes")),
    ],
)
def test_a_countys_inbox_says_how_much_waits_for_each_post(url: str, lang: str, words: tuple[str, ...]) -> None:
    said = run(url, "--county", "sample", lang=lang)
    assert [word for word in words if word not in said] == [], said
    data = told(url, "--county", "sample")
    loads = {one["post"]: (one["waiting"], one["overdue"]) for one in data["posts"]}
    assert loads["finance_section"] == (3, 2)
    assert sum(number for number, _ in loads.values()) == data["total"] == len(data["items"])


def test_a_post_is_told_of_its_own_its_units_and_what_is_late(url: str) -> None:
    post = ("--post", "township_office")
    assert [one["case"] for one in told(url, *post)["items"]] == ["sample/project/S02"]
    assert told(url, *post, "--unit", "样例乙镇")["items"] == []
    assert told(url, *post, "--overdue")["total"] == 0
    assert {one["overdue"] for one in told(url, "--overdue")["items"]} == {True}


def test_pages_say_what_is_shown_of_how_much(url: str) -> None:
    assert "显示第 1 至 2 项；下一页 --page 2" in run(url, "--limit", "2")
    assert "2 to 2 shown; go on with --page 3" in run(url, "--limit", "1", "--page", "2", lang="en")
    assert "第 9 页没有" in run(url, "--page", "9")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--person", "p-nobody"), "--person"),
        (("--post", "no_such_post"), "--post"),
        (("--county", "nowhere"), "--county"),
        (("--unit", "样例甲乡"), "--unit"),
        (("--person", "p-rrb", "--post", "rrb"), "--person"),
        (("--page", "0"), "--page"),
    ],
)
def test_a_misspelt_name_is_refused_and_no_empty_inbox(url: str, words: tuple[str, ...], field: str) -> None:
    assert field in run(url, *words, code=2)


@pytest.fixture(scope="module")
def retained(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The whole story: a project is closed, and its retention is not paid."""
    url = f"sqlite:///{tmp_path_factory.mktemp('retained')}/ledger.db"
    with Ledger(url) as ledger:
        tell(ledger)
        appoint(ledger, "p-1", "payment_centre")
    return url


@pytest.mark.parametrize(("lang", "met"), [("zh", "在 sample/project/S01 中履行"), ("en", "met in sample/project/S01")])
def test_a_deadline_that_waits_by_itself_says_in_which_case_it_is_met(retained: str, lang: str, met: str) -> None:
    said = run(retained, "--person", "p-1", lang=lang)
    assert [word for word in (met, "sample/obligation/project-S01-retention") if word not in said] == [], said


def test_who_is_asked_for_an_opinion_is_told_how_to_give_it(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "ledger.db"
    shutil.copyfile(url.removeprefix("sqlite:///"), copy)
    with Ledger(f"sqlite:///{copy}") as ledger:
        question = ForwardStep(step="report", to="p-director", question="样例：何时到账")
        Story(ledger).ask("handling", "fund-F9", question, "finance_section", day(3, 14))
    said = run(f"sqlite:///{copy}", "--person", "p-director", lang="en")
    assert "asked for an opinion 1" in said
    assert "asks p-director for an opinion" in said
    assert "bridgefund opinion" in said


def test_an_empty_store_waits_for_nobody(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    Ledger(url).close()
    assert "共 0 项" in run(url)


@pytest.mark.parametrize("option", ["--page", "--limit"])
def test_a_number_that_no_database_can_count_to_is_bad_input(url: str, option: str) -> None:
    assert option in run(url, option, "99999999999999999999", code=2)
