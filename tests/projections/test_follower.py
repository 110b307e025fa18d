"""The follower: what is appended is in the views soon after, and who waits for it is woken."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy import Engine, select

from domain.ledger import Ledger
from domain.log_reading import Rows
from projections import cases, positions
from projections.follower import Follower
from projections.runner import catch_up
from projections.store import views_engine
from projections.views import VIEWS
from tests.databases import ON_SQLITE
from tests.projections.test_rebuilding import rows
from tests.story import CHAPTERS, Story, open_county

PATIENCE_S = 30.0


def until(said: Callable[[], bool]) -> bool:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE_S
    while not said():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def end_of(ledger: Ledger) -> int:
    return ledger.recorder.max_notification_id() or 0


def test_who_waits_for_a_write_is_woken_when_the_views_hold_it(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger, Follower(store) as follower:
        story = Story(ledger)
        open_county(story)
        for chapter in CHAPTERS:
            chapter(story)
            assert follower.wait(end_of(ledger), PATIENCE_S)
            assert set(positions.of(engine, VIEWS).values()) == {end_of(ledger)}
        assert not follower.wait(end_of(ledger) + 1, 0.05)
        followed = rows(engine)
        catch_up(ledger, engine, VIEWS)
        assert rows(engine) == followed


def test_of_two_followers_one_works_and_the_other_takes_over(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        open_county(Story(ledger))
        with Follower(store) as second_to_end:
            assert second_to_end.wait(end_of(ledger), PATIENCE_S)
            with Follower(store) as waiting:
                assert not waiting.wait(end_of(ledger), 0.3)
                second_to_end.__exit__(None, None, None)
                CHAPTERS[0](Story(ledger))
                assert waiting.wait(end_of(ledger), PATIENCE_S)
        assert set(positions.of(engine, VIEWS).values()) == {end_of(ledger)}


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_insert_that_commits_late_is_never_skipped(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger, Follower(store) as follower:
        open_county(Story(ledger))
        begun = end_of(ledger)
        assert follower.wait(begun, PATIENCE_S)
        _, where = engine.dialect.create_connect_args(engine.url)
        [last] = ledger.rows(begun - 1, 1)
        # By hand: the ledger's own appends shut each other out.
        sql = "INSERT INTO ledger_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"
        with psycopg.connect(**where) as late:
            late.execute(sql, ("sample/county", 1_000, last.topic, last.state))
            with psycopg.connect(**where, autocommit=True) as early:
                early.execute(sql, ("sample/mandates", 1_000, "odd", b"{}"))
                early.execute('NOTIFY "ledger_events"')
            assert end_of(ledger) == begun + 2
            assert not follower.wait(begun + 2, 0.5)
            assert set(positions.of(engine, VIEWS).values()) == {begun}
            late.commit()
        assert follower.wait(begun + 2, PATIENCE_S)


def test_a_follower_ends_with_its_process_and_leaves_no_thread(store: str) -> None:
    with Ledger(store) as ledger:
        open_county(Story(ledger))
    before = threading.active_count()
    with Follower(store):
        assert threading.active_count() > before
    assert until(lambda: threading.active_count() <= before)


def test_a_follower_goes_on_where_the_views_are(store: str) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        for chapter in CHAPTERS:
            chapter(story)
        views = views_engine(store)
        catch_up(ledger, views, VIEWS)
        with views.connect() as connection:
            before = connection.execute(select(positions.POSITIONS)).all()
        with Follower(store) as follower:
            assert follower.wait(end_of(ledger), PATIENCE_S)
        with views.connect() as connection:
            assert connection.execute(select(positions.POSITIONS)).all() == before
        views.dispose()


@ON_SQLITE
def test_a_follower_outlives_a_ledger_that_does_not_answer_for_a_while(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = Ledger.rows

    def rows_(ledger: Ledger, after: int = 0, limit: int = 500) -> Rows:
        asked.append(after)
        if len(asked) == 1:
            raise PersistenceError("the server is starting up")
        return read(ledger, after, limit)

    monkeypatch.setattr("projections.follower.AGAIN_S", 0.01)
    with Ledger(store) as ledger:
        open_county(Story(ledger))
        monkeypatch.setattr(Ledger, "rows", rows_)
        with Follower(store) as follower:
            assert follower.wait(end_of(ledger), PATIENCE_S)
    assert len(asked) > 1


@ON_SQLITE
def test_a_follower_builds_anew_what_an_older_build_took_back(
    store: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.follower.AGAIN_S", 0.01)
    with Ledger(store) as ledger, Follower(store, [cases.VIEW]) as follower:
        open_county(Story(ledger))
        assert follower.wait(end_of(ledger), PATIENCE_S)
        catch_up(ledger, engine, [replace(cases.VIEW, version=cases.VIEW.version - 1)])
        CHAPTERS[0](Story(ledger))
        assert follower.wait(end_of(ledger), PATIENCE_S)
        assert positions.of(engine, [cases.VIEW]) == {"cases": end_of(ledger)}
