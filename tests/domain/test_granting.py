"""More time, a pause, a waiver: what becomes of the days of a deadline, and what is refused.

The clock of these tests runs three calendar days from 10 March 2022: reminded on the 12th, due on the 13th, its ladder
climbed on the 14th and 16th. Working days are those of 2022 as it was published.
"""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.calendar import WorkCalendar, due, end_of
from domain.errors import BadInputError
from domain.obligation import OBLIGATION, is_moved, next_moment
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    Drop,
    Extend,
    Fulfil,
    ObligationDropped,
    ObligationExtended,
    ObligationMet,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
    ObligationWaived,
    Pause,
    Reminded,
    Resume,
    Rung,
    RungClimbed,
    Waive,
)
from domain.obligation_refusals import (
    BrokenClockError,
    ClockEndedError,
    NotLaterError,
    RunsAlreadyError,
    StandsStillError,
)
from tests.domain.given import by, fold, given
from tests.domain.test_obligation import BREACHED, DUE, OPENED, REMINDED, TRIGGER, at, opened, tick
from tests.domain.test_recomputing import CLAUSE, HOLDERS, UNTIL_2021, UNTIL_2022, clock, look

WHY = "主管部门停电三日"
RUNG = RungClimbed(by("engine", date(2022, 3, 14)), 1, "watch_post", "wu")


def march(day: int) -> date:
    return date(2022, 3, day)


def extend(moment: datetime, days: int = 0, until: date | None = None, known: WorkCalendar = UNTIL_2022) -> Extend:
    return Extend(by("zheng", moment.date(), recorded=moment), "li", WHY, known, days, until)


def pause(moment: datetime, known: WorkCalendar = UNTIL_2022) -> Pause:
    return Pause(by("zheng", moment.date(), recorded=moment), "li", WHY, known)


def resume(moment: datetime, known: WorkCalendar = UNTIL_2022) -> Resume:
    return Resume(by("zheng", moment.date(), recorded=moment), "li", WHY, known)


def waive(moment: datetime) -> Waive:
    return Waive(by("zheng", moment.date(), recorded=moment), "li", WHY, UNTIL_2022, answered_for="li")


def happen(*story: object) -> tuple[object, ...]:
    """Return the facts of a story in which some are still commands."""
    facts: list[object] = []
    for told in story:
        if hasattr(told, "__struct_config__"):
            facts.append(told)
        else:
            facts += OBLIGATION.decide(fold(OBLIGATION, tuple(facts)), told)  # type: ignore[arg-type]
    return tuple(facts)


def stands(*story: object) -> tuple[str, date, date | None, list[date]]:
    """Return the stage of a clock, its due day, its reminder and the days of its ladder."""
    state = fold(OBLIGATION, happen(*story))
    now: ObligationOpened = state.opened
    return OBLIGATION.stage(state), now.due_on, now.remind_on, [rung.on for rung in now.ladder]


# More time


def test_days_more_move_the_due_day_the_reminder_and_every_rung_and_say_who_answers() -> None:
    command = extend(at(march(11), 9), 5)
    given(OPENED).when(command).then(
        ObligationExtended(
            command.act,
            "finance_section",
            "li",
            WHY,
            calendar="",
            due_before=DUE,
            due_on=march(18),
            provisional=False,
            remind_on=march(17),
            ladder=(Rung("watch_post", march(19)), Rung("director", march(21))),
            days=5,
        )
    )
    assert stands(OPENED, command) == ("open", march(18), march(17), [march(19), march(21)])


def test_more_time_may_be_granted_until_a_day() -> None:
    assert stands(OPENED, extend(at(march(11), 9), until=march(20)))[1] == march(20)


def test_more_time_is_granted_until_the_due_day_is_over() -> None:
    last = end_of(DUE) - timedelta(seconds=1)
    assert stands(OPENED, extend(last, 1))[1] == march(14)
    given(OPENED).when(extend(end_of(DUE), 1)).refuses(BrokenClockError, DUE, march(14))


