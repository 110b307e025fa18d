"""The stage of a simulation: one shifted clock, one door, one ledger, and people who act by their posts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from temporalio.testing import WorkflowEnvironment

from domain.act import CaseState, Decider
from domain.calendar import SHANGHAI
from domain.cases import case_id, kind_of, mandates_stream
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.registry import BY_KIND
from domain.requests import AnyRequest, answered_step
from simulation.attendance import Attendance, Wait
from simulation.invariants import Invariants
from simulation.turns import Turns
from workflows.client import Door

OPENS_AT = time(9)
# Kinds in which whoever prepared a case may not decide it.
SEPARATED = frozenset({"plan", "project", "claim", "surplus"})
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
    turns: Turns
    attendance: Attendance = field(default_factory=Attendance)
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
        one. Who is away leaves it to another or to the deputy, or it waits. Where the rules name no post, anybody asks:
        it is for the engine to say so.

        Raises:
            BadInputError: If nobody holds the post.
            RequestRefusedError: If the engine says no.
        """
        case = self.case(kind, no)
        # From business keys, so that the same seed gives the same ids: case, step, and how often it was asked.
        step = answered_step(request) or type(request).__name__
        key = f"{case}:{step}"
        self.times[key] = self.times.get(key, 0) + 1
        command_id = f"{key}:{self.times[key]}"
        post = post or next(iter(self.people))
        holders = self._holders(kind, post, barred, decides=decides)
        person, principal = await self._whoever(case, step, holders, post, barred)
        for _ in range(2 if twice else 1):
            now = await self.clock.now()
            await self.door.ask(
                case, request, command_id=command_id, person=person, post=post, now=now, on_behalf_of=principal
            )
        self.invariants.check(case)

    def _holders(self, kind: str, post: str, barred: Collection[str], *, decides: bool) -> list[str]:
        """Return who of a post may be asked, in order.

        Where duties are separated it is one: another holder who helped out in preparing could not decide any more.
        """
        holders = self.people.get(post, [])
        if not holders:
            raise BadInputError("people.csv: post", f"nobody holds {post!r}")
        ordered = holders[::-1] if decides else holders
        able = [person for person in ordered if person not in barred] or ordered
        return able[:1] if kind in SEPARATED else able

    async def _whoever(
        self, case: str, step: str, holders: list[str], post: str, barred: Collection[str]
    ) -> tuple[str, str]:
        """Return who acts and for whom, as soon as one of the *holders* or a deputy is there."""
        wait = None
        while (found := self._there(case, step, holders, post, barred)) is None:
            if wait is None:
                wait = Wait(case, step, post, tuple(holders), self.today)
                self.attendance.waits.append(wait)
            await self.turns.wait_until(self.today + timedelta(days=1))
        if wait is not None:
            wait.until = self.today
        self.attendance.by_deputies += bool(found[1])
        return found

    def _there(
        self, case: str, step: str, holders: list[str], post: str, barred: Collection[str]
    ) -> tuple[str, str] | None:
        today = self.today
        for person in holders:
            if self.attendance.is_there(person, today):
                return person, ""
        excluded = {*barred, *self._excluded(case, step)}
        mandates = self.ledger.state(MANDATE, mandates_stream(self.county))
        for person in holders:
            for one in mandates.deputies_of(person, post, today):
                fits = not one.kinds or kind_of(case) in one.kinds
                if fits and one.deputy not in excluded and self.attendance.is_there(one.deputy, today):
                    return one.deputy, person
        return None

    def _excluded(self, case: str, step: str) -> Collection[str]:
        """Return who took part in a case already, and may not stand in at this step."""
        decider = BY_KIND[kind_of(case)]
        return decider.excluded(self.ledger.state(decider, case), step)
