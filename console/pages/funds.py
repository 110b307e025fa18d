"""Pages: one fund, now or as of two days; its verification against the seal; its audit pack to take away."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from audit.fund_verifying import last_seal
from audit.pack_refusals import NeverSealedError
from audit.packing import pack, unsealed
from audit.seals import Seal
from console.access import HouseHere, OfCounty
from console.errors import REFUSED, HereError, NotHereError
from console.fund_view import Days, money_of
from console.house import House
from console.kinds import KindPage
from console.kinds.fund import more, verification
from console.making import MAKER
from console.pages.cases import case_page
from console.rendering import part, see
from console.verifying import CHECKS
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.fund import FUND

router = APIRouter()
WAIT_S = 1.5  # So long a page waits for its verification; then it is told how far that is.
_Text = Annotated[str, Query(max_length=60)]
_Day = Annotated[int | None, Query(ge=0, le=200_000)]


class NothingSealedError(HereError):
    """A pack rests on a seal, and there is none."""

    status = REFUSED
    zh = "本库还没有封印，审计包无从证明，所以没有制作。请管理员先封印：bridgefund seal --key 封印密钥"
    en = (
        "this store was never sealed, so a pack would prove nothing and none is made. Whoever runs it seals first: "
        "bridgefund seal --key SEALKEY"
    )
    on_pages = (
        "本库还没有封印，审计包无从证明，所以没有制作；请系统管理员先封印",
        "this store was never sealed, so a pack would prove nothing and none is made; the operator seals it first",
    )


@router.get("/{county}/fund/{no}")
def show(
    request: Request,
    house: HouseHere,
    visitor: OfCounty,
    county: str,
    no: str,
    at: _Text = "",
    known_on: _Text = "",
    day: _Day = None,
    was: _Day = None,
    projects: Annotated[str, Query(max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show a fund: as it stands, or as of two days; to htmx the figures alone."""
    days = Days(at, known_on, day, was, projects == "all")
    found = _there(house, county, no)
    if request.headers.get("hx-target", "").endswith("#figures"):
        values = money_of(house, found, days)
        values |= {"case": found, "case_id": case_id(*found), "swapped": True, "today": house.today()}
        return part("kinds/fund_figures.html", **values)
    own = KindPage("kinds/fund.html", partial(more, days=days, number=number), tells_history=True)
    return case_page(request, house, visitor, found, own=own)


@router.post("/{county}/fund/{no}/verify")
async def verify(request: Request, house: HouseHere, visitor: OfCounty, county: str, no: str) -> Response:
    """Verify a fund against the last seal: what came of it, or how far it is."""
    found = await run_in_threadpool(_there, house, county, no)
    await run_in_threadpool(_sealed, house, case_id(*found))
    await CHECKS.begin(house, case_id(*found), WAIT_S)
    if "hx-request" not in request.headers:
        return see(f"/{county}/fund/{no}#verify")
    return await run_in_threadpool(_outcome, house, visitor, found)


@router.get("/{county}/fund/{no}/verify")
def verifying(house: HouseHere, visitor: OfCounty, county: str, no: str) -> Response:
    """Tell how far the verification is, or what came of it."""
    return _outcome(house, visitor, _there(house, county, no))


@router.get("/{county}/fund/{no}/pack")
async def packed(house: HouseHere, _: OfCounty, county: str, no: str) -> Response:
    """Hand out a fund's audit pack as of the last seal.

    Raises:
        NothingSealedError: If there is none.
    """
    found = await run_in_threadpool(_there, house, county, no)
    out, behind = await MAKER.made(lambda: _pack(house, case_id(*found)))
    headers = {"x-not-sealed": str(behind)}
    name = f"{county}-{no}.zip"
    clean = BackgroundTask(_removed(out))
    return FileResponse(out, media_type="application/zip", filename=name, headers=headers, background=clean)


def _there(house: House, county: str, no: str) -> CaseId:
    """Return a fund, with views that have everything.

    Raises:
        NotHereError: If there is none of that number.
    """
    found = CaseId(county, "fund", no)
    house.fresh()
    if not house.read(FUND, case_id(*found)).done:
        raise NotHereError
    return found


def _sealed(house: House, fund: str) -> Seal:
    """Return the last seal.

    Raises:
        NothingSealedError: If there is none.
    """
    try:
        return last_seal(house.ledger, fund)
    except NeverSealedError as error:
        raise NothingSealedError from error


def _outcome(house: House, visitor: Visitor, found: CaseId) -> Response:
    values = verification(house, found)
    return part("kinds/fund_verified.html", csrf=visitor.csrf, case=found, case_id=case_id(*found), **values)


def _pack(house: House, fund: str) -> tuple[Path, int]:
    """Write the pack into a folder of its own; return it, and how many facts of the fund came after the seal."""
    seal = _sealed(house, fund)
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-pack-"))
    out = folder / "fund.zip"
    try:
        pack(house.ledger, fund, seal, out, house.calendars)
        return out, unsealed(house.ledger, fund, seal.position)
    except BaseException:
        _removed(out)()
        raise


def _removed(out: Path) -> Callable[[], None]:
    """Return what removes a pack with its folder."""

    def remove() -> None:
        out.unlink(missing_ok=True)
        out.parent.rmdir()

    return remove
