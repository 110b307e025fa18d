"""The stage of a simulation: one shifted clock, one door, one ledger, and people who act by their posts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from temporalio.testing import WorkflowEnvironment

from domain.act import CaseState, Decider
from domain.calendar import SHANGHAI
from domain.cases import case_id
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.requests import AnyRequest, answered_step
from simulation.invariants import Invariants
from workflows.client import Door

OPENS_AT = time(9)
S = TypeVar("S", bound=CaseState)


@dataclass
class Clock:
    """Business time on a time-skipping server: the server's plus one shift."""

    env: WorkflowEnvironment
    shift: timedelta
    today: date
    played: Callable[[date], None] = lambda _: None

    async def now(self) -> datetime:
        """Return the business moment."""
        return (await self.env.get_current_time() + self.shift).astimezone(SHANGHAI)

    async def open_office(self, day: date) -> None:
        """Let every timer up to 09:00 of *day* fire. Sleeping *until* a moment keeps the clock from drifting."""
        left = datetime.combine(day, OPENS_AT, SHANGHAI) - await self.now()
        if left > timedelta(0):
            await self.env.sleep(left)
        self.today = day
        self.played(day)


@dataclass
class Stage:
    """Everything that a story of one county acts on."""

    clock: Clock
    ledger: Ledger
    door: Door
    county: str
    people: dict[str, list[str]]
    invariants: Invariants
    times: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the business day."""
        return self.clock.today

    def case(self, kind: str, no: str) -> str:
        """Return a case id of this county."""
        return case_id(self.county, kind, no)

    def state(self, decider: Decider[S], no: str) -> S:
        """Return the state of a case of this county."""
        return self.ledger.state(decider, self.case(decider.kind, no))

    def limit(self, no: str) -> ObligationOpened | None:
        """Return the deadline *no* with its due day and its ladder, or None where the rules count no days."""
        return self.state(OBLIGATION, no).opened

    async def act(
        self,
        kind: str,
        no: str,
        request: AnyRequest,
        post: str | None,
        *,
        twice: bool = False,
        decides: bool = False,
        barred: Collection[str] = (),
    ) -> None:
        """Let a holder of *post* ask for something; *twice* sends the very same command again.

        Of several holders the first prepares, the last *decides*; who is *barred* leaves it to another, if there is
        one. Where the rules name no post, anybody asks: it is for the engine to say so.

        Raises:
            BadInputError: If nobody holds the post.
            RequestRefusedError: If the engine says no.
        """
        case = self.case(kind, no)
        # From business keys, so that the same seed gives the same ids: case, step, and how often it was asked.
        key = f"{case}:{answered_step(request) or type(request).__name__}"
        self.times[key] = self.times.get(key, 0) + 1
        command_id = f"{key}:{self.times[key]}"
        post = post or next(iter(self.people))
        person = self._holder(post, last_first=decides, barred=barred)
        for _ in range(2 if twice else 1):
            await self.door.ask(
                case, request, command_id=command_id, person=person, post=post, now=await self.clock.now()
            )
        self.invariants.check(case)

    def _holder(self, post: str, *, last_first: bool, barred: Collection[str]) -> str:
        holders = self.people.get(post, [])
        if not holders:
            raise BadInputError("people.csv: post", f"nobody holds {post!r}")
        ordered = holders[::-1] if last_first else holders
        return next((person for person in ordered if person not in barred), ordered[0])
