"""PostgreSQL: those who write views, put them in place and read them wait in one order, and none is ended for it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select, text

from domain.ledger import Ledger
from projections import facts, positions, statement, timeline
from projections.positions import Stopped
from projections.rebuilding import rebuild
from projections.runner import catch_up
from projections.store import views_engine, writing
from tests.story import CHAPTERS, Story, open_county

VIEWS = (timeline.VIEW, statement.VIEW, facts.VIEW)
PATIENCE_S = 20.0
WAITING = text(
    "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database()"
)

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    with Ledger(store) as opened:
        yield opened


@pytest.fixture
def others(store: str) -> Iterator[Callable[[], Engine]]:
    """Engines of other processes."""
    made: list[Engine] = []

    def another() -> Engine:
        made.append(views_engine(store))
        return made[-1]

    yield another
    for engine in made:
        engine.dispose()


def wait_in_line(engine: Engine, many: int) -> None:
    """Wait until so many wait for somebody's lock."""
    end = time.monotonic() + PATIENCE_S
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.execute(WAITING).scalar_one() < many:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_who_reads_one_table_and_then_the_next_is_let_go_by_when_a_view_is_put_in_place(
    ledger: Ledger, engine: Engine, others: Callable[[], Engine]
) -> None:
    open_county(Story(ledger))
    catch_up(ledger, engine, VIEWS)
    first, *further = statement.VIEW.tables.sorted_tables  # The first is the last to be dropped.
    with ThreadPoolExecutor(1) as pool:
        with engine.connect() as reader:
            reader.execute(select(first)).all()
            rebuilt = pool.submit(rebuild, ledger, others(), statement.VIEW)
            wait_in_line(others(), 1)
            for table in further:
                reader.execute(select(table)).all()
        [made] = rebuilt.result()
    assert made.differences == []


def test_runners_and_a_rebuild_that_wait_for_the_same_batch_do_not_wait_for_each_other(
    store: str, ledger: Ledger, engine: Engine, others: Callable[[], Engine]
) -> None:
    story = Story(ledger)
    open_county(story)
    catch_up(ledger, engine, VIEWS)
    CHAPTERS[0](story)

    def read_on() -> None:
        with Ledger(store) as own:
            catch_up(own, others(), VIEWS)

    def put_in_place() -> None:
        with writing(others()) as connection:
            positions.held(connection, VIEWS)

    with engine.connect() as connection:
        here = positions.found(connection, VIEWS)
    with ThreadPoolExecutor(2) as pool:
        with engine.connect() as batch:
            positions.advance(batch, VIEWS, here, ledger.rows()[-1])
            waiting = [pool.submit(put_in_place)]
            wait_in_line(engine, 1)
            waiting.append(pool.submit(read_on))
            wait_in_line(engine, 2)
            batch.rollback()
        for one in waiting:
            one.result()


def test_of_two_that_stop_before_the_same_fact_at_once_both_go_on(
    ledger: Ledger, engine: Engine, others: Callable[[], Engine]
) -> None:
    open_county(Story(ledger))
    catch_up(ledger, engine, VIEWS)
    stops = [Stopped(statement.VIEW.name, 1, "fund.unheard_of/1", "a sample")]

    def note() -> None:
        with writing(others()) as connection:
            positions.stop(connection, VIEWS, stops)

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            positions.stop(connection, VIEWS, stops)
            noted = pool.submit(note)
            wait_in_line(others(), 1)
        noted.result()
    with engine.connect() as connection:
        assert positions.stopped(connection) == stops
