"""Pages: the deadlines of a county as a board, as a list of one kind of them, and as a calendar of a month."""

from calendar import Calendar
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.forms.choices_rules import CASES
from console.house import House
from console.rendering import page
from domain.calendar import WorkCalendar
from domain.cases import mandates_stream
from domain.mandate import MANDATE
from domain.periods import month_named
from doors.names import Names
from doors.obligation_lines import days_late, is_about, stage_now
from doors.texts import t
from projections.obligations import Obligation
from projections.obligations_read import (
    RUNNING,
    Bucket,
    Sought,
    board,
    bucket_counts,
    choices,
    day_counts,
    first_of_days,
)

router = APIRouter()
PER_PAGE, PER_BUCKET, PER_DAY = 50, 6, 3
Month = Annotated[str, Query(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]
Number = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Name = Annotated[str, Query(max_length=100)]


def bucket_name(bucket: Bucket) -> str:
    """Return what a bucket is called."""
    names = {
        Bucket.OVERDUE: ("逾期未办", "Overdue"),
        Bucket.TODAY: ("今天到期", "Due today"),
        Bucket.WEEK: ("本周到期", "Due this week"),
        Bucket.LATER: ("以后到期", "Due later"),
        Bucket.PAUSED: ("暂停计时", "Paused"),
        Bucket.MET: ("已办结", "Met"),
        Bucket.ENDED: ("已撤销或免除", "Dropped or waived"),
    }
    return t(*names[bucket])


@router.get("/{county}/obligations")
def listed(
    request: Request,
    house: HouseHere,
    _: OfCounty,
    county: str,
    number: Number = 1,
    bucket: Bucket | None = None,
    post: Name = "",
    kind: Name = "",
    on: date | None = None,
) -> Response:
    """Show the board; or a page of one bucket, or of what is due on a day."""
    house.fresh()
    sought, today, rows = Sought(county, post, kind, on), house.today(), Rows(house, county)
    counts = bucket_counts(house.engine, sought, today)
    values = _frame(house, sought, rows.names, counts, bucket)
    if bucket is None and on is None:
        columns = [_column(rows, sought, one, counts[one]) for one in RUNNING if counts[one]]
        return page(request, "obligations.html", t("期限", "Deadlines"), columns=columns, rows=None, **values)
    total = counts[bucket] if bucket else sum(counts.values())
    found = board(house.engine, sought, today, bucket, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return page(
        request,
        "obligations.html",
        bucket_name(bucket) if bucket else t(f"{on} 到期", f"Due on {on}"),
        columns=None,
        rows=[rows.shown(one) for one in found],
        total=total,
        page=number,
        pages=max(1, -(-total // PER_PAGE)),
        page_url=lambda n: _url(sought, bucket=bucket, page=n),
        **values,
    )


def _frame(
    house: House,
    sought: Sought,
    names: Names,
    counts: dict[Bucket, int],
    bucket: Bucket | None,
    *,
    in_calendar: bool = False,
) -> dict[str, Any]:
    """Return the tabs and what the list can be narrowed to."""
    any_day = replace(sought, on=None)
    calendar = f"/{sought.county}/obligations/calendar?{_query(any_day)}"
    everything = (_url(any_day), t("看板", "Board"), bucket is None and sought.on is None and not in_calendar, None)
    by_month = (calendar, t("日历", "Calendar"), in_calendar, None)
    tabs = [(_url(any_day, bucket=one), bucket_name(one), bucket is one, counts[one]) for one in Bucket]
    there = choices(house.engine, sought.county)
    return {
        "tabs": [everything, by_month, *tabs],
        "posts": [(post, names.named("post", post), number) for post, number in there.responsible.items()],
        "kinds": [(kind, t(*CASES[kind]), number) for kind, number in there.kinds.items() if kind in CASES],
        "sought": sought,
        "bucket": bucket,
    }


def _column(rows: "Rows", sought: Sought, bucket: Bucket, total: int) -> dict[str, Any]:
    found = board(rows.house.engine, sought, rows.house.today(), bucket, limit=PER_BUCKET)
    shown = [rows.shown(one) for one in found]
    return {"name": bucket_name(bucket), "total": total, "rows": shown, "url": _url(sought, bucket=bucket)}


class Rows:
    """Deadlines of a county as a list shows them: who holds its posts is looked up once."""

    def __init__(self, house: House, county: str) -> None:
        self.house, self.names, self.today = house, house.names(county), house.today()
        self._holders = house.read(MANDATE, mandates_stream(county)).holders(self.today)

    def shown(self, row: Obligation) -> dict[str, Any]:
        """Return one deadline."""
        names, running = self.names, row.stage in ("open", "overdue", "paused")
        person = row.breached_person or self._holders.get(row.responsible, "")
        return {
            "url": f"/{row.obligation}",
            "about": is_about(row, names),
            "case": row.case,
            "responsible": names.who(row.responsible, person),
            "due_on": row.due_on,
            "due_in": (row.due_on - self.today).days if running else None,
            "paused": row.stage == "paused",
            "running": running,
            "stage": names.stage(stage_now(row, self.today)),
            "days_late": days_late(row, self.today),
            "climbed": names.who(row.rungs[-1]["post"], row.rungs[-1]["person"]) if row.rungs else "",
            "rungs": len(row.rungs),
            "provisional": row.provisional,
            "clause": row.clause,
        }


def _query(sought: Sought, **more: Any) -> str:
    asked = {"post": sought.responsible, "kind": sought.kind, "on": sought.on, **more}
    return urlencode({name: value for name, value in asked.items() if value})


def _url(sought: Sought, **more: Any) -> str:
    query = _query(sought, **more)
    return f"/{sought.county}/obligations" + (f"?{query}" if query else "")


@router.get("/{county}/obligations/calendar")
def calendar(
    request: Request, house: HouseHere, _: OfCounty, county: str, month: Month = "", post: Name = "", kind: Name = ""
) -> Response:
    """Show a month: its working days, and what is due on each day."""
    house.fresh()
    today, sought, rows = house.today(), Sought(county, post, kind), Rows(house, county)
    shown = month_named(month or f"{today:%Y-%m}")
    weeks = _weeks(rows, sought, shown.first)
    values = _frame(house, sought, rows.names, bucket_counts(house.engine, sought, today), None, in_calendar=True)
    before, after = shown.first - timedelta(days=1), shown.last + timedelta(days=1)
    title = t(f"{shown.first.year}年{shown.first.month}月期限", f"Deadlines of {shown.first:%Y-%m}")
    return page(
        request,
        "obligations_calendar.html",
        title,
        weeks=weeks,
        month=f"{shown.first:%Y-%m}",
        revision=house.calendar.revision,
        unsettled=shown.first.year not in house.calendar.years,
        before=(f"{before:%Y-%m}", f"?{_query(sought, month=f'{before:%Y-%m}')}"),
        after=(f"{after:%Y-%m}", f"?{_query(sought, month=f'{after:%Y-%m}')}"),
        **values,
    )


def _weeks(rows: Rows, sought: Sought, first: date) -> list[list[dict[str, Any]]]:
    engine, weeks = rows.house.engine, Calendar().monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1]
    counts = day_counts(engine, sought, start, end, rows.today)
    due = first_of_days(engine, sought, start, end, PER_DAY)
    return [[_day(rows, sought, day, first, counts.get(day, {}), due.get(day, [])) for day in week] for week in weeks]


def _day(
    rows: Rows, sought: Sought, day: date, first: date, counts: dict[str, int], due: list[Obligation]
) -> dict[str, Any]:
    calendar, number = rows.house.calendar, sum(counts.values())
    return {
        "day": day,
        "inside": (day.year, day.month) == (first.year, first.month),
        "today": day == rows.today,
        "working": calendar.is_working(day),
        "made_up": day in calendar.make_up_days,
        "kind": day_kind(day, calendar),
        "counts": counts,
        "number": number,
        "rows": [rows.shown(one) for one in due],
        "more": number - len(due),
        "url": _url(replace(sought, on=day)),
    }


def day_kind(day: date, calendar: WorkCalendar) -> str:
    """Return what kind of a day it is by the working calendar, in a word; nothing of a common working day."""
    if day in calendar.make_up_days:
        return t("班（调休上班）", "worked (made up)")
    if day in calendar.holidays:
        return t("休（节假日）", "holiday")
    return "" if calendar.is_working(day) else t("休（周末）", "weekend")
