"""Emergency decisions: the activities by which one that nobody confirms in time expires, and is reported."""

from activities.deciding import TickInput, WatchView, a_transaction, check_clock, clock_act
from domain.act import BY_TWO_KEYS
from domain.calendar import WorkCalendar, day_of
from domain.cases import parse_case
from domain.emergency import EMERGENCY, next_moment
from domain.ledger import Ledger
from domain.procedures import Asking, expire_emergency


class Emergencies:
    """The activities of emergency decisions. They may be repeated: what is over does not expire again."""

    def __init__(self, ledger: Ledger, calendar: WorkCalendar) -> None:
        """Hold what every decision needs."""
        self._ledger = ledger
        self._calendar = calendar

    @a_transaction
    def look_at_emergency(self, given: TickInput) -> WatchView:
        """Read when an emergency decision expires."""
        moment = next_moment(self._ledger.state(EMERGENCY, given.case))
        return WatchView(moment is not None, moment)

    @a_transaction
    def end_emergency(self, given: TickInput) -> WatchView:
        """Record that nobody confirmed it in time, if nobody did."""
        check_clock(self._ledger, given.now)
        moment = next_moment(self._ledger.state(EMERGENCY, given.case))
        if moment is not None and moment <= given.now:
            command_id = f"{given.case}@{given.moment.isoformat()}"
            act = clock_act(command_id, day_of(given.moment), given.now, BY_TWO_KEYS)
            case = parse_case(given.case)
            self._ledger.transact(lambda read: expire_emergency(Asking(act, case, read, self._calendar)))
        return self.look_at_emergency(given)
