"""What recurs in a sample year beside its months and weeks that are played: mostly done, and now and then not."""

from datetime import date, timedelta

from domain.calendar import month_last_day
from domain.dispatch import DISPATCH
from domain.dispatch_requests import DoRoutine, ReportWeek
from domain.policy import Profile
from domain.policy.watch import Routine
from domain.watch import DAYS_OF_A_WEEK, WATCH, monday_of
from simulation.agenda import Dice, Story, paper
from simulation.sample_model import Samples
from simulation.stage import Stage

MISSED_ONE_IN = 12
MONTHS_A_YEAR = 12


async def routines_story(stage: Stage, profile: Profile, dice: Dice, samples: Samples) -> Story:
    """Hold the monthly dispatch in months that are not played in full, but for one now and then."""
    routine = _recurs(profile, "dispatch", "month")
    year = samples.head.year
    for month in range(1, MONTHS_A_YEAR + 1):
        if routine is None or not routine.post or month in samples.head.dispatched or dice.happens(MISSED_ONE_IN):
            continue
        yield month_last_day(year, month) - dice.days(0, 9)
        no = f"{year}-{month:02}"
        if DISPATCH.closed(stage.state(DISPATCH, no)):
            continue  # Its record is on file already.
        record = paper(stage.county, month, routine.id) if routine.record else ""
        done = DoRoutine(routine=routine.id, said="样例：听取进展", took_part=routine.together_with, record=record)
        await stage.act("dispatch", no, done, routine.post)


async def reports_story(stage: Stage, profile: Profile, dice: Dice, samples: Samples) -> Story:
    """Report on weeks that are not played in full within the days after them, but for one now and then."""
    routine = _recurs(profile, "report", "week")
    year = samples.head.year
    # The last week of a year ends in it or after it, and is reported in the next.
    for week in range(1, date(year, 12, 28).isocalendar().week):
        if routine is None or not routine.post or week in samples.head.watched or dice.happens(MISSED_ONE_IN):
            continue
        no = f"{year}-W{week:02}"
        yield monday_of(no) + timedelta(days=DAYS_OF_A_WEEK - 1) + dice.days(0, 3)
        if WATCH.closed(stage.state(WATCH, no)):
            continue
        record = paper(stage.county, no, routine.id)
        report = ReportWeek(said="样例：一周汇总", record=record, took_part=routine.together_with)
        await stage.act("watch", no, report, routine.post)


def _recurs(profile: Profile, topic: str, every: str) -> Routine | None:
    """Return the county's routine of a topic that recurs by a period."""
    found = (one for one in profile.routines if one.topic == topic and one.deadline and one.deadline.every == every)
    return next(found, None)
