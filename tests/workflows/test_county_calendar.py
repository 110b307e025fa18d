"""The calendar on a real server: what begins though nobody acts, what comes after a pause, and no day twice."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.starting import open_calendars, start_calendars
from audit.daily import Daily
from audit.seal_keys import make_key
from audit.seals import Seals
from audit.store_verifying import verify_store
from domain.calendar import day_of, start_of
from domain.cases import calendar_stream, county_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.county_calendar import CALENDAR, CalendarOpened, DayCame
from domain.dispatch_facts import DispatchOpened
from domain.dispatch_requests import DoRoutine, ReportWeek, TakeLook
from domain.ledger import Ledger, Step
from domain.obligation import OBLIGATION
from domain.obligation_facts import Breached, Reminded
from domain.policy import parse
from domain.procedures.recurring import next_moment
from domain.terms import PolicyRef
from domain.watch_facts import LooksMissed
from simulation.opening import adopt
from simulation.stage import Clock
from tests.domain.county import CALENDAR as WORKING_DAYS
from tests.domain.county import ENGINE
from tests.domain.given import by
from tests.workflows.office import COUNTY, OPENS, PAPER, QUEUE, WAN, Office, skipping_office
from tests.workflows.supervised import WEEK, recurring_rules
from worker import build_worker

OWN = calendar_stream(COUNTY)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as made:
        yield made


@pytest.fixture
async def watched(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[tuple[Office, Clock]]:
    """An office whose months are dispatched, weeks watched and years swept; its calendar is not started."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)
            adopt(ledger, COUNTY, parse(recurring_rules(), "watched and swept"), OPENS)
            yield office, clock


def came(ledger: Ledger) -> list[date]:
    return [entry.fact.act.occurred_on for entry in ledger.log(of=(DayCame,))]


async def runs_of(client: Client, case: str) -> str:
    """Return the run that a case's process is in."""
    found = await client.get_workflow_handle(case).describe()
    assert found.status is WorkflowExecutionStatus.RUNNING
    return str(found.run_id)


async def test_months_and_weeks_begin_and_are_reminded_of_though_nobody_acts(watched: tuple[Office, Clock]) -> None:
    office, clock = watched
    ledger, client = office.ledger, clock.env.client
    await start_calendars(client, ledger, QUEUE, {})
    await clock.open_office(date(2022, 1, 2))
    first = await runs_of(client, OWN)
    await clock.open_office(date(2022, 3, 2))
    assert [e.fact.month for e in ledger.log(of=(DispatchOpened,))] == ["2022-01", "2022-02", "2022-03"]
    # Each has a process that waits for people, and the calendar began a new run with each month.
    for case in (
        "sample/dispatch/2022-01",
        "sample/watch/2022-W05",
        "sample/obligation/dispatch-2022-03-monthly_dispatch",
    ):
        await runs_of(client, case)
    assert await runs_of(client, OWN) != first
    # The month's own clock, without anybody's act: reminded the day before, broken when the month was over.
    clock_of_month = "sample/obligation/dispatch-2022-01-monthly_dispatch"
    told = {type(fact): day_of(fact.act.recorded_at) for fact in ledger.facts(clock_of_month)}
    assert (told[Reminded], told[Breached]) == (date(2022, 1, 30), date(2022, 2, 1))
    opened = ledger.state(OBLIGATION, clock_of_month).opened
    assert opened is not None
    assert opened.responsible == "rrb"
    # What is done in time meets it.
    await office.ask("dispatch", "2022-03", DoRoutine(routine="monthly_dispatch", said="样例"), "rrb")
    assert ledger.state(OBLIGATION, "sample/obligation/dispatch-2022-03-monthly_dispatch").ended == "met"


async def test_each_days_missed_looks_are_on_record_the_next_morning_until_the_week_is_reported(
    watched: tuple[Office, Clock],
) -> None:
    office, clock = watched
    ledger = office.ledger
    await start_calendars(clock.env.client, ledger, QUEUE, {})
    await clock.open_office(date(2022, 1, 4))
    for said in ("样例：上午", "样例：下午"):
        await office.ask("watch", WEEK, TakeLook(said=said), "treasury_officer")
    await clock.open_office(date(2022, 1, 6))
    missed = [fact for fact in ledger.facts(f"sample/watch/{WEEK}") if isinstance(fact, LooksMissed)]
    assert [(day.on, day.missed) for fact in missed for day in fact.days] == [
        (date(2022, 1, 3), 2),
        (date(2022, 1, 5), 2),
    ]
    assert [day_of(fact.act.recorded_at) for fact in missed] == [date(2022, 1, 4), date(2022, 1, 6)]
    assert {fact.act.door for fact in missed} == {"clock"}
    await clock.open_office(date(2022, 1, 10))
    closed = await office.ask("watch", WEEK, ReportWeek(said="样例：汇总", record=PAPER), "treasury_officer")
    assert closed.closed
    assert ledger.state(OBLIGATION, f"sample/obligation/watch-{WEEK}-report").ended == "met"
    await clock.env.client.get_workflow_handle(f"sample/watch/{WEEK}").result()


