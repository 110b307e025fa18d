"""Absences: the activities by which whoever was absent decides again once the days are over."""

from activities.deciding import TickInput, WatchView, a_transaction, check_clock, clock_act
from domain.absence import ABSENCE, next_moment
from domain.calendar import WorkCalendar, day_of
from domain.cases import parse_case
from domain.ledger import Ledger
from domain.procedures import Asking, end_absence
from domain.procedures.absences import CLAUSE


class Absences:
    """The activities of absences. They may be repeated: what ended does not end again."""

    def __init__(self, ledger: Ledger, calendar: WorkCalendar) -> None:
        """Hold what every decision needs."""
        self._ledger = ledger
        self._calendar = calendar

    @a_transaction
    def look_at_absence(self, given: TickInput) -> WatchView:
        """Read when an absence is over by its own days."""
        state = self._ledger.state(ABSENCE, given.case)
        return WatchView(state.deputy is not None and state.ended_on is None, next_moment(state))

    @a_transaction
    def end_absence(self, given: TickInput) -> WatchView:
        """Record that the days of an absence are over, if they are."""
        check_clock(self._ledger, given.now)
        moment = next_moment(self._ledger.state(ABSENCE, given.case))
        if moment is not None and moment <= given.now:
            act = clock_act(f"{given.case}@{given.moment.isoformat()}", day_of(given.moment), given.now, CLAUSE)
            case = parse_case(given.case)
            self._ledger.transact(lambda read: end_absence(Asking(act, case, read, self._calendar)))
        return self.look_at_absence(given)
