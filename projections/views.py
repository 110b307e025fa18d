"""Every view there is."""

from projections import (
    asset_tables,
    cases,
    disclosure_tables,
    dispatch,
    facts,
    instruments,
    obligations,
    performance,
    spending,
    standing,
    statement,
    surplus,
    timeline,
    watch,
)
from projections.view import View

VIEWS: tuple[View, ...] = (
    facts.VIEW,
    cases.VIEW,
    timeline.VIEW,
    obligations.VIEW,
    statement.VIEW,
    standing.VIEW,
    spending.VIEW,
    disclosure_tables.VIEW,
    dispatch.VIEW,
    watch.VIEW,
    performance.VIEW,
    asset_tables.VIEW,
    surplus.VIEW,
    instruments.VIEW,
)
