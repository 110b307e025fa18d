"""Deadlines as the county's clocks have them: what users of other systems met (R32 to R38), asked of ours."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.act import Act
from domain.calendar import Unit, WorkCalendar, due, end_of, start_of
from domain.cases import case_id, mandates_stream, parse_case
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation import OBLIGATION
from domain.obligation_facts import Breached, ObligationMet, ObligationOpened, ObligationRecomputed, Tick
from domain.policy import parse
from domain.policy.reading import no_more
from domain.procedures import Asking, expand
from domain.requests import AnyRequest, NotifyDepartment, ReportReceipt, to_body
from tests.domain.county import CALENDAR, ONE_DAY, POLICIES, County, line, receipt
from tests.domain.given import WAN, by, fold
from tests.domain.test_recomputing import UNTIL_2022, UNTIL_2023

TICK = timedelta(microseconds=1)
SAMPLE = (POLICIES / "sample.toml").read_text(encoding="utf-8")
ARRIVAL = 'unit = "calendar"\nstart = "fund_received"'
NOTICE = NotifyDepartment(department="competent_department")


@pytest.fixture
def working(ledger: Ledger) -> County:
    """The sample county, whose report and notice alone are due in working days."""
    assert SAMPLE.count(ARRIVAL) == 1
    county = County(ledger, "sample")
    county.adopt(parse(SAMPLE.replace(ARRIVAL, ARRIVAL.replace("calendar", "working")), "working days"))
    return county


def opened(on: date, count: int, unit: Unit) -> ObligationOpened:
    counted = due(on, count, unit, CALENDAR)
    return ObligationOpened(
        by("li", on),
        "sample",
        "o1",
        "sample/fund/F1",
        on,
        count,
        unit,
        counted.revision,
        counted.on,
        provisional=counted.provisional,
        conditions=("report",),
        responsible="finance_section",
        remind_on=None,
        ladder=(),
        ladder_clause="",
    )


def breaches(clock: ObligationOpened, moment: datetime) -> bool:
    facts = OBLIGATION.decide(fold(OBLIGATION, (clock,)), Tick(by("engine", recorded=moment), {}))
    return any(isinstance(fact, Breached) for fact in facts)


@for_all(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.integers(1, 60), st.sampled_from(["calendar", "working"]))
def test_a_clock_is_broken_when_its_last_day_is_over_and_not_a_moment_before(on: date, count: int, unit: Unit) -> None:
    """R32: fired 24 h early. R33: overdue inside the limit. R38: wrong at the edges of the day."""
    clock = opened(on, count, unit)
    over = end_of(clock.due_on)
    assert not breaches(clock, start_of(clock.due_on))
    assert not breaches(clock, over - TICK)
    assert breaches(clock, over)


@pytest.mark.parametrize("moment", [start_of(date(2023, 2, 16)), end_of(date(2023, 2, 16)) - TICK])
def test_the_hour_at_which_a_paper_is_entered_does_not_matter(working: County, moment: datetime) -> None:
    """R38: wrong when created before or after office hours."""
    act = msgspec.structs.replace(working.act(to_body(receipt()), "finance_section"), recorded_at=moment)
    working.run("fund", "F1", receipt(), act)
    assert working.clock("fund-F1-arrival").due_on == date(2023, 2, 21)


def test_each_deadline_of_a_county_has_a_unit_of_its_own(working: County) -> None:
    """R34: three days came out as hours. R37: one calendar for all."""
    working.today = date(2023, 2, 17)  # A Friday.
    working.receives()
    working.banks("A01")
    working.plans("P1", line(100 * WAN))
    arrival, release = working.clock("fund-F1-arrival"), working.clock("fund-F1-release-P1")
    assert (arrival.unit, arrival.count, arrival.due_on) == ("working", 3, date(2023, 2, 22))
    assert (release.unit, release.count, release.due_on) == ("calendar", 5, date(2023, 2, 22))
    assert (arrival.calendar, release.calendar) == (CALENDAR.revision, "")


def test_the_spring_festival_and_the_weekend_worked_for_it_are_counted(working: County) -> None:
    """R35: the eve, seven days off, then a Saturday and a Sunday that are worked."""
    working.today = date(2023, 1, 20)
    working.receives()
    assert working.clock("fund-F1-arrival").due_on == date(2023, 1, 30)


# A year that is not published yet (R36).


def ask(county: County, request: AnyRequest, on: date, known: WorkCalendar) -> None:
    """Let the finance section ask on a day, of a worker that knows this calendar."""
    county.today = on
    act, case = county.act(to_body(request), "finance_section"), parse_case(case_id("sample", "fund", "F1"))
    county.ledger.transact(lambda read: expand(Asking(act, case, read, known), request))


def test_a_deadline_into_a_year_that_is_not_out_is_a_provisional_day_and_no_error(working: County) -> None:
    ask(working, receipt(), date(2023, 1, 18), UNTIL_2022)
    clock = working.clock("fund-F1-arrival")
    assert (clock.due_on, clock.provisional, clock.calendar) == (date(2023, 1, 23), True, UNTIL_2022.revision)


def test_what_is_done_after_the_notice_is_judged_by_the_day_as_now_counted(working: County) -> None:
    ask(working, receipt(), date(2023, 1, 18), UNTIL_2022)
    ask(working, ReportReceipt(), date(2023, 1, 19), UNTIL_2022)
    ask(working, NOTICE, date(2023, 1, 28), UNTIL_2023)
    facts = working.ledger.facts("sample/obligation/fund-F1-arrival")
    again, _, met = facts[-3:]
    assert isinstance(again, ObligationRecomputed)
    assert (again.due_before, again.due_on, again.act.person) == (
        date(2023, 1, 23),
        date(2023, 1, 28),
        "p-finance_section",
    )
    assert isinstance(met, ObligationMet)
    assert met.days_late == 0


def test_who_held_the_post_on_the_day_as_now_counted_answers_for_the_breach(working: County) -> None:
    stream = mandates_stream("sample")
    for person, first in (("p-first", date(2023, 1, 1)), ("p-second", date(2023, 1, 25))):
        act = _clerk(working)
        held = Appointed(act, "sample", person, "finance_section", "finance_bureau", first, None)
        working.ledger.execute(Step(stream, Appoint(act, held)))
    ask(working, receipt(), date(2023, 1, 18), UNTIL_2022)
    ask(working, ReportReceipt(), date(2023, 1, 19), UNTIL_2022)
    ask(working, NOTICE, date(2023, 1, 28) + 2 * ONE_DAY, UNTIL_2023)
    (breach,) = [f for f in working.ledger.facts("sample/obligation/fund-F1-arrival") if isinstance(f, Breached)]
    assert breach.person == "p-second"


def _clerk(county: County) -> Act:
    return county.act("appoint", "clerk")


def test_conditions_that_nobody_can_meet_do_not_keep_an_adopted_clock_open(ledger: Ledger) -> None:
    """Such a file is refused by now; what was adopted before goes on."""
    review = SAMPLE.replace('start = "gate_open"\n', 'start = "gate_open"\nconditions = ["report"]\n', 1)
    review = review.replace('start = "minutes_filed"\n', 'start = "minutes_filed"\nconditions = ["notice"]\n', 1)
    county = County(ledger, "sample")
    county.adopt(parse(review, "adopted before", check=no_more))
    county.receives()
    county.banks("A01")
    county.plans("P1", line(250 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 200 * WAN)
    county.lodges("A01-1", line(120 * WAN))
    county.clears("A01-1", "finance_section")
    for clock in ("fund-F1-release-P1", "claim-A01-1-v1-finance_section"):
        assert OBLIGATION.stage(county.state(OBLIGATION, clock)) == "met"
