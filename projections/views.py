"""Every view there is."""

from projections import cases, facts, inbox, obligations, people, standing, statement, timeline
from projections.view import View

VIEWS: tuple[View, ...] = (
    facts.VIEW,
    cases.VIEW,
    timeline.VIEW,
    obligations.VIEW,
    statement.VIEW,
    standing.VIEW,
    people.VIEW,
    inbox.VIEW,
)
