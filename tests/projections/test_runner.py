"""The runner: every fact counts once, whatever happens on the way."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.log_reading import Rows
from domain.obligation_facts import ObligationOpened
from domain.registry import READERS
from projections import obligations, positions, statement, timeline
from projections.batch import Batch, Logged
from projections.book import Book
from projections.rebuilding import rebuild
from projections.runner import catch_up, parked
from projections.store import views_engine, writing
from projections.view import View
from projections.views import VIEWS
from tests.story import CHAPTERS, Story, open_county, tell

# What no story of the sample county has: `test_supervision.py` tells of it.
TOLD_APART = frozenset(
    {
        "view_asset_income",
        "view_asset_payments",
        "view_asset_shared",
        "view_assets",
        "view_disclosure_objections",
        "view_disclosure_periods",
        "view_disclosure_published",
        "view_disclosure_reports",
        "view_disclosure_trainings",
        "view_disclosures",
        "view_dispatch",
        "view_dispatch_actuals",
        "view_dispatch_done",
        "view_dispatch_places",
        "view_dispatch_problems",
        "view_dispatch_rectifications",
        "view_dispatch_routines",
        "view_dispatch_rungs",
        "view_dispatch_tasks",
        "view_dispatch_terms",
        "view_instruments",
        "view_performance_deviations",
        "view_performance_evaluations",
        "view_performance_households",
        "view_performance_linkage",
        "view_performance_looks",
        "view_performance_measures",
        "view_performance_uses",
        "view_surplus",
        "view_surplus_items",
        "view_watch",
        "view_watch_anomalies",
        "view_watch_looks",
    }
)


def rows(engine: Engine, views: Iterable[View]) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the views hold, table by table."""
    tables = [table for view in views for table in view.tables.sorted_tables]
    with engine.connect() as connection:
        return {t.name: sorted((tuple(row) for row in connection.execute(select(t))), key=str) for t in tables}


def failing(view: View, error: BaseException, wrong: Callable[[Logged], bool]) -> View:
    """The same view, which fails at some facts."""

    def take(book: Book, batch: Batch) -> None:
        view.take(book, batch)
        if any(wrong(entry) for entry in batch.entries):
            raise error

    return replace(view, take=take)


def test_rebuilt_is_the_same_as_read_in_small_batches(ledger: Ledger, engine: Engine) -> None:
    views = VIEWS
    catch_up(ledger, engine, views, batch=7)
    read = rows(engine, views)
    for view in VIEWS:
        rebuild(ledger, engine, view)
    assert rows(engine, views) == read
    assert {name for name, found in read.items() if not found} == {"view_timeline_papered", *TOLD_APART}
    assert parked(engine) == []


