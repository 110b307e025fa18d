"""The notice of a year comes out while deadlines of that year run: a worker with its file counts them again.

The office works in 2022 and has, at first, the calendars up to 2021. In working days, what came in on 28 January is
due on 2 February as far as anybody knows, and by the notice on 7 February; of 27 January, on 1 February and 30 January.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.calendars import load_calendars
from activities.processes import wake_moved
from domain.calendar import day_of
from domain.cases import county_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.disclosure_facts import PublicityBegan, PublicityEnded, PublicityRecounted
from domain.ledger import Ledger, Step
from domain.obligation_facts import (
    Breached,
    ObligationExtended,
    ObligationOpened,
    ObligationRecomputed,
    Reminded,
    RungClimbed,
)
from domain.obligation_requests import ExtendObligation
from domain.policy import load_engine, parse
from domain.requests import PublishDisclosure
from domain.terms import PolicyRef
from simulation.opening import adopt, opening_act
from simulation.stage import Clock
from tests.workflows.disclosing import PORTAL, disclosing_rules
from tests.workflows.office import COUNTY, OPENS, PAPER, QUEUE, WAN, Office, receipt, skipping_office
from tests.workflows.test_killed_workers import Workers, address_of
from worker import CALENDARS, build_worker

CASE = "sample/obligation/fund-F1-arrival"
POLICIES = CALENDARS.parent


def day(month: int, of_month: int) -> date:
    return date(2022, month, of_month)


@dataclass
class Year:
    """The office, its clock, and the folder of calendars as it was before the notice."""

    office: Office
    clock: Clock
    before: Path

    def worker(self, calendars: Path = CALENDARS) -> AbstractAsyncContextManager[Worker]:
        """Return a worker that counts by these files."""
        return build_worker(self.clock.env.client, self.office.ledger, QUEUE, 0, calendars=calendars)

    async def receive(self, on: date) -> None:
        """Open the office on a day and enter the receipt of fund F1."""
        await self.clock.open_office(on)
        await self.office.ask("fund", "F1", receipt("F1", WAN), "finance_section")

    async def settle(self) -> None:
        """Let what was started or woken take its next steps."""
        await self.clock.env.sleep(timedelta(minutes=1))

    async def wake(self) -> list[str]:
        """Do what a worker does first."""
        return await wake_moved(self.clock.env.client, self.office.ledger, load_calendars(CALENDARS))

    def told(self) -> list[tuple[object, ...]]:
        """Return the life of the deadline: what happened, on which day of record, and which days it names."""
        return [(type(fact), day_of(fact.act.recorded_at), *_days(fact)) for fact in self.office.ledger.facts(CASE)]


def _days(fact: object) -> tuple[object, ...]:
    match fact:
        case ObligationOpened():
            return fact.due_on, fact.provisional
        case ObligationRecomputed():
            return fact.due_before, fact.due_on, fact.void_breach
        case ObligationExtended():
            return fact.due_before, fact.due_on
        case RungClimbed():
            return (fact.rung,)
    return ()


@pytest.fixture
async def year(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Year]:
    before = tmp_path / "calendars"
    before.mkdir()
    shutil.copy(CALENDARS / "2021.toml", before)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        office, clock = await skipping_office(skipping, ledger)
        _in_working_days(ledger)
        yield Year(office, clock, before)


def _in_working_days(ledger: Ledger) -> None:
    """Adopt the county's rules with the limit of report and notice in working days."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    calendar_days = 'count = 3\nunit = "calendar"\nstart = "fund_received"'
    assert text.count(calendar_days) == 1
    policy = parse(text.replace(calendar_days, calendar_days.replace("calendar", "working")), "working days")
    engine = load_engine(POLICIES / "engine.toml")
    act = opening_act("adopt:working-days", OPENS)
    ref = PolicyRef(policy.profile.version, policy.digest, engine.digest)
    ledger.execute(
        Step(county_stream(COUNTY), AdoptPolicy(act, PolicyAdopted(act, COUNTY, ref, policy.text, engine.text)))
    )


async def test_a_new_worker_wakes_a_clock_that_sleeps_past_its_nearer_day(year: Year) -> None:
    async with year.worker(year.before):
        await year.receive(day(1, 27))
        await year.clock.open_office(day(1, 28))
    async with year.worker():
        assert await year.wake() == [CASE]
        await year.settle()
        assert await year.wake() == []
        await year.clock.open_office(day(2, 3))
    assert year.told() == [
        (ObligationOpened, day(1, 27), day(2, 1), True),
        (ObligationRecomputed, day(1, 28), day(2, 1), day(1, 30), None),
        (Reminded, day(1, 29)),
        (Breached, day(1, 31)),
        (RungClimbed, day(1, 31), 1),
        (RungClimbed, day(2, 2), 2),
    ]


