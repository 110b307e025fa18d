"""A year of one or more counties: the store is opened, every story of the samples is played, the invariants hold."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from temporalio.testing import WorkflowEnvironment

from activities.processes import SHIFT_S, start_process
from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger, Step
from domain.policy import Profile
from domain.procedures.bans import class_fault
from domain.store import STORE as STORE_DECIDER
from domain.store import MoveClock
from simulation.absence_stories import absence_stories, check_every_wait_has_a_name, drawn, until_too_late
from simulation.acts import acts_story
from simulation.agenda import Dice, Story, play
from simulation.attendance import Attendance
from simulation.claim_stories import claim_story
from simulation.disclosure_stories import disclosure_story, objection_story
from simulation.dispatch_stories import month_story, week_story
from simulation.granting_stories import granting_story, mistaken_story
from simulation.invariants import Invariants
from simulation.keys import sample_key
from simulation.money_stories import plan_story, receipt_story, release_story
from simulation.movement_stories import movement_story
from simulation.opening import open_county, open_store, opening_act, profile_of
from simulation.outbox_stories import outbox_story
from simulation.project_stories import project_story
from simulation.recurring_stories import reports_story, routines_story
from simulation.sample_model import Samples
from simulation.stage import OPENS_AT, Clock, Stage
from simulation.turns import Turns
from workflows.client import Door, open_cases

DOOR = "simulation"
SECRET = "open sample secret"  # noqa: S105 - it is in the open on purpose
STORE_OPENS_AT = time(8)
CLOSES_AT = time(18)


async def open_clock(env: WorkflowEnvironment, ledger: Ledger, year: int, played: Callable[[date], None]) -> Clock:
    """Mark the store as a sample, and return its clock on the morning of 1 January.

    Raises:
        BadInputError: If the store's clock has already left that morning.
    """
    opens = datetime.combine(date(year, 1, 1), STORE_OPENS_AT, SHANGHAI)
    open_store(ledger, SECRET, opens, (opens - await env.get_current_time()).total_seconds())
    shift = timedelta(seconds=ledger.state(STORE_DECIDER, STORE).shift_s)
    clock = Clock(env, shift, opens.date(), played)
    now = await clock.now()
    if not opens <= now < datetime.combine(opens.date(), OPENS_AT, SHANGHAI):
        raise BadInputError("--store", f"its clock stands at {now}, and the year begins on {opens}: take a fresh store")
    return clock


async def open_stage(
    clock: Clock, ledger: Ledger, samples: Samples, task_queue: str, replay: str, turns: Turns
) -> Stage:
    """Adopt a county's rules, appoint its sample people, and return the stage that its stories act on."""
    county = samples.head.county
    open_county(ledger, samples, SECRET, await clock.now())
    await _start_clocks(clock, ledger, county, task_queue)
    key_id, key = sample_key(ledger, county, DOOR)
    door = Door(clock.env.client, task_queue, DOOR, key_id, key, clock.shift.total_seconds())
    people: dict[str, list[str]] = {}
    for person in samples.people:
        people.setdefault(person.post, []).append(person.person)
    return Stage(clock, ledger, door, county, people, Invariants(ledger, county, replay), turns)


async def _start_clocks(clock: Clock, ledger: Ledger, county: str, task_queue: str) -> None:
    """Start what the adoption of the rules began, which no workflow was there to start."""
    memo = {SHIFT_S: clock.shift.total_seconds()}
    for case in (case for case in open_cases(ledger) if case.startswith(f"{county}/")):
        await start_process(clock.env.client, task_queue, case, memo)