def test_a_clock_with_more_time_wakes_for_its_new_days_and_reminds_of_them_again() -> None:
    facts = happen(OPENED, REMINDED, extend(at(march(13), 9), 5))
    state = fold(OBLIGATION, facts)
    assert next_moment(state, at(march(13), 9)) == at(march(17), 8)
    given(*facts).when(tick(at(march(14), 0))).then()
    command = tick(at(march(17), 8))
    given(*facts).when(command).then(Reminded(command.act, "finance_section", "li"))


@pytest.mark.parametrize("until", [DUE, march(12), TRIGGER])
def test_an_earlier_day_or_the_same_is_no_more_time(until: date) -> None:
    given(OPENED).when(extend(at(march(11), 9), until=until)).refuses(NotLaterError, DUE, until)


@pytest.mark.parametrize("command", [extend(at(march(14), 9), 5), pause(at(march(14), 9))], ids=["extend", "pause"])
@pytest.mark.parametrize("seen", [(BREACHED, RUNG), ()], ids=["on record", "that no clock saw"])
def test_a_breach_is_undone_by_nothing(command: Extend | Pause, seen: tuple[object, ...]) -> None:
    given(OPENED, *seen).when(command).refuses(BrokenClockError, DUE, march(14))


def test_what_is_done_in_the_granted_time_is_in_time_and_after_it_is_late_by_the_new_day() -> None:
    story = happen(opened(by("li"), conditions=("report",)), extend(at(march(11), 9), 5))
    done = Fulfil(by("li", march(18)), "report", "li")
    given(*story).when(done).then(ConditionFulfilled(done.act, "report"), ObligationMet(done.act, 0))
    late = Fulfil(by("li", march(20)), "report", "li")
    given(*story).when(late).then(
        Breached(late.act, "finance_section", "li"), ConditionFulfilled(late.act, "report"), ObligationMet(late.act, 2)
    )


def test_more_time_is_granted_twice_and_each_grant_is_a_fact_of_its_own() -> None:
    story = (OPENED, extend(at(march(11), 9), 5), extend(at(march(12), 9), until=march(25)))
    assert stands(*story)[1] == march(25)
    assert [f.due_before for f in happen(*story) if isinstance(f, ObligationExtended)] == [DUE, march(18)]


def test_no_deadline_lies_after_the_last_year() -> None:
    story, now = happen(OPENED), at(march(11), 9)
    for _ in range(7):
        story = happen(*story, extend(now, 3660))
    with pytest.raises(BadInputError, match="2100"):
        happen(*story, extend(now, 3660))


# A pause


def test_a_paused_clock_says_nothing_and_wakes_for_nothing() -> None:
    command = pause(at(march(11), 9))
    given(OPENED).when(command).then(ObligationPaused(command.act, "finance_section", "li", WHY, march(11)))
    facts = happen(OPENED, command)
    assert next_moment(fold(OBLIGATION, facts), at(march(11), 9)) is None
    for day in (12, 13, 14, 30):
        given(*facts).when(tick(at(march(day), 12))).then()
    assert stands(*facts)[0] == "paused"


def test_the_days_of_a_pause_are_added_when_it_ends() -> None:
    facts, command = happen(OPENED, pause(at(march(11), 9))), resume(at(march(21), 9))
    given(*facts).when(command).then(
        ObligationResumed(
            command.act,
            "finance_section",
            "li",
            WHY,
            march(11),
            days=10,
            calendar="",
            due_before=DUE,
            due_on=march(23),
            provisional=False,
            remind_on=march(22),
            ladder=(Rung("watch_post", march(24)), Rung("director", march(26))),
        )
    )
    assert stands(*facts, command) == ("open", march(23), march(22), [march(24), march(26)])


def test_working_days_of_a_pause_are_added_as_working_days() -> None:
    # 30 April to 4 May are off, and Saturday the 7th is worked.
    over_may_day = clock(date(2022, 4, 28), known=UNTIL_2022)
    assert over_may_day.due_on == date(2022, 5, 6), "29 April, 5 and 6 May"
    story = (over_may_day, pause(at(date(2022, 4, 29), 9)), resume(at(date(2022, 5, 6), 9)))
    assert [f.days for f in happen(*story) if isinstance(f, ObligationResumed)] == [2]
    assert stands(*story)[1] == date(2022, 5, 9), "for the 5th and 6th, the 7th and 9th"


