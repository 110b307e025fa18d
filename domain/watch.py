"""Watch (盯办): a week of looks by the posts that the rules name, and what they found, until each is put right."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.calendar import day_of, end_of
from domain.dispatch_refusals import MonthClosedError, NotTogetherError, RungOrderError, UnknownRuleError
from domain.dispatch_requests import (
    FindAnomaly,
    ReportWeek,
    SettleAnomaly,
    TakeLook,
    VerifyAnomaly,
    WarnOfAnomaly,
)
from domain.dispatch_terms import LadderTerm, OversightTerms, RoutineTerm, RungTerm
from domain.errors import BadInputError, RefusedError
from domain.watch_facts import (
    FACTS,
    AnomalyFound,
    AnomalyRungTaken,
    AnomalySettled,
    AnomalyVerified,
    BeginWeek,
    DayOfLooks,
    EndDays,
    InWatch,
    LooksMissed,
    LookTaken,
    WatchOpened,
    WeekReported,
)
from domain.words import Both

AT_AN_ANOMALY = "anomaly_found"
# The rungs by which an anomaly ends; all that stand before them are taken on the way.
ENDS = ("rectify", "explain")
DAYS_OF_A_WEEK = 7


class NoSuchWatchError(RefusedError):
    """An act on a week that nobody began, or an anomaly that nobody found."""

    zh = "没有 {what}；须先由盯办岗位记录（引擎规则）"
    en = "there is no {what}; a post that watches must enter it first (the engine's rule)"


class LookNotTodayError(RefusedError):
    """A look that is entered for another day: a look that was missed stays missed."""

    zh = "盯办须当日记录：发生 {on}，记录 {today}（{clause}）；漏看的不能补记"
    en = "a look is entered on its day: stated {on}, entered {today} ({clause}); it must be one day"


class WeekNotOverError(RefusedError):
    """A weekly summary before the week is over."""

    zh = "{week} 周到 {last} 才结束，{on} 不能汇总（{clause}）；须到周末"
    en = "week {week} ends on {last} and cannot be summed up on {on} ({clause}); it must wait for its last day"


@dataclass
class Anomaly:
    """One anomaly: how far its loop is closed."""

    found: AnomalyFound
    rungs: list[str] = field(default_factory=list)
    verified: AnomalyVerified | None = None
    settled: AnomalySettled | None = None


@dataclass
class WatchState(CaseState):
    """One week."""

    opened: WatchOpened | None = None
    looks: Counter[tuple[date, str]] = field(default_factory=Counter)
    anomalies: dict[str, Anomaly] = field(default_factory=dict)
    reported: WeekReported | None = None
    missed: dict[tuple[date, str], int] = field(default_factory=dict)  # What was missed on days that ended.

    @property
    def terms(self) -> OversightTerms:
        """Return the rules of the week."""
        assert self.opened is not None
        return self.opened.terms

    @property
    def open_anomalies(self) -> list[str]:
        """Return what is neither put right nor explained."""
        return [no for no, anomaly in self.anomalies.items() if anomaly.settled is None]


def monday_of(week: str) -> date:
    """Return the first day of an ISO week, such as 2022-W10.

    Raises:
        BadInputError: If it is none.
    """
    year, _, number = week.partition("-W")
    if (len(year), len(number)) != (4, 2):
        raise BadInputError("case", f"{week!r} is no ISO week such as 2022-W10")
    try:
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError as e:
        raise BadInputError("case", f"{week!r} is no ISO week such as 2022-W10: {e}") from e


def watchers(routine: RoutineTerm) -> tuple[str, ...]:
    """Return the posts that look: each of them as often as the rules say."""
    return tuple(post for post in (routine.post, *routine.together_with) if post)


def days_of(state: WatchState, until: date) -> tuple[DayOfLooks, ...]:
    """Return every post's looks, day by day: what was missed is counted, never filled in."""
    assert state.opened is not None
    return days_looked(state.opened.week, state.terms.routine("watch"), state.looks, until)


def days_looked(
    week: str, routine: RoutineTerm | None, looks: Mapping[tuple[date, str], int], until: date
) -> tuple[DayOfLooks, ...]:
    """Return the looks of a week by each post that a routine has look, day by day."""
    first = monday_of(week)
    days = (first + timedelta(days=n) for n in range(DAYS_OF_A_WEEK))
    times = routine.by_when.times if routine and routine.by_when else 0
    return tuple(
        DayOfLooks(on, post, seen := looks.get((on, post), 0), max(0, times - seen))
        for on in days
        if on <= until
        for post in (watchers(routine) if routine else ())
    )


def _missed_until(state: WatchState, until: date) -> tuple[DayOfLooks, ...]:
    """Return the days up to one on which looks were missed and are not on record so; the report says them all."""
    if state.opened is None or state.reported is not None:
        return ()
    return tuple(day for day in days_of(state, until) if day.missed and (day.on, day.post) not in state.missed)


def next_moment(state: WatchState) -> datetime | None:
    """Return when the next day is over on which looks are missing, or None if none is."""
    first = next(iter(_missed_until(state, date.max)), None)
    return end_of(first.on) if first else None