def stories(stage: Stage, samples: Samples, profile: Profile, seed: int) -> list[Story]:
    """Return everything that happens in a county's year."""

    def dice(key: str) -> Dice:
        return Dice(seed, f"{stage.county}/{samples.head.year}/{key}")

    late = seed % max(1, len(samples.receipts))
    told: list[Story] = [
        receipt_story(stage, profile, dice(r.fund_id), r, late=n == late) for n, r in enumerate(samples.receipts)
    ]
    told += [project_story(stage, profile, dice(p.project_no), p, samples.claims) for p in samples.projects]
    # The year's first plan comes before meetings that were called, the others only name the one that decided.
    told += [
        plan_story(stage, profile, dice(p.plan_no), p, samples.lines, called=n == 0)
        for n, p in enumerate(samples.plans)
    ]
    for plan in samples.plans:
        funds = sorted({line.fund_id for line in samples.lines if line.plan_no == plan.plan_no})
        told += [release_story(stage, profile, dice(f"{plan.plan_no}/{fund}"), plan, fund) for fund in funds]
    told += [claim_story(stage, profile, dice(c.claim_no), c) for c in samples.claims]
    told += [movement_story(stage, profile, number, move) for number, move in enumerate(samples.moves, start=1)]
    told.append(acts_story(stage, samples.acts))
    told += [outbox_story(stage, dice(f"outbox/{s.id}"), s) for s in profile.systems if s.rows]
    told.append(disclosure_story(stage, dice("disclosures")))
    told.append(objection_story(stage, profile, dice("objections")))
    if samples.head.granted:
        told += [granting_story(stage, dice("granting")), mistaken_story(stage, profile, dice("mistaken"))]
    told += [month_story(stage, dice(f"dispatch/{month}"), samples, month) for month in samples.head.dispatched]
    told += [week_story(stage, dice(f"watch/{week}"), samples.head.year, week) for week in samples.head.watched]
    told.append(routines_story(stage, profile, dice("routines"), samples))
    told.append(reports_story(stage, profile, dice("reports"), samples))
    return told


async def play_year(
    env: WorkflowEnvironment,
    ledger: Ledger,
    counties: Sequence[Samples],
    seed: int,
    *,
    task_queue: str,
    replay: str,
    played: Callable[[date], None] = lambda _: None,
    with_offices: bool = True,
    absent_percent: int = 0,
) -> dict[str, Attendance]:
    """Play a year to its last day, and return each county's attendance; a worker must be running on *task_queue*.

    Without the office decisions of the samples it stops where a county's text is silent. Of the person-days
    *absent_percent* are missed: others stand in, or it waits, and what then comes too late is told and not done.

    Raises:
        BadInputError: If the samples are of different years, or a project of no class of its county's rules.
        PolicyError: If an office decision does not fit its county's rules.
        InvariantError: If something that always holds did not; its text has the command that replays the run.
        RequestRefusedError: If the engine refused what the samples ask for, such as a plan over its portion.
    """
    years = {samples.head.year for samples in counties}
    if len(years) != 1:
        raise BadInputError("year", f"the samples are of the years {sorted(years)}")
    (year,) = years
    if not with_offices:
        counties = [replace(samples, office=None) for samples in counties]
    profiles = [profile_of(samples) for samples in counties]
    for samples, profile in zip(counties, profiles, strict=True):
        _check_kinds(samples, profile)
    clock = await open_clock(env, ledger, year, played)
    told: list[Story] = []
    stages, turns = [], Turns()
    for samples, profile in zip(counties, profiles, strict=True):
        stage = await open_stage(clock, ledger, samples, task_queue, replay, turns)
        told_here = stories(stage, samples, profile, seed)
        if absent_percent:
            people = {one.person for one in samples.people}
            stage.attendance.away = drawn(people, year, absent_percent, Dice(seed, f"{stage.county}/away"))
            stage.attendance.person_days = len(people) * (date(year, 12, 31) - date(year - 1, 12, 31)).days
            told_here = [until_too_late(stage, story) for story in told_here]
            told_here += absence_stories(stage, profile, samples.people)
        told += told_here
        stages.append(stage)
    await play(clock, told, date(year, 12, 31), turns)
    for stage in stages:
        stage.invariants.check_all()
        check_every_wait_has_a_name(stage, replay)
    return {stage.county: stage.attendance for stage in stages}


def _check_kinds(samples: Samples, profile: Profile) -> None:
    for project in samples.projects:
        if reason := class_fault(profile, project.kind):
            raise BadInputError(f"projects.csv: {project.project_no}: kind", reason)


def leave_clock(ledger: Ledger, year: int, wall_now: datetime) -> None:
    """Let the sample's clock stand at the evening of the year's last day, where the play ended, and go on from it."""
    evening = datetime.combine(date(year, 12, 31), CLOSES_AT, SHANGHAI)
    act = opening_act("store:after-the-play", evening)
    ledger.execute(Step(STORE, MoveClock(act, (evening - wall_now).total_seconds())))
