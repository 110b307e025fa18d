"""Records the stored histories: one of every process and path, from a real run on both servers.

    python -m tests.histories.record            # all that are not there yet
    python -m tests.histories.record NAME…      # these, as in `PATHS`

A history of a released version is never recorded again: it stands for the cases that run out there, and a change that
does not fit it would stop them (guard such a change with `workflow.patched`). So this program writes over nothing. A
new path is added here, recorded once, and committed with its test. Before a first release a history may be deleted by
hand and recorded anew.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from temporalio.client import Client, WorkflowHistory

from activities.starting import start_calendars
from domain.dispatch_requests import ReportWeek
from domain.ledger import Ledger
from domain.outbox import OUTBOX, digest_of
from domain.people_requests import OpenAbsence
from domain.policy import parse
from domain.requests import (
    AcknowledgeRows,
    Aim,
    AnswerGate,
    AnswerReport,
    AnswerStep,
    ApproveSurplus,
    BouncePayment,
    ClosePerformance,
    ConfirmTitle,
    DisposeAsset,
    DraftPlan,
    ExportRows,
    FindSurplus,
    FormAsset,
    HandOverAsset,
    MoveSurplus,
    NotifyDepartment,
    PublishDisclosure,
    RaiseObjection,
    RecordTraining,
    ReleaseMoney,
    ReportReceipt,
    RuleObjection,
    SendPayment,
    SetKeeper,
    SetMeasures,
    TakeReport,
)
from domain.surplus_facts import SurplusItem
from domain.terms import Line
from exits import run_and_exit
from servers.find import temporal_cli
from servers.find import test_server as find_test_server
from servers.progress import QUIET
from servers.run import dev_server, time_skipping
from simulation.opening import adopt
from simulation.stage import Clock
from tests.histories.of_deadlines import COUNTED_AGAIN, GRANTED, counted_again, grants
from tests.histories.of_papers import WITH_PAPERS, lodged_on_its_papers
from tests.histories.of_signatures import OF_SIGNATURES, corrected
from tests.histories.of_signatures import ended as ended_early
from tests.places import HISTORIES
from tests.workflows.disclosing import PORTAL, disclosing_rules
from tests.workflows.office import (
    COUNTY,
    OPENS,
    PAPER,
    QUEUE,
    WAN,
    Office,
    claim,
    decision,
    living_office,
    open_office,
    receipt,
)
from tests.workflows.office import adopt as second_rules
from tests.workflows.supervised import MONTH, SWEEP, WEEK, WEEK_NOBODY_BEGAN, a_month_and_a_week, recurring_rules
from tests.workflows.test_handling import handed_on
from tests.workflows.test_meetings import decided_and_filed, two_plans
from tests.workflows.two_keys import CONFIRMS, FIRST, SECOND, opening, turns, with_own_keys
from worker import build_worker
from workflows.case import UNBORN_FOR
from workflows.client import RequestRefusedError
from workflows.messages import WORKFLOWS

RECORDER = "recorder"  # In place of the process and host that the SDK would name.
EVENTS_A_RUN = 40
# On a server whose clock runs as ours does, retention is payable at once only if the acceptance is an old one.
BUILT, ACCEPTED = date(2021, 9, 1), date(2021, 10, 1)

# What is recorded where: the path's name, and the case that took it.
AS_OUR_CLOCK_RUNS = {
    "FundLifecycle.to_the_last_fen": "sample/fund/F1",
    "PlanApproval.approved": "sample/plan/PL1",
    "PlanApproval.returned_and_drafted_anew": "sample/plan/PL2",
    "ProjectLifecycle.returned_and_kept": "sample/project/P1",
    "ClaimReview.paid": "sample/claim/C1",
    "ClaimReview.returned": "sample/claim/C2",
    "ClaimReview.bounced": "sample/claim/C3",
    "ClaimReview.refused_at_a_gate": "sample/claim/C4",
    "ObligationWatch.met_in_time": "sample/obligation/fund-F1-arrival",
}
IN_SHORT_RUNS = {
    "ProjectLifecycle.first_run": "sample/project/P1",
    "ProjectLifecycle.next_run": "sample/project/P1",
}
AS_TIME_SKIPS = {
    "ObligationWatch.met_late": "sample/obligation/fund-F1-arrival",
    "ClaimReview.never_born": "sample/claim/C1",
}
OF_RESULTS = {
    "PerformanceCycle.followed_to_its_close": "sample/performance/P1",
    "AssetKeeping.to_its_disposal": "sample/asset/Z1",
}
IN_THE_REGISTER = {
    "DisclosurePeriod.objected_and_over": "sample/disclosure/arrivals-fund_arrived-F1",
    "TrainingRecord.entered": "sample/training/T1",
    "HotlineReport.answered": "sample/hotline/R1",
}
UNDER_SUPERVISION = {
    "DispatchMonth.filed": f"sample/dispatch/{MONTH}",
    "DailyWatch.reported_and_settled": f"sample/watch/{WEEK}",
}
STOOD_IN_FOR = {"AbsenceKeeping.over_by_its_days": "sample/absence/1"}
AMONG_PEOPLE = {
    "StepHandling.assigned_asked_and_answered": "sample/handling/fund-F1",
    "PersonRecord.appointed": "sample/people/p-new",
}
AT_A_MEETING = {"MeetingAgenda.two_plans_and_minutes": "sample/meeting/M1"}
BY_TWO_KEYS = {
    "EmergencyDecision.confirmed": "sample/emergency/E1",
    "EmergencyDecision.expired": "sample/emergency/E2",
}
BY_THE_CALENDAR = {
    "CountyCalendar.a_month": "sample/calendar",
    "DailyWatch.looks_missed": f"sample/watch/{WEEK_NOBODY_BEGAN}",
    "SurplusSweep.called_and_nothing_left": "sample/surplus/2022-prior_year",
}
SWEPT = {"SurplusSweep.moved": "sample/surplus/2022-prior_year"}
SENT_OUTSIDE = {"OutboxKeeping.sent_and_answered": "sample/outbox/monitoring"}
PATHS = {
    **AS_OUR_CLOCK_RUNS,
    **IN_SHORT_RUNS,
    **AS_TIME_SKIPS,
    **OF_RESULTS,
    **IN_THE_REGISTER,
    **SENT_OUTSIDE,
    **SWEPT,
    **UNDER_SUPERVISION,
    **STOOD_IN_FOR,
    **GRANTED,
    **COUNTED_AGAIN,
    **BY_THE_CALENDAR,
    **AT_A_MEETING,
    **BY_TWO_KEYS,
    **AMONG_PEOPLE,
    **WITH_PAPERS,
    **OF_SIGNATURES,
}
assert {name.partition(".")[0] for name in PATHS} == {process.__name__ for process in WORKFLOWS}


def place(name: str) -> Path:
    """Return where the history of a path lies."""
    return HISTORIES / f"{name}.json"


def to_record(asked: Sequence[str]) -> list[str]:
    """Return the paths to record.

    Raises:
        SystemExit: If one is not known, or lies there already.
    """
    if unknown := sorted(set(asked) - PATHS.keys()):
        raise SystemExit(f"no such path: {', '.join(unknown)}; there are: {', '.join(PATHS)}")
    if stored := [name for name in asked if place(name).exists()]:
        raise SystemExit(f"{', '.join(stored)}: stored already, and released histories are never recorded again")
    return list(asked) or [name for name in PATHS if not place(name).exists()]


def store(name: str, history: WorkflowHistory) -> None:
    """Write one history, an event a line."""
    events = [json.dumps(_without_places(event), separators=(",", ":")) for event in history.to_json_dict()["events"]]
    with place(name).open("x", encoding="utf-8") as file:
        file.write('{"events":[\n' + ",\n".join(events) + "\n]}\n")


def _without_places(value: Any) -> Any:
    """Leave out where in the code an error was raised: a replay needs it not, and it names this machine's folders."""
    if isinstance(value, dict):
        return {key: "" if key == "stackTrace" else _without_places(part) for key, part in value.items()}
    return [_without_places(part) for part in value] if isinstance(value, list) else value