def test_read_while_it_is_told_is_the_same_as_read_at_the_end(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        for chapter in CHAPTERS:
            chapter(story)
            catch_up(ledger, engine, VIEWS)  # As by a new process each time.
        views = VIEWS
        read = rows(engine, views)
        for view in views:
            rebuild(ledger, engine, view)
        assert rows(engine, views) == read


def test_a_batch_that_another_runner_took_first_counts_once(
    store: str, ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    views, other = VIEWS, views_engine(store)
    read = ledger.rows
    overtaken: list[int] = []

    def rows_(after: int = 0, limit: int = 500) -> Rows:
        found = read(after, limit)
        if limit > 1 and not overtaken:
            overtaken.append(after)
            catch_up(ledger, other, VIEWS)
        return found

    catch_up(ledger, engine, views[:1], batch=1)  # The tables are there, and one view is on its way.
    monkeypatch.setattr(ledger, "rows", rows_)
    catch_up(ledger, engine, views)
    monkeypatch.undo()
    other.dispose()
    assert overtaken
    taken = rows(engine, views)
    for view in VIEWS:
        rebuild(ledger, engine, view)
    assert rows(engine, views) == taken


def test_runners_at_once_count_each_fact_once(store: str, ledger: Ledger, engine: Engine) -> None:
    def run(_: int) -> None:
        own = views_engine(store)
        try:
            with Ledger(store) as reader:
                catch_up(reader, own, VIEWS, batch=5)
        finally:
            own.dispose()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    views = VIEWS
    taken = rows(engine, views)
    for view in views:
        rebuild(ledger, engine, view)
    assert rows(engine, views) == taken
    assert parked(engine) == []


def test_the_same_batch_twice_is_refused(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, [statement.VIEW])
    before = rows(engine, [statement.VIEW])
    last = ledger.rows()[-1]
    with engine.begin() as connection, pytest.raises(positions.OvertakenError):
        positions.advance(connection, [statement.VIEW], {"statement": positions.At(1, 0)}, last)
    assert rows(engine, [statement.VIEW]) == before


def test_a_crash_in_a_batch_leaves_position_and_rows_as_they_were(ledger: Ledger, engine: Engine) -> None:
    crashing = failing(timeline.VIEW, KeyboardInterrupt(), lambda entry: entry.position == 75)
    with pytest.raises(KeyboardInterrupt):
        catch_up(ledger, engine, [crashing, statement.VIEW], batch=30)
    assert positions.of(engine, [timeline.VIEW, statement.VIEW]) == {"timeline": 60, "statement": 60}
    found = rows(engine, [timeline.VIEW])
    assert max(row[1] for row in found["view_timeline"]) <= 60
    catch_up(ledger, engine, [timeline.VIEW, statement.VIEW])
    went_on = rows(engine, [timeline.VIEW, statement.VIEW])
    rebuild(ledger, engine, timeline.VIEW)
    rebuild(ledger, engine, statement.VIEW)
    assert rows(engine, [timeline.VIEW, statement.VIEW]) == went_on


def test_what_a_view_cannot_digest_is_parked_and_the_rest_goes_on(ledger: Ledger, engine: Engine) -> None:
    odd = failing(timeline.VIEW, ValueError("odd"), lambda entry: isinstance(entry.fact, MoneyWithdrawn))
    catch_up(ledger, engine, [odd, statement.VIEW])
    [laid_aside] = parked(engine)
    assert (laid_aside.view, laid_aside.stream) == ("timeline", "sample/fund/F2")
    assert (laid_aside.fact, laid_aside.error) == ("fund.withdrawn/1", "ValueError: odd")
    lacking = {row[1] for row in rows(engine, [timeline.VIEW])["view_timeline"]}
    rebuild(ledger, engine, timeline.VIEW)
    whole = {row[1] for row in rows(engine, [timeline.VIEW])["view_timeline"]}
    assert whole - lacking == {laid_aside.position}
    assert parked(engine) == []


def test_a_database_in_trouble_stops_the_reader_and_parks_nothing(ledger: Ledger, engine: Engine) -> None:
    error = OperationalError("INSERT", {}, Exception("disk full"))
    full = failing(timeline.VIEW, error, lambda entry: entry.position == 10)
    with pytest.raises(OperationalError):
        catch_up(ledger, engine, [full])
    assert positions.of(engine, [timeline.VIEW]) == {"timeline": 0}
    assert parked(engine) == []


def test_a_fact_that_this_build_cannot_read_stops_the_reader_right_before_it(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    [strange] = [entry.position for entry in ledger.log() if isinstance(entry.fact, MoneyWithdrawn)]
    monkeypatch.delitem(READERS, "fund.withdrawn/1")
    [stopped] = catch_up(ledger, engine, [statement.VIEW, obligations.VIEW])
    assert (stopped.view, stopped.position, stopped.fact) == ("statement", strange - 1, "fund.withdrawn/1")
    with engine.connect() as connection:
        assert positions.stopped(connection) == [stopped]
    end = ledger.rows(0, 10_000)[-1].position
    # What does not read funds goes on.
    assert positions.of(engine, [statement.VIEW, obligations.VIEW]) == {"statement": strange - 1, "obligations": end}
    monkeypatch.undo()
    assert catch_up(ledger, engine, [statement.VIEW, obligations.VIEW]) == []
    with engine.connect() as connection:
        assert positions.stopped(connection) == []
    assert positions.of(engine, [statement.VIEW])["statement"] > strange


def test_a_view_that_stands_still_says_which_build_wrote_what_it_cannot_read(
    store: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(store) as newer:
        newer.build = "9.9+newer"
        tell(newer)
    with Ledger(store) as ledger:
        monkeypatch.delitem(READERS, "fund.withdrawn/1")
        [stopped] = catch_up(ledger, engine, [statement.VIEW])
    assert "9.9+newer" in stopped.reason
    assert ledger.build in stopped.reason


def test_a_view_of_another_version_is_built_anew(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, [statement.VIEW])
    before = rows(engine, [statement.VIEW])
    catch_up(ledger, engine, [replace(statement.VIEW, version=statement.VIEW.version + 1)])
    assert rows(engine, [statement.VIEW]) == before
    with pytest.raises(positions.OtherBuildError):
        positions.of(engine, [statement.VIEW])


def test_views_of_a_build_that_kept_their_places_otherwise_are_built_anew(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, VIEWS)
    good = rows(engine, VIEWS)
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE view_positions DROP COLUMN built")
        connection.exec_driver_sql("DELETE FROM view_cases")
    assert catch_up(ledger, engine, VIEWS) == []
    assert rows(engine, VIEWS) == good


def test_views_of_a_store_that_was_made_anew_are_built_anew(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, [statement.VIEW])
    with Ledger("sqlite://") as another:
        tell(another, sample=False)
        catch_up(another, engine, [statement.VIEW])
        known = rows(engine, [statement.VIEW])
        rebuild(another, engine, statement.VIEW)
        assert rows(engine, [statement.VIEW]) == known


def test_a_view_that_is_behind_joins_the_others(ledger: Ledger, engine: Engine) -> None:
    views = VIEWS
    catch_up(ledger, engine, views[:2], batch=50)
    told: list[tuple[int, int]] = []
    catch_up(ledger, engine, views, batch=60, told=lambda position, end: told.append((position, end)))
    end = ledger.entries()[-1].position
    assert set(positions.of(engine, views).values()) == {end}
    assert told[-1] == (end, end)
    assert [position for position, _ in told] == sorted(position for position, _ in told)


def test_the_log_of_one_kind_of_fact_is_the_log_without_the_others(ledger: Ledger) -> None:
    wanted = [entry for entry in ledger.log() if isinstance(entry.fact, ObligationOpened)]
    assert len(wanted) > 5
    assert list(ledger.log(batch=2, of=(ObligationOpened,))) == wanted
