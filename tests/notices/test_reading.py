"""Reading the log: each act's notices are queued once, whatever is read again, rebuilt or read at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from domain.errors import UnreadableFactError
from domain.ledger import Entry, Ledger
from domain.plan_facts import PlanDrafted
from domain.registry import READERS
from notices.reading import NotBegunError, OtherLedgerError, begin, begun
from notices.table import BRINGS
from notices.tables import DELIVERIES, NOTICES, READER, notices_engine
from notices.words import worded
from projections.rebuilding import rebuild
from projections.runner import catch_up
from projections.store import views_engine, writing
from projections.views import VIEWS
from tests.notices.office import Desk, everybody_by_mail, open_office
from tests.story import CHAPTERS, Story, receive


@pytest.fixture
def story(ledger: Ledger) -> Story:
    return open_office(ledger)


@pytest.fixture
def desk(ledger: Ledger, story: Story, engine: Engine) -> Desk:  # noqa: ARG001 - the office is open first
    """A desk that was switched on before anything happened."""
    made = Desk(ledger, engine, everybody_by_mail())
    made.begin()
    return made


def tell(story: Story) -> None:
    for chapter in CHAPTERS:
        chapter(story)


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for table in (NOTICES, DELIVERIES) for row in connection.execute(select(table)).all()]


def test_notices_are_queued_for_whoever_has_an_address(desk: Desk, story: Story) -> None:
    receive(story)
    del desk.people["p-finance_section"]
    desk.read()
    channels = {one.person: [d.channel for d in one.deliveries] for one in desk.noted}
    assert channels["p-finance_section"] == []
    assert channels["p-chief_watch_post"] == ["email"]
    assert desk.outbox.unreached() == {"p-finance_section": 5}


def test_what_is_read_again_is_not_queued_again(desk: Desk, story: Story, engine: Engine) -> None:
    tell(story)
    assert desk.read() > 50
    before = rows(engine)
    with writing(engine) as connection:
        connection.execute(update(READER).values(position=0, last=""))
    assert desk.read() == 0
    assert desk.reader().look_back() == 0
    assert rows(engine) == before


@pytest.mark.parametrize("batch", [1, 3, 10])
def test_pages_of_the_log_cut_no_act_in_two(desk: Desk, story: Story, engine: Engine, batch: int) -> None:
    tell(story)
    desk.read(batch)
    paged = rows(engine)
    with writing(engine) as connection:
        connection.execute(DELIVERIES.delete())
        connection.execute(NOTICES.delete())
        connection.execute(update(READER).values(position=0, last="", begun_after=0))
    desk.read()
    # What was before the start is queued now, and its own notices are there besides.
    assert {row[0] for row in paged} <= {row[0] for row in rows(engine)}


def test_read_while_it_is_told_is_the_same_as_read_at_the_end(desk: Desk, story: Story, engine: Engine) -> None:
    for chapter in CHAPTERS:
        chapter(story)
        desk.read()  # As by a new process each time.
    told = rows(engine)
    with writing(engine) as connection:
        connection.execute(DELIVERIES.delete())
        connection.execute(NOTICES.delete())
        connection.execute(update(READER).values(position=0, last=""))
    desk.read()
    assert {row for row in rows(engine) if row[0] in {one[0] for one in told}} == set(told)


def test_readers_at_once_queue_each_notice_once(desk: Desk, story: Story, ledger: Ledger, engine: Engine) -> None:
    tell(story)

    def run(_: int) -> int:
        own = notices_engine(ledger.url)
        try:
            with Ledger(ledger.url) as reader:
                return Desk(reader, own, desk.people).read(batch=20)
        finally:
            own.dispose()

    with ThreadPoolExecutor(3) as pool:
        queued = sum(pool.map(run, range(3)))
    assert queued == len(desk.noted)
    assert begun(ledger, engine).position == ledger.recorder.max_notification_id()


def test_a_reader_that_was_overtaken_goes_on_where_the_other_came_to(
    desk: Desk, story: Story, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(story)
    slow, read = desk.reader(batch=20), ledger.entries
    overtaken: list[int] = []

    def entries(after: int = 0, limit: int = 500, *, of: Sequence[type] = ()) -> list[Entry]:
        found = read(after, limit, of=of)
        if limit > 1 and not overtaken:
            overtaken.append(after)
            desk.read()
        return found

    queued: list[object] = []

    def queue(*given: object) -> int:
        queued.append(given)
        return 0

    monkeypatch.setattr(slow, "_queue", queue)
    monkeypatch.setattr(ledger, "entries", entries)
    assert slow.read_on(desk.clock()) == 0
    assert overtaken
    assert queued == []


def test_a_rebuild_of_the_views_repeats_nothing(desk: Desk, story: Story, ledger: Ledger, engine: Engine) -> None:
    tell(story)
    desk.read()
    before, views = rows(engine), views_engine(ledger.url)
    catch_up(ledger, views, VIEWS)
    for view in VIEWS:
        rebuild(ledger, views, view)
    views.dispose()
    assert desk.read() == 0
    assert rows(engine) == before


def test_a_store_with_years_behind_it_sends_only_what_comes_after(story: Story, ledger: Ledger, engine: Engine) -> None:
    receive(story)
    desk = Desk(ledger, engine, everybody_by_mail())
    desk.begin()
    assert desk.read() == 0
    for chapter in CHAPTERS[1:]:
        chapter(story)
    desk.read()
    positions = [one.position for one in desk.noted]
    assert min(positions) > begun(ledger, engine).after


def test_what_was_before_the_start_can_be_listed_and_is_never_queued(
    story: Story, ledger: Ledger, engine: Engine
) -> None:
    receive(story)
    desk = Desk(ledger, engine, everybody_by_mail())
    desk.begin()
    assert desk.reader(batch=5).look_back() == 7
    assert desk.reader().look_back() == 0
    assert all(one.earlier and not one.deliveries for one in desk.noted)
    desk.read()
    assert desk.states() == []
    assert desk.outbox.unreached() == {}


def test_the_start_is_set_once(desk: Desk, story: Story, ledger: Ledger, engine: Engine) -> None:
    first = begun(ledger, engine)
    receive(story)
    desk.clock.on(days=1)
    assert begin(ledger, engine, desk.clock()) == first


def test_nothing_is_read_before_the_start(ledger: Ledger, engine: Engine) -> None:
    with pytest.raises(NotBegunError):
        Desk(ledger, engine).read()


def test_the_notices_of_another_ledger_are_refused(desk: Desk, story: Story, engine: Engine) -> None:
    receive(story)
    desk.read()
    with Ledger("sqlite://") as other:
        open_office(other)
        with pytest.raises(OtherLedgerError, match="another ledger"):
            Desk(other, engine).read()
        tell(Story(other))
        with pytest.raises(OtherLedgerError):
            Desk(other, engine).read()


def failing(fact: type, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell_(*_: object) -> Any:
        raise LookupError("no such word")

    monkeypatch.setitem(BRINGS, fact, tell_)


def test_a_fact_whose_notice_cannot_be_made_is_laid_aside_and_the_others_go_on(
    desk: Desk, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(PlanDrafted, monkeypatch)
    tell(story)
    desk.read()
    monkeypatch.undo()
    assert [(fault.fact, fault.error) for fault in desk.outbox.faults()] == [
        ("plan.rules-judged/1", "LookupError: no such word"),
        ("plan.rules-judged/1", "LookupError: no such word"),
    ]
    kinds = [(one.case, one.kind) for one in desk.noted]
    assert ("sample/plan/P1", "returned") in kinds  # Folded anew after the fault.
    assert ("sample/claim/C2", "returned") in kinds


def test_reading_stops_at_a_fact_that_this_build_cannot_read(
    desk: Desk, story: Story, ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(story)
    first = ledger.entries(0, 1, of=(PlanDrafted,))[0]
    monkeypatch.delitem(READERS, "plan.drafted/1")
    with pytest.raises(UnreadableFactError):
        desk.read()
    # The act right before waits too: whether it goes on in what cannot be read, nobody can tell.
    reached = begun(ledger, engine).position
    before = {entry.fact.act.command_id for entry in ledger.entries(reached, first.position - 1 - reached)}
    assert len(before) == 1
    monkeypatch.undo()
    desk.read()
    assert begun(ledger, engine).position == ledger.recorder.max_notification_id()
    assert desk.outbox.faults() == []


def test_a_database_that_goes_away_in_the_middle_leaves_nothing_half_done(
    desk: Desk, story: Story, ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(story)
    begun_at, left = begun(ledger, engine).position, [30]

    def at_last(*words: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise UnreadableFactError(place="x", reason="gone")  # As `STOPS` has it: not this act's fault.
        return worded(*words)

    monkeypatch.setattr("notices.reading.worded", at_last)
    with pytest.raises(UnreadableFactError):
        desk.read()
    assert begun(ledger, engine).position == begun_at
    assert rows(engine) == []
    assert desk.read() > 50
