"""Pages: the months of a county's dispatch."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.rendering import page
from domain.periods import period_of
from doors.names import Names
from doors.texts import t
from projections.months import months

router = APIRouter()


@router.get("/{county}/dispatch")
def listed(request: Request, house: HouseHere, _: OfCounty, county: str) -> Response:
    """List the months, the latest first."""
    house.fresh()
    names = house.names(county)
    known = months(house.engine, county)
    to_begin = _to_begin({row["month"] for row in known}, house.today())
    rows = [_line(county, row, names) for row in reversed(known)]
    return page(request, "dispatch.html", t("调度", "Dispatch"), rows=rows, to_begin=to_begin)


def _to_begin(begun: Collection[str], today: date) -> str:
    """Return the first month from today's on that has not begun."""
    month = period_of("month", today)
    while month.no in begun:
        month = period_of("month", month.last + timedelta(days=1))
    return month.no


def _line(county: str, row: dict[str, Any], names: Names) -> dict[str, Any]:
    return {
        "url": f"/{row['case']}",
        "month": row["month"],
        "stage": names.stage(row["stage"]),
        "closed": row["closed"],
        "back": t("、", ", ").join(row["back"]),
        "waits": list(waits_said(((one["step"], one["post"]) for one in row["waits"]), names)),
        "circular": f"/{county}/reports/circular?period={row['month']}",
    }


def waits_said(waits: Iterable[tuple[str, str]], names: Names) -> Iterable[str]:
    """Yield each step that a month waits for, with its post."""
    for step, post in waits:
        who = names.named("post", post) if post else t("未规定由谁办理", "no rule says who")
        yield t(f"{names.step(step)}（{who}）", f"{names.step(step)} ({who})")
