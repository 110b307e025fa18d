"""A week of watching: who looks how often, what was missed, and an anomaly's way to its end."""

from datetime import date, timedelta

import msgspec
import pytest

from domain.act import Fact, RepeatDiffersError
from domain.dispatch_refusals import (
    MonthClosedError,
    MonthNotBegunError,
    NotTogetherError,
    RungOrderError,
    UnknownRuleError,
    UnknownSubjectError,
)
from domain.dispatch_requests import (
    FindAnomaly,
    ReportWeek,
    SettleAnomaly,
    TakeLook,
    VerifyAnomaly,
    WarnOfAnomaly,
)
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.requests import AnyRequest
from domain.watch import WATCH, LookNotTodayError, NoSuchWatchError, WatchState, WeekNotOverError
from domain.watch_facts import (
    AnomalyFound,
    AnomalyRungTaken,
    AnomalySettled,
    AnomalyVerified,
    DayOfLooks,
    LookTaken,
    WeekReported,
)
from tests.domain.county import PAPER, County
from tests.domain.overseen import has_fund, knows, overseen

WEEK, MONDAY = "2022-W10", date(2022, 3, 7)
OFFICER, LEADER = "treasury_officer", "responsible_leader"
LOOK = TakeLook(said="样例：余额正常", system="mof_monitor")
IDLE = FindAnomaly(no="1", subject="F1", said="样例：资金闲置六十日", system="mof_monitor")
VERIFIED = VerifyAnomaly(no="1", holds=True, said="样例：属实")
RECTIFIED = SettleAnomaly(no="1", how="rectified", said="样例：已下达", record=PAPER)
REPORT = ReportWeek(said="样例：本周情况", record=PAPER, took_part=(LEADER,))


@pytest.fixture
def jiashi_week(ledger: Ledger) -> County:
    county = overseen(ledger, "jiashi", MONDAY)
    has_fund(county, "F1")
    return county


def ask(county: County, request: AnyRequest, post: str) -> Fact:
    """Ask, and return the one fact of it, the opening of the week aside."""
    *_, fact = (r.fact for r in county.ask("watch", WEEK, request, post) if r.originator_id.endswith(WEEK))
    assert isinstance(fact, Fact)
    return fact


def state_of(county: County) -> WatchState:
    state: WatchState = county.state(WATCH, WEEK)
    return state


@pytest.mark.row("SV-10", "JS")
@pytest.mark.row("EX-05", "JS")
@pytest.mark.row("SV-09", "JS")
def test_named_persons_look_twice_a_day_and_what_is_missed_is_counted(jiashi_week: County) -> None:
    look = ask(jiashi_week, LOOK, OFFICER)
    assert isinstance(look, LookTaken)
    assert (look.system, look.act.clause) == ("mof_monitor", "JS L27")
    ask(jiashi_week, LOOK, OFFICER)
    ask(jiashi_week, msgspec.structs.replace(LOOK, system=""), LEADER)
    jiashi_week.today = MONDAY + timedelta(days=6)
    report = ask(jiashi_week, REPORT, OFFICER)
    assert isinstance(report, WeekReported)
    assert report.days[:4] == (
        DayOfLooks(MONDAY, OFFICER, 2, 0),
        DayOfLooks(MONDAY, LEADER, 1, 1),
        DayOfLooks(MONDAY + timedelta(days=1), OFFICER, 0, 2),
        DayOfLooks(MONDAY + timedelta(days=1), LEADER, 0, 2),
    )
    assert len(report.days) == 14


@pytest.mark.row("SV-10", "JS")
@pytest.mark.row("EX-05", "JS")
def test_no_look_by_others_for_another_day_or_out_of_the_week(jiashi_week: County) -> None:
    refuses = jiashi_week.refuses
    refuses("watch", WEEK, LOOK, "finance_bureau", WrongPostError, OFFICER, LEADER, "JS L27")
    refuses("watch", "2022-W11", LOOK, OFFICER, MonthNotBegunError, "2022-W11")
    refuses("watch", "2022-W09", LOOK, OFFICER, BadInputError, "2022-W09")
    for week in ("2022-W54", "2022-10", "22-W10", "2022-W1"):
        refuses("watch", week, LOOK, OFFICER, BadInputError, week)
    stated = jiashi_week.act("late", OFFICER)
    jiashi_week.today = MONDAY + timedelta(days=1)
    late = msgspec.structs.replace(jiashi_week.act("late", OFFICER), occurred_on=stated.occurred_on)
    with pytest.raises(LookNotTodayError) as refused:
        jiashi_week.run("watch", WEEK, LOOK, late)
    assert "2022-03-07" in refused.value.text("zh")
    refuses(
        "watch",
        WEEK,
        msgspec.structs.replace(LOOK, system="portal"),
        OFFICER,
        UnknownRuleError,
        "portal",
        "mof_monitor",
    )


