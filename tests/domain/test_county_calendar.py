"""A county's calendar: months, weeks and year-end sweeps begin by themselves, each once, by the rules of their day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from activities.deciding import clock_act
from domain.calendar import day_of, end_of, start_of
from domain.cases import CaseId, calendar_stream
from domain.county_calendar import CALENDAR, CalendarOrderError, DayCame
from domain.dispatch import DISPATCH
from domain.dispatch_facts import DispatchOpened
from domain.dispatch_requests import DoRoutine, OpenDispatch, ReportWeek, SetMonthPlan, TakeLook, TaskSaid
from domain.ledger import Ledger, Recorded, Step
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened, Tick
from domain.periods import month_named, next_first, period_of
from domain.policy import load, parse
from domain.procedures import Asking, come
from domain.procedures.recurring import next_moment
from domain.requests import FindSurplus
from domain.surplus import SURPLUS
from domain.watch import WATCH
from domain.watch import next_moment as next_end_of_day
from domain.watch_facts import EndDays, LooksMissed
from tests.domain.county import CALENDAR as WORKING_DAYS
from tests.domain.county import PAPER, POLICIES, County
from tests.domain.overseen import knows, overseen

QUARTERLY = """
[[routines]]
id = "statistics"
topic = "statistics"
zh = "样例季度统计"
en = "quarterly statistics"
post = "rrb"
source = "sample"

[routines.deadline]
id = "statistics"
kind = "cadence"
every = "quarter"
times = 2
source = "sample"

[[routines]]
id = "visit"
topic = "inspection"
zh = "样例每周检查"
en = "a weekly visit"
post = "rrb"
source = "sample"

[routines.deadline]
id = "visit"
kind = "cadence"
every = "week"
source = "sample"
"""


def days(county: County, until: date) -> Iterator[list[Recorded]]:
    """Let every day of a county's calendar come up to one, as its workflow does; yield what each brought."""
    while (moment := next_moment(county.ledger.state, county.name)) is not None and day_of(moment) <= until:
        yield turn(county, moment)


def turn(county: County, moment: datetime, now: datetime | None = None) -> list[Recorded]:
    """Let one day come."""
    act = clock_act(f"{county.name}/calendar@{day_of(moment)}", day_of(moment), now or moment)
    asking = (act, CaseId(county.name, "calendar", ""))
    return county.ledger.transact(lambda read: come(Asking(*asking, read, WORKING_DAYS)))


def came(county: County, until: date) -> list[str]:
    """Return what began up to a day, in its order."""
    brought = [fact for recorded in days(county, until) for fact in (r.fact for r in recorded)]
    return [case.partition("/")[2] for fact in brought if isinstance(fact, DayCame) for case in fact.cases]


@pytest.fixture
def jiashi(ledger: Ledger) -> County:
    return overseen(ledger, "jiashi", date(2022, 1, 1))


@pytest.mark.parametrize(
    ("every", "no", "first", "last"),
    [
        ("week", "2021-W52", date(2021, 12, 27), date(2022, 1, 2)),
        ("month", "2022-01", date(2022, 1, 1), date(2022, 1, 31)),
        ("quarter", "2022-Q1", date(2022, 1, 1), date(2022, 3, 31)),
        ("year", "2022", date(2022, 1, 1), date(2022, 12, 31)),
    ],
)
def test_a_day_lies_in_one_period_of_each_length(every: str, no: str, first: date, last: date) -> None:
    period = period_of(every, date(2022, 1, 2))
    assert (period.no, period.first, period.last) == (no, first, last)
    assert next_first(every, first) == first
    assert next_first(every, first + timedelta(days=1)) == last + timedelta(days=1)
    assert month_named("2022-01") == period_of("month", date(2022, 1, 31))


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-10", "JS")
def test_months_and_weeks_begin_though_nobody_acts(jiashi: County) -> None:
    assert came(jiashi, date(2022, 2, 7)) == [
        *("dispatch/2022-01", "watch/2022-W01", "watch/2022-W02", "watch/2022-W03"),
        *("watch/2022-W04", "watch/2022-W05", "dispatch/2022-02", "watch/2022-W06"),
    ]
    plan = jiashi.state(OBLIGATION, "dispatch-2022-01-monthly_task").opened
    assert (plan.due_on, plan.responsible, plan.case) == (
        date(2022, 1, 5),
        "finance_bureau",
        "jiashi/dispatch/2022-01",
    )
    assert plan.act.door == "clock"
    circular = jiashi.state(OBLIGATION, "dispatch-2022-02-monthly_circular").opened
    assert (circular.due_on, circular.act.clause.startswith("JS L13")) == (date(2022, 2, 28), True)
    report = jiashi.state(OBLIGATION, "watch-2022-W01-report").opened
    assert (report.trigger_on, report.due_on, report.responsible) == (
        date(2022, 1, 9),
        date(2022, 1, 16),
        "treasury_officer",
    )
    # Two looks a day are no obligations.
    assert not [no for no in jiashi.clocks() if "daily_watch" in no]