def judge(state: WatchState, command: InWatch | BeginWeek | EndDays) -> tuple[Fact, ...]:
    """Return the facts of *command*: the first act in a week opens it.

    Raises:
        RefusedError: If a rule says no.
    """
    if isinstance(command, BeginWeek):
        return () if state.opened else (command.opening,)
    if isinstance(command, EndDays):
        days = _missed_until(state, command.today - timedelta(days=1))
        return (LooksMissed(command.act.under(_clause(state)), days),) if days else ()
    if state.opened is not None:
        return _judge(state, command.act, command)
    if command.opening is None:
        raise NoSuchWatchError(what="week")
    begun = deepcopy(state)
    apply(begun, command.opening)
    return (command.opening, *_judge(begun, command.act, replace(command, opening=None)))


def _judge(state: WatchState, act: Act, command: InWatch) -> tuple[Fact, ...]:
    match command.request:
        case TakeLook() as look:
            return _look(state, act, look)
        case FindAnomaly() as found:
            return _find(state, act, found)
        case WarnOfAnomaly() as warning:
            return _warn(state, act, warning)
        case VerifyAnomaly(no=no, holds=holds, said=said):
            return _verify(state, act, no, said, holds=holds)
        case SettleAnomaly() as settled:
            return _settle(state, act, settled)
        case ReportWeek() as report:
            return _report(state, act, report)


def _clause(state: WatchState) -> str:
    routine = state.terms.routine("watch")
    return routine.clause if routine else ""


def _check_unreported(state: WatchState) -> None:
    if state.reported is not None:
        raise MonthClosedError(month=_week(state), clause=state.reported.act.clause)


def _look(state: WatchState, act: Act, r: TakeLook) -> tuple[Fact, ...]:
    _check_unreported(state)
    if (today := day_of(act.recorded_at)) != act.occurred_on:
        raise LookNotTodayError(on=act.occurred_on, today=today, clause=_clause(state))
    _check_system(state, r.system)
    return (LookTaken(act.under(_clause(state)), r.said, r.system),)


def _week(state: WatchState) -> str:
    return state.opened.week if state.opened else "-"


def _check_system(state: WatchState, system: str) -> None:
    known = [one.id for one in state.terms.systems if one.direction in ("in", "both")]
    if system and system not in known:
        there = ", ".join(known) or "-"
        raise UnknownRuleError(what=Both("系统", "system"), asked=system, known=there, clause=_clause(state))


def ladder_of(terms: OversightTerms) -> LadderTerm | None:
    """Return the ladder that an anomaly sets off."""
    return next((one for one in terms.ladders if any(r.trigger == AT_AN_ANOMALY for r in one.rungs)), None)


def ending(ladder: LadderTerm) -> RungTerm | None:
    """Return the rung by which an anomaly ends."""
    return next((rung for rung in ladder.rungs if rung.effect in ENDS and rung.trigger == AT_AN_ANOMALY), None)


def on_the_way(ladder: LadderTerm) -> tuple[RungTerm, ...]:
    """Return the rungs that come before the one by which an anomaly ends."""
    end = ending(ladder)
    before = ladder.rungs[: ladder.rungs.index(end)] if end else ladder.rungs
    return tuple(rung for rung in before if rung.trigger == AT_AN_ANOMALY)


def _find(state: WatchState, act: Act, r: FindAnomaly) -> tuple[Fact, ...]:
    ladder = ladder_of(state.terms)
    end = ending(ladder) if ladder else None
    assert ladder is not None, "the procedure names nobody who deals with it"
    assert end is not None, "the procedure names nobody who deals with it"
    _check_system(state, r.system)
    if (before := state.anomalies.get(r.no)) is not None:
        if (before.found.subject, before.found.said) != (r.subject, r.said):
            raise RepeatDiffersError(key=r.no, recorded=before.found.said, asked=r.said)
        return ()
    _check_unreported(state)
    responsible = end.limit.responsible if end.limit and end.limit.responsible else end.actor
    by_when = f"{end.limit.kind} {end.limit.start}".strip() if end.limit else ""
    return (AnomalyFound(act.under(end.clause), r.no, ladder.id, r.subject, r.said, responsible, by_when, r.system),)


def anomaly_of(state: WatchState, no: str) -> Anomaly:
    """Return an anomaly.

    Raises:
        NoSuchWatchError: If nobody found one of that number.
    """
    if no not in state.anomalies:
        raise NoSuchWatchError(what=f"anomaly {no}")
    return state.anomalies[no]


def next_rung(state: WatchState, no: str) -> RungTerm | None:
    """Return the rung that an anomaly waits for before it may end."""
    anomaly, ladder = anomaly_of(state, no), ladder_of(state.terms)
    waiting = (rung for rung in on_the_way(ladder) if rung.id not in anomaly.rungs) if ladder else iter(())
    return next(waiting, None)


