"""Deadlines on a clock that skips: reminded, broken, told up the chain, met in time or late, to the day."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.processes import SHIFT_S
from domain.act import Act
from domain.calendar import day_of
from domain.cases import case_id, mandates_stream
from domain.fund import FUND
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation import OBLIGATION
from domain.obligation_facts import Breached, ConditionFulfilled, ObligationMet, ObligationOpened, Reminded, RungClimbed
from domain.project import PROJECT
from domain.requests import AnswerGate, AnswerStep, NotifyDepartment, ReleaseMoney, ReportReceipt
from domain.terms import Line
from simulation.stage import Clock
from tests.workflows.office import (
    AFTER_CONTRACT,
    COUNTY,
    OPENS,
    QUEUE,
    WAN,
    Office,
    receipt,
    skipping_office,
)
from worker import build_worker

ARRIVAL = "fund-F1-arrival"


def january(day: int) -> date:
    """Return a day of the month in which the office opens."""
    return date(2022, 1, day)


@dataclass
class Days:
    """The office, and the days as they go by."""

    office: Office
    clock: Clock

    async def until(self, day: date) -> None:
        """Let time pass to the morning of *day*."""
        await self.clock.open_office(day)

    async def settle(self) -> None:
        """Let what was started take its first steps: this server's clock goes on only when nothing is left to do."""
        await self.clock.env.sleep(timedelta(minutes=1))

    async def receive(self, amount_fen: int = 200 * WAN, occurred_on: date | None = None) -> None:
        """Enter the receipt of fund F1, and no more."""
        await self.office.ask("fund", "F1", receipt("F1", amount_fen, occurred_on), "finance_section")

    async def report(self) -> None:
        """Report the arrival."""
        await self.office.ask("fund", "F1", ReportReceipt(), "finance_section")

    async def notify(self, occurred_on: date | None = None) -> None:
        """Give the department its notice."""
        notice = NotifyDepartment(occurred_on=occurred_on, department="competent_department")
        await self.office.ask("fund", "F1", notice, "finance_section")

    def told(self, no: str) -> list[tuple[object, ...]]:
        """Return the life of an obligation: what happened, on which day of record, and whom or what it names."""
        return [
            (type(fact), day_of(fact.act.recorded_at), *_named(fact))
            for fact in self.office.ledger.facts(f"sample/obligation/{no}")
        ]

    def stage(self, no: str) -> str:
        """Return where an obligation stands."""
        return OBLIGATION.stage(self.office.ledger.state(OBLIGATION, f"sample/obligation/{no}"))

    async def watch(self, no: str) -> WorkflowExecutionStatus | None:
        """Return whether an obligation's workflow still runs."""
        handle = self.office.door.client.get_workflow_handle(case_id(COUNTY, "obligation", no))
        return (await handle.describe()).status


def _named(fact: object) -> tuple[object, ...]:
    match fact:
        case ObligationOpened():
            return fact.trigger_on, fact.due_on
        case ConditionFulfilled():
            return (fact.condition,)
        case ObligationMet():
            return (fact.days_late,)
        case Reminded() | Breached():
            return fact.post, fact.person
        case RungClimbed():
            return fact.rung, fact.post, fact.person
        case _:
            raise AssertionError(fact)


@pytest.fixture
async def days(skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Days]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            yield Days(*await skipping_office(skipping, ledger))


async def test_report_and_notice_are_one_clock_and_both_meet_it_in_time(days: Days) -> None:
    await days.receive()
    await days.until(january(2))
    await days.report()
    assert days.stage(ARRIVAL) == "open"
    await days.until(january(4))
    await days.notify()
    await days.until(january(20))
    person = days.office.people["finance_section"]
    assert days.told(ARRIVAL) == [
        (ObligationOpened, january(1), january(1), january(4)),
        (ConditionFulfilled, january(2), "report"),
        (Reminded, january(3), "finance_section", person),
        (ConditionFulfilled, january(4), "notice"),
        (ObligationMet, january(4), 0),
    ]
    assert days.stage(ARRIVAL) == "met"


async def test_acts_done_before_the_reminder_are_not_reminded_of_and_their_watch_ends(days: Days) -> None:
    await days.receive()
    await days.report()
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.RUNNING
    await days.notify()
    await days.settle()
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.COMPLETED
    await days.until(january(20))
    assert [told[0] for told in days.told(ARRIVAL)] == [
        ObligationOpened,
        ConditionFulfilled,
        ConditionFulfilled,
        ObligationMet,
    ]