def test_a_pause_that_ends_on_its_own_day_adds_nothing() -> None:
    story = (OPENED, pause(at(march(11), 9)), resume(at(march(11), 15)))
    assert stands(*story) == ("open", DUE, march(12), [march(14), march(16)])


@pytest.mark.parametrize("unit", ["calendar", "working"])
def test_what_was_due_on_the_day_of_the_pause_is_due_on_the_day_of_its_end(unit: str) -> None:
    ends_on = msgspec.structs.replace(OPENED, unit=unit, due_on=march(18))  # A Friday.
    assert stands(ends_on, pause(at(march(18), 9)), resume(at(march(20), 9)))[1] == march(20)


def test_who_acts_during_a_pause_is_in_time() -> None:
    story = happen(opened(by("li"), conditions=("report",)), pause(at(march(12), 9)))
    done = Fulfil(by("li", march(30)), "report", "li")
    given(*story).when(done).then(ConditionFulfilled(done.act, "report"), ObligationMet(done.act, 0))


def test_a_clock_is_paused_once_and_gets_no_more_time_meanwhile() -> None:
    facts = happen(OPENED, pause(at(march(11), 9)))
    for command in (pause(at(march(12), 9)), extend(at(march(15), 9), 5)):
        given(*facts).when(command).refuses(StandsStillError, march(11))


def test_a_clock_that_runs_is_not_resumed() -> None:
    given(OPENED).when(resume(at(march(11), 9))).refuses(RunsAlreadyError, DUE)


def test_a_clock_is_paused_again_after_it_was_resumed() -> None:
    story = (
        *(OPENED, pause(at(march(11), 9)), resume(at(march(21), 9))),
        *(pause(at(march(22), 9)), resume(at(march(25), 9))),
    )
    assert stands(*story)[1] == march(26)


@for_all(st.integers(0, 40), st.integers(0, 60), st.integers(1, 30), st.sampled_from(["calendar", "working"]))
def test_after_a_pause_as_many_days_are_left_as_before(into: int, held: int, count: int, unit: str) -> None:
    begun = date(2022, 4, 11)
    counted = due(begun, count, unit, UNTIL_2022)  # type: ignore[arg-type]
    clock_ = msgspec.structs.replace(OPENED, trigger_on=begun, count=count, unit=unit, due_on=counted.on)
    paused_on = min(begun + timedelta(days=into), counted.on)
    resumed_on = paused_on + timedelta(days=held)
    after = stands(clock_, pause(at(paused_on, 9)), resume(at(resumed_on, 9)))[1]

    def left(day: date, until: date) -> int:
        days = [day + timedelta(days=n) for n in range(1, (until - day).days + 1)]
        return sum(unit == "calendar" or UNTIL_2022.is_working(one) for one in days)

    assert left(resumed_on, after) == left(paused_on, counted.on)
    assert after >= resumed_on


# A waiver


def test_a_waived_clock_is_over() -> None:
    command = waive(at(march(11), 9))
    given(OPENED).when(command).then(ObligationWaived(command.act, "finance_section", "li", WHY))
    state = fold(OBLIGATION, happen(OPENED, command))
    assert (OBLIGATION.stage(state), OBLIGATION.closed(state)) == ("waived", True)
    assert next_moment(state, at(march(11), 9)) is None
    assert (OBLIGATION.open_steps(state), OBLIGATION.also_allowed(state)) == ((), ())


def test_a_breach_stays_on_record_when_what_is_left_is_waived() -> None:
    state = fold(OBLIGATION, happen(OPENED, BREACHED, RUNG, waive(at(march(15), 9))))
    assert (state.ended, state.breached) == ("waived", True)


def test_a_breach_that_no_clock_saw_is_recorded_before_the_waiver() -> None:
    command = waive(at(march(15), 9))
    facts = (
        Breached(command.act, "finance_section", "li"),
        ObligationWaived(command.act, "finance_section", "li", WHY),
    )
    given(OPENED).when(command).then(*facts)


def test_a_paused_clock_is_waived() -> None:
    assert stands(OPENED, pause(at(march(11), 9)), waive(at(march(30), 9)))[0] == "waived"


MET = (ConditionFulfilled(by("li"), "report"), ConditionFulfilled(by("li"), "notice"), ObligationMet(by("li"), 0))


