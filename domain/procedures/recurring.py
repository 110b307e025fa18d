"""A county's calendar (日程): what begins on a day by the rules that are in force on it, and when it is opened."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from domain.calendar import start_of
from domain.cases import CaseId, calendar_stream, county_stream
from domain.county import COUNTY, PolicyAdopted
from domain.county_calendar import CALENDAR, YEAR_END, LetDayCome, OpenCalendar, Recurs
from domain.ledger import Read, Step
from domain.periods import period_of
from domain.procedures import dispatch, surplus, watch
from domain.procedures.asking import Asking, Rules, rules_of
from domain.procedures.oversight import terms_of
from domain.procedures.rhythms import recurring
from domain.terms import PolicyRef


def recurs(rules: Rules) -> Recurs:
    """Return what recurs by a county's rules."""
    terms = terms_of(rules)
    watched = [one for one in (terms.routine("watch"), terms.routine("report")) if one]
    by_week = any(one.by_when and one.by_when.every in ("day", "week") for one in watched)
    return Recurs(
        months=next(recurring(terms), None) is not None,
        # Without somebody who watches there is no week to report on.
        weeks=by_week and terms.routine("watch") is not None,
        sweeps=bool(rules.profile.surplus),
    )


def opens(asking: Asking, rules: Rules, on: date) -> Iterator[Step]:
    """Open the county's calendar with the first rules by which anything recurs."""
    own = calendar_stream(asking.case.county)
    if recurs(rules).next_day(on) is not None and asking.read(CALENDAR, own).opened is None:
        yield Step(own, OpenCalendar(asking.act, asking.case.county, on))


def follow(asking: Asking, _stream: str, fact: object) -> Iterator[Step]:
    """Open the calendar once a county adopts rules by which anything recurs, from the day of adoption on."""
    if isinstance(fact, PolicyAdopted):
        yield from opens(asking, asking.rules(fact.policy), fact.act.occurred_on)


def next_moment(read: Read, county: str) -> datetime | None:
    """Return the first moment of the next day on which something begins, by the rules in force on each day."""
    looks_from = read(CALENDAR, calendar_stream(county)).looks_from
    if looks_from is None:
        return None
    since = read(COUNTY, county_stream(county)).since
    ends = [on for on, _ in since[1:]]
    for (begins, ref), end in zip(since, [*ends, date.max], strict=True):
        day = recurs(rules_of(read, county, ref)).next_day(max(looks_from, begins)) if looks_from < end else None
        if day is not None and day < end:
            return start_of(day)
    return None


def in_force(read: Read, county: str, on: date) -> PolicyRef:
    """Return the rules that are in force on a day; a calendar has no day before the first of them."""
    return [ref for begins, ref in read(COUNTY, county_stream(county)).since if begins <= on][-1]


def come(asking: Asking) -> Iterator[Step]:
    """Let the day of the act come: begin its month, its week, its year-end sweeps, each with the clocks of its days."""
    county, on = asking.case.county, asking.act.occurred_on
    if asking.act.command_id in asking.read(CALENDAR, calendar_stream(county)).done:
        return
    rules = rules_of(asking.read, county, in_force(asking.read, county, on))
    begun = list(_begins(asking, rules, on))
    cases = tuple(dict.fromkeys(own.own for own, _ in begun))
    yield Step(calendar_stream(county), LetDayCome(asking.act, rules.ref, cases))
    for _, steps in begun:
        yield from steps


def _begins(asking: Asking, rules: Rules, on: date) -> Iterator[tuple[Asking, Iterator[Step]]]:
    """Yield each case that begins on a day, with the steps that begin it: none where somebody was faster."""
    wanted = recurs(rules)
    month, week = period_of("month", on), period_of("week", on)
    if wanted.months and month.first == on:
        own = _of(asking, "dispatch", month.no)
        yield own, dispatch.begin(own, rules)
    if wanted.weeks and week.first == on:
        own = _of(asking, "watch", week.no)
        yield own, watch.begin(own, rules)
    if (on.month, on.day) == YEAR_END:
        for kind in dict.fromkeys(rule.kind for rule in rules.profile.surplus):
            own = _of(asking, "surplus", f"{on.year}-{kind}")
            yield own, surplus.call(own, rules)


def _of(asking: Asking, kind: str, no: str) -> Asking:
    return replace(asking, case=CaseId(asking.case.county, kind, no))
