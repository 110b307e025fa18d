"""Every view there is."""

from projections import cases, facts, obligations, standing, statement, timeline
from projections.view import View

VIEWS: tuple[View, ...] = (facts.VIEW, cases.VIEW, timeline.VIEW, obligations.VIEW, statement.VIEW, standing.VIEW)
