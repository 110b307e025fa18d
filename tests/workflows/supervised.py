"""A month and a week of the sample county under supervision, through a real Temporal server."""

from datetime import date

from domain.dispatch_requests import (
    ActualSaid,
    CloseMonth,
    DoRoutine,
    EnterActuals,
    FindAnomaly,
    IssueCircular,
    ReportWeek,
    SetMonthPlan,
    SettleAnomaly,
    TakeLook,
    TakeRung,
    TaskSaid,
    VerifyAnomaly,
    WarnOfAnomaly,
)
from domain.policy import parse
from simulation.opening import POLICIES, adopt
from simulation.stage import Clock
from tests.workflows.office import COUNTY, OPENS, PAPER, WAN, Office

MONTH, WEEK = "2022-01", "2022-W01"
WEEK_NOBODY_BEGAN = "2022-W02"
# What the sample county lacks: somebody who watches.
WATCHED = """
[[routines]]
id = "watch"
zh = "样例盯办"
en = "a watch"
topic = "watch"
post = "treasury_officer"
source = "sample, after JS L27"

[routines.deadline]
id = "watch"
kind = "cadence"
every = "day"
times = 2
source = "sample, after JS L27"

[[routines]]
id = "weekly"
zh = "样例周报"
en = "a weekly report"
topic = "report"
post = "treasury_officer"
source = "sample, after JS L27"

[[ladders]]
id = "anomaly"
zh = "异常"
en = "an anomaly"
source = "sample, after JS L25"

[[ladders.rungs]]
id = "warn"
zh = "提前预警"
en = "early warning"
trigger = "anomaly_found"
subject = "money"
actor = "finance_section"
effect = "warn"
source = "sample, after JS L25"

[[ladders.rungs]]
id = "deal"
zh = "查证整改或说明"
en = "verify, rectify or explain"
trigger = "anomaly_found"
subject = "money"
actor = "treasury_officer"
effect = "rectify"
source = "sample, after JS L27"
"""

SWEEP = """[[surplus]]
id = "prior_year"
kind = "prior_year"
zh = "清查结转结余"
en = "sweep of what is left"
lead = "finance_section"
approval = "leading_group"
moved_to = "projects_of_the_year"
source = "sample, after JS L29"

"""
WEEKLY = """[routines.deadline]
id = "weekly"
kind = "cadence"
every = "week"
source = "sample, after JS L27"

"""


def recurring_rules() -> str:
    """Return rules under which months are dispatched, weeks watched and reported on, and years end with a sweep."""
    ladder = '[[ladders]]\nid = "anomaly"'
    title = '[[assets]]\nid = "title"'
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8") + WATCHED
    for piece, before in ((WEEKLY, ladder), (SWEEP, title)):
        assert text.count(before) == 1
        text = text.replace(before, piece + before)
    return text


async def open_watched(office: Office) -> None:
    """Adopt rules under which somebody watches, and let there be money and a project."""
    rules = (POLICIES / "sample.toml").read_text(encoding="utf-8") + WATCHED
    adopt(office.ledger, COUNTY, parse(rules, "watched"), OPENS)
    await office.receive("F1", 200 * WAN)
    await office.into_the_bank("P1")


async def a_slow_project(office: Office) -> None:
    """Bring a month to the circular on a project that is slow."""
    tasks = SetMonthPlan(tasks=(TaskSaid("P1", words="样例：完成基础"),))
    await office.ask("dispatch", MONTH, tasks, "rrb")
    await office.ask("dispatch", MONTH, DoRoutine(routine="monthly_dispatch", said="样例：听取进展"), "rrb")
    await office.ask("dispatch", MONTH, EnterActuals(actuals=(ActualSaid("P1"),)), "rrb")
    await office.ask("dispatch", MONTH, IssueCircular(said="样例：进展缓慢"), "rrb")


TALK = TakeRung(ladder="slow_project", rung="interview", subject="P1", said="样例：加快", with_whom="样例·负责人")
CLOSE = CloseMonth(record=PAPER)


async def a_week(office: Office, clock: Clock) -> None:
    """Watch a week in which something was found; it is dealt with after the week's report."""
    await clock.open_office(date(2022, 1, 4))
    await office.ask("watch", WEEK, TakeLook(said="样例：正常"), "treasury_officer")
    await office.ask("watch", WEEK, FindAnomaly(no="1", subject="F1", said="样例：闲置"), "treasury_officer")
    await clock.open_office(date(2022, 1, 9))
    await office.ask("watch", WEEK, ReportWeek(said="样例：汇总", record=PAPER), "treasury_officer")
    await office.ask("watch", WEEK, WarnOfAnomaly(no="1", said="样例：预警"), "finance_section")
    await office.ask("watch", WEEK, VerifyAnomaly(no="1", holds=True, said="样例：属实"), "treasury_officer")
    await office.ask("watch", WEEK, SETTLED, "treasury_officer")


SETTLED = SettleAnomaly(no="1", how="rectified", said="样例：已使用")


async def a_month_and_a_week(office: Office, clock: Clock) -> None:
    """Play both until their records are on file."""
    await open_watched(office)
    await a_slow_project(office)
    await a_week(office, clock)
    await clock.open_office(date(2022, 1, 11))
    await office.ask("dispatch", MONTH, TALK, "leading_group")
    await office.ask("dispatch", MONTH, CLOSE, "rrb")
