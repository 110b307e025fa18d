"""What recurs: the activities by which a county's days come and the log is sealed, and the days of a week end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from activities.deciding import (
    Deciding,
    FollowUp,
    TickInput,
    WatchView,
    a_transaction,
    check_clock,
    clock_act,
)
from domain.calendar import WorkCalendar, day_of, start_of
from domain.cases import CaseId, calendar_stream
from domain.county_calendar import CALENDAR
from domain.ledger import Ledger, Recorded, Step
from domain.procedures import Asking, come
from domain.procedures.recurring import next_moment
from domain.watch import WATCH
from domain.watch import next_moment as next_end_of_day
from domain.watch_facts import EndDays


class DailySeal(Protocol):
    """What seals the log, once a day (`audit/daily.py`)."""

    def last_on(self) -> date | None:
        """Return the day of the last seal, None if there is none."""

    def seal(self, now: datetime) -> None:
        """Seal what there is. What keeps it from that is told to who runs the worker, and tried again the next day."""


_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """What a day brought: whose workflows to start, when to look again, whether to seal the log."""

    next_moment: datetime | None
    follow_ups: list[FollowUp]
    seals: bool = False


class Recurring:
    """The activities of what recurs. Each may be repeated: a day comes once, and what ended does not end again."""

    def __init__(
        self, ledger: Ledger, calendar: WorkCalendar, deciding: Deciding, seals: DailySeal | None = None
    ) -> None:
        """Hold what every day needs; without *seals* nothing is sealed."""
        self._ledger = ledger
        self._calendar = calendar
        self._deciding = deciding
        self._seals = seals

    @a_transaction
    def look_at_calendar(self, case: str) -> datetime | None:
        """Read when the next day comes on which something begins, if any does, or the log is to be sealed."""
        county = _county(case)
        opened = self._ledger.state(CALENDAR, case).opened
        if self._seals is None or opened is None:
            return next_moment(self._ledger.state, county)
        last = self._seals.last_on()
        return self._next(county, opened.from_on if last is None else last + _DAY)

    @a_transaction
    def let_day_come(self, given: TickInput) -> Turn:
        """Let the day of the moment come; one that came already brings what it brought."""
        check_clock(self._ledger, given.now)
        county, on = _county(given.case), day_of(given.moment)
        recorded = self._come(given, county, on)
        today = day_of(given.now)
        follow_ups = self._deciding.follow_ups(given.case, recorded)
        if self._seals is None:
            return Turn(next_moment(self._ledger.state, county), follow_ups)
        # Of the counties of a store the first whose day comes sees to it.
        return Turn(self._next(county, today + _DAY), follow_ups, seals=self._seals.last_on() != today)

    def _come(self, given: TickInput, county: str, on: date) -> list[Recorded]:
        command_id = f"{given.case}@{on}"
        if command_id in self._ledger.state(CALENDAR, given.case).done:
            return self._ledger.recall(command_id)
        begins = next_moment(self._ledger.state, county)
        if self._seals and (begins is None or begins > given.moment):
            return []  # A day for the seal alone.
        act = clock_act(command_id, on, given.now)
        case = CaseId(county, "calendar", "")
        return self._ledger.transact(lambda read: come(Asking(act, case, read, self._calendar)))

    def _next(self, county: str, seals_on: date) -> datetime:
        begins = next_moment(self._ledger.state, county)
        return min(begins, start_of(seals_on)) if begins else start_of(seals_on)

    @a_transaction
    def seal_log(self, given: TickInput) -> None:
        """Seal the log as of the day that came."""
        if self._seals:
            self._seals.seal(given.now)

    @a_transaction
    def look_at_week(self, case: str) -> WatchView:
        """Read when the next day of a week ends on which looks are missing."""
        state = self._ledger.state(WATCH, case)
        return WatchView(not WATCH.closed(state), next_end_of_day(state))

    @a_transaction
    def end_days(self, given: TickInput) -> WatchView:
        """Record what was missed on the days of a week that are over."""
        check_clock(self._ledger, given.now)
        command_id = f"{given.case}@{given.moment.isoformat()}"
        act = clock_act(command_id, day_of(given.moment), given.now)
        self._ledger.execute(Step(given.case, EndDays(act, day_of(given.now))))
        return self.look_at_week(given.case)


def _county(case: str) -> str:
    """Return whose calendar it is."""
    county = case.partition("/")[0]
    assert case == calendar_stream(county), case
    return county