async def test_after_three_months_without_a_calendar_every_month_comes_in_order(watched: tuple[Office, Clock]) -> None:
    office, clock = watched
    ledger, client = office.ledger, clock.env.client
    await clock.open_office(date(2022, 4, 2))
    assert came(ledger) == []
    await start_calendars(client, ledger, QUEUE, {})
    await clock.open_office(date(2022, 4, 3))
    days = came(ledger)
    assert days == sorted(days)
    assert len(days) == len(set(days)) == 4 + 13
    months = [e.fact for e in ledger.log(of=(DispatchOpened,))]
    assert [fact.act.occurred_on for fact in months] == [date(2022, month, 1) for month in (1, 2, 3, 4)]
    assert {day_of(fact.act.recorded_at) for fact in months} == {date(2022, 4, 2)}
    # Each deadline is judged by its own day: those of three months are broken, nobody is reminded of them.
    stages = [
        OBLIGATION.stage(ledger.state(OBLIGATION, f"sample/obligation/dispatch-2022-{month:02}-monthly_dispatch"))
        for month in (1, 2, 3, 4)
    ]
    assert stages == ["overdue", "overdue", "overdue", "open"]
    assert not [e for e in ledger.log(of=(Reminded,)) if "dispatch-2022-01" in e.stream]


async def test_starting_again_and_waking_change_nothing(watched: tuple[Office, Clock]) -> None:
    office, clock = watched
    ledger, client = office.ledger, clock.env.client
    known = await start_calendars(client, ledger, QUEUE, {})
    await clock.open_office(date(2022, 1, 5))
    run, before = await runs_of(client, OWN), came(ledger)
    assert await start_calendars(client, ledger, QUEUE, known) == known
    assert await start_calendars(client, ledger, QUEUE, {}) == known
    open_calendars(ledger, WORKING_DAYS, await clock.now())
    await clock.open_office(date(2022, 1, 6))
    assert (await runs_of(client, OWN), came(ledger)) == (run, before)
    assert len(list(ledger.log(of=(CalendarOpened,)))) == 1


async def test_wake_ups_at_every_moment_of_a_new_run_lose_no_day(watched: tuple[Office, Clock]) -> None:
    office, clock = watched
    ledger, client = office.ledger, clock.env.client
    await start_calendars(client, ledger, QUEUE, {})
    for month in range(2, 8):
        # The night on which a new run begins.
        await clock.open_office(date(2022, month, 1))
        for _ in range(5):
            await client.get_workflow_handle(OWN).signal("look_again")
    await clock.open_office(date(2022, 7, 4))
    months = [e.fact.month for e in ledger.log(of=(DispatchOpened,))]
    assert months == [f"2022-{month:02}" for month in range(1, 8)]
    assert ledger.state(CALENDAR, OWN).came_on == date(2022, 7, 4)


def test_a_county_that_adopted_before_there_were_calendars_gets_one_from_that_day_on(ledger: Ledger) -> None:
    policy, act = parse(recurring_rules(), "watched and swept"), by("opener")
    ref = PolicyRef(policy.profile.version, policy.digest, ENGINE.digest)
    adopted = PolicyAdopted(act, COUNTY, ref, policy.text, ENGINE.text)
    ledger.execute(Step(county_stream(COUNTY), AdoptPolicy(act, adopted)))
    assert next_moment(ledger.state, COUNTY) is None
    now = start_of(date(2022, 6, 10))
    open_calendars(ledger, WORKING_DAYS, now)
    open_calendars(ledger, WORKING_DAYS, now)
    assert [e.fact.from_on for e in ledger.log(of=(CalendarOpened,))] == [date(2022, 6, 10)]
    assert next_moment(ledger.state, COUNTY) == start_of(date(2022, 6, 13))


async def test_the_log_is_sealed_once_a_day_though_nothing_else_begins(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    key = make_key(tmp_path / "seal.key", "ledger.county.example")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, 0, seals=Daily(ledger, key)):
            office, clock = await skipping_office(skipping, ledger)
            open_calendars(ledger, WORKING_DAYS, OPENS, daily=True)
            await start_calendars(skipping.client, ledger, QUEUE, {})
            await clock.open_office(date(2022, 1, 2))
            await office.receive("F1", 100 * WAN)
            await clock.open_office(date(2022, 1, 5))
            seals = Seals(ledger).all()
            # On its first day, and after the receipt: a day on which nothing came has nothing to seal.
            assert [seal.on for seal in seals] == [OPENS.date(), date(2022, 1, 3)]
            assert seals[-1].checkpoint.size == len(list(ledger.log()))
            assert came(ledger) == [date(2022, 1, 1)]
            assert verify_store(ledger, [key.verifier]).found == []


async def test_a_changed_history_is_not_sealed_and_the_days_go_on(
    skipping: WorkflowEnvironment, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = make_key(tmp_path / "seal.key", "ledger.county.example")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, 0, seals=Daily(ledger, key)):
            _, clock = await skipping_office(skipping, ledger)
            adopt(ledger, COUNTY, parse(recurring_rules(), "watched and swept"), OPENS)
            await start_calendars(skipping.client, ledger, QUEUE, {})
            await clock.open_office(date(2022, 1, 2))
            with closing(sqlite3.connect(tmp_path / "ledger.db")) as file, file:
                file.execute("UPDATE stored_events SET state = replace(state, '2022-', '2021-') WHERE rowid = 2")
            sealed = len(Seals(ledger).all())
            await clock.open_office(date(2022, 1, 4))
            assert len(Seals(ledger).all()) == sealed
            assert "the log is not sealed" in caplog.text
            assert came(ledger)
