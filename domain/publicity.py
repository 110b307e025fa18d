"""Days of publicity (公示期) as they were counted, and counted again once the calendar knows more of them."""

from dataclasses import dataclass
from datetime import date

from domain.calendar import Due, Unit, WorkCalendar, due, knows_more


@dataclass(frozen=True)
class Run:
    """A stretch of publicity: so many days after *start*, counted on the revision *calendar*."""

    start: date
    days: int
    unit: Unit
    until: date
    calendar: str
    provisional: bool

    def counted_again(self, calendar: WorkCalendar) -> Due | None:
        """Return its last day as *calendar* has it, or None where it changes nothing. A final day is never moved."""
        if not self.provisional or not knows_more(calendar.revision, self.calendar):
            return None
        counted = due(self.start, self.days, self.unit, calendar)
        return None if counted.provisional and counted.on == self.until else counted
