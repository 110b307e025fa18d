"""A year in which people are away: others stand in or it waits, every wait has a name, and nothing waits for ever."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from cli.simulating import percent_of
from domain.absence import Deputy
from domain.act import Act
from domain.calendar import SHANGHAI
from domain.errors import BadInputError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from servers.run import time_skipping
from simulation.absence_stories import check_every_wait_has_a_name, drawn
from simulation.agenda import Dice, play
from simulation.attendance import Attendance, Away
from simulation.digest import ledger_digest
from simulation.invariants import InvariantError
from simulation.samples import load
from simulation.stage import Clock
from simulation.turns import Turns
from simulation.year import play_year
from tests.audit.town import open_books
from tests.places import ROOT
from tests.workflows.office import OPENS
from worker import build_worker

YEAR = 2022
QUEUE = "absent"


# Who is away when.


@pytest.mark.parametrize("percent", [5, 20, 40])
def test_of_many_peoples_days_about_that_share_is_missed(percent: int) -> None:
    people = {f"p-{n}" for n in range(400)}
    missed = Attendance(drawn(people, YEAR, percent, Dice(1, "away"))).missed()
    assert abs(missed / (365 * len(people)) - percent / 100) < 0.01


def test_between_two_absences_a_person_is_back_for_a_day_at_least() -> None:
    for of_person in drawn({f"p-{n}" for n in range(50)}, YEAR, 60, Dice(1, "away")).values():
        for one, following in pairwise(of_person):
            assert following.first - one.last >= timedelta(days=2)


def test_away_from_the_first_day_to_the_last() -> None:
    there = Attendance({"li": (Away("li", date(YEAR, 3, 2), date(YEAR, 3, 4)),)})
    days = [there.is_there("li", date(YEAR, 3, day)) for day in range(1, 6)]
    assert days == [True, False, False, False, True]
    assert there.is_there("wang", date(YEAR, 3, 3))


@pytest.mark.parametrize("text", ["", "x", "20.5%", "-1", "61%", "100%", "２０%"])
def test_a_share_that_no_year_can_beplayed_with(text: str) -> None:
    with pytest.raises(BadInputError, match="--absent"):
        percent_of(text)


# One story waits in the midst of an act, and the others go on.


async def test_while_one_waits_the_others_go_on_and_it_takes_up_where_it_was() -> None:
    first, log, turns = date(YEAR, 1, 1), list[str](), Turns()
    clock = SimpleNamespace(today=first)

    async def open_office(day: date) -> None:
        clock.today = max(clock.today, day)

    clock.open_office = open_office

    async def absent() -> AsyncIterator[date]:
        log.append(f"asks {clock.today.day}")
        await turns.wait_until(first + timedelta(days=3))
        log.append(f"is answered {clock.today.day}")
        yield clock.today + timedelta(days=1)
        log.append(f"goes on {clock.today.day}")

    async def present() -> AsyncIterator[date]:
        for _ in range(2):
            yield clock.today + timedelta(days=1)
            log.append(f"works {clock.today.day}")

    async def never_back() -> AsyncIterator[date]:
        await turns.wait_until(date(YEAR + 1, 1, 1))
        log.append("comes back")
        yield clock.today

    await play(cast("Clock", clock), [absent(), present(), never_back()], date(YEAR, 12, 31), turns)
    assert log == ["asks 1", "works 2", "works 3", "is answered 4", "goes on 5"]
    assert clock.today == date(YEAR, 12, 31)


async def test_what_goes_wrong_after_a_wait_is_not_swallowed() -> None:
    turns = Turns()

    async def open_office(day: date) -> None:
        clock.today = day

    clock: Any = SimpleNamespace(today=date(YEAR, 1, 1), open_office=open_office)

    async def story() -> AsyncIterator[date]:
        yield date(YEAR, 1, 2)
        await turns.wait_until(date(YEAR, 2, 1))
        raise BadInputError("post", "nobody holds it")

    with pytest.raises(BadInputError, match="nobody holds it"):
        await play(clock, [story()], date(YEAR, 12, 31), turns)


# Clocks that ring at one moment have no order among them; what people do has.


def appointed(person: str, door: str) -> Step:
    day = date(YEAR, 3, 1)
    act = Act(person, "", "li", "post", "unit", door, day, datetime(YEAR, 3, 1, tzinfo=SHANGHAI))
    return Step("sample/mandates", Appoint(act, Appointed(act, "sample", person, "post", "unit", day, None)))


def digest_of(folder: Path, *steps: Step) -> str:
    with Ledger(f"sqlite:///{folder}/{uuid4()}.db") as ledger:
        for step in steps:
            ledger.execute(step)
        return ledger_digest(ledger)


@pytest.mark.parametrize(("door", "same"), [("clock", True), ("cli", False)])
def test_the_order_of_clocks_at_one_moment_is_no_difference_of_runs(tmp_path: Path, door: str, *, same: bool) -> None:
    one, other = appointed("wang", door), appointed("zhao", door)
    assert (digest_of(tmp_path, one, other) == digest_of(tmp_path, other, one)) is same


# What waits is in somebody's hands, or the year is not right.


def test_a_step_that_nobody_may_take_stops_the_year_by_its_name() -> None:
    with Ledger("sqlite://") as ledger:
        open_books(ledger, 1)
        stage: Any = SimpleNamespace(ledger=ledger, county="sample", today=OPENS.date())
        check_every_wait_has_a_name(stage, "again")
        # A day on which nobody had been appointed yet.
        stage.today = date(2000, 1, 1)
        with pytest.raises(InvariantError, match=r"sample/fund/S0 report \(finance_section\).*again"):
            check_every_wait_has_a_name(stage, "again")


# A whole year on the real server.


async def played(env: WorkflowEnvironment, ledger: Ledger) -> Attendance:
    samples = load(ROOT / "samples" / "sample-county")
    async with build_worker(env.client, ledger, QUEUE, sandboxed=False):
        of_counties = await play_year(env, ledger, [samples], 1, task_queue=QUEUE, replay="-", absent_percent=20)
    return of_counties["sample"]


async def test_a_fifth_of_the_days_is_missed_and_nothing_waits_for_ever(test_server_exe: Path, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/year.db"
    with Ledger(store) as ledger:
        async with time_skipping(test_server_exe) as env:
            attendance = await played(env, ledger)
        assert 0.15 < attendance.missed() / attendance.person_days < 0.25
        assert attendance.too_late == []
        assert attendance.waits
        for wait in attendance.waits:
            assert wait.case.startswith("sample/")
            assert all((wait.step, wait.post, wait.persons))
            # Somebody was away on the day, and the wait ended as soon as one was back or stood in for.
            assert not any(attendance.is_there(person, wait.since) for person in wait.persons)
            assert wait.until is not None
        facts = [entry.fact for entry in ledger.log()]
        deputies = {(fact.deputy, fact.person) for fact in facts if isinstance(fact, Deputy)}
        stood_in = {(fact.act.person, fact.act.on_behalf_of) for fact in facts if fact.act.on_behalf_of}
        assert stood_in
        assert stood_in <= deputies
        assert attendance.by_deputies >= len(stood_in)
        # Nobody acted on a day on which he was away.
        for fact in facts:
            if fact.act.door == "simulation":
                assert attendance.is_there(fact.act.person, fact.act.recorded_at.date()), fact
