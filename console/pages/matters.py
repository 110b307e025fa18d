"""Pages: the matters of a county that have no register of their own, by kind, and where one is begun."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.forms.choices_rules import CASES
from console.listing import PER_PAGE, Parted
from console.offers import BEGINS
from console.rendering import page
from domain.cases import parse_case
from doors.names import Names
from doors.texts import t
from doors.waiting import no_said
from projections.matters_read import Matter, MatterRow, matters

router = APIRouter()


def kind_name(kind: Matter | None) -> str:
    """Return what a kind of matters is called."""
    return t(*CASES[kind]) if kind else t("全部", "All")


@router.get("/{county}/matters")
def listed(
    request: Request,
    house: HouseHere,
    _: OfCounty,
    county: str,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    of: Matter | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List the matters, those that are open first."""
    house.fresh()
    parted, names = Parted(f"/{county}/matters", "of", of, q.strip(), number), house.names(county)
    found = matters(house.engine, county, of, parted.words, limit=PER_PAGE, offset=parted.offset)
    return page(
        request,
        "matters.html",
        t("其他事项", "Other matters"),
        rows=[_line(row, names) for row in found.rows],
        begins=[(f"/{county}/begin/{one}", kind_name(one)) for one in Matter if one in BEGINS and of in (None, one)],
        **parted.values(Matter, found.counts, kind_name),
    )


def _line(row: MatterRow, names: Names) -> dict[str, Any]:
    unset = t("未规定", "not set")
    return {
        "url": f"/{row.case}",
        "no": no_said(parse_case(row.case), names),
        "kind": kind_name(row.kind),
        "is_over": row.is_over,
        "waits": [(names.step(step), names.named("post", post) if post else unset) for step, post in row.waits],
    }
