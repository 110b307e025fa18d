"""A clock's activities on a worker whose calendar has come to know more: counted again, then judged."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.calendars import load_calendars
from activities.deciding import ClockAheadError, Deciding, TickInput, WatchView
from domain.calendar import SHANGHAI, WorkCalendar, due
from domain.calendar_files import parse_calendar
from domain.ledger import Ledger, Step
from domain.obligation import OBLIGATION
from domain.obligation_facts import Breached, ObligationOpened, ObligationRecomputed, Open, Rung, RungClimbed
from simulation.opening import open_county, open_store
from simulation.samples import load
from simulation.year import SECRET
from tests.activities.test_refusals import FUND_CASE, Desk, receipt
from tests.domain.given import by
from tests.places import SAMPLE_COUNTY
from tests.workflows.office import OPENS
from worker import CALENDARS

CASE = "sample/obligation/o1"
BEFORE = parse_calendar({"2021.toml": (CALENDARS / "2021.toml").read_text(encoding="utf-8")})
NOTICED = load_calendars(CALENDARS)
# Three working days after a make-up Saturday: 4, 5 and 6 April as far as anybody knows; 6, 7 and 8 April by the notice.
TRIGGER = date(2022, 4, 2)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2022, 4, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    with Ledger(store) as opened:
        open_store(opened, SECRET, OPENS, 0.0)
        open_county(opened, load(SAMPLE_COUNTY), SECRET, OPENS)
        on = due(TRIGGER, 3, "working", BEFORE).on
        clock = ObligationOpened(
            by("p-1", TRIGGER).under("sample L1"),
            "sample",
            "o1",
            "sample/fund/F1",
            TRIGGER,
            3,
            "working",
            BEFORE.revision,
            on,
            provisional=True,
            conditions=("report",),
            responsible="finance_section",
            remind_on=None,
            ladder=tuple(Rung(post, on + timedelta(days=n)) for post, n in (("deputy_director", 1), ("director", 3))),
            ladder_clause="engine",
        )
        opened.execute(Step(CASE, Open(clock.act, clock)))
        yield opened


def run(activity: Callable[[TickInput], WatchView], given: TickInput, server: datetime | None = None) -> WatchView:
    """Run an activity as a worker does, at *server*'s time."""
    env = ActivityEnvironment()
    env.info = replace(env.info, scheduled_time=server or given.now)
    view: WatchView = env.run(activity, given)
    return view


def clock(ledger: Ledger, calendar: WorkCalendar) -> Callable[[datetime], WatchView]:
    """Return what lets a worker with this calendar tick at a moment."""
    deciding = Deciding(ledger, calendar)
    return lambda moment: run(deciding.tick, TickInput(CASE, moment, moment))


def told(ledger: Ledger) -> list[tuple[type, Any]]:
    return [(type(fact), fact.act.recorded_at) for fact in ledger.facts(CASE)[1:]]


def test_the_clock_may_come_to_a_moment_at_which_it_has_been(ledger: Ledger) -> None:
    """The day as counted again ends at the very moment at which the second rung was climbed before."""
    tick = clock(ledger, BEFORE)
    assert tick(at(7)).next_moment == at(9)
    assert tick(at(9)).next_moment is None
    before = [(Breached, at(7)), (RungClimbed, at(7)), (RungClimbed, at(9))]
    assert told(ledger) == before
    noticed = Deciding(ledger, NOTICED)
    view = run(noticed.look_at_clock, TickInput(CASE, at(9, 10), at(9, 10)))
    assert view.next_moment == at(9)
    # Woken at once for a moment that is past.
    view = run(noticed.tick, TickInput(CASE, at(9), at(9, 10)))
    assert view.next_moment == at(11)
    assert told(ledger) == [
        *before,
        (ObligationRecomputed, at(9, 10)),
        (Breached, at(9, 10)),
        (RungClimbed, at(9, 10)),
    ]


def test_a_look_counts_again_once_however_often_it_is_tried(ledger: Ledger) -> None:
    noticed = Deciding(ledger, NOTICED)
    for minute in range(3):
        now = at(3, 9) + timedelta(minutes=minute)
        assert run(noticed.look_at_clock, TickInput(CASE, now, now)).next_moment == at(9)
    assert told(ledger) == [(ObligationRecomputed, at(3, 9))]
    (fact,) = ledger.facts(CASE)[1:]
    assert (fact.act.person, fact.act.door, fact.act.clause) == ("engine", "clock", "sample L1")


def test_a_tick_counts_again_before_it_judges(ledger: Ledger) -> None:
    assert clock(ledger, NOTICED)(at(7)).next_moment == at(9)
    assert told(ledger) == [(ObligationRecomputed, at(7))]


def test_a_worker_with_the_older_files_changes_nothing(ledger: Ledger) -> None:
    clock(ledger, NOTICED)(at(7))
    older = Deciding(ledger, BEFORE)
    run(older.look_at_clock, TickInput(CASE, at(7, 1), at(7, 1)))
    assert ledger.state(OBLIGATION, CASE).moves == 1


def test_a_watch_that_runs_ahead_of_the_store_counts_nothing(ledger: Ledger) -> None:
    noticed = Deciding(ledger, NOTICED)
    with pytest.raises(ClockAheadError):
        run(noticed.look_at_clock, TickInput(CASE, at(20), at(20)), server=at(3))
    assert told(ledger) == []


# The day of a receipt is the day of the moment at which the office took it, in Asia/Shanghai (R38).


@pytest.mark.parametrize(
    ("taken", "due_on"),
    [
        ("2022-01-03T23:59:59.999999+08:00", date(2022, 1, 6)),
        ("2022-01-04T00:00:00+08:00", date(2022, 1, 7)),
        ("2022-01-03T15:59:59.999999+00:00", date(2022, 1, 6)),
        ("2022-01-03T16:00:00+00:00", date(2022, 1, 7)),
    ],
)
def test_what_is_entered_just_before_midnight_counts_from_that_day(ledger: Ledger, taken: str, due_on: date) -> None:
    people = {person.post: person.person for person in load(SAMPLE_COUNTY).people}
    desk = Desk(ledger, Deciding(ledger, NOTICED), people, datetime.fromisoformat(taken).astimezone(SHANGHAI))
    desk.ask(FUND_CASE, receipt(), "finance_section", "arrival")
    opened = ledger.state(OBLIGATION, "sample/obligation/fund-F1-arrival").opened
    assert opened is not None
    assert opened.due_on == due_on
