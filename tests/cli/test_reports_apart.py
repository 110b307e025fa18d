"""The statement as a person types it: what is carried in and what is announced stand apart, in text and in JSON."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import funds, projects, reports
from domain.ledger import Ledger
from tests.story import WAN, announce, close_year, in_force, next_year, tell

APP = typer.Typer()
for name, module in (("fund", funds), ("project", projects), ("report", reports)):
    APP.add_typer(module.app, name=name)

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample store: 2023 closed with money left, 2024 begun, F4 of 2024 announced and 20 wan of it planned."""
    path = tmp_path_factory.mktemp("store") / "ledger.db"
    with Ledger(f"sqlite:///{path}") as ledger:
        story = tell(ledger)
        announce(story)
        close_year(story, 2023, "F1", "F2")
        next_year(story)
        in_force(story, "P3", "F4", 20 * WAN, date(2024, 3, 20))
    return path


@pytest.fixture
def ask(file: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store, in English, and return what it prints."""
    monkeypatch.setenv("BRIDGEFUND_STORE", f"sqlite:///{file}")
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")

    def run(*words: str) -> str:
        result = CliRunner().invoke(APP, words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


def figures(text: str, after: str) -> dict[str, list[str]]:
    """The rows of the table that stands below a line, by their titles."""
    rows = text.partition(after)[2].splitlines()
    found: dict[str, list[str]] = {}
    for row in rows[1:]:
        if not row.strip() and found:
            break
        title, _, cells = row.strip().partition("  ")
        found.setdefault(title.removeprefix("of it: "), cells.split())
    return found


def test_carried_money_stands_in_a_table_of_its_own(ask: Ask) -> None:
    text = ask("report", "sources-and-uses", "sample", "2024")
    own = figures(text, "sources and uses of funds (wan yuan)")
    assert (own["received"], own["paid"]) == (["70.00", "70.00"], ["0.00", "0.00"])
    carried = figures(text, "carried in from earlier years (wan yuan, in no sum above)")
    assert carried["carried in"] == ["398.663219", "15.00", "413.663219"]
    assert carried["allotted in the year"] == ["50.00", "0.00", "50.00"]
    assert carried["paid in the year, less refunds"] == ["-47.88", "0.00", "-47.88"]
    assert carried["withdrawn in the year"] == ["0.00", "5.00", "5.00"]
    assert carried["still left"] == ["446.543219", "10.00", "456.543219"]
    assert "2023 integrated" in text


def test_carried_money_in_json_adds_up_to_the_fen(ask: Ask) -> None:
    found = json.loads(ask("report", "sources-and-uses", "sample", "2024", "--json"))
    integrated, original = found["carried"]["portions"]
    assert (integrated["first_fiscal_year"], integrated["pool"]) == (2023, "integrated")
    assert integrated["carried"]["free_fen"] == 312 * WAN
    assert (integrated["allotted_fen"], integrated["released_fen"]) == (50 * WAN, 50 * WAN)
    for one in (integrated, original, found["carried"]["totals"]):
        assert one["carried_fen"] == one["paid_fen"] + one["withdrawn_fen"] + one["left_fen"]
        assert one["left_fen"] == sum(one["left"].values())
    assert found["totals"]["received_fen"] == 70 * WAN


def test_closed_year_shows_what_it_was_when_it_was_closed(ask: Ask) -> None:
    found = json.loads(ask("report", "sources-and-uses", "sample", "2023", "--json"))
    assert (found["totals"]["paid_fen"], found["totals"]["withdrawn_fen"]) == (181_336_781, 5 * WAN)
    assert found["carried"]["portions"] == found["announced"]["pools"] == []
    assert "carried in" not in ask("report", "sources-and-uses", "sample", "2023")


def test_announced_money_stands_in_a_table_of_its_own(ask: Ask) -> None:
    text = ask("report", "sources-and-uses", "sample", "2024")
    announced = figures(text, "announced and not arrived (wan yuan, in no sum above)")
    assert announced["announced"] == ["90.00", "90.00"]
    assert announced["allotted (released once it arrives)"] == ["20.00", "20.00"]
    found = json.loads(ask("report", "sources-and-uses", "sample", "2024", "--json"))["announced"]
    totals = {
        "announced_fen": 90 * WAN,
        "free_fen": 70 * WAN,
        "allotted_fen": 20 * WAN,
        "projects": 1,
        "announced_by_source": {"next_year": 90 * WAN},
    }
    assert found == {"pools": [{"pool": "integrated", **totals}], "totals": totals}


def test_lists_and_history_tell_announced_from_received(ask: Ask) -> None:
    items: list[dict[str, Any]] = json.loads(ask("fund", "list", "--json"))["items"]
    [f4] = [item for item in items if item["no"] == "F4"]
    assert (f4["stage"], f4["announced_fen"], f4["received_fen"]) == ("announced", 90 * WAN, 0)
    assert not any("announced_fen" in item for item in items if item is not f4)
    header, *rows = ask("fund", "list").splitlines()[1:]
    assert header.index("announced") < header.index("received")
    [of_f4] = [row for row in rows if row.startswith("sample/fund/F4")]
    assert of_f4.index("90.00") < header.index("received")
    told = ask("fund", "history", "sample/fund/F4")
    assert "announced, not arrived" in told.splitlines()[1]
    assert "fund F4 announced, not arrived:" in " ".join(told.split())


def test_project_shows_claimed_approved_and_paid(ask: Ask) -> None:
    items = json.loads(ask("project", "list", "--json"))["items"]
    paid = 181_336_781 + 30 * WAN - 77_880_000
    assert [items[0][f"{name}_fen"] for name in ("claimed", "approved", "paid")] == [paid, paid, paid]
    assert [items[1][f"{name}_fen"] for name in ("claimed", "approved", "paid")] == [0, 0, 0]
    shown = " ".join(ask("project", "show", "sample/project/S01").split())
    assert "claimed: 133.456781; approved: 133.456781; paid: 133.456781" in shown
