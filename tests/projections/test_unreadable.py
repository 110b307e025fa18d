"""Facts that this build cannot read: views stand still before them, and nothing good is laid aside for their sake."""

import pytest
from sqlalchemy import Engine

from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.registry import READERS
from projections import cases, positions, statement, timeline
from projections.runner import catch_up, parked
from tests.databases import ON_SQLITE
from tests.projections.test_rebuilding import rows

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
