"""The pages: one router a file. What stands first is looked at first."""

from fastapi import APIRouter

from console.pages import (
    asking,
    assets,
    beginning,
    cases,
    claims,
    deciding,
    disclosures,
    dispatch,
    emergencies,
    funds,
    inbox,
    matters,
    meeting_deciding,
    meetings,
    obligations,
    outboxes,
    papers,
    people,
    policies,
    projects,
    reports,
    signing_in,
    system,
)

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    inbox.router,
    beginning.router,
    asking.router,
    papers.router,
    reports.router,
    funds.router,
    obligations.router,
    system.router,
    policies.router,
    # What a meeting decides comes before what any case decides.
    meeting_deciding.router,
    deciding.router,
    projects.router,
    claims.router,
    meetings.router,
    dispatch.router,
    assets.router,
    disclosures.router,
    matters.router,
    outboxes.router,
    people.router,
    emergencies.router,
    # Last: it takes a county's every case.
    cases.router,
)
