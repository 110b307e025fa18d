"""What the reading commands say of provisional days, of days that were counted again, and of a county's own ladder."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from activities.calendars import load_calendars
from cli import funds, obligations
from domain.calendar_files import parse_calendar
from domain.cases import case_id, county_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.ledger import Ledger, Step
from domain.obligation_facts import Recompute
from domain.policy import load_engine, parse
from domain.requests import RegisterReceipt
from domain.terms import PolicyRef
from tests.domain.county import receipt
from tests.domain.test_ladders import ON_ARRIVAL, text
from tests.story import COUNTY, POLICIES, WAN, Story, day, open_county

APP = typer.Typer()
APP.add_typer(funds.app, name="fund")
APP.add_typer(obligations.app, name="obligation")
FOLDER = POLICIES / "calendars"
NOTICED = load_calendars(FOLDER)
BEFORE = parse_calendar({name: (FOLDER / name).read_text(encoding="utf-8") for name in ("2021.toml", "2022.toml")})
# Three working days, in place of calendar days.
WORKING = ('unit = "calendar"\nstart = "fund_received"', 'unit = "working"\nstart = "fund_received"')

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two receipts of 18 January 2023, broken on the 24th as far as was known; then F1 is counted by the notice."""
    path = tmp_path_factory.mktemp("store") / "ledger.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        story = Story(ledger, BEFORE)
        open_county(story)
        adopt(story, text(ON_ARRIVAL, WORKING))
        for no in ("F1", "F2"):
            story.ask("fund", no, arrived(no), "finance_section", day(1, 18))
            for on in (day(1, 22), day(1, 24), day(1, 29)):
                if (no, on) != ("F1", day(1, 29)):
                    story.tick(f"fund-{no}-arrival", on)
        act = story.act("recompute", "engine", day(1, 25))
        ledger.execute(Step(case_id(COUNTY, "obligation", "fund-F1-arrival"), Recompute(act, NOTICED)))
    return path


def arrived(no: str) -> RegisterReceipt:
    return receipt(10 * WAN, document_no=f"文件{no}")


def adopt(story: Story, rules: str) -> None:
    policy, engine = parse(rules, "sample"), load_engine(POLICIES / "engine.toml")
    act = story.act("adopt", "opener", date(2023, 1, 2))
    ref = PolicyRef(policy.profile.version, policy.digest, engine.digest)
    adopted = PolicyAdopted(act, COUNTY, ref, policy.text, engine.text)
    story.ledger.execute(Step(county_stream(COUNTY), AdoptPolicy(act, adopted)))


@pytest.fixture
def ask(file: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store, in a language, and return what it prints, without its line ends."""
    monkeypatch.setenv("BRIDGEFUND_STORE", f"sqlite:///{file}")
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 300)  # So that no sentence is broken into lines.

    def run(*words: str, language: str = "zh") -> str:
        monkeypatch.setenv("BRIDGEFUND_LANG", language)
        result = CliRunner().invoke(APP, words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


def told(text: str) -> str:
    """Return a text as one line."""
    return " ".join(text.split())


def test_a_list_says_which_day_is_provisional_and_which_was_counted_again(ask: Ask) -> None:
    listed = ask("obligation", "list")
    assert "2023-01-23（暂定）" in listed
    assert "2023-01-28 " in listed
    for line in ("原 2023-01-23 ", "2023-01-25 重算 ", "2023-01-24 所记逾期不再成立 "):
        assert f"\n{line}" in listed
    english = ask("obligation", "list", language="en")
    for line in ("before: 2023-01-23", "recomputed 2023-01-25", "the breach recorded on 2023-01-24 no longer stands"):
        assert f"\n{line} " in english


def test_what_is_late_is_listed_at_once_reminded_or_not_and_before_any_clock_has_told(ask: Ask) -> None:
    """R39: overdue was shown only where no reminder was set."""
    items = json.loads(ask("obligation", "list", "--late", "--json"))["items"]
    assert [(item["case"], item["stage"], bool(item["reminded_at"])) for item in items] == [
        ("sample/fund/F2", "overdue", True),
        ("sample/fund/F1", "open", True),
    ]
    assert all(item["late"] for item in items)
    assert ask("obligation", "list", "--late").count("逾期未办") == len(items)


def test_a_list_says_of_what_effect_each_rung_is(ask: Ask) -> None:
    assert "2023-01-24 总盯办岗 p-chief_watch_post，预警" in ask("obligation", "list")


def test_json_has_every_count_and_takes_back_the_breach_that_no_longer_stands(ask: Ask) -> None:
    first, second = sorted(json.loads(ask("obligation", "list", "--json"))["items"], key=lambda item: item["case"])
    assert (first["due_on"], first["provisional"], first["calendar"]) == ("2023-01-28", False, NOTICED.revision)
    assert (first["breached_at"], first["breached_person"], first["rungs"]) == (None, None, [])
    assert first["recomputed"] == [
        {
            "on": "2023-01-25",
            "due_before": "2023-01-23",
            "due_on": "2023-01-28",
            "notices": ["国办发明电〔2022〕16号"],
            "void_breach": "2023-01-24",
        }
    ]
    assert (second["due_on"], second["provisional"], second["stage"]) == ("2023-01-23", True, "overdue")
    assert second["recomputed"] == []
    warn, circular = second["rungs"]
    assert (warn["effect"], warn["actor"], warn["also"]) == ("warn", "", [])
    assert (circular["post"], circular["effect"], circular["on"]) == ("director", "circular", "2023-01-29")
    assert circular["actor"] == "chief_watch_post"
    assert [told["person"] for told in circular["also"]] == ["p-deputy_director", "p-chief_watch_post"]


def test_the_history_tells_it_all_in_order(ask: Ask) -> None:
    history = told(ask("fund", "history", "sample/fund/F1"))
    parts = [
        "3 个工作日，2023-01-23 止（暂定）",
        "逾期：责任",
        "逐级上报第 1 级：总盯办岗 p-chief_watch_post，预警〔fund-F1-arrival〕",
        "原 2023-01-23，现 2023-01-28；2023-01-24 所记逾期不再成立",
    ]
    places = [history.find(part) for part in parts]
    assert -1 not in places, history
    assert places == sorted(places)
    assert "国办发明电〔2022〕16号" in history


def test_the_history_in_english(ask: Ask) -> None:
    history = told(ask("fund", "history", "sample/fund/F1", language="en"))
    assert "2023-01-23, now 2023-01-28; the breach recorded on 2023-01-24 no longer stands" in history
    circular = told(ask("fund", "history", "sample/fund/F2", language="en"))
    assert "was told: circular, by chief watch post" in circular
    assert "sample L92" in circular
