"""Facts that this build cannot read: views stand still before them, and nothing good is laid aside for their sake."""

from dataclasses import replace

import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy import Engine

from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.registry import READERS, stored_name
from projections import cases, positions, statement, timeline
from projections.batch import Batch
from projections.book import Book
from projections.positions import Stopped
from projections.runner import Runner, catch_up, parked
from projections.store import writing
from tests.databases import ON_SQLITE
from tests.projections.test_rebuilding import rows
from tests.story import CHAPTERS, Story, open_county

VIEWS = (statement.VIEW, timeline.VIEW, cases.VIEW)


@ON_SQLITE
def test_what_stands_before_a_fact_that_cannot_be_read_is_taken_in_by_a_process_that_begins_there(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case's state is folded up to the place at hand, not further."""
    [strange] = [entry for entry in ledger.log() if isinstance(entry.fact, MoneyWithdrawn)]
    before = [entry.position for entry in ledger.log() if entry.stream == strange.stream]
    catch_up(ledger, engine, VIEWS, batch=1)
    whole = rows(engine, VIEWS)
    monkeypatch.delitem(READERS, "fund.withdrawn/1")
    with engine.begin() as connection:
        for view in VIEWS:
            positions.reset(connection, view)
    # One fact at a time, each by a process of its own that knows no state yet.
    monkeypatch.setattr("projections.runner.STATES_KEPT_MAX", 0)
    stopped = catch_up(ledger, engine, VIEWS, batch=1)
    assert parked(engine) == []
    assert {(stop.view, stop.position) for stop in stopped} == {(view.name, strange.position - 1) for view in VIEWS}
    assert len(before) > 2
    monkeypatch.undo()
    catch_up(ledger, engine, VIEWS)
    assert rows(engine, VIEWS) == whole


@ON_SQLITE
def test_a_view_that_a_later_build_took_past_what_this_one_cannot_read_stands_still(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after of that case cannot be folded: it is not laid aside, which only a rebuild would mend."""
    [strange] = [entry for entry in ledger.log() if isinstance(entry.fact, MoneyWithdrawn)]
    late = [entry.position for entry in ledger.log() if entry.stream == "sample/fund/F1"][-1]
    catch_up(ledger, engine, VIEWS)
    whole = rows(engine, VIEWS)
    with engine.begin() as connection:
        for view in VIEWS:
            positions.reset(connection, view)
    read = ledger.rows
    with monkeypatch.context() as so_far:
        so_far.setattr(ledger, "rows", lambda after, limit: read(after, min(limit, late - 1 - after)))
        catch_up(ledger, engine, VIEWS)
    assert strange.position < late
    first = next(entry for entry in ledger.log() if entry.stream == "sample/fund/F1")
    monkeypatch.delitem(READERS, stored_name(type(first.fact)))
    stopped = {stop.view: stop.position for stop in catch_up(ledger, engine, VIEWS)}
    assert parked(engine) == []
    assert stopped["cases"] == late - 1
    assert all(f"sample/fund/F1#{first.version}" in stop.reason for stop in catch_up(ledger, engine, [cases.VIEW]))
    monkeypatch.undo()
    assert catch_up(ledger, engine, VIEWS) == []
    assert rows(engine, VIEWS) == whole


@ON_SQLITE
def test_a_ledger_that_does_not_answer_while_a_case_is_folded_stops_the_reader_and_parks_nothing(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object) -> list[object]:
        raise PersistenceError("disk I/O error")

    catch_up(ledger, engine, VIEWS, batch=1)
    with engine.begin() as connection:
        for view in VIEWS:
            positions.reset(connection, view)
    monkeypatch.setattr("projections.runner.STATES_KEPT_MAX", 0)  # Each case is read anew.
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "facts", dead)
        with pytest.raises(PersistenceError):
            catch_up(ledger, engine, VIEWS)
    assert parked(engine) == []
    assert catch_up(ledger, engine, VIEWS) == []
    assert parked(engine) == []


def test_why_a_fact_is_laid_aside_is_stored_whatever_stands_in_it(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        CHAPTERS[0](story)

        def take(_: Book, __: Batch) -> None:
            raise ValueError("a\0b\ud800")

        assert catch_up(ledger, engine, [replace(statement.VIEW, take=take)]) == []
        assert {one.error for one in parked(engine)} == {"ValueError: a\\x00b\\ud800"}


@ON_SQLITE
def test_a_view_that_an_older_build_stopped_and_a_newer_one_read_on_does_not_stand_still(
    ledger: Ledger, engine: Engine
) -> None:
    newer = Runner(ledger, engine, VIEWS)
    newer.catch_up()
    with writing(engine) as connection:
        positions.stop(connection, VIEWS, [Stopped("statement", 5, "fund.withdrawn/1", "not known to that build")])
    newer.catch_up()  # It knows of nothing that stopped, and asks nobody.
    assert {one.stopped for one in positions.standings(engine, VIEWS)} == {""}
