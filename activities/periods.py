"""Periods: the activities by which the days of publicity (公示期) of an entry of the register end."""

from activities.deciding import ENGINE, TickInput, WatchView, a_transaction, check_clock
from domain.act import Act
from domain.calendar import day_of
from domain.disclosure import DISCLOSURE, closed, next_moment
from domain.disclosure_facts import EndPublicity
from domain.ledger import Ledger, Step


class Periods:
    """The activities of the days of publicity. They may be repeated: what ended does not end again."""

    def __init__(self, ledger: Ledger) -> None:
        """Hold the ledger."""
        self._ledger = ledger

    @a_transaction
    def look_at_period(self, given: TickInput) -> WatchView:
        """Read when the days of publicity of an entry are over."""
        state = self._ledger.state(DISCLOSURE, given.case)
        return WatchView(not closed(state), next_moment(state))

    @a_transaction
    def end_period(self, given: TickInput) -> WatchView:
        """Record that the days of publicity are over, if they are."""
        check_clock(self._ledger, given.now)
        state = self._ledger.state(DISCLOSURE, given.case)
        term = state.arose.terms.publicity if state.arose else None
        # Days that begin anew, or were stopped for a while, may end at a moment that was an end before.
        command_id = f"{given.case}@{given.moment.isoformat()}#{len(state.published)}.{len(state.objections)}"
        act = Act(
            command_id,
            "",
            *(ENGINE, ENGINE, ENGINE),
            door="clock",
            occurred_on=day_of(given.moment),
            recorded_at=given.now,
            clause=term.clause if term else "",
        )
        self._ledger.execute(Step(given.case, EndPublicity(act)))
        return self.look_at_period(given)
