from datetime import date, datetime, timedelta

import pytest

from domain.act import Act, RepeatDiffersError
from domain.calendar import SHANGHAI
from domain.obligation import OBLIGATION, next_moment
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    Drop,
    Fulfil,
    ObligationDropped,
    ObligationMet,
    ObligationOpened,
    Open,
    Reminded,
    Rung,
    RungClimbed,
    Tick,
)
from domain.obligation_refusals import NoSuchObligationError
from tests.domain.given import by, fold, given, noon

TRIGGER, REMIND, DUE = date(2022, 3, 10), date(2022, 3, 12), date(2022, 3, 13)
HOLDERS = {"finance_section": "li", "watch_post": "wu", "director": "zheng"}
ACT = by("li", TRIGGER)


def opened(
    act: Act, on: date = TRIGGER, *, remind_on: date | None = REMIND, conditions: tuple[str, ...] = ("report", "notice")
) -> ObligationOpened:
    ladder = (Rung("watch_post", date(2022, 3, 14)), Rung("director", date(2022, 3, 16)))
    return ObligationOpened(
        act,
        "sample",
        "fund-F1-arrival",
        "sample/fund/F1",
        on,
        3,
        "calendar",
        "",
        DUE,
        provisional=False,
        conditions=conditions,
        responsible="finance_section",
        remind_on=remind_on,
        ladder=ladder,
        ladder_clause="engine",
    )


OPENED = opened(by("li", TRIGGER))
REPORTED = ConditionFulfilled(by("li", date(2022, 3, 11)), "report")
REMINDED = Reminded(by("engine", REMIND), "finance_section", "li")
BREACHED = Breached(by("engine", date(2022, 3, 14)), "finance_section", "li")


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def tick(moment: datetime) -> Tick:
    return Tick(by("engine", moment.date(), recorded=moment), HOLDERS)


# Opening


def test_clock_starts_once_for_its_trigger() -> None:
    given().when(Open(ACT, opened(ACT))).then(opened(ACT))
    given(OPENED).when(Open(ACT, opened(ACT))).then()


def test_clock_started_again_for_another_day_is_refused() -> None:
    given(OPENED).when(Open(ACT, opened(ACT, date(2022, 3, 11)))).refuses(
        RepeatDiffersError, "fund-F1-arrival", "2022-03-10", "2022-03-11"
    )


@pytest.mark.parametrize(
    "command", [Fulfil(ACT, "report"), Drop(ACT, "x"), tick(noon(DUE))], ids=lambda c: type(c).__name__
)
def test_nothing_happens_to_a_clock_never_started(command: Fulfil | Drop | Tick) -> None:
    given().when(command).refuses(NoSuchObligationError)


# Meeting it


def test_one_of_two_acts_leaves_the_clock_running() -> None:
    given(OPENED).when(Fulfil(ACT, "report")).then(ConditionFulfilled(ACT, "report"))
    assert [s.id for s in OBLIGATION.open_steps(fold(OBLIGATION, (OPENED, REPORTED)))] == ["notice"]


def test_same_act_twice_counts_once() -> None:
    given(OPENED, REPORTED).when(Fulfil(ACT, "report")).then()


def test_act_that_is_not_under_the_clock_passes_by() -> None:
    given(opened(by("li"), conditions=("report",))).when(Fulfil(ACT, "notice")).then()


def test_second_act_on_the_due_day_is_in_time() -> None:
    act = by("li", DUE, recorded=at(DUE, 23, 59))
    given(OPENED, REPORTED).when(Fulfil(act, "notice")).then(ConditionFulfilled(act, "notice"), ObligationMet(act, 0))


def test_late_by_the_day_of_record_whatever_is_stated() -> None:
    act = by("li", date(2022, 3, 12), recorded=at(date(2022, 3, 16), 9))
    given(OPENED, REPORTED, BREACHED).when(Fulfil(act, "notice")).then(
        ConditionFulfilled(act, "notice"), ObligationMet(act, 3)
    )


def test_ended_clock_takes_nothing_more() -> None:
    met = (OPENED, REPORTED, ConditionFulfilled(by("li"), "notice"), ObligationMet(by("li"), 0))
    for command in (Fulfil(ACT, "report"), Drop(ACT, "x"), tick(noon(date(2022, 4, 1)))):
        given(*met).when(command).then()


def test_clock_without_object_is_dropped_with_reason() -> None:
    given(OPENED).when(Drop(ACT, "报账退回")).then(ObligationDropped(ACT, "报账退回"))


# Its days


@pytest.mark.parametrize("moment", [at(TRIGGER), at(REMIND, 7, 59)])
def test_clock_says_nothing_before_the_reminder(moment: datetime) -> None:
    given(OPENED).when(tick(moment)).then()


