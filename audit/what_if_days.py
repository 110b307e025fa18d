"""Days under other rules: each clock that would run there against what was done, and what would be disclosed, when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.what_if_desk import Desk, Event
from audit.what_if_found import NOTHING
from audit.what_if_matching import named
from domain.act import Act
from domain.asset import ASSET
from domain.calendar import day_of, due
from domain.cases import case_id, kind_of, parse_case
from domain.disclosable import entry_no, kind_of_fact, number_of
from domain.disclosure import DISCLOSURE
from domain.disclosure_facts import DisclosureTerms
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.obligation_state import ObligationState
from domain.performance import PERFORMANCE
from domain.policy.results import Disclosure
from domain.procedures import disclosures
from domain.words import Both

NO_DAY = Both("未办", "not done")


@dataclass
class Days:
    """The days of a case; *until* is the last day of record: what is not done by then is open, or late."""

    desk: Desk
    until: date

    def clocks(self) -> None:
        """Compare each clock that ran there with the facts, and with the clock here, if there was one."""
        for stream in [one for one in self.desk.states if kind_of(one) == "obligation"]:
            state: ObligationState = self.desk.states[stream]
            if state.opened is None or state.ended == "dropped":
                continue
            self.desk.found.compared["deadlines"] += 1
            here = self.desk.ledger.state(OBLIGATION, stream)
            if _alike(here, state):
                self._as_here(stream, here)
            else:
                self._clock(stream, state, here)

    def _as_here(self, stream: str, here: ObligationState) -> None:
        """Tell of a deadline that is the same here: late only if it was late here, with whatever was granted."""
        opened, done = here.opened, here.ended_on
        assert opened is not None
        late = 0 if here.ended in ("dropped", "waived") else here.days_late(done or self.until)
        if late:
            self._late(
                stream, opened, done, late, Both("本县同一时限也已逾期", "late here too: it is the same deadline")
            )

    def _clock(self, stream: str, state: ObligationState, here: ObligationState) -> None:
        opened, done = state.opened, state.ended_on
        assert opened is not None
        late = state.days_late(done or self.until)
        if late:
            self._late(stream, opened, done, late, _of_here(here))
            return
        who = named(self.desk.there.profile, "posts", opened.responsible)
        name, days_of = opened.obligation, _days_of(opened)
        on = Both(f"；{done} 已办", f"; done on {done}") if done else Both("；尚未办", "; not done yet")
        says = Both(
            f"那里的时限 {name}：{days_of.zh}，{who.zh}负责{on.zh}",
            f"a deadline there, {name}: {days_of.en}, {who.en}{on.en}",
        )
        wants = Both(f"{opened.due_on} 前办理", f"done by {opened.due_on}")
        days = {"on": opened.trigger_on, "due": opened.due_on, "done": done}
        rule = f"deadline.{opened.obligation}"
        self.desk.add("due", opened.case, rule, opened.act.clause, says, has=_of_here(here), wants=wants, **days)

    def _late(self, stream: str, opened: ObligationOpened, done: date | None, late: int, has: Both) -> None:
        who = named(self.desk.there.profile, "posts", opened.responsible)
        on = Both(f"{done} 办理", f"done on {done}") if done else NO_DAY
        name, days_of = opened.obligation, _days_of(opened)
        says = Both(
            f"{name}：{days_of.zh}，应于 {opened.due_on} 前，{on.zh}，逾期 {late} 天",
            f"{name}: {days_of.en}, due {opened.due_on}, {on.en}, {late} days late",
        )
        wants = Both(f"{who.zh}于 {opened.due_on} 前办理", f"{who.en} does it by {opened.due_on}")
        days = {"on": opened.trigger_on, "due": opened.due_on, "done": done, "days_late": late}
        rule = f"deadline.{parse_case(stream).no}"
        self.desk.add("late", opened.case, rule, opened.act.clause, says, has=has, wants=wants, **days)

    def disclosures(self, events: Iterable[Event]) -> None:
        """Compare what would be disclosed there of each fact with what was made public here."""
        for event in events:
            if (arises := kind_of_fact(event.fact)) is None:
                continue
            for rule in (rule for rule in self.desk.there.profile.disclosures if arises in rule.upon):
                self.desk.found.compared["disclosures"] += 1
                self._disclosure(event, rule, number_of(event.stream, event.fact))

    def _disclosure(self, event: Event, rule: Disclosure, number: str) -> None:
        terms = disclosures.terms_of(self.desk.there, rule)
        act: Act = event.fact.act
        shown, same = self._public(event, terms, number)
        last = act.occurred_on
        if terms.deadline:
            last = due(act.occurred_on, terms.deadline.count, terms.deadline.unit, self.desk.calendar).on
        done = max((day_of(one.act.recorded_at) for one in shown), default=None)
        late = max(0, ((done or self.until) - last).days) if terms.deadline else 0
        if late and same:
            late = self._late_here(event, number)
        if same and not late:
            return
        places = Both("、".join(terms.places) or "未写明地点", "; ".join(terms.places) or "a place that is not stated")
        who = named(self.desk.there.profile, "posts", terms.post)
        by = (f"，{last} 前", f", by {last}") if terms.deadline else ("，未写明天数", ", no number of days stated")
        kept = f"，公示 {terms.publicity.count} 天" if terms.publicity else ""
        kept_en = f", public for {terms.publicity.count} days" if terms.publicity else ""
        says = Both(
            f"公开{rule.zh}：{number} 自 {act.occurred_on} 起{by[0]}{kept}" + (f"，逾期 {late} 天" if late else ""),
            f"to be public, {rule.en}: {number} of {act.occurred_on}{by[1]}{kept_en}"
            + (f", {late} days late" if late else ""),
        )
        seen_at = ", ".join(dict.fromkeys(one.place for one in shown))
        has = (
            Both(f"{done} 已公开于 {seen_at}", f"public on {done} at {seen_at}")
            if done
            else Both("没有公开的事实", "no fact of it")
        )
        wants = Both(f"由{who.zh}公开于 {places.zh}", f"{who.en} makes it public: {places.en}")
        more = {"has": has, "wants": wants, "on": act.occurred_on, "done": done, "days_late": late}
        more["due"] = last if terms.deadline else None
        group = "late" if late else "due"
        self.desk.add(group, event.stream, f"disclosures.{rule.id}", rule.clause, says, **more)

    def _late_here(self, event: Event, number: str) -> int:
        """Return how late an entry is here, with whatever was granted: the most of those that it brought about."""
        kind, county = kind_of_fact(event.fact), self.desk.county
        late = 0
        for rule in self.desk.here.profile.disclosures:
            clock = disclosures.clock_no(entry_no(rule.id, kind, number)) if kind in rule.upon and kind else ""
            state = self.desk.ledger.state(OBLIGATION, case_id(county, "obligation", clock)) if clock else None
            if state and state.opened and state.ended not in ("dropped", "waived"):
                late = max(late, state.days_late(state.ended_on or self.until))
        return late

    def _public(self, event: Event, terms: DisclosureTerms, number: str) -> tuple[list[Any], bool]:
        """Return what was made public of it here, and whether the rule here asks for the same."""
        kind, shown, same = kind_of_fact(event.fact), [], False
        assert kind is not None
        county = self.desk.county
        for rule in (one for one in self.desk.here.profile.disclosures if kind in one.upon):
            state = self.desk.ledger.state(DISCLOSURE, case_id(county, "disclosure", entry_no(rule.id, kind, number)))
            if state.arose is None or (state.withdrawn is not None and not self.desk.same):
                continue
            shown += state.published
            ours = state.arose.terms
            asks = [(t.deadline and (t.deadline.count, t.deadline.unit), t.places, t.publicity) for t in (ours, terms)]
            same = same or asks[0] == asks[1] or state.withdrawn is not None
        return shown, same

    def results(self, stream: str) -> None:
        """Say which of results and assets is ordered there of a closed project, is no rule here, and left no fact."""
        here, there = self.desk.here.profile, self.desk.there.profile
        county, _, no = parse_case(stream)
        facts = self.desk.ledger.state(PERFORMANCE, case_id(county, "performance", no))
        known = {"monitoring": facts.monitored, "evaluation": facts.evaluated}
        ours = {hook.phase for hook in here.performance}
        for hook in there.performance:
            if hook.phase not in known:
                continue
            self.desk.found.compared["results"] += 1
            if hook.phase not in ours and not known[hook.phase]:
                self._result(stream, f"performance.{hook.id}", hook)
        formed = any(ASSET.kind == kind_of(one) for one in self._assets(stream))
        topics = {rule.topic for rule in here.assets}
        for rule in there.assets:
            self.desk.found.compared["assets"] += 1
            if rule.topic == "formed" and "formed" not in topics and not formed:
                self._result(stream, f"assets.{rule.id}", rule)

    def _assets(self, stream: str) -> list[str]:
        county = parse_case(stream).county
        numbers = (getattr(event.fact, "asset_no", "") for event in self.desk.events(stream))
        return [case_id(county, "asset", number) for number in numbers if number]

    def _result(self, stream: str, key: str, rule: Any) -> None:
        who = named(self.desk.there.profile, "posts", rule.post or "")
        says = Both(f"那里还须：{rule.zh}", f"ordered there: {rule.en}")
        wants = Both(f"由{who.zh}办理", f"{who.en} does it")
        self.desk.add("due", stream, key, rule.clause, says, has=NOTHING, wants=wants)


def _alike(here: ObligationState, there: ObligationState) -> bool:
    """Return whether two clocks count the same days from the same day, for the same post."""
    if here.opened is None or there.opened is None:
        return False
    one, other = here.opened, there.opened
    ours = (one.trigger_on, one.count, one.unit, one.responsible)
    return ours == (other.trigger_on, other.count, other.unit, other.responsible)


def _of_here(here: ObligationState) -> Both:
    if here.opened is None:
        return Both("本县没有这一时限", "there is no such deadline here")
    one = here.opened
    return Both(
        f"本县 {one.count} 个{_unit(one.unit).zh}，应于 {one.due_on} 前，{one.responsible} 负责",
        f"here {one.count} {_unit(one.unit).en}, due {one.due_on}, for {one.responsible}",
    )


def _days_of(opened: ObligationOpened) -> Both:
    unit = _unit(opened.unit)
    return Both(
        f"{opened.trigger_on} 起 {opened.count} 个{unit.zh}", f"{opened.count} {unit.en} of {opened.trigger_on}"
    )


def _unit(unit: str) -> Both:
    return Both("工作日", "working days") if unit == "working" else Both("日历日", "calendar days")


def last_day(desk: Desk) -> date:
    """Return the last day of record of the whole log."""
    end = desk.ledger.recorder.max_notification_id() or 0
    found = desk.ledger.entries(end - 1, 1)
    return day_of(found[-1].fact.act.recorded_at) if found else date.min + timedelta(days=1)
