"""A claim whose vouchers are attached before it is lodged, played to be recorded: its process begins with a paper."""

from io import BytesIO

from domain.ledger import Ledger
from domain.paper_requests import AttachPaper, WithdrawPaper
from domain.requests import LodgeClaim
from domain.terms import Line
from files.store import FileStore, Measured, files_url
from tests.files.samples import PDF
from tests.workflows.office import WAN, Office

WITH_PAPERS = {"ClaimReview.papers_before_lodging": "sample/claim/C1"}
CLAIM_POST = "implementing_unit"


def _put(ledger: Ledger, content: bytes) -> Measured:
    url = files_url(None, ledger.url)
    assert url is not None
    return FileStore(url).put(BytesIO(content), lambda _: None)


def _paper(found: Measured, replaces: str = "") -> AttachPaper:
    return AttachPaper(
        paper="vouchers",
        step="lodge",
        file_name="样例凭证.pdf",
        digest=found.digest,
        size_bytes=found.size_bytes,
        media_type="application/pdf",
        replaces=replaces,
        reason="样例：补盖章" if replaces else "",
    )


async def lodged_on_its_papers(office: Office) -> None:
    """Attach a voucher, replace it, take it back, attach it anew; lodge the claim on it, and have it paid."""
    await office.up_to_contract()
    first, second = _put(office.ledger, PDF + b"1"), _put(office.ledger, PDF + b"2")
    await office.ask("claim", "C1", _paper(first), CLAIM_POST)
    await office.ask("claim", "C1", _paper(second, first.digest), CLAIM_POST)
    back = WithdrawPaper(paper="vouchers", digest=second.digest, reason="样例：附错")
    await office.ask("claim", "C1", back, CLAIM_POST)
    await office.ask("claim", "C1", _paper(second), CLAIM_POST)
    lines = (Line("F1", "integrated", "P1", 20 * WAN),)
    request = LodgeClaim(project_no="P1", kind="advance", lines=lines, payee="样例施工单位", vouchers=())
    await office.ask("claim", "C1", request, CLAIM_POST)
    await office.pass_gates("C1")
    await office.pay("C1")