@pytest.mark.parametrize("moment", [at(REMIND, 8), at(DUE, 23, 59)])
def test_person_responsible_is_reminded_once(moment: datetime) -> None:
    command = tick(moment)
    given(OPENED).when(command).then(Reminded(command.act, "finance_section", "li"))
    given(OPENED, REMINDED).when(command).then()


def test_breach_names_who_is_then_responsible() -> None:
    command = tick(at(date(2022, 3, 14)))
    ladder = command.act.under("engine")
    given(OPENED, REMINDED).when(command).then(
        Breached(command.act, "finance_section", "li"), RungClimbed(ladder, 1, "watch_post", "wu")
    )


def test_due_day_itself_is_no_breach() -> None:
    given(OPENED, REMINDED).when(tick(at(DUE, 23, 59))).then()


def test_ladder_is_climbed_rung_after_rung() -> None:
    first = RungClimbed(by("engine", date(2022, 3, 14)), 1, "watch_post", "wu")
    facts = (OPENED, REMINDED, BREACHED, first)
    given(*facts).when(tick(at(date(2022, 3, 15), 23, 59))).then()
    command = tick(at(date(2022, 3, 16)))
    given(*facts).when(command).then(RungClimbed(command.act.under("engine"), 2, "director", "zheng"))


def test_clock_asleep_past_everything_catches_up_at_once() -> None:
    command = tick(at(date(2022, 4, 1)))
    ladder = command.act.under("engine")
    given(OPENED).when(command).then(
        Breached(command.act, "finance_section", "li"),
        RungClimbed(ladder, 1, "watch_post", "wu"),
        RungClimbed(ladder, 2, "director", "zheng"),
    )


def test_post_held_by_nobody_is_named_with_nobody() -> None:
    command = Tick(by("engine", recorded=at(date(2022, 3, 14))), {})
    given(OPENED, REMINDED).when(command).then(
        Breached(command.act, "finance_section", ""), RungClimbed(command.act.under("engine"), 1, "watch_post", "")
    )


def test_clock_wakes_for_reminder_breach_and_rungs() -> None:
    first = RungClimbed(by("engine"), 1, "watch_post", "wu")
    second = RungClimbed(by("engine"), 2, "director", "zheng")
    now = at(TRIGGER, 9)

    def wakes(*facts: object, now: datetime = now) -> datetime | None:
        return next_moment(fold(OBLIGATION, facts), now)

    assert wakes() is None
    assert wakes(OPENED) == at(REMIND, 8)
    assert wakes(OPENED, REMINDED) == at(date(2022, 3, 14))
    assert wakes(OPENED, now=at(date(2022, 3, 14), 1)) == at(date(2022, 3, 14))
    assert wakes(opened(by("li"), remind_on=None)) == at(date(2022, 3, 14))
    assert wakes(OPENED, REMINDED, BREACHED, first) == at(date(2022, 3, 16))
    assert wakes(OPENED, REMINDED, BREACHED, first, second) is None
    assert wakes(OPENED, ObligationDropped(by("li"), "x")) is None


@pytest.mark.parametrize("start", [at(TRIGGER, 9), at(DUE, 12), at(date(2022, 3, 20))])
def test_every_wake_up_brings_the_clock_further(start: datetime) -> None:
    state, now, stages = fold(OBLIGATION, (OPENED,)), start, []
    while moment := next_moment(state, now):
        now = max(now, moment)
        facts = OBLIGATION.decide(state, tick(now))
        assert facts, f"woken at {now} for nothing"
        for fact in facts:
            OBLIGATION.evolve(state, fact)
        stages.append(OBLIGATION.stage(state))
    assert (stages[-1], state.rungs) == ("overdue", 2)


def test_clock_stands_open_overdue_met_or_dropped() -> None:
    met = (REPORTED, ConditionFulfilled(by("li"), "notice"))
    stories: list[tuple[object, ...]] = [
        (OPENED,),
        (OPENED, BREACHED),
        (OPENED, *met, ObligationMet(by("li"), 0)),
        (OPENED, BREACHED, *met, ObligationMet(by("li"), 2)),
        (OPENED, ObligationDropped(by("li"), "x")),
    ]
    states = [fold(OBLIGATION, story) for story in stories]
    assert [OBLIGATION.stage(s) for s in states] == ["open", "overdue", "met", "met late", "dropped"]
    assert [OBLIGATION.closed(s) for s in states] == [False, False, True, True, True]
    assert [len(OBLIGATION.open_steps(s)) for s in states] == [2, 2, 0, 0, 0]


def test_time_zones_tell_the_same_breach() -> None:
    moment = at(date(2022, 3, 14)).astimezone(tz=None)
    assert OBLIGATION.decide(fold(OBLIGATION, (OPENED, REMINDED)), tick(moment - timedelta(microseconds=1))) == ()
    assert len(OBLIGATION.decide(fold(OBLIGATION, (OPENED, REMINDED)), tick(moment))) == 2
