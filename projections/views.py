"""Every view there is."""

from domain.ledger import Ledger
from projections import cases, obligations, standing, statement, timeline
from projections.view import View


def all_views(ledger: Ledger) -> tuple[View, ...]:
    """Return the views over *ledger*."""
    return (cases.view(ledger), timeline.VIEW, obligations.VIEW, statement.VIEW, standing.view(ledger))
