"""Deadlines (限时): how each ended, which are overdue and who answered for them, and their days counted anew."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from audit.report_funds import UNFOLDABLE
from audit.report_parts import Cell, Finding, Part, named
from domain.calendar import Due, WorkCalendar, day_of, end_of, knows_more
from domain.ledger import Entry
from domain.obligation import OBLIGATION
from domain.obligation_facts import (
    Breached,
    ObligationExtended,
    ObligationMet,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
)
from domain.obligation_state import ObligationState, granted
from domain.recomputing import Count
from domain.words import Both

MOVED = (ObligationOpened, ObligationRecomputed, ObligationExtended, ObligationResumed)
COUNTS = {
    "opened": Both("起算", "opened"),
    "met": Both("按时办结", "met in time"),
    "met late": Both("逾期办结", "met late"),
    "breached": Both("逾期（有效）", "breached"),
    "open": Both("未结", "open"),
    "overdue": Both("其中已逾期", "of them overdue"),
    "paused": Both("其中暂停", "of them standing still"),
    "waived": Both("免除", "waived"),
    "dropped": Both("取消", "dropped"),
    "extended": Both("延期（次）", "extensions"),
    "pauses": Both("暂停（次）", "pauses"),
}


@dataclass
class Clock:
    """One deadline, folded; who answered for its breach."""

    state: ObligationState = field(default_factory=ObligationState)
    answered: tuple[str, str] = ("", "")
    extended: int = 0
    pauses: int = 0


@dataclass
class Clocks:
    """All deadlines of a county; their days counted again on *calendar*."""

    calendar: WorkCalendar
    of: dict[str, Clock] = field(default_factory=dict)
    counted: int = 0
    uncounted: int = 0
    days: list[Finding] = field(default_factory=list)
    wrong: list[Finding] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Take a deadline's fact in."""
        clock, fact = self.of.setdefault(entry.stream, Clock()), entry.fact
        try:
            self._check(clock.state, entry)
            OBLIGATION.apply(clock.state, fact)
        except UNFOLDABLE as error:
            said = Both("前面的事实接不上，无法续算", f"it does not follow from the facts before it: {error!r}")
            self.wrong.append(Finding(entry.stream, entry.version, type(fact).__name__, said))
        clock.extended += isinstance(fact, ObligationExtended)
        clock.pauses += isinstance(fact, ObligationPaused)
        if isinstance(fact, Breached):
            clock.answered = fact.post, fact.person

    def _check(self, state: ObligationState, entry: Entry) -> None:
        fact, at = entry.fact, entry.fact.act.recorded_at
        if isinstance(fact, MOVED):
            self._days(state, entry)
        elif isinstance(fact, Breached):
            assert state.opened is not None
            if at < end_of(state.opened.due_on):
                said = Both(
                    f"{state.opened.due_on} 尚未结束即记逾期", f"breached before {state.opened.due_on} was over"
                )
                self.days.append(Finding(entry.stream, entry.version, "act.recorded_at", said))
        elif isinstance(fact, ObligationMet):
            late = state.days_late(day_of(at))
            if late != fact.days_late:
                said = Both(
                    f"所记晚 {fact.days_late} 日，应为 {late} 日", f"{fact.days_late} days late, counted {late}"
                )
                self.days.append(Finding(entry.stream, entry.version, "days_late", said))

    def _days(self, state: ObligationState, entry: Entry) -> None:
        fact = entry.fact
        again = _counted(state, fact, self.calendar)
        ours = self.calendar.revision
        same = again.revision == fact.calendar or (not fact.provisional and knows_more(ours, fact.calendar))
        if not same:
            self.uncounted += 1
            return
        self.counted += 1
        if again.on != fact.due_on:
            said = Both(f"所记到期日 {fact.due_on}，重算为 {again.on}", f"due on {fact.due_on}, counted {again.on}")
            self.days.append(Finding(entry.stream, entry.version, "due_on", said))

    def of_year(self, year: int, cases: set[str]) -> dict[str, Clock]:
        """Return the deadlines of some cases, and all that were opened in a year."""
        return {
            stream: clock
            for stream, clock in self.of.items()
            if (opened := clock.state.opened) and (opened.case in cases or day_of(opened.act.recorded_at).year == year)
        }

    def part(self, year: int, cases: set[str], now: datetime) -> Part:
        """Return the part of the report, as of *now*."""
        part, mine = Part(Both("限时", "Deadlines")), self.of_year(year, cases)
        part.checked(Both("限时逐条重算", "deadlines folded again"), len(self.of), self.wrong)
        count = Both("到期日、逾期日数按日历重算", "due days and days late, counted again by the calendar")
        why = Both(
            f"{self.uncounted} 个到期日按另一版日历计算且尚未核定，未重算",
            f"{self.uncounted} provisional due days rest on another revision of the calendar: not counted again",
        )
        if self.counted or self.days or not self.uncounted:
            part.checked(count, self.counted, self.days, why if self.uncounted else None)
        else:
            part.unchecked(count, why)
        sums = Counter(name for clock in mine.values() for name in _names(clock, now))
        for clock in mine.values():
            sums["extended"] += clock.extended
            sums["pauses"] += clock.pauses
        rows: list[tuple[Cell, ...]] = [(words, sums[name]) for name, words in COUNTS.items()]
        part.listed(
            Both("限时情况", "Deadlines of the year"),
            named((("情况", "how", "text"), ("数量", "count", "count"))),
            rows,
        )
        heads = named(
            (
                ("限时", "deadline", "text"),
                ("案件", "case", "text"),
                ("起算日", "from", "date"),
                ("到期日", "due", "date"),
                ("责任", "who answered for it", "who"),
                ("晚（日）", "days late", "count"),
                ("现状", "how it stands", "stage"),
            )
        )
        late = list(_overdue(mine, now))
        part.listed(Both("逾期的限时", "Overdue deadlines"), heads, late)
        return part


def _counted(state: ObligationState, fact: object, calendar: WorkCalendar) -> Due:
    match fact:
        case ObligationOpened(trigger_on=start, count=count, unit=unit):
            return Count(start, count, unit).due(calendar)  # type: ignore[arg-type]
        case ObligationExtended() | ObligationResumed():
            return state.counted_from().with_change(granted(fact)).due(calendar)
    return state.counted_from().due(calendar)


def _names(clock: Clock, now: datetime) -> Iterator[str]:
    state = clock.state
    assert state.opened is not None
    yield "opened"
    yield state.ended or "open"
    if state.breached:
        yield "breached"
    if not state.ended and (state.breached or state.days_late(day_of(now))):
        yield "overdue"
    if not state.ended and state.paused_on:
        yield "paused"


def _overdue(clocks: dict[str, Clock], now: datetime) -> Iterator[tuple[Cell, ...]]:
    for stream, clock in clocks.items():
        state = clock.state
        assert state.opened is not None
        late = state.days_late(state.ended_on or day_of(now))
        if not state.breached and not (late and not state.ended):
            continue
        who = clock.answered if state.breached else (state.opened.responsible, "")
        own = stream.rpartition("/")[2]
        yield own, state.opened.case, state.opened.trigger_on, state.opened.due_on, who, late, state.ended or "overdue"
