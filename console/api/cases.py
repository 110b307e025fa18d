"""The JSON API: a county's cases, and of one case its history, signatures and papers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from console.access import HouseHere, of_county
from console.api.addresses import LIMIT_MOST, County, Kind, Limit, No, Number, case_here, offset_of
from console.api.case_data import case_of, row_of, unlisted
from console.api.models import (
    CaseOut,
    CasesOut,
    HappenedOut,
    HistoryOut,
    PaperOut,
    PapersOut,
    RowOut,
    SignatureOut,
    SignaturesOut,
)
from console.api.problems import READS
from console.errors import NotHereError
from console.house import House
from domain.cases import KINDS, case_id, parse_case
from domain.errors import BadInputError
from domain.papers import PAPERS, PaperAttached, papers_stream
from domain.procedures.signatures import SignerView, signer_views
from domain.sealed import said as with_names
from domain.signing import said as changes_said
from doors.happened import said
from doors.names import Names
from projections.case_rows import SUMMARIES
from projections.cases import cases_page
from projections.kind_pages import kind_page
from projections.timeline import Happened, history, history_size

router = APIRouter(prefix="/api", tags=["cases"], responses=READS, dependencies=[Depends(of_county)])


@router.get("/{county}/cases/{kind}")
def listed(
    house: HouseHere,
    county: County,
    kind: Kind,
    number: Number = 1,
    limit: Limit = 50,
    q: Annotated[str, Query(max_length=100, description="名称或编号中的字 / words of the title or number")] = "",
) -> CasesOut:
    """一类案件 / A page of a county's cases of a kind, what changed last first."""
    if kind not in KINDS:
        raise NotHereError
    house.fresh()
    rows, total = _rows(house, county, kind, q, {"limit": limit, "offset": offset_of(number, limit)})
    return CasesOut(total=total, page=number, limit=limit, cases=rows)


def _rows(house: House, county: str, kind: str, words: str, cut: dict[str, int]) -> tuple[list[RowOut], int]:
    """Return a page of the cases: of their view, and where it has none of the kind, as the ledger has them."""
    names = house.names(county)
    if kind in SUMMARIES:
        rows, total = cases_page(house.engine, kind, county, words=words, **cut)
        return [row_of(row, names) for row in rows], total
    found, total = kind_page(house.engine, kind, county, words=words, **cut)
    return [unlisted(house, parse_case(one.case), names, one) for one in found], total


@router.get("/{county}/{kind}/{no}")
def one(house: HouseHere, county: County, kind: Kind, no: No) -> CaseOut:
    """一件案件 / A case: its figures, the steps that wait and who may take them, and what may be asked."""
    return case_of(house, case_here(house, county, kind, no))


@router.get("/{county}/{kind}/{no}/history")
def happened(
    house: HouseHere, county: County, kind: Kind, no: No, number: Number = 1, limit: Limit = LIMIT_MOST
) -> HistoryOut:
    """经过 / What happened to a case, the oldest first, a page at a time."""
    case, names = case_id(*case_here(house, county, kind, no)), house.names(county)
    told = history(house.engine, case, limit=limit, offset=offset_of(number, limit))
    rows = [_happened(house, row, names) for row in told]
    return HistoryOut(case=case, total=history_size(house.engine, case), page=number, limit=limit, history=rows)


def _happened(house: House, row: Happened, names: Names) -> HappenedOut:
    return HappenedOut(
        **{name: getattr(row, name) for name in HappenedOut.model_fields if hasattr(row, name)},
        words=with_names(said(row, names), house.say),
        name=names.people.get(row.person, ""),
    )


@router.get("/{county}/{kind}/{no}/signatures")
def signed(house: HouseHere, county: County, kind: Kind, no: No) -> SignaturesOut:
    """签名 / Who signed a case, whether the signature stands, and what changed since."""
    found = case_here(house, county, kind, no)
    try:
        views = signer_views(house.read, found)
    except BadInputError:  # Cases of its kind are signed by nobody as a whole.
        views = ()
    names = house.names(county)
    return SignaturesOut(case=case_id(*found), signatures=[_signature(view, names) for view in views])


def _signature(view: SignerView, names: Names) -> SignatureOut:
    act, changed = view.signature.act, changes_said(view.changes)
    return SignatureOut(
        step=view.signature.step,
        step_name=names.signed(view.signature.step),
        post=act.post,
        person=act.person,
        name=names.people.get(act.person, ""),
        on_behalf_of=act.on_behalf_of,
        signed_on=act.occurred_on,
        digest=view.signature.content.digest,
        stands=view.fell_by is None,
        fell_on=view.fell_by.occurred_on if view.fell_by else None,
        zh=changed.zh,
        en=changed.en,
    )


@router.get("/{county}/{kind}/{no}/papers")
def papers(house: HouseHere, county: County, kind: Kind, no: No) -> PapersOut:
    """附件 / The papers of a case that stand."""
    found = case_here(house, county, kind, no)
    state = house.read(PAPERS, papers_stream(case_id(*found)))
    return PapersOut(
        case=case_id(*found),
        papers=[_paper(name, one, len(state.versions.get(name, ()))) for name, one in state.standing.items()],
    )


def _paper(name: str, one: PaperAttached, versions: int) -> PaperOut:
    return PaperOut(
        paper=name,
        attached_on=one.act.occurred_on,
        person=one.act.person,
        versions=versions,
        **{name: getattr(one, name) for name in PaperOut.model_fields if hasattr(one, name) and name != "paper"},
    )
