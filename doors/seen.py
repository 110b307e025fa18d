"""What somebody saw of a case when deciding on it: a decision is refused if it says something else by then."""

from domain.cases import CaseId
from domain.ledger import Ledger
from domain.procedures.signatures import content_of, signed_step
from domain.requests import AnyRequest


def seen_by(ledger: Ledger, case: CaseId, request: AnyRequest) -> str:
    """Return the digest of what the case says to whoever decides on it now; "" where nothing of it is decided."""
    content = content_of(ledger.shared, case, step) if (step := signed_step(request)) else None
    return content.digest if content and content.parts else ""
