"""The JSON API: one router a group."""

from fastapi import APIRouter

from console.api import asking, cases, charts, county, described, mine

# What has a name of its own stands before a county's cases, whose kinds and numbers fit anything.
ROUTERS: tuple[APIRouter, ...] = described.routers(
    (mine.router, charts.router, county.router, cases.router, asking.router)
)
