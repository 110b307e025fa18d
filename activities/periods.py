"""Periods: the activities by which the days of publicity (公示期) of an entry of the register end."""

from datetime import timedelta

from temporalio import activity

from activities.deciding import ENGINE, ClockAheadError, TickInput, WatchView, a_transaction
from domain.act import Act
from domain.calendar import day_of
from domain.cases import STORE
from domain.disclosure import DISCLOSURE, closed, next_moment
from domain.disclosure_facts import EndPublicity
from domain.ledger import Ledger, Step
from domain.signature import CLOCKS_APART_MAX
from domain.store import STORE as STORE_DECIDER


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
        self._check_clock(given)
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

    def _check_clock(self, given: TickInput) -> None:
        """Check a workflow's business time by the server's, as for every clock.

        Raises:
            ClockAheadError: If it runs ahead.
        """
        shift_s = self._ledger.state(STORE_DECIDER, STORE).shift_s
        server_now = activity.info().scheduled_time + timedelta(seconds=shift_s)
        if given.now > server_now + CLOCKS_APART_MAX:
            raise ClockAheadError(now=given.now, server_now=server_now)
