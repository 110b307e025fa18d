"""What the console stands on: one store with its views, kept up to date, its names, its calendar, and Temporal."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from temporalio.client import Client

from activities.calendars import load_calendars
from activities.processes import shift_s
from console.account_tables import accounts_engine
from console.accounts import Accounts
from console.keys import ConsoleKeys, keys_folder
from domain.act import CaseState, Decider
from domain.calendar import SHANGHAI, WorkCalendar, day_of
from domain.cases import STORE, county_stream
from domain.county import COUNTY
from domain.disk import is_disk_full
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.procedures.asking import rules_of
from domain.store import STORE as STORE_DECIDER
from doors.names import Names, People, people_of
from doors.vault import Say, saying, vault_of
from projections.runner import Runner
from projections.store import views_engine
from projections.views import VIEWS
from settings import Settings
from workflows.client import connect

STATES_MOST = 5_000
S = TypeVar("S", bound=CaseState)


class Glance:
    """How pages look at states: each stream once for as long as the log has not grown.

    A page with twenty steps asks for the same states again and again, and each look at the ledger asks its database.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._end = -1
        self._states: dict[tuple[str, str], Any] = {}

    def reach(self, end: int) -> None:
        """Forget what was seen if the log has grown to another *end* since."""
        if end != self._end or len(self._states) > STATES_MOST:
            self._states, self._end = {}, end

    def __call__(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream* as of the last `reach`, or later."""
        states, key = self._states, (decider.kind, stream)
        if key not in states:
            states[key] = self._ledger.shared(decider, stream)
        return cast("S", states[key])


@dataclass
class House:
    """One store behind the console. *wall_now* is the machine's clock; business time adds a sample store's shift.

    *demo_password*: of the demo's people, who may sign in where it is told.
    """

    ledger: Ledger
    engine: Engine
    accounts: Accounts
    settings: Settings
    address: str
    wall_now: Callable[[], datetime]
    calendars: Path
    demo_password: str = ""
    behind: bool = False
    _client: Client | None = None
    _turn: Lock = field(default_factory=Lock)
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _names: dict[tuple[str, str], Names] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare what keeps the views at the end of the log."""
        self._runner = Runner(self.ledger, self.engine, VIEWS)
        self.read = Glance(self.ledger)
        self._shift = timedelta(seconds=shift_s(self.ledger))
        self._calendar = load_calendars(self.calendars)
        self._people = people_of(self.ledger.url)
        self.say: Say = saying(vault_of(self.ledger.url))
        self.sample = self.ledger.state(STORE_DECIDER, STORE).sample is not None

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        settings: Settings,
        address: str,
        wall_now: Callable[[], datetime],
        calendars: Path,
        demo_password: str = "",
    ) -> "House":
        """Return the house of a store, with its views and accounts beside it."""
        accounts = Accounts(accounts_engine(ledger.url))
        return cls(ledger, views_engine(ledger.url), accounts, settings, address, wall_now, calendars, demo_password)

    def close(self) -> None:
        """Let go of the databases beside the ledger, which is whoever's who opened it."""
        self.engine.dispose()
        self.accounts.engine.dispose()

    @property
    def demo(self) -> bool:
        """Return whether sample people may sign in."""
        return bool(self.demo_password)

    @property
    def keys(self) -> ConsoleKeys:
        """Return the keys that sign here."""
        return ConsoleKeys(keys_folder(self.ledger.url, self.settings.console_keys))

    def now(self) -> datetime:
        """Return the business moment, in Asia/Shanghai."""
        return (self.wall_now() + self._shift).astimezone(SHANGHAI)

    def today(self) -> date:
        """Return the business day."""
        return day_of(self.now())

    @property
    def shift_s(self) -> float:
        """Return by how much business time is ahead of the machine's, in seconds."""
        return self._shift.total_seconds()

    @property
    def calendar(self) -> WorkCalendar:
        """Return the working days."""
        return self._calendar

    @property
    def people(self) -> People:
        """Return people's names by their ids."""
        return self._people

    def fresh(self) -> None:
        """Bring the views to the end of the log, and `read` too: whoever wrote something sees it on the next page.

        On a full disk pages go on from the views as they stand, and say so: `behind`.
        """
        with self._turn:
            end = self.ledger.recorder.max_notification_id() or 0
            self.read.reach(end)
            try:
                if self._runner.reached < end:
                    self._runner.catch_up()
                self.behind = False
            except Exception as error:
                if not is_disk_full(error):
                    raise
                self.behind = True

    @property
    def reached(self) -> int:
        """Return up to which position of the log the views have read."""
        return self._runner.reached

    def names(self, county: str) -> Names:
        """Return the words that a county's adopted rules have."""
        current = f"{self.read(COUNTY, county_stream(county)).current}"
        if (county, current) not in self._names:
            try:
                self._names[county, current] = Names.of(self.ledger, county, self._people)
            except BadInputError:
                # Rules that this build cannot read: pages go on with ids in place of names, and say what is wrong
                # where they need the rules. Another county's people are not kept out by it.
                self._names[county, current] = Names(None, self._people)
        return self._names[county, current]

    def unreadable(self, counties: Iterable[str]) -> dict[str, BadInputError]:
        """Return of which counties this build cannot read the rules that they adopted, each with why."""
        found = {}
        for county in counties:
            try:
                if self.read(COUNTY, county_stream(county)).current is not None:
                    rules_of(self.read, county)
            except BadInputError as error:
                found[county] = error
        return found

    async def client(self) -> Client:
        """Return the client of the Temporal server, connected on first use.

        Raises:
            NoAnswerError: If the server does not answer.
        """
        async with self._connecting:
            if self._client is None:
                self._client = await connect(self.address, self.settings.temporal_namespace)
            return self._client