async def to_the_last_fen(office: Office) -> None:
    """Play a county's small business until a fund, its plan, its project and its claims are over."""
    await office.ask("fund", "F1", receipt("F1", 90 * WAN), "finance_section")
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    await office.ask("fund", "F1", NotifyDepartment(department="competent_department"), "finance_section")
    await office.declare("P1")
    await office.explain("P1")
    await office.answer("P1", "township_review", "township_office")
    back = AnswerStep(step="field_survey", approve=False, opinion="地类不符", return_to="township_review", record=PAPER)
    await office.ask("project", "P1", back, "field_team")
    await office.answer("P1", "township_review", "township_office")
    await office.answer("P1", "field_survey", "field_team")
    await office.answer("P1", "bank", "rrb")
    await office.plan("PL1", Line("F1", "integrated", "P1", 90 * WAN))
    await office.ask("fund", "F1", ReleaseMoney(plan_no="PL1"), "finance_section")
    await office.sign()
    await office.lodge("C1", 20 * WAN)
    await office.pass_gates("C1")
    await office.pay("C1")
    await returned_bounced_and_refused(office)
    await office.answer("P1", "build", "implementing_unit", BUILT)
    await office.answer("P1", "accept", "competent_department", ACCEPTED)
    for no, kind, amount_fen in (
        ("C5", "settlement", 42 * WAN + 30 * WAN // 100),
        ("C6", "retention", 270 * WAN // 100),
    ):
        await office.lodge(no, amount_fen, kind)
        await office.pass_gates(no)
        await office.pay(no)
    for step, post in (("title", "competent_department"), ("handover", "competent_department")):
        await office.answer("P1", step, post)
    await office.answer("P1", "keep", "village_committee")
    await another_plan(office)


async def returned_bounced_and_refused(office: Office) -> None:
    """Lodge three claims, one of each fate, and have them paid in the end."""
    await office.lodge("C2", 10 * WAN)
    no = AnswerGate(gate="finance_section", approve=False, opinion="发票不符")
    await office.ask("claim", "C2", no, "finance_section")
    await office.lodge("C2", 10 * WAN)
    await office.pass_gates("C2")
    await office.pay("C2")
    await office.lodge("C3", 10 * WAN)
    await office.pass_gates("C3")
    await office.ask("claim", "C3", SendPayment(), "payment_centre")
    await office.ask("claim", "C3", BouncePayment(reason="户名不符"), "treasury_officer")
    await office.pay("C3")
    await office.lodge("C4", 5 * WAN)
    await refused(office, "C4", AnswerGate(gate="finance_section", approve=True), "rrb")
    await office.pass_gates("C4")
    await office.pay("C4")


async def another_plan(office: Office) -> None:
    """Have a plan returned, drafted anew, approved and released."""
    await office.receive("F2", 50 * WAN)
    await office.into_the_bank("P2")
    lines = (Line("F2", "integrated", "P2", 50 * WAN),)
    await office.ask("plan", "PL2", DraftPlan(year=2022, title="样例计划", lines=lines), "rrb")
    no = msgspec.structs.replace(decision("PL2", approve=False), meeting_no="M-PL2-returned")
    await office.ask("plan", "PL2", no, "leading_group")
    await office.plan("PL2", *lines)
    await office.ask("fund", "F2", ReleaseMoney(plan_no="PL2"), "finance_section")


async def refused(office: Office, no: str, request: Any, post: str) -> None:
    """Ask for what a rule forbids."""
    try:
        await office.ask("claim", no, request, post)
    except RequestRefusedError:
        return
    raise AssertionError(no)


async def late_and_never_born(office: Office, clock: Clock) -> None:
    """Let a notice be late past the whole chain; and refuse a case its birth."""
    await office.ask("fund", "F1", receipt("F1", 200 * WAN), "finance_section")
    await office.ask("fund", "F1", ReportReceipt(), "finance_section")
    await clock.open_office(OPENS.date().replace(day=12))
    await office.ask("fund", "F1", NotifyDepartment(department="competent_department"), "finance_section")
    await refused(office, "C1", claim(20 * WAN), "implementing_unit")
    await clock.env.sleep(2 * UNBORN_FOR)


async def followed_and_disposed_of(office: Office) -> None:
    """Follow a project's results to their close, and its asset until it is disposed of."""
    await office.up_to_contract()
    measures = SetMeasures(measures=(Aim("样例指标", "户", 20),))
    await office.ask("performance", "P1", measures, "village_committee")
    await office.lodge("C1", 20 * WAN)
    await office.pass_gates("C1")
    await office.pay("C1")
    for step, post in (("build", "implementing_unit"), ("accept", "competent_department")):
        await office.answer("P1", step, post)
    formed = FormAsset(project_no="P1", name="样例冷库", nature="样例：经营性")
    await office.ask("asset", "Z1", formed, "implementing_unit")
    title = ConfirmTitle(owner="样例一村", reference="样例证1", record=PAPER)
    await office.ask("asset", "Z1", title, "competent_department")
    await office.ask("asset", "Z1", HandOverAsset(to="样例一村", record=PAPER), "competent_department")
    await office.ask("asset", "Z1", SetKeeper(keeper="样例一村", words="样例管护"), "village_committee")
    await office.ask("performance", "P1", ClosePerformance(words="样例办结"), "village_committee")
    disposed = DisposeAsset(words="样例处置", amount_fen=0, record=PAPER)
    await office.ask("asset", "Z1", disposed, "village_committee")


async def history(client: Client, case: str, run_id: str | None = None) -> WorkflowHistory:
    """Return the history of a case's process: of its last run, if none is named."""
    return await client.get_workflow_handle(case, run_id=run_id).fetch_history()


async def ended(client: Client, case: str) -> WorkflowHistory:
    """Return the history of a case's process once it has ended."""
    await client.get_workflow_handle(case).result()
    return await history(client, case)


async def as_our_clock_runs(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record on the dev server."""
    with Ledger(f"sqlite:///{folder}/living.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                await to_the_last_fen(await living_office(client, ledger))
                return {name: await ended(client, case) for name, case in AS_OUR_CLOCK_RUNS.items()}


async def in_short_runs(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record on a dev server that soon asks for a new run."""
    limit = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={EVENTS_A_RUN}")
    with Ledger(f"sqlite:///{folder}/short.db") as ledger:
        async with dev_server(cli, options=limit) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                await office.up_to_contract()
                await office.up_to_the_keeper()
                last = await ended(client, "sample/project/P1")
                began = last.events[0].workflow_execution_started_event_attributes
                first = await history(client, "sample/project/P1", began.first_execution_run_id)
                return dict(zip(IN_SHORT_RUNS, (first, last), strict=True))


async def as_time_skips(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record on the time-skipping server."""
    with Ledger(f"sqlite:///{folder}/skipping.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                await late_and_never_born(open_office(ledger, client, shift, clock.now), clock)
                await env.sleep(timedelta(minutes=1))
                return {name: await ended(client, case) for name, case in AS_TIME_SKIPS.items()}


async def of_results(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record on a dev server of its own, so that what was recorded before need not be played again."""
    with Ledger(f"sqlite:///{folder}/results.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                await followed_and_disposed_of(await living_office(client, ledger))
                return {name: await ended(client, case) for name, case in OF_RESULTS.items()}


async def in_the_register(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record, on the time-skipping server, under rules by which arrivals are public for seven days."""
    with Ledger(f"sqlite:///{folder}/register.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = open_office(ledger, client, shift, clock.now)
                adopt(ledger, COUNTY, parse(disclosing_rules(), "arrivals are public for seven days"), OPENS)
                await public_objected_and_over(office, clock)
                return {name: await ended(client, case) for name, case in IN_THE_REGISTER.items()}


async def stood_in_for(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record an absence whose deputy acts, to the end of its last day."""
    with Ledger(f"sqlite:///{folder}/absent.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = open_office(ledger, client, shift, clock.now)
                leave = OpenAbsence(
                    deputy=office.people["payment_centre"],
                    first=OPENS.date(),
                    last=OPENS.date().replace(day=4),
                    reason="样例：培训",
                )
                await office.ask("absence", "1", leave, "finance_section")
                await clock.open_office(OPENS.date().replace(day=6))
                return {name: await ended(client, case) for name, case in STOOD_IN_FOR.items()}


async def by_two_keys(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record an emergency decision that a second key confirms, and one that nobody does."""
    with Ledger(f"sqlite:///{folder}/two_keys.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = open_office(ledger, client, shift, clock.now)
                await with_own_keys(office)
                for no in ("1", "2"):
                    await office.declare(f"P{no}")
                    await turns(office, f"E{no}", await opening(office, f"P{no}"), FIRST)
                await turns(office, "E1", CONFIRMS, SECOND)
                await clock.open_office(OPENS.date().replace(day=3))
                return {name: await ended(client, case) for name, case in BY_TWO_KEYS.items()}


async def among_people(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record a step that is handed to one of two holders, who asks a colleague; and an order about a person."""
    with Ledger(f"sqlite:///{folder}/people.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE):
                office = await living_office(client, ledger)
                await handed_on(office)
                return {name: await ended(client, case) for name, case in AMONG_PEOPLE.items()}


async def sent_outside(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record an arrival's row on its way to the system outside and back."""
    with Ledger(f"sqlite:///{folder}/outside.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                await office.ask("fund", "F1", receipt("F1", 200 * WAN), "finance_section")
                rows = ledger.state(OUTBOX, "sample/outbox/monitoring").waiting()
                sent = ExportRows(last=rows[-1].row_no, digest=digest_of(rows))
                await office.ask("outbox", "monitoring", sent, "finance_section")
                answer = AcknowledgeRows(batch=1, receipt_no="样例回执1")
                await office.ask("outbox", "monitoring", answer, "finance_section")
                return {name: await ended(client, case) for name, case in SENT_OUTSIDE.items()}


async def swept(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record a sweep from what is found to the plan that moves it, under rules that have sweeps."""
    with Ledger(f"sqlite:///{folder}/swept.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                title = '[[assets]]\nid = "title"'
                await second_rules(office, (title, SWEEP + title))
                await found_and_moved(office)
                return {name: await ended(client, case) for name, case in SWEPT.items()}


async def found_and_moved(office: Office) -> None:
    """Find 100 wan that no plan took, have the list approved, and move it by a plan of the next year."""
    await office.receive("F1", 100 * WAN)
    await office.into_the_bank("P1")
    found = FindSurplus(items=(SurplusItem("F1", "integrated", 100 * WAN),), record=PAPER)
    await office.ask("surplus", "2022-prior_year", found, "finance_section")
    approved = ApproveSurplus(approve=True, record=PAPER)
    await office.ask("surplus", "2022-prior_year", approved, "leading_group")
    await office.plan("PL1", Line("F1", "integrated", "P1", 100 * WAN))
    await office.ask("surplus", "2022-prior_year", MoveSurplus(plan_no="PL1"), "finance_section")


async def public_objected_and_over(office: Office, clock: Clock) -> None:
    """Let what arrived be public for its days, stopped by an objection; enter a training, answer a report."""
    no, post, first = "arrivals-fund_arrived-F1", "finance_section", OPENS.date()
    await office.ask("fund", "F1", receipt("F1", 200 * WAN), post)
    await clock.open_office(first.replace(day=5))
    await office.ask("disclosure", no, PublishDisclosure(place=PORTAL, record=PAPER), post)
    await clock.open_office(first.replace(day=8))
    await office.ask("disclosure", no, RaiseObjection(words="样例：金额不一致"), post)
    await clock.open_office(first.replace(day=20))
    await office.ask("disclosure", no, RuleObjection(number=1, upheld=False, reason="样例：核实一致"), post)
    await clock.open_office(first.replace(day=26))
    training = RecordTraining(rule="funds", levels=("village",), form="培训班", topic="样例", attended=30, record=PAPER)
    await office.ask("training", "T1", training, post)
    await office.ask("hotline", "R1", TakeReport(words="样例：路灯不亮"), post)
    await office.ask("hotline", "R1", AnswerReport(founded=True, answer="样例：已修"), post)


async def under_supervision(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record a month and a week on the time-skipping server."""
    with Ledger(f"sqlite:///{folder}/supervised.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                await a_month_and_a_week(open_office(ledger, client, shift, clock.now), clock)
                return {name: await ended(client, case) for name, case in UNDER_SUPERVISION.items()}


async def of_deadlines(exe: Path, folder: str, names: Sequence[str]) -> dict[str, WorkflowHistory]:
    """Record, on the time-skipping server, what becomes of deadlines."""
    recorded: dict[str, WorkflowHistory] = {}
    for paths in (GRANTED, COUNTED_AGAIN):
        if not paths.keys() & set(names):
            continue
        with Ledger(f"sqlite:///{folder}/{len(paths)}-deadlines.db") as ledger:
            async with time_skipping(exe) as env:
                client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
                if paths is GRANTED:
                    await grants(env, client, ledger)
                else:
                    await counted_again(env, client, ledger, folder)
                recorded |= {name: await history(client, case) for name, case in paths.items()}
    return recorded


async def by_the_calendar(exe: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record, on the time-skipping server, a month that nobody began, a week in it, and the sweep of its year."""
    with Ledger(f"sqlite:///{folder}/calendar.db") as ledger:
        async with time_skipping(exe) as env:
            client = await Client.connect(env.client.service_client.config.target_host, identity=RECORDER)
            shift = OPENS - await env.get_current_time()
            clock = Clock(env, shift, OPENS.date())
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = open_office(ledger, client, shift, clock.now)
                adopt(ledger, COUNTY, parse(recurring_rules(), "watched and swept"), OPENS)
                await start_calendars(client, ledger, QUEUE, {})
                await clock.open_office(OPENS.date().replace(day=16))
                report = ReportWeek(said="样例：汇总", record=PAPER)
                await office.ask("watch", WEEK_NOBODY_BEGAN, report, "treasury_officer")
                for month in range(2, 13):  # One call of the server must not skip a whole year.
                    await clock.open_office(date(2022, month, 1))
                await clock.open_office(date(2022, 12, 31))
                nothing = FindSurplus(items=(), record=PAPER)
                await office.ask("surplus", "2022-prior_year", nothing, "finance_section")
                return {name: await history_of_first(client, case) for name, case in BY_THE_CALENDAR.items()}


async def at_a_meeting(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record a called meeting that decides two plans and leaves another matter."""
    with Ledger(f"sqlite:///{folder}/meeting.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                await two_plans(office)
                await decided_and_filed(office)
                return {name: await ended(client, case) for name, case in AT_A_MEETING.items()}


async def with_papers(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record a claim that begins with its papers."""
    with Ledger(f"sqlite:///{folder}/papers.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                await lodged_on_its_papers(office)
                return {name: await ended(client, case) for name, case in WITH_PAPERS.items()}


async def of_signatures(cli: Path, folder: str) -> dict[str, WorkflowHistory]:
    """Record what is corrected, rejected and taken back."""
    with Ledger(f"sqlite:///{folder}/signatures.db") as ledger:
        async with dev_server(cli) as address:
            client = await Client.connect(address, identity=RECORDER)
            async with build_worker(client, ledger, QUEUE, cached_workflows_max=0):
                office = await living_office(client, ledger)
                await office.up_to_contract()
                await corrected(office)
                await ended_early(office)
                return {name: await ended(client, case) for name, case in OF_SIGNATURES.items()}


async def history_of_first(client: Client, case: str) -> WorkflowHistory:
    """Return the history of a process's first run, which is over."""
    last = await history(client, case)
    began = last.events[0].workflow_execution_started_event_attributes
    return await history(client, case, began.first_execution_run_id)


async def main(asked: Sequence[str]) -> int:
    """Record what is asked for."""
    names = to_record(asked)
    cli, exe = temporal_cli(QUIET), find_test_server(QUIET)
    recorded: dict[str, WorkflowHistory] = {}
    with TemporaryDirectory() as folder:
        if AS_OUR_CLOCK_RUNS.keys() & set(names):
            recorded |= await as_our_clock_runs(cli, folder)
        if IN_SHORT_RUNS.keys() & set(names):
            recorded |= await in_short_runs(cli, folder)
        if AS_TIME_SKIPS.keys() & set(names):
            recorded |= await as_time_skips(exe, folder)
        if OF_RESULTS.keys() & set(names):
            recorded |= await of_results(cli, folder)
        if SWEPT.keys() & set(names):
            recorded |= await swept(cli, folder)
        if SENT_OUTSIDE.keys() & set(names):
            recorded |= await sent_outside(cli, folder)
        if AMONG_PEOPLE.keys() & set(names):
            recorded |= await among_people(cli, folder)
        if IN_THE_REGISTER.keys() & set(names):
            recorded |= await in_the_register(exe, folder)
        if UNDER_SUPERVISION.keys() & set(names):
            recorded |= await under_supervision(exe, folder)
        if BY_TWO_KEYS.keys() & set(names):
            recorded |= await by_two_keys(exe, folder)
        if STOOD_IN_FOR.keys() & set(names):
            recorded |= await stood_in_for(exe, folder)
        recorded |= await of_deadlines(exe, folder, names)
        if BY_THE_CALENDAR.keys() & set(names):
            recorded |= await by_the_calendar(exe, folder)
        if AT_A_MEETING.keys() & set(names):
            recorded |= await at_a_meeting(cli, folder)
        if WITH_PAPERS.keys() & set(names):
            recorded |= await with_papers(cli, folder)
        if OF_SIGNATURES.keys() & set(names):
            recorded |= await of_signatures(cli, folder)
    for name in names:
        await asyncio.to_thread(store, name, recorded[name])
    return 0


if __name__ == "__main__":
    run_and_exit(main(sys.argv[1:]))
