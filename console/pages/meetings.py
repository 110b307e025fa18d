"""Pages: a county's meetings, what could go on an agenda now, and the form of all that a meeting decides."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from console.access import FIELDS_MOST, HouseHere, OfCounty
from console.errors import NotHereError
from console.house import House
from console.kinds.meeting import stage_said
from console.offers import ask_url, offers
from console.pages.asking import draft_key
from console.rendering import page, see
from console.visitor import Visitor
from domain.cases import CaseId, case_id, parse_case
from domain.meeting import MEETING
from domain.meeting_requests import CallMeeting
from domain.procedures.meetings import ITEMS_MAX
from doors.names import Names
from doors.texts import t
from projections.inbox_read import Asked as Wanted
from projections.inbox_read import Waiting, waiting
from projections.meetings_read import Where, meetings

router = APIRouter()
PER_PAGE = 30
WAITING_MOST = 200
_MAY_BE_ITEMS = ("plan", "project", "surplus")


def where_name(where: Where) -> str:
    """Return what a meeting is called that stands there."""
    names = {
        Where.CALLED: ("待召开", "Called"),
        Where.HELD: ("已召开，待备案纪要", "Held, minutes waited for"),
        Where.OVER: ("已了结", "Over"),
    }
    return t(*names[where])


@router.get("/{county}/meetings")
def listed(
    request: Request,
    house: HouseHere,
    visitor: OfCounty,
    county: str,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    where: Where | None = None,
) -> Response:
    """List the meetings, and what waits for a body that meets."""
    house.fresh()
    names, url = house.names(county), f"/{county}/meetings"
    found = meetings(house.engine, county, where, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    total = found.counts[where] if where else sum(found.counts.values())
    own = f"where={where}&" if where else ""
    return page(
        request,
        "meetings.html",
        t("会议", "Meetings"),
        tabs=[
            (url, t("全部", "All"), where is None, sum(found.counts.values())),
            *((f"{url}?where={one}", where_name(one), one is where, found.counts[one]) for one in Where),
        ],
        rows=[_line(house, case, names) for case in found.cases],
        bodies=_bodies(house, county, names),
        may_call=_callers(house, visitor, county),
        total=total,
        page=number,
        pages=max(1, -(-total // PER_PAGE)),
        page_url=lambda n: f"{url}?{own}page={n}",
    )


def _line(house: House, case: str, names: Names) -> dict[str, Any]:
    state = house.ledger.shared(MEETING, case)
    body = state.called.body if state.called else state.held.body if state.held else ""
    return {
        "url": f"/{case}",
        "no": parse_case(case).no,
        "body": names.named("post", body),
        "stage": stage_said(state),
        "called_on": state.called.on if state.called else None,
        "held_on": state.held.held_on if state.held else None,
        "on_agenda": len(state.agenda) or len(state.decided),
        "decided": len(state.decided),
        "open": len(state.open_items),
        "present": state.held.present if state.held else None,
        "minutes": bool(state.minutes),
        "waits": state.held is not None and not state.minutes,
    }


def _bodies(house: House, county: str, names: Names) -> list[dict[str, Any]]:
    """Return each body that decides plans, with what waits for it and is on no agenda yet."""
    plan = names.profile.plan if names.profile else None
    bodies = dict.fromkeys(one.body for one in (plan.approvals if plan else ()) if one.body)
    on_agenda = set(_on_agendas(house, county))
    found = []
    for body in bodies:
        rows = waiting(house.engine, Wanted(county=county, post=body), limit=WAITING_MOST)
        items = [_item(row, names, house) for row in rows if row.kind in _MAY_BE_ITEMS and row.case not in on_agenda]
        found.append({"id": body, "name": names.named("post", body), "waits": items})
    return found


def _on_agendas(house: House, county: str) -> Iterator[str]:
    called = meetings(house.engine, county, Where.CALLED, limit=WAITING_MOST)
    for case in called.cases:
        yield from (one.item for one in house.ledger.shared(MEETING, case).open_items)


def _item(row: Waiting, names: Names, house: House) -> dict[str, Any]:
    is_plan = row.kind == "plan" and row.step.startswith("decide:")
    return {
        "value": row.case if is_plan else f"{row.case} {names.step(row.step)}",
        "case": row.case,
        "title": row.title or row.name or "",
        "step": names.step(row.step),
        "amount_fen": row.amount_fen,
        "since": row.since,
        "due_in": row.due_in(house.today()),
        "due_on": row.due_on,
        "paused": row.paused,
        "is_plan": is_plan,
    }


def _callers(house: House, visitor: Visitor, county: str) -> bool:
    """Return whether the visitor holds a post that calls meetings: the body's own, or that of who drafts plans."""
    profile = house.names(county).profile
    plan = profile.plan if profile else None
    posts = {plan.drafter, *(one.body for one in plan.approvals)} if plan else set()
    return any(seat.post in posts for seat in visitor.seats_in(county))


@router.post("/{county}/meetings/agenda")
async def agenda(request: Request, house: HouseHere, visitor: OfCounty, county: str) -> Response:
    """Take what was chosen into the form by which a meeting is called: as a draft, for nobody to type it anew."""
    data = await request.form(max_fields=FIELDS_MOST, max_files=0)
    url = await run_in_threadpool(_drafted, house, visitor, county, data)
    return see(url)


def _drafted(house: House, visitor: Visitor, county: str, data: FormData) -> str:
    """Keep the draft, and return where its form is."""
    house.fresh()
    body, chosen = str(data.get("body", "")), [one for one in data.getlist("item") if isinstance(one, str)]
    names = house.names(county)
    known = {one["value"]: one for of in _bodies(house, county, names) if of["id"] == body for one in of["waits"]}
    case = CaseId(county, "meeting", _free_no(house, county))
    offer = next(one for one in offers(house, case) if one.request is CallMeeting)
    values = {"body": [body]} if body in {of["id"] for of in _bodies(house, county, names)} else {}
    for number, value in enumerate([one for one in chosen if one in known][:ITEMS_MAX]):
        values |= dict(_agenda_row(house, number, known[value]))
    house.accounts.drafts.save(
        visitor.account, draft_key(offer), json.dumps(values, ensure_ascii=False), house.wall_now()
    )
    return ask_url(offer)


def _agenda_row(house: House, number: int, item: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    at = f"agenda.{number}."
    if not item["is_plan"]:
        yield f"{at}words", [f"{item['case']} {item['title']}：{item['step']}"]
        return
    rows = waiting(house.engine, Wanted(case=str(item["case"])))
    stages = [row.step.partition(":")[2] for row in rows if row.step.startswith("decide:")]
    yield f"{at}plan_no", [parse_case(str(item["case"])).no]
    yield f"{at}stage", stages[:1]


def _free_no(house: House, county: str) -> str:
    """Return a number that no meeting of the county has: the day, and how many it has had on it."""
    for number in range(1, WAITING_MOST):
        no = f"M-{house.today():%Y%m%d}-{number}"
        if not house.ledger.shared(MEETING, case_id(county, "meeting", no)).done:
            return no
    raise NotHereError