@pytest.mark.parametrize("end", [MET, (ObligationDropped(by("li"), "退回"),), (waive(at(march(11), 8)),)])
@pytest.mark.parametrize("command", [extend(at(march(12), 9), 5), pause(at(march(12), 9)), waive(at(march(12), 9))])
def test_what_is_over_is_changed_no_more(end: tuple[object, ...], command: Extend | Pause | Waive) -> None:
    given(*happen(OPENED, *end)).when(command).refuses(ClockEndedError, "fund-F1-arrival")


# What a clock had earned before it lost its object


def test_a_clock_that_is_dropped_late_leaves_the_breach_that_no_clock_saw() -> None:
    late = Drop(by("li", march(15)), "报账退回", "li")
    given(OPENED).when(late).then(Breached(late.act, "finance_section", "li"), ObligationDropped(late.act, "报账退回"))


def test_a_clock_that_is_dropped_in_time_or_after_its_breach_leaves_none() -> None:
    in_time, late = Drop(by("li", DUE), "退回", "li"), Drop(by("li", march(15)), "退回", "li")
    given(OPENED).when(in_time).then(ObligationDropped(in_time.act, "退回"))
    given(OPENED, BREACHED).when(late).then(ObligationDropped(late.act, "退回"))


# With a calendar that comes to know more: 28 January 2022, three working days; due on 2 February as far as was known
# before the notice, and on 7 February by it.

LATER = clock(date(2022, 1, 28))


def feb(day: int) -> date:
    return date(2022, 2, day)


def test_a_provisional_day_with_more_time_is_counted_again_from_its_own_base() -> None:
    granted = (LATER, extend(at(date(2022, 1, 28), 9), 2, known=UNTIL_2021))
    assert stands(*granted)[1] == feb(4)
    story = (*granted, look(at(feb(1), 9)))
    assert stands(*story)[1] == due(date(2022, 1, 28), 5, "working", UNTIL_2022).on == feb(9)
    assert isinstance(happen(*story)[-1], ObligationRecomputed)


@pytest.mark.parametrize(("until", "by_the_notice"), [(feb(4), feb(7)), (feb(20), feb(20))])
def test_a_day_that_was_granted_holds_unless_the_count_comes_to_a_later_one(until: date, by_the_notice: date) -> None:
    granted = (LATER, extend(at(date(2022, 1, 28), 9), until=until, known=UNTIL_2021))
    assert stands(*granted)[1] == until
    assert stands(*granted, look(at(feb(1), 9)))[1] == by_the_notice


def test_the_days_of_a_pause_are_counted_again_too() -> None:
    held = (LATER, pause(at(date(2022, 1, 28), 9), UNTIL_2021), resume(at(feb(8), 9), UNTIL_2021))
    assert stands(*held)[1] == feb(11), "seven working days as far as was known"
    assert stands(*held, look(at(feb(8), 10)))[1] == feb(11), "29 and 30 January, 7 and 8 February were held"


def test_a_clock_is_counted_again_while_it_stands_still() -> None:
    held = (LATER, pause(at(date(2022, 1, 28), 9), UNTIL_2021))
    assert is_moved(fold(OBLIGATION, happen(*held)), UNTIL_2022)
    assert stands(*held, look(at(feb(1), 9)))[:2] == ("paused", feb(7))


def test_more_time_for_a_final_day_is_counted_from_that_day() -> None:
    final = clock(date(2022, 12, 20), known=UNTIL_2022)
    assert (final.due_on, final.provisional) == (date(2022, 12, 23), False)
    granted = (final, extend(at(date(2022, 12, 21), 9), 8))
    state = fold(OBLIGATION, happen(*granted))
    assert state.opened.provisional, "it reaches into a year that is not out"
    assert state.count.start == date(2022, 12, 23)


def test_who_grants_finds_the_day_counted_on_what_is_known_by_then() -> None:
    facts = happen(LATER, extend(at(feb(4), 9), 1))
    assert [type(fact) for fact in facts] == [ObligationOpened, ObligationRecomputed, ObligationExtended]
    assert stands(*facts)[1] == feb(8)
    assert facts[1].act.clause == CLAUSE  # type: ignore[attr-defined]
    assert HOLDERS["finance_section"] == facts[2].person  # type: ignore[attr-defined]
