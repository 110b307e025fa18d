"""Pages: one case, whatever its kind; and the lists of a county's cases."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.case_view import money_of, view_of
from console.errors import NotHereError
from console.forms.choices_rules import CASES
from console.house import House
from console.kinds import PAGES, KindPage
from console.offers import BEGINS
from console.paper_rows import Tried, papers_of
from console.rendering import page
from console.visitor import Visitor
from domain.cases import KINDS, CaseId, case_id
from domain.money import wan
from domain.registry import BY_KIND
from doors.names import Names
from doors.texts import t
from doors.waiting import no_said
from projections.cases import Case, case, cases_page
from projections.matters_read import Matter

router = APIRouter()
HistoryAsked = Annotated[int | None, Query(ge=1, le=100_000)]
PER_PAGE = 50


@dataclass(frozen=True)
class Decided:
    """A decision that was refused: at which step, what was said, why, and with which status the page answers."""

    step: str
    opinion: str
    why: str
    status: int


# The lists of a county, by their address: the kind of case, and what it is called.
LISTS = {
    "projects": ("project", "项目", "Projects"),
    "funds": ("fund", "资金", "Funds"),
    "plans": ("plan", "计划", "Plans"),
    "claims": ("claim", "报账", "Claims"),
}
SECTION_OF: dict[str, str] = {kind: section for section, (kind, _, _) in LISTS.items()} | {
    "meeting": "meetings",
    "obligation": "obligations",
    "dispatch": "dispatch",
    "asset": "assets",
    "disclosure": "disclosures",
    "people": "people",
    **{kind.value: "matters" for kind in Matter},
    "absence": "people",
}


@router.get("/{county}/{kind}/{no}")
def show(
    request: Request, house: HouseHere, visitor: OfCounty, county: str, kind: str, no: str, history: HistoryAsked = None
) -> Response:
    """Show one case; of a long history the last facts, unless a page of it is asked for."""
    return case_page(request, house, visitor, CaseId(county, kind, no), number=history)


def case_page(
    request: Request,
    house: House,
    visitor: Visitor,
    found: CaseId,
    *,
    own: KindPage | None = None,
    tried: Tried | None = None,
    decided: Decided | None = None,
    number: int | None = None,
    status: int = 200,
    **filled: Any,
) -> Response:
    """Return the page of a case, as its kind shows it.

    *tried* is a paper that could not be attached to it, and *decided* a decision that was refused, each with why;
    *filled*: what somebody sent to it, and what was wrong with that.

    Raises:
        NotHereError: If there is none of that kind and number.
    """
    county, kind, _ = found
    house.fresh()
    if kind not in KINDS or not house.read(BY_KIND[kind], case_id(*found)).done:
        raise NotHereError
    row, names = case(house.engine, case_id(*found)), house.names(county)
    own = own or PAGES.get(kind)
    section = SECTION_OF.get(kind, "reports")
    values = {
        **view_of(house, visitor, found, told=not (own and own.tells_history), number=number),
        "papers": papers_of(house, visitor, found, tried),
        "heading": _heading(found, row, names),
        "facts": _facts(row, names),
        "list_name": section,
        "list_label": t("返回", "Back"),
        "decided": decided,
        **(own.more(house, visitor, found) if own else {}),
        **filled,
    }
    status = decided.status if decided else tried.status if tried else status
    return page(request, own.template if own else "case.html", str(values["heading"]), status=status, **values)


def _heading(found: CaseId, row: Case | None, names: Names) -> str:
    if row is None or not row.title or found.kind in set(Matter):
        return f"{t(*CASES[found.kind])} {no_said(found, names)}"
    return names.field("kind", row.title) if found.kind == "claim" else row.title


def _facts(row: Case | None, names: Names) -> list[tuple[str, Any]]:
    if row is None:
        return []
    figures = [(name, t(f"{wan(fen)} 万元", f"{wan(fen)} wan yuan")) for name, fen in money_of(row)]
    return [(t("现在", "now"), names.stage(row.stage)), (t("开始", "opened"), row.opened_on), *figures]


def _list(request: Request, house: House, county: str, section: str, number: int, words: str) -> Response:
    kind, zh, en = LISTS[section]
    house.fresh()
    names = house.names(county)
    rows, total = cases_page(house.engine, kind, county, words=words, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return page(
        request,
        "list.html",
        t(zh, en),
        rows=[_line(row, names) for row in rows],
        total=total,
        words=words,
        page=number,
        pages=max(1, -(-total // PER_PAGE)),
        page_url=lambda n: f"/{county}/{section}?page={n}&q={quote(words)}",
        begin=kind in BEGINS,
        kind=kind,
        section=section,
    )


def _line(row: Case, names: Names) -> dict[str, Any]:
    title = names.field("kind", row.title) if row.kind == "claim" else row.title
    waits = [f"{names.step(one['step'])}（{names.named('post', one['post'])}）" for one in row.waiting]
    return {
        "url": f"/{row.case}",
        "no": row.no,
        "title": title,
        "stage": names.stage(row.stage),
        "waits": "；".join(waits),
        "money": money_of(row),
        "changed_on": row.changed_on,
        "closed": row.closed,
    }


Number = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Searched = Annotated[str, Query(max_length=100)]


@router.get("/{county}/funds")
def funds(
    request: Request, house: HouseHere, _: OfCounty, county: str, number: Number = 1, q: Searched = ""
) -> Response:
    """List the funds."""
    return _list(request, house, county, "funds", number, q)


@router.get("/{county}/plans")
def plans(
    request: Request, house: HouseHere, _: OfCounty, county: str, number: Number = 1, q: Searched = ""
) -> Response:
    """List the plans."""
    return _list(request, house, county, "plans", number, q)