async def test_a_breach_of_a_provisional_day_does_not_stand_once_the_day_is_later(year: Year) -> None:
    async with year.worker(year.before):
        await year.receive(day(1, 28))
        await year.clock.open_office(day(2, 4))
    before = [
        (ObligationOpened, day(1, 28), day(2, 2), True),
        (Reminded, day(2, 1)),
        (Breached, day(2, 3)),
        (RungClimbed, day(2, 3), 1),
    ]
    assert year.told() == before
    async with year.worker():
        assert await year.wake() == [CASE]
        await year.clock.open_office(day(2, 11))
    assert year.told() == [
        *before,
        (ObligationRecomputed, day(2, 4), day(2, 2), day(2, 7), day(2, 3)),
        (Reminded, day(2, 6)),
        (Breached, day(2, 8)),
        (RungClimbed, day(2, 8), 1),
        (RungClimbed, day(2, 10), 2),
    ]


async def test_a_clock_that_nobody_woke_counts_again_before_it_judges(year: Year) -> None:
    async with year.worker(year.before):
        await year.receive(day(1, 28))
        await year.settle()  # Else the next worker may be the first at which the clock looks.
    async with year.worker():
        await year.clock.open_office(day(2, 9))
    assert year.told() == [
        (ObligationOpened, day(1, 28), day(2, 2), True),
        (ObligationRecomputed, day(2, 1), day(2, 2), day(2, 7), None),
        (Reminded, day(2, 6)),
        (Breached, day(2, 8)),
        (RungClimbed, day(2, 8), 1),
    ]


async def test_a_worker_that_starts_wakes_the_clocks_by_itself(year: Year) -> None:
    async with year.worker(year.before):
        await year.receive(day(1, 27))
    async with Workers(year.office.ledger.url, address_of(year.clock.env.client)) as workers:
        await workers.start()
        await year.settle()
        assert [told[0] for told in year.told()] == [ObligationOpened, ObligationRecomputed]


async def test_more_time_that_was_granted_before_the_notice_is_counted_again_with_the_day(year: Year) -> None:
    more = ExtendObligation(reason="停电二日", days=2)
    async with year.worker(year.before):
        await year.receive(day(1, 28))
        await year.office.ask("obligation", "fund-F1-arrival", more, "director")
        await year.settle()
    async with year.worker():
        assert await year.wake() == [CASE]
        await year.clock.open_office(day(2, 10))
    assert year.told() == [
        (ObligationOpened, day(1, 28), day(2, 2), True),
        (ObligationExtended, day(1, 28), day(2, 2), day(2, 4)),
        (ObligationRecomputed, day(1, 28), day(2, 4), day(2, 9), None),
        (Reminded, day(2, 8)),
        (Breached, day(2, 10)),
        (RungClimbed, day(2, 10), 1),
    ]


async def test_days_of_publicity_counted_before_the_notice_end_by_it(year: Year) -> None:
    entry, kinds = "arrivals-fund_arrived-F1", (PublicityBegan, PublicityRecounted, PublicityEnded)
    weekdays = disclosing_rules().replace('count = 7\nunit = "calendar"', 'count = 3\nunit = "working"')
    adopt(year.office.ledger, COUNTY, parse(weekdays, "public for three working days"), OPENS)
    async with year.worker(year.before):
        await year.receive(day(1, 28))
        shown = PublishDisclosure(place=PORTAL, record=PAPER)
        await year.office.ask("disclosure", entry, shown, "finance_section")
        await year.settle()
    async with year.worker():
        assert await year.wake() == [f"sample/disclosure/{entry}"]
        await year.clock.open_office(day(2, 12))
    facts = [fact for fact in year.office.ledger.facts(f"sample/disclosure/{entry}") if isinstance(fact, kinds)]
    assert [(type(fact), day_of(fact.act.recorded_at)) for fact in facts] == [
        (PublicityBegan, day(1, 28)),
        (PublicityRecounted, day(1, 28)),
        (PublicityEnded, day(2, 8)),
    ]
    assert [fact.until for fact in facts if not isinstance(fact, PublicityEnded)] == [day(2, 2), day(2, 7)]