async def test_a_late_notice_is_reminded_of_broken_and_climbs_the_chain_day_by_day_then_is_met_late(
    days: Days,
) -> None:
    await days.receive()
    await days.report()
    await days.until(january(12))
    await days.notify()
    await days.until(january(31))
    people = days.office.people
    assert days.told(ARRIVAL) == [
        (ObligationOpened, january(1), january(1), january(4)),
        (ConditionFulfilled, january(1), "report"),
        (Reminded, january(3), "finance_section", people["finance_section"]),
        (Breached, january(5), "finance_section", people["finance_section"]),
        (RungClimbed, january(5), 1, "chief_watch_post", people["chief_watch_post"]),
        (RungClimbed, january(7), 2, "deputy_director", people["deputy_director"]),
        (RungClimbed, january(9), 3, "director", people["director"]),
        (ConditionFulfilled, january(12), "notice"),
        (ObligationMet, january(12), 8),
    ]
    assert days.stage(ARRIVAL) == "met late"
    assert await days.watch(ARRIVAL) is WorkflowExecutionStatus.COMPLETED


async def test_the_reminder_comes_before_the_office_opens_and_the_breach_when_the_day_is_over(days: Days) -> None:
    await days.receive()
    await days.until(january(6))
    facts = days.office.ledger.facts(f"sample/obligation/{ARRIVAL}")
    moments = {type(fact): fact.act.recorded_at for fact in facts}
    assert moments[Reminded].strftime("%d %H:%M") == "03 08:00"
    assert moments[Breached].strftime("%d %H:%M") == "05 00:00"
    assert {fact.act.person for fact in facts if isinstance(fact, Reminded | Breached | RungClimbed)} == {"engine"}


async def test_what_is_done_on_the_due_day_is_in_time(days: Days) -> None:
    await days.receive()
    await days.report()
    await days.until(january(4))
    await days.clock.env.sleep(timedelta(hours=14, minutes=30))
    await days.notify()
    await days.until(january(6))
    assert days.told(ARRIVAL)[-1] == (ObligationMet, january(4), 0)


async def test_stating_an_earlier_day_does_not_undo_a_breach_on_record(days: Days) -> None:
    await days.receive()
    await days.report()
    await days.until(january(6))
    await days.notify(occurred_on=january(2))
    await days.settle()
    assert days.told(ARRIVAL)[-1] == (ObligationMet, january(6), 2)
    assert days.office.ledger.state(FUND, "sample/fund/F1").notified_on == january(2)


async def test_the_breach_names_who_holds_the_post_when_it_happens(days: Days) -> None:
    await days.receive()
    await days.until(january(4))
    act = Act("new-holder", "", "clerk", "clerk", "clerk", "cli", january(4), await days.clock.now())
    appointed = Appointed(act, COUNTY, "p-900", "finance_section", "finance_bureau", january(4), None)
    days.office.ledger.execute(Step(mandates_stream(COUNTY), Appoint(act, appointed)))
    await days.until(january(6))
    named = [told[2:] for told in days.told(ARRIVAL) if told[0] in (Reminded, Breached)]
    assert named == [("finance_section", days.office.people["finance_section"]), ("finance_section", "p-900")]


async def test_a_gate_past_its_day_limit_is_broken_and_the_next_gates_clock_starts_with_its_answer(
    days: Days,
) -> None:
    await days.office.up_to_contract()
    await days.office.lodge("C1")
    gate, following = "claim-C1-v1-finance_section", "claim-C1-v1-payment_centre"
    await days.until(january(8))
    assert not days.told(following)
    await days.office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section")
    await days.until(january(9))
    await days.office.ask("claim", "C1", AnswerGate(gate="payment_centre", approve=True), "payment_centre")
    await days.until(january(31))
    people = days.office.people
    assert days.told(gate) == [
        (ObligationOpened, january(1), january(1), january(4)),
        (Reminded, january(3), "finance_section", people["finance_section"]),
        (Breached, january(5), "finance_section", people["finance_section"]),
        (RungClimbed, january(5), 1, "chief_watch_post", people["chief_watch_post"]),
        (RungClimbed, january(7), 2, "deputy_director", people["deputy_director"]),
        (ConditionFulfilled, january(8), "answer"),
        (ObligationMet, january(8), 4),
    ]
    assert days.told(following) == [
        (ObligationOpened, january(8), january(8), january(11)),
        (ConditionFulfilled, january(9), "answer"),
        (ObligationMet, january(9), 0),
    ]


async def test_a_returned_claims_gate_is_answered_and_the_next_version_has_clocks_of_its_own(days: Days) -> None:
    await days.office.up_to_contract()
    await days.office.lodge("C1")
    back = AnswerGate(gate="finance_section", approve=False, opinion="发票不符")
    await days.office.ask("claim", "C1", back, "finance_section")
    await days.until(january(10))
    await days.office.lodge("C1")
    await days.until(january(12))
    assert days.stage("claim-C1-v1-finance_section") == "met"
    assert days.told("claim-C1-v2-finance_section")[0] == (ObligationOpened, january(10), january(10), january(13))