@pytest.mark.row("SV-02", "JS")
def test_the_act_that_does_it_meets_the_clock_that_the_calendar_started(jiashi: County) -> None:
    came(jiashi, date(2022, 1, 3))
    knows(jiashi, "A01")
    jiashi.today = date(2022, 1, 4)
    tasks = SetMonthPlan(tasks=(TaskSaid("样例·水利局", 5),), consulted=("industry_departments",), record=PAPER)
    jiashi.ask("dispatch", "2022-01", tasks, "finance_bureau")
    assert jiashi.state(OBLIGATION, "dispatch-2022-01-monthly_task").ended == "met"
    jiashi.today = date(2022, 1, 9)
    said = ReportWeek(said="样例：汇总", record=PAPER, took_part=("responsible_leader",))
    jiashi.ask("watch", "2022-W01", said, "treasury_officer")
    assert jiashi.state(OBLIGATION, "watch-2022-W01-report").ended == "met"


def test_a_month_that_somebody_began_is_left_as_it_is(ledger: Ledger) -> None:
    county = overseen(ledger, "guangfeng", date(2021, 6, 30))
    county.today = date(2021, 7, 1)
    county.ask("dispatch", "2021-07", OpenDispatch(), "rrb")
    before = county.clocks()
    assert came(county, date(2021, 7, 1)) == ["dispatch/2021-07"]
    assert county.clocks() == before
    assert [e.fact.act.post for e in ledger.log(of=(DispatchOpened,))] == ["rrb"]


def test_what_began_before_the_adoption_is_no_duty_by_it(ledger: Ledger) -> None:
    county = overseen(ledger, "jiashi", date(2022, 3, 10))
    assert next_moment(ledger.state, "jiashi") == start_of(date(2022, 3, 14))
    assert came(county, date(2022, 4, 1)) == ["watch/2022-W11", "watch/2022-W12", "watch/2022-W13", "dispatch/2022-04"]


def test_a_county_without_a_rhythm_has_no_calendar(ledger: Ledger) -> None:
    overseen(ledger, "maojian", date(2017, 1, 1))
    assert CALENDAR.stage(ledger.state(CALENDAR, calendar_stream("maojian"))) == ""
    assert next_moment(ledger.state, "maojian") is None


def test_days_that_nobody_let_come_come_in_order_with_dates_of_their_own(jiashi: County) -> None:
    back = datetime.combine(date(2022, 4, 2), datetime.min.time(), tzinfo=start_of(date(2022, 4, 2)).tzinfo)
    began = []
    while (moment := next_moment(jiashi.ledger.state, "jiashi")) is not None and moment <= back:
        began += [r.fact for r in turn(jiashi, moment, back) if isinstance(r.fact, DispatchOpened)]
    assert [(fact.month, fact.act.occurred_on) for fact in began] == [
        (f"2022-{month:02}", date(2022, month, 1)) for month in (1, 2, 3, 4)
    ]
    assert {fact.act.recorded_at for fact in began} == {back}
    late = jiashi.state(OBLIGATION, "dispatch-2022-02-monthly_task")
    assert late.opened.due_on == date(2022, 2, 5)
    tick = Tick(clock_act("tick", date(2022, 4, 2), back), {}, "p-1")
    facts = OBLIGATION.decide(late, tick)
    # Broken by its own day; nobody is reminded of what is over.
    assert [type(fact).__name__ for fact in facts][:1] == ["Breached"]


def test_the_same_day_comes_once_and_an_earlier_one_not_after_it(jiashi: County) -> None:
    first = next_moment(jiashi.ledger.state, "jiashi")
    assert first is not None
    assert turn(jiashi, first)
    assert turn(jiashi, first) == []
    came(jiashi, date(2022, 2, 1))
    with pytest.raises(CalendarOrderError) as refused:
        turn(jiashi, start_of(date(2022, 1, 18)))
    assert "2022-02-01" in refused.value.text("zh")


