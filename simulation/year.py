"""A county's year: the store is opened, every story of its samples is played, and the invariants hold all along."""

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.policy import Profile, load
from domain.store import STORE as STORE_DECIDER
from simulation.agenda import Dice, Story, play
from simulation.claim_stories import claim_story
from simulation.invariants import Invariants
from simulation.keys import sample_key
from simulation.money_stories import plan_story, receipt_story, release_story
from simulation.opening import POLICIES, open_county, open_store
from simulation.project_stories import project_story
from simulation.sample_model import Samples
from simulation.stage import Stage
from workflows.client import Door

DOOR = "simulation"
SECRET = "open sample secret"  # noqa: S105 - it is in the open on purpose


async def open_stage(
    env: WorkflowEnvironment, ledger: Ledger, samples: Samples, *, task_queue: str, replay: str
) -> Stage:
    """Open the store for a county's year and return the stage: its clock shows the morning of 1 January.

    Raises:
        BadInputError: If the store is already past that morning.
    """
    opens = datetime.combine(date(samples.head.year, 1, 1), time(8), SHANGHAI)
    server_now = await env.get_current_time()
    open_store(ledger, SECRET, opens, (opens - server_now).total_seconds())
    county = samples.head.county
    state = ledger.state(STORE_DECIDER, STORE)
    if state.set_at is None or state.set_at > opens:
        raise BadInputError("--store", f"its clock stands at {state.set_at}, the year begins on {opens}")
    open_county(ledger, samples, SECRET, opens)
    key_id, key = sample_key(ledger, county, DOOR)
    door = Door(env.client, task_queue, DOOR, key_id, key, state.shift_s)
    return Stage(
        env=env,
        ledger=ledger,
        door=door,
        county=county,
        people={person.post: person.person for person in samples.people},
        invariants=Invariants(ledger, county, replay),
        shift=(opens - server_now),
        today=opens.date(),
    )


def stories(stage: Stage, samples: Samples, profile: Profile, seed: int) -> list[Story]:
    """Return everything that happens in a county's year."""

    def dice(key: str) -> Dice:
        return Dice(seed, f"{stage.county}/{samples.head.year}/{key}")

    late = seed % max(1, len(samples.receipts))
    told: list[Story] = [
        receipt_story(stage, profile, dice(r.fund_id), r, late=n == late) for n, r in enumerate(samples.receipts)
    ]
    told += [project_story(stage, profile, dice(p.project_no), p, samples.claims) for p in samples.projects]
    told += [plan_story(stage, profile, dice(p.plan_no), p, samples.lines) for p in samples.plans]
    for plan in samples.plans:
        funds = sorted({line.fund_id for line in samples.lines if line.plan_no == plan.plan_no})
        told += [release_story(stage, profile, dice(f"{plan.plan_no}/{fund}"), plan, fund) for fund in funds]
    told += [claim_story(stage, profile, dice(c.claim_no), c) for c in samples.claims]
    return told


async def play_year(stage: Stage, samples: Samples, seed: int, played: Callable[[date], None]) -> None:
    """Play the year to its last day.

    Raises:
        InvariantError: If something that always holds did not; its text has the command that replays the run.
        RequestRefusedError: If the engine refused what the samples ask for, such as a plan over its portion.
    """
    stage.played = played
    profile = load(policy_file(stage.county)).profile
    await play(stage, stories(stage, samples, profile, seed), date(samples.head.year, 12, 31))


def policy_file(county: str) -> Path:
    """Return the file of a county's profile."""
    return POLICIES / f"{county}.toml"
