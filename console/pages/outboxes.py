"""Pages: the file of a batch of rows that went out to a system outside."""

from fastapi import APIRouter
from starlette.responses import Response

from console.access import HouseHere, OfCounty
from console.documents import FORMS as TYPES
from console.errors import NotHereError
from domain.cases import CaseId, case_id
from domain.outbox import OUTBOX
from doors.outbox_files import FORMS, file_of

router = APIRouter()
_TYPES = {**TYPES, "csv": "text/csv; charset=utf-8"}


@router.get("/{county}/{kind}/{no}/batch/{batch}.{form}")
def download(house: HouseHere, _: OfCounty, county: str, kind: str, no: str, batch: int, form: str) -> Response:
    """Hand out the rows of a batch that is on record as sent; of nobody's name more than its reference.

    Raises:
        NotHereError: If there is no such batch, or no such form of file.
    """
    if kind != OUTBOX.kind or form not in FORMS:
        raise NotHereError
    state = house.read(OUTBOX, case_id(*CaseId(county, kind, no)))
    sent = state.batches.get(batch)
    if sent is None:
        raise NotHereError
    headers = {"content-disposition": f'attachment; filename="{county}-{no}-{batch}.{form}"'}
    return Response(file_of(form, state.rows[sent.first - 1 : sent.last]), media_type=_TYPES[form], headers=headers)
