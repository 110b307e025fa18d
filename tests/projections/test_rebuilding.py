"""Rebuilding: beside the live view, compared row for row, swapped; whatever happens on the way, the live one stays."""

import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, inspect, select, update

from domain.errors import UnreadableFactError
from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.registry import READERS
from projections import cases, positions, statement, timeline
from projections.batch import Batch
from projections.book import NEW, Book
from projections.rebuilding import RebuildRunningError, rebuild
from projections.runner import Runner, catch_up, parked
from projections.store import views_engine, writing
from projections.view import View
from projections.views import VIEWS
from tests.story import CHAPTERS, Story, open_county, tell


def rows(engine: Engine, views: Iterable[View] = VIEWS) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the views hold, table by table."""
    tables = [table for view in views for table in view.tables.sorted_tables]
    with engine.connect() as connection:
        return {t.name: sorted((tuple(row) for row in connection.execute(select(t))), key=str) for t in tables}


def left_beside(engine: Engine) -> list[str]:
    """The tables of a rebuild that are still there."""
    return [name for name in inspect(engine).get_table_names() if name.endswith(NEW)]


def test_rows_that_were_changed_by_hand_are_found_named_and_mended(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, VIEWS)
    good = rows(engine)
    funds, pools = statement.FUNDS, statement.POOLS
    with writing(engine) as connection:
        connection.execute(update(funds).where(funds.c.fund == "sample/fund/F1").values(source="nobody"))
        connection.execute(delete(pools).where(pools.c.fund == "sample/fund/F2"))
        odd = {"fund": "sample/fund/F99", "county": "sample", "source": "", "fiscal_year": 1, "year": 1}
        connection.execute(insert(funds), {**odd, "awaited": False})
    [made] = rebuild(ledger, engine, statement.VIEW)
    assert rows(engine) == good
    assert made.compared
    of_funds, of_pools = sorted(made.differences, key=lambda one: one.table, reverse=True)
    assert (of_funds.table, of_funds.lacking, of_funds.besides, of_funds.otherwise) == ("view_statement_funds", 0, 1, 1)
    assert sorted(of_funds.keys) == [["sample/fund/F1"], ["sample/fund/F99"]]
    assert (of_pools.table, of_pools.besides, of_pools.otherwise) == ("view_statement", 0, 0)
    assert of_pools.lacking == len([row for row in good["view_statement"] if row[0] == "sample/fund/F2"]) > 0
    [again] = rebuild(ledger, engine, statement.VIEW)
    assert again.differences == []
    assert left_beside(engine) == []


def test_facts_that_come_while_it_is_built_are_in_both(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        CHAPTERS[0](story)
        waiting = list(CHAPTERS[1:])
        views = views_engine(store)
        catch_up(ledger, views, VIEWS)

        def told(_: int, __: int) -> None:
            if waiting:
                waiting.pop(0)(story)
                catch_up(ledger, views, VIEWS)

        made = rebuild(ledger, engine, *VIEWS, batch=2, told=told)
        assert waiting == []
        assert [one.differences for one in made if one.compared] == [[] for _ in VIEWS]
        catch_up(ledger, engine, VIEWS)
        whole = rows(engine)
        assert [one.differences for one in rebuild(ledger, engine, *VIEWS)] == [[] for _ in VIEWS]
        assert rows(engine) == whole
        views.dispose()


def test_a_runner_that_knew_rows_of_before_a_rebuild_forgets_them(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        CHAPTERS[0](story)
        catch_up(ledger, engine, VIEWS)
        with writing(engine) as connection:
            connection.execute(update(cases.CASES).values(opened_on=date(1999, 1, 1)))
        prepare, plan, *further = CHAPTERS[1:]
        prepare(story)
        plan(story)
        runner = Runner(ledger, engine, VIEWS)
        runner.catch_up()  # It has looked the wrong rows up.
        rebuild(ledger, engine, *VIEWS)
        for chapter in further:
            chapter(story)
            runner.catch_up()
        assert [one.differences for one in rebuild(ledger, engine, *VIEWS)] == [[] for _ in VIEWS]


CUT_OFF = """
import os, signal, sys
from domain.ledger import Ledger
from projections.rebuilding import rebuild
from projections.store import views_engine
from projections.views import VIEWS

