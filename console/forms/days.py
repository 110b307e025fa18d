"""Days as people write them, and what a day is by the working calendar."""

import re
from calendar import monthrange
from datetime import date, datetime

from console.forms.characters import half_width
from console.forms.faults import UnreadError
from domain.calendar import SHANGHAI, WorkCalendar, days_after
from doors.texts import t

_LONGEST = 40
_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"| *(?P<sign>[-/.]|年) *(?P<m2>[0-9]{1,2}) *(?P<sign2>[-/.]|月) *(?P<d2>[0-9]{1,2}) *[日号]?)"
)
_MOMENT = re.compile(r"(?P<day>.+?)[T ] *(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)")
_WEEKDAYS = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)
_SATURDAY, _MONTHS = 5, 12
COUNTED_MAX = 3660  # Days: ten years. What lies further off is not counted in working days.


def read_day(text: str) -> date:
    """Return the day that a text such as `2026-11-22`, `2026年11月22日` or `20261122` names.

    Raises:
        UnreadError: If it names none, or one that is in no calendar.
    """
    plain = half_width(text)
    found = _DAY.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None or (found["sign"] == "年") != (found["sign2"] == "月"):
        raise UnreadError(
            f"“{plain[:_LONGEST]}”不是日期，请写成 2026-11-22 或 2026年11月22日",
            f"“{plain[:_LONGEST]}” is not a date: write year-month-day, such as 2026-11-22",
        )
    year, month, day = int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"])
    if year == 0 or not 1 <= month <= _MONTHS:
        raise UnreadError(f"没有 {year} 年 {month} 月这个月份", f"there is no month {month} of the year {year}")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise UnreadError(f"{year} 年 {month} 月只有 1 至 {last} 日", f"{year}-{month:02} has days 1 to {last} only")
    return date(year, month, day)


def read_moment(text: str) -> datetime:
    """Return the moment in Asia/Shanghai that a text such as `2026-11-22 17:30` names.

    Raises:
        UnreadError: If it names none.
    """
    plain = half_width(text)
    found = _MOMENT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise UnreadError(
            f"“{plain[:_LONGEST]}”不是日期和时刻，请写成 2026-11-22 17:30",
            f"“{plain[:_LONGEST]}” is not a day and a time: write 2026-11-22 17:30",
        )
    hour, _, rest = found["time"].partition(":")
    try:
        clock = datetime.fromisoformat(f"2000-01-01T{int(hour):02}:{_six_places(rest)}").time()
    except ValueError as e:
        raise UnreadError(f"没有 {found['time']} 这个时刻", f"there is no such time as {found['time']}") from e
    return datetime.combine(read_day(found["day"]), clock, SHANGHAI)


def _six_places(rest: str) -> str:
    head, point, places = rest.partition(".")
    return f"{head}.{places.ljust(6, '0')}" if point else head


def written_moment(moment: datetime) -> str:
    """Return a moment as a field of a day and a time holds it."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None).isoformat()


def day_words(day: date, calendar: WorkCalendar, today: date) -> str:
    """Return a day with its weekday, whether it is worked, and how many working days off it is."""
    weekday, kind, away = t(*_WEEKDAYS[day.weekday()]), t(*_kind(day, calendar)), t(*_away(day, calendar, today))
    return t(f"{day} {weekday}（{kind}）；{away}", f"{day} {weekday} ({kind}); {away}") + _open(day, calendar, today)


def _kind(day: date, calendar: WorkCalendar) -> tuple[str, str]:
    if day in calendar.make_up_days:
        return "调休上班", "a make-up working day"
    if day in calendar.holidays:
        return "节假日", "a public holiday"
    return ("工作日", "a working day") if day.weekday() < _SATURDAY else ("休息日", "a day of rest")


def _away(day: date, calendar: WorkCalendar, today: date) -> tuple[str, str]:
    if day == today:
        return "就是今天", "today"
    first, last = min(day, today), max(day, today)
    days = (last - first).days
    if days > COUNTED_MAX:
        return (f"距今 {days} 天", f"{days} days off") if day > today else (f"已过 {days} 天", f"{days} days ago")
    held = days_after(first, last, "working", calendar).held
    if day > today:
        return f"距今 {held} 个工作日", f"{held} working days from today"
    return f"已过 {held} 个工作日", f"{held} working days ago"


def _open(day: date, calendar: WorkCalendar, today: date) -> str:
    """Return which years' holidays are not known yet, where the count rests on one."""
    years = range(min(day, today).year, max(day, today).year + 1)
    unknown = [year for year in years if year not in calendar.years] if abs((day - today).days) <= COUNTED_MAX else []
    if not unknown:
        return "" if calendar.is_settled(day) or day == today else t("（暂定）", " (provisional)")
    said = "、".join(map(str, unknown))
    return t(
        f"（暂定：{said} 年放假安排不在日历中，按周一至周五计）",
        f" (provisional: the holidays of {said} are not known here; Monday to Friday are counted)",
    )