async def test_a_late_release_is_broken_climbs_and_is_met_late(days: Days) -> None:
    await days.office.receive("F1", 200 * WAN)
    await days.office.into_the_bank("P1")
    await days.office.plan("PL1", Line("F1", "integrated", "P1", 100 * WAN))
    await days.until(january(10))
    await days.office.ask("fund", "F1", ReleaseMoney(plan_no="PL1"), "finance_section")
    await days.until(january(31))
    people = days.office.people
    assert days.told("fund-F1-release-PL1") == [
        (ObligationOpened, january(1), january(1), january(6)),
        (Reminded, january(5), "finance_section", people["finance_section"]),
        (Breached, january(7), "finance_section", people["finance_section"]),
        (RungClimbed, january(7), 1, "chief_watch_post", people["chief_watch_post"]),
        (RungClimbed, january(9), 2, "deputy_director", people["deputy_director"]),
        (ConditionFulfilled, january(10), "release"),
        (ObligationMet, january(10), 4),
    ]


async def test_a_receipt_entered_late_starts_its_clock_on_the_stated_day(days: Days) -> None:
    await days.until(january(10))
    await days.receive(occurred_on=january(3))
    await days.settle()
    people = days.office.people
    told = [
        (ObligationOpened, january(10), january(3), january(6)),
        (Breached, january(10), "finance_section", people["finance_section"]),
        (RungClimbed, january(10), 1, "chief_watch_post", people["chief_watch_post"]),
        (RungClimbed, january(10), 2, "deputy_director", people["deputy_director"]),
    ]
    assert days.told(ARRIVAL) == told
    await days.until(january(12))
    assert days.told(ARRIVAL) == [*told, (RungClimbed, january(11), 3, "director", people["director"])]


async def test_an_acceptance_that_is_sent_back_has_a_clock_for_each_visit(days: Days) -> None:
    await days.office.up_to_contract()
    await days.office.answer("P1", "build", "implementing_unit")
    back = AnswerStep(step="accept", approve=False, opinion="渗漏", return_to="build")
    await days.office.ask("project", "P1", back, "competent_department")
    await days.until(january(5))
    await days.office.answer("P1", "build", "implementing_unit")
    await days.until(january(22))
    assert days.stage("project-P1-accept-1") == "met"
    assert days.told("project-P1-accept-2")[0] == (ObligationOpened, january(5), january(5), january(20))
    assert days.stage("project-P1-accept-2") == "overdue"


async def test_the_retention_outlives_the_handover_and_is_met_when_it_is_paid(days: Days) -> None:
    await days.office.up_to_contract()
    for step, post in AFTER_CONTRACT:
        await days.until(days.clock.today + timedelta(days=3))
        await days.office.answer("P1", step, post)
    project = days.office.ledger.state(PROJECT, "sample/project/P1")
    accepted = january(7)
    assert (project.is_closed, project.passed_on["accept"]) == (True, accepted)
    retention = "project-P1-retention"
    await days.settle()
    handle = days.office.door.client.get_workflow_handle("sample/project/P1")
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert await days.watch(retention) is WorkflowExecutionStatus.RUNNING
    assert days.told(retention) == [(ObligationOpened, accepted, accepted, accepted + timedelta(days=70))]
    payable = accepted + timedelta(days=60)
    await days.until(payable)
    await days.office.lodge("C1", 2 * WAN, "retention")
    await days.office.pass_gates("C1")
    await days.office.pay("C1")
    await days.settle()
    assert days.told(retention)[1:] == [(ConditionFulfilled, payable, "paid"), (ObligationMet, payable, 0)]
    assert await days.watch(retention) is WorkflowExecutionStatus.COMPLETED


async def test_retention_that_nobody_pays_is_broken_after_its_days(days: Days) -> None:
    await days.office.up_to_contract()
    await days.office.up_to_the_keeper()
    due = OPENS.date() + timedelta(days=70)
    await days.until(due + timedelta(days=1))
    payer = days.office.people["payment_centre"]
    assert days.told("project-P1-retention")[1:3] == [
        (Reminded, due - timedelta(days=1), "payment_centre", payer),
        (Breached, due + timedelta(days=1), "payment_centre", payer),
    ]


async def test_watch_started_elsewhere_with_another_shift_breaches_nothing(days: Days) -> None:
    await days.receive()
    case = f"sample/obligation/{ARRIVAL}"
    ahead = {SHIFT_S: days.clock.shift.total_seconds() + timedelta(days=30).total_seconds()}
    client = days.office.door.client
    forged = await client.start_workflow("ObligationWatch", case, id="forged", task_queue=QUEUE, memo=ahead)
    await days.settle()
    assert days.office.ledger.state(OBLIGATION, case).breached is False
    await forged.terminate("a test's end")
    await days.until(january(6))
    assert days.office.ledger.state(OBLIGATION, case).breached, "the real watch goes on"
