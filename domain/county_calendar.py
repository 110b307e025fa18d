"""Calendar (日程) of a county: on which days its months, weeks and year-end sweeps begin, each once and in order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.act import Act, CaseState, Decider, Fact
from domain.calendar import start_of
from domain.errors import RefusedError
from domain.periods import next_first
from domain.terms import PolicyRef

_DAY = timedelta(days=1)
YEAR_END = (12, 31)


class CalendarOrderError(RefusedError):
    """A day of the calendar that is out of turn: an earlier one has not come yet, or it never began."""

    zh = "{county} 的日程已到 {turned_on}，不能办理 {on}；须按日期先后（引擎规则）"
    en = (
        "the calendar of {county} has come to {turned_on}, not to {on}: its days must come in order (the engine's rule)"
    )


class CalendarOpened(Fact, frozen=True, tag="calendar.opened/1"):
    """A county's recurring days are watched from a day on. What began before that day is left to who acts on it."""

    county: str
    from_on: date


class DayCame(Fact, frozen=True, tag="calendar.day-came/1"):
    """A day on which something begins: under these rules these cases began, or were there already."""

    policy: PolicyRef
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenCalendar:
    """Watch a county's recurring days from a day on."""

    act: Act
    county: str
    from_on: date


@dataclass(frozen=True)
class LetDayCome:
    """Let the day of the act come, which begins *cases*."""

    act: Act
    policy: PolicyRef
    cases: tuple[str, ...] = ()


@dataclass
class CalendarState(CaseState):
    """A county's calendar, and the last of its days that came."""

    opened: CalendarOpened | None = None
    came_on: date | None = None

    @property
    def looks_from(self) -> date | None:
        """Return the first day that has not come."""
        if self.came_on is not None:
            return self.came_on + _DAY
        return self.opened.from_on if self.opened else None


@dataclass(frozen=True)
class Recurs:
    """What recurs by a county's rules: months are dispatched, weeks are watched, years end with a sweep."""

    months: bool = False
    weeks: bool = False
    sweeps: bool = False

    def next_day(self, day: date) -> date | None:
        """Return the first day, from *day* on, on which something begins; None if nothing ever does."""
        days = [next_first(every, day) for every, wanted in (("month", self.months), ("week", self.weeks)) if wanted]
        if self.sweeps:
            # Every day of a year is on or before its last.
            days.append(date(day.year, *YEAR_END))
        return min(days, default=None)


def judge(state: CalendarState, command: OpenCalendar | LetDayCome) -> tuple[Fact, ...]:
    """Return the facts of *command*; a calendar is opened once.

    Raises:
        CalendarOrderError: If a day is out of turn.
    """
    if isinstance(command, OpenCalendar):
        return () if state.opened else (CalendarOpened(command.act, command.county, command.from_on),)
    first, on = state.looks_from, command.act.occurred_on
    if state.opened is None or first is None or on < first:
        county = state.opened.county if state.opened else "-"
        raise CalendarOrderError(county=county, turned_on=state.came_on or "-", on=on)
    return (DayCame(command.act, command.policy, command.cases),)


def apply(state: CalendarState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case CalendarOpened():
            state.opened = fact
        case DayCame():
            state.came_on = fact.act.occurred_on
        case _:
            raise AssertionError(fact)


def next_moment(state: CalendarState, recurs: Recurs) -> datetime | None:
    """Return the first moment of the calendar's next day, or None while nothing recurs."""
    first = state.looks_from
    day = recurs.next_day(first) if first else None
    return start_of(day) if day else None


CALENDAR = Decider(
    "calendar",
    CalendarState,
    judge,
    apply,
    (OpenCalendar, LetDayCome),
    (CalendarOpened, DayCame),
    stage=lambda s: "open" if s.opened else "",
    births=(CalendarOpened,),
)
