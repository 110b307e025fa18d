"""What the reading commands say of deadlines that were extended, paused and waived, and of one from top to bottom."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from cli import funds, obligations
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation_requests import ExtendObligation, PauseObligation, ResumeObligation, WaiveObligation
from tests.cli.test_clock_days import arrived, told
from tests.story import COUNTY, Story, day, open_county

APP = typer.Typer()
APP.add_typer(funds.app, name="fund")
APP.add_typer(obligations.app, name="obligation")
Ask = Callable[..., str]
F1, F2, F3 = (f"sample/obligation/fund-F{n}-arrival" for n in (1, 2, 3))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three receipts of 1 February: F1 is extended, then broken and waived; F2 paused and resumed; F3 paused."""
    path = tmp_path_factory.mktemp("store") / "ledger.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        story = Story(ledger)
        open_county(story)
        act = story.act("appoint", "clerk", day(1, 2))
        held = Appointed(act, COUNTY, "p-finance_section", "finance_section", "", date(2023, 1, 1), None)
        ledger.execute(Step(mandates_stream(COUNTY), Appoint(act, held)))
        for no in ("F1", "F2", "F3"):
            story.ask("fund", no, arrived(no), "finance_section", day(2, 1))
        more = ExtendObligation(reason="停电三日", days=5, record="ab" * 32)
        story.ask("obligation", "fund-F1-arrival", more, "director", day(2, 2))
        for no in ("F2", "F3"):
            story.ask("obligation", f"fund-{no}-arrival", PauseObligation(reason="上级复核"), "director", day(2, 2))
        story.tick("fund-F1-arrival", day(2, 12))
        waived = WaiveObligation(reason="款项由上级收回")
        story.ask("obligation", "fund-F1-arrival", waived, "deputy_director", day(2, 14))
        resumed = ResumeObligation(reason="复核完毕")
        story.ask("obligation", "fund-F2-arrival", resumed, "director", day(2, 20))
    return path


@pytest.fixture
def ask(file: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store on 21 February, in a language, and return what it prints."""
    monkeypatch.setenv("BRIDGEFUND_STORE", f"sqlite:///{file}")
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 300)
    noon = Story(None).act("now", "clerk", day(2, 21)).recorded_at  # type: ignore[arg-type]
    monkeypatch.setattr(obligations, "business_now", lambda _: noon)

    def run(*words: str, language: str = "en", code: int = 0) -> str:
        monkeypatch.setenv("BRIDGEFUND_LANG", language)
        result = CliRunner().invoke(APP, words)
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    return run


def items(ask: Ask) -> dict[str, dict[str, object]]:
    return {one["obligation"]: one for one in json.loads(ask("obligation", "list", "--json"))["items"]}


def test_a_list_says_what_was_granted_by_whom_and_why(ask: Ask) -> None:
    listed = told(ask("obligation", "list"))
    for part in (
        "2023-02-02 extended bureau director p-director: 停电三日",
        "2023-02-14 waived deputy director in charge p-deputy_director: 款项由上级收回",
        "2023-02-02 paused bureau director p-director: 上级复核",
        "2023-02-20 resumed bureau director p-director: 复核完毕",
        "before: 2023-02-04",
    ):
        assert part in listed
    assert "延期 局长" in ask("obligation", "list", language="zh")


def test_json_has_the_day_before_and_now_who_granted_who_answers_and_how_late(ask: Ask) -> None:
    found = items(ask)
    first, second, third = (found[no] for no in (F1, F2, F3))
    assert (first["stage"], first["first_due_on"], first["due_on"]) == ("waived", "2023-02-04", "2023-02-09")
    assert (first["late"], first["days_late"], first["responsible_person"]) == (True, 5, "p-finance_section")
    extended, waived = first["granted"]  # type: ignore[misc]
    assert extended == {  # type: ignore[has-type]
        "what": "extended",
        "on": "2023-02-02",
        "reason": "停电三日",
        "post": "director",
        "person": "p-director",
        "on_behalf_of": "",
        "clause": "engine",
        "responsible": "finance_section",
        "responsible_person": "p-finance_section",
        "due_before": "2023-02-04",
        "due_on": "2023-02-09",
        "days": 5,
        "record": "ab" * 32,
    }
    assert (waived["what"], waived["post"]) == ("waived", "deputy_director")  # type: ignore[has-type]
    assert (second["stage"], second["due_on"], second["late"]) == ("open", "2023-02-22", False)
    assert (third["stage"], third["late"], third["days_late_now"]) == ("paused", False, 0)


def test_one_deadline_is_read_from_its_trigger_to_how_it_ended(ask: Ask) -> None:
    shown = told(ask("obligation", "show", F1))
    parts = [
        "sample/fund/F1",
        "sample, after JS L15",
        "counted from: 2023-02-01",
        "count: 3 days",
        "first due: 2023-02-04",
        "due: 2023-02-09",
        "p-finance_section",
        "stage: waived",
        "days late: 5",
        "2023-02-02 extended: 2023-02-04 → 2023-02-09",
        "more time granted: 2023-02-04, now 2023-02-09: 停电三日",
        "overdue: finance business section p-finance_section",
        "rung 1 of the ladder",
        "waived: 款项由上级收回",
    ]
    places = [shown.find(part) for part in parts]
    assert -1 not in places, (shown, parts[places.index(-1)])
    assert places == sorted(places)


def test_one_deadline_in_json_and_in_chinese(ask: Ask) -> None:
    found = json.loads(ask("obligation", "show", F2, "--json"))
    assert found["case"] == items(ask)[F2]
    assert [one["fact"] for one in found["history"]] == [
        "obligation.opened/1",
        "obligation.paused/1",
        "obligation.resumed/1",
    ]
    assert "恢复：2023-02-04 → 2023-02-22" in ask("obligation", "show", F2, language="zh")


@pytest.mark.parametrize("case", ["sample/fund/F1", "sample/obligation/none", "F1"])
def test_what_is_no_deadline_is_told_and_changes_nothing(ask: Ask, case: str) -> None:
    assert case in ask("obligation", "show", case, code=2)


def test_a_funds_history_tells_each_grant(ask: Ask) -> None:
    history = told(ask("fund", "history", "sample/fund/F2", language="zh"))
    assert "批准自 2023-02-02 起暂停计时；事由：上级复核" in history
    assert "恢复计时，加 18 日：原 2023-02-04，现 2023-02-22" in history
