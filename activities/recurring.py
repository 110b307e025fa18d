"""What recurs: the activities by which a county's days come, and by which the days of a week of watching end."""

from dataclasses import dataclass
from datetime import datetime

from activities.deciding import (
    Deciding,
    FollowUp,
    TickInput,
    WatchView,
    a_transaction,
    check_clock,
    clock_act,
)
from domain.calendar import WorkCalendar, day_of
from domain.cases import CaseId, calendar_stream
from domain.county_calendar import CALENDAR
from domain.ledger import Ledger, Step
from domain.procedures import Asking, come
from domain.procedures.recurring import next_moment
from domain.watch import WATCH
from domain.watch import next_moment as next_end_of_day
from domain.watch_facts import EndDays


@dataclass(frozen=True)
class Turn:
    """What a day brought: whose workflows to start, and when the calendar must look again."""

    next_moment: datetime | None
    follow_ups: list[FollowUp]


class Recurring:
    """The activities of what recurs. Each may be repeated: a day comes once, and what ended does not end again."""

    def __init__(self, ledger: Ledger, calendar: WorkCalendar, deciding: Deciding) -> None:
        """Hold what every day needs."""
        self._ledger = ledger
        self._calendar = calendar
        self._deciding = deciding

    @a_transaction
    def look_at_calendar(self, case: str) -> datetime | None:
        """Read when the next day comes on which something begins, if any does."""
        return next_moment(self._ledger.state, _county(case))

    @a_transaction
    def let_day_come(self, given: TickInput) -> Turn:
        """Let the day of the moment come; one that came already brings what it brought."""
        check_clock(self._ledger, given.now)
        county, on = _county(given.case), day_of(given.moment)
        command_id = f"{given.case}@{on}"
        state = self._ledger.state(CALENDAR, given.case)
        if command_id in state.done:
            recorded = self._ledger.recall(command_id)
        else:
            act = clock_act(command_id, on, given.now)
            case = CaseId(county, "calendar", "")
            recorded = self._ledger.transact(lambda read: come(Asking(act, case, read, self._calendar)))
        return Turn(next_moment(self._ledger.state, county), self._deciding.follow_ups(given.case, recorded))

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
