"""Every view there is."""

from projections import (
    cases,
    claims,
    facts,
    fund_ledger,
    inbox,
    obligations,
    people,
    plan_lines,
    project_bank,
    projects,
    standing,
    statement,
    timeline,
)
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
    fund_ledger.VIEW,
    plan_lines.VIEW,
    claims.VIEW,
    projects.VIEW,
    project_bank.VIEW,
)
