"""A provisional due day, counted again when the notice of its year is out: 2022's Spring Festival as it was published.

On the files up to 2021 every Monday to Friday of 2022 counts as worked. By the notice 31 January to 4 February were
off, and the Saturday and Sunday before were worked.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.calendar import SHANGHAI, WorkCalendar, due, end_of, knows_more
from domain.calendar_files import parse_calendar
from domain.obligation import OBLIGATION, is_moved, next_moment
from domain.obligation_facts import (
    Breached,
    ConditionFulfilled,
    Fulfil,
    ObligationDropped,
    ObligationMet,
    ObligationOpened,
    ObligationRecomputed,
    Recompute,
    Reminded,
    Rung,
    RungClimbed,
    Tick,
)
from tests.domain.given import by, fold, given

FOLDER = Path(__file__).parents[2] / "policies" / "calendars"
ONE_DAY = timedelta(days=1)
HOLDERS = {"finance_section": "li", "watch_post": "wu", "director": "zheng"}


def calendar(last: int, **changes: str) -> WorkCalendar:
    """Return the calendar of the published years up to *last*, with pieces of the last file changed."""
    texts = {f"{year}.toml": (FOLDER / f"{year}.toml").read_text(encoding="utf-8") for year in range(2021, last + 1)}
    for old, new in changes.items():
        assert old in texts[f"{last}.toml"]
        texts[f"{last}.toml"] = texts[f"{last}.toml"].replace(old, new)
    return parse_calendar(texts)


UNTIL_2021, UNTIL_2022, UNTIL_2023 = calendar(2021), calendar(2022), calendar(2023)
REVISED_2022 = calendar(2022, **{'revision = "2021-10-25"': 'revision = "2022-01-20"', "2022-01-30": "2022-02-12"})
NOTICE_2022 = "国办发明电〔2021〕11号"
CLAUSE = "JS L15"


def clock(on: date, count: int = 3, known: WorkCalendar = UNTIL_2021) -> ObligationOpened:
    """Return a clock of working days that began on a day, as counted on what was known then."""
    counted = due(on, count, "working", known)
    remind = counted.on - ONE_DAY
    return ObligationOpened(
        by("li", on).under(CLAUSE),
        "sample",
        "fund-F1-arrival",
        "sample/fund/F1",
        on,
        count,
        "working",
        counted.revision,
        counted.on,
        provisional=counted.provisional,
        conditions=("report", "notice"),
        responsible="finance_section",
        remind_on=remind if remind > on else None,
        ladder=(Rung("watch_post", counted.on + ONE_DAY), Rung("director", counted.on + 3 * ONE_DAY)),
        ladder_clause="engine",
    )


def day(month: int, of_month: int) -> date:
    return date(2022, month, of_month)


def at(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def look(moment: datetime, known: WorkCalendar = UNTIL_2022) -> Recompute:
    return Recompute(by("engine", moment.date(), recorded=moment), known)


def tick(moment: datetime) -> Tick:
    return Tick(by("engine", moment.date(), recorded=moment), HOLDERS)


def again(opened: ObligationOpened, on: date, known: WorkCalendar = UNTIL_2022, **more: Any) -> ObligationRecomputed:
    """Return the fact that a clock was counted again on a day."""
    (fact,) = OBLIGATION.decide(fold(OBLIGATION, (opened,)), look(at(on, 9), known))
    assert isinstance(fact, ObligationRecomputed)
    return msgspec.structs.replace(fact, **more)


LATER = clock(day(1, 28))  # 31 January, 1 and 2 February; by the notice 29 and 30 January and 7 February.
EARLIER = clock(day(1, 27))  # 28 and 31 January, 1 February; by the notice 28, 29 and 30 January.
REPORTED = ConditionFulfilled(by("li", day(1, 29)), "report")
BREACHED = Breached(by("engine", day(2, 3), recorded=at(day(2, 3))), "finance_section", "li")
FIRST_RUNG = RungClimbed(by("engine", day(2, 3), recorded=at(day(2, 3))), 1, "watch_post", "wu")


def test_the_day_moves_with_its_reminder_and_every_rung_and_names_the_notice() -> None:
    command = look(at(day(1, 29), 9))
    given(LATER).when(command).then(
        ObligationRecomputed(
            command.act.under(CLAUSE),
            calendar="2021-2022/2021-10-25",
            due_before=day(2, 2),
            due_on=day(2, 7),
            provisional=False,
            remind_on=day(2, 6),
            ladder=(Rung("watch_post", day(2, 8)), Rung("director", day(2, 10))),
            notices=(NOTICE_2022,),
        )
    )


def test_make_up_days_bring_the_day_nearer() -> None:
    fact = again(EARLIER, day(1, 28))
    assert (fact.due_before, fact.due_on, fact.remind_on) == (day(2, 1), day(1, 30), day(1, 29))
    state = fold(OBLIGATION, (EARLIER, fact))
    assert next_moment(state, at(day(1, 28), 9)) == at(day(1, 29), 8)


def test_a_day_that_stays_is_settled() -> None:
    opened = clock(day(3, 7))
    fact = again(opened, day(3, 8))
    assert (opened.provisional, opened.due_on) == (True, day(3, 10))
    assert (fact.due_before, fact.due_on, fact.provisional) == (day(3, 10), day(3, 10), False)


def test_a_day_counted_over_two_years_rests_on_both_notices() -> None:
    opened = clock(date(2022, 12, 28), known=UNTIL_2022)
    fact = again(opened, date(2022, 12, 29), UNTIL_2023)
    assert (opened.due_on, opened.provisional) == (date(2023, 1, 2), True)
    assert (fact.due_on, fact.notices) == (date(2023, 1, 3), (NOTICE_2022, "国办发明电〔2022〕16号"))


def test_a_day_without_a_reminder_gets_none() -> None:
    opened = clock(day(2, 2), 1)
    assert opened.remind_on is None
    assert again(opened, day(2, 3)).remind_on is None


def test_a_reminder_on_the_trigger_s_own_day_is_left_out() -> None:
    opened = clock(day(1, 28), 1)
    assert (opened.due_on, opened.remind_on) == (day(1, 31), day(1, 30))
    assert again(opened, day(1, 28)).remind_on is None


# When it is not counted again.


@pytest.mark.parametrize(
    ("opened", "known"),
    [
        pytest.param(clock(day(1, 28), known=UNTIL_2022), REVISED_2022, id="a final day, by a revised notice"),
        pytest.param(clock(day(1, 28), known=UNTIL_2022), UNTIL_2023, id="a final day, by a further year"),
        pytest.param(LATER, UNTIL_2021, id="the calendar that it was counted on"),
        pytest.param(clock(date(2023, 3, 6)), UNTIL_2022, id="a year that is still not out"),
        pytest.param(clock(date(2022, 12, 28), known=UNTIL_2022), UNTIL_2021, id="an older worker's calendar"),
    ],
)
def test_the_day_is_left_alone(opened: ObligationOpened, known: WorkCalendar) -> None:
    given(opened).when(look(at(opened.trigger_on, 9), known)).then()
    assert not is_moved(fold(OBLIGATION, (opened,)), known)


def test_calendar_days_are_final_from_the_first() -> None:
    opened = msgspec.structs.replace(LATER, unit="calendar", calendar="", provisional=False)
    given(opened).when(look(at(day(1, 29), 9))).then()


def test_an_older_calendar_does_not_take_back_what_a_newer_one_told() -> None:
    opened = clock(date(2022, 12, 20), 13)
    assert due(opened.trigger_on, 13, "working", UNTIL_2022).provisional
    fact = again(opened, date(2022, 12, 21), calendar(2022, **{"2022-10-09]": "2022-10-09, 2022-12-24]"}))
    assert fact.provisional
    given(opened, fact).when(look(at(date(2022, 12, 22), 9), UNTIL_2021)).then()


def test_what_ended_stays_as_it_ended() -> None:
    fulfilled = ConditionFulfilled(by("li", day(2, 4)), "notice")
    late = (LATER, REPORTED, BREACHED, fulfilled, ObligationMet(by("li", day(2, 4)), 2))
    for story in (late, (LATER, ObligationDropped(by("li"), "退回"))):
        given(*story).when(look(at(day(2, 5), 9))).then()
        assert not is_moved(fold(OBLIGATION, story), UNTIL_2022)
    assert OBLIGATION.stage(fold(OBLIGATION, late)) == "met late"


@pytest.mark.parametrize(
    ("revision", "than", "more"),
    [
        ("2021-2027/2026-11-04", "2021-2026/2025-11-04", True),
        ("2021-2026/2026-01-05.2", "2021-2026/2026-01-05", True),
        ("2020-2026/2025-11-04", "2021-2026/2025-11-04", True),
        ("2021-2026/2025-11-04", "2021-2026/2025-11-04", False),
        ("2021-2026/2025-11-04", "2021-2027/2026-11-04", False),
        ("2022-2027/2026-11-04", "2021-2026/2025-11-04", False),
        ("2021-2027/2024-11-12", "2021-2026/2025-11-04", False),
    ],
)
def test_which_calendar_knows_more(revision: str, than: str, *, more: bool) -> None:
    assert knows_more(revision, than) is more


# What was on record by then.


def test_a_breach_before_the_day_was_over_no_longer_stands_and_the_fact_says_so() -> None:
    command = look(at(day(2, 4), 9))
    story = (LATER, BREACHED, FIRST_RUNG)
    given(*story).when(command).then(
        again(LATER, day(2, 4), act=command.act.under(CLAUSE), void_breach=day(2, 3)),
    )
    state = fold(OBLIGATION, (*story, again(LATER, day(2, 4), void_breach=day(2, 3))))
    assert (OBLIGATION.stage(state), state.rungs) == ("open", 0)
    assert next_moment(state, at(day(2, 4), 9)) == at(day(2, 6), 8)


def test_after_a_void_breach_a_new_one_is_a_breach_of_its_own_and_climbs_from_the_first_rung() -> None:
    story = (LATER, BREACHED, FIRST_RUNG, again(LATER, day(2, 4), void_breach=day(2, 3)))
    command = tick(at(day(2, 8)))
    given(*story).when(command).then(
        Breached(command.act, "finance_section", "li"),
        RungClimbed(command.act.under("engine"), 1, "watch_post", "wu"),
    )


def test_a_breach_that_the_new_day_bears_out_stands_and_no_rung_is_climbed_twice() -> None:
    breached = Breached(by("engine", day(2, 2), recorded=at(day(2, 2))), "finance_section", "li")
    first = RungClimbed(by("engine", day(2, 2), recorded=at(day(2, 2))), 1, "watch_post", "wu")
    fact = again(EARLIER, day(2, 2))
    state = fold(OBLIGATION, (EARLIER, breached, first, fact))
    assert fact.void_breach is None
    assert (OBLIGATION.stage(state), state.rungs) == ("overdue", 1)
    command = tick(at(day(2, 2), 9))
    given(EARLIER, breached, first, fact).when(command).then(
        RungClimbed(command.act.under("engine"), 2, "director", "zheng")
    )


def test_a_breach_at_the_very_moment_the_new_day_ends_stands() -> None:
    story = (LATER, Breached(by("engine", recorded=end_of(day(2, 7))), "finance_section", "li"))
    (fact,) = OBLIGATION.decide(fold(OBLIGATION, story), look(at(day(2, 8), 9)))
    assert fact.void_breach is None


def test_a_later_day_has_a_reminder_of_its_own() -> None:
    reminded = Reminded(by("engine", day(2, 1), recorded=at(day(2, 1), 8)), "finance_section", "li")
    story = (LATER, reminded, again(LATER, day(2, 1)))
    given(*story).when(tick(at(day(2, 6), 7))).then()
    command = tick(at(day(2, 6), 8))
    given(*story).when(command).then(Reminded(command.act, "finance_section", "li"))


@pytest.mark.parametrize("opened", [EARLIER, clock(day(3, 7))], ids=["an earlier day", "the same day"])
def test_nobody_is_reminded_again_of_the_same_day_or_an_earlier_one(opened: ObligationOpened) -> None:
    assert opened.remind_on is not None
    reminded = Reminded(by("engine", recorded=at(opened.remind_on, 8)), "finance_section", "li")
    fact = again(opened, opened.remind_on)
    state = fold(OBLIGATION, (opened, reminded, fact))
    assert not any(isinstance(f, Reminded) for f in OBLIGATION.decide(state, tick(at(fact.due_on, 12))))
    assert next_moment(state, at(opened.remind_on, 9)) == end_of(fact.due_on)


# Somebody acts before the clock has looked.


def fulfil(moment: datetime, known: WorkCalendar | None = UNTIL_2022) -> Fulfil:
    return Fulfil(by("li", moment.date(), recorded=moment), "notice", "li", known)


def test_an_act_is_judged_by_the_day_as_it_is_now_counted() -> None:
    command = fulfil(at(day(2, 7), 23))
    given(LATER, REPORTED).when(command).then(
        again(LATER, day(2, 7), act=command.act.under(CLAUSE)),
        ConditionFulfilled(command.act, "notice"),
        ObligationMet(command.act, 0),
    )


def test_an_act_after_a_breach_that_no_longer_stands_is_in_time() -> None:
    command = fulfil(at(day(2, 4), 9))
    story = (LATER, REPORTED, BREACHED, FIRST_RUNG)
    given(*story).when(command).then(
        again(LATER, day(2, 4), act=command.act.under(CLAUSE), void_breach=day(2, 3)),
        ConditionFulfilled(command.act, "notice"),
        ObligationMet(command.act, 0),
    )


def test_an_act_after_the_nearer_day_brings_its_breach() -> None:
    command = fulfil(at(day(1, 31), 9))
    given(EARLIER, REPORTED).when(command).then(
        again(EARLIER, day(1, 31), act=command.act.under(CLAUSE)),
        Breached(command.act, "finance_section", "li"),
        ConditionFulfilled(command.act, "notice"),
        ObligationMet(command.act, 1),
    )


def test_an_act_that_is_done_already_counts_nothing_again() -> None:
    done = ConditionFulfilled(by("li", day(1, 29)), "notice")
    given(LATER, done).when(fulfil(at(day(2, 4), 9))).then()


def test_without_a_calendar_the_day_stays() -> None:
    command = fulfil(at(day(2, 4), 9), None)
    given(LATER, REPORTED, BREACHED).when(command).then(
        ConditionFulfilled(command.act, "notice"), ObligationMet(command.act, 2)
    )


# Whenever the notice comes, the clock ends where it would have ended.


@for_all(st.dates(date(2021, 12, 20), date(2022, 10, 15)), st.integers(1, 25), st.integers(-3, 60))
def test_whenever_the_notice_comes_the_clock_ends_as_if_it_had_been_known(on: date, count: int, after: int) -> None:
    provisional, known = clock(on, count), clock(on, count, UNTIL_2022)
    published = at(on, 9) + timedelta(days=max(0, after))
    state, now, told = fold(OBLIGATION, (provisional,)), at(on, 9), 0

    def take(command: Tick | Recompute) -> int:
        facts = OBLIGATION.decide(state, command)
        for fact in facts:
            OBLIGATION.evolve(state, fact)
        return len(facts)

    while (moment := next_moment(state, now)) is not None or told == 0:
        if told == 0 and (moment is None or moment >= published):
            now, told = max(now, published), 1
            take(look(now))
            continue
        assert moment is not None
        now = max(now, moment)
        assert take(tick(now)), f"woken at {now} for nothing"
    assert state.opened is not None
    assert (state.opened.due_on, state.opened.provisional) == (known.due_on, known.provisional)
    assert (OBLIGATION.stage(state), state.rungs) == ("overdue", 2)
    assert state.breached_at is not None
    assert state.breached_at >= end_of(known.due_on), "a breach stands that was recorded before the day was over"