def told(position, end):
    if position > end // 2:
        print("half way", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

with Ledger(sys.argv[1]) as ledger:
    rebuild(ledger, views_engine(sys.argv[1]), *VIEWS, batch=10, told=told)
"""


def test_a_rebuild_cut_by_kill_9_leaves_the_live_views_as_they_were(store: str, ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, VIEWS)
    live = rows(engine)
    cut = subprocess.run([sys.executable, "-c", CUT_OFF, store], capture_output=True, text=True, check=False)
    assert (cut.stdout, cut.returncode) == ("half way\n", -signal.SIGKILL), cut.stderr
    assert left_beside(engine)
    assert rows(engine) == live
    assert catch_up(ledger, engine, VIEWS) == []
    assert [one.differences for one in rebuild(ledger, engine, *VIEWS)] == [[] for _ in VIEWS]
    assert left_beside(engine) == []
    assert rows(engine) == live


def test_two_do_not_rebuild_at_once(store: str, ledger: Ledger, engine: Engine) -> None:
    other = views_engine(store)
    refused: list[bool] = []

    def told(_: int, __: int) -> None:
        with pytest.raises(RebuildRunningError):
            rebuild(ledger, other, statement.VIEW)
        refused.append(True)

    rebuild(ledger, engine, statement.VIEW, told=told)
    other.dispose()
    assert refused


def test_a_fact_that_this_build_cannot_read_ends_a_rebuild_and_changes_nothing(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(ledger, engine, VIEWS)
    live = rows(engine)
    monkeypatch.delitem(READERS, "fund.withdrawn/1")
    with pytest.raises(UnreadableFactError, match=r"fund\.withdrawn/1"):
        rebuild(ledger, engine, statement.VIEW)
    assert rows(engine) == live
    assert left_beside(engine) == []
    # What does not read it is built.
    [made] = rebuild(ledger, engine, next(view for view in VIEWS if view.name == "obligations"))
    assert made.differences == []


def test_a_parked_fact_is_taken_in_in_its_turn_once_the_view_can(ledger: Ledger, engine: Engine) -> None:
    def take(book: Book, batch: Batch) -> None:
        timeline.VIEW.take(book, batch)
        if any(isinstance(entry.fact, MoneyWithdrawn) for entry in batch.entries):
            raise ValueError

    unable = replace(timeline.VIEW, take=take)
    catch_up(ledger, engine, [unable])
    assert len(parked(engine)) == 1
    [still] = rebuild(ledger, engine, unable)
    assert (still.differences, len(still.parked), len(parked(engine))) == ([], 1, 1)
    [able] = rebuild(ledger, engine, timeline.VIEW)
    assert [one.lacking for one in able.differences if one.table == "view_timeline"] == [1]
    assert (able.parked, parked(engine)) == ([], [])


def test_a_view_of_another_build_is_built_with_nothing_to_compare(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, [statement.VIEW])
    newer = replace(statement.VIEW, version=statement.VIEW.version + 1)
    [made] = rebuild(ledger, engine, newer)
    assert not made.compared
    assert positions.of(engine, [newer]) == {"statement": made.position}


def test_views_name_no_index_of_their_own() -> None:
    """An index of a given name could not be there twice: on the live table, and on the one beside it."""
    tables = [table for view in VIEWS for table in view.tables.sorted_tables]
    assert [index.name for table in tables for index in table.indexes if not str(index.name).startswith("ix_")] == []


def test_an_empty_store_is_rebuilt_like_any(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        assert {(one.position, one.rows) for one in rebuild(ledger, engine, *VIEWS)} == {(0, 0)}
        tell(ledger)
        assert catch_up(ledger, engine, VIEWS) == []
        assert [one.differences for one in rebuild(ledger, engine, *VIEWS)] == [[] for _ in VIEWS]
