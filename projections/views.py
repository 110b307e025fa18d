"""Every view there is."""

from projections import (
    cases,
    disclosure_tables,
    dispatch,
    obligations,
    spending,
    standing,
    statement,
    timeline,
    watch,
)
from projections.view import View

VIEWS: tuple[View, ...] = (
    cases.VIEW,
    timeline.VIEW,
    obligations.VIEW,
    statement.VIEW,
    standing.VIEW,
    spending.VIEW,
    disclosure_tables.VIEW,
    dispatch.VIEW,
    watch.VIEW,
)
