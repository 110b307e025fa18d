"""More time, pauses and waivers on a clock that skips: a watch asleep on a date wakes, and goes by the new one."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.deciding import CaseView
from domain.calendar import day_of
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    ObligationExtended,
    ObligationMet,
    ObligationOpened,
    ObligationPaused,
    ObligationResumed,
    ObligationWaived,
    Reminded,
    RungClimbed,
)
from domain.obligation_requests import (
    ExtendObligation,
    ObligationRequest,
    PauseObligation,
    ResumeObligation,
    WaiveObligation,
)
from tests.workflows.office import QUEUE, skipping_office
from tests.workflows.test_clocks import ARRIVAL, Days, january
from worker import build_worker
from workflows.client import RequestRefusedError

CASE = f"sample/obligation/{ARRIVAL}"
MORE = ExtendObligation(reason="停电三日", days=5)


async def grant(days: Days, request: ObligationRequest, post: str = "director") -> CaseView:
    """Let a post above the one that answers grant something."""
    return await days.office.ask("obligation", ARRIVAL, request, post)


def told(days: Days) -> list[tuple[object, ...]]:
    """Return the life of the deadline: what happened, on which day of record, and the days that it names."""
    return [(type(fact), day_of(fact.act.recorded_at), *_days(fact)) for fact in days.office.ledger.facts(CASE)]


def _days(fact: object) -> tuple[object, ...]:
    match fact:
        case ObligationOpened():
            return (fact.due_on,)
        case ObligationExtended() | ObligationResumed():
            return fact.due_before, fact.due_on
        case RungClimbed():
            return (fact.rung,)
        case ObligationMet():
            return (fact.days_late,)
    return ()


@pytest.fixture
async def days(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Days]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            yield Days(*await skipping_office(skipping, ledger))


async def test_a_clock_asleep_on_a_date_wakes_on_the_later_one_that_was_granted(days: Days) -> None:
    await days.receive()
    await days.until(january(4))
    view = await grant(days, MORE)
    assert (view.stage, view.also_allowed[:4]) == ("open", ["extend", "pause", "resume", "waive"])
    await days.until(january(15))
    await days.report()
    await days.notify()
    await days.settle()
    assert told(days) == [
        (ObligationOpened, january(1), january(4)),
        (Reminded, january(3)),
        (ObligationExtended, january(4), january(4), january(9)),
        (Reminded, january(8)),
        (Breached, january(10)),
        (RungClimbed, january(10), 1),
        (RungClimbed, january(12), 2),
        (RungClimbed, january(14), 3),
        (ConditionFulfilled, january(15)),
        (ConditionFulfilled, january(15)),
        (ObligationMet, january(15), 6),
    ]
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.COMPLETED


async def test_a_paused_clock_sleeps_past_its_day_and_goes_on_where_it_stood(days: Days) -> None:
    await days.receive()
    await days.until(january(2))
    assert (await grant(days, PauseObligation(reason="上级复核"))).stage == "paused"
    await days.until(january(20))
    assert (await grant(days, ResumeObligation(reason="复核完毕"), "deputy_director")).stage == "open"
    await days.until(january(24))
    assert told(days) == [
        (ObligationOpened, january(1), january(4)),
        (ObligationPaused, january(2)),
        (ObligationResumed, january(20), january(4), january(22)),
        (Reminded, january(21)),
        (Breached, january(23)),
        (RungClimbed, january(23), 1),
    ]


async def test_what_is_done_during_a_pause_ends_the_watch_in_time(days: Days) -> None:
    await days.receive()
    await grant(days, PauseObligation(reason="上级复核"))
    await days.until(january(20))
    await days.report()
    await days.notify()
    await days.settle()
    assert told(days)[-1] == (ObligationMet, january(20), 0)
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.COMPLETED


async def test_a_waived_deadline_ends_its_watch_and_keeps_the_breach_that_was_on_record(days: Days) -> None:
    await days.receive()
    await days.until(january(8))
    await grant(days, WaiveObligation(reason="款项由上级收回"))
    await days.until(january(20))
    assert told(days) == [
        (ObligationOpened, january(1), january(4)),
        (Reminded, january(3)),
        (Breached, january(5)),
        (RungClimbed, january(5), 1),
        (RungClimbed, january(7), 2),
        (ObligationWaived, january(8)),
    ]
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.COMPLETED


async def test_every_fact_of_a_grant_names_who_answered_then_and_who_granted(days: Days) -> None:
    await days.receive()
    await grant(days, PauseObligation(reason="上级复核"))
    await grant(days, ResumeObligation(reason="复核完毕"))
    await grant(days, MORE, "chief_watch_post")
    await grant(days, WaiveObligation(reason="款项由上级收回"))
    kinds = ObligationExtended | ObligationPaused | ObligationResumed | ObligationWaived
    granted = [fact for fact in days.office.ledger.facts(CASE) if isinstance(fact, kinds)]
    people = days.office.people
    assert {(fact.post, fact.person) for fact in granted} == {("finance_section", people["finance_section"])}
    by = [fact.act.person for fact in granted]
    assert by == [people[post] for post in ("director", "director", "chief_watch_post", "director")]
    assert {fact.act.clause for fact in granted} == {"engine"}


async def refused(days: Days, rule: str, request: ObligationRequest, post: str = "director") -> None:
    """Check that a rule refuses, and that the case has nothing of it."""
    before = told(days)
    with pytest.raises(RequestRefusedError) as caught:
        await grant(days, request, post)
    assert caught.value.rule == rule, caught.value
    assert told(days) == before


async def test_what_is_refused_is_told_with_its_rule_and_leaves_the_clock_going(days: Days) -> None:
    await days.receive()
    await refused(days, "OwnDeadlineError", MORE, "finance_section")
    await refused(days, "WrongPostError", MORE, "rrb")
    await refused(days, "NotLaterError", ExtendObligation(reason="x", until=january(4)))
    await refused(days, "BadInputError", ExtendObligation(reason="x", until=date.max))
    await refused(days, "RunsAlreadyError", ResumeObligation(reason="x"))
    await days.until(january(6))
    await refused(days, "BrokenClockError", MORE)
    await refused(days, "BrokenClockError", PauseObligation(reason="x"))
    await days.until(january(10))
    assert [one[0] for one in told(days)[1:]] == [Reminded, Breached, RungClimbed, RungClimbed, RungClimbed]
    await days.report()
    await days.notify()
    await days.settle()
    await refused(days, "ClockEndedError", MORE)
    assert OBLIGATION.stage(days.office.ledger.state(OBLIGATION, CASE)) == "met late"


async def test_a_clock_that_jumps_a_year_tells_everything_that_fell_due_once(days: Days) -> None:
    await days.receive()
    await days.clock.env.sleep(timedelta(days=400))
    assert [one[0] for one in told(days)[1:]] == [Reminded, Breached, *[RungClimbed] * 3]
    await refused(days, "BrokenClockError", MORE)
