"""Starting the calendars of the counties: no request does it, so every worker sees to it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from temporalio.client import Client

from activities.deciding import clock_act
from activities.processes import SHIFT_S, shift_s, start_process, wake
from domain.calendar import WorkCalendar, day_of
from domain.cases import CaseId, calendar_stream, county_stream
from domain.county import COUNTY, PolicyAdopted
from domain.county_calendar import CALENDAR, CalendarOpened, OpenCalendar
from domain.ledger import Ledger, Read, Step
from domain.procedures import Asking
from domain.procedures.recurring import opens
from domain.terms import PolicyRef


def open_calendars(ledger: Ledger, calendar: WorkCalendar, now: datetime, *, daily: bool = False) -> None:
    """Open, from today on, the calendar of each county whose rules were adopted before there were calendars.

    With something to do *daily*, also of a county of whose rules nothing recurs.
    """
    for county in dict.fromkeys(entry.fact.county for entry in ledger.log(of=(PolicyAdopted,))):
        ledger.transact(partial(_opening, county, calendar, now, daily))


def _opening(county: str, calendar: WorkCalendar, now: datetime, daily: bool, read: Read) -> list[Step]:  # noqa: FBT001
    act = clock_act(f"{calendar_stream(county)}@opened", day_of(now), now)
    asking = Asking(act, CaseId(county, "calendar", ""), read, calendar)
    own = calendar_stream(county)
    if daily and read(CALENDAR, own).opened is None:
        return [Step(own, OpenCalendar(act, county, act.occurred_on))]
    return list(opens(asking, asking.rules(), act.occurred_on))


async def start_calendars(
    client: Client, ledger: Ledger, task_queue: str, known: Mapping[str, PolicyRef | None]
) -> dict[str, PolicyRef | None]:
    """Start or wake the calendar of each county whose rules are not those that are *known*; return the rules of all."""
    memo = {SHIFT_S: shift_s(ledger)}
    counties = [entry.fact.county for entry in ledger.log(of=(CalendarOpened,))]
    rules = {county: ledger.state(COUNTY, county_stream(county)).current for county in counties}
    for county, ref in rules.items():
        if county not in known or known[county] != ref:
            await start_process(client, task_queue, calendar_stream(county), memo)
            await wake(client, calendar_stream(county))
    return rules
