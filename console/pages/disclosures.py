"""Pages: the disclosure register of a county: what must be public where by when, what is late first."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.listing import PER_PAGE, Parted
from console.rendering import page
from doors.names import Names
from doors.texts import t
from projections.disclosures import Disclosed, entries
from projections.register_pages import State, disclosures_page

router = APIRouter()


def state_name(state: State | None) -> str:
    """Return what a part of the register is called."""
    if state is None:
        return t("全部", "All")
    names = {
        State.LATE: ("逾期未公开", "Late, not public"),
        State.TO_PUBLISH: ("待公开", "To be made public"),
        State.OBJECTED: ("有异议、待更正", "Objected to, to be corrected"),
        State.RUNNING: ("公示期内", "Its days run"),
        State.DONE: ("已了结", "Over"),
    }
    return t(*names[state])


@router.get("/{county}/disclosures")
def listed(
    request: Request,
    house: HouseHere,
    _: OfCounty,
    county: str,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    state: State | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List the entries of the register."""
    house.fresh()
    today, names = house.today(), house.names(county)
    parted = Parted(f"/{county}/disclosures", "state", state, q, number)
    found = disclosures_page(house.engine, county, today, state, q, limit=PER_PAGE, offset=parted.offset)
    rows = {row[0]: row[1] for row in zip(found.cases, entries(house.engine, found.cases, today), strict=True)}
    return page(
        request,
        "disclosures.html",
        t("公示公告", "Disclosure"),
        rows=[line_of(case, row, names, today) for case, row in rows.items()],
        **parted.values(State, found.counts, state_name),
    )


def line_of(case: str, row: Disclosed, names: Names, today: Any) -> dict[str, Any]:
    """Return an entry as a list shows it: its places with the day on which each was reached."""
    waits = row.public_on is None and row.stage != "withdrawn"
    return {
        "url": f"/{case}",
        "entry": row.entry,
        "what": names.word(row.what),
        "words": row.words,
        "of": row.of,
        "arose_on": row.arose_on,
        "due_on": row.due_on,
        "due_in": (row.due_on - today).days if row.due_on and waits else None,
        "waits": waits,
        "stage": names.stage(row.stage),
        "days_late": row.days_late or 0,
        "post": names.named("post", row.post) if row.post else t("未规定由谁公开", "no rule says who"),
        "places": places_of(row, names),
        "until": row.public_until,
        "open_objections": sum(1 for one in row.objections if one.upheld is None),
        "objections": len(row.objections),
        "mandatory": row.mandatory,
        "blocks": row.blocks,
    }


def places_of(row: Disclosed, names: Names) -> list[dict[str, Any]]:
    """Return each place at which it must be public, or is, with what stands there; None where it is not reached."""
    stands = {one.place: one for one in row.published}
    return [{"place": names.both(place), "at": stands.get(place)} for place in dict.fromkeys((*row.places, *stands))]
