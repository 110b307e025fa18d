"""Periods: the activities by which the days of publicity (公示期) of an entry of the register end."""

from activities.deciding import TickInput, WatchView, a_transaction, check_clock, clock_act
from domain.calendar import WorkCalendar, day_of
from domain.disclosure import DISCLOSURE, closed, next_moment, recounted
from domain.disclosure_facts import EndPublicity, RecountPublicity
from domain.ledger import Ledger, Step


class Periods:
    """The activities of the days of publicity. They may be repeated: what ended does not end again."""

    def __init__(self, ledger: Ledger, calendar: WorkCalendar) -> None:
        """Hold the ledger, and the calendar by which provisional days are counted again."""
        self._ledger = ledger
        self._calendar = calendar

    @a_transaction
    def look_at_period(self, given: TickInput) -> WatchView:
        """Read when the days of publicity of an entry are over, as they are counted by now."""
        self._recount(given)
        return self._watch_view(given)

    def _recount(self, given: TickInput) -> None:
        if recounted(self._ledger.state(DISCLOSURE, given.case), self._calendar) is None:
            return
        check_clock(self._ledger, given.now)
        act = clock_act(f"{given.case}@{self._calendar.revision}", day_of(given.now), given.now)
        self._ledger.execute(Step(given.case, RecountPublicity(act, self._calendar)))

    def _watch_view(self, given: TickInput) -> WatchView:
        state = self._ledger.state(DISCLOSURE, given.case)
        return WatchView(not closed(state), next_moment(state))

    @a_transaction
    def end_period(self, given: TickInput) -> WatchView:
        """Record that the days of publicity are over, if they are."""
        check_clock(self._ledger, given.now)
        self._recount(given)
        state = self._ledger.state(DISCLOSURE, given.case)
        term = state.arose.terms.publicity if state.arose else None
        # Days that begin anew, or were stopped for a while, may end at a moment that was an end before.
        command_id = f"{given.case}@{given.moment.isoformat()}#{len(state.published)}.{len(state.objections)}"
        act = clock_act(command_id, day_of(given.moment), given.now, term.clause if term else "")
        self._ledger.execute(Step(given.case, EndPublicity(act)))
        return self._watch_view(given)
