"""`bridgefund projections`: how far views are, taking up what was laid aside, and building them anew."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

import cli.projecting
import cli.reading
from cli.main import door
from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.registry import READERS
from projections import statement, timeline
from projections.batch import Batch
from projections.book import Book
from projections.runner import catch_up
from projections.store import views_engine, writing
from projections.view import View
from projections.views import VIEWS
from tests.story import tell


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a store with the story in it, whose views were never built."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with Ledger(url) as ledger:
        tell(ledger)
    return url


def ask(url: str, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(door(["projections"]), ["projections", *words, "--store", url])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def data(url: str, *words: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(url, *words, "--json", code=code).stdout)
    assert found["sample"]
    return found


def read_all(url: str, views: tuple[View, ...] = VIEWS) -> None:
    engine = views_engine(url)
    with Ledger(url) as ledger:
        catch_up(ledger, engine, views)
    engine.dispose()


def unable() -> View:
    """The timeline, as it would be if it could not digest a withdrawal."""

    def take(book: Book, batch: Batch) -> None:
        timeline.VIEW.take(book, batch)
        if any(isinstance(entry.fact, MoneyWithdrawn) for entry in batch.entries):
            raise TypeError("odd")

    return replace(timeline.VIEW, take=take)


def test_status_tells_where_views_are_and_reads_nothing_on(url: str) -> None:
    found = data(url, "status")
    assert {one["position"] for one in found["views"]} == {0}
    assert not any(one["built"] for one in found["views"])
    assert "尚未建立" in ask(url, "status").stdout
    read_all(url)
    found = data(url, "status")
    assert [(one["view"], one["behind"], one["built"]) for one in found["views"]] == [
        (view.name, 0, True) for view in VIEWS
    ]


def test_status_of_a_view_that_stands_still_is_a_finding(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.delitem(READERS, "fund.withdrawn/1")
        read_all(url)
    found = {one["view"]: one for one in data(url, "status", code=1)["views"]}
    assert "fund.withdrawn/1" in found["statement"]["stopped"]
    assert found["statement"]["behind"] > 0
    assert (found["obligations"]["stopped"], found["obligations"]["behind"]) == ("", 0)


def test_rebuild_says_what_was_otherwise_and_the_next_one_finds_nothing(url: str) -> None:
    read_all(url)
    engine = views_engine(url)
    with writing(engine) as connection:
        connection.execute(update(statement.FUNDS).values(source="nobody"))
    engine.dispose()
    said = ask(url, "rebuild", "statement", code=1).stdout
    assert "statement：" in said
    assert "view_statement_funds：原缺 0 行，多 0 行，不同 2 行" in said
    [made] = data(url, "rebuild", "statement")["views"]
    assert (made["compared"], made["differences"]) == (True, [])
    assert "逐行一致" in ask(url, "rebuild").stdout


def test_a_view_that_there_is_not_is_named_and_nothing_is_built(url: str) -> None:
    refused = ask(url, "rebuild", "statemnt", code=2)
    assert "没有视图 statemnt" in refused.stderr
    assert "statement" in refused.stderr
    assert not any(one["built"] for one in data(url, "status")["views"])


def test_retry_takes_a_parked_fact_up_once_the_view_can(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(url, "retry").stdout == "没有搁置的事实\n"
    views = tuple(unable() if view.name == "timeline" else view for view in VIEWS)
    read_all(url, views)
    [aside] = data(url, "status", code=1)["parked"]
    assert (aside["view"], aside["fact"], aside["error"]) == ("timeline", "fund.withdrawn/1", "TypeError: odd")
    assert "搁置：视图 timeline" in ask(url, "status", code=1).stdout
    with monkeypatch.context() as still:
        still.setattr(cli.projecting, "VIEWS", views)
        assert "仍搁置" in ask(url, "retry", code=1).stdout
    [made] = data(url, "retry")["views"]  # The new rows differ from the live ones: by what they lacked.
    assert (made["view"], made["parked"]) == ("timeline", [])
    assert {one["lacking"] for one in made["differences"]} == {1}
    assert data(url, "status")["parked"] == []