@pytest.mark.row("SV-11", "JS")
@pytest.mark.row("EX-05", "JS")
@pytest.mark.row("SV-09", "JS")
def test_an_anomaly_stays_open_until_it_is_put_right(jiashi_week: County) -> None:
    refuses = jiashi_week.refuses
    found = ask(jiashi_week, IDLE, LEADER)
    assert isinstance(found, AnomalyFound)
    assert (found.ladder, found.responsible, found.by_when) == ("anomaly", OFFICER, "prompt anomaly_found")
    assert jiashi_week.waits(WATCH, WEEK) == [("warn:1", "finance_bureau"), ("report", OFFICER)]
    refuses("watch", WEEK, VERIFIED, OFFICER, RungOrderError, "warn", "JS L27")
    warn = WarnOfAnomaly(no="1", said="样例：提前预警")
    refuses("watch", WEEK, warn, OFFICER, WrongPostError, "finance_bureau", "JS L25")
    warned = ask(jiashi_week, warn, "finance_bureau")
    assert isinstance(warned, AnomalyRungTaken)
    assert (warned.rung, warned.effect) == ("warn", "warn")
    refuses("watch", WEEK, RECTIFIED, OFFICER, RungOrderError, "verify", "rectify_or_explain")
    refuses("watch", WEEK, VERIFIED, "finance_bureau", WrongPostError, OFFICER)
    verified = ask(jiashi_week, VERIFIED, OFFICER)
    assert isinstance(verified, AnomalyVerified)
    refuses("watch", WEEK, RECTIFIED, LEADER, WrongPostError, OFFICER)
    assert jiashi_week.waits(WATCH, WEEK)[0] == ("settle:1", OFFICER)
    settled = ask(jiashi_week, RECTIFIED, OFFICER)
    assert isinstance(settled, AnomalySettled)
    # The loop is closed where the anomaly came from.
    assert (settled.how, settled.answered_in) == ("rectified", "mof_monitor")
    assert state_of(jiashi_week).open_anomalies == []
    other = msgspec.structs.replace(RECTIFIED, how="explained")
    refuses("watch", WEEK, other, OFFICER, RepeatDiffersError, "rectified", "explained")


@pytest.mark.row("SV-09", "JS")
def test_the_prefectures_platform_is_answered_too(jiashi_week: County) -> None:
    ask(jiashi_week, msgspec.structs.replace(IDLE, system="prefecture_loop"), OFFICER)
    ask(jiashi_week, WarnOfAnomaly(no="1", said="样例：预警"), "finance_bureau")
    ask(jiashi_week, VERIFIED, OFFICER)
    settled = ask(jiashi_week, msgspec.structs.replace(RECTIFIED, how="explained"), OFFICER)
    assert isinstance(settled, AnomalySettled)
    assert (settled.how, settled.answered_in) == ("explained", "prefecture_loop")


@pytest.mark.row("SV-11", "JS")
def test_an_anomaly_is_of_a_fund_that_is_there_and_has_one_number(jiashi_week: County) -> None:
    refuses = jiashi_week.refuses
    refuses("watch", WEEK, msgspec.structs.replace(IDLE, subject="F9"), OFFICER, UnknownSubjectError, "F9", "F1")
    refuses("watch", WEEK, VERIFIED, OFFICER, NoSuchWatchError, "1")
    ask(jiashi_week, IDLE, OFFICER)
    refuses("watch", WEEK, msgspec.structs.replace(IDLE, said="别的"), OFFICER, RepeatDiffersError, "别的")
    refuses("watch", WEEK, WarnOfAnomaly(no="2", said="x"), "finance_bureau", NoSuchWatchError, "2")


@pytest.mark.row("LG-05", "JS")
@pytest.mark.row("SV-10", "JS")
def test_the_weekly_report_waits_for_the_end_of_the_week_and_names_both(jiashi_week: County) -> None:
    refuses = jiashi_week.refuses
    ask(jiashi_week, IDLE, OFFICER)
    refuses("watch", WEEK, REPORT, OFFICER, WeekNotOverError, "2022-03-13", "JS L27")
    jiashi_week.today = date(2022, 3, 13)
    refuses("watch", WEEK, REPORT, LEADER, WrongPostError, OFFICER)
    alone = msgspec.structs.replace(REPORT, took_part=())
    refuses("watch", WEEK, alone, OFFICER, NotTogetherError, LEADER, "weekly_report")
    report = ask(jiashi_week, REPORT, OFFICER)
    assert isinstance(report, WeekReported)
    assert (report.routine, report.open) == ("weekly_report", ("1",))
    assert WATCH.stage(state_of(jiashi_week)) == "reported"
    refuses("watch", WEEK, LOOK, OFFICER, MonthClosedError, WEEK)
    refuses("watch", WEEK, msgspec.structs.replace(IDLE, no="2"), OFFICER, MonthClosedError, WEEK)
    refuses("watch", WEEK, msgspec.structs.replace(REPORT, record="f" * 64), OFFICER, RepeatDiffersError)
    jiashi_week.today = date(2022, 3, 20)
    ask(jiashi_week, WarnOfAnomaly(no="1", said="样例：预警"), "finance_bureau")
    ask(jiashi_week, VERIFIED, OFFICER)
    ask(jiashi_week, RECTIFIED, OFFICER)
    assert WATCH.closed(state_of(jiashi_week))


@pytest.mark.row("LG-05", "JS")
def test_the_weekly_report_is_its_keepers(jiashi_week: County) -> None:
    ask(jiashi_week, LOOK, OFFICER)
    kept = state_of(jiashi_week).terms.keeping("watch")
    assert kept is not None
    assert (kept.id, kept.keeper) == ("weekly_report", OFFICER)


def test_a_county_whose_text_names_no_watch_has_none(ledger: Ledger) -> None:
    county = overseen(ledger, "guangfeng", date(2021, 3, 3))
    knows(county, "G01")
    county.refuses("watch", "2021-W09", LOOK, "finance_bureau", NoRuleStatedError)