def _warn(state: WatchState, act: Act, r: WarnOfAnomaly) -> tuple[Fact, ...]:
    rung = next_rung(state, r.no)
    if rung is None:
        return ()
    return (AnomalyRungTaken(act.under(rung.clause), r.no, rung.id, rung.effect, r.said, rung.to, r.record),)


def _verify(state: WatchState, act: Act, no: str, said: str, *, holds: bool) -> tuple[Fact, ...]:
    anomaly, end = anomaly_of(state, no), _end(state)
    _check_order(state, no, "verify", end)
    if (before := anomaly.verified) is not None:
        if before.holds != holds:
            raise RepeatDiffersError(key=no, recorded=before.holds, asked=holds)
        return ()
    return (AnomalyVerified(act.under(end.clause), no, holds, said),)


def _end(state: WatchState) -> RungTerm:
    ladder = ladder_of(state.terms)
    end = ending(ladder) if ladder else None
    assert end is not None, "there is an anomaly, so there is a rung by which it ends"
    return end


def _check_order(state: WatchState, no: str, asked: str, end: RungTerm) -> None:
    if (rung := next_rung(state, no)) is not None:
        raise RungOrderError(subject=no, rung=asked, before=rung.id, clause=end.clause)


def _settle(state: WatchState, act: Act, r: SettleAnomaly) -> tuple[Fact, ...]:
    anomaly, end = anomaly_of(state, r.no), _end(state)
    if (before := anomaly.settled) is not None:
        if before.how != r.how:
            raise RepeatDiffersError(key=r.no, recorded=before.how, asked=r.how)
        return ()
    _check_order(state, r.no, end.id, end)
    if anomaly.verified is None:
        raise RungOrderError(subject=r.no, rung=end.id, before="verify", clause=end.clause)
    # A system that is fed as well as read is told how it ended: the loop is closed there.
    both = (one.id for one in state.terms.systems if one.id == anomaly.found.system and one.direction == "both")
    return (AnomalySettled(act.under(end.clause), r.no, r.how, r.said, next(both, ""), r.record),)


def _report(state: WatchState, act: Act, r: ReportWeek) -> tuple[Fact, ...]:
    routine = state.terms.routine("report")
    assert routine is not None, "the procedure names nobody who reports"
    last = monday_of(_week(state)) + timedelta(days=DAYS_OF_A_WEEK - 1)
    if act.occurred_on < last:
        raise WeekNotOverError(week=_week(state), last=last, on=act.occurred_on, clause=routine.clause)
    if (before := state.reported) is not None:
        if before.record != r.record:
            raise RepeatDiffersError(key=routine.id, recorded=before.record, asked=r.record)
        return ()
    if missing := [post for post in routine.together_with if post not in (*r.took_part, act.post)]:
        asked = ", ".join(r.took_part) or "-"
        raise NotTogetherError(routine=routine.id, needed=", ".join(missing), asked=asked, clause=routine.clause)
    days, left = days_of(state, last), tuple(state.open_anomalies)
    return (WeekReported(act.under(routine.clause), routine.id, r.said, r.record, days, left, r.took_part),)


def apply(state: WatchState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case WatchOpened():
            state.opened = fact
        case LookTaken():
            state.looks[fact.act.occurred_on, fact.act.post] += 1
        case AnomalyFound():
            state.anomalies[fact.no] = Anomaly(fact)
        case AnomalyRungTaken():
            state.anomalies[fact.no].rungs.append(fact.rung)
        case AnomalyVerified():
            state.anomalies[fact.no].verified = fact
        case AnomalySettled():
            state.anomalies[fact.no].settled = fact
        case WeekReported():
            state.reported = fact
        case LooksMissed():
            state.missed |= {(day.on, day.post): day.missed for day in fact.days}
        case _:
            raise AssertionError(fact)


def open_steps(state: WatchState) -> tuple[OpenStep, ...]:
    """Return what each open anomaly waits for, and the week's report."""
    return tuple(_waiting(state)) if state.opened else ()


def _waiting(state: WatchState) -> Iterator[OpenStep]:
    for no in state.open_anomalies:
        rung = next_rung(state, no)
        verified = state.anomalies[no].verified is not None
        step = "warn" if rung else "settle" if verified else "verify"
        yield OpenStep(f"{step}:{no}", (rung or _end(state)).actor)
    routine = state.terms.routine("report")
    if routine is not None and state.reported is None:
        yield OpenStep("report", routine.post)


def stage(state: WatchState) -> str:
    """Return where a week stands: watched, reported, or closed once nothing found in it is open."""
    if state.reported is None:
        return "watched"
    return "reported" if state.open_anomalies else "closed"


ASKED = ("look", "find", "warn", "verify", "settle", "report")
WATCH = Decider(
    "watch",
    WatchState,
    judge,
    apply,
    (InWatch, BeginWeek, EndDays),
    FACTS,
    open_steps,
    stage,
    lambda s: stage(s) == "closed",
    # What a rule forbids is refused by it, with its clause.
    lambda s: ASKED if s.opened else (),
    births=(WatchOpened,),
    quiet=(LookTaken, LooksMissed),
)