def test_each_day_comes_under_the_rules_that_are_in_force_on_it(ledger: Ledger) -> None:
    county = County(ledger, "sample", date(2022, 1, 1))
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    county.adopt(load(POLICIES / "sample.toml"))
    county.today = date(2022, 2, 10)
    county.adopt(parse(text + QUARTERLY, "sample with a quarter"))
    assert came(county, date(2022, 4, 1)) == [f"dispatch/2022-{month:02}" for month in (1, 2, 3, 4)]
    terms = [e.fact.terms.policy.profile for e in ledger.log(of=(DispatchOpened,))]
    assert [terms[0] == one for one in terms] == [True, True, False, False]
    opened = [e.fact.obligation for e in ledger.log(of=(ObligationOpened,))]
    # The first quarter had begun; each week has a clock from the month on in which it begins.
    assert [no for no in opened if "statistics" in no] == ["dispatch-2022-Q2-statistics"]
    assert [no for no in opened if "visit" in no][:2] == ["dispatch-2022-W10-visit", "dispatch-2022-W11-visit"]


def test_a_quarter_is_met_in_any_of_its_months_as_often_as_the_rules_say(ledger: Ledger) -> None:
    county = County(ledger, "sample", date(2022, 1, 1))
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    county.adopt(parse(text + QUARTERLY, "sample with a quarter"))
    came(county, date(2022, 3, 1))
    for on, no in ((date(2022, 1, 20), "2022-01"), (date(2022, 3, 3), "2022-03")):
        county.today = on
        assert county.state(OBLIGATION, "dispatch-2022-Q1-statistics").ended == ""
        county.ask("dispatch", no, DoRoutine(routine="statistics", said="样例"), "rrb")
    assert county.state(OBLIGATION, "dispatch-2022-Q1-statistics").ended == "met"
    assert county.state(OBLIGATION, "dispatch-2022-Q1-statistics").opened.due_on == date(2022, 3, 31)


def test_a_weekly_routine_is_met_by_the_week_of_its_day_whichever_months_case_it_stands_in(ledger: Ledger) -> None:
    county = County(ledger, "sample", date(2022, 1, 1))
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    county.adopt(parse(text + QUARTERLY, "sample with a week"))
    came(county, date(2022, 2, 1))
    county.today = date(2022, 2, 2)  # The week of 31 January, which began with January's case.
    county.ask("dispatch", "2022-02", DoRoutine(routine="visit", said="样例"), "rrb")
    assert county.state(OBLIGATION, "dispatch-2022-W05-visit").ended == "met"
    assert county.state(OBLIGATION, "dispatch-2022-W06-visit").ended == ""


@pytest.mark.row("SV-10", "JS")
def test_a_missed_look_is_a_fact_when_its_day_is_over(jiashi: County) -> None:
    came(jiashi, date(2022, 1, 3))
    stream = "jiashi/watch/2022-W01"
    jiashi.today = date(2022, 1, 3)
    for post in ("treasury_officer", "treasury_officer", "responsible_leader", "responsible_leader"):
        jiashi.ask("watch", "2022-W01", TakeLook(said="样例：正常"), post)
    # Nothing was missed on Monday, so Tuesday's end is looked at first.
    moment = next_end_of_day(jiashi.ledger.state(WATCH, stream))
    assert moment == end_of(date(2022, 1, 4))
    ended = clock_act("end", date(2022, 1, 6), start_of(date(2022, 1, 6)))
    (missed,) = jiashi.ledger.execute(Step(stream, EndDays(ended, date(2022, 1, 6))))
    assert isinstance(missed.fact, LooksMissed)
    assert [(day.on.day, day.missed) for day in missed.fact.days] == [(4, 2), (4, 2), (5, 2), (5, 2)]
    again = clock_act("again", date(2022, 1, 6), start_of(date(2022, 1, 6)))
    assert jiashi.ledger.execute(Step(stream, EndDays(again, date(2022, 1, 6)))) == []
    assert next_end_of_day(jiashi.ledger.state(WATCH, stream)) == end_of(date(2022, 1, 6))


@pytest.mark.row("EX-01", "JS")
def test_the_year_ends_with_a_sweep_that_may_find_nothing_left(jiashi: County) -> None:
    assert came(jiashi, date(2022, 12, 31))[-2:] == ["surplus/2022-prior_year", "surplus/2022-current_year"]
    assert jiashi.waits(SURPLUS, "2022-prior_year") == [("find", "finance_bureau")]
    jiashi.today = date(2022, 12, 31)
    jiashi.ask("surplus", "2022-prior_year", FindSurplus(items=(), record=PAPER), "finance_bureau")
    assert SURPLUS.closed(jiashi.state(SURPLUS, "2022-prior_year"))
    assert DISPATCH.stage(jiashi.state(DISPATCH, "2022-12")) == "begun"
